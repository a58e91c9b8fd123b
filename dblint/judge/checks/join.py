"""One statement combines tables of several owners."""

from collections.abc import Iterator

from dblint.graph import Coupling
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft, steps_by_hand, weakest
from dblint.judge.wayout import of_join
from dblint.judge.wording import doubts, listed, owned, proof, shown
from dblint.model.facts import TableId, TableJoin

# Rows of a UNION stand side by side; a subquery in a condition can be asked first: two calls do what one statement does.
_MILDER = {"union": 1, "semi": 2, "anti": 2, "scalar": 2}


def join(coupling: Coupling, options: Scope) -> Iterator[Draft]:
    """A draft for every table of another service in a statement that also uses tables of a different owner."""
    for found in coupling.joins_between():
        for table in _joined(coupling, found):
            if (
                coupling.is_foreign(found.service, table)
                and not coupling.is_published(table, found.via)
                and options.holds(found.service, table)
            ):
                yield _draft(coupling, found, table)


def _joined(coupling: Coupling, found: TableJoin) -> tuple[TableId, ...]:
    """The tables that are joined to something: where none is the service's own, the others are joined to the first one."""
    tables = tuple(dict.fromkeys(found.tables))
    own = any(found.service in coupling.holders(table) for table in tables)
    return tables if own else tables[1:]


def _draft(coupling: Coupling, found: TableJoin, table: TableId) -> Draft:
    known = coupling.table(table)
    uses = coupling.accesses_in(found.service, found.statement, table)
    place = min((use.place for use in uses), default=found.place)
    way = of_join(coupling, found.service, found.tables)
    view = known is not None and known.kind == "view"
    return Draft(
        service=found.service,
        owner=coupling.owner_of(table),
        table=table,
        place=place,
        mode="join",
        message=_message(coupling, found, table),
        evidence=(*proof(coupling, table), *doubts(coupling, table, place, found.confidence, found.via)),
        confidence=weakest(found.confidence, known.confidence if known else "explicit"),
        shape=found.kind,
        statement=found.statement,
        lowered=int(view) + _MILDER.get(found.kind, 0) + steps_by_hand(place),
        remedy=way.summary,
        plan=way.plan,
    )


def _message(coupling: Coupling, found: TableJoin, table: TableId) -> str:
    mine, others = [], []
    for other in dict.fromkeys(found.tables):
        holders = coupling.holders(other)
        if not holders or holders == coupling.holders(table):
            continue
        if found.service in holders:
            mine.append(shown(other))
        else:
            others.append(f"{shown(other)} (owned by {listed(holders, 'or')})")
    partners = [*([f"its own {listed(mine, limit=4)}"] if mine else []), *others]
    verb = "combines" if found.kind in ("union", "insert-select") else "joins"
    return (
        f"{found.service} {verb} {shown(table)}, {owned(coupling, table)}, with {listed(partners, limit=4)}: "
        "these tables can no longer be moved to separate databases"
    )
