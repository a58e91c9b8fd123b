"""The one place that calls sqlglot's parser; everything it may raise or log stays here."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import sqlglot
from sqlglot import exp

from dblint.model.sql import Dialect

# sqlglot warns with the whole statement, passwords included, when it falls back to a Command.
logging.getLogger("sqlglot").disabled = True

_FALLBACKS: dict[str, tuple[str, ...]] = {
    "generic": ("postgres", "mysql", "tsql", "", "oracle", "sqlite", "snowflake", "bigquery"),
    "redshift": ("redshift", "postgres"),
    "sqlite": ("sqlite", "postgres", ""),
    "postgres": ("postgres", "", "duckdb"),
    "mysql": ("mysql", ""),
}
_STATEMENTS = (exp.Query, exp.DML, exp.Merge, exp.MultitableInserts, exp.Values)
_FRAMES = 40_000
_LONG = 100_000
# Where the dialect is not known, the commonest three are tried even on a long statement.
_TRIED = {"generic": 3}


def parse(text: str, dialect: Dialect) -> exp.Expr | None:
    """The tree of one query or DML statement in the given dialect or the first other one that reads it, else None."""
    names = _FALLBACKS.get(dialect, (dialect, ""))
    # Nobody writes a statement of this length in another dialect than the one it stands in; each attempt takes seconds.
    for name in names[: _TRIED.get(dialect, 1)] if len(text) > _LONG else names:
        try:
            tree = sqlglot.parse_one(text, dialect=name or None)
        except Exception:  # noqa: BLE001, S112 -- sqlglot raises more than its own errors on odd input (measured)
            continue
        if isinstance(tree, _STATEMENTS) and not (isinstance(tree, exp.Update) and not tree.expressions):
            return tree
    return None


@contextmanager
def deep_stack() -> Iterator[None]:
    """Room for nested SQL: at the usual limit sqlglot gives up at 31 to 46 parentheses, depending on the caller's depth."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
