"""One transaction writes tables of several owners."""

from collections.abc import Iterator

from dblint.graph import Coupling
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft, weakest
from dblint.judge.wayout import of_transaction
from dblint.judge.wording import doubts, listed, owned, proof, shown
from dblint.model.facts import Access, Evidence, TableId, TableTransaction


def transaction(coupling: Coupling, options: Scope) -> Iterator[Draft]:
    """A draft for every table of another service that is written in one transaction with a table of a different owner."""
    told: set[tuple[str, TableId, frozenset[TableId]]] = set()
    for found in sorted(coupling.system.transactions, key=_breadth):
        tables = tuple(dict.fromkeys(access.table for access in found.writes))
        for table in _beside(coupling, found.service, tables):
            key = (found.service, table, frozenset(tables))
            if key not in told and options.holds(found.service, table):
                told.add(key)
                yield _draft(coupling, found, table)


def _breadth(found: TableTransaction) -> tuple[int, str, int]:
    """The narrowest scope first: a transaction that only calls another one says nothing new."""
    return (len(found.writes), found.place.path, -found.place.line)


def _beside(coupling: Coupling, service: str, tables: tuple[TableId, ...]) -> tuple[TableId, ...]:
    """The tables of others that are written beside tables of a different owner; of none of one's own, all but the first's."""
    foreign = [table for table in tables if coupling.is_foreign(service, table)]
    if any(service in coupling.holders(table) for table in tables):
        return tuple(foreign)
    return tuple(table for table in foreign if coupling.owner_of(table) != coupling.owner_of(foreign[0]))


def _draft(coupling: Coupling, found: TableTransaction, table: TableId) -> Draft:
    write = next(access for access in found.writes if access.table == table)
    known = coupling.table(table)
    way = of_transaction(coupling, found.service, (access.table for access in found.writes))
    return Draft(
        service=found.service,
        owner=coupling.owner_of(table),
        table=table,
        place=write.place,
        mode="write",
        message=_message(coupling, found, table),
        evidence=(
            Evidence("transaction", found.place, "the transaction begins here"),
            *_others(coupling, found, table),
            *proof(coupling, table),
            *doubts(coupling, table, write.place, write.confidence, write.via),
        ),
        confidence=weakest(write.confidence, known.confidence if known else "explicit"),
        shape="transaction",
        statement=write.statement,
        remedy=way.summary,
        plan=way.plan,
    )


def _others(coupling: Coupling, found: TableTransaction, table: TableId) -> Iterator[Evidence]:
    """One write of each other owner's tables in the same transaction."""
    told = {coupling.owner_of(table)}
    for access in found.writes:
        owner = coupling.owner_of(access.table)
        if owner not in told:
            told.add(owner)
            yield Evidence("write", access.place, f"the same transaction writes {_named(coupling, found, access)}")


def _named(coupling: Coupling, found: TableTransaction, access: Access) -> str:
    holders = coupling.holders(access.table)
    whose = "its own" if found.service in holders else f"{listed(holders, 'or')}'s" if holders else ""
    return f"{whose} {shown(access.table)}".strip()


def _message(coupling: Coupling, found: TableTransaction, table: TableId) -> str:
    partners = []
    for other in dict.fromkeys(access.table for access in found.writes):
        if coupling.holders(other) != coupling.holders(table):
            first = next(access for access in found.writes if access.table == other)
            partners.append(_named(coupling, found, first))
    return (
        f"{found.service} writes {shown(table)}, {owned(coupling, table)}, in one transaction with "
        f"{listed(partners, limit=4)}: it can only be atomic while both lie in one database"
    )
