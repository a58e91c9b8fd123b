import pytest

from dblint.model.facts import Connection, TableId
from dblint.model.system import System
from tests.resolve.factories import (
    access,
    at,
    change,
    create,
    database,
    model,
    name,
    owner,
    service,
    statement,
    system,
    table_named,
    use,
    used_by,
)

A, B, C = service("a"), service("b"), service("c")
OWN_A = (create("users"),)
OWN_BOTH = (create("users"), create("users", "b/m/1.sql"))


def meets(one: str, other: str, first: str = "users", second: str = "users") -> bool:
    """Whether a table that service a creates is the one that service b reads; databases as declared, empty for unknown."""
    named = {text: database(text, f"postgresql://db/{text}") for text in (one, other) if text}
    services = [service(title, databases=(text,) if text else ()) for title, text in (("a", one), ("b", other))]
    found = system(*services, changes=(create(first),), uses=(use(second, path="b/x.py"),), databases=tuple(named.values()))
    (table,) = used_by(found, "b")
    return table == next(each.id for each in found.tables if each.creators)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("shop", "shop", True), ("shop", "crm", False), ("shop", "", True), ("", "shop", True), ("", "", True)],
)
def test_databases_that_are_known_and_different_keep_tables_apart(one: str, other: str, same: bool) -> None:
    assert meets(one, other) is same


@pytest.mark.parametrize(
    ("created", "read", "same"),
    [
        ("users", "public.users", True),
        ("dbo.users", "users", True),
        ("default.users", "users", True),
        ("crm.users", "crm.users", True),
        ("crm.users", "users", True),
        ("users", "crm.users", False),
        ("crm.users", "sales.users", False),
        ("shop.users", "users", True),
        ("users", "shop.users", True),
        ("Users", "users", True),
        ("x" * 70, "x" * 63, True),
        ("x" * 62, "x" * 63, False),
        ("users", "shop.public.users", True),
        ("users", "crm.public.users", False),
    ],
)
def test_names_with_and_without_schema_meet(created: str, read: str, same: bool) -> None:
    assert meets("shop", "shop", created, read) is same


@pytest.mark.parametrize(
    ("databases", "read", "confidence"),
    [
        (("shop", "shop"), "users", "explicit"),
        (("shop", ""), "users", "configured"),
        (("", ""), "users", "configured"),
        (("", ""), "us*", "guess"),
        (("", ""), "*.users", "guess"),
    ],
)
def test_a_match_is_as_sure_as_what_is_known_of_the_database(databases: tuple[str, str], read: str, confidence: str) -> None:
    services = [service(title, databases=(text,) if text else ()) for title, text in zip("ab", databases, strict=True)]
    found = system(*services, changes=OWN_A, uses=(use(read, path="b/x.py"),))
    (one,) = found.accesses
    assert (one.confidence, one.table.name) == (confidence, "users")


def test_an_unqualified_name_that_only_another_schema_has_is_a_guess() -> None:
    found = system(A, B, changes=(create("crm.users"),), uses=(use("users", path="b/x.py"), use("users", line=2)))
    assert {each.service: each.confidence for each in found.accesses} == {"a": "configured", "b": "guess"}


@pytest.mark.parametrize(("strangers", "confidence"), [(2, "configured"), (3, "guess")])
def test_a_name_is_a_guess_where_most_tables_of_its_service_are_known_to_nobody(strangers: int, confidence: str) -> None:
    others = tuple(use(f"other{number}", path="b/x.py", line=number + 2) for number in range(strangers))
    found = system(A, B, changes=OWN_A, uses=(use("users", path="b/x.py"), *others))
    assert [each.confidence for each in found.accesses if each.table.name == "users"] == [confidence]


def test_a_known_database_is_no_guess_whatever_else_its_service_uses() -> None:
    shop = (database("shop", "postgresql://db/shop"),)
    services = (service("a", databases=("shop",)), service("b", databases=("shop",)))
    others = tuple(use(f"other{number}", path="b/x.py", line=number + 2) for number in range(5))
    found = system(*services, changes=OWN_A, uses=(use("users", path="b/x.py"), *others), databases=shop)
    assert [each.confidence for each in found.accesses if each.table.name == "users"] == ["explicit"]


def test_a_quoted_name_that_differs_in_case_is_a_guess() -> None:
    quoted = statement(access("users", path="b/x.py"))
    found = system(A, B, changes=(change("table.create", "Users"),), uses=(quoted,))
    assert found.accesses[0].confidence == "configured"
    created = change("table.create", "x")
    event = type(created.event)("table.create", name("Users", quoted=True))
    spelled = type(created)(event, created.place, "flyway", "a/migrations", (1,))
    assert system(A, B, changes=(spelled,), uses=(quoted,)).accesses[0].confidence == "guess"


