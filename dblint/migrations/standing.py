"""What stands in a table besides its columns: which key or index a change means, and whether another does as well."""

from collections.abc import Sequence

from msgspec.structs import replace

from dblint.migrations.schema import TableState, key, names_of
from dblint.model.schema import SchemaEvent


def explained(event: SchemaEvent, old: TableState | None) -> SchemaEvent:
    """What is dropped by its name, told by kind and columns where the state before tells it."""
    if old is None:
        return event
    for each in old.keys:
        named = event.object and event.object in names_of(old.table, each)
        if named or (event.kind == "pk.drop" and each.kind == "primary"):
            kind = {"primary": "pk.drop", "unique": "unique.drop"}.get(each.kind, "index.drop")
            return replace(event, kind=kind, names=each.columns)
    for foreign, _ in old.foreign_keys:
        chosen = f"{old.table.name}_{'_'.join(foreign.columns)}_fkey"
        if event.object and event.object in (foreign.name, chosen):
            return replace(event, kind="fk.drop", names=foreign.columns)
    return event


def stays(name: str, before: str, state: TableState) -> bool:
    """Whether a column that is put after another (after none: first) stands there already."""
    columns = ["", *(column.name.casefold() for column in state.columns)]
    at = columns.index(name.casefold()) if name.casefold() in columns else 0
    return at == 0 or columns[at - 1] == before.casefold()


def is_covered(names: Sequence[str], state: TableState | None) -> bool:
    """Whether another index or key of a state begins with these columns, so that queries by them are as fast as before."""
    wanted = [name.casefold() for name in names]
    return state is not None and any([name.casefold() for name in each.columns][: len(wanted)] == wanted for each in state.keys)


def is_kept(names: Sequence[str], state: TableState | None) -> bool:
    """Whether a state has a unique key of exactly these columns."""
    wanted = {name.casefold() for name in names}
    return state is not None and any(
        each.kind in ("primary", "unique") and {name.casefold() for name in each.columns} == wanted for each in state.keys
    )


def is_referred(event: SchemaEvent, state: TableState | None) -> bool:
    """Whether a state refers from the columns of each foreign key that an event adds to what that refers to."""
    known = {(_folded(each.columns), key(each.target)) for each, _ in state.foreign_keys} if state is not None else set()
    return bool(event.foreign_keys) and all((_folded(each.columns), key(each.target)) in known for each in event.foreign_keys)


def _folded(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name.casefold() for name in names)
