"""Values of enumerations that pending changes add, take away or rename, told of the columns that hold them."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from dblint.model.changes import PendingChange
from dblint.model.facts import Change, Table
from dblint.model.schema import Column, SchemaEvent, TableName
from dblint.resolve.evidence import HeldChange
from dblint.resolve.present import Find


def changed_values(
    held: Iterable[HeldChange],
    is_pending: Callable[[Change], bool],
    find: Find,
    tables: Sequence[Table],
    dialect_of: Callable[[Table], str],
) -> Iterator[PendingChange]:
    """One for each column of an enumeration whose values become more, fewer or others; `tables` as they were before.

    PostgreSQL cannot drop a value: the type makes room, is created anew with fewer values, and its columns are converted.
    """
    before: dict[str, list[str]] = {}
    for service, change in held:
        event, name, pending = change.event, change.event.table.name.lower(), is_pending(change)
        kind, values = "", ""
        if event.kind == "type.create" and "enum" in event.flags:
            gone = [value for value in before.get(name, ()) if value not in event.names]
            kind, values = "enum.drop_value" if pending and gone else "", ", ".join(gone)
            before[name] = list(event.names)
        elif event.kind == "enum.add_value":
            before.setdefault(name, []).extend(event.names)
            kind, values = event.kind if pending else "", ", ".join(event.names)
        elif event.kind == "enum.rename_value" and pending and event.names:
            kind, values = event.kind, event.names[0]
        for table, column in holding(service, change, tables, find) if kind else ():
            told = SchemaEvent(kind, TableName(table.id.name, table.id.schema), (column,), object=values)
            yield PendingChange(service, table.id, told, change.place, change.tool, (column,), dialect_of(table))


def holding(service: str, change: Change, tables: Iterable[Table], find: Find) -> Iterator[tuple[Table, Column]]:
    """The columns of the enumeration that a service's change is about, of tables of the same database."""
    name = change.event.table.name.lower()
    for table in tables:
        columns = [column for column in table.columns if (column.type or "").lower().rpartition(".")[2].strip('"') == name]
        own = columns and find(service, TableName(table.id.name, table.id.schema), change.connection) == table.id
        yield from ((table, column) for column in columns if own)
