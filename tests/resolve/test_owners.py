from typing import TypeAlias

import pytest

from dblint.model.facts import RawStatement
from dblint.model.system import System
from tests.resolve.factories import at, change, create, model, name, owner, script, service, system, table_named, use

Owner: TypeAlias = tuple[str | None, tuple[str, ...], str]

A, B = service("a"), service("b")
DB = service("db", kind="schema")


def owners(found: System, table: str = "t") -> Owner:
    known = table_named(found, table)
    return known.owner, known.contested, known.confidence


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (system(service("a", owns=("t",)), B, changes=(create("t", "b/m/1.sql"),)), ("a", (), "explicit")),
        (system(service("a", owns=("T_*",)), B, uses=(use("t_x", "insert", "b/x.py"),)), ("a", (), "explicit")),
        (system(A, B, changes=(create("t"),), models=(model("t", "b/m.py"),)), ("a", (), "explicit")),
        (system(A, B, models=(model("t", creates=True), model("t", "b/m.py"))), ("a", (), "explicit")),
        (
            system(A, B, models=(model("t", confidence="convention"),), uses=(use("t", "insert", "b/x.py"),)),
            ("a", (), "convention"),
        ),
        (system(A, B, models=(model("t", "b/m.py", managed=False),), uses=(use("t", "insert"),)), ("a", (), "guess")),
        (system(A, B, uses=(use("t", "create"), use("t", "insert", "b/x.py"))), ("a", (), "explicit")),
        (system(A, B, uses=(use("t", "update"), use("t", path="b/x.py"))), ("a", (), "guess")),
        (system(A, B, uses=(use("t"), use("t", path="b/x.py"))), (None, (), "guess")),
    ],
    ids=["declared", "pattern", "migration", "creating model", "model", "unmanaged", "runtime", "sole writer", "only readers"],
)
def test_the_strongest_evidence_names_the_owner(found: System, expected: Owner) -> None:
    table = "t_x" if any(each.id.name == "t_x" for each in found.tables) else "t"
    assert owners(found, table) == expected


def test_every_owner_comes_with_the_place_that_proves_it() -> None:
    found = table_named(system(A, B, changes=(create("t", "a/m/7.sql", 3),)), "t")
    assert [(proof.kind, str(proof.place), proof.message) for proof in found.evidence] == [
        ("migration", "a/m/7.sql:3", "a creates it")
    ]


def test_two_services_that_create_a_table_of_one_known_database_contest_it() -> None:
    one = system(
        service("a", databases=("shop",)),
        service("b", databases=("shop",)),
        changes=(create("t"), create("t", "b/m/1.sql")),
    )
    assert owners(one) == (None, ("a", "b"), "explicit")
    assert table_named(one, "t").creators == ("a", "b")


def test_a_table_that_is_renamed_belongs_to_its_creator_under_the_new_name() -> None:
    found = system(
        A, B, changes=(create("t"), change("table.rename", "t", "a/migrations/2.sql", new_name=create("u").event.table))
    )
    assert owner(found, "u") == "a"


def test_a_table_that_its_creator_dropped_belongs_to_who_creates_it_now() -> None:
    changes = (create("t"), change("table.drop", "t", "a/migrations/2.sql"), create("t", "db/1.sql", tool="sql"))
    assert owner(system(A, DB, changes=changes[:2]), "t") == "a"


def test_a_table_that_shared_code_makes_anew_belongs_to_the_service_that_creates_it() -> None:
    swapped = (
        change("table.drop", "jobs", path="tools/swap.sql"),
        create("jobs", path="tools/swap.sql", line=2),
        create("jobs", path="tools/undo.sql"),
    )
    found = system(A, B, changes=(create("jobs"), *swapped), uses=(use("jobs", "insert", "b/app.py"),))
    assert owner(found, "jobs") == "a"


def test_a_schema_named_after_a_service_makes_it_the_owner_where_nobody_creates_the_table() -> None:
    found = system(service("orders-service"), B, uses=(use("orders.t", "insert", "b/x.py"),))
    assert owner(found, "orders.t") == "orders-service"


