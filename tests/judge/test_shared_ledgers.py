"""Services that run one folder of migrations, and databases that hold a single table of nobody."""

from pathlib import Path

import pytest

from dblint.config import load
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


PROJECT = (
    '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup>\n'
    '  <ProjectReference Include="../Outbox/Outbox.csproj" />\n</ItemGroup></Project>\n'
)
SETTINGS = (
    '{{"ConnectionStrings": {{"Relayed": "Host=db;Database=relayed;Username=u", "Own": "Host=db;Database={0};Username={0}"}}}}'
)
OUTBOX = (
    "using Microsoft.EntityFrameworkCore;\nnamespace Outbox;\npublic class Message { public int Id { get; set; } }\n"
    "public class OutboxContext : DbContext { public DbSet<Message> Messages { get; set; } }\n"
    "public class Relay(OutboxContext context) { public void Run() { context.Messages.Add(new Message()); } }\n"
)


def test_code_that_others_take_as_a_whole_lies_in_their_common_database_and_does_not_share_it(tmp_path: Path) -> None:
    """Declared as a service of its own, as an outbox in a library may be."""
    files = {"Outbox/Outbox.csproj": '<Project Sdk="Microsoft.NET.Sdk" />\n', "Outbox/Outbox.cs": OUTBOX}
    for name in ("Orders", "Stock"):
        files |= {
            f"{name}/{name}.csproj": PROJECT,
            f"{name}/Program.cs": "var builder = WebApplication.CreateBuilder(args);\n"
            'Use(builder.Configuration.GetConnectionString("Own"), builder.Configuration.GetConnectionString("Relayed"));\n'
            "builder.Build().Run();\n",
            f"{name}/appsettings.json": SETTINGS.format(name.lower()),
        }
    plant(tmp_path, files)
    (tmp_path / "dblint.yaml").write_text(
        "version: 1\nservices:\n" + "".join(f"  - {{name: {name}, path: {name}}}\n" for name in ("Orders", "Stock", "Outbox")),
        encoding="utf-8",
    )
    found = analyse(tmp_path, load(tmp_path / "dblint.yaml", tmp_path))
    assert {
        (each.service, each.table.name, each.table.database) for each in found.findings if each.rule == "shared-database"
    } == {(name, "Messages", "postgresql://db/relayed") for name in ("Orders", "Stock")}
    assert [table.owner for table in found.system.tables if table.id.name == "Messages"] == ["Outbox"]
