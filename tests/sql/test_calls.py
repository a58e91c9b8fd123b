"""Calls of routines, and sequences from which a statement takes numbers."""

import pytest

from dblint.model.sql import Dialect
from dblint.sql import read_script


def called(text: str, dialect: Dialect = "postgres") -> list[str]:
    """The calls of a script as `kind name`."""
    return [f"{call.kind} {call.name}" for statement in read_script(text, dialect) for call in statement.calls]


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ("SELECT f(1), count(*), shop.g(x) FROM h(2) t, users u WHERE lower(a) = b", "postgres", ["f", "shop.g", "h"]),
        ("CALL close_all(1)", "mysql", ["close_all"]),
        ("EXEC dbo.close_all @day = 1", "tsql", ["dbo.close_all"]),
        ("EXEC @result = dbo.close_all 1", "tsql", ["dbo.close_all"]),
        ("INSERT INTO t (a, b) VALUES (f(1), 2)", "postgres", ["f"]),
        ("CREATE TABLE t (a varchar(20), CHECK (is_fine(a)))", "postgres", ["is_fine"]),
        ("CREATE TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION stamp()", "postgres", ["stamp"]),
        (
            "CREATE FUNCTION a() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM b(1); CALL c(); RETURN d(2); END $$",
            "postgres",
            ["b", "c", "d"],
        ),
        ("DROP FUNCTION f(int, text)", "postgres", []),
        ("WITH f (a) AS (SELECT 1) SELECT a FROM f", "postgres", []),
        ("CREATE INDEX i ON t (a)", "postgres", []),
    ],
)
def test_routines_that_a_statement_calls_are_told(text: str, dialect: Dialect, expected: list[str]) -> None:
    assert called(text, dialect) == [f"routine {name}" for name in expected]


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ("SELECT nextval('shop.\"Order_seq\"'::regclass)", "postgres", "shop.Order_seq"),
        ("SELECT setval('order_seq', 3)", "postgres", "order_seq"),
        ("SELECT NEXT VALUE FOR dbo.order_seq", "tsql", "dbo.order_seq"),
        ("SELECT order_seq.NEXTVAL FROM dual", "oracle", "ORDER_SEQ"),
        ("SELECT last_value FROM order_seq", "postgres", "order_seq"),
        ("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM order_seq", "postgres", "order_seq"),
    ],
)
def test_a_sequence_is_no_table(text: str, dialect: Dialect, expected: str) -> None:
    (statement,) = read_script(text, dialect)
    assert called(text, dialect) == [f"sequence {expected}"]
    assert [use.table.name for use in statement.uses if use.table.name.lower() != "dual"] == []


def test_a_table_that_has_a_last_value_among_others_is_one() -> None:
    (statement,) = read_script("SELECT last_value, name FROM meters", "postgres")
    assert [use.table.name for use in statement.uses] == ["meters"]


def test_a_sequence_in_a_join_joins_nothing() -> None:
    (statement,) = read_script("SELECT t.id, s.last_value FROM orders t, order_seq s", "postgres")
    assert [use.table.name for use in statement.uses] == ["orders"]
    assert statement.joins == ()
