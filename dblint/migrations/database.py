"""The tables while a replay runs: find, change, drop and rename them with all that points at them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from dblint.migrations.schema import TableState, key
from dblint.model.place import Place
from dblint.model.schema import Column, TableName


@dataclass
class Database:
    """The tables during one replay."""

    tables: dict[tuple[str, str], TableState] = field(default_factory=dict)
    dropped: dict[tuple[str, str], tuple[TableName, Place]] = field(default_factory=dict)

    def find(self, name: TableName) -> tuple[str, str] | None:
        """The key under which the table stands that a statement means."""
        wanted = key(name)
        if wanted in self.tables:
            return wanted
        folded = wanted[1].lower()
        near = [
            each
            for each in self.tables
            if each[1].lower() == folded and (not wanted[0] or each[0].lower() in ("", wanted[0].lower()))
        ]
        return near[0] if len(near) == 1 else None

    def update(self, name: TableName, change: Callable[[TableState], TableState]) -> None:
        """Change a table; one that nobody created here starts as a partial one."""
        found = self.find(name)
        state = self.tables[found] if found else TableState(name, partial=True)
        self.tables[found or key(name)] = change(state)

    def remove(self, name: TableName, place: Place) -> None:
        """Drop a table with everything that points at it."""
        found = self.find(name)
        if found is None:
            return
        gone = self.tables.pop(found)
        self.dropped[found] = (gone.table, place)
        for other, state in list(self.tables.items()):
            if any(key(foreign.target) == found for foreign, _ in state.foreign_keys):
                kept = tuple(pair for pair in state.foreign_keys if key(pair[0].target) != found)
                self.tables[other] = replace(state, foreign_keys=kept)
            if state.base is not None and key(state.base) == found:
                self.tables.pop(other, None)

    def root(self, base: TableName | None) -> TableName | None:
        """The root of a partition tree: a partition of a partition belongs to the table on top."""
        seen = set()
        while base is not None and (found := self.find(base)) is not None and found not in seen:
            seen.add(found)
            above = self.tables[found].base
            if above is None:
                return self.tables[found].table
            base = above
        return base

    def rename(self, old: TableName, new: TableName) -> None:
        """Rename a table and every reference to it."""
        found = self.find(old)
        state = self.tables.pop(found) if found else TableState(old, partial=True)
        before = key(state.table)
        arrived = self.tables.get(key(new))
        if arrived is not None and arrived.partial and not arrived.created:
            state = replace(state, columns=united(state.columns, arrived.columns))
        self.tables[key(new)] = replace(state, table=new, former=(*state.former, state.table))
        for other, each in list(self.tables.items()):
            self.tables[other] = _pointing_elsewhere(each, before, new)


def _pointing_elsewhere(state: TableState, old: tuple[str, str], new: TableName) -> TableState:
    def follow(name: TableName) -> TableName:
        return new if key(name) == old else name

    pairs = tuple((replace(foreign, target=follow(foreign.target)), place) for foreign, place in state.foreign_keys)
    base = follow(state.base) if state.base else None
    reads = tuple(map(follow, state.reads))
    if (pairs, base, reads) == (state.foreign_keys, state.base, state.reads):
        return state
    return replace(state, foreign_keys=pairs, base=base, reads=reads)


def united(columns: tuple[Column, ...], more: Iterable[Column]) -> tuple[Column, ...]:
    """The columns and those of `more` whose names are new."""
    known = {column.name.lower() for column in columns}
    return (*columns, *(column for column in more if column.name.lower() not in known))
