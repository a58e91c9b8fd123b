"""Services that run one folder of migrations, and databases that hold a single table of nobody."""

from pathlib import Path

import pytest

from dblint.config.model import Configuration
from dblint.pipeline import analyse
from tests.connections.trees import plant

MIGRATION = {"db/migrations/000001_a.up.sql": "create table sales.orders (id int);\n"}
COMPOSE = "services:\n" + "".join(
    f"  {name}: {{build: ./{name}, environment: {{PG_URL: 'postgres://u:p@db/shop'}}}}\n" for name in ("orders", "stock")
)
RUN = 'package main\n\nvar folder = "{folder}"\n'


def shared(root: Path, **code: str) -> set[tuple[str, str]]:
    files = {
        f"{name}/{file}": text for name, text in code.items() for file, text in (("Dockerfile", "FROM x\n"), ("main.go", text))
    }
    plant(root, MIGRATION | files | {"compose.yaml": COMPOSE, "go.mod": "module m\n"})
    findings = analyse(root, Configuration()).findings
    return {(found.service, found.table.name) for found in findings if found.rule == "shared-database"}


@pytest.mark.parametrize("folder", ["db/migrations", "file://db/migrations", "../../db/migrations/", "/app/db/migrations?x=1"])
def test_services_that_run_one_folder_of_migrations_share_its_ledger(folder: str, tmp_path: Path) -> None:
    found = shared(tmp_path, orders=RUN.format(folder=folder), stock=RUN.format(folder="db/migrations"))
    assert found == {(name, table) for name in ("orders", "stock") for table in ("*", "schema_migrations")}


@pytest.mark.parametrize("folder", ["my-db/migrations", "db/migrations/old", "see db/migrations for more"])
def test_what_only_looks_like_the_folder_runs_nothing(folder: str, tmp_path: Path) -> None:
    found = shared(tmp_path, orders=RUN.format(folder=folder), stock=RUN.format(folder="db/migrations"))
    assert found == {("orders", "*"), ("stock", "*")}


def test_a_database_with_a_single_table_of_nobody_is_told_by_it(tmp_path: Path) -> None:
    code = "import os, psycopg\ndb = psycopg.connect(os.environ['PG_URL'])\ndb.execute('insert into outbox (id) values (1)')\n"
    services = {
        f"{name}/{file}": text for name in ("orders", "stock") for file, text in (("Dockerfile", "FROM x\n"), ("a.py", code))
    }
    plant(tmp_path, services | {"compose.yaml": COMPOSE, "sql/a.sql": "create table outbox (id int);\n"})
    findings = analyse(tmp_path, Configuration()).findings
    assert {found.table.name for found in findings if found.rule == "shared-database"} == {"outbox"}
