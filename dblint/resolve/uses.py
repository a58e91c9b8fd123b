"""Accesses and joins with their physical tables."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from dblint.model.facts import Access, RawAccess, ServiceUnresolved, Table, TableId, TableJoin
from dblint.model.schema import TableName
from dblint.resolve.databases import is_known
from dblint.resolve.evidence import ChargedStatement
from dblint.resolve.homes import Homes
from dblint.resolve.identity import Found, Tables
from dblint.resolve.names import is_wildcard, weakest


class Resolved(NamedTuple):
    """What became of all statements; `unmatched` are the numbers of those that name a table which fits nothing known."""

    accesses: tuple[Access, ...]
    joins: tuple[TableJoin, ...]
    unresolved: tuple[ServiceUnresolved, ...]
    unmatched: frozenset[int]


def resolve_uses(charged: Iterable[ChargedStatement], homes: Homes, tables: Tables) -> Resolved:
    """All uses of tables; a name with holes that does not fit exactly one known table is unresolved."""
    accesses: list[Access] = []
    joins: list[TableJoin] = []
    unresolved: list[ServiceUnresolved] = []
    unmatched: set[int] = set()
    for number, (service, via), statement, script in charged:
        found: dict[TableName, Found | None] = {}
        for use in statement.accesses:
            match = tables.find(homes.of(service, use.connection, use.store, use.table.name), use.store, use.table)
            found[use.table] = match
            if match is None:
                partial = str(use.table).replace("*", "⟨?⟩")
                unresolved.append(ServiceUnresolved(service, use.place, _reason(use), partial, use.store))
                if not script:
                    unmatched.add(number)
                continue
            # A name that a framework's rule only guesses is as good as configured once somebody creates exactly that table.
            sure = "configured" if use.confidence == "guess" and match.rank == "created" else use.confidence
            accesses.append(
                Access(
                    service,
                    match.table,
                    use.mode,
                    use.action,
                    use.shape,
                    use.columns,
                    use.place,
                    use.how,
                    weakest(sure, match.cap),
                    number,
                    (*via, *use.via, *_far(use.table, match.table, homes.of(service, use.connection, use.store).label)),
                    use.besides,
                )
            )
        store = statement.accesses[0].store if statement.accesses else "sql"
        for names, kind, place in statement.joins:
            known = [
                match
                for name in names
                if (
                    match := found[name]
                    if name in found
                    else tables.find(homes.of(service, store=store, table=name.name), store, name)
                )
            ]
            sure = weakest(*(match.cap for match in known), *(use.confidence for use in statement.accesses))
            # No query combines the tables of a server with the collections of another kind of store.
            for held in dict.fromkeys(match.table.store for match in known):
                joined = tuple(dict.fromkeys(match.table for match in known if match.table.store == held))
                if len(joined) > 1:
                    joins.append(TableJoin(service, joined, kind, place, statement.how, sure, number, via))
    return Resolved(
        tuple(dict.fromkeys(accesses)), tuple(dict.fromkeys(joins)), tuple(dict.fromkeys(unresolved)), frozenset(unmatched)
    )


def settled(accesses: Iterable[Access], tables: Iterable[Table]) -> Iterator[Access]:
    """The accesses, each read with those names among its columns which its table is known to have."""
    columns = {table.id: frozenset(column.name.casefold() for column in table.columns) for table in tables}
    for access in accesses:
        if access.mode != "read" or access.columns is None or not access.besides:
            yield access
            continue
        own = tuple(name for name in access.besides if name.casefold() in columns.get(access.table, ()))
        rest = tuple(name for name in access.besides if name not in own)
        yield replace(access, columns=(*access.columns, *own), besides=rest) if own else access


def _reason(use: RawAccess) -> str:
    return "wildcard-index" if is_wildcard(use.table, use.store) else "dynamic-table"


def _far(name: TableName, table: TableId, home: str | None) -> tuple[str, ...]:
    """How a name leaves the service's database by itself: over a linked server (four parts), or into a neighbour (three)."""
    if table.store != "sql":  # its clients speak to a server, and name a database with every collection
        return ()
    server, dot, _ = (name.catalog or "").partition(".")
    if dot:
        return (f"link {server}",)
    return (f"database {name.catalog}",) if name.catalog and is_known(home) and table.database != home else ()


def through_views(
    accesses: Iterable[Access], bases: Mapping[TableId, tuple[TableId, ...]], owners: Mapping[TableId, str | None]
) -> tuple[Access, ...]:
    """The reads of base tables behind views that the reading service does not own."""
    found = []
    for access in accesses:
        if access.mode == "read" and access.table in bases and owners.get(access.table) != access.service:
            via = (*access.via, str(access.table))
            found += [
                Access(
                    access.service,
                    base,
                    "read",
                    "select",
                    "cols",
                    None,
                    access.place,
                    access.how,
                    weakest(access.confidence, "configured"),
                    access.statement,
                    via,
                )
                for base in bases[access.table]
            ]
    return tuple(dict.fromkeys(found))
