"""Names of tables in a schema that only a setting says, as the changes beside them say it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from dblint.model.schema import TableName
from dblint.resolve.evidence import HeldChange

UNKNOWN = "*"


def with_schemas(held: Sequence[HeldChange]) -> tuple[HeldChange, ...]:
    """The changes with an unknown schema (`{SCHEMA}.orders`) filled in under which the same service knows the table, too.

    What a migration drops under a name that it puts together, and creates again under one that it writes down, is one table.
    """
    known: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for service, name in _names(held):
        if name.schema and name.schema != UNKNOWN:
            known[service, name.name].add(name.schema)

    for service, change in held:  # what a table is renamed to stays in its schema
        new = change.event.new_name
        if new is not None and not new.schema and change.event.table.schema == UNKNOWN:
            known[service, change.event.table.name] |= known.get((service, new.name), set())

    def of(service: str, name: TableName, schema: str | None) -> TableName:
        found = known.get((service, name.name), ()) if schema == UNKNOWN else ()
        return replace(name, schema=next(iter(found))) if len(found) == 1 else name

    settled = []
    for each in held:
        event = each.change.event
        table = of(each.service, event.table, event.table.schema)
        new = of(each.service, event.new_name, event.new_name.schema or event.table.schema) if event.new_name else None
        same = table is event.table and new is event.new_name
        event = event if same else replace(event, table=table, new_name=new)
        settled.append(each if same else each._replace(change=replace(each.change, event=event)))
    return tuple(settled)


def _names(held: Iterable[HeldChange]) -> Iterable[tuple[str, TableName]]:
    for service, change in held:
        yield service, change.event.table
        if change.event.new_name is not None:
            yield service, change.event.new_name
