"""What pending changes come to: each object of a table that was there before, compared with what becomes of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec.structs import replace

from dblint.migrations.replay import replay
from dblint.migrations.schema import Schema, TableState, key
from dblint.migrations.standing import explained, is_covered, is_kept, is_referred, stays
from dblint.model.facts import Change
from dblint.model.schema import Column, SchemaEvent, TableName

Name = tuple[str, str]

_CREATING = ("table.create", "view.create", "view.replace", "matview.create", "fdw.create_foreign_table")
_VIEWS = ("view", "matview")
_DROPPING = ("table.drop", "view.drop", "matview.drop")
_RENAMING = ("table.rename", "table.set_schema", "view.rename")
_ON_COLUMNS = ("column.add", "column.drop", "column.rename", "column.type", "column.nullable", "column.default")
_MADE_ANEW = ("routine.drop", "sequence.drop")
_IGNORED = ("data", "table.comment", "comment", "grant", "opaque", "constraint.validate", "constraint.rename", "index.rename")


class Net(NamedTuple):
    """A net change at the place of the pending change that brings it about; its table is named as before."""

    change: Change
    before: tuple[Column, ...] = ()


def net(
    changes: Sequence[Change],
    is_pending: Callable[[Change], bool],
    was: Callable[[Sequence[Change]], Schema],
) -> tuple[Net, ...]:
    """The net effect of the pending changes on what was there before them; `changes` of one database, in order.

    `was` gives the schema before from the changes that are not pending. Tables created among the pending changes are nobody's
    yet, so nothing that happens to them counts.
    """
    pending = [change for change in changes if is_pending(change)]
    if not pending:
        return ()
    old = [change for change in changes if not is_pending(change)]
    known = frozenset((change.event.kind, key(change.event.table), change.event.object) for change in old)
    folded = _Folding(was(old), replay(changes)).folded(pending)
    return tuple(each for each in folded if not _is_made_anew(each, known))


def _is_made_anew(found: Net, known: frozenset[tuple[str, Name, str]]) -> bool:
    """Whether a trigger or policy is created that was there before."""
    event = found.change.event
    return event.kind in ("trigger.create", "check.add") and (event.kind, key(event.table), event.object) in known


def difference(before: TableState, after: TableState, place: Change) -> Iterator[Net]:
    """The net changes between two states of one table; a column that goes while one like it comes is renamed."""
    if before.kind in _VIEWS:
        yield from _view_difference(before, after, place)
        return
    old = {column.name.casefold(): column for column in before.columns}
    new = {column.name.casefold(): column for column in after.columns}
    gone = [column for name, column in old.items() if name not in new]
    come = [column for name, column in new.items() if name not in old]
    table = before.table
    if len(gone) == len(come) == 1 and gone[0].type == come[0].type:
        event = SchemaEvent("column.rename", table, columns=(Column(gone[0].name),), new_name=TableName(come[0].name))
        yield Net(replace(place, event=event), (gone[0],))
        gone, come = [], []
    for column in gone:
        yield Net(replace(place, event=SchemaEvent("column.drop", table, columns=(column,))), (column,))
    for column in come:
        yield Net(replace(place, event=SchemaEvent("column.add", table, columns=(column,))))
    for name, column in old.items():
        if name in new:
            yield from altered(place, table, column, new[name])


def _view_difference(before: TableState, after: TableState, place: Change) -> Iterator[Net]:
    """The columns that a view loses, or that stand elsewhere in it, and those that it gets at its end."""
    old, new = ([column.name.casefold() for column in state.columns] for state in (before, after))
    gone = [name for name in old if name not in new]
    moved = [name for at, name in enumerate(old) if name in new and new.index(name) != at] if not gone else []
    come = [name for name in new if name not in old]
    for kind, names in (("view.removed", gone or moved), ("view.added", come if not moved else [])):
        if old and new and names:
            event = SchemaEvent(kind, before.table, names=tuple(names), offset=place.event.offset)
            yield Net(replace(place, event=event), before.columns)


def altered(place: Change, table: TableName, old: Column, new: Column) -> Iterator[Net]:
    """The net changes between two states of one column."""

    def said(kind: str, *flags: str) -> Net:
        event = SchemaEvent(kind, table, columns=(replace(new, name=old.name),), flags=flags, offset=place.event.offset)
        return Net(replace(place, event=event), (old,))

    if old.type != new.type and new.type is not None:
        yield said("column.type")
    if old.nullable != new.nullable and new.nullable is not None and not new.primary_key:
        yield said("column.nullable", "drop-not-null" if new.nullable else "set-not-null")
    if old.default != new.default and not (old.generated or new.generated):
        yield said("column.default", *(() if new.default is not None else ("drop-default",)))


@dataclass
class _History:
    """What happens to one table that was there before, in the order of the pending changes."""

    name: TableName
    dropped: Change | None = None
    renamed: Change | None = None
    changes: list[Change] = field(default_factory=list)


class _Folding:
    """One pass over the pending changes of a database."""

    def __init__(self, before: Schema, after: Schema) -> None:
        self.before, self.after = before, after
        # Under which name a table stood before the pending changes; None for one that did not.
        self.origins: dict[Name, Name | None] = {}
        self.histories: dict[Name, _History] = {}
        self.made: dict[Name, Change] = {}

    def folded(self, pending: Iterable[Change]) -> Iterator[Net]:
        for change in pending:
            self._note(change)
        for history in self.histories.values():
            yield from self._net(history)

    def _note(self, change: Change) -> None:
        event = change.event
        if event.kind.startswith(_IGNORED) or "temporary" in event.flags:
            return
        if event.kind in _CREATING:
            self._created(change)
            return
        table = event.table if event.table.name else self._holder(event)
        current = key(table)
        origin = self._origin(table)
        if event.kind in _DROPPING:
            self.origins.pop(current, None)
            if origin is not None:
                self._history(origin, table).dropped = change
                self.origins[current] = None
        elif event.kind in _RENAMING and event.new_name is not None:
            new = event.new_name if event.new_name.schema else replace(event.new_name, schema=table.schema)
            if event.kind == "table.set_schema":
                new = replace(table, schema=event.new_name.schema or event.new_name.name)
            self.origins[current] = None
            self.origins[key(new)] = origin
            self.made.setdefault(key(new), change)
            if origin is not None:
                self._history(origin, table).renamed = change
        elif origin is not None:
            self._history(origin, table).changes.append(change)

    def _created(self, change: Change) -> None:
        table = change.event.table
        if self.before.table(table) is None or key(table) in self.origins:
            self.origins.setdefault(key(table), None)
        elif change.event.kind == "view.replace":
            self._history(key(table), table).changes.append(change)
        self.made[key(table)] = change

    def _origin(self, table: TableName) -> Name | None:
        """The name before; a table that nobody created here was there before."""
        current = key(table)
        if current in self.origins:
            return self.origins[current]
        known = self.before.table(table)
        return key(known.table) if known is not None else current

    def _holder(self, event: SchemaEvent) -> TableName:
        """The table of an index that is dropped by its name alone."""
        for state in self.before.tables:
            if any(each.name == event.object for each in state.keys):
                return state.table
        return event.table

    def _history(self, origin: Name, table: TableName) -> _History:
        known = self.before.table(TableName(origin[1], origin[0] or None))
        return self.histories.setdefault(origin, _History(known.table if known else table))

    def _net(self, history: _History) -> Iterator[Net]:
        name = key(history.name)
        old = self.before.table(history.name)
        now = next((current for current, origin in self.origins.items() if origin == name), name)
        again = self._state(name)
        if history.dropped is None and now == name:
            yield from self._net_of_columns(history, old, again)
            return
        if history.dropped is None and history.renamed is not None:
            yield from self._net_of_columns(history, old, self._state(now))
        cause = history.dropped or history.renamed
        if cause is None:
            return
        if again is None or name not in self.made:
            yield Net(replace(cause, event=replace(cause.event, table=history.name)), old.columns if old else ())
        elif again.kind != "table" and (old is None or old.kind == "table"):
            swapped = SchemaEvent("table.to_view", history.name, new_name=cause.event.new_name, offset=cause.event.offset)
            yield Net(replace(cause, event=swapped), old.columns if old else ())
        elif old is not None and old.columns and again.columns:
            yield from difference(old, again, cause)

    def _state(self, name: Name) -> TableState | None:
        found = self.after.table(TableName(name[1], name[0] or None))
        return found if found is not None and key(found.table)[1] == name[1] else None

    def _net_of_columns(self, history: _History, old: TableState | None, new: TableState | None) -> Iterator[Net]:
        columns = _Columns(history, old, new)
        for change in history.changes:
            if change.event.kind in _ON_COLUMNS:
                columns.note(change)
        yield from columns.folded()
        replaced = next((change for change in history.changes if change.event.kind == "view.replace"), None)
        if replaced is not None and old is not None and new is not None:
            yield from _view_difference(old, new, replaced)
        yield from _others(history, columns, old, new)


@dataclass
class _Columns:
    """The columns of one table, followed through the pending changes."""

    history: _History
    old: TableState | None
    new: TableState | None
    origins: dict[str, str | None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    dropped: dict[str, Change] = field(default_factory=dict)
    renamed: dict[str, Change] = field(default_factory=dict)
    touched: dict[str, Change] = field(default_factory=dict)
    added: dict[str, Change] = field(default_factory=dict)

    def note(self, change: Change) -> None:
        event = change.event
        for column in event.columns:
            name = column.name.casefold()
            origin = self.origins.get(name, name)
            if event.kind == "column.add":
                if name in self.origins or self._old(name) is None:
                    self.origins[name] = None
                    self.added[name] = change
            elif event.kind == "column.drop":
                self._gone(self.dropped, name, origin, change)
                self.added.pop(name, None)
            elif event.kind == "column.rename" and event.new_name is not None:
                new = event.new_name.name.casefold()
                self._gone(self.renamed, name, origin, change)
                self.origins[new] = origin
                self.names[new] = event.new_name.name
                if origin is None:
                    self.added[new] = self.added.pop(name, change)
            elif origin is not None:
                self.touched[origin] = change

    def _gone(self, where: dict[str, Change], name: str, origin: str | None, change: Change) -> None:
        self.origins[name] = None
        if origin is not None:
            where[origin] = change

    def folded(self) -> Iterator[Net]:
        for origin, change in self.dropped.items():
            yield from self._dropped(origin, change)
        for origin, change in self.renamed.items():
            now = self._now(origin)
            if origin not in self.dropped and now != origin and not self._is_back(origin):
                new = TableName(self.names.get(now, now))
                yield self._said(change, "column.rename", Column(self._name(origin)), origin, new_name=new)
            yield from self._altered(origin, now, change)
        for origin, change in self.touched.items():
            if origin not in self.dropped and origin not in self.renamed:
                yield from self._altered(origin, origin, change)
        for name, change in self.added.items():
            if name not in self.dropped and name not in self.renamed:
                said = next((each for each in change.event.columns if each.name.casefold() == name), Column(name))
                yield self._said(change, "column.add", self._new(name) or said, None)

    def is_new(self, name: str) -> bool:
        """Whether a column came with the pending changes."""
        return name.casefold() in self.origins and self.origins[name.casefold()] is None

    def _dropped(self, origin: str, change: Change) -> Iterator[Net]:
        old, new = self._old(origin), self._new(origin)
        if self._is_back(origin) and old is not None and new is not None and old.type != new.type:
            yield from altered(change, self.history.name, old, new)
            return
        flags = ("re-added",) if self._is_back(origin) else ()
        yield self._said(change, "column.drop", old or Column(origin), origin, flags=(*change.event.flags, *flags))

    def _altered(self, origin: str, now: str, change: Change) -> Iterator[Net]:
        old, new = self._old(origin), self._new(now)
        cause = self.touched.get(origin)
        if old is not None and new is not None:
            yield from altered(cause or change, self.history.name, old, new)
        elif cause is not None:
            yield Net(replace(cause, event=replace(cause.event, table=self.history.name)))

    def _said(
        self,
        change: Change,
        kind: str,
        column: Column,
        origin: str | None,
        new_name: TableName | None = None,
        flags: tuple[str, ...] | None = None,
    ) -> Net:
        event = replace(
            change.event,
            kind=kind,
            table=self.history.name,
            columns=(column,),
            new_name=new_name,
            flags=change.event.flags if flags is None else flags,
        )
        old = self._old(origin) if origin is not None else None
        return Net(replace(change, event=event), (old,) if old else ())

    def _now(self, origin: str) -> str:
        return next((name for name, before in self.origins.items() if before == origin), origin)

    def _is_back(self, name: str) -> bool:
        return name in self.added

    def _name(self, origin: str) -> str:
        old = self._old(origin)
        return old.name if old else origin

    def _old(self, name: str) -> Column | None:
        return self.old.column(name) if self.old is not None else None

    def _new(self, name: str) -> Column | None:
        return self.new.column(name) if self.new is not None else None


def _others(history: _History, columns: _Columns, old: TableState | None, new: TableState | None) -> Iterator[Net]:
    """Keys, constraints, triggers and rights: those that are made anew and those on new columns change nothing."""
    for change in history.changes:
        event = change.event
        if event.kind in _ON_COLUMNS or (event.kind in _MADE_ANEW and _is_made(history, event)):
            continue
        if event.kind.endswith(".drop"):
            event = explained(event, old)
        if event.kind == "rls.enable" and any(each.event.kind == "policy.create" for each in history.changes):
            event = replace(event, flags=(*event.flags, "policies"))
        names = event.names or tuple(column.name for column in event.columns)
        if not _is_nothing(event, names, columns, old, new):
            known = tuple(column for name in names if old is not None and (column := old.column(name)) is not None)
            yield Net(replace(change, event=replace(event, table=history.name, names=names)), known)


def _is_made(history: _History, event: SchemaEvent) -> bool:
    """Whether what goes is created again; with which arguments nobody compares."""
    prefix = event.kind.partition(".")[0]
    return any(each.event.kind in (f"{prefix}.create", f"{prefix}.replace") for each in history.changes)


def _is_nothing(
    event: SchemaEvent, names: Sequence[str], columns: _Columns, old: TableState | None, new: TableState | None
) -> bool:
    """Whether a change concerns nothing that was there, or leaves it as good as it was."""
    if event.kind == "column.move":
        return old is None or stays(names[0], event.object, old)
    if event.kind == "fk.add" and (any(map(columns.is_new, names)) or is_referred(event, old)):
        # Rows that leave a part of the key empty are not checked, and a column that came just now is empty.
        # A squash, or a dump beside the migrations, may say a key again that stands already.
        return True
    if event.kind.endswith(".add"):
        is_key = event.kind in ("pk.add", "unique.add", "index.add")
        return (bool(names) and all(map(columns.is_new, names))) or (is_key and is_kept(names, old))
    if event.kind.endswith(".drop"):
        # What stood on a column that goes goes with it.
        goes = any(name.casefold() in columns.dropped for name in names)
        kept = event.kind in ("pk.drop", "unique.drop", "index.drop") and is_kept(names, new)
        return goes or kept or (event.kind == "index.drop" and bool(names) and is_covered(names, new))
    return False