def test_a_schema_named_after_the_system_says_nothing_of_the_service_of_that_name() -> None:
    found = (service("shop"), service("shop-orders"), service("shop-web"))
    assert owners(system(*found, uses=(use("shop.t", "insert", "shop-orders/x.py"),)), "shop.t")[0] != "shop"
    assert owners(system(*found[:2], uses=(use("shop.t", "insert", "shop-orders/x.py"),)), "shop.t")[0] == "shop"


def test_a_schema_named_after_an_idle_service_is_that_of_the_one_that_describes_the_table_and_inserts_its_rows() -> None:
    rows = (use("orders.t", "insert", "b/x.py"), use("orders.t", path="b/x.py", line=2))
    created, models = (create("orders.t", "db/1.sql"),), (model("orders.t", "b/m.py"),)
    idle = system(service("orders-service"), B, DB, uses=rows, changes=created, models=models)
    assert owner(idle, "orders.t") == "b"
    more = (*rows, use("orders.u", path="orders-service/app.py"))
    busy = system(service("orders-service"), B, DB, uses=more, changes=created, models=models)
    assert owner(busy, "orders.t") == "orders-service"


def test_a_schema_authorised_to_a_services_role_makes_it_the_owner() -> None:
    changes = (change("schema.create", "sales", "db/1.sql", roles=("svc_orders",)), create("sales.t", "db/1.sql", 2))
    assert owner(system(service("orders"), B, DB, changes=changes), "sales.t") == "orders"


def inserts(title: str, count: int = 1) -> tuple[RawStatement, ...]:
    return tuple(use("t", "insert", f"{title}/app.py", line) for line in range(1, count + 1))


HOSTED = (create("t", "db/schema.sql", tool="sql"),)


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        (inserts("a"), ("a", (), "convention")),
        ((*inserts("a"), use("t", "update", "b/x.py"), use("t", "delete", "b/x.py", 2)), ("a", (), "convention")),
        ((*inserts("a"), *inserts("b"), use("t", "delete", "b/x.py", 9)), ("b", (), "convention")),
        ((*inserts("a", 4), *inserts("b", 2)), ("a", (), "guess")),
        ((*inserts("a", 3), *inserts("b", 2)), (None, ("a", "b"), "guess")),
        ((*inserts("a", 2), *inserts("b"), use("t", "delete", line=8), use("t", "truncate", "b/x.py", 8)), ("a", (), "guess")),
        ((use("t", "update", "a/x.py"),), ("a", (), "guess")),
        ((use("t", "update", "a/x.py"), use("t", "delete", "b/x.py")), ("db", (), "explicit")),
        ((use("t", path="b/x.py"),), ("db", (), "explicit")),
    ],
    ids=["a", "a: updates do not count", "b", "c", "d", "both delete", "sole updater", "two updaters", "only readers"],
)
def test_the_life_cycle_of_the_rows_decides_in_a_shared_schema_folder(uses: tuple[RawStatement, ...], expected: Owner) -> None:
    assert owners(system(A, B, DB, changes=HOSTED, uses=uses)) == expected


def test_reference_data_that_the_folder_seeds_stays_with_the_folder() -> None:
    seeded = system(A, DB, changes=HOSTED, scripts=(script("db/seed.sql", ("t", "insert")),), uses=(use("t"),))
    assert owner(seeded, "t") == "db"


def test_seeded_rows_that_only_one_service_keeps_current_are_that_services() -> None:
    seeded = system(A, DB, changes=HOSTED, scripts=(script("db/seed.sql", ("t", "insert")),), uses=(use("t", "update"),))
    assert owners(seeded) == ("a", (), "guess")


def test_who_only_updates_rows_that_shared_code_inserts_for_others_does_not_own_them() -> None:
    uses = (use("t", "update", "tool/x.py"), use("t", "insert", "lib/db.py"))
    imports = (("a/app.py", "lib/db.py", ""), ("b/app.py", "lib/db.py", ""))
    parts = (A, B, service("tool"), service("lib", kind="library"))
    assert owners(system(*parts, changes=(create("t", "lib/1.sql"),), uses=uses, imports=imports))[0] is None
    taking = (*imports, ("tool/x.py", "lib/db.py", ""))
    assert owners(system(*parts, changes=(create("t", "lib/1.sql"),), uses=uses, imports=taking))[0] == "tool"


