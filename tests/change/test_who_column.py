"""`dblint who table.column`: the readers left."""

import json
from pathlib import Path

import pytest

from tests.change.trees import CONFIG, URLS, USERS, python
from tests.fixtures.runs import FIXTURES, dblint
from tests.history.repositories import write

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
    (told,) = json.loads(dblint("who", "users.name", tmp_path, "--format", "json").stdout)["tables"]
    assert told["column"] == "name"
    assert told["deprecated"] == [{"path": "dblint.yaml", "line": 8, "since": "2026-05-01", "reason": "see contacts"}]
    (told,) = json.loads(dblint("who", "users.email", tmp_path, "--format", "json").stdout)["tables"]
    assert told["deprecated"] == []


SUCCESSOR = """\
-- dblint: deprecated[users.name] see contacts, since=2026-05-01
ALTER TABLE users ADD COLUMN full_name text;
"""
SUCCESSOR_IN_CODE = """\
from alembic import op
import sqlalchemy as sa

revision = "b"
down_revision = None


def upgrade():
    # dblint: deprecated[users.name] see contacts, since=2026-05-01
    op.add_column("users", sa.Column("full_name", sa.Text()))
"""


@pytest.mark.parametrize(("path", "text"), [("migrations/0002.sql", SUCCESSOR), ("versions/b.py", SUCCESSOR_IN_CODE)])
def test_a_comment_in_a_migration_deprecates_a_column(tmp_path: Path, path: str, text: str) -> None:
    write(
        tmp_path,
        {
            "dblint.yaml": CONFIG.format(url=URLS["postgres"]),
            "accounts/migrations/0001.sql": USERS,
            f"accounts/{path}": text,
            "orders/app.py": python("SELECT name FROM users"),
        },
    )
    run = dblint("who", "users.name", tmp_path)
    assert f"deprecated since 2026-05-01: see contacts (accounts/{path}:" in run.stdout
    assert "1 other service still uses it" in run.stdout
    assert "orders/app.py:5" in run.stdout


def test_a_column_that_does_not_exist_is_refused() -> None:
    run = dblint("who", "users.nothing", RENAMED)
    assert run.returncode == 2
    assert "no table, service or team is called" in run.stderr
