import pytest

from dblint.config import Configuration
from dblint.model.facts import Change, FileFacts, Interpretation, Problem, Unresolved
from dblint.model.schema import Column
from dblint.model.sql import Statement
from dblint.model.tree import SourceFile, Tree
from dblint.resolve import resolve
from tests.resolve.factories import (
    access,
    at,
    change,
    create,
    database,
    key,
    model,
    name,
    script,
    service,
    statement,
    system,
    use,
)

A, B = service("a"), service("b")
DB = service("db", kind="schema")


def test_a_statement_joins_the_physical_tables_that_it_names() -> None:
    joined = statement(access("t"), access("public.u"), joins=("t", "u"))
    (join,) = system(A, uses=(joined, use("u", line=3))).joins
    assert ([table.name for table in join.tables], join.kind, join.service) == (["t", "u"], "inner", "a")


def test_no_statement_joins_tables_with_the_collections_of_another_store() -> None:
    joined = statement(access("t"), access("u"), access("c", store="mongodb"), joins=("t", "u", "c"))
    (join,) = system(A, uses=(joined,)).joins
    assert [table.name for table in join.tables] == ["t", "u"]


def test_two_names_of_one_table_are_no_join() -> None:
    assert system(A, uses=(statement(access("t"), joins=("t", "public.t")),)).joins == ()


def test_foreign_keys_come_from_the_present_schema_and_once_for_a_service() -> None:
    orders = create("orders", foreign_keys=(key("user_id", "users"), key("item_id", "items")))
    gone = change("column.drop", "orders", "a/migrations/2.sql", names=("item_id",))
    copy = model("orders", foreign_keys=((key("user_id", "users"), at("a/models.py", 5)),))
    found = system(A, B, changes=(orders, gone, create("users", "b/m/1.sql")), models=(copy,))
    assert [(each.columns, each.target.name, str(each.place), each.how) for each in found.references] == [
        (("user_id",), "users", "a/migrations/1.sql:1", "ddl")
    ]


def test_a_foreign_key_of_an_unmanaged_model_is_not_enforced() -> None:
    managed = model("t", foreign_keys=((key("u_id", "u"), at("a/m.py", 5)),))
    reflected = model("t", "b/m.py", managed=False, foreign_keys=((key("u_id", "u"), at("b/m.py", 5)),))
    found = system(A, B, models=(managed, reflected))
    assert {each.service: each.enforced for each in found.references} == {"a": True, "b": False}


def test_a_foreign_key_in_a_schema_folder_is_stated_by_the_owner_of_the_table() -> None:
    changes = (create("orders", "db/1.sql", foreign_keys=(key("user_id", "users"),)), create("users", "db/1.sql", 2))
    found = system(A, B, DB, changes=changes, uses=(use("orders", "insert"), use("users", "insert", "b/x.py")))
    assert [each.service for each in found.references] == ["a"]


def test_every_model_is_a_mapping() -> None:
    (mapping,) = system(A, models=(model("t", managed=False),)).mappings
    assert (mapping.table.name, mapping.name, mapping.managed) == ("t", "T", False)


def test_changes_are_those_of_migrations_and_of_ddl_in_code() -> None:
    changes = (create("t"), change("column.drop", "t", "b/m/1.sql"), change("sequence.create", "s", "b/m/1.sql", 2))
    found = system(A, B, changes=changes, uses=(use("t", "drop", "b/x.py"),))
    assert [(each.service, each.event.kind, each.tool) for each in found.changes] == [
        ("a", "table.create", "flyway"),
        ("b", "column.drop", "flyway"),
        ("b", "table.drop", "runtime"),
    ]
    assert {each.table.name for each in found.changes} == {"t"}


def test_a_temporary_table_is_nobodys() -> None:
    found = system(A, changes=(create("t", flags=("temporary",)),))
    assert (found.tables, found.changes) == ((), ())


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (change("view.create", "v", "b/m/1.sql", reads=(name("t"),)), [("b", "v", "view", "t", "read")]),
        (change("routine.create", "f", "b/m/1.sql", writes=(name("t"),)), [("b", "f", "routine", "t", "write")]),
        (change("trigger.create", "t", "b/m/1.sql", object="tr"), [("b", "tr", "trigger", "t", "write")]),
        (change("routine.create", "f", "db/1.sql", reads=(name("t"),)), [("a", "f", "routine", "t", "read")]),
        (change("trigger.create", "t", "db/1.sql", object="tr"), [("a", "tr", "trigger", "t", "write")]),
        (change("view.drop", "v", "b/m/1.sql"), []),
    ],
    ids=["view", "routine", "trigger", "routine of a folder", "trigger of a folder", "drop"],
)
def test_what_routines_touch_is_charged_to_their_maker(event: Change, expected: list[tuple[str, ...]]) -> None:
    found = system(A, B, DB, changes=(create("t"), event))
    assert [(each.service, each.object, each.kind, each.table.name, each.mode) for each in found.routines] == expected


