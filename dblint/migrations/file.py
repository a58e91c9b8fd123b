"""A migration file: which tool reads it, in which history and order, and which part of its text counts."""

import re
from collections.abc import Callable, Iterable
from typing import Literal

from dblint.model.base import Fact
from dblint.model.history import Revision

Direction = Literal["up", "down", "repeatable", "baseline", "callback", "verify", "superseded"]

NEVER: frozenset[Direction] = frozenset({"down", "verify", "superseded"})
"""Directions whose files yield neither events nor reads nor writes."""

_DOWN_WORD = re.compile(r"(?:^|[^a-z])(?:down|rollback|undo|revert|backwards?)(?:[^a-z]|$)", re.IGNORECASE)


class MigrationFile(Fact, frozen=True):
    """One file of one history.

    `order` sorts the files of a history (see `sort_key`); where the tool keeps a graph, `revision` is the file's node.
    `environment` is the vendor or profile a file is meant for, empty for all. `connections` are the offsets from which on the
    text speaks to another logical database (psql's connect command, MySQL's `USE`), `includes` those at which a client is told
    to run another file, with its path as written.
    """

    path: str
    tool: str
    history: str
    order: tuple[int | str, ...]
    direction: Direction = "up"
    environment: str = ""
    revision: Revision | None = None
    connections: tuple[tuple[int, str], ...] = ()
    changesets: tuple[tuple[int, str], ...] = ()
    includes: tuple[tuple[int, str], ...] = ()

    @property
    def counts(self) -> bool:
        """Whether the file changes the schema when migrations are applied."""
        return self.direction not in NEVER

    def changeset_at(self, offset: int) -> str:
        """The changeset that the text at `offset` belongs to, empty where the file is one step."""
        return next((name for start, name in reversed(self.changesets) if start <= offset), "")

    def connection_at(self, offset: int) -> str:
        """The logical database that the text at `offset` speaks to, empty for the default one."""
        return next((name for start, name in reversed(self.connections) if start <= offset), "")


def split(path: str) -> tuple[str, str]:
    """The folder (`.` for the root) and the file name of a path."""
    folder, _, name = path.rpartition("/")
    return folder or ".", name


def natural(text: str) -> tuple[int | str, ...]:
    """The parts of a name in natural sort order: `10_b` is `(10, "_b")` and sorts after `9_a`."""
    return tuple(int(part) if part.isdecimal() else part.lower() for part in re.split(r"([0-9]+)", text) if part)


def sort_key(order: tuple[int | str, ...]) -> tuple[tuple[bool, int | str], ...]:
    """A key for order tuples that mix numbers and words: numbers come first, as in a file listing."""
    return tuple((isinstance(part, str), part) for part in order)


def is_down(name: str) -> bool:
    """Whether a file name says that it takes a change back; `download.sql` does not."""
    return _DOWN_WORD.search(name) is not None


def blank(text: str) -> str:
    """Spaces as long as `text`, with its line ends, so that offsets and lines stay."""
    return re.sub(r"[^\r\n]", " ", text)


def without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with some spans (sorted, not overlapping) blanked."""
    parts: list[str] = []
    position = 0
    for start, end in spans:
        parts += text[position:start], blank(text[start:end])
        position = end
    return "".join([*parts, text[position:]])


def sections(text: str, marker: re.Pattern[str], counts: Callable[[re.Match[str]], bool]) -> str:
    """The text without the sections that do not count; a marker opens a section, text before the first marker stays."""
    spans = []
    start: int | None = None
    for match in marker.finditer(text):
        if start is not None:
            spans.append((start, match.start()))
        start = None if counts(match) else match.start()
    if start is not None:
        spans.append((start, len(text)))
    return without(text, spans)
