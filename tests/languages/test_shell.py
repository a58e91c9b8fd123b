"""SQL in shell scripts: what clients of databases are given, and nothing else."""

import pytest

from dblint.languages import read
from dblint.model.syntax import Call, Name, Template, Text
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
        ("ask() {\n  sqlite3 -readonly shop.db \"$@\"\n}\nask -tabs 'SELECT 1'", "sqlite3", "SELECT 1"),
        ("kubectl exec db -- psql \\\n  --command='SELECT 1'", "psql", "SELECT 1"),
        ('echo "SELECT 1" | psql -t', "psql", "SELECT 1"),
        ("psql -c \"SELECT '$NAME', ${AGE}\"", "psql", "SELECT '⟨?⟩', ⟨?⟩"),
        ("psql -c 'SELECT $1'", "psql", "SELECT $1"),
        ('psql -c "SELECT \\"A\\""', "psql", 'SELECT "A"'),
        ("psql -c 'SELECT '\"$ID\"", "psql", "SELECT ⟨?⟩"),
        ("mysql -e'SELECT 1' shop", "mysql", "SELECT 1"),
        ("$(command -v psql) -c x; v=$(psql -c 'SELECT 1')", "psql", "SELECT 1"),
        ('v=("a b" $(psql -c "SELECT $(f "x")"))', "psql", "SELECT ⟨?⟩"),
        ("if ! psql -c 'SELECT 1' >/dev/null 2>&1; then exit; fi", "psql", "SELECT 1"),
        ("case $1 in a) psql -c 'SELECT 1' ;; esac", "psql", "SELECT 1"),
        ("(echo 'SELECT 1;'; echo done) | psql", "psql", "SELECT 1;"),
        ("printf 'DELETE FROM t WHERE a=%s' 1 | psql", "psql", "DELETE FROM t WHERE a=⟨?⟩"),
        ("cat <<EOF | psql\nSELECT 1\nEOF", "psql", "SELECT 1\n"),
        ("psql <<< 'SELECT 1'", "psql", "SELECT 1"),
        ("docker exec mysql mysql -uroot -e 'SELECT 1' mysql", "mysql", "SELECT 1"),
        ("docker exec mysql bash -c 'psql -c \"SELECT 1\"'", "psql", "SELECT 1"),
        ("podman exec -i mariadb bash <<'E'\n# it's\npsql -c 'SELECT 1'\nE", "psql", "SELECT 1"),
        ("echo 'SELECT 1' | ${MYSQL_CMD}", "mysql", "SELECT 1"),
        ("su - pg -c 'psql -d shop' <<< 'SELECT 1'", "psql", "SELECT 1"),
        ("printf '.timeout 5\\nSELECT 1' | sqlite3 a.db", "sqlite3", "\nSELECT 1"),
        ("cat - > a.sh <<'E'\n#!/bin/sh\nmysql -e 'SELECT 1'\nE", "mysql", "SELECT 1"),
        ("cat > a.sql <<'E'\nSELECT 1\nE", "sql", "SELECT 1\n"),
        ("cat > a.cf <<E\nquery = SELECT a FROM b\nE", "sql", "SELECT a FROM b"),
        ('"${mysql[@]}" <<< "SELECT 1"', "mysql", "SELECT 1"),
        ('DB=(psql -t)\n"${DB[@]}" -c "SELECT 1"', "psql", "SELECT 1"),
        ("run() { timeout 5 psql \"$@\"; }\nrun -c 'SELECT 1'", "psql", "SELECT 1"),
        ('ask() { mysql -e "$*"; }\nask SELECT 1 FROM t', "mysql", "SELECT 1 FROM t"),
        ("ask() { mysql shop; }\nask <<< 'SELECT 1'", "mysql", "SELECT 1"),
        ("docker_process_sql <<< 'SELECT 1'", "sql", "SELECT 1"),
    ],
)
def test_a_client_is_given_sql(script: str, client: str, text: str) -> None:
    assert [(name, sql) for name, sql, _ in _given(script)] == [(client, text)]


def test_a_here_document_keeps_its_lines_and_loses_meta_commands() -> None:
    script = "#!/bin/sh\npsql <<-EOF\n\t\\c shop\n\tSELECT 1;\n\tEOF\necho done\n"
    assert _given(script) == [("psql", "\n\tSELECT 1;\n", 3)]
    assert _given("sqlite3 a.db <<EOF\n.mode csv\nSELECT '\\$';\n\\$\\$\nEOF\n") == [("sqlite3", "\nSELECT '$';\n$$\n", 2)]


@pytest.mark.parametrize(
    "script",
    [
        "# psql -c 'SELECT 1'",
        "apt-get install mysql-client",
        "psql -f setup.sql",
        "echo 'SELECT 1'",
        "mysql -c 'SELECT 1'",
        "psql -c",
        "docker run --name mysql -e MYSQL_USER=$ME mysql:8",
        "docker exec mysql sh -c 'ls'",
        "run_sql 'SELECT 1'",
    ],
)
def test_what_is_no_sql_for_a_client_gives_nothing(script: str) -> None:
    assert _given(script) == []


@pytest.mark.parametrize("remark", ["<< 'DOCS'\n  Creates tables.\nDOCS\n", '<<< "$TEXT"\n', ": <<DOCS\nx\nDOCS\n"])
def test_a_document_that_no_command_reads_is_no_command(remark: str) -> None:
    assert _given(f"#!/bin/bash\n\n{remark}psql -c 'SELECT 1'\n") == [("psql", "SELECT 1", 3 + remark.count("\n"))]


def test_comments_that_speak_to_dblint_are_kept() -> None:
    (comment,) = read("run.sh", "shell", "psql -c 'x' # dblint: ignore[cross-service-read] why\n", VOCABULARY).comments
    assert (comment.text, comment.line, comment.own_line) == ("dblint: ignore[cross-service-read] why", 1, False)


def test_a_text_knows_its_lines_past_quotes_and_continued_lines() -> None:
    (call,) = read("run.sh", "shell", 'psql \\\n -c "SELECT 1\\\n FROM t\n WHERE a = \'b"$X"\'"\n', VOCABULARY).evaluations
    assert isinstance(call.expression, Call)
    (sql,) = call.expression.arguments
    assert isinstance(sql, Template)
    text, variable, last = sql.parts
    assert (text, variable, last) == (
        Text("SELECT 1 FROM t\n WHERE a = 'b", 2, (8, 16)),
        Name("X", 4),
        Text("'", 4),
    )


def test_variables_and_arguments_of_functions_lead_to_what_a_client_is_given() -> None:
    script = 'ask() { local q="$1"; psql -c "$q"; }\nS="SELECT 1"\nS+=" FROM t"\nUNUSED=1\nask "$S"\n'
    module = read("run.sh", "shell", script, VOCABULARY)
    assert [(each.target, each.scope, each.operator) for each in module.bindings] == [
        ("q", "ask", "="),
        ("S", "", "="),
        ("S", "", "+="),
    ]
    assert [(each.name, each.line, each.end) for each in module.functions] == [("ask", 1, 1)]
    assert [(each.scope, getattr(each.expression, "function", None)) for each in module.evaluations] == [
        ("ask", Name("psql", 1)),
        ("", Name("ask", 5)),
    ]


@pytest.mark.parametrize(
    "script", ["psql -c 'SELECT", 'x="$(psql', "psql <<EOF\nSELECT 1", "f() {", ")", "a=(", "${", "`", "case x in"]
)
def test_what_is_cut_off_is_read_to_its_end(script: str) -> None:
    assert read("run.sh", "shell", script, VOCABULARY).problem == ""
