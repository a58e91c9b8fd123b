# ruff: noqa: S608 -- vectors of one line each; nothing here reaches a database
import logging
import subprocess
import sys
import time

import pytest

from dblint.model.sql import Dialect
from dblint.sql import dialect_of, is_sql, read_script, transactions
from tests.sql.reading import one, tables

SIZE = 250_000


def nested(kind: str, levels: int) -> str:
    opened, closed, core = {
        "parentheses": ("(", ")", "1"),
        "coalesce": ("COALESCE(", ", 1)", "a"),
        "replace": ("REPLACE(", ", 'x', 'y')", "a"),
        "case": ("CASE WHEN true THEN ", " END", "1"),
        "in": ("a IN (SELECT a FROM u WHERE ", ")", "true"),
        "not": ("NOT ", "", "true"),
    }[kind]
    return f"SELECT {opened * levels}{core}{closed * levels} FROM deep"


@pytest.mark.parametrize("kind", ["parentheses", "coalesce", "replace", "case", "in", "not"])
def test_two_hundred_levels_are_read_and_more_are_refused(kind: str) -> None:
    before = sys.getrecursionlimit()
    assert one(nested(kind, 199)).status == "understood"
    deep = one(nested(kind, 202))
    assert (deep.status, deep.reason) == ("error", "too-deep")
    assert "deep" in {use.table.name for use in deep.uses}
    assert sys.getrecursionlimit() == before


def test_nested_derived_tables_are_read() -> None:
    assert tables("SELECT * FROM " + "(SELECT * FROM " * 150 + "t" + ") d" * 150) == {"t"}


@pytest.mark.parametrize("text", [" OR ".join(["a = 1"] * 5000), " || ".join(["a"] * 5000)])
def test_long_chains_are_read(text: str) -> None:
    assert one(f"SELECT a FROM t WHERE {text}").status == "understood"


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO t (a) VALUES " + ",".join(["(12345678)"] * 100_000),
        f"SELECT a FROM t WHERE a IN ({','.join(['12345678'] * 120_000)})",
    ],
)
def test_a_huge_statement_costs_little_and_keeps_its_table(text: str) -> None:
    statement = one(text)
    assert (statement.status, statement.reason) == ("error", "too-large")
    assert {use.table.name for use in statement.uses} == {"t"}


@pytest.mark.parametrize(
    "broken",
    [
        "SELECT 'abc",
        'SELECT "abc',
        "SELECT $$abc",
        "SELECT * FROM",
        "SELEC * FORM b",
        "FOO BAR",
        "SELECT a FROM t WHERE (",
        "UPDATE t x",
        ")",
    ],
)
def test_a_broken_statement_costs_only_itself(broken: str) -> None:
    statements = read_script(f"SELECT * FROM a;\n{broken};\nSELECT * FROM c;", "postgres")
    assert [s.status for s in statements] == ["understood", "error", "understood"]
    assert [u.table.name for s in (statements[0], statements[2]) for u in s.uses] == ["a", "c"]
    assert statements[1].reason == "syntax-error"


def test_an_unterminated_comment_ends_the_script() -> None:
    assert tables("SELECT * FROM a; /* SELECT * FROM b") == {"a"}


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ("COPY t (a) FROM stdin;\n1\t'oops\n2\t;(\n\\.\nSELECT * FROM u;", "postgres", {"t", "u"}),
        ("\\connect other\n\\i x.sql\nSELECT * FROM a \\gexec\nSELECT * FROM b;", "postgres", {"a", "b"}),
        ("\\copy t (a) from 'f.csv' csv\nSELECT * FROM u;", "postgres", {"t", "u"}),
        ("SELECT * FROM a\nGO\nSELECT * FROM b\ngo 5\n", "tsql", {"a", "b"}),
        ("SELECT * FROM a\n/\nSELECT * FROM b\n/", "oracle", {"A", "B"}),
        ("\ufeffSELECT * FROM a", "postgres", {"a"}),
        ("SELECT ';' FROM a; SELECT $x$ ; $x$ FROM b; /* ; */ SELECT 1 FROM c -- ;\n", "postgres", {"a", "b", "c"}),
        ("/* a /* nested ; */ ; */ SELECT 1 FROM t", "postgres", {"t"}),
        ("SELECT 'it\\'s; ' FROM a; SELECT 1 FROM b # ; x\n", "mysql", {"a", "b"}),
        ("BEGIN; UPDATE a SET x = 1; COMMIT;", "postgres", {"a"}),
    ],
)
def test_client_commands_and_quotes_do_not_confuse_the_splitter(text: str, dialect: Dialect, expected: set[str]) -> None:
    assert tables(text, dialect) == expected


@pytest.mark.parametrize(
    "text", ["", ";", ";;;", "   ", "-- only a comment", "\x00", "\ud800", "SELECT * FROM t\x00", 'SELECT * FROM "t\ud800"']
)
@pytest.mark.parametrize(
    "dialect", ["postgres", "mysql", "sqlite", "tsql", "oracle", "bigquery", "clickhouse", "duckdb", "generic"]
)
def test_odd_texts_never_raise_and_can_be_written(text: str, dialect: Dialect) -> None:
    for statement in read_script(text, dialect):
        assert repr(statement).encode()


