"""The answer to "who uses this table?": its owner with the evidence, then every use by every service."""

from collections.abc import Sequence
from itertools import groupby

from dblint.model.facts import Confidence, Connection, Table, TableId
from dblint.model.place import Place
from dblint.model.system import System
from dblint.report.contract import UseMode, UseRecord, WhoRecord, encode
from dblint.report.coverage import closing_line, count
from dblint.report.escape import show
from dblint.report.facts import table_record
from dblint.report.links import known_from
from dblint.report.names import reason, table_name
from dblint.report.paint import paint
from dblint.report.shapes import Who
from dblint.report.view import View

_VERBS: dict[UseMode, str] = {
    "read": "reads",
    "write": "writes",
    "join": "joins",
    "lock": "locks",
    "ddl": "changes",
    "reference": "references",
}


def as_json(system: System, tables: tuple[TableId, ...], view: View) -> str:  # noqa: ARG001 - the signature of every format
    """The who document for these tables."""
    described = (_table(system, id_) for id_ in tables)
    records = tuple(WhoRecord(table=table_record(t), confidence=t.confidence, uses=uses(system, t.id)) for t in described)
    return encode(Who(schema="dblint-who/1", tables=records))


def as_text(system: System, tables: tuple[TableId, ...], view: View) -> str:
    """One block per table, then the closing line."""
    told = [*blocks(system, tables, view), [closing_line(system.coverage)]]
    return "\n\n".join("\n".join(block) for block in told) + "\n"


def blocks(system: System, tables: Sequence[TableId], view: View) -> list[list[str]]:
    """The lines about each table."""
    return [_block(system, _table(system, id_), view) for id_ in tables]


def uses(system: System, table: TableId) -> tuple[UseRecord, ...]:
    """Every use of the table by any service, its owner included, sorted by service, mode and place."""
    found: dict[tuple[str, UseMode, Place], tuple[str, Confidence]] = {}
    for access in system.accesses:
        if access.table == table:
            found.setdefault((access.service, access.mode, access.place), (access.how, access.confidence))
    for join in system.joins:
        if table in join.tables and len(set(join.tables)) > 1:
            found.setdefault((join.service, "join", join.place), (join.how, join.confidence))
    for change in system.changes:
        if change.table == table:
            found.setdefault((change.service, "ddl", change.place), (change.tool, "explicit"))
    for reference in system.references:
        if reference.target == table and reference.table != table:
            found.setdefault((reference.service, "reference", reference.place), (reference.how, reference.confidence))
    order = list(_VERBS)
    return tuple(
        UseRecord(service=service, mode=mode, path=place.path, line=place.line, how=how, confidence=confidence)
        for (service, mode, place), (how, confidence) in sorted(
            found.items(), key=lambda u: (u[0][0], order.index(u[0][1]), u[0][2])
        )
    )


def _block(system: System, table: Table, view: View) -> list[str]:
    database = f"  in {show(table.id.database)}" if table.id.database else ""
    lines = [
        f"{paint(table_name(table.id), 'path', view.colour)}{database}",
        *_reached(system, table),
        f"  {_ownership(table)}",
    ]
    lines += [f"    because {reason(evidence)}" for evidence in table.evidence]
    found = uses(system, table.id)
    for service, records in groupby(found, key=lambda use: use.service):
        whose = " (owner)" if service == table.owner else ""
        lines.append(f"  {paint(show(service), 'path', view.colour)}{whose}")
        for use in records:
            doubt = "" if use.confidence == "explicit" else f", {use.confidence}"
            lines.append(f"    {_VERBS[use.mode]:10}  {show(f'{use.path}:{use.line}')}  ({show(use.how)}{doubt})")
    others = {use.service for use in found} - {table.owner}
    lines.append(f"  {count(len(others), 'other service')} would notice a change" if others else "  nobody else uses it")
    return lines


def _reached(system: System, table: Table) -> list[str]:
    """Who reaches the database of the table, and where that is known from."""
    using = {table.owner} | {use.service for use in uses(system, table.id)}
    links: dict[str, list[Connection]] = {}
    for link in sorted(system.connections, key=lambda one: (one.service, one.environment, one.place)):
        if table.id.database and link.database == table.id.database and link.service in using:
            links.setdefault(link.service, []).append(link)
    return [f"    {show(service)} reaches it by {show(known_from(found))}" for service, found in links.items()]


def _ownership(table: Table) -> str:
    if table.owner:
        also = f"; also claimed by {show(', '.join(table.contested))}" if table.contested else ""
        return f"owner: {show(table.owner)} ({table.confidence}){also}"
    if table.contested:
        return f"owner: contested between {show(', '.join(table.contested))}"
    return "owner: nobody creates or declares it"


def _table(system: System, id_: TableId) -> Table:
    unknown = Table(id=id_, owner=None, contested=(), confidence="guess", evidence=())
    return next((table for table in system.tables if table.id == id_), unknown)
