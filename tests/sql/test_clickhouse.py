"""ClickHouse: statements of its own, and how it is recognised."""

import pytest

from dblint.sql import dialect_of, read_script
from tests.sql.reading import one

SAID = {
    "ALTER TABLE t ON CLUSTER c DROP COLUMN x": ["column.drop"],
    "ALTER TABLE t ON CLUSTER '{cluster}' ADD COLUMN x String AFTER y": ["column.add"],
    "ALTER TABLE t MODIFY COLUMN IF EXISTS x Nullable(String)": ["column.type"],
    "ALTER TABLE t MODIFY TTL ts + INTERVAL 30 DAY": [],
    "ALTER TABLE t MODIFY QUERY SELECT a FROM b": [],
    "ALTER TABLE t MODIFY SETTING index_granularity = 1": [],
    "ALTER TABLE t DROP PARTITION '2020'": [],
    "ALTER TABLE t DROP PROJECTION p": [],
    "CREATE TABLE t ON CLUSTER c (a UInt64) ENGINE = MergeTree ORDER BY a": ["table.create"],
    "CREATE ROW POLICY IF NOT EXISTS p ON t USING a = 1 TO r": ["policy.create"],
    "CREATE DICTIONARY d (id UInt64) PRIMARY KEY id SOURCE(CLICKHOUSE(TABLE 's')) LAYOUT(FLAT()) LIFETIME(300)": [],
    "CREATE QUOTA q FOR INTERVAL 1 hour MAX queries = 1 TO r": [],
    "EXCHANGE TABLES a AND b": [],
    "SYSTEM RELOAD DICTIONARIES": [],
}


@pytest.mark.parametrize(("text", "events"), SAID.items())
def test_statements_of_clickhouse_are_read(text: str, events: list[str]) -> None:
    (statement,) = read_script(text, "clickhouse")
    assert (statement.status, [event.kind for event in statement.events]) == ("understood", events)


def test_a_column_may_be_called_like_a_part_elsewhere() -> None:
    assert [event.kind for event in one("ALTER TABLE t DROP part CASCADE").events] == ["column.drop"]


def test_a_table_on_a_cluster_has_its_columns() -> None:
    created = one(
        "CREATE TABLE t ON CLUSTER c (a UInt64, b LowCardinality(String)) ENGINE = MergeTree ORDER BY a", "clickhouse"
    )
    assert [column.name for column in created.events[0].columns] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("ALTER TABLE t UPDATE a = 1 WHERE b = 2", ("update", ("a",))),
        ("ALTER TABLE s.t ON CLUSTER c UPDATE a = 1, b = 2 WHERE b = 2", ("update", ("a", "b"))),
        ("ALTER TABLE t DELETE WHERE b = 2", ("delete", ())),
    ],
)
def test_rows_that_are_changed_by_alter_are_written(text: str, use: tuple[str, tuple[str, ...]]) -> None:
    (found, *_) = one(text, "clickhouse").uses
    assert (found.table.name, found.mode, found.action, found.columns) == ("t", "write", *use)


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a",
        "SELECT a FROM t AS x FINAL WHERE b = 1",
        "CREATE VIEW v AS SELECT * FROM s SETTINGS max_threads = 1",
        "EXCHANGE TABLES a AND b",
        "CREATE ROW POLICY p ON t USING a = 1 TO r",
    ],
)
def test_clickhouse_is_recognised(text: str) -> None:
    assert dialect_of(text) == "clickhouse"


def test_a_folder_tells_the_dialect_where_the_text_does_not() -> None:
    assert dialect_of("SELECT 1", "backend/clickhouse/migrations/1.sql") == "clickhouse"
    assert dialect_of("SELECT 1", "migrations/MariaDB/1.sql") == "mysql"
    assert dialect_of("SELECT a::text", "migrations/mysql/1.sql") == "postgres"
    assert dialect_of("SELECT 1", "mysql.sql") is None
