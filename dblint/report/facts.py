"""`dblint-facts/1`, the exchange format between repositories, and its summary for people."""

from collections import defaultdict
from collections.abc import Collection

from dblint.model.facts import Access, Table, TableId, TableJoin
from dblint.model.system import System
from dblint.model.tree import Service, Tree
from dblint.report.contract import (
    AccessMode,
    AccessRecord,
    ColumnRecord,
    Facts,
    OwnershipRecord,
    ProblemRecord,
    ServiceRecord,
    TableRecord,
    UnresolvedRecord,
    coverage_record,
    encode,
)
from dblint.report.coverage import closing, count, not_analysed
from dblint.report.escape import mask, show
from dblint.report.links import connected
from dblint.report.names import table_name
from dblint.report.paint import paint
from dblint.report.view import View, problems

_MODES: tuple[AccessMode, ...] = ("read", "write", "join", "lock", "ddl")


def as_json(tree: Tree, system: System, view: View) -> str:  # noqa: ARG001 - the signature of every format
    """The facts document."""
    document = Facts(
        schema="dblint-facts/1",
        services=tuple(
            ServiceRecord(name=s.name, path=s.path, databases=databases(system, s))
            for s in sorted(tree.services, key=lambda s: s.name)
        ),
        tables=tuple(table_record(table) for table in sorted(system.tables, key=lambda t: table_order(t.id))),
        accesses=tuple(sorted(access_records(system), key=_access_order)),
        unresolved=tuple(
            UnresolvedRecord(service=u.service, path=u.place.path, line=u.place.line, reason=u.reason, partial=mask(u.partial))
            for u in sorted(system.unresolved, key=lambda u: (u.place, u.service, u.reason, u.partial))
        ),
        problems=tuple(ProblemRecord(path=p.path, reason=p.reason, line=p.line) for p in problems(tree, system)),
        coverage=coverage_record(system.coverage),
    )
    return encode(document)


def as_text(tree: Tree, system: System, view: View) -> str:
    """What each service owns and what it uses of others, then tables without an owner, then the closing lines."""
    owners = {table.id: table.owner for table in system.tables}
    owned: dict[str, list[TableId]] = defaultdict(list)
    for table in system.tables:
        if table.owner:
            owned[table.owner].append(table.id)
    used = _used(system, owners)
    blocks = []
    for service in sorted(tree.services, key=lambda s: s.name):
        lines = [f"{paint(show(service.name), 'path', view.colour)} ({show(service.path)})"]
        links = [link for link in system.connections if link.service == service.name]
        lines += [f"  {line}" for line in connected(links)]
        if not links and service.databases:
            lines.append(f"  connects to {show(', '.join(service.databases))}")
        tables = sorted(owned[service.name], key=table_order)
        lines.append(f"  owns  {', '.join(map(table_name, tables)) if tables else 'no table'}")
        for id_, modes in sorted(used[service.name].items(), key=lambda item: table_order(item[0])):
            owner = owners.get(id_)
            counted = ", ".join(f"{mode} ×{modes[mode]}" for mode in _MODES if mode in modes)
            lines.append(f"  uses  {table_name(id_)} ({show(owner) if owner else 'no owner'}): {counted}")
        blocks.append(lines)
    orphans = sorted((t for t in system.tables if not t.owner), key=lambda t: table_order(t.id))
    if orphans:
        blocks.append([f"{count(len(orphans), 'table')} without an owner:", *map(_orphan, orphans)])
    if unread := not_analysed(problems(tree, system)):
        blocks.append(["not analysed:", *unread])
    blocks.append(closing(tree, system))
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def databases(system: System, service: Service) -> tuple[str, ...]:
    """The physical databases that a service connects to, else what the configuration says of it."""
    return tuple(sorted({link.database for link in system.connections if link.service == service.name})) or service.databases


def table_record(table: Table) -> TableRecord:
    """The table for a document."""
    return TableRecord(
        store=table.id.store,
        database=table.id.database,
        schema=table.id.schema,
        name=table.id.name,
        owner=table.owner,
        contested=table.contested,
        evidence=tuple(OwnershipRecord(kind=e.kind, path=e.place.path, line=e.place.line) for e in table.evidence),
        columns=tuple(ColumnRecord(name=c.name, type=c.type, nullable=c.nullable) for c in table.columns),
    )


def access_records(system: System) -> list[AccessRecord]:
    """All accesses for a document; each table of a join of several tables stands there once more with mode `join`."""
    known = frozenset(table.id for table in system.tables if table.columns)
    records = [_record(access, access.table, access.mode, _columns(access, known), access.shape) for access in system.accesses]
    for join in system.joins:
        tables = sorted(set(join.tables), key=table_order)
        if len(tables) > 1:
            records += [_record(join, table, "join", None, "join") for table in tables]
    return records


def _columns(access: Access, known: Collection[TableId]) -> tuple[str, ...] | None:
    """The columns that an access names; of a table of which nobody here knows the columns all that may be its."""
    if access.columns is None or access.mode != "read" or access.table in known:
        return access.columns
    return (*access.columns, *access.besides)


def table_order(table: TableId) -> tuple[str, str, str, str]:
    """A sort key for tables, some of whose parts may be unknown."""
    return table.name, table.schema or "", table.store, table.database or ""


def _record(
    use: Access | TableJoin, table: TableId, mode: AccessMode, columns: tuple[str, ...] | None, shape: str
) -> AccessRecord:
    return AccessRecord(
        service=use.service,
        store=table.store,
        database=table.database,
        schema=table.schema,
        table=table.name,
        mode=mode,
        columns=columns,
        shape=shape,
        path=use.place.path,
        line=use.place.line,
        how=use.how,
        confidence=use.confidence,
        via=use.via,
    )


def _access_order(record: AccessRecord) -> tuple[object, ...]:
    where = (record.path, record.line, record.service, record.table, record.schema or "", record.store, record.database or "")
    return (*where, record.mode, record.shape, record.how, record.columns or (), record.confidence, record.via)


def _used(system: System, owners: dict[TableId, str | None]) -> dict[str, dict[TableId, dict[str, int]]]:
    """Per service, the tables it uses without owning them, with the number of places per mode."""
    used: dict[str, dict[TableId, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    places = {(a.service, a.table, a.mode, a.place) for a in system.accesses}
    joined = {(j.service, table, "join", j.place) for j in system.joins if len(set(j.tables)) > 1 for table in j.tables}
    for service, table, mode, _ in places | joined:
        if owners.get(table) != service:
            used[service][table][mode] += 1
    return used


def _orphan(table: Table) -> str:
    contested = f" (contested: {show(', '.join(table.contested))})" if table.contested else ""
    return f"  {table_name(table.id)}{contested}"
