import time

import pytest

from dblint.model.facts import ServiceUnresolved, TableId
from dblint.model.place import Place
from dblint.model.system import System
from dblint.query import TABLES, QueryError, ask, checked
from dblint.query.tables import name_of
from tests.report.factory import FINDINGS, system


def test_facts_are_answered_in_sql() -> None:
    answer = ask(
        "SELECT service, mode, path, line FROM accesses JOIN tables ON id = table_id WHERE name = 'invoices'", system()
    )
    assert answer.columns == ("service", "mode", "path", "line")
    assert ("orders", "read", "orders/app.py", 8) in answer.rows


def test_findings_can_be_asked_about_as_well() -> None:
    ((number,),) = ask(
        "WITH open AS (SELECT * FROM findings WHERE NOT suppressed) SELECT count(*) FROM open", system(), FINDINGS
    ).rows
    assert number == sum(1 for finding in FINDINGS if not finding.suppressed)


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_every_column(table: str) -> None:
    answer = ask(f"SELECT * FROM {table}", system(), FINDINGS)  # noqa: S608 - our own names
    assert answer.columns == tuple(TABLES[table].columns)


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM accesses",
        "INSERT INTO services VALUES (1, 2, 3)",
        "UPDATE tables SET owner = 'me'",
        "DROP TABLE tables",
        "CREATE TABLE x (y)",
        "CREATE TEMP VIEW x AS SELECT 1",
        "ATTACH DATABASE '/etc/passwd' AS x",
        "PRAGMA database_list",
        "SELECT * FROM pragma_database_list",
        "SELECT * FROM sqlite_master",
        "SELECT load_extension('x')",
        "VACUUM INTO '/tmp/dblint-query-test'",
        "BEGIN",
        "SELECT 1; SELECT 2",
        "SELECT 1; DELETE FROM accesses",
        "WITH x AS (SELECT 1) DELETE FROM accesses",
        "",
        "-- nothing",
        "SELECT nothing FROM accesses",
        "SELECT * FROM nowhere",
        "SELEC 1",
        "SELECT '\0'; x",
        "SELECT zeroblob(1000000000)",
        "SELECT 1 WHERE " + "(" * 5000 + "1" + ")" * 5000,
    ],
)
def test_a_query_that_does_anything_else_is_refused(query: str) -> None:
    with pytest.raises(QueryError):
        checked(query)


def test_a_query_that_does_not_end_is_stopped() -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    start = time.monotonic()
    with pytest.raises(QueryError, match="took more than"):
        ask(endless, System(), seconds=0.2)
    assert time.monotonic() - start < 5


def test_a_query_that_gives_too_much_is_stopped() -> None:
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200000) SELECT i FROM n"
    with pytest.raises(QueryError, match="more than 100,000 rows"):
        checked(many)


def test_names_that_are_no_utf_8_do_not_matter() -> None:
    odd = System(unresolved=(ServiceUnresolved("a\udce9", Place("b", 1), "why"),))
    assert ask("SELECT service FROM unresolved", odd).rows == (("a\\udce9",),)


def test_tables_have_one_key_everywhere() -> None:
    assert name_of(TableId("sql", None, "public", "orders")) == "sql::public:orders"
