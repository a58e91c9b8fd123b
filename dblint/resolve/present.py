"""The present schema of every database, with the identity of its tables."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from dblint.migrations import TableState, replay
from dblint.model.facts import Change, TableId
from dblint.model.schema import TableName
from dblint.resolve.evidence import HeldChange
from dblint.resolve.homes import Homes


class Find(Protocol):
    """The table that a service means by a name, over a connection (empty for its default one)."""

    def __call__(self, service: str, name: TableName, connection: str = "", store: str = "sql") -> TableId | None:
        """The table, None where a name with holes fits no known table."""


class Present(NamedTuple):
    """A table or view of the present schema; `service` answers for the source that defines it."""

    id: TableId
    state: TableState
    service: str


def present_tables(held: Iterable[HeldChange], homes: Homes, find: Find) -> tuple[Present, ...]:
    """All tables and views as they are after all migrations, each database replayed by itself."""
    groups: dict[str | None, list[HeldChange]] = defaultdict(list)
    for each in held:
        groups[homes.of(each.service, each.change.connection, "sql", each.change.event.table.name).label].append(each)
    found = []
    for group in groups.values():
        changes: list[Change] = [each.change for each in group]
        connections = {each.change.place.path: (each.service, each.change.connection) for each in group}
        for state in replay(changes).tables:
            service, connection = (
                connections[state.created[0].place.path] if state.created else connections[changes[0].place.path]
            )
            table = find(service, state.table, connection)
            if table is not None:
                found.append(Present(table, state, service))
    return tuple(found)


def view_bases(present: Sequence[Present], find: Find) -> dict[TableId, tuple[TableId, ...]]:
    """For each view the tables that it reads, through other views too."""
    direct = {
        each.id: [table for name in each.state.reads if (table := find(each.service, name)) is not None]
        for each in present
        if each.state.kind in ("view", "matview")
    }

    def below(view: TableId) -> tuple[TableId, ...]:
        seen: dict[TableId, None] = {}
        waiting = list(direct[view])
        while waiting:
            table = waiting.pop()
            if table not in seen and table != view:
                seen[table] = None
                waiting += direct.get(table, ())
        return tuple(table for table in seen if table not in direct)

    return {view: below(view) for view in direct}


def roots(present: Iterable[Present], find: Find) -> dict[TableId, TableId]:
    """For each partition the table that it is part of."""
    pairs = ((each.id, find(each.service, each.state.base)) for each in present if each.state.base is not None)
    return {partition: root for partition, root in pairs if root is not None and root != partition}
