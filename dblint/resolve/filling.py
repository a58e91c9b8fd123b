"""Columns that a trigger fills in, so that an INSERT need not."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from dblint.model.facts import Change
from dblint.model.schema import ROW, SchemaEvent

Filled = Mapping[str, frozenset[str]]
"""For the name of each table the columns that its triggers set in a row that is inserted."""


def filled_columns(changes: Iterable[Change]) -> Filled:
    """What the triggers of all changes fill in, by themselves or by the routine that they call."""
    routines: dict[str, set[str]] = defaultdict(set)
    triggers: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        event = change.event
        if event.kind in ("routine.create", "routine.replace"):
            routines[event.object.lower()].update(event.names)
        elif event.kind == "trigger.create" and "insert" in event.flags:
            triggers[event.table.name.lower()].update(event.names)
    found: dict[str, frozenset[str]] = {}
    for table, names in triggers.items():
        called = (routines[name.rpartition(".")[2].lower()] for name in names if not name.startswith(ROW))
        found[table] = frozenset(name.removeprefix(ROW) for name in names.union(*called) if name.startswith(ROW))
    return found


def spared(event: SchemaEvent, filled: Filled) -> SchemaEvent:
    """The event with its columns as ones that the database fills where a trigger does so."""
    by_trigger = filled.get(event.table.name.lower(), frozenset())
    if not by_trigger.intersection(column.name for column in event.columns):
        return event
    columns = (replace(column, generated=column.generated or column.name in by_trigger) for column in event.columns)
    return replace(event, columns=tuple(columns))