def test_reading_a_view_of_another_service_reads_what_lies_behind_it() -> None:
    views = (
        change("view.create", "v", line=2, reads=(name("t"), name("w"))),
        change("view.create", "w", line=3, reads=(name("u"), name("v"))),
    )
    found = system(A, B, changes=(create("t"), create("u", line=4), *views), uses=(use("v"), use("v", path="b/x.py")))
    reads = [(each.service, each.table.name, each.via) for each in found.accesses]
    assert reads[0] == ("a", "v", ())
    assert set(reads[1:]) == {("b", "v", ()), ("b", "t", ("v",)), ("b", "u", ("v",))}


def test_the_uses_of_a_script_are_those_of_the_service_that_holds_it() -> None:
    found = system(A, B, scripts=(script("b/queries.sql", ("t", "select"), ("u", "insert")),))
    assert [(each.service, each.table.name, each.mode, each.place.line) for each in found.accesses] == [
        ("b", "t", "read", 1),
        ("b", "u", "write", 2),
    ]


def test_unresolved_calls_are_charged_like_statements() -> None:
    calls = (Unresolved(at("common/db.py", 3), "dynamic-table", "SELECT ⟨?⟩", "load"),)
    imports = (("a/x.py", "common/db.py", "load"), ("b/x.py", "common/db.py", "save"))
    found = system(A, B, service("common", kind="library"), unresolved=calls, imports=imports)
    assert [(each.service, each.partial) for each in found.unresolved] == [("a", "SELECT ⟨?⟩")]


def test_coverage_adds_up() -> None:
    statements = tuple(
        Statement(status, number, number, reason="r")  # type: ignore[arg-type]  # the four statuses
        for number, status in enumerate(("understood", "dynamic", "opaque", "error"))
    )
    files = tuple(
        SourceFile(path, "python", role, "a", 1)  # type: ignore[arg-type]  # roles
        for path, role in (("a/x.py", "source"), ("a/y.py", "source"), ("a/z.py", "source"), ("a/test.py", "test"))
    )
    problems = (Problem("a/y.py", "syntax-error", 4), Problem("a/z.py", "too-large"), Problem("a/z.py", "too-large"))
    tree = Tree("/tree", (A,), files, (), problems[1:2], unsupported=(("cobol", 2),))
    interpretation = Interpretation(
        (use("t"), use("x*", line=2)), (), (Unresolved(at("a/x.py"), "dynamic-sql"), Unresolved(at("a/x.py"), "opaque-call"))
    )
    scripts = (FileFacts("a/s.sql", "sql", script=statements, lines=(0, 1, 2, 3)),)
    found = resolve(tree, interpretation, (), scripts, Configuration(), problems=problems).system
    cover = found.coverage
    assert (cover.statements_found, cover.statements_resolved, cover.dynamic, cover.opaque) == (8, 2, 3, 3)
    assert cover.statements_found == cover.statements_resolved + cover.dynamic + cover.opaque
    assert (cover.files_seen, cover.files_read, cover.files_partly_read, cover.declared_out) == (6, 1, 1, 3)
    assert [(each.path, each.reason) for each in found.problems] == [("a/y.py", "syntax-error"), ("a/z.py", "too-large")]


def test_an_empty_tree_is_an_empty_system() -> None:
    assert system().tables == ()


@pytest.mark.parametrize(("other", "hit"), [("one", {("a", "t"), ("a", "u")}), ("two", {("a", "t")})])
def test_a_value_of_an_enumeration_changes_the_tables_of_its_own_database_alone(other: str, hit: set[tuple[str, str]]) -> None:
    columns = (Column("id"), Column("kind", "role"))
    changes = (
        change("table.create", "t", columns=columns),
        change("table.create", "u", "b/migrations/1.sql", columns=columns),
        change("enum.add_value", "role", "a/migrations/2.sql", names=("SERVICE",)),
    )
    services = (service("a", databases=("one",)), service("b", databases=(other,)))
    known = tuple(database(text, f"postgresql://db/{text}") for text in ("one", "two"))
    found = system(*services, changes=changes, databases=known)
    assert {(each.service, each.table.name) for each in found.changes if each.event.kind == "enum.add_value"} == hit
