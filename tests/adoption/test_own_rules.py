import csv
import json
from pathlib import Path

import pytest

from dblint.query import TABLES
from tests.adoption.shop import CONFIG, ROOT, dblint, shop
from tests.history.repositories import write

RULE = """\
id: SHOP001
name: money-is-read-by-billing-alone
severity: error
summary: Totals of invoices are read outside billing.
rationale: Rounding is billing's business.
remedy: Ask billing.
query: |
  SELECT a.service, a.path, a.line, a.table_id, a.service || ' reads totals' AS message
  FROM accesses a JOIN tables t ON t.id = a.table_id
  WHERE t.name = 'invoices' AND a.service <> t.owner AND a.mode = 'read'
bad:
  - files:
      billing/migrations/0001.sql: &table |
        CREATE TABLE invoices (id bigint, total numeric);
      orders/app.py: |
        import psycopg


        def total(connection: psycopg.Connection):
            return connection.execute("SELECT total FROM invoices").fetchone()
    config: &config |
      version: 1
      services:
        - {name: billing, path: billing}
        - {name: orders, path: orders}
    expect:
      - {service: orders, table: invoices, path: orders/app.py, line: 5}
good:
  - files:
      billing/migrations/0001.sql: *table
      orders/app.py: |
        print()
    config: *config
"""


def own(root: Path, rule: str = RULE) -> Path:
    shop(root, **{"dblint.yaml": CONFIG + "rule-folders: [policies]\n"})
    write(root, {"policies/money.yaml": rule})
    return root


def test_each_row_of_a_rules_query_is_a_finding(tmp_path: Path) -> None:
    root = own(tmp_path / "shop")
    found = json.loads(dblint(root, "check", "--format", "json").stdout)["findings"]
    mine = [(one["path"], one["line"], one["table"], one["owner"], one["message"]) for one in found if one["id"] == "SHOP001"]
    assert mine == [("orders/app.py", line, "invoices", "billing", "orders reads totals") for line in (5, 9)]


def test_rules_of_ones_own_are_tried_on_their_examples(tmp_path: Path) -> None:
    root = own(tmp_path / "shop")
    assert dblint(root, "rules", "test", "policies").stdout == "2 examples, 0 failed\n"
    write(root, {"policies/money.yaml": RULE.replace("line: 5", "line: 4")})
    done = dblint(root, "rules", "test", "policies")
    assert done.returncode == 1
    assert "not found: {service: orders, table: invoices, path: orders/app.py, line: 4}" in done.stdout
    assert "not expected: {service: orders, table: invoices, path: orders/app.py, line: 5}" in done.stdout
    assert "money-is-read-by-billing-alone" in dblint(root, "rules").stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("query: |", "query: DELETE FROM accesses\nx: |", "unknown key 'x'"),
        ("  SELECT a.service, a.path,", "  SELECT a.path,", "policies/money.yaml:7:8 the query gives no column service"),
        ("  SELECT a.service", "  DELETE FROM accesses; SELECT a.service", "policies/money.yaml:7:8 the query is refused"),
        ("FROM accesses a", "FROM acesses a", "no such table: acesses"),
        ("query: |", "check: access\nquery: |", "either 'check' or 'query'"),
        ("bad:", "options: {modes: [read]}\nbad:", "unknown key 'modes'"),
        ("bad:", "options: {services: 3}\nbad:", "policies/money.yaml:11:11 'options.services' must be a list"),
        ("severity: error", "severity: eror", "'severity' can have: error, warning, note, off (did you mean 'error'?)"),
        ("id: SHOP001", "id: DBL101", "policies/money.yaml:1:1 'DBL101' is already the name or id of the rule in"),
        ("rationale: ", "rational: ", "policies/money.yaml:5:1 unknown key 'rational' (did you mean 'rationale'?)"),
        ("remedy: ", "remedy: [", "policies/money.yaml:"),
    ],
)
def test_a_rule_with_a_mistake_is_refused_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    root = own(tmp_path / "shop", RULE.replace(old, new))
    done = dblint(root, "check")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            "{modes: [raed]}",
            "policies/money.yaml:8:19 'raed' is not one of the values that 'options.modes.0' can have: read, write",
        ),
        ("{moods: [read]}", "policies/money.yaml:8:11 unknown key 'moods' (did you mean 'modes'?)"),
        ("{modes: read}", "policies/money.yaml:8:11 'options.modes' must be a list"),
    ],
)
def test_a_wrong_option_of_a_check_is_refused_with_its_place(tmp_path: Path, options: str, said: str) -> None:
    head, tail = RULE.partition("query: |")[0], RULE[RULE.index("bad:") :]
    done = dblint(own(tmp_path / "shop", f"{head}check: access\noptions: {options}\n{tail}"), "check")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_rule_whose_query_never_ends_ends_the_run(tmp_path: Path) -> None:
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'a' service, 'b' path, 1 line, i message FROM n"
    )
    lines = RULE.splitlines(keepends=True)
    rule = "".join(lines[:6]) + f"query: {endless}\n" + "".join(lines[10:])
    done = dblint(own(tmp_path / "shop", rule), "check")
    assert (done.returncode, done.stdout) == (2, "")
    assert "query" in done.stderr


def test_questions_are_answered_as_text_json_and_csv(tmp_path: Path) -> None:
    root = shop(tmp_path / "shop")
    question = "SELECT name, owner FROM tables"
    assert dblint(root, "query", question).stdout == "name      owner\ninvoices  billing\n"
    assert json.loads(dblint(root, "query", question, "--format", "json").stdout) == [{"name": "invoices", "owner": "billing"}]
    table = dblint(root, "query", "SELECT '=1+1' AS a, 2 AS b", "-f", "csv").stdout
    assert list(csv.reader(table.splitlines())) == [["a", "b"], ["'=1+1", "2"]]
    done = dblint(root, "query", "DROP TABLE tables")
    assert (done.returncode, "queries only read" in done.stderr) == (2, True)


def test_the_reference_says_every_table_and_column() -> None:
    page = (ROOT / "docs/reference/facts-tables.md").read_text()
    for name, table in TABLES.items():
        assert f"## {name}\n\n{table.about}\n" in page
        for column, meaning in table.columns.items():
            assert f"| `{column}` | {meaning} |" in page
