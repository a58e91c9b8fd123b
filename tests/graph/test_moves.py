"""What would be: tables moved, services merged and split, as the facts are and as findings change."""

from msgspec.structs import replace

from dblint.graph import Coupling, assigned, divided, merged, moved, part_in, parts_of, split
from dblint.model.facts import Table, TableId
from dblint.model.place import Place
from dblint.model.system import System
from tests.report.factory import INVOICES, ORDERS, READ, system


def owners(facts: System) -> dict[str, str | None]:
    return {table.id.name: table.owner for table in facts.tables}


def test_a_moved_table_has_another_owner_and_its_users_change_sides() -> None:
    then = moved(system(), {INVOICES}, "orders")
    assert owners(then)["invoices"] == "orders"
    assert {(use.service, use.mode) for use in Coupling(then).foreign_accesses()} == {("billing", "write")}
    assert Coupling(then).references_across() == ()
    assert then.accesses == system().accesses


def test_migrations_and_foreign_keys_go_with_their_table() -> None:
    then = moved(system(), {ORDERS}, "billing")
    (reference,) = then.references
    assert (reference.service, reference.table) == ("billing", ORDERS)
    assert Coupling(then).references_across() == ()


def test_nobody_contests_a_table_within_one_service() -> None:
    then = merged(system(), ("orders", "billing"), "shop")
    assert owners(then) == {"invoices": "shop", "orders": "shop", "cart:*": "shop"}
    assert Coupling(then).foreign_accesses() == ()
    assert [service.name for service in then.services] == ["shop"]


def test_a_merger_leaves_others_alone() -> None:
    stranger = replace(READ, service="mail", place=Place("mail/app.py", 1))
    facts = system(accesses=(*system().accesses, stranger))
    then = merged(facts, ("orders", "billing"), "billing")
    assert {use.service for use in Coupling(then).foreign_accesses()} == {"mail"}


def shop() -> System:
    """One service with two folders that share a table, and a table that only one of them uses."""
    carts, stock = (TableId("sql", None, schema, name) for schema, name in (("web", "web_carts"), ("store", "store_stock")))

    def use(path: str, table: TableId, mode: str = "read") -> object:
        return replace(READ, service="shop", table=table, place=Place(path, 1), mode=mode)

    return system(
        tables=tuple(Table(table, "shop", (), "explicit", ()) for table in (carts, stock)),
        accesses=(
            use("shop/web/app.py", carts, "write"),
            use("shop/store/app.py", stock, "write"),
            use("shop/store/app.py", stock),
            use("shop/web/page.py", stock),
        ),
        joins=(),
        references=(),
    )


def test_a_service_is_split_by_its_folders() -> None:
    facts = shop()
    division = divided(facts, "shop", "folder")
    assert set(division.files.values()) == {"shop/web", "shop/store"}
    part = part_in(division.files, "shop")
    then = split(facts, "shop", part, division.tables)
    assert owners(then) == {"web_carts": "shop/web", "store_stock": "shop/store"}
    assert [(use.service, use.place.path) for use in Coupling(then).foreign_accesses()] == [("shop/web", "shop/web/page.py")]


def test_a_service_is_split_by_schemas_and_by_what_is_used_together() -> None:
    facts = shop()
    assert set(divided(facts, "shop", "schema").tables.values()) == {"shop/web", "shop/store"}
    together = divided(facts, "shop", "use")
    assert together.tables == {facts.tables[0].id: "shop/web_carts", facts.tables[1].id: "shop/store_stock"}
    assert together.files["shop/web/page.py"] == "shop/store_stock"
    # One table for each prefix is no part.
    assert divided(facts, "shop", "prefix").tables == {}


def test_a_service_is_split_by_patterns_of_its_files() -> None:
    facts = shop()
    division = assigned(facts, "shop", [("front", "shop/web/*"), ("rest", "*")])
    assert division.files == {"shop/web/app.py": "front", "shop/web/page.py": "front", "shop/store/app.py": "rest"}
    assert parts_of(facts, "shop", part_in(division.files, "shop"), division.tables) == ("front", "rest")
