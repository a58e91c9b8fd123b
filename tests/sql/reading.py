"""Short ways to say what a script means."""

from dblint.model.sql import Dialect, Statement
from dblint.sql import read_script


def one(text: str, dialect: Dialect = "postgres") -> Statement:
    statements = read_script(text, dialect)
    assert len(statements) == 1, statements
    return statements[0]


def uses(text: str, dialect: Dialect = "postgres") -> set[str]:
    """`action table shape(columns)` of every use; `?` for unknown columns."""
    return {
        f"{use.action} {use.table} {use.shape}({'?' if use.columns is None else ','.join(use.columns)})"
        for statement in read_script(text, dialect)
        for use in statement.uses
    }


def tables(text: str, dialect: Dialect = "postgres") -> set[str]:
    return {str(use.table) for statement in read_script(text, dialect) for use in statement.uses}


def joins(text: str, dialect: Dialect = "postgres") -> set[tuple[str, tuple[str, ...]]]:
    return {(j.kind, tuple(sorted(map(str, j.tables)))) for statement in read_script(text, dialect) for j in statement.joins}


def kinds(text: str, dialect: Dialect = "postgres") -> list[str]:
    return [f"{event.kind} {event.table}" for statement in read_script(text, dialect) for event in statement.events]
