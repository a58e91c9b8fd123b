"""Schema statements, read by their tokens alike for every dialect."""

from collections.abc import Callable

from dblint.sql.cursor import Cursor
from dblint.sql.reading import Reading

READERS: dict[str, Callable[[Cursor], Reading]] = {}
