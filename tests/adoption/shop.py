"""A system of two services with coupling, as files, and the command line run on it."""

import os
import subprocess
import sys
from pathlib import Path

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
    """The command line run in a folder, in surroundings of the test's own."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "DBLINT_"))}
    environment |= {
        "PYTHONPATH": str(ROOT),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "NO_COLOR": "1",
        "DBLINT_CACHE_DIR": str(root.parent / "cache"),
        **more,
    }
    command = (sys.executable, "-m", "dblint", *arguments)
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
