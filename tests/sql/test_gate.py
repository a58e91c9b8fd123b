import pytest

from dblint.sql import dialect_of, dialect_of_script, is_setting, is_sql

SQL = [
    "select 1",
    "SELECT * FROM t",
    "select a from b",
    'INSERT INTO settings (a, b) VALUES ("port", "This is the port")',
    "  -- c\n/* x */ (select a from b)",
    "WITH x AS (SELECT 1) SELECT * FROM x",
    "EXPLAIN ANALYZE SELECT * FROM t",
    "INSERT INTO t (a) VALUES (%s)\n",
    "insert into t values (1)",
    "update t set a = 1",
    "UPDATE t SET a=:x WHERE id=?",
    "delete from t where a=1",
    "DELETE FROM t\n",
    "MERGE INTO t USING s ON 1=1 WHEN MATCHED THEN DELETE",
    "create table t (id int)",
    "CREATE TABLE IF NOT EXISTS \ue000 (id int)",
    "drop table t\n",
    "DROP TABLE IF EXISTS a, b CASCADE",
    "alter table t add column x int",
    "TRUNCATE t",
    "truncate table a, b restart identity",
    "COPY t FROM STDIN\n",
    "COPY (SELECT 1) TO STDOUT",
    "LOCK TABLE t IN SHARE MODE",
    "call p(1)",
    "EXEC dbo.p @a = 1",
    "GRANT SELECT ON t TO bob",
    "REFRESH MATERIALIZED VIEW mv\n",
    "DO $$ begin end $$",
    "BEGIN",
    "values (1)",
    "SELECT \ue000 FROM \ue000",
    "SELECT * FROM {table}",
    "select {cols} from {t} where {c}\n",
    "INSERT INTO \ue000 VALUES (\ue000)",
    "\ue000 SELECT * FROM t",
    "SELECT now()",
    "select nextval('x')",
    "select count(*) from t",
    "SELECT\n  a\nFROM\n  b\n",
    "Select * From Orders Where Id = 1",
    "select top 5 * from t",
    "update only t set a=1",
    "UPDATE {t} SET x=1",
    "DELETE FROM `a`.`b` WHERE 1\n",
    "REPLACE INTO t VALUES (1)",
    "CREATE UNIQUE INDEX i ON t (a)",
    "CREATE OR REPLACE VIEW v AS SELECT 1",
    "CREATE SCHEMA s\n",
    "CREATE EXTENSION IF NOT EXISTS hstore",
    "SELECT [a] FROM [dbo].[T]",
    "SELECT 'the end' AS x FROM t",
    "DELETE a FROM a JOIN b ON a.i=b.i\n",
    'SELECT * FROM "user" WHERE your_id = 1',
    "UPDATE users u JOIN x ON 1 SET u.a=1",
    "SELECT %s",
]
PROSE = [
    "Select a file from the list, please",
    "Delete from cart",
    "Update settings",
    "Create product with App",
    "delete tag",
    "Insert coin",
    "Select",
    "select\n",
    "Drop files here",
    "Create table",
    "Create user account",
    "Update the record",
    "With great power",
    "Call me",
    "Execute command",
    "Begin the game\n",
    "Grant access to user",
    "Table of contents",
    "Lock the door",
    "Copy from clipboard",
    "Truncate text",
    "Replace into",
    "Select one from many.\n",
    "Select an option from the menu",
    "Update available: set your password = now",
    "Alter ego",
    "Show tables",
    "values are great",
    "with open as f",
    "do it\n",
    "explain this",
    "create view for app users",
    "Create index of pages",
    "Insert into basket",
    "delete from the cart",
    "Select your country from the dropdown\n",
    "Insert your name into the form (required)",
    "drop everything",
    "",
    "   ",
    "\ue000",
    "hello",
]


@pytest.mark.parametrize("text", SQL)
def test_a_statement_passes(text: str) -> None:
    assert is_sql(text)


@pytest.mark.parametrize("text", PROSE)
def test_prose_does_not_pass(text: str) -> None:
    assert not is_sql(text)


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("SELECT a::text FROM t WHERE b = $1", "postgres"),
        ("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING", "postgres"),
        ("SELECT `a` FROM t", "mysql"),
        ("CREATE TABLE t (id int AUTO_INCREMENT) ENGINE=InnoDB", "mysql"),
        ("/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE */;\n/*!40014 SET @OLD_CHECKS=@@CHECKS, CHECKS=0 */;\nSELECT 1", "mysql"),
        ("SELECT TOP 5 [a] FROM t", "tsql"),
        ("SELECT a FROM t WHERE ROWNUM < 5", "oracle"),
        ("PRAGMA foreign_keys", "sqlite"),
        ("SELECT a FROM t QUALIFY 1 = 1", "snowflake"),
        ("SELECT a FROM t", None),
    ],
)
def test_fingerprints_tell_the_dialect(text: str, dialect: str | None) -> None:
    assert dialect_of(text) == dialect


def test_what_a_script_says_in_strings_is_in_no_dialect() -> None:
    data = "$1, $2, jsonb, bytea, bigserial, timestamptz"
    script = f"INSERT INTO `t` (`a`) VALUES ('it\\'s {data}');\n-- `RETURNING`, don't\nINSERT INTO `t` VALUES ('{data}');"  # noqa: S608 -- read, never run
    assert (dialect_of(script), dialect_of_script(script)) == ("postgres", "mysql")
    assert dialect_of_script("SELECT 'a' || 'b'", "db/oracle/1.sql") == "oracle"
    quoted = 'INSERT INTO `t` (`a`, `b`) VALUES ("Models: [x, y]", "[z] $1")'
    assert (dialect_of(quoted), dialect_of_script(quoted)) == (None, "mysql")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SET LOCAL lock_timeout = \ue000", True),
        ("set search_path to \ue000", True),
        ("SHOW server_version", True),
        ("PRAGMA user_version = \ue000", True),
        ("SET the table for \ue000", False),
        ("UPDATE t SET a = \ue000", False),
    ],
)
def test_what_sets_a_setting_names_no_table(text: str, expected: bool) -> None:
    assert is_setting(text) is expected
