"""The facts of a tree with a service on each: what resolution starts from."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from dblint.migrations import ordered
from dblint.model.facts import Change, Confidence, Declaration, FileFacts, Interpretation, RawAccess, RawStatement
from dblint.model.place import Place
from dblint.model.schema import TableName
from dblint.model.sql import Statement
from dblint.resolve.charging import NOBODY, Charge, Charges, Holders

CREATING = frozenset({"table.create", "view.create", "view.replace", "matview.create", "fdw.create_foreign_table"})
_RENAMING = frozenset({"table.rename", "table.set_schema", "view.rename"})
_SURE: Mapping[str, Confidence] = {"understood": "explicit", "dynamic": "configured", "opaque": "guess", "error": "guess"}


class ChargedStatement(NamedTuple):
    """A statement with a service that pays for it; `number` is equal for all of them, `script` if it stands in a script."""

    number: int
    charge: Charge
    statement: RawStatement
    script: bool


class Creation(NamedTuple):
    """A place that creates a table; `columns` are those it names."""

    service: str
    name: TableName
    place: Place
    tool: str
    connection: str
    columns: tuple[str, ...]


class HeldChange(NamedTuple):
    """A change with the service that answers for its file."""

    service: str
    change: Change


class ChargedModel(NamedTuple):
    """A model with a service that uses it; `sole` if no other does, `library` is the shared folder that it stands in."""

    charge: Charge
    model: Declaration
    sole: bool
    library: str


def statements(interpretation: Interpretation, scripts: Iterable[FileFacts], charges: Charges) -> Iterator[ChargedStatement]:
    """All statements of code and scripts in the order of their places, once for each service that pays for them."""
    code = [(statement, False) for statement in interpretation.statements]
    written = [(statement, True) for facts in scripts for statement in _script(facts)]
    for number, (statement, script) in enumerate(sorted(dict.fromkeys(code + written), key=_statement_key), start=1):
        for charge in charges.running(statement):
            yield ChargedStatement(number, charge, statement, script)


def models(interpretation: Interpretation, charges: Charges, holders: Holders) -> Iterator[ChargedModel]:
    """All models in the order of their places, once for each service that uses them."""
    for model in sorted(interpretation.declarations, key=lambda model: (model.place, str(model.table), model.name)):
        users = charges.of(model.place.path, model.name)
        library = holders.service_of(model.place.path) if holders.is_shared(model.place.path) else NOBODY
        for charge in users:
            yield ChargedModel(charge, model, len(users) == 1, library)


def held(
    changes: Iterable[Change], labels: Mapping[str, str] | None, charges: Charges, routes: Mapping[str, str] | None = None
) -> tuple[HeldChange, ...]:
    """All changes as plain events in the order of their histories; the histories of two services never meet in one graph.

    `routes` gives the database of a Django app's folder where a router sends it away from the default one.
    """
    by_service: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_service[charges.answerable(change.place)].append(change)
    return tuple(
        HeldChange(service, _routed(change, routes or {}))
        for service in sorted(by_service)
        for change in ordered(by_service[service], labels)
    )


def _routed(change: Change, routes: Mapping[str, str]) -> Change:
    """A change in the database that a router sends its app to."""
    if change.tool != "django" or change.connection:
        return change
    alias = next((alias for folder, alias in routes.items() if change.place.path.startswith(f"{folder}/")), "")
    return replace(change, connection=alias) if alias else change


def creations(changes: Sequence[HeldChange], charged: Iterable[ChargedStatement]) -> Iterator[Creation]:
    """Every creation of a table or view: by migrations and scripts, and by DDL that code runs."""
    for service, change in changes:
        event = change.event
        if event.kind in CREATING and "temporary" not in event.flags:
            columns = tuple(column.name for column in event.columns)
            yield Creation(service, event.table, change.place, change.tool, change.connection, columns)
        elif event.kind in _RENAMING and event.new_name is not None:
            schema = event.new_name.schema or event.table.schema
            name = TableName(event.new_name.name, schema, event.table.catalog, event.new_name.quoted)
            if event.kind == "table.set_schema":
                name = TableName(
                    event.table.name, event.new_name.schema or event.new_name.name, event.table.catalog, event.table.quoted
                )
            yield Creation(service, name, change.place, change.tool, change.connection, ())
    told = {change.place.path for _, change in changes}
    for each in charged:
        if not each.script and each.statement.place.path not in told:
            yield from _in_code(each.charge.service, each.statement)


def _in_code(service: str, statement: RawStatement) -> Iterator[Creation]:
    """What code creates when it runs: by SQL of its own, or by the models of a framework."""
    for event in statement.events:
        if event.kind in CREATING and "temporary" not in event.flags:
            columns = tuple(column.name for column in event.columns)
            yield Creation(service, _somewhere(event.table), statement.place, "runtime", "", columns)
    # Indices and collections of other stores come with the first write: their creation is evidence of its own.
    for access in (access for access in statement.accesses if access.store == "sql"):
        if access.mode == "ddl" and access.action == "create":
            yield Creation(service, access.table, access.place, "runtime", access.connection, access.columns or ())


def _somewhere(table: TableName) -> TableName:
    """A table that is created in a schema which only the environment says: its name is known, its schema is not."""
    return TableName(table.name, None, table.catalog, table.quoted) if table.schema == "*" else table


def places(facts: FileFacts) -> Iterator[tuple[Statement, Place]]:
    """The statements of a script with the place where each begins."""
    for statement in facts.script:
        yield statement, facts.place(statement.offset)


def _script(facts: FileFacts) -> Iterator[RawStatement]:
    """The statements of a script as code would make them; what the body of a view or routine touches is not touched yet."""
    for statement, place in places(facts):
        sure = _SURE[statement.status]
        accesses = tuple(
            RawAccess(
                use.table,
                use.mode,
                use.action,
                use.shape,
                use.columns,
                facts.place(use.offset),
                "sql",
                sure,
                via=use.via,
                besides=use.besides,
            )
            for use in statement.uses
            if not (use.via and statement.events)
        )
        joins = (
            () if statement.events else tuple((join.tables, join.kind, facts.place(join.offset)) for join in statement.joins)
        )
        if accesses:
            yield RawStatement(place, "sql", accesses, joins)


def _statement_key(pair: tuple[RawStatement, bool]) -> tuple[object, ...]:
    statement, script = pair
    uses = tuple((str(access.table), access.mode, access.action) for access in statement.accesses)
    return (statement.place, script, statement.how, statement.scope, uses)
