"""The safe way to make a change: an expand-and-contract plan for this table, these columns and these readers."""
# ruff: noqa: S608 - these statements are shown to people; nobody runs them here

from collections.abc import Callable, Iterator, Mapping, Sequence

from dblint.compatibility import kind_of, row
from dblint.graph import Coupling
from dblint.judge.forms import Form, form_of
from dblint.judge.victims import Victim, columns_of
from dblint.judge.wording import listed, shown
from dblint.model.changes import PendingChange

_TYPE = "<its type>"


def plan(coupling: Coupling, change: PendingChange, hit: Sequence[Victim]) -> str:
    """The steps, one on each line, the readers to switch by name and place."""
    kind = kind_of(change.event, change.before[0] if change.before else None)
    readers = _readers(hit)
    steps = _PLANS.get(kind)
    if steps is None and kind.startswith("column.type"):
        steps = _retype
    if steps is None:
        return f"{_sentence(row(kind).instead)}. Concerned: {readers}."
    numbered = enumerate(steps(coupling, change, readers), start=1)
    return "\n".join(["Expand and contract, each step in a release of its own:", *(f"{n}. {step}" for n, step in numbered)])


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _readers(hit: Sequence[Victim]) -> str:
    places: dict[str, list[str]] = {}
    for victim in hit:
        places.setdefault(victim.service, []).append(str(victim.place))
    return listed(f"{service} ({listed(dict.fromkeys(found), limit=4)})" for service, found in places.items())


def _names(change: PendingChange) -> tuple[str, str, str]:
    """The table, the column and its type as they were."""
    columns = columns_of(change)
    known = change.before[0].type if change.before else None
    said = change.event.columns[0].type if change.event.columns else None
    return shown(change.table), columns[0] if columns else "", known or said or _TYPE


def _until(table: str, column: str) -> str:
    return f"once `dblint who {table}.{column}` lists no other service"


def _rename(coupling: Coupling, change: PendingChange, readers: str) -> Iterator[str]:
    _, old, kind = _names(change)
    new = change.event.new_name.name if change.event.new_name else f"{old}_new"
    yield from _replace(coupling, change, new, kind, readers)


def _replace(coupling: Coupling, change: PendingChange, new: str, kind: str, readers: str) -> Iterator[str]:
    form, (table, old, _) = form_of(change), _names(change)
    yield f"add: {form.add_column(table, new, kind)}"
    yield f"write both columns in the owner's code (or by a trigger), then fill in batches: {_fill(form, table, old, new)}"
    lost = " ".join(_lost(coupling, form, change, new, kind))
    if lost:
        yield f"give {new} what {old} has besides: {lost}"
    yield f"switch to {new}: {readers}"
    yield f"drop, {_until(table, old)}: {form.drop_column(table, old)}"


def _lost(coupling: Coupling, form: Form, change: PendingChange, new: str, kind: str) -> Iterator[str]:
    """The statements for what a new column lacks of the old one: its default, NOT NULL, keys and foreign keys."""
    table, old, _ = _names(change)
    before = change.before[0] if change.before else None
    if before is not None and before.default is not None:
        yield form.run(f"ALTER TABLE {table} ALTER COLUMN {new} SET DEFAULT {before.default}")
    if before is not None and (before.nullable is False or before.primary_key):
        yield _nullable(form, change, new, kind, required=True)
    for columns in coupling.unique_keys(change.table):
        if old in columns:
            named = ", ".join(new if column == old else column for column in columns)
            name = f"{table.rpartition('.')[2]}_{named.replace(', ', '_')}_key"
            yield form.run(
                f"CREATE UNIQUE INDEX {'' if change.dialect == 'mysql' else 'CONCURRENTLY '}{name} ON {table} ({named})"
            )
    for key in coupling.system.references:
        if key.table == change.table and key.columns in ((old,), (new,)) and key.enforced:
            target = f"{shown(key.target)} ({', '.join(key.target_columns)})" if key.target_columns else shown(key.target)
            yield form.run(f"ALTER TABLE {table} ADD FOREIGN KEY ({new}) REFERENCES {target}")


def _fill(form: Form, table: str, old: str, new: str) -> str:
    return form.run(f"UPDATE {table} SET {new} = {old} WHERE {new} IS NULL")


def _retype(coupling: Coupling, change: PendingChange, readers: str) -> Iterator[str]:
    _, old, _ = _names(change)
    kind = (change.event.columns[0].type if change.event.columns else None) or _TYPE
    yield from _replace(coupling, change, f"{old}_new", kind, readers)


