"""SQL files of any tool: the text that counts, and the changes its statements make."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from dblint.migrations.file import MigrationFile, blank
from dblint.model.facts import Change
from dblint.model.history import Revision
from dblint.model.place import Place
from dblint.model.schema import SchemaEvent, TableName
from dblint.model.sql import Statement

_COPY = re.compile(r"copy\b.*\bfrom\s+stdin\b[^;]*;\s*$", re.IGNORECASE)
_SWITCH = re.compile(
    r"^(?:\\c(?:onnect)?[ \t]+[\"']?(?!-)(?P<psql>[\w$-]+)"
    r"|[ \t]*use[ \t]+[`\"\[]?(?P<use>[\w$]+)[`\"\]]?[ \t]*;?[ \t]*(?:--.*)?\r?$)",
    re.IGNORECASE | re.MULTILINE,
)
# psql's include commands, `SOURCE` of the MySQL client, `:r` of sqlcmd, `@` of SQL*Plus.
_INCLUDE = re.compile(
    r"^[ \t]*(?:\\(?:i|ir|include|include_relative)[ \t]+|source[ \t]+|\\\.[ \t]+|:r[ \t]+|@@?)['\"]?(?P<path>[^\s'\";]+\.\w+)",
    re.IGNORECASE | re.MULTILINE,
)
INCLUDED = "script "
"""Before the path of a script that a migration runs, in the object of its event."""


def includes(text: str) -> tuple[tuple[int, str], ...]:
    """The offsets at which a script has its client run another file, with the path as written."""
    return tuple((match.start(), match["path"]) for match in _INCLUDE.finditer(text))


def connections(text: str) -> tuple[tuple[int, str], ...]:
    """The offsets at which a script turns to another logical database, with its name."""
    return tuple((match.start(), match["psql"] or match["use"]) for match in _SWITCH.finditer(text))


def statements_only(text: str) -> str:
    """The text without what psql reads and the server never sees: the rows after `COPY … FROM stdin;` and meta commands."""
    if "\\" not in text:
        return text
    kept: list[str] = []
    rows = False
    for line in text.splitlines(keepends=True):
        meta = line.startswith("\\")
        kept.append(blank(line) if rows or meta else line)
        rows = not line.startswith("\\.") if rows else not meta and _COPY.match(line) is not None
    return "".join(kept)


def revision_header(file: MigrationFile, revision: Revision | None) -> tuple[Change, ...]:
    """The change that says where a file stands in its tool's graph, if the tool keeps one."""
    if revision is None:
        return ()
    event = SchemaEvent("revision", TableName(revision.name))
    return (Change(event, Place(file.path, 1), file.tool, file.history, file.order, revision=revision),)


def events_of(statement: Statement) -> Iterator[SchemaEvent]:
    """The events of one statement, those of its data changes included (`data.insert`, `data.update`, `data.delete`)."""
    yield from statement.events
    for use in statement.uses:
        if use.mode == "write" and not use.via and not statement.events:
            kind = _DATA_KINDS.get(use.action)
            if kind:
                columns = tuple(name for name in use.columns or () if name != "*")
                yield SchemaEvent(kind, use.table, names=columns, offset=use.offset)


_DATA_KINDS = {
    "insert": "data.insert",
    "copy": "data.insert",
    "upsert": "data.insert",
    "update": "data.update",
    "delete": "data.delete",
    "truncate": "data.delete",
}


def distinct(events: Iterable[SchemaEvent]) -> Iterator[SchemaEvent]:
    """The events without repeated data changes: a seed file inserts into a table a thousand times, and once is enough."""
    seen: set[tuple[str, TableName]] = set()
    for event in events:
        if event.kind.startswith("data."):
            key = (event.kind, event.table)
            if key in seen:
                continue
            seen.add(key)
        yield event


def from_script(file: MigrationFile, statements: tuple[Statement, ...], lines: Callable[[int], int]) -> tuple[Change, ...]:
    """The changes of a SQL file in statement order, none if it never counts; `lines` gives the line of an offset."""
    if not file.counts:
        return ()
    changes = (
        Change(
            event,
            Place(file.path, lines(event.offset)),
            file.tool,
            file.history,
            file.order,
            file.connection_at(event.offset),
            changeset=file.changeset_at(event.offset),
        )
        for event in distinct(chain.from_iterable(map(events_of, statements)))
    )
    run = (
        Change(
            SchemaEvent("opaque", TableName(""), object=f"{INCLUDED}{path}", offset=offset),
            Place(file.path, lines(offset)),
            file.tool,
            file.history,
            file.order,
        )
        for offset, path in file.includes
    )
    return (*revision_header(file, file.revision), *changes, *run)
