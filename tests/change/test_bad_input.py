"""What cannot be read or compared is told with what to do about it, and no run is green in front of it."""

from pathlib import Path

import pytest

from tests.change.trees import CONFIG, URLS, USERS, analysed, python
from tests.fixtures.runs import dblint
from tests.history.repositories import commit, git, repository

REVISION = 'from alembic import op\n\nrevision = "{name}"\ndown_revision = {before}\n\n\ndef upgrade():\n    {body}\n'
BASE = {
    "dblint.yaml": CONFIG.format(url=URLS["postgres"]),
    "accounts/migrations/0001.sql": USERS,
    "accounts/versions/a.py": REVISION.format(name="a", before=None, body="pass"),
    "orders/app.py": python("SELECT id FROM users"),
}


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        ("accounts/migrations/0002.sql", "ALTER TABLE users DROP COLUMN (;\nSELEC 1 FROM;\n", "syntax-error"),
        (
            "accounts/versions/b.py",
            "from alembic import op\nrevision = 'b'\ndef upgrade(:\n    op.drop_column(\n",
            "syntax-error",
        ),
        (
            "accounts/versions/b.py",
            REVISION.format(name="b", before='"gone"', body='op.drop_column("users", "name")'),
            "needs the revision gone, which is not here: `alembic history` names it",
        ),
    ],
    ids=["SQL", "Python", "a revision that is not there"],
)
def test_a_migration_that_cannot_be_read_is_no_green_run(tmp_path: Path, path: str, text: str, told: str) -> None:
    root = repository(tmp_path / "r", BASE)
    git(root, "checkout", "-q", "-b", "branch")
    commit(root, {path: text})
    run = dblint("check", root, "--base", "main", "--select", "DBL201")
    assert run.returncode == 3, run.stdout + run.stderr
    assert path in run.stdout + run.stderr
    assert told in run.stdout + run.stderr


def test_a_base_that_is_missing_is_told_with_the_command_that_gets_it(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", BASE)
    run = dblint("check", root, "--base", "origin/main")
    assert run.returncode == 2
    assert "git fetch" in run.stderr


def test_a_shallow_clone_is_told_how_to_become_whole(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", BASE)
    git(root, "checkout", "-q", "-b", "side")
    commit(root, {"b.py": ""})
    git(root, "checkout", "-q", "main")
    commit(root, {"c.py": ""})
    git(tmp_path, "clone", "-q", "--depth", "1", "--no-single-branch", root.as_uri(), "clone")
    run = dblint("check", tmp_path / "clone", "--base", "origin/side")
    assert run.returncode == 2
    assert "git fetch --unshallow" in run.stderr


HIDDEN = {
    "accounts/versions/b.py": REVISION.format(name="b", before='"a"', body='op.execute(open("x.sql").read())'),
    "accounts/versions/c.py": REVISION.format(
        name="c",
        before='"a"',
        body='for table in op.get_bind().tables():\n        op.alter_column(table, "email", new_column_name="mail")',
    ),
    "accounts/versions/d.py": "from accounts.steps import drop_old\n"
    + REVISION.format(name="d", before='"a"', body="drop_old(op)"),
    "accounts/changelog.yaml": (
        "databaseChangeLog:\n  - changeSet: {id: 1, author: ann, changes: [{customChange: {class: com.example.Move}}]}\n"
    ),
    "accounts/db/migrate/20200101_x.rb": (
        "class X < ActiveRecord::Migration[7.1]\n  def up\n    execute File.read('x.sql')\n  end\nend\n"
    ),
    "accounts/people/migrations/0001_initial.py": (
        "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
        "    operations = [migrations.RunSQL(load('x.sql'), migrations.RunSQL.noop)]\n"
    ),
    "accounts/teams/migrations/0001_initial.py": (
        "from django.db import migrations\n\nfrom teams.moves import forwards\n\n\nclass Migration(migrations.Migration):\n"
        "    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]\n"
    ),
    "accounts/migrations/0004.sql": "\\set ON_ERROR_STOP on\n\\ir steps/elsewhere.sql\n",
    "accounts/migrations/0005.sql": "SOURCE /opt/steps/elsewhere.sql;\n",
    "accounts/migrations/0003.py": "from yoyo import step\n\nsteps = [step(load('x.sql'), 'DROP TABLE a')]\n",
}


@pytest.mark.parametrize("path", HIDDEN)
def test_a_step_that_cannot_be_looked_into_is_told(tmp_path: Path, path: str) -> None:
    analysis = analysed(tmp_path, BASE, {path: HIDDEN[path]})
    (finding,) = [each for each in analysis.findings if each.rule == "unresolved-access"]
    assert (finding.service, finding.place.path, finding.severity) == ("accounts", path, "note")
    assert "what it changes and whom that breaks is not known" in finding.message
    assert analysis.system.coverage.opaque == 1


def test_a_tree_that_is_one_service_is_called_the_same_at_its_base(tmp_path: Path) -> None:
    files = {"Dockerfile": "FROM python\n", "migrations/0001.sql": USERS, "app.py": python("SELECT name FROM users")}
    root = repository(tmp_path / "shop", files)
    git(root, "checkout", "-q", "-b", "branch")
    commit(root, {"migrations/0002.sql": "ALTER TABLE users DROP COLUMN name;", "app.py": python("SELECT id FROM users")})
    run = dblint("check", root, "--base", "main", "--select", "DBL201", "--format", "concise")
    assert "dblint-" not in run.stdout
    assert run.returncode == 0, run.stdout


def test_a_script_that_is_run_and_is_here_is_read_where_it_is(tmp_path: Path) -> None:
    drop = {"accounts/migrations/0002.sql": "\\i accounts/migrations/0003.sql\n", "accounts/migrations/0003.sql": "SELECT 1;\n"}
    assert analysed(tmp_path, BASE, drop).system.coverage.opaque == 0
