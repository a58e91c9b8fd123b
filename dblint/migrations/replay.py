"""Replay of migrations: the present schema from all changes."""

from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from dblint.migrations.database import Database, united
from dblint.migrations.order import ordered
from dblint.migrations.schema import Creation, Grant, Key, Kind, Schema, TableState, key, names_of
from dblint.model.facts import Change
from dblint.model.place import Place
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName


def replay(
    changes: Iterable[Change],
    labels: Mapping[str, str] | None = None,
    plans: Mapping[str, tuple[str, ...]] | None = None,
) -> Schema:
    """The present schema of one database.

    `changes` may come from several histories and in any order between files; the changes of one file must keep their order.
    For `labels` and `plans` see `ordered`.
    """
    database = Database()
    for change in ordered(changes, labels, plans):
        step = _STEPS.get(change.event.kind)
        if step is not None and _is_certain(change.event):
            step(database, change)
    tables = sorted(database.tables.values(), key=lambda state: (state.table.schema or "", state.table.name))
    return Schema(tuple(tables), tuple(sorted(database.dropped.values(), key=str)))


def _is_certain(event: SchemaEvent) -> bool:
    """Whether it is known which table changes; a family of tables (`audit_*`) may at least be created."""
    if event.kind in ("grant", "revoke"):
        return True
    return event.table.name != "*" and (not event.table.is_pattern or event.kind == "table.create")


def _pairs(event: SchemaEvent, place: Place) -> tuple[tuple[ForeignKey, Place], ...]:
    return tuple((foreign, place) for foreign in event.foreign_keys)


def _create(database: Database, change: Change, kind: Kind = "table") -> None:
    event, place = change.event, change.place
    if "temporary" in event.flags:
        return
    wanted = key(event.table)
    earlier = database.tables.get(wanted)
    creation = Creation(place, change.tool, change.history)
    primary = tuple(column.name for column in event.columns if column.primary_key)
    keys = (Key("primary", primary),) if primary else ()
    if kind == "table" and "foreign" in event.flags:
        kind = "foreign"
    columns, partial = event.columns, False
    if event.base is not None:
        root = database.find(event.base)
        inherited = database.tables[root].columns if root else ()
        columns, partial = united(inherited, columns), root is None
    elif kind == "table":
        partial = "partial" in event.flags or (not columns and bool({"like", "as-select"} & set(event.flags)))
    if earlier is not None:
        # A second CREATE: `IF NOT EXISTS`, a dump beside the migrations, or a change that another history made before.
        columns = united(earlier.columns, columns)
        partial = partial and earlier.partial
    database.tables[wanted] = TableState(
        earlier.table if earlier else event.table,
        kind if earlier is None or not earlier.created else earlier.kind,
        columns,
        (earlier.keys if earlier else ()) or keys,
        (*(earlier.foreign_keys if earlier else ()), *_new_pairs(earlier, _pairs(event, place))),
        (*(earlier.created if earlier else ()), creation),
        earlier.former if earlier else (),
        database.root(event.base),
        tuple(dict.fromkeys((*(earlier.reads if earlier else ()), *event.reads))),
        earlier.grants if earlier else (),
        partial,
    )
    database.dropped.pop(wanted, None)


def _new_pairs(earlier: TableState | None, pairs: tuple[tuple[ForeignKey, Place], ...]) -> tuple[tuple[ForeignKey, Place], ...]:
    known = {(foreign.columns, key(foreign.target)) for foreign, _ in earlier.foreign_keys} if earlier else set()
    return tuple(pair for pair in pairs if (pair[0].columns, key(pair[0].target)) not in known)


def _view(database: Database, change: Change) -> None:
    kind: Kind = "matview" if change.event.kind.startswith("matview") else "view"
    found = database.find(change.event.table)
    if found is not None and database.tables[found].kind in ("view", "matview"):
        columns = change.event.columns or database.tables[found].columns
        creation = Creation(change.place, change.tool, change.history)
        created = (*database.tables[found].created, creation)
        database.tables[found] = replace(database.tables[found], columns=columns, reads=change.event.reads, created=created)
    else:
        _create(database, change, kind)


def _foreign(database: Database, change: Change) -> None:
    _create(database, change, "foreign")


def _drop(database: Database, change: Change) -> None:
    database.remove(change.event.table, change.place)


def _rename(database: Database, change: Change) -> None:
    old, new = change.event.table, change.event.new_name
    if new is not None:
        database.rename(old, new if new.schema else replace(new, schema=old.schema, catalog=old.catalog))


def _set_schema(database: Database, change: Change) -> None:
    new = change.event.new_name
    if new is not None:
        old = change.event.table
        database.rename(old, replace(old, schema=new.schema or new.name))


def _attach(database: Database, change: Change) -> None:
    base = database.root(change.event.base)
    database.update(change.event.table, lambda state: replace(state, base=base))


def _detach(database: Database, change: Change) -> None:
    database.update(change.event.table, lambda state: replace(state, base=None))


