"""A system of two services with coupling, as files, and the command line run on it."""

import contextlib
import io
import os
import subprocess
from pathlib import Path
from unittest import mock

from dblint.cli.running import run
from tests.history.repositories import write

ROOT = Path(__file__).parents[2]

CONFIG = """\
version: 1
services:
  - {name: billing, path: billing, databases: [shop]}
  - {name: orders, path: orders, databases: [shop]}
databases:
  shop: {url: "postgresql://db/shop"}
rules: {shared-database: off}
"""
BILLING = "CREATE TABLE invoices (id bigint PRIMARY KEY, order_id bigint NOT NULL, total numeric NOT NULL);\n"
READ = """

def total{number}(connection: psycopg.Connection, order_id: int):
    return connection.execute("SELECT total FROM invoices WHERE order_id = %s", (order_id,)).fetchone()
"""
WRITE = """

def pay(connection: psycopg.Connection, order_id: int):
    connection.execute("UPDATE invoices SET total = 0 WHERE order_id = %s", (order_id,))
"""
FILES = {
    "dblint.yaml": CONFIG,
    "billing/migrations/0001.sql": BILLING,
    "orders/app.py": "import psycopg\n" + READ.format(number=1) + READ.format(number=2),
    "orders/other.py": "import psycopg\n" + WRITE,
}


def shop(root: Path, **changes: str) -> Path:
    """The system in a folder."""
    write(root, FILES | changes)
    return root


def dblint(root: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The command line run in a folder, in this process, in surroundings of the test's own."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "DBLINT_"))}
    environment |= {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "NO_COLOR": "1",
        "DBLINT_CACHE_DIR": str(root.parent / "cache"),
        **more,
    }
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, environment, clear=True),
        contextlib.chdir(root),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = run(arguments)
    return subprocess.CompletedProcess(arguments, int(code), out.getvalue(), err.getvalue())
