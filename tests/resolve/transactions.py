"""What is told of the transactions of one of two services that share a database."""

import textwrap
from pathlib import Path

from dblint import config, pipeline

SHARED = """\
version: 1
services:
  - {name: billing, path: billing, databases: [shop]}
  - {name: orders, path: orders, databases: [shop]}
databases:
  shop: {url: postgresql://db/shop}
"""
ORDER, INVOICE = "INSERT INTO orders (id) VALUES (1)", "INSERT INTO invoices (id, order_id) VALUES (1, 2)"

Found = list[tuple[str, int, str]]


def told(root: Path, files: dict[str, str]) -> Found:
    """What cross-owner-transaction tells of files of orders: file, line and table."""
    everything = {
        "dblint.yaml": SHARED,
        "billing/migrations/0001.sql": "CREATE TABLE invoices (id bigint PRIMARY KEY, order_id bigint NOT NULL);\n",
        "orders/migrations/0001.sql": "CREATE TABLE orders (id bigint PRIMARY KEY);\n",
        **{f"orders/{name}": textwrap.dedent(text).lstrip("\n") for name, text in files.items()},
    }
    for name, text in everything.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    found = pipeline.analyse(root, config.load(root / "dblint.yaml", root)).findings
    return [(each.place.path, each.place.line, each.table.name) for each in found if each.id == "DBL105"]