def test_mutated_statements_never_raise() -> None:
    seeds = [
        "SELECT a.x FROM s.t a LEFT JOIN u b ON a.i = b.i WHERE EXISTS (SELECT 1 FROM v) ORDER BY 1 LIMIT 3",
        "INSERT INTO t (a, b) SELECT c, d FROM u ON CONFLICT (a) DO UPDATE SET b = excluded.b",
        "CREATE TABLE t (a int PRIMARY KEY, b varchar(20) REFERENCES u (x) DEFAULT 'q', CONSTRAINT c UNIQUE (a, b))",
        "ALTER TABLE t ADD COLUMN x int NOT NULL, DROP y, ALTER COLUMN z TYPE text, RENAME a TO b",
        "CREATE FUNCTION f() RETURNS void AS $$ BEGIN EXECUTE format('delete from %I', x); END $$ LANGUAGE plpgsql",
        "GRANT SELECT (a), INSERT ON t, s.u TO bob; MERGE INTO t USING s ON t.i = s.i WHEN MATCHED THEN UPDATE SET a = 1",
    ]
    pieces = [
        "(",
        ")",
        ",",
        ".",
        ";",
        "'",
        '"',
        "SELECT",
        "FROM",
        "\ue000",
        "AS",
        "*",
        "$$",
        "END",
        "BEGIN",
        "",
        "@",
        "[",
        "--",
        "/*",
    ]
    state = 12345
    dialects: list[Dialect] = ["postgres", "mysql", "tsql", "oracle", "sqlite"]
    for round_ in range(600):
        state = state * 1103515245 + 12345 & 0x7FFFFFFF
        words = seeds[round_ % len(seeds)].split(" ")
        words[state % len(words)] = pieces[state // 7 % len(pieces)]
        words.insert(state // 11 % len(words), pieces[state // 13 % len(pieces)])
        text = " ".join(words)
        assert all(s.reason != "internal-error" for s in read_script(text, dialects[round_ % 5])), text
        assert all(0 <= each.first <= each.last <= len(text) for each in transactions(text, dialects[round_ % 5])), text


def test_too_many_statements_are_said_to_be_too_many() -> None:
    statements = read_script("x;" * 20_010, "postgres")
    assert statements[-1].reason == "too-many-statements"


def test_nothing_of_a_statement_reaches_the_log(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(logging.DEBUG):
        read_script(
            "CREATE USER app PASSWORD 'hunter2' ))); SELEC 'hunter2'; REPLACE 'hunter2' x; SELECT 'hunter2' FROM", "postgres"
        )
    assert "hunter2" not in caplog.text + "".join(capsys.readouterr())


def test_the_gate_does_not_import_sqlglot() -> None:
    code = "import sys, dblint.sql as s; s.is_sql('select 1 from t'); s.dialect_of('x'); sys.exit('sqlglot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


HOSTILE = {
    "letters": "a" * SIZE,
    "select": "select " * (SIZE // 7),
    "select-from": "select from " * (SIZE // 12),
    "parentheses": "(" * SIZE,
    "quotes": "'" * SIZE,
    "tripled": "''' ;\n" * (SIZE // 6),
    "double": '"' * (SIZE - 1),
    "tags": "".join(f"$a{i}$ " for i in range(SIZE // 9)),
    "braces": "{" * SIZE,
    "templates": "{{ " * (SIZE // 3),
    "tag-opens": "{% " * (SIZE // 3),
    "comments": "/*" * (SIZE // 2),
    "stars": "select " + "*/" * (SIZE // 2),
    "dashes": "-" * SIZE,
    "holes": "\ue000" * SIZE,
    "percent": "%(" * (SIZE // 2),
    "colons": ":a" * (SIZE // 2),
    "temp": "create " + "temp " * (SIZE // 5),
    "sets": "update " + "set " * (SIZE // 4),
    "inserts": "insert into a (" * (SIZE // 15),
    "withs": "with a as (" * (SIZE // 11),
    "dots": "a." * (SIZE // 2),
    "begins": "begin " * (SIZE // 6),
    "copies": "copy a from stdin;\n" * (SIZE // 100),
    "grants": "grant " + "a, " * (SIZE // 3),
    "versions": "/*!40101 " * (SIZE // 9),
    "delimiters": "delimiter //\n" * (SIZE // 100),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_takes_long(name: str) -> None:
    """Anything quadratic would take ten times the bound, which is generous since machines are shared."""
    start = time.process_time()
    text = HOSTILE[name]
    is_sql(text)
    dialect_of(text)
    read_script(text, "postgres")
    assert time.process_time() - start < 5


def test_a_long_insert_is_read_by_its_first_row_and_its_tail() -> None:
    rows = ",".join(["(12345678, %s)"] * 30_000)
    start = time.process_time()
    statement = one(f"INSERT INTO t (a, b) VALUES {rows} ON CONFLICT (a) DO NOTHING")
    assert (statement.status, [use.shape for use in statement.uses]) == ("understood", ["insert.cols", "conflict"])
    assert time.process_time() - start < 3


def test_of_a_broken_statement_only_a_from_that_tables_stand_after_counts() -> None:
    broken = "SELECT p.id EXTRACT(epoch FROM p.made) x, trim(both FROM q.y) FROM orders WHERE a IS DISTINCT FROM b.c ,,"
    assert {str(use.table) for statement in read_script(broken, "postgres") for use in statement.uses} == {"orders"}
