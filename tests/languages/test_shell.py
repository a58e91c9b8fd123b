"""SQL in shell scripts: what clients of databases are given, and nothing else."""

import pytest

from dblint.languages import read
from dblint.model.syntax import Call, Template, Text
from tests.languages.reading import VOCABULARY


def _given(script: str) -> list[tuple[str, str, int]]:
    found = []
    for each in read("db/run.sh", "shell", script, VOCABULARY).evaluations:
        call = each.expression
        assert isinstance(call, Call)
        (sql,) = call.arguments
        parts = sql.parts if isinstance(sql, Template) else (sql,)
        text = "".join(part.value if isinstance(part, Text) else "⟨?⟩" for part in parts)
        found.append((getattr(call.function, "name", ""), text, parts[0].line))
    return found


@pytest.mark.parametrize(
    ("script", "client", "text"),
    [
        ("psql -c 'SELECT 1'", "psql", "SELECT 1"),
        ('PGPASSWORD=x /usr/bin/psql -tAc "SELECT 1" shop', "psql", "SELECT 1"),
        ('mysql -uroot -e "SELECT 1"', "mysql", "SELECT 1"),
        ("sqlite3 shop.db 'SELECT 1;'", "sqlite3", "SELECT 1;"),
        ("kubectl exec db -- psql \\\n  --command='SELECT 1'", "psql", "SELECT 1"),
        ('echo "SELECT 1" | psql -t', "psql", "SELECT 1"),
        ("psql -c \"SELECT '$NAME', ${AGE}\"", "psql", "SELECT '⟨?⟩', ⟨?⟩"),
        ("psql -c 'SELECT $1'", "psql", "SELECT $1"),
        ('psql -c "SELECT \\"A\\""', "psql", 'SELECT "A"'),
    ],
)
def test_a_client_is_given_sql(script: str, client: str, text: str) -> None:
    assert [(name, sql) for name, sql, _ in _given(script)] == [(client, text)]


def test_a_here_document_keeps_its_lines_and_loses_meta_commands() -> None:
    script = "#!/bin/sh\npsql <<-EOF\n\t\\c shop\n\tSELECT 1;\n\tEOF\necho done\n"
    assert _given(script) == [("psql", "\n\tSELECT 1;\n", 3)]


@pytest.mark.parametrize(
    "script",
    [
        "# psql -c 'SELECT 1'",
        "apt-get install mysql-client",
        "psql -f setup.sql",
        "echo 'SELECT 1'",
        "mysql -c 'SELECT 1'",
        "psql -c",
    ],
)
def test_what_is_no_sql_for_a_client_gives_nothing(script: str) -> None:
    assert _given(script) == []


def test_comments_that_speak_to_dblint_are_kept() -> None:
    (comment,) = read("run.sh", "shell", "psql -c 'x' # dblint: ignore[cross-service-read] why\n", VOCABULARY).comments
    assert (comment.text, comment.line, comment.own_line) == ("dblint: ignore[cross-service-read] why", 1, False)
