"""One transaction writes tables of several owners, or in several databases, or commits in two phases."""

from collections.abc import Iterator

from dblint.graph import Coupling
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft, weakest
from dblint.judge.wayout import of_transaction
from dblint.judge.wording import doubts, listed, owned, proof, shown
from dblint.model.facts import QUEUE, TWO_PHASE, Access, Evidence, TableId, TableTransaction


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
        if found.how == TWO_PHASE:
            yield _in_two_phases(found)
        elif not _beside(coupling, found.service, tables):
            yield from _across_databases(coupling, options, found, told)


def _in_two_phases(found: TableTransaction) -> Draft:
    """A draft about XA, `PREPARE TRANSACTION` or an enlisted connection."""
    return Draft(
        service=found.service,
        owner=None,
        table=TableId("sql", None, None, "*"),
        place=found.place,
        mode="write",
        message=(
            f"{found.service} commits in two phases here: every participant holds its locks until the slowest has answered, "
            "and one that fails in between leaves rows locked that somebody must free by hand"
        ),
        confidence="explicit",
        shape=TWO_PHASE,
        lowered=1,
        remedy=_STEPS,
    )


def _across_databases(
    coupling: Coupling, options: Scope, found: TableTransaction, told: set[tuple[str, TableId, frozenset[TableId]]]
) -> Iterator[Draft]:
    """A draft for a scope that writes to two known databases: no transaction of one of them covers the other."""
    writes = [access for access in reversed(found.writes) if access.table.store == "sql"]
    written = {access.table.known_database: access for access in writes if access.table.known_database}
    if len(written) < 2:
        return
    (first, one), (second, other) = sorted(written.items())[:2]
    key = (found.service, other.table, frozenset({one.table, other.table}))
    if key in told or not options.holds(found.service, other.table):
        return
    told.add(key)
    yield Draft(
        service=found.service,
        owner=coupling.owner_of(other.table),
        table=other.table,
        place=other.place,
        mode="write",
        message=(
            f"{found.service} writes {shown(one.table)} in {first} and {shown(other.table)} in {second} in one transaction "
            "scope: only a two-phase commit makes both happen or neither, and without one they drift apart unseen"
        ),
        evidence=(
            Evidence("transaction", found.place, "the transaction begins here"),
            Evidence("write", one.place, f"the same scope writes {shown(one.table)}"),
        ),
        confidence=weakest(one.confidence, other.confidence),
        shape="two databases",
        statement=other.statement,
        lowered=1,
        remedy=_STEPS,
    )


_STEPS = (
    "Let each service commit locally: write your own rows and an outbox row in one transaction, let the others act on the "
    "event, and undo yours by a compensating step if one refuses (a saga with an outbox)."
)


def _breadth(found: TableTransaction) -> tuple[int, str, int]:
    """The narrowest scope first: a transaction that only calls another one says nothing new."""
    return (len(found.writes), found.place.path, -found.place.line)


def _beside(coupling: Coupling, service: str, tables: tuple[TableId, ...]) -> tuple[TableId, ...]:
    """The tables of others that are written beside tables of a different owner; of none of one's own, all but the first's."""
    foreign = [table for table in tables if coupling.is_foreign(service, table) and not _is_queue(coupling, table)]
    if any(service in coupling.holders(table) for table in tables):
        return tuple(foreign)
    return tuple(table for table in foreign if coupling.owner_of(table) != coupling.owner_of(foreign[0]))


def _is_queue(coupling: Coupling, table: TableId) -> bool:
    found = coupling.table(table)
    return found is not None and found.kind == QUEUE


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
