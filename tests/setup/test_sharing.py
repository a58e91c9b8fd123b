"""Sharing by a pattern that `dblint init` proposes from what the code does."""

from dblint.model.facts import Access
from dblint.model.place import Place
from dblint.setup.configuration import configuration
from dblint.setup.relays import relays
from dblint.setup.sharing import proposals
from tests.judge.factories import a_place, a_service, a_system, a_table, an_access


def _keys(*facts: object) -> list[dict[str, object]]:
    return [dict(each.keys) for each in proposals(a_system(*facts))]


def _write(path: str, service: str = "billing", table: str = "invoices") -> Access:
    return an_access(service, table, "write", "insert", place=a_place(path))


def test_an_outbox_that_another_service_reads_is_proposed() -> None:
    facts = (a_table("outbox"), _write("billing/app.py", table="outbox"), an_access("relay", "outbox"))
    assert _keys(*facts) == [{"pattern": "outbox", "table": "outbox", "services": ("relay",)}]
    assert _keys(a_table("outbox"), _write("billing/app.py", table="outbox")) == []


def test_a_table_that_only_handlers_of_events_write_and_others_read_is_a_read_model() -> None:
    (proposed,) = _keys(a_table(), _write("billing/projector.py"), an_access("web"))
    assert proposed["pattern"] == "read-model"
    assert (proposed["services"], proposed["feeder"]) == (("web",), ("billing/projector.py",))


def test_a_table_that_is_written_elsewhere_too_is_none() -> None:
    assert _keys(a_table(), _write("billing/projector.py"), _write("billing/api.py"), an_access("web")) == []


def test_a_table_that_handlers_fill_after_another_services_is_a_copy_of_it() -> None:
    facts = (a_table("customer_copy"), a_table("customers", "crm"), _write("billing/consumers.py", table="customer_copy"))
    (proposed,) = _keys(*facts)
    assert (proposed["pattern"], proposed["source"]) == ("event-fed-copy", "crm.customers")


def test_a_proposal_stands_in_the_configuration_as_a_comment() -> None:
    system = a_system(a_table("outbox"), _write("billing/app.py", table="outbox"), an_access("relay", "outbox"))
    text = configuration((), system, "schema.json")
    assert '#   - {pattern: outbox, table: outbox, services: [relay], reason: "…"}' in text
    assert "# billing writes it at billing/app.py:6, relay reads it at" in text


def test_tables_whose_database_is_unknown_stand_beside_the_others() -> None:
    facts = (
        a_table("outbox", database=None),
        a_table("outbox"),
        an_access("relay", "outbox"),
        _write("billing/app.py", table="outbox"),
    )
    assert _keys(*facts) == [{"pattern": "outbox", "table": "outbox", "services": ("relay",)}]


def test_a_table_of_a_service_that_handles_the_events_of_its_namesake_is_a_copy() -> None:
    facts = (
        a_table("customers", "crm", database="postgresql://crm/crm"),
        a_table("customers", "billing"),
        _write("billing/repository.py", table="customers"),
    )
    system = a_system(*facts, services=(a_service("billing"), a_service("crm")))
    assert proposals(system, ["billing/repository.py"]) == ()
    (proposed,) = proposals(system, ["billing/repository.py", "billing/events/customer_registered.py"])
    keys = dict(proposed.keys)
    assert (keys["pattern"], keys["table"], keys["source"]) == ("event-fed-copy", "billing.customers", "crm.customers")
    assert keys["feeder"] == ("billing/repository.py",)
    assert "billing/events/customer_registered.py" in proposed.because


def test_an_outbox_that_a_framework_fills_for_its_owner_is_proposed_and_one_that_others_fill_is_not() -> None:
    relayed = (a_table("outbox"), an_access("relay", "outbox"))
    assert _keys(*relayed) == [{"pattern": "outbox", "table": "outbox", "services": ("relay",)}]
    filled = an_access("stranger", "outbox", mode="write", action="insert")
    assert _keys(*relayed, filled) == []


CONNECTOR = Place("docker-compose.yml", 20)


def test_an_outbox_that_a_connector_of_the_deployment_relays_is_proposed_with_what_writes_it() -> None:
    system = a_system(a_table("order_outboxes"), _write("billing/app.py", table="order_outboxes"))
    (proposed,) = proposals(system, (), (CONNECTOR,))
    assert dict(proposed.keys) == {
        "pattern": "outbox",
        "table": "order_outboxes",
        "services": ("billing",),
        "feeder": ("billing/app.py",),
    }
    assert "docker-compose.yml:20 names what relays it" in proposed.because


def test_the_connector_of_another_service_relays_nothing_and_neither_does_one_where_others_write() -> None:
    services = (a_service("billing"), a_service("crm"))
    written = (a_table("outbox"), _write("billing/app.py", table="outbox"))
    assert proposals(a_system(*written, services=services), (), (Place("crm/connector.json", 1),)) == ()
    filled = an_access("stranger", "outbox", mode="write", action="insert")
    assert proposals(a_system(*written, filled), (), (CONNECTOR,)) == ()


def test_a_copy_is_made_from_the_owners_table_and_not_from_other_copies_or_from_ones_own() -> None:
    facts = (
        a_table("customers_info"),
        a_table("customers", "crm"),
        a_table("customers_info", "sales"),
        a_table("invoice_views"),
        a_table("invoices"),
        a_table("invoices_info", "sales"),
        _write("billing/consumers.py", table="customers_info"),
        _write("billing/consumers.py", table="invoice_views"),
    )
    found = [dict(each.keys) for each in proposals(a_system(*facts))]
    assert [(each["table"], each.get("source")) for each in found] == [("billing.customers_info", "crm.customers")]


def test_a_deployment_that_names_a_connector_is_found_by_its_line() -> None:
    texts = {
        "docker-compose.yml": "services:\n  connect:\n    image: debezium/connect\n",
        "deploy/cdc.json": '{"name": "eventuate-cdc-service"}',
        "app.py": "import debezium\n",
        "deploy/app.yaml": "kind: Deployment\n",
    }
    assert list(relays(texts, lambda path: texts[path])) == [Place("deploy/cdc.json", 1), Place("docker-compose.yml", 3)]


def test_of_two_tables_that_would_be_copies_of_each_other_the_one_of_the_reading_service_is() -> None:
    names = ("write", "readers")
    tables = [a_table("products", name, database=f"postgresql://{name}/shop") for name in names]
    writes = [
        an_access(each.owner or "", each.id, "write", "insert", place=a_place(f"{each.owner}/rows.py")) for each in tables
    ]
    system = a_system(*tables, *writes, services=tuple(a_service(name) for name in names))
    found = proposals(system, [f"{name}/events/product_changed.py" for name in names])
    assert [dict(each.keys)["table"] for each in found] == ["readers.products"]


def test_a_library_that_is_switched_on_relays_the_outbox_of_its_service() -> None:
    texts = {
        "orders/Program.cs": "services.AddMassTransit(x => x.AddEntityFrameworkOutbox<Orders>(o => o.UseBusOutbox()));",
        "users/appsettings.json": '{\n"outbox": {"enabled": true}}',
        "carts/appsettings.json": '{"outbox": {"enabled": false}}',
    }
    found = list(relays(texts, lambda path: texts[path]))
    assert found == [Place("orders/Program.cs", 1), Place("users/appsettings.json", 2)]