def _add_columns(database: Database, change: Change) -> None:
    event = change.event

    def add(state: TableState) -> TableState:
        pairs = (*state.foreign_keys, *_new_pairs(state, _pairs(event, change.place)))
        return replace(state, columns=united(state.columns, event.columns), foreign_keys=pairs)

    database.update(event.table, add)


def _drop_columns(database: Database, change: Change) -> None:
    gone = {column.name.lower() for column in change.event.columns} or {name.lower() for name in change.event.names}

    def drop(state: TableState) -> TableState:
        def kept(names: Iterable[str]) -> bool:
            return not any(name.lower() in gone for name in names)

        return replace(
            state,
            columns=tuple(column for column in state.columns if column.name.lower() not in gone),
            keys=tuple(each for each in state.keys if kept(each.columns)),
            foreign_keys=tuple(pair for pair in state.foreign_keys if kept(pair[0].columns)),
        )

    database.update(change.event.table, drop)


def _rename_column(database: Database, change: Change) -> None:
    event = change.event
    if event.new_name is None or not event.columns:
        return
    old, new = event.columns[0].name, event.new_name.name

    def named(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new if name.lower() == old.lower() else name for name in names)

    def rename(state: TableState) -> TableState:
        column = state.column(old) or Column(old)
        others = tuple(each for each in state.columns if each.name.lower() != new.lower() or each is column)
        columns = tuple(replace(each, name=new) if each is column else each for each in others)
        return replace(
            state,
            columns=united(columns, [replace(column, name=new)]),
            keys=tuple(replace(each, columns=named(each.columns)) for each in state.keys),
            foreign_keys=tuple(
                (replace(foreign, columns=named(foreign.columns)), place) for foreign, place in state.foreign_keys
            ),
        )

    database.update(event.table, rename)
    moved = key(event.table)
    for other, state in list(database.tables.items()):
        pairs = tuple(
            (replace(foreign, target_columns=named(foreign.target_columns)), place)
            if key(foreign.target) == moved
            else (foreign, place)
            for foreign, place in state.foreign_keys
        )
        if pairs != state.foreign_keys:
            database.tables[other] = replace(state, foreign_keys=pairs)


def _alter_column(database: Database, change: Change) -> None:
    event = change.event

    def altered(column: Column, said: Column) -> Column:
        if event.kind == "column.type":
            return replace(column, type=said.type or column.type)
        if event.kind == "column.default":
            return replace(column, default=None if "drop-default" in event.flags else said.default)
        if "set-not-null" in event.flags:
            return replace(column, nullable=False)
        return replace(column, nullable=True if "drop-not-null" in event.flags else said.nullable)

    def alter(state: TableState) -> TableState:
        columns = united(state.columns, (Column(said.name) for said in event.columns))
        said_of = {said.name.lower(): said for said in event.columns}
        return replace(
            state,
            columns=tuple(
                altered(each, said_of[each.name.lower()]) if each.name.lower() in said_of else each for each in columns
            ),
        )

    database.update(event.table, alter)


def _add_key(database: Database, change: Change) -> None:
    event = change.event
    names = event.names or tuple(column.name for column in event.columns)
    primary, unique = event.kind == "pk.add", event.kind == "unique.add" or "unique" in event.flags
    added = Key("primary" if primary else "unique" if unique else "index", names, event.object)

    def add(state: TableState) -> TableState:
        inside = {name.lower() for name in names} if primary else set()
        columns = tuple(
            replace(each, primary_key=True, nullable=False) if each.name.lower() in inside else each for each in state.columns
        )
        return replace(state, keys=(*state.keys, added), columns=columns)

    database.update(event.table, add)


def _drop_key(database: Database, change: Change) -> None:
    event = change.event

    def drop(state: TableState) -> TableState:
        if event.kind == "pk.drop":
            columns = tuple(replace(each, primary_key=False) for each in state.columns)
            return replace(state, keys=tuple(each for each in state.keys if each.kind != "primary"), columns=columns)
        called = [each for each in state.keys if event.object in names_of(state.table, each)]
        kept = tuple(each for each in state.keys if (each not in called if event.object else each.columns != event.names))
        pairs = tuple(pair for pair in state.foreign_keys if not (event.object and pair[0].name == event.object))
        return replace(state, keys=kept, foreign_keys=pairs)

    if event.table.name:
        database.update(event.table, drop)
        return
    # `DROP INDEX name` does not say whose index it is.
    for name, state in list(database.tables.items()):
        if any(each.name == event.object for each in state.keys):
            database.tables[name] = drop(state)


def _add_foreign_key(database: Database, change: Change) -> None:
    pairs = _pairs(change.event, change.place)
    database.update(
        change.event.table, lambda state: replace(state, foreign_keys=(*state.foreign_keys, *_new_pairs(state, pairs)))
    )


