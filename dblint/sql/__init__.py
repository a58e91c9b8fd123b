"""SQL text to facts; the only package that knows sqlglot, which is imported when the first script is read."""

from collections.abc import Callable

from dblint.model.sql import Dialect, Statement
from dblint.sql.cql import as_sql
from dblint.sql.dialect import dialect_of, dialect_of_script
from dblint.sql.gate import is_setting, is_sql
from dblint.sql.holes import HOLE
from dblint.sql.names import is_system
from dblint.sql.transactions import may_begin, transactions

__all__ = [
    "HOLE",
    "ReadScript",
    "as_sql",
    "dialect_of",
    "dialect_of_script",
    "is_setting",
    "is_sql",
    "is_system",
    "may_begin",
    "read_script",
    "transactions",
]

ReadScript = Callable[[str, Dialect], tuple[Statement, ...]]
"""What gives the statements of an SQL text in a dialect."""


def read_script(text: str, dialect: Dialect = "generic") -> tuple[Statement, ...]:
    """The statements of a script in source order, offsets counted in `text`; holes are `HOLE` characters. Never raises."""
    from dblint.sql.script import read  # noqa: PLC0415 -- sqlglot takes longer to import than most files to read

    return read(text, dialect)
