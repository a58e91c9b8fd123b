"""`dblint who table.column`: the readers left."""

import json
from pathlib import Path

from tests.change.trees import CONFIG, URLS, USERS, python
from tests.fixtures.runs import FIXTURES, dblint

RENAMED = FIXTURES / "renamed-column"


def test_a_column_has_its_own_readers() -> None:
    run = dblint("who", "users.user_id", RENAMED)
    assert run.returncode == 0
    assert "billing/billing/dunning.py:5" in run.stdout
    assert "billing/billing/dunning.py:10" not in run.stdout
    assert "3 other services still use it" in run.stdout


def test_the_same_as_json() -> None:
    (table,) = json.loads(dblint("who", "users.user_id", RENAMED, "--format", "json").stdout)["tables"]
    assert {(use["service"], use["mode"]) for use in table["uses"]} == {
        ("billing", "read"),
        ("orders", "read"),
        ("orders", "reference"),
        ("shipping", "read"),
    }


def test_a_deprecated_column_says_so(tmp_path: Path) -> None:
    mark = 'deprecated:\n  - {column: users.name, since: 2026-05-01, reason: "see contacts"}\n'
    (tmp_path / "dblint.yaml").write_text(CONFIG.format(url=URLS["postgres"]) + mark)
    (tmp_path / "accounts" / "migrations").mkdir(parents=True)
    (tmp_path / "accounts" / "migrations" / "0001.sql").write_text(USERS)
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / "app.py").write_text(python("SELECT email FROM users"))
    run = dblint("who", "users.name", tmp_path)
    assert "deprecated since 2026-05-01: see contacts" in run.stdout
    assert "nobody else uses it" in run.stdout


def test_a_column_that_does_not_exist_is_refused() -> None:
    run = dblint("who", "users.nothing", RENAMED)
    assert run.returncode == 2
    assert "no table, service or team is called" in run.stderr
