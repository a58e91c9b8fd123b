"""What is pending: the schema changes of a tree that its base does not have, folded to their net effect (decision 0008)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from dblint.migrations import Net, Schema, TableState, difference, net, replay
from dblint.model.changes import PendingChange, SchemaChange
from dblint.model.facts import Access, Change, Table, TableId
from dblint.model.place import Place
from dblint.model.schema import SchemaEvent, TableName
from dblint.model.system import System
from dblint.resolve.enumerations import changed_values
from dblint.resolve.evidence import HeldChange
from dblint.resolve.filling import filled_columns, spared
from dblint.resolve.homes import Homes
from dblint.resolve.present import Find
from dblint.resolve.targets import referred

_DIALECTS = {"postgresql": "postgres", "postgres": "postgres", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite"}
_SERVERS = {"mssql": "tsql", "sqlserver": "tsql", "oracle": "oracle"}
_UNTOLD = ("data", "table.comment", "comment", "grant", "opaque")


Step = tuple[str, str]
"""The path of a file and, where it is a changelog, a changeset."""


class News(NamedTuple):
    """What is new against the base: in `added` steps all changes are pending, `edited` ones say something else than before.

    A step is a file, or a changeset of one. `restated` are edited files that describe a state rather than a step (dumps,
    `R__` files of Flyway).
    """

    added: frozenset[Step]
    edited: frozenset[Step]
    restated: frozenset[str]


def news(changes: Iterable[SchemaChange], base: Iterable[SchemaChange]) -> News:
    """What is new in migrations; a step that only moved or was rewritten without effect is not."""
    now, then = _by_step(changes), _by_step(base)
    gone = Counter(_said(each) for step, each in then.items() if step not in now)
    added: set[Step] = set()
    edited: set[Step] = set()
    restated: set[str] = set()
    for step, each in now.items():
        said = _said(each)
        if step not in then:
            if gone[said] > 0:
                gone[said] -= 1
            else:
                added.add(step)
        elif said != _said(then[step]):
            if _restates(step[0], each[0].tool):
                restated.add(step[0])
            else:
                (added if step[1].endswith(" again") else edited).add(step)
    return News(frozenset(added), frozenset(edited), frozenset(restated))


def marked(changes: Iterable[SchemaChange], base: System) -> tuple[SchemaChange, ...]:
    """The changes, each marked as pending or not."""
    found = tuple(changes)
    added = news(found, base.changes).added
    return tuple(replace(change, pending=True) if step_of(change) in added else change for change in found)


def step_of(change: SchemaChange | Change) -> Step:
    """The step that a change belongs to."""
    return (change.place.path, change.changeset)


def _by_step(changes: Iterable[SchemaChange]) -> dict[Step, list[SchemaChange]]:
    found: dict[Step, list[SchemaChange]] = defaultdict(list)
    for change in changes:
        if change.tool != "runtime" and not change.event.kind.startswith(_UNTOLD):
            found[step_of(change)].append(change)
    return found


def _said(changes: Iterable[SchemaChange]) -> tuple[SchemaEvent, ...]:
    """What a file says, wherever in it."""
    return tuple(sorted((_placeless(change.event) for change in changes), key=repr))


def _placeless(event: SchemaEvent) -> SchemaEvent:
    return replace(event, offset=0, foreign_keys=tuple(replace(key, offset=0) for key in event.foreign_keys))


def _restates(path: str, tool: str) -> bool:
    """Whether the file is run again when it changes, or is a description of the schema without a number of its own."""
    name = path.rpartition("/")[2]
    if tool == "flyway":
        return name.startswith("R__")
    return tool == "rails-schema" or (tool == "sql" and not name[:1].isdigit() and name not in ("up.sql", "migration.sql"))


def pending_changes(
    held: Sequence[HeldChange],
    changes: Sequence[SchemaChange],
    tables: Sequence[Table],
    base: System,
    homes: Homes,
    find: Find,
    models: Mapping[TableId, Place],
    new: News,
) -> Iterator[PendingChange]:
    """The net changes against the base, each with the table as it was called before; edited migrations as such.

    `models` are the tables that follow a model, with its place.
    """

    def is_new(change: Change) -> bool:
        return step_of(change) in new.added

    groups: dict[str | None, list[HeldChange]] = defaultdict(list)
    for each in held:
        groups[homes.of(each.service, each.change.connection, "sql", each.change.event.table.name).label].append(each)
    # A dump that is written anew says again, and less well, what the migrations beside it say.
    apart = (*_UNTOLD, "type", "enum")
    told = {change.table for change in changes if step_of(change) in new.added and not change.event.kind.startswith(apart)}
    filled = filled_columns(each.change for each in held)
    for group in groups.values():
        owners = {each.change.place.path: each for each in group}

        def table_of(name: TableName, path: str, owners: Mapping[str, HeldChange] = owners) -> TableId | None:
            source = owners[path]
            return find(source.service, name, source.change.connection)

        was = _Before(base, frozenset(path for path, _ in new.edited) | new.restated, table_of)
        for found in net([each.change for each in group], is_new, was.schema):
            path = found.change.place.path
            if (table := table_of(found.change.event.table, path)) is not None:
                told.add(table)
                event = spared(found.change.event, filled)
                yield _pending(owners[path].service, table, found._replace(change=replace(found.change, event=event)))
        known = (base.tables, lambda table: _dialect(table.id))
        yield from changed_values(group, is_new, find, *known)
        yield from referred(
            group, is_new, was.schema([each.change for each in group if not is_new(each.change)]), table_of, *known
        )
    yield from _edited(changes, new.edited, base)
    for change in (*_restated(changes, new.restated, tables, base), *_modelled(tables, changes, base, models)):
        if change.table not in told:
            yield change


class _Before(NamedTuple):
    """The schema before, where files of `rewritten` say what holds now: their tables are told as the base has them."""

    base: System
    rewritten: frozenset[str]
    table_of: Callable[[TableName, str], TableId | None]

    def schema(self, changes: Sequence[Change]) -> Schema:
        """The schema that results from the changes of old."""
        if not self.rewritten:
            return replay(changes)
        kept = replay(change for change in changes if change.place.path not in self.rewritten)
        known = {table.id: table for table in self.base.tables}
        states = {(state.table.schema, state.table.name): state for state in replay(changes).tables}
        states |= {(state.table.schema, state.table.name): state for state in kept.tables}
        found = []
        for state in states.values():
            path = state.created[0].place.path if state.created else changes[0].place.path
            table = self.table_of(state.table, path)
            then = known.get(table) if table is not None else None
            if then is not None:
                found.append(replace(state, columns=then.columns or state.columns))
        return Schema(tuple(found))


def former(accesses: Iterable[Access], base: System, pending: Iterable[PendingChange]) -> tuple[Access, ...]:
    """The accesses of the base to changed tables that are no longer made."""
    changed = {change.table for change in pending}
    kept = {_use(access) for access in accesses}
    return tuple(access for access in base.accesses if access.table in changed and _use(access) not in kept)


def _use(access: Access) -> tuple[object, ...]:
    # Whether a name is known to be a column of the table may have changed.
    columns = None if access.columns is None else frozenset((*access.columns, *access.besides))
    return (access.service, access.table, access.mode, access.action, access.shape, columns)


def _pending(service: str, table: TableId, found: Net) -> PendingChange:
    change = found.change
    return PendingChange(service, table, change.event, change.place, change.tool, found.before, _dialect(table))


def _dialect(table: TableId) -> str:
    scheme = (table.database or "").partition(":")[0].partition("+")[0]
    return {**_DIALECTS, **_SERVERS}.get(scheme, "")


def _edited(changes: Iterable[SchemaChange], steps: frozenset[Step], base: System) -> Iterator[PendingChange]:
    """One for each edited migration, at the first thing that it says differently."""
    known = Counter((step_of(change), _placeless(change.event)) for change in base.changes)
    now = [change for change in changes if step_of(change) in steps and not change.event.kind.startswith(_UNTOLD)]
    differing: dict[Step, SchemaChange] = {}
    for change in now:
        if not known[step_of(change), _placeless(change.event)]:
            differing.setdefault(step_of(change), change)
    for change in now:
        # A step that only says less is told where it begins.
        differing.setdefault(step_of(change), change)
    for change in differing.values():
        event = SchemaEvent("migration.edited", change.event.table)
        yield PendingChange(change.service, change.table, event, change.place, change.tool, (), _dialect(change.table))


def _restated(
    changes: Iterable[SchemaChange], paths: frozenset[str], tables: Iterable[Table], base: System
) -> Iterator[PendingChange]:
    """The differences of the tables that edited descriptions create."""
    places = {change.table: change for change in changes if change.place.path in paths and _creates(change)}
    states = {table.id: table for table in tables}
    before = {table.id: table for table in base.tables}
    for table, change in places.items():
        if table in before and table in states:
            yield from _differences(before[table], states[table], change)
    gone = {change.table: change for change in base.changes if change.place.path in paths and _creates(change)}
    for table, change in gone.items():
        if table not in places and table not in {each.table for each in changes if _creates(each)}:
            first = next(each for each in changes if each.place.path == change.place.path)
            event = SchemaEvent("table.drop", change.event.table)
            yield PendingChange(
                change.service, table, event, Place(first.place.path, 1), change.tool, before[table].columns, _dialect(table)
            )


def _modelled(
    tables: Iterable[Table], changes: Iterable[SchemaChange], base: System, models: Mapping[TableId, Place]
) -> Iterator[PendingChange]:
    """The differences of tables that only models create."""
    migrated = {change.table for change in changes if _creates(change) and change.tool != "runtime"}
    before = {table.id: table for table in base.tables}
    for table in tables:
        if table.id in models and table.id not in migrated and table.id in before:
            event = SchemaEvent("model", TableName(table.id.name, table.id.schema))
            change = SchemaChange(table.owner or "", table.id, event, models[table.id], "model")
            yield from _differences(before[table.id], table, change)


def _creates(change: SchemaChange) -> bool:
    return change.event.kind in ("table.create", "view.create", "view.replace", "matview.create")


def _differences(before: Table, after: Table, change: SchemaChange) -> Iterator[PendingChange]:
    if not before.columns or not after.columns or before.kind not in ("table", "view"):
        return
    name = TableName(before.id.name, before.id.schema)
    cause = Change(change.event, change.place, change.tool, "", ())
    state = TableState(name, "view" if before.kind == "view" else "table", before.columns)
    for found in difference(state, replace(state, columns=after.columns), cause):
        yield _pending(change.service, before.id, found)
