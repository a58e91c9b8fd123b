"""Tables that others refer to from now on: whoever deletes their rows or changes their keys can be refused."""

from collections.abc import Callable, Iterator, Sequence

from dblint.migrations import Schema, replay
from dblint.model.changes import PendingChange
from dblint.model.facts import Change, Table, TableId
from dblint.model.place import Place
from dblint.model.schema import ForeignKey, SchemaEvent, TableName
from dblint.resolve.evidence import HeldChange


def referred(
    group: Sequence[HeldChange],
    is_pending: Callable[[Change], bool],
    before: Schema,
    table_of: Callable[[TableName, str], TableId | None],
    tables: Sequence[Table],
    dialect_of: Callable[[Table], str],
) -> Iterator[PendingChange]:
    """One for each foreign key that pending changes add to a table of `tables`, which are those that were there before.

    A key that takes the rows along, or leaves them without, keeps nobody from deleting.
    """
    pending = {each.change.place.path: each for each in group if is_pending(each.change)}
    if not pending:
        return
    known = {table.id: table for table in tables}
    old = {(str(state.table), key.target.name) for state in before.tables for key, _ in state.foreign_keys}
    for state in replay([each.change for each in group]).tables:
        names = [str(name) for name in (state.table, *state.former)]
        for key, place in state.foreign_keys:
            refuses = place.path in pending and key.on_delete == ""
            if refuses and not any((name, key.target.name) in old for name in names):
                target = table_of(key.target, place.path)
                if target is not None and target in known and table_of(state.table, place.path) != target:
                    yield _pending(pending[place.path], known[target], str(state.table), key, place, dialect_of(known[target]))


def _pending(cause: HeldChange, target: Table, table: str, key: ForeignKey, place: Place, dialect: str) -> PendingChange:
    keys = key.target_columns or tuple(column.name for column in target.columns if column.primary_key)
    event = SchemaEvent("fk.add.target", TableName(target.id.name, target.id.schema), names=keys, object=table)
    columns = tuple(column for column in target.columns if column.name in keys)
    return PendingChange(cause.service, target.id, event, place, cause.change.tool, columns, dialect)
