"""The answer to "who uses this column?": every use that would notice if it were gone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from dblint.config import Deprecation
from dblint.graph import Coupling
from dblint.judge.victims import Victim, victims
from dblint.model.changes import PendingChange
from dblint.model.facts import Table, TableId
from dblint.model.place import Place
from dblint.model.schema import Column, SchemaEvent, TableName
from dblint.report.contract import DeprecationRecord, UseMode, UseRecord, WhoRecord, encode
from dblint.report.coverage import closing_line, count
from dblint.report.escape import show
from dblint.report.facts import table_record
from dblint.report.names import table_name
from dblint.report.paint import paint
from dblint.report.shapes import Who
from dblint.report.view import View

_MODES: Mapping[str, UseMode] = {
    "IC": "write",
    "IO": "write",
    "IX": "write",
    "UP": "write",
    "DL": "write",
    "UC": "write",
    "FK": "reference",
}

NamedColumn = tuple[TableId, str]


def named(coupling: Coupling, word: str) -> tuple[NamedColumn, ...]:
    """The columns that a person means by `table.column`, each with its table; none if no table of that name has one."""
    table, dot, column = word.strip().rpartition(".")
    if not dot:
        return ()
    return tuple(
        (found, column)
        for found in coupling.find(table)
        if coupling.is_named(found, table) and (_is_known(coupling.table(found), column) or uses(coupling, (found, column)))
    )


def uses(coupling: Coupling, column: NamedColumn) -> tuple[Victim, ...]:
    """Every use of the column, those included that take all columns of its table."""
    table, name = column
    known = coupling.table(table)
    before = tuple(each for each in (known.columns if known else ()) if each.name.casefold() == name.casefold())
    event = SchemaEvent("column.drop", TableName(table.name, table.schema), columns=before or (Column(name),))
    return victims(coupling, PendingChange("", table, event, Place("", 1), "", before))


def as_text(coupling: Coupling, columns: Sequence[NamedColumn], deprecated: Iterable[Deprecation], view: View) -> str:
    """One block per column, then the closing line."""
    marks = tuple(deprecated)
    blocks = [_block(coupling, column, marks, view) for column in columns]
    return "\n\n".join("\n".join(block) for block in [*blocks, [closing_line(coupling.system.coverage)]]) + "\n"


def as_json(coupling: Coupling, columns: Sequence[NamedColumn], deprecated: Iterable[Deprecation], _view: View) -> str:
    """The who document for the tables of these columns, with the uses of the columns only."""
    marks = tuple(deprecated)
    records = []
    for column in columns:
        known = coupling.table(column[0]) or Table(column[0], None, (), "guess", ())
        found = tuple(
            UseRecord(
                service=use.service,
                mode=_MODES.get(use.consumer, "read"),
                path=use.place.path,
                line=use.place.line,
                how=use.consumer,
                confidence=use.confidence,
            )
            for use in uses(coupling, column)
        )
        told = tuple(
            DeprecationRecord(
                path=mark.place.path, line=mark.place.line, since=str(mark.since) if mark.since else "", reason=mark.reason
            )
            for mark in _of(column, marks)
        )
        records.append(
            WhoRecord(table=table_record(known), confidence=known.confidence, uses=found, column=column[1], deprecated=told)
        )
    return encode(Who(schema="dblint-who/1", tables=tuple(records)))


WHO_COLUMN: dict[str, Callable[[Coupling, Sequence[NamedColumn], Iterable[Deprecation], View], str]] = {
    "text": as_text,
    "json": as_json,
}


def _block(coupling: Coupling, column: NamedColumn, deprecated: Iterable[Deprecation], view: View) -> list[str]:
    table, name = column
    owner = coupling.owner_of(table)
    lines = [f"{paint(f'{table_name(table)}.{show(name)}', 'path', view.colour)}", f"  owner: {show(owner or 'nobody')}"]
    for mark in _of(column, deprecated):
        since = f" since {mark.since}" if mark.since else ""
        why = f": {show(mark.reason)}" if mark.reason else ""
        lines.append(f"  deprecated{since}{why} ({show(str(mark.place))})")
    found = uses(coupling, column)
    for service, group in groupby(found, key=lambda use: use.service):
        whose = " (owner)" if service == owner else ""
        lines.append(f"  {paint(show(service), 'path', view.colour)}{whose}")
        lines += [f"    {show(use.words.removeprefix(f'{service} '))}  {show(str(use.place))}" for use in group]
    others = {use.service for use in found} - {owner}
    lines.append(
        f"  {count(len(others), 'other service')} still {'uses' if len(others) == 1 else 'use'} it"
        if others
        else "  nobody else uses it"
    )
    return lines


def _of(column: NamedColumn, marks: Iterable[Deprecation]) -> tuple[Deprecation, ...]:
    """The marks of a column."""
    table, name = column
    names = {f"{table}.{name}".casefold(), f"{table.name}.{name}".casefold()}
    return tuple(mark for mark in marks if mark.column.casefold() in names)


def _is_known(table: Table | None, column: str) -> bool:
    return table is not None and any(each.name.casefold() == column.casefold() for each in table.columns)