def _drop_foreign_key(database: Database, change: Change) -> None:
    event = change.event

    def is_gone(state: TableState, foreign: ForeignKey) -> bool:
        if event.object == "*":
            return True
        if foreign.name or not event.object:
            return foreign.name == event.object and (bool(event.object) or foreign.columns == event.names)
        # PostgreSQL's and MySQL's own names for unnamed constraints; otherwise the only foreign key there is.
        chosen = f"{state.table.name}_{'_'.join(foreign.columns)}_fkey"
        return event.object == chosen or len(state.foreign_keys) == 1

    def drop(state: TableState) -> TableState:
        return replace(state, foreign_keys=tuple(pair for pair in state.foreign_keys if not is_gone(state, pair[0])))

    database.update(event.table, drop)


def _drop_constraint(database: Database, change: Change) -> None:
    """`DROP CONSTRAINT name` does not say what kind of constraint it is."""
    found = database.find(change.event.table)
    if found is None:
        return
    name = change.event.object
    state = database.tables[found]
    keys = tuple(each for each in state.keys if name not in names_of(state.table, each))
    pairs = tuple(
        pair
        for pair in state.foreign_keys
        if name not in (pair[0].name, f"{state.table.name}_{'_'.join(pair[0].columns)}_fkey")
    )
    database.tables[found] = replace(state, keys=keys, foreign_keys=pairs)


def _grant(database: Database, change: Change) -> None:
    event = change.event
    grant = Grant(event.privileges, event.roles, change.place)
    if event.table.name == "*":
        # `GRANT … ON ALL TABLES IN SCHEMA s`: those that are there by now.
        schema = key(event.table)[0]
        granted = [each for each in database.tables if each[0] == schema]
    else:
        found = database.find(event.table)
        granted = [found] if found else []
    for each in granted:
        database.tables[each] = replace(database.tables[each], grants=(*database.tables[each].grants, grant))


def _revoke(database: Database, change: Change) -> None:
    event = change.event
    gone = {privilege.lower() for privilege in event.privileges}
    everything = not gone or any(privilege.startswith("all") for privilege in gone)
    found = database.find(event.table)
    if found is None:
        return
    kept = []
    for grant in database.tables[found].grants:
        if set(grant.roles) & set(event.roles):
            left = () if everything else tuple(each for each in grant.privileges if each.lower() not in gone)
            roles = tuple(role for role in grant.roles if role not in event.roles)
            kept += [replace(grant, roles=roles)] if roles else []
            kept += [replace(grant, privileges=left, roles=tuple(set(grant.roles) - set(roles)))] if left else []
        else:
            kept.append(grant)
    database.tables[found] = replace(database.tables[found], grants=tuple(kept))


def _drop_schema(database: Database, change: Change) -> None:
    schema = (change.event.table.schema or change.event.table.name).lower()
    for state in list(database.tables.values()):
        if (state.table.schema or "").lower() == schema:
            database.remove(state.table, change.place)


def _rename_schema(database: Database, change: Change) -> None:
    old, new = change.event.table, change.event.new_name
    if new is None:
        return
    for state in list(database.tables.values()):
        if state.table.schema == (old.schema or old.name):
            database.rename(state.table, replace(state.table, schema=new.name))


def _rename_type(database: Database, change: Change) -> None:
    """Columns know their types by name."""
    old, new = change.event.table, change.event.new_name
    if new is None:
        return
    for name, state in list(database.tables.items()):
        if any(_is_of_type(column, old) for column in state.columns):
            renamed = (replace(each, type=new.name) if _is_of_type(each, old) else each for each in state.columns)
            database.tables[name] = replace(state, columns=tuple(renamed))


def _is_of_type(column: Column, wanted: TableName) -> bool:
    return column.type is not None and column.type.rpartition(".")[2].strip('"').lower() == wanted.name.lower()


def _opaque(database: Database, change: Change) -> None:
    found = database.find(change.event.table)
    if found is not None:
        database.tables[found] = replace(database.tables[found], partial=True)


_STEPS: Mapping[str, Callable[[Database, Change], None]] = {
    "table.create": _create,
    "table.drop": _drop,
    "table.rename": _rename,
    "table.set_schema": _set_schema,
    "table.partition_attach": _attach,
    "table.partition_detach": _detach,
    "column.add": _add_columns,
    "column.drop": _drop_columns,
    "column.rename": _rename_column,
    "column.type": _alter_column,
    "column.nullable": _alter_column,
    "column.default": _alter_column,
    "pk.add": _add_key,
    "unique.add": _add_key,
    "index.add": _add_key,
    "pk.drop": _drop_key,
    "unique.drop": _drop_key,
    "index.drop": _drop_key,
    "fk.add": _add_foreign_key,
    "fk.drop": _drop_foreign_key,
    "constraint.drop": _drop_constraint,
    "view.create": _view,
    "view.replace": _view,
    "view.drop": _drop,
    "view.rename": _rename,
    "matview.create": _view,
    "matview.drop": _drop,
    "fdw.create_foreign_table": _foreign,
    "grant": _grant,
    "revoke": _revoke,
    "schema.drop": _drop_schema,
    "schema.rename": _rename_schema,
    "type.rename": _rename_type,
    "opaque": _opaque,
}
