"""`dblint diff`: what a branch changes, for people and machines."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.change.trees import CONFIG, URLS, USERS, python
from tests.fixtures.runs import dblint


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A branch that adds a table, drops a column and begins to read another's table."""
    root = tmp_path_factory.mktemp("clone")
    _write(root, "dblint.yaml", CONFIG.format(url=URLS["postgres"]))
    _write(root, "accounts/migrations/0001.sql", USERS)
    _write(root, "orders/app.py", "")
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "base"]):
        subprocess.run(["git", *identity, *words], cwd=root, check=True, capture_output=True)
    _write(root, "accounts/migrations/0002.sql", "ALTER TABLE users DROP COLUMN name;\nCREATE TABLE teams (id bigint);\n")
    _write(root, "orders/app.py", python("SELECT name FROM users"))
    return root


def _write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, "utf-8")


def test_the_difference_as_json(clone: Path) -> None:
    run = dblint("diff", clone, "--base", "HEAD", "--format", "json")
    found = json.loads(run.stdout)
    assert run.returncode == 0
    assert found["schema"] == "dblint-diff/1"
    tables = {table["table"]: table for table in found["tables"]}
    assert (tables["teams"]["change"], tables["teams"]["owner"]) == ("added", "accounts")
    assert tables["users"]["removed"] == ["name"]
    assert [(one["service"], one["owner"], one["change"]) for one in found["coupling"]] == [("orders", "accounts", "added")]
    assert [(one["service"], one["table"], one["mode"]) for one in found["accesses"]] == [("orders", "users", "read")]
    assert [(one["service"], one["severity"]) for one in found["breaking"]] == [("orders", "error")]


def test_the_difference_for_people(clone: Path) -> None:
    text = dblint("diff", clone, "--base", "HEAD").stdout
    assert "### Breaks 1 service" in text
    assert "- orders now reaches into the data of accounts" in text
    assert "| teams | added | accounts | id bigint |" in text


def test_a_base_that_is_not_there_says_what_to_do(clone: Path) -> None:
    run = dblint("diff", clone, "--base", "nowhere")
    assert run.returncode == 2
    assert "git fetch" in run.stderr