def _drop(_coupling: Coupling, change: PendingChange, readers: str) -> Iterator[str]:
    form, (table, column, _) = form_of(change), _names(change)
    yield f"end the uses: {readers}"
    if change.before and change.before[0].nullable is False and change.before[0].default is None:
        yield f"let the owner leave it out: {_nullable(form, change, column, _names(change)[2], required=False)}"
    yield f"drop, {_until(table, column)}: {form.drop_column(table, column)}"


def _rename_table(coupling: Coupling, change: PendingChange, readers: str) -> Iterator[str]:
    form, old = form_of(change), shown(change.table)
    new = change.event.new_name.name if change.event.new_name else f"{old}_new"
    known = coupling.table(change.table)
    columns = change.before or (known.columns if known else ())
    listed_columns = ", ".join(column.name for column in columns) or "<its columns>"
    rename = form.run(f"ALTER TABLE {old} RENAME TO {new}")
    view = form.run(f"CREATE VIEW {old} AS SELECT {listed_columns} FROM {new}")
    yield f"in one migration: {rename} {view}"
    yield f"switch to {new}: {readers}"
    yield f"drop the view, once `dblint who {old}` lists no other service: {form.run(f'DROP VIEW {old}')}"


def _drop_table(_coupling: Coupling, change: PendingChange, readers: str) -> Iterator[str]:
    form, table = form_of(change), shown(change.table)
    yield f"end the uses: {readers}"
    yield f"for one release, so that it can be taken back: {form.run(f'ALTER TABLE {table} RENAME TO {table}_dropped')}"
    yield f"drop: {form.run(f'DROP TABLE {table}_dropped')}"


def _add_required(_coupling: Coupling, change: PendingChange, readers: str) -> Iterator[str]:
    form, (table, column, kind) = form_of(change), _names(change)
    yield f"add it nullable (or with a DEFAULT): {form.add_column(table, column, kind)}"
    yield f"fill it in: {readers}"
    yield f"fill the old rows in batches: {form.run(f'UPDATE {table} SET {column} = <value> WHERE {column} IS NULL')}"
    yield f"demand it: {_nullable(form, change, column, _names(change)[2], required=True)}"


def _demand(_coupling: Coupling, change: PendingChange, readers: str) -> Iterator[str]:
    form, (table, column, _) = form_of(change), _names(change)
    yield f"fill it in: {readers}"
    yield f"fill the old rows in batches: {form.run(f'UPDATE {table} SET {column} = <value> WHERE {column} IS NULL')}"
    yield f"demand it: {_nullable(form, change, column, _names(change)[2], required=True)}"


def _nullable(form: Form, change: PendingChange, column: str, kind: str, *, required: bool) -> str:
    table = shown(change.table)
    if change.dialect == "mysql":
        return form.run(f"ALTER TABLE {table} MODIFY {column} {kind} {'NOT NULL' if required else 'NULL'}")
    if not required:
        return form.run(f"ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL")
    name = f"{table.rpartition('.')[2]}_{column}_set"
    # PostgreSQL 12 and later skip the scan under lock where a validated check says the same.
    steps = (
        f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IS NOT NULL) NOT VALID",
        f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}",
        f"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )
    return " ".join(map(form.run, steps))


def _unique(_coupling: Coupling, change: PendingChange, readers: str) -> Iterator[str]:
    form, table = form_of(change), shown(change.table)
    columns = columns_of(change)
    name = f"{table.rpartition('.')[2]}_{'_'.join(columns)}_key"
    yield f"make these writers expect a conflict (or upsert): {readers}"
    yield "remove the duplicates that there are"
    concurrently = "" if change.dialect == "mysql" else "CONCURRENTLY "
    build = form.run(f"CREATE UNIQUE INDEX {concurrently}{name} ON {table} ({', '.join(columns)})")
    yield f"build the index without blocking writers: {build}"


def _default(_coupling: Coupling, change: PendingChange, readers: str) -> Iterator[str]:
    table, column, _ = _names(change)
    yield f"name {column} in every INSERT into {table}: {readers}"
    yield "then change the default as this migration does"


_PLANS: Mapping[str, Callable[[Coupling, PendingChange, str], Iterator[str]]] = {
    "column.rename": _rename,
    "column.drop": _drop,
    "column.add.required": _add_required,
    "column.nullable.set": _demand,
    "column.nullable.set.defaulted": _demand,
    "column.default.drop": _default,
    "column.default.drop.required": _default,
    "column.default.change": _default,
    "table.rename": _rename_table,
    "table.drop": _drop_table,
    "unique.add": _unique,
}
