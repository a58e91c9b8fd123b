"""SQL inside Python migrations."""

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from dblint import sql
from dblint.migrations.file import MigrationFile
from dblint.migrations.script import distinct, events_of
from dblint.migrations.written import Written
from dblint.model.facts import Change
from dblint.model.place import Place
from dblint.model.schema import SchemaEvent, TableName
from dblint.model.sql import Dialect


class Found(NamedTuple):
    """An event and the line of the source on which it stands."""

    event: SchemaEvent
    line: int


def change_of(file: MigrationFile, found: Found, connection: str = "", changeset: str = "") -> Change:
    """The event as a change of its file."""
    place = Place(file.path, found.line)
    return Change(found.event, place, file.tool, file.history, file.order, connection, changeset=changeset)


def unreadable(line: int, what: str = "unknown-sql") -> Found:
    """A step that changes nobody knows what: SQL that the source does not show, code that is called upon."""
    return Found(SchemaEvent("opaque", TableName(""), object=what), line)


def sql_events(text: Written, dialect: Dialect) -> Iterator[Found]:
    """The events of SQL text that stands in a source file."""
    statements = sql.read_script(text.text, dialect)
    for event in distinct(chain.from_iterable(map(events_of, statements))):
        yield Found(event, text.line(event.offset))
