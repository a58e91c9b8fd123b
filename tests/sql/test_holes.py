# ruff: noqa: S608 -- vectors of one line each; nothing here reaches a database
import pytest

from dblint.sql import HOLE, read_script
from tests.sql.reading import one, uses


@pytest.mark.parametrize(
    "text",
    [
        "SELECT a FROM t WHERE b = %s AND c = %(x)s LIMIT %d",
        "SELECT a FROM t WHERE b = :n AND c IN (:m)",
        "SELECT a FROM t WHERE b = $1 AND c = ANY($2)",
        "SELECT a FROM t WHERE b = ? AND c = 1 LIMIT ?",
        "SELECT a FROM t WHERE b = #{x} AND c = ${y}",
        "SELECT a FROM t WHERE b = {x} AND c LIKE '%%z'",
        "SELECT a FROM t WHERE b IN \ue000 AND c = \ue000",
        "SELECT a FROM t WHERE b = {{ x }} AND c > 1\n{% if y %}\nAND b = 2\n{% endif %}",
        "SELECT a FROM t WHERE b \ue000 %s AND c = 1",
    ],
)
def test_a_placeholder_for_a_value_is_harmless(text: str) -> None:
    assert one(text).status == "understood"
    assert uses(text) == {"select t cols(a,b,c)"}


@pytest.mark.parametrize("table", ["%s", ":tbl", "@t", "?", "$1", "${t}", "{t}", "{{ t }}", HOLE, '"\ue000"'])
def test_a_placeholder_for_a_table_is_unresolved_and_no_table(table: str) -> None:
    statement = one(f"SELECT * FROM {table} WHERE a = 'secret'")
    assert (statement.status, statement.reason, statement.uses) == ("dynamic", "dynamic-table", ())
    assert "⟨?⟩" in statement.partial
    assert "secret" not in statement.partial


@pytest.mark.parametrize(
    "text", ["CREATE SCHEMA IF NOT EXISTS ${name}", "CREATE DATABASE {name}", 'CREATE ALIAS F FOR "a.F.f"']
)
def test_what_is_made_without_a_table_needs_no_name(text: str) -> None:
    assert (one(text).status, one(text).uses) == ("understood", ())


@pytest.mark.parametrize(
    ("text", "name", "schema"),
    [
        ("SELECT a FROM orders_\ue000", "orders_*", None),
        ("SELECT a FROM {prefix}_orders", "*_orders", None),
        ("DELETE FROM audit_%s WHERE ts < %%s", "audit_*", None),
        ("SELECT a FROM s.orders_{year}_{month} o", "orders_*_*", "s"),
        ('INSERT INTO "log_\ue000" VALUES (1)', "log_*", None),
    ],
)
def test_a_partly_literal_table_is_a_pattern_and_dynamic(text: str, name: str, schema: str | None) -> None:
    statement = one(text)
    assert statement.status == "dynamic"
    assert [(u.table.name, u.table.schema) for u in statement.uses] == [(name, schema)]
    assert name.replace("*", "⟨?⟩") in statement.partial


def test_a_schema_hole_leaves_the_table() -> None:
    statement = one("SELECT id, mail FROM \ue000.customer")
    assert statement.status == "understood"
    assert str(statement.uses[0].table) == "*.customer"


@pytest.mark.parametrize(
    "text",
    ["SELECT \ue000 FROM t", "SELECT a, \ue000 FROM t", "SELECT a FROM t ORDER BY \ue000", "SELECT a FROM t GROUP BY {x}"],
)
def test_a_hole_for_columns_makes_them_unknown(text: str) -> None:
    assert one(text).status == "understood"
    assert uses(text) == {"select t cols(?)"}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT a FROM t \ue000",
        "SELECT a FROM t WHERE \ue000",
        "SELECT a FROM t \ue000 LIMIT 1",
        "SELECT a FROM t LIMIT \ue000",
        "SELECT \ue000 a FROM t",
    ],
)
def test_a_hole_for_a_clause_leaves_tables_complete(text: str) -> None:
    assert one(text).status == "understood"
    assert uses(text) == {"select t cols(a)"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\ue000", set()),
        ("\ue000 SELECT a FROM t JOIN u ON 1 = 1", {"select t cols(?)", "select u cols(?)"}),
        ("SELECT a FROM t WHERE (\ue000 b SELECT", {"select t cols(?)"}),
    ],
)
def test_a_hole_for_structure_keeps_the_literal_tables(text: str, expected: set[str]) -> None:
    assert one(text).reason == "dynamic-statement"
    assert uses(text) == expected


def test_casts_and_slices_are_no_placeholders() -> None:
    assert uses("SELECT a::text, b[1:2] FROM t WHERE c = '12:30' AND d ->> 'x' = 'y'") == {"select t cols(a,b,c,d)"}


def test_a_dynamic_drop_is_unresolved() -> None:
    statement = one("DROP TABLE \ue000")
    assert (statement.status, statement.events) == ("dynamic", ())
    assert [e.table.name for e in one("DROP TABLE old_\ue000").events] == ["old_*"]


def test_holes_are_found_in_every_dialect() -> None:
    for dialect in ("postgres", "mysql", "sqlite", "tsql", "oracle", "generic"):
        assert [s.reason for s in read_script("SELECT * FROM \ue000", dialect)] == ["dynamic-table"]


def test_how_long_an_interval_is_may_be_given() -> None:
    text = f"UPDATE task SET busy = 1 WHERE at < DATE_SUB(NOW(), INTERVAL {HOLE} SECOND) AND name = {HOLE}"
    (found,) = read_script(text, "mysql")
    assert (found.status, [use.table.name for use in found.uses]) == ("understood", ["task"])


def test_a_column_called_filter_may_be_asked_for_a_key_of_its_document() -> None:
    (found,) = read_script("UPDATE saved s SET a = 1 WHERE s.filter ? 'regions' AND b = 2", "postgres")
    assert (found.status, [use.table.name for use in found.uses]) == ("understood", ["saved"])
    (found,) = read_script("SELECT count(*) FILTER (WHERE a = ?) FROM t WHERE b = ?", "postgres")
    assert (found.status, [use.table.name for use in found.uses]) == ("understood", ["t"])
