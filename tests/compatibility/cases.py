"""Changes and consumer statements that a database can judge: one case proves one cell of the matrix."""
# ruff: noqa: S608 - the statements are put together from the constants of this file

from typing import NamedTuple

TABLE = """
CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(20) NOT NULL UNIQUE, b VARCHAR(20) DEFAULT 'x', n INTEGER NOT NULL DEFAULT 7);
INSERT INTO t (id, a, b, n) VALUES (1, 'one', 'first', 1);
CREATE TABLE archive (id INTEGER, a VARCHAR(20), b VARCHAR(20), n INTEGER);
"""
AFTER_WRITE = "SELECT id, a, b, n FROM t ORDER BY id"
UPSERT = {
    "postgres": "INSERT INTO t (id, a) VALUES (2, 'one') ON CONFLICT (a) DO UPDATE SET n = 9",
    "sqlite": "INSERT INTO t (id, a) VALUES (2, 'one') ON CONFLICT (a) DO UPDATE SET n = 9",
    "mysql": "INSERT INTO t (id, a) VALUES (2, 'one') ON DUPLICATE KEY UPDATE n = 9",
}
VIEW = "CREATE VIEW v AS SELECT id, b FROM t;"
CHILD = "CREATE TABLE child (t_a VARCHAR(20), FOREIGN KEY (t_a) REFERENCES t (a));"
ROUTINE = {
    "postgres": "CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT max(b) FROM t); END';",
    "mysql": "CREATE FUNCTION f() RETURNS varchar(20) READS SQL DATA RETURN (SELECT max(b) FROM t);",
}
ALL = ("postgres", "mysql", "sqlite")
SERVERS = ("postgres", "mysql")


class Case(NamedTuple):
    """A change, a statement and what it shows; `probe` is read after a statement that writes."""

    change: str
    consumer: str
    ddl: str
    statement: str
    dialects: tuple[str, ...] = ALL
    setup: str = ""
    probe: str = ""

    def __str__(self) -> str:
        return f"{self.change}-{self.consumer}"


def _reads(change: str, ddl: str, dialects: tuple[str, ...] = ALL, column: str = "b", other: str = "id") -> list[Case]:
    """The consumers that read."""
    return [
        Case(change, "RN", ddl, f"SELECT {column} FROM t", dialects),
        Case(change, "RO", ddl, f"SELECT {other} FROM t", dialects),
        Case(change, "RS", ddl, "SELECT * FROM t", dialects),
        Case(change, "RP", ddl, "INSERT INTO archive SELECT * FROM t", dialects, probe="SELECT * FROM archive"),
    ]


def _writes(change: str, ddl: str, dialects: tuple[str, ...] = ALL, column: str = "b") -> list[Case]:
    """The consumers that write."""
    probe = AFTER_WRITE if not change.startswith(("column.drop", "column.rename", "table.")) else "SELECT 1 AS one"
    return [
        Case(change, "IC", ddl, f"INSERT INTO t (id, a, {column}) VALUES (2, 'two', 'y')", dialects, probe=probe),
        Case(change, "IO", ddl, "INSERT INTO t (id, a) VALUES (2, 'two')", dialects, probe=probe),
        Case(change, "IX", ddl, "INSERT INTO t VALUES (2, 'two', 'y', 3)", dialects, probe=probe),
        Case(change, "UP", ddl, f"UPDATE t SET {column} = 'z' WHERE id = 1", dialects, probe=probe),
        Case(change, "DL", ddl, "DELETE FROM t WHERE id = 1", dialects, probe=probe),
    ]


def _objects(change: str, ddl: str, dialects: tuple[str, ...] = ALL) -> list[Case]:
    """Views and routines that use the column, or the table."""
    servers = tuple(each for each in dialects if each in SERVERS)
    return [
        Case(change, "VW", ddl, "SELECT * FROM v", dialects, setup=VIEW),
        *([Case(change, "PL", ddl, "SELECT f() AS f", servers, setup="<routine>")] if servers else []),
    ]


