"""Foreign keys, schema changes and routines between physical tables."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, TypeAlias

from msgspec.structs import replace

from dblint.model.changes import SchemaChange
from dblint.model.facts import Change, Reference, Table, TableId
from dblint.model.place import Place
from dblint.model.routines import RoutineUse
from dblint.model.schema import SchemaEvent, TableName
from dblint.model.sql import Mode
from dblint.resolve.enumerations import holding
from dblint.resolve.evidence import ChargedModel, ChargedStatement, HeldChange
from dblint.resolve.places import Lines
from dblint.resolve.present import Find, Present

Answerable: TypeAlias = Callable[[str, TableId], str]
"""The service that answers for what a source says about a table: for a folder of definitions the table's owner."""

_ON_A_TABLE = frozenset(
    {
        "table", "column", "pk", "unique", "index", "fk", "check", "constraint", "view", "matview", "trigger", "rls", "policy",
        "data", "fdw", "opaque", "grant", "revoke",
    }
)  # fmt: skip
_ROUTINES = frozenset({"create", "replace"})
_RUNTIME = {"create": "table.create", "drop": "table.drop", "alter": "opaque"}


def foreign_keys(present: Iterable[Present], models: Iterable[ChargedModel], find: Find, lines: Lines) -> tuple[Reference, ...]:
    """All foreign keys as their sources state them: those of the present schema, then those of models."""
    return (*_stated(present, find, lines), *_modelled(models, find))


def answered(keys: Iterable[Reference], answers: Answerable) -> Iterator[Reference]:
    """Each key once for the service that answers for it, its table, its columns and its target."""
    seen = set()
    for key in keys:
        service = answers(key.service, key.table)
        mark = (service, key.table, tuple(name.casefold() for name in key.columns), key.target)
        if mark not in seen:
            seen.add(mark)
            yield replace(key, service=service)


def _stated(present: Iterable[Present], find: Find, lines: Lines) -> Iterator[Reference]:
    for table, state, service in present:
        for key, place in state.foreign_keys:
            if (target := find(service, key.target)) is not None:
                at = lines.of_key(key, place)
                yield Reference(service, table, key.columns, target, key.target_columns, at, "ddl", "explicit", key.enforced)


def _modelled(models: Iterable[ChargedModel], find: Find) -> Iterator[Reference]:
    for (user, _), model, sole, library in models:
        # A key in shared code is one key, whoever uses the code: its library states it, and the table's owner answers for it.
        service = library if library and not sole else user
        table = find(service, model.table, model.connection, model.store) if model.foreign_keys else None
        for key, place in model.foreign_keys if table is not None else ():
            target = find(service, key.target, model.connection, model.store)
            if table is not None and target is not None:
                enforced = key.enforced and model.managed
                columns = key.target_columns
                yield Reference(service, table, key.columns, target, columns, place, model.how, model.confidence, enforced)


def schema_changes(
    changes: Iterable[HeldChange], charged: Iterable[ChargedStatement], find: Find, tables: Sequence[Table]
) -> Iterator[SchemaChange]:
    """All changes of tables and views, by migrations and by DDL that code runs.

    One of an enumeration is a change of each of the `tables` that have a column of it.
    """
    told = set()
    for service, change in changes:
        told.add(change.place.path)
        if change.event.kind.partition(".")[0] in _ON_A_TABLE and "temporary" not in change.event.flags:
            table = find(service, change.event.table, change.connection) or _imported(service, change, find)
            if table is not None:
                yield SchemaChange(service, table, change.event, change.place, change.tool, changeset=change.changeset)
        elif change.event.kind.startswith("enum.") or (change.event.kind == "type.create" and "enum" in change.event.flags):
            for table in dict.fromkeys(held.id for held, _ in holding(service, change, tables, find)):
                yield SchemaChange(service, table, change.event, change.place, change.tool, changeset=change.changeset)
    for _, charge, statement, script in charged:
        for access in (access for access in statement.accesses if access.store == "sql"):
            if not script and access.mode == "ddl" and access.action in _RUNTIME and access.place.path not in told:
                table = find(charge.service, access.table, access.connection)
                if table is not None:
                    event = SchemaEvent(_RUNTIME[access.action], access.table, flags=("runtime",))
                    yield SchemaChange(charge.service, table, event, access.place, "runtime")


def _imported(service: str, change: Change, find: Find) -> TableId | None:
    """Stands for all tables of a foreign schema that is imported as a whole, in the database that it is imported into."""
    if change.event.kind != "fdw.import":
        return None
    server = find(service, TableName(change.event.object or "server"), change.connection)
    return TableId(server.store, server.database, change.event.table.schema, "*") if server is not None else None


def routines(changes: Iterable[HeldChange], find: Find, answers: Answerable, lines: Lines) -> Iterator[RoutineUse]:
    """What views, routines, triggers and publications touch; charged to the service that creates them."""
    for service, change in changes:
        event = change.event
        prefix, _, verb = event.kind.partition(".")
        kind = _kind(prefix)
        if kind is None or verb not in _ROUTINES:
            continue
        at: Place = change.place
        touched: list[tuple[TableName, Mode]] = [(name, "read") for name in event.reads] + [
            (name, "write") for name in event.writes
        ]
        if kind == "trigger":
            touched.insert(0, (event.table, "write"))
        found = [
            (table, mode, lines.of_use(name, mode, at))
            for name, mode in touched
            if (table := find(service, name, change.connection)) is not None
        ]
        tables = [(table, mode) for table, mode, _ in found]
        places = {(table, mode): place for table, mode, place in reversed(found)}
        columns: dict[tuple[TableId, Mode], list[tuple[str, ...] | None]] = defaultdict(list)
        for said, mode in touched:
            if (table := find(service, said, change.connection)) is not None:
                columns[table, mode].append(lines.columns_of_use(said, mode, at))
        name = event.object if kind in ("trigger", "publication") and event.object else str(event.table)
        subject = find(service, event.table, change.connection) if kind in ("view", "trigger") else None
        maker = answers(service, subject) if subject is not None else _common(service, tables, answers)
        for table, mode in dict.fromkeys(tables):
            yield RoutineUse(maker, name, kind, table, mode, places[table, mode], at, _named(columns[table, mode]))


def _named(columns: Iterable[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    """All of these columns together; None where some are not known."""
    found: list[str] = []
    for each in columns:
        if each is None:
            return None
        found += each
    return tuple(dict.fromkeys(found))


def _kind(prefix: str) -> Literal["view", "routine", "trigger", "publication"] | None:
    if prefix in ("view", "matview"):
        return "view"
    return prefix if prefix in ("routine", "trigger", "publication") else None  # type: ignore[return-value]  # narrowed by `in`


def _common(service: str, tables: list[tuple[TableId, Mode]], answers: Answerable) -> str:
    """The service that answers for all tables that a routine touches, else the one that holds the script."""
    makers = {answers(service, table) for table, _ in tables}
    return makers.pop() if len(makers) == 1 else service
