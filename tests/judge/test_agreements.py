"""Sharing declared as a pattern: what it permits, and what contradicts it."""

from datetime import date

import pytest

from dblint.config.model import Agreement, Configuration, Pattern
from dblint.graph import Coupling
from dblint.judge.agreements import allowances, broken
from dblint.model.facts import Access
from dblint.model.place import Place
from dblint.model.sql import Action
from tests.judge.factories import TODAY, a_place, a_rule, a_system, a_table, an_access, findings

HERE = Place("dblint.yaml", 9)


def _agreed(pattern: Pattern, *, feeder: tuple[str, ...] = (), until: date | None = None, table: str = "invoices") -> Agreement:
    return Agreement(pattern, (table,), "why", HERE, services=("orders",), feeder=feeder, until=until)


def _broken(entry: Agreement, *uses: Access) -> list[str]:
    coupling = Coupling(a_system(a_table(), *uses))
    return [draft.message for draft in broken(coupling, [entry], TODAY)]


def _write(action: Action = "update", service: str = "orders", path: str = "orders/app.py") -> Access:
    return an_access(service, mode="write", action=action, place=a_place(path))


def test_a_pattern_permits_what_it_needs_and_no_more() -> None:
    permitted = {entry.reason: entry.modes for entry in allowances([_agreed("read-model"), _agreed("outbox")])}
    assert permitted == {"read-model: why": ("read", "join"), "outbox: why": ("read", "write")}
    assert allowances([_agreed("event-fed-copy", feeder=("x",))]) == ()


def test_only_the_feeder_writes_a_copy() -> None:
    entry = _agreed("event-fed-copy", feeder=("billing/consumer.py",))
    assert _broken(entry, _write(service="billing", path="billing/consumer.py")) == []
    (message,) = _broken(entry, _write(service="billing", path="billing/api.py"))
    assert "only billing/consumer.py may fill it" in message


@pytest.mark.parametrize("pattern", ["read-model", "replica", "reference-data"])
def test_what_is_shared_for_reading_is_not_written_by_others(pattern: Pattern) -> None:
    assert _broken(_agreed(pattern), an_access(mode="read")) == []
    assert _broken(_agreed(pattern), _write(service="billing")) == []
    assert "shared for reading only" in _broken(_agreed(pattern), _write())[0]


def test_a_relay_marks_events_as_sent_and_makes_none() -> None:
    assert _broken(_agreed("outbox"), an_access(mode="read"), _write("update"), _write("delete")) == []
    assert "only its owner writes events" in _broken(_agreed("outbox"), _write("insert"))[0]


def test_what_an_outbox_permits_its_relay_is_no_excuse_for_events_of_its_own() -> None:
    rules = (a_rule(), a_rule("agreement", name="broken-agreement", id="DBL504"))
    system = a_system(a_table(), _write("update"), _write("insert", path="orders/other.py"))
    told = findings(system, rules=rules, configuration=Configuration(path="dblint.yaml", sharing=(_agreed("outbox"),)))
    assert [(each.rule, each.place.path) for each in told] == [("broken-agreement", "orders/other.py")]


def test_a_declaration_about_nothing_or_past_its_day_is_told() -> None:
    assert "there is no such table" in _broken(_agreed("replica", table="gone"))[0]
    assert "ran out on 2026-05-31" in _broken(_agreed("replica", until=date(2026, 5, 31)))[0]