def test_a_name_guessed_by_a_convention_is_confirmed_by_a_migration() -> None:
    uses = (use("users", confidence="guess"), use("people", line=2, confidence="guess"))
    found = system(A, changes=OWN_A, uses=uses)
    assert {each.table.name: each.confidence for each in found.accesses} == {"users": "configured", "people": "guess"}


@pytest.mark.parametrize("pattern", ["*", "nothing_*", "t*"])
def test_a_pattern_that_fits_none_or_several_tables_is_unresolved(pattern: str) -> None:
    found = system(A, changes=(create("t1"), create("t2", line=2)), uses=(use(pattern), use("t1", line=2)))
    assert [(each.reason, each.partial) for each in found.unresolved] == [("dynamic-table", pattern.replace("*", "⟨?⟩"))]
    assert (found.coverage.statements_found, found.coverage.statements_resolved, found.coverage.dynamic) == (2, 1, 1)


def test_a_key_pattern_of_a_key_value_store_is_a_name() -> None:
    found = system(A, B, uses=(use("cart:*", "insert", store="redis"), use("cart:*", path="b/x.py", store="redis")))
    assert {each.table for each in found.accesses} == {TableId("redis", None, None, "cart:*")}


def test_services_that_create_the_same_table_have_databases_of_their_own() -> None:
    uses = (use("users"), use("users", path="b/x.py"), use("users", path="c/x.py"))
    found = system(A, B, C, changes=OWN_BOTH, uses=uses)
    assert used_by(found, "a") == {TableId("sql", "assumed:a", None, "users")}
    assert used_by(found, "b") == {TableId("sql", "assumed:b", None, "users")}
    assert {table.id.database: table.owner for table in found.tables} == {"assumed:a": "a", "assumed:b": "b", None: None}
    assert [each.confidence for each in found.accesses if each.service == "c"] == ["guess"]


def test_rivals_do_not_reach_any_table_of_each_other() -> None:
    found = system(A, B, changes=(*OWN_BOTH, create("volumes", "b/m/1.sql", 2)), uses=(use("volumes"),))
    assert used_by(found, "a") == {TableId("sql", "assumed:a", None, "volumes")}


def test_services_that_use_more_of_each_other_than_they_both_create_are_no_rivals() -> None:
    changes = (*OWN_BOTH, create("x", "b/m/1.sql", 2), create("y", "b/m/1.sql", 3))
    found = system(A, B, changes=changes, uses=(use("x"), use("y")))
    assert {table.id.database for table in found.tables} == {None}
    assert {str(table.id): table.contested for table in found.tables} == {"users": ("a", "b"), "x": (), "y": ()}


def test_services_that_fill_an_outbox_of_the_same_name_have_databases_of_their_own() -> None:
    filled = (use("outbox_events", "insert"), use("outbox_events", "insert", "b/x.py"))
    found = system(A, B, uses=filled, models=(model("outbox_events"), model("outbox_events", "b/models.py")))
    assert {table.id.database: table.contested for table in found.tables} == {"assumed:a": (), "assumed:b": ()}


def test_a_relay_shares_the_outbox_that_it_reads() -> None:
    uses = (use("outbox_events", "insert"), use("outbox_events", path="b/relay.py"))
    found = system(A, B, uses=uses, models=(model("outbox_events"),))
    assert {each.table.database for each in found.accesses} == {None}


def test_the_services_of_copies_of_one_system_share_nothing() -> None:
    parts = tuple(service(f"{folder}/{title}") for folder in ("one", "two") for title in ("orders", "stock", "web"))
    models = tuple(model("orders", f"{folder}/orders/m.py", store="mongodb") for folder in ("one", "two"))
    uses = (use("items", path="two/web/x.py"), use("items", path="one/stock/x.py"), use("items", path="one/web/x.py"))
    owners = {table.owner: table.contested for table in system(*parts, models=models).tables}
    assert owners == {"one/orders": (), "two/orders": ()}
    found = system(*parts, models=models, uses=uses)
    assert used_by(found, "one/web") == used_by(found, "one/stock") != used_by(found, "two/web")


def test_programs_of_equal_names_that_name_different_tables_are_no_copies() -> None:
    parts = tuple(service(f"{folder}/{title}") for folder in ("orders", "stock") for title in ("api", "worker"))
    models = (model("orders", "orders/api/m.py"), model("items", "stock/api/m.py"))
    found = system(*parts, models=models, uses=(use("orders", path="stock/worker/x.py"),))
    assert used_by(found, "stock/worker") == {table_named(found, "orders").id}


def test_framework_tables_make_no_rivals() -> None:
    changes = (create("alembic_version"), create("alembic_version", "b/m/1.sql"), create("users", "b/m/1.sql", 2))
    found = system(A, B, changes=changes, uses=(use("users"),))
    assert owner(found, "users") == "b"
    assert {table.kind for table in found.tables if table.id.name == "alembic_version"} == {"framework"}


