"""Short forms of changes, so that a test reads as the facts it expects."""

from bisect import bisect_right
from itertools import accumulate

from dblint.discover.kinds import language
from dblint.migrations import effective, from_script, from_source, recognise
from dblint.model.facts import Change
from dblint.model.schema import SchemaEvent
from dblint.sql import read_script


def changes_of(path: str, text: str) -> tuple[Change, ...]:
    """The changes of one file, as the extraction stage gets them."""
    file = recognise(path, text)
    assert file is not None, f"{path} is no migration"
    if not path.lower().endswith((".sql", ".ddl", ".pgsql", ".j2")):
        return from_source(file, text, language=language(path))
    starts = [0, *accumulate(map(len, text.splitlines(keepends=True)))]
    return from_script(file, read_script(effective(file, text)), lambda offset: bisect_right(starts, offset))


def said(event: SchemaEvent) -> str:
    """An event on one line: kind, table, then what it is about."""
    words = [event.kind, str(event.table), event.object, ",".join(event.names), ",".join(each.name for each in event.columns)]
    if event.new_name is not None:
        words.append(f"-> {event.new_name}")
    words += (f"{','.join(key.columns)} => {key.target}({','.join(key.target_columns)})" for key in event.foreign_keys)
    return " ".join(word for word in words if word)


def events_of(path: str, text: str) -> list[str]:
    """The events of one file on one line each, headers left out."""
    return [said(change.event) for change in changes_of(path, text) if change.revision is None]
