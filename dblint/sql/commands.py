"""Statements that sqlglot leaves unread: a second look by their tokens."""

from collections.abc import Callable

from dblint.sql.cursor import Cursor
from dblint.sql.reading import Reading

SILENT = frozenset()
READERS: dict[str, Callable[[Cursor], Reading]] = {}
