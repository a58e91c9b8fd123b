"""The way out that a finding proposes, by how the data is used."""

import pytest

from dblint.graph import Coupling
from dblint.judge.wayout import of_join, of_transaction, of_use
from dblint.model.facts import Access
from dblint.model.sql import Action, Mode
from tests.judge.factories import a_place, a_system, a_table, an_access, an_id


def _read(line: int, *columns: str) -> Access:
    return an_access(place=a_place(line=line), columns=columns or ("id",), statement=line)


def _uses(*uses: Access) -> tuple[Coupling, Access]:
    return Coupling(a_system(a_table(), *uses)), uses[0]


def test_a_few_rows_are_asked_of_the_owner() -> None:
    coupling, use = _uses(_read(3, "id", "total"))
    way = of_use(coupling, use.service, use.table, [use])
    assert way.pattern == "api"
    assert "GET /invoices/{id} → id, total" in way.summary


def test_a_table_read_in_many_places_becomes_a_copy_with_the_columns_that_are_read() -> None:
    coupling, use = _uses(_read(3, "id", "total"), _read(9, "paid"), _read(12))
    way = of_use(coupling, use.service, use.table, [use])
    assert way.pattern == "event-fed-copy"
    assert "invoice_copy (id, total, paid)" in way.summary
    assert "InvoiceChanged {id, total, paid}" in way.summary


@pytest.mark.parametrize(
    ("mode", "action", "command"),
    [
        ("write", "insert", "CreateInvoice {id, paid}"),
        ("write", "update", "ChangeInvoice {id, paid}"),
        ("write", "delete", "DeleteInvoice {id, paid}"),
        ("lock", "lock", "ReserveInvoice {id}"),
    ],
)
def test_a_change_becomes_a_command_of_the_owner(mode: Mode, action: Action, command: str) -> None:
    coupling, use = _uses(an_access(mode=mode, action=action, columns=("paid",)))
    way = of_use(coupling, use.service, use.table, [use])
    assert way.pattern == "command"
    assert command in way.summary


def test_a_join_becomes_a_read_model_and_a_transaction_a_saga() -> None:
    coupling, use = _uses(_read(3, "total"))
    other = an_id(name="orders")
    assert of_join(coupling, use.service, (other, use.table)).pattern == "read-model"
    assert "order_invoice_view" in of_join(coupling, use.service, (other, use.table)).summary
    way = of_transaction(coupling, use.service, (other, use.table))
    assert (way.pattern, "outbox" in way.summary) == ("saga", True)


def test_every_plan_ends_with_what_it_costs() -> None:
    coupling, use = _uses(_read(3))
    plan = of_use(coupling, use.service, use.table, [use]).plan
    assert plan[0].startswith("Pattern: ")
    assert plan[-1].startswith("What it costs: ")