def _table(change: str, ddl: str) -> list[Case]:
    return [
        *_reads(change, ddl),
        *_writes(change, ddl),
        *_objects(change, ddl),
        Case(change, "UC", ddl, "<upsert>", probe="SELECT 1 AS one"),
    ]


DROP, RENAME = "ALTER TABLE t DROP COLUMN b", "ALTER TABLE t RENAME COLUMN b TO c"
NOT_NULL = {
    "postgres": "ALTER TABLE t ALTER COLUMN b SET NOT NULL",
    "mysql": "ALTER TABLE t MODIFY b VARCHAR(20) NOT NULL",
}
_NO_DEFAULT = "ALTER TABLE t ALTER COLUMN b DROP DEFAULT;"

CASES: tuple[Case, ...] = (
    *_table("table.drop", "DROP TABLE t"),
    Case("table.drop", "FK", "DROP TABLE t", "INSERT INTO child VALUES ('one')", setup=CHILD),
    *_table("table.rename", "ALTER TABLE t RENAME TO u"),
    Case("table.rename", "FK", "ALTER TABLE t RENAME TO u", "INSERT INTO child VALUES ('one')", setup=CHILD),
    *_reads("table.to_view", "ALTER TABLE t RENAME TO u; CREATE VIEW t AS SELECT id, a, b, n FROM u"),
    *_reads("column.drop", DROP),
    *_writes("column.drop", DROP),
    *_objects("column.drop", DROP),
    Case("column.drop", "UC", "ALTER TABLE t DROP COLUMN a", "<upsert>", SERVERS, probe="SELECT 1 AS one"),
    Case("column.drop", "FK", "ALTER TABLE t DROP COLUMN a", "INSERT INTO child VALUES ('one')", setup=CHILD),
    *_reads("column.rename", RENAME),
    *_writes("column.rename", RENAME),
    *_objects("column.rename", RENAME),
    Case("column.rename", "UC", "ALTER TABLE t RENAME COLUMN a TO c", "<upsert>", probe="SELECT 1 AS one"),
    Case("column.rename", "FK", "ALTER TABLE t RENAME COLUMN a TO c", "INSERT INTO child VALUES ('one')", setup=CHILD),
    *(case for case in _reads("column.add", "ALTER TABLE t ADD COLUMN c INTEGER") if case.consumer != "RN"),
    *(case for case in _writes("column.add", "ALTER TABLE t ADD COLUMN c INTEGER") if case.consumer not in ("IC", "UP")),
    Case("column.add", "UC", "ALTER TABLE t ADD COLUMN c INTEGER", "<upsert>", probe=AFTER_WRITE),
    Case(
        "column.add", "VW", "ALTER TABLE t ADD COLUMN c INTEGER", "SELECT * FROM v", setup="CREATE VIEW v AS SELECT * FROM t;"
    ),
    *(
        Case("column.add.required", consumer, "DELETE FROM t; ALTER TABLE t ADD COLUMN c INTEGER NOT NULL", statement, SERVERS)
        for consumer, statement in (
            ("RO", "SELECT id FROM t WHERE id > 5"),
            ("IO", "INSERT INTO t (id, a) VALUES (2, 'two')"),
            ("IX", "INSERT INTO t VALUES (2, 'two', 'y', 3)"),
            ("DL", "DELETE FROM t WHERE id = 1"),
        )
    ),
    Case("column.add.required", "UC", "DELETE FROM t; ALTER TABLE t ADD COLUMN c INTEGER NOT NULL", "<upsert>", SERVERS),
    *(
        Case("column.type.widen", consumer, ddl, statement, (dialect,), setup=setup, probe=probe)
        for dialect, ddl in (
            ("postgres", "ALTER TABLE t ALTER COLUMN b TYPE VARCHAR(50)"),
            ("mysql", "ALTER TABLE t MODIFY b VARCHAR(50) DEFAULT 'x'"),
        )
        for consumer, statement, setup, probe in (
            ("RO", "SELECT id FROM t", "", ""),
            ("IC", "INSERT INTO t (id, a, b) VALUES (2, 'two', 'y')", "", AFTER_WRITE),
            ("IO", "INSERT INTO t (id, a) VALUES (2, 'two')", "", AFTER_WRITE),
            ("IX", "INSERT INTO t VALUES (2, 'two', 'y', 3)", "", AFTER_WRITE),
            ("UP", "UPDATE t SET b = 'z'", "", AFTER_WRITE),
            ("VW", "SELECT * FROM v", VIEW, ""),
        )
    ),
    Case(
        "column.type.widen",
        "FK",
        "ALTER TABLE t ALTER COLUMN a TYPE VARCHAR(50)",
        "INSERT INTO child VALUES ('one')",
        ("postgres",),
        setup=CHILD,
    ),
    *(
        Case("column.type.narrow", consumer, ddl, statement, (dialect,), setup=setup)
        for dialect, ddl in (
            ("postgres", "ALTER TABLE t ALTER COLUMN b TYPE VARCHAR(5)"),
            ("mysql", "ALTER TABLE t MODIFY b VARCHAR(5) DEFAULT 'x'"),
        )
        for consumer, statement, setup in (
            ("RO", "SELECT id FROM t", ""),
            ("IC", "INSERT INTO t (id, a, b) VALUES (2, 'two', 'longer than five')", ""),
            ("IO", "INSERT INTO t (id, a) VALUES (2, 'two')", ""),
            ("IX", "INSERT INTO t VALUES (2, 'two', 'longer than five', 3)", ""),
            ("UP", "UPDATE t SET b = 'longer than five'", ""),
            ("VW", "SELECT * FROM v", VIEW),
        )
    ),
    *(
        Case("column.nullable.set", consumer, _NO_DEFAULT + ddl, statement, (dialect,), setup=_NO_DEFAULT, probe=probe)
        for dialect, ddl in NOT_NULL.items()
        for consumer, statement, probe in (
            ("RN", "SELECT b FROM t", ""),
            ("RS", "SELECT * FROM t", ""),
            ("IO", "INSERT INTO t (id, a) VALUES (2, 'two')", AFTER_WRITE),
            ("DL", "DELETE FROM t", AFTER_WRITE),
        )
    ),
    Case(
        "column.nullable.set.defaulted",
        "IO",
        NOT_NULL["postgres"],
        "INSERT INTO t (id, a) VALUES (2, 'two')",
        ("postgres",),
        probe=AFTER_WRITE,
    ),
    *(
        Case(
            "column.default.drop.required",
            consumer,
            "ALTER TABLE t ALTER COLUMN n DROP DEFAULT",
            statement,
            SERVERS,
            probe=probe,
        )
        for consumer, statement, probe in (
            ("RN", "SELECT n FROM t", ""),
            ("IC", "INSERT INTO t (id, a, n) VALUES (2, 'two', 3)", AFTER_WRITE),
            ("IO", "INSERT INTO t (id, a) VALUES (2, 'two')", AFTER_WRITE),
            ("UP", "UPDATE t SET n = 4", AFTER_WRITE),
        )
    ),
    *(
        Case("column.default.drop", consumer, ddl, statement, (dialect,), probe=AFTER_WRITE)
        for dialect, ddl in (
            ("postgres", _NO_DEFAULT),
            ("mysql", "ALTER TABLE t MODIFY b VARCHAR(20) NULL DEFAULT NULL"),
        )
        for consumer, statement in (
            ("IC", "INSERT INTO t (id, a, b) VALUES (2, 'two', 'y')"),
            ("IO", "INSERT INTO t (id, a) VALUES (2, 'two')"),
        )
    ),
    *(
        Case(
            "column.default.change",
            consumer,
            "ALTER TABLE t ALTER COLUMN b SET DEFAULT 'w'",
            statement,
            SERVERS,
            probe=AFTER_WRITE,
        )
        for consumer, statement in (
            ("IC", "INSERT INTO t (id, a, b) VALUES (2, 'two', 'y')"),
            ("IO", "INSERT INTO t (id, a) VALUES (2, 'two')"),
            ("UP", "UPDATE t SET b = 'z'"),
        )
    ),
    *(
        Case("unique.drop", consumer, ddl, statement, (dialect,), setup=setup, probe=probe)
        for dialect, ddl in (
            ("postgres", "ALTER TABLE t DROP CONSTRAINT t_a_key"),
            ("mysql", "ALTER TABLE t DROP INDEX a"),
        )
        for consumer, statement, setup, probe in (
            ("IC", "INSERT INTO t (id, a) VALUES (2, 'two')", "", AFTER_WRITE),
            ("UC", "<upsert>", "", AFTER_WRITE),
            ("FK", "INSERT INTO child VALUES ('one')", CHILD, ""),
            ("VW", "SELECT * FROM v", VIEW, ""),
        )
    ),
    *(
        Case("unique.add", consumer, "CREATE UNIQUE INDEX u ON t (b)", statement, probe=AFTER_WRITE)
        for consumer, statement in (("DL", "DELETE FROM t"), ("UC", "<upsert>"))
    ),
    Case("enum.add_value", "RO", "ALTER TYPE mood ADD VALUE 'sad'", "SELECT id FROM moods", ("postgres",), setup="<enum>"),
    Case(
        "enum.add_value",
        "IC",
        "ALTER TYPE mood ADD VALUE 'sad'",
        "INSERT INTO moods VALUES (1, 'ok')",
        ("postgres",),
        setup="<enum>",
    ),
    *(
        Case("enum.rename_value", consumer, ddl, statement, (dialect,), setup="<enum>")
        for dialect, ddl in (
            ("postgres", "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'"),
            ("mysql", "ALTER TABLE moods MODIFY m ENUM('fine', 'bad')"),
        )
        for consumer, statement in (
            ("RN", "SELECT count(*) AS n FROM moods WHERE m = 'ok'"),
            ("IC", "INSERT INTO moods (id, m) VALUES (2, 'ok')"),
            ("UP", "UPDATE moods SET m = 'ok'"),
        )
        # MariaDB refuses to convert a table that still holds the old label.
        if not (dialect == "mysql" and consumer == "RN")
    ),
    *(
        Case("view.drop", consumer, "DROP VIEW v", statement, setup=VIEW)
        for consumer, statement in (("RN", "SELECT b FROM v"), ("RO", "SELECT id FROM v"), ("RS", "SELECT * FROM v"))
    ),
    Case("view.drop", "VW", "DROP VIEW v", "SELECT * FROM w", setup=VIEW + "CREATE VIEW w AS SELECT id FROM v;"),
    *(
        Case(
            "rls.enable",
            consumer,
            "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
            f"SET ROLE reader; {statement}",
            ("postgres",),
            setup="<role>",
        )
        for consumer, statement in (
            ("RN", "SELECT b FROM t"),
            ("RS", "SELECT * FROM t"),
            ("IC", "INSERT INTO t (id, a, b) VALUES (2, 'c', 'd')"),
        )
    ),
    *(
        Case("revoke", consumer, "REVOKE ALL ON t FROM reader", f"SET ROLE reader; {statement}", ("postgres",), setup="<role>")
        for consumer, statement in (
            ("RN", "SELECT b FROM t"),
            ("RO", "SELECT id FROM t"),
            ("IC", "INSERT INTO t (id, a, b) VALUES (2, 'c', 'd')"),
            ("UP", "UPDATE t SET b = 'e'"),
            ("DL", "DELETE FROM t"),
        )
    ),
)

SETUPS = {
    "<enum>": {
        "postgres": (
            "CREATE TYPE mood AS ENUM ('ok', 'bad'); CREATE TABLE moods (id INTEGER, m mood);"
            " INSERT INTO moods VALUES (1, 'ok');"
        ),
        "mysql": "CREATE TABLE moods (id INTEGER, m ENUM('ok', 'bad')); INSERT INTO moods VALUES (1, 'bad');",
    },
    "<role>": {
        "postgres": (
            "DROP ROLE IF EXISTS reader; CREATE ROLE reader; GRANT USAGE ON SCHEMA public TO reader; GRANT ALL ON t TO reader;"
        ),
    },
    "<routine>": ROUTINE,
}