def test_a_third_service_belongs_where_most_of_its_tables_are() -> None:
    changes = (*OWN_BOTH, create("invoices", "b/m/1.sql", 2))
    found = system(A, B, C, changes=changes, uses=(use("users", path="c/x.py"), use("invoices", path="c/x.py", line=2)))
    assert {table.database for table in used_by(found, "c")} == {"assumed:b"}


@pytest.mark.parametrize(
    ("columns", "creates", "database_of_a"),
    [
        ("id name", False, None),
        ("id name", True, None),
        ("id name limit", True, "assumed:a"),
        ("x y z", False, "assumed:a"),
        ("", True, None),
    ],
)
def test_a_model_is_a_copy_if_its_columns_fit_the_table(columns: str, creates: bool, database_of_a: str | None) -> None:
    changes = (create("own"), create("users", "b/m/1.sql", columns="id name mail"))
    found = system(A, B, changes=changes, models=(model("users", columns=columns, creates=creates),))
    (mapping,) = found.mappings
    assert mapping.table.database == database_of_a


def test_a_model_of_a_service_that_creates_its_tables_from_models_is_a_creation() -> None:
    found = system(A, B, changes=(create("users", "b/m/1.sql"),), models=(model("users", creates=True),))
    assert {table.id.database for table in found.tables} == {"assumed:a", "assumed:b"}


def test_declared_databases_settle_what_was_assumed() -> None:
    services = [service(title, databases=(title,)) for title in "ab"]
    found = system(*services, changes=OWN_BOTH, uses=(use("users", path="b/x.py"),))
    assert used_by(found, "b") == {TableId("sql", "b", None, "users")}


def test_the_password_of_a_declared_url_is_never_kept() -> None:
    found = system(service("a", databases=("postgresql://me:secret@db:5432/shop",)), uses=(use("users"),))
    assert found.tables[0].id.database == "postgresql://db/shop"


def test_a_connection_chooses_among_several_databases() -> None:
    both = service("a", databases=("main", "legacy"))
    found = system(both, uses=(use("users", connection="legacy"), use("people", line=2)))
    assert {each.table.name: each.table.database for each in found.accesses} == {"users": "legacy", "people": None}


@pytest.mark.parametrize(("other", "same"), [(("shop",), False), (("legacy",), True), ((), True)])
def test_a_table_in_an_uncertain_one_of_several_databases_is_out_of_reach_of_a_third(
    other: tuple[str, ...], same: bool
) -> None:
    services = [service("a", databases=("main", "legacy")), service("b", databases=other)]
    found = system(*services, changes=OWN_A, uses=(use("users", path="b/x.py"),))
    assert (used_by(found, "b") == {each.id for each in found.tables if each.creators}) is same


def test_patterns_of_a_declared_database_choose_among_several() -> None:
    databases = (database("main"), database("old", tables=("legacy_*",)))
    found = system(service("a", databases=("main", "old")), uses=(use("legacy_x"),), databases=databases)
    assert found.tables[0].id.database == "old"


def test_connection_settings_make_a_database_known() -> None:
    setting = Connection("a", "postgresql", "postgresql://db/shop", at("a/.env"), "env", "crm")
    found = system(A, uses=(use("users"),), connections=(setting,))
    assert found.tables[0].id == TableId("sql", "postgresql://db/shop", "crm", "users")


def test_a_table_used_in_a_known_database_is_the_one_that_a_service_of_unknown_database_uses() -> None:
    found = system(service("b", databases=("shop",)), A, uses=(use("users"), use("users", "insert", "b/x.py")))
    assert {table.id.database: table.owner for table in found.tables} == {"shop": "b"}


def test_the_result_does_not_depend_on_the_order_of_the_facts() -> None:
    changes = (*OWN_BOTH, create("x", "b/m/1.sql", 2))
    uses = (use("x"), use("users", path="c/x.py"), use("x*", "insert", "c/x.py", 4), use("Z", line=3), use("z", path="b/x.py"))
    models = (model("users"), model("z", "c/m.py"))

    def made(step: int) -> System:
        return system(*(A, B, C)[::step], changes=changes[::step], uses=uses[::step], models=models[::step])

    assert made(1) == made(-1)


def test_an_owned_name_is_a_table_before_anybody_creates_it() -> None:
    found = system(service("b", owns=("users",), databases=("shop",)), A, uses=(use("users"),))
    assert table_named(found, "users").owner == "b"


def test_what_a_process_has_in_memory_is_nobody_elses() -> None:
    memory = Connection("a", "sql", "h2:memory:a", at("a/application.yml"), "jdbc", complete=True)
    uses = (use("items", "insert"), use("items", path="b/x.py"))
    found = system(A, B, uses=uses, connections=(memory,))
    assert used_by(found, "a") != used_by(found, "b")
