"""Made-up systems of any size: services with models, queries, SQL and migrations, a few of which reach into others."""

from pathlib import Path

_APP = """import psycopg2
from sqlalchemy import Column, Integer, String, select
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Item{n}(Base):
    __tablename__ = "items_{n}"
    id = Column(Integer, primary_key=True)
    name = Column(String)


def load(session, key):
    return session.execute(select(Item{n}).where(Item{n}.id == key)).scalar_one()


def total(cursor):
    cursor.execute("SELECT count(*) FROM items_{n} WHERE name IS NOT NULL")
    return cursor.fetchone()


def peek(cursor):
    cursor.execute("SELECT id, name FROM items_{other} ORDER BY id")
    return cursor.fetchall()
"""
_PLAIN = '''"""Nothing that has to do with a database."""


def work(values):
    total = 0
    for value in values:
        total += value * {n}
    return total
'''


def build(root: Path, services: int, plain: int = 3) -> None:
    """Write a system of so many services, each with so many files without database access; one in ten reads another's table."""
    for n in range(services):
        folder = root / f"service{n:05}"
        (folder / "migrations").mkdir(parents=True)
        (folder / "Dockerfile").write_text("FROM python:3.12\n")
        other = (n + 1) % services if n % 10 == 0 else n
        (folder / "app.py").write_text(_APP.format(n=n, other=other))
        (folder / "migrations" / "V1__items.sql").write_text(
            f"CREATE TABLE items_{n} (id integer PRIMARY KEY, name text);\nCREATE INDEX items_{n}_name ON items_{n} (name);\n"
        )
        for number in range(plain):
            (folder / f"plain{number}.py").write_text(_PLAIN.format(n=number))
