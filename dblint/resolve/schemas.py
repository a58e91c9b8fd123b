"""Names of tables in a schema that only a setting says, as the changes beside them say it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from dblint.model.facts import Change
from dblint.model.schema import TableName

UNKNOWN = "*"


def with_schemas(changes: Sequence[Change]) -> list[Change]:
    """The changes of one database with unknown schemas (`{SCHEMA}.orders`) filled in.

    A schema is that under which another change knows the table, or the only one that any of them names: what a migration drops
    under a name that it puts together, and creates again under one that it writes down, is one table.
    """
    known: defaultdict[str, set[str]] = defaultdict(set)
    for name in _names(changes):
        if name.schema and name.schema != UNKNOWN:
            known[name.name].add(name.schema)
    everywhere = frozenset().union(*known.values())

    def of(name: TableName, schema: str | None) -> TableName:
        found = known.get(name.name) or everywhere if schema == UNKNOWN else ()
        return replace(name, schema=next(iter(found))) if len(found) == 1 else name

    settled = []
    for change in changes:
        event = change.event
        table = of(event.table, event.table.schema)
        # what a table is renamed to stays in its schema
        new = of(event.new_name, event.new_name.schema or event.table.schema) if event.new_name is not None else None
        same = table is event.table and new is event.new_name
        settled.append(change if same else replace(change, event=replace(event, table=table, new_name=new)))
    return settled


def _names(changes: Iterable[Change]) -> Iterable[TableName]:
    for change in changes:
        yield change.event.table
        if change.event.new_name is not None:
            yield change.event.new_name