def test_a_model_does_not_own_a_table_of_a_schema_folder() -> None:
    assert owner(system(A, B, DB, changes=HOSTED, models=(model("t"),), uses=inserts("b")), "t") == "b"


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        (inserts("b"), ("b", (), "convention")),
        ((*inserts("b"), use("t", "update")), ("a", (), "explicit")),
        (inserts("c"), ("a", (), "explicit")),
    ],
    ids=["only the other writes", "both write", "who writes has no model"],
)
def test_a_model_that_could_create_a_hosted_table_is_a_copy_where_another_service_keeps_the_rows(
    uses: tuple[RawStatement, ...], expected: Owner
) -> None:
    models = (model("t", creates=True), model("t", "b/m.py"))
    assert owners(system(A, B, service("c"), DB, changes=HOSTED, models=models, uses=uses)) == expected


def test_a_grant_of_insert_to_a_services_role_supports_it() -> None:
    grants = (change("grant", "t", "db/schema.sql", 5, tool="sql", roles=("app_user_a",), privileges=("select", "insert")),)
    assert owners(system(A, B, DB, changes=HOSTED + grants, uses=inserts("a"))) == ("a", (), "configured")
    assert owners(system(A, B, DB, changes=HOSTED + grants)) == ("a", (), "convention")


def test_a_table_created_by_a_file_of_no_service_has_no_owner_but_its_only_writer() -> None:
    changes = (create("t", "migrations/1.sql"),)
    assert owner(system(A, B, changes=changes), "t") is None
    assert owner(system(A, B, changes=changes, uses=inserts("a")), "t") == "a"


def test_a_partition_has_the_owner_of_its_root() -> None:
    part = create("t_2024", "db/schema.sql", 2, tool="sql", base=name("t"), flags=("partition",))
    found = system(A, B, DB, changes=(*HOSTED, part), uses=(use("t_2024", "insert"), use("t", path="b/x.py")))
    assert (owner(found, "t"), owner(found, "t_2024")) == ("a", "a")


def test_a_view_of_a_schema_folder_belongs_to_the_owner_of_what_it_reads() -> None:
    view = change("view.create", "v", "db/schema.sql", 2, tool="sql", reads=(name("t"),))
    found = system(A, B, DB, changes=(*HOSTED, view), uses=inserts("a"))
    assert (owner(found, "v"), table_named(found, "v").kind) == ("a", "view")


def test_a_foreign_table_and_a_table_of_an_unknown_schema_belong_to_nobody() -> None:
    changes = (change("fdw.create_foreign_table", "f"),)
    found = system(A, B, changes=changes, uses=(use("f", "insert"), use("warehouse.x", "insert"), use("alembic_version")))
    kinds = {str(table.id): (table.kind, table.owner) for table in found.tables}
    assert kinds == {"f": ("foreign", None), "warehouse.x": ("external", None), "alembic_version": ("framework", None)}


def test_two_services_that_map_an_uncreated_table_contest_it_unless_one_of_them_brings_the_rows() -> None:
    models = (model("t"), model("t", "b/m.py"))
    assert owners(system(A, B, models=models)) == (None, ("a", "b"), "convention")
    assert owners(system(A, B, models=models, uses=inserts("b"))) == ("b", (), "guess")


def test_evidence_shows_ties() -> None:
    found = table_named(system(A, B, DB, changes=HOSTED, uses=(*inserts("a"), *inserts("b"))), "t")
    assert {str(proof.place) for proof in found.evidence} == {"a/app.py:1", "b/app.py:1", "db/schema.sql:1"}
    assert at("a/app.py") in {proof.place for proof in found.evidence}


def test_who_only_takes_rows_away_owns_no_table() -> None:
    assert owners(system(A, B, uses=(use("t", "delete", "a/x.py"),)))[0] is None
    assert owners(system(A, B, uses=(use("t", "delete", "a/x.py"), use("t", "update", "a/x.py", 2))))[0] == "a"
