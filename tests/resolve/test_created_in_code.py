"""A service that creates a table by SQL in its code owns it, whoever else writes to it."""

from pathlib import Path

import pytest

from dblint.config import Configuration
from dblint.pipeline import Analysis, analyse

WRITER = 'import psycopg2\nc = psycopg2.connect("postgresql://db/shop").cursor()\nc.execute("INSERT INTO items VALUES (1)")\n'


def _analysis(root: Path, creator: str, path: str = "stock/db.py") -> Analysis:
    files = {path: creator, "stock/Dockerfile": "FROM scratch\n", "cart/Dockerfile": "FROM scratch\n", "cart/db.py": WRITER}
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    return analyse(root, Configuration())


@pytest.mark.parametrize(
    ("path", "creator"),
    [
        (
            "stock/db.py",
            (
                'import psycopg2\nc = psycopg2.connect("postgresql://db/shop").cursor()\n'
                'c.execute("CREATE TABLE IF NOT EXISTS items (id int)")\n'
            ),
        ),
        (
            "stock/init.go",
            (
                'package db\n\nimport migrate "github.com/rubenv/sql-migrate"\n\nfunc All() []*migrate.Migration {\n'
                '\treturn []*migrate.Migration{{Id: "1", Up: []string{`CREATE TABLE items (id INT)`}}}\n}\n'
            ),
        ),
    ],
)
def test_whoever_runs_the_creation_owns_the_table(tmp_path: Path, path: str, creator: str) -> None:
    analysis = _analysis(tmp_path, creator, path)
    (table,) = (table for table in analysis.system.tables if table.id.name == "items")
    assert (table.owner, table.confidence) == ("stock", "explicit")
    assert [(found.rule, found.service, found.owner) for found in analysis.findings if found.id == "DBL102"] == [
        ("cross-service-write", "cart", "stock")
    ]


def test_a_temporary_table_is_nobodys(tmp_path: Path) -> None:
    analysis = _analysis(
        tmp_path, 'import psycopg2\npsycopg2.connect("").cursor().execute("CREATE TEMPORARY TABLE items (id int)")\n'
    )
    assert not [found for found in analysis.findings if found.owner == "stock"]


def test_a_table_that_code_creates_in_a_schema_of_the_environment_is_known_by_its_name(tmp_path: Path) -> None:
    creator = (
        'import os\nimport psycopg2\nSCHEMA = os.environ["SCHEMA"]\nc = psycopg2.connect("postgresql://db/shop").cursor()\n'
        "c.execute(f'CREATE TABLE IF NOT EXISTS {SCHEMA}.prices (id int)')\n"
        "c.execute(f'SELECT id FROM {SCHEMA}.prices')\n"
    )
    system = _analysis(tmp_path, creator).system
    assert [(each.service, each.table.name, each.mode) for each in system.accesses if each.service == "stock"] == [
        ("stock", "prices", "read")
    ]
    assert not system.unresolved


def test_what_shared_code_creates_for_each_service_that_runs_it_is_contested_by_none(tmp_path: Path) -> None:
    creator = (
        "import psycopg2\n\n\ndef prepare(c):\n"
        '    c.execute("CREATE TABLE IF NOT EXISTS versions (id int)")\n    c.execute("SELECT id FROM versions")\n'
    )
    caller = 'import psycopg2\nfrom shared.setup import prepare\nprepare(psycopg2.connect("postgresql://db/shop").cursor())\n'
    files = {
        "shared/__init__.py": "",
        "shared/setup.py": creator,
        "stock/app.py": caller,
        "stock/Dockerfile": "FROM scratch\n",
        "cart/app.py": caller,
        "cart/Dockerfile": "FROM scratch\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    analysis = analyse(tmp_path, Configuration())
    (table,) = (table for table in analysis.system.tables if table.id.name == "versions")
    assert {each.service for each in analysis.system.accesses if each.table == table.id} == {"stock", "cart"}
    assert (table.owner, table.contested) == (None, ())
