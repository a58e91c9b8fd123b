"""A small shop of two services as facts, with every argument defaulted, for tests of what users see."""

from pathlib import Path

from msgspec.structs import replace

from dblint.config import Configuration
from dblint.judge.rules import load
from dblint.model.coverage import Coverage
from dblint.model.facts import Access, Connection, Evidence, Problem, Reference, ServiceUnresolved, Table, TableId, TableJoin
from dblint.model.findings import Finding
from dblint.model.place import Place
from dblint.model.schema import Column
from dblint.model.system import System
from dblint.model.tree import Service, SourceFile, Tree
from dblint.report.view import Report

# One rule with words of its own: a change of the shipped rules changes no report here.
RULES = tuple(
    replace(rule, summary="A service reads a table of another.", rationale="Tables are private.", bad=(), good=())
    for rule in load(Configuration(), Path())
    if rule.name == "cross-service-read"
)
DATABASE = "postgresql://db/shop"
INVOICES = TableId("sql", DATABASE, None, "invoices")
ORDERS = TableId("sql", DATABASE, None, "orders")
CREATED = Evidence("migration", Place("billing/migrations/0001.sql", 1, 14), "creates invoices")


FOREIGN_READ = Finding(
    rule="cross-service-read",
    id="DBL101",
    severity="error",
    service="orders",
    owner="billing",
    table=INVOICES,
    place=Place("orders/app.py", 8, 9),
    message="orders reads invoices, which billing owns: a change of the table breaks orders",
    remedy="call billing's API, or keep a copy fed by billing's events",
    evidence=(CREATED,),
    confidence="explicit",
    fingerprint="f1",
)
READ = Access(
    service="orders",
    table=INVOICES,
    mode="read",
    action="select",
    shape="cols",
    columns=("id", "total"),
    place=Place("orders/app.py", 8, 9),
    how="psycopg",
    confidence="explicit",
    statement=1,
)


def tree(**others: object) -> Tree:
    values: dict[str, object] = {
        "root": "shop",
        "services": (
            Service("billing", "billing", (Evidence("compose", Place("compose.yaml", 9), "compose builds ./billing"),)),
            Service("orders", "orders", (Evidence("compose", Place("compose.yaml", 3), "compose builds ./orders"),)),
        ),
        "files": (
            SourceFile("billing/migrations/0001.sql", "sql", "source", "billing", 80),
            SourceFile("orders/app.py", "python", "source", "orders", 400),
        ),
        "configuration_files": ("compose.yaml",),
        "problems": (Problem("orders/huge.sql", "too-large"),),
        "unsupported": (("java", 12), ("csharp", 1)),
    }
    return Tree(**(values | others))  # type: ignore[arg-type]  # a test names only what matters to it


def system(**others: object) -> System:
    columns = (Column("id", "bigint", nullable=False), Column("total", "numeric"))
    values: dict[str, object] = {
        "services": tree().services,
        "tables": (
            Table(INVOICES, "billing", (), "explicit", (CREATED,), columns),
            Table(ORDERS, "orders", (), "explicit", (Evidence("model", Place("orders/models.py", 4)),)),
            Table(TableId("redis", None, None, "cart:*"), None, ("billing", "orders"), "convention", ()),
        ),
        "accesses": (
            READ,
            replace(READ, table=ORDERS, place=Place("orders/app.py", 8, 9), columns=None),
            replace(READ, mode="write", action="update", place=Place("orders/app.py", 14, 9), statement=2),
            replace(READ, service="billing", mode="write", action="insert", place=Place("billing/app.py", 3), statement=3),
        ),
        "joins": (TableJoin("orders", (ORDERS, INVOICES), "inner", Place("orders/app.py", 8, 9), "psycopg", "explicit", 1),),
        "references": (
            Reference(
                "orders", ORDERS, ("invoice_id",), INVOICES, ("id",), Place("orders/models.py", 9), "sqlalchemy", "configured"
            ),
        ),
        "connections": (Connection("orders", "sql", DATABASE, Place("compose.yaml", 6), "compose"),),
        "unresolved": (ServiceUnresolved("orders", Place("orders/app.py", 21), "dynamic-table", "SELECT * FROM ⟨?⟩"),),
        "problems": (
            Problem("orders/legacy.py", "syntax-error", 4),
            Problem("orders/legacy.py", "syntax-error", 19),
        ),
        "coverage": Coverage(
            files_seen=435,
            files_read=412,
            files_partly_read=1,
            declared_out=20,
            statements_found=1391,
            statements_resolved=1204,
            dynamic=118,
            opaque=69,
        ),
    }
    return System(**(values | others))  # type: ignore[arg-type]  # as above


def report(*findings: Finding) -> Report:
    return Report(tree(), system(), findings, RULES)


FINDINGS = (
    FOREIGN_READ,
    replace(
        FOREIGN_READ,
        rule="cross-service-write",
        id="DBL102",
        place=Place("orders/app.py", 14, 9),
        message="orders updates invoices, which billing owns: billing's rules about its data are passed by",
    ),
    replace(
        FOREIGN_READ,
        rule="shared-database",
        id="DBL301",
        severity="warning",
        table=TableId("sql", DATABASE, None, "*"),
        place=Place("compose.yaml", 6),
        message="orders and billing connect to one database",
        remedy="give each service its own database or schema and user",
        evidence=(Evidence("connection", Place("compose.yaml", 12), "billing connects to it too"),),
    ),
    replace(
        FOREIGN_READ,
        rule="unresolved-access",
        id="DBL501",
        severity="note",
        owner=None,
        table=TableId("sql", None, None, "?"),
        place=Place("orders/app.py", 21),
        message="the table of this call is built at run time",
        remedy="name the table in the source, or declare it",
        evidence=(),
    ),
    replace(FOREIGN_READ, place=Place("orders/app.py", 30), suppressed="the monthly report, until the API has totals"),
)

APP = '''"""The orders service."""


def totals(connection):
    """The totals of all orders that were billed."""
    cursor = connection.cursor()
    cursor.execute(
        "SELECT i.id, i.total FROM orders o JOIN invoices i ON i.id = o.invoice_id",
    )
    return cursor.fetchall()


def pay(connection, invoice):
    connection.execute("UPDATE invoices SET paid = true WHERE id = %s", [invoice])


def dump(connection, table):
    # any table

    return connection.execute(
        f"SELECT * FROM {table}",
    )
'''
MIGRATION = """CREATE TABLE invoices (
    id bigint NOT NULL,
    total numeric
);
"""
COMPOSE = """services:
  orders:
    build: ./orders
    environment:
      # the application's own user
      DATABASE_URL: postgresql://app:hunter2@db/shop
  billing:
    build: ./billing
    environment:
      - LEVEL=info
      # and again
      - DATABASE_URL=postgresql://app:hunter2@db/shop
"""


def write_shop(root: Path) -> Path:
    """The shop's files below `root`."""
    for path, text in {"orders/app.py": APP, "billing/migrations/0001.sql": MIGRATION, "compose.yaml": COMPOSE}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root
