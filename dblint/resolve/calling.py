"""Who calls the routines of the databases, and who takes numbers from their sequences."""

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from dblint.model.changes import SchemaChange
from dblint.model.facts import FileFacts, Interpretation, Table
from dblint.model.routines import RoutineCall
from dblint.model.schema import TableName
from dblint.model.sql import Called, Statement
from dblint.resolve.charging import Charges
from dblint.resolve.evidence import HeldChange
from dblint.resolve.present import Find

_DEFAULT = re.compile(r"\bnextval\s*\(\s*'([^']+)'", re.IGNORECASE)
_KINDS = ("routine", "sequence")
_GOING = frozenset(f"{kind}.{how}" for kind in _KINDS for how in ("drop", "rename", "set_schema"))
_HOLDERS = ("view", "matview", "routine", "trigger")


def calls(
    interpretation: Interpretation, scripts: Iterable[FileFacts], held: Iterable[HeldChange], charges: Charges, find: Find
) -> Iterator[RoutineCall]:
    """The calls of those routines and sequences that migrations or scripts of the tree say anything about.

    What a migration calls happened once; what a view, trigger or routine that it creates calls goes on.
    """
    known = {
        name.name.casefold()
        for _, change in held
        if change.event.kind.partition(".")[0] in _KINDS
        for name in (change.event.table, change.event.new_name)
        if name is not None
    }
    for each in interpretation.calls if known else ():
        if each.called.name.name.casefold() in known:
            for charge in charges.of(each.file or each.place.path, each.scope):
                table = find(charge.service, each.called.name, each.connection)
                if table is not None:
                    yield RoutineCall(charge.service, each.called.kind, table, each.place, via=charge.via)
    for facts in scripts if known else ():
        for statement in facts.script:
            holder = _holder(statement)
            for call in statement.calls if holder or not facts.migration else ():
                place = facts.place(_offset(call, statement))
                service = charges.answerable(place)
                if call.name.name.casefold() in known and (table := find(service, call.name)) is not None:
                    yield RoutineCall(service, call.kind, table, place, holder)


def defaults(tables: Iterable[Table], find: Find) -> Iterator[RoutineCall]:
    """The columns that are filled from a sequence which is named in their default."""
    for table in tables:
        for column in table.columns if table.owner and table.evidence else ():
            found = _DEFAULT.search(column.default or "")
            if found and table.owner:
                schema, _, name = found[1].replace('"', "").rpartition(".")
                sequence = find(table.owner, TableName(name, schema or None))
                if sequence is not None:
                    holder = f"default of {table.id}.{column.name}"
                    yield RoutineCall(table.owner, "sequence", sequence, table.evidence[0].place, holder)


def departures(held: Iterable[HeldChange], find: Find) -> Iterator[SchemaChange]:
    """The changes by which routines and sequences go, or get another name or schema."""
    for service, change in held:
        if change.event.kind in _GOING and (name := find(service, change.event.table, change.connection)) is not None:
            yield SchemaChange(service, name, change.event, change.place, change.tool, changeset=change.changeset)


def with_former(now: Iterable[RoutineCall], base: Iterable[RoutineCall]) -> Iterator[RoutineCall]:
    """The calls, and those that only the base makes: what is deployed still makes them."""
    known = set()
    for call in now:
        known.add((call.service, call.kind, call.table, call.holder))
        yield call
    yield from (replace(call, former=True) for call in base if (call.service, call.kind, call.table, call.holder) not in known)


def _holder(statement: Statement) -> str:
    """What a statement creates that makes its calls; empty if it makes them itself."""
    for event in statement.events:
        prefix, _, verb = event.kind.partition(".")
        if prefix in _HOLDERS and verb in ("create", "replace"):
            return f"{'view' if prefix == 'matview' else prefix} {event.object or event.table.name}"
    return ""


def _offset(call: Called, statement: Statement) -> int:
    return max(call.offset, statement.offset)
