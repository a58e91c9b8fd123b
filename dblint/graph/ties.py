"""Which service does what to which table, with every place: what graphs, matrices and metrics are made from."""

from collections import defaultdict
from typing import Literal

from dblint.graph.coupling import NEUTRAL, Coupling
from dblint.model.base import Fact
from dblint.model.facts import TableId
from dblint.model.place import Place

TieMode = Literal["read", "write", "join", "reference", "lock", "ddl"]
MODES: tuple[TieMode, ...] = ("read", "write", "join", "reference", "lock", "ddl")


class Tie(Fact, frozen=True):
    """A service uses a table in one way at these places; it `is_foreign` where the table belongs to somebody else."""

    service: str
    table: TableId
    mode: TieMode
    places: tuple[Place, ...]
    is_foreign: bool


def ties(coupling: Coupling) -> tuple[Tie, ...]:
    """Every tie of the system, foreign ones and those of owners to their own tables, sorted.

    A migration tool's own tables are nobody's design and left out, as is what is no table (any more). What looks through a
    view that the owner publishes is no foreign tie to the tables behind it.
    """
    found: dict[tuple[str, TableId, TieMode, bool], set[Place]] = defaultdict(set)
    foreign = {id(access) for access in coupling.foreign_accesses()}
    system = coupling.system
    for access in system.accesses:
        found[access.service, access.table, access.mode, id(access) in foreign].add(access.place)
    for join in system.joins:
        if len(set(join.tables)) > 1:
            for table in join.tables:
                found[join.service, table, "join", coupling.is_foreign(join.service, table)].add(join.place)
    across = coupling.references_across()
    for reference in across:
        found[reference.service, reference.target, "reference", True].add(reference.place)
    told = {(reference.target, reference.place) for reference in across}
    for reference in system.references:
        if reference.table != reference.target and (reference.target, reference.place) not in told:
            found[reference.service, reference.target, "reference", False].add(reference.place)
    for change in system.changes:
        found[change.service, change.table, "ddl", coupling.is_foreign(change.service, change.table)].add(change.place)
    for use in system.routines:
        found[use.service, use.table, use.mode, coupling.is_foreign(use.service, use.table)].add(use.place)
    made = (
        Tie(service, table, mode, tuple(sorted(places)), is_foreign)
        for (service, table, mode, is_foreign), places in found.items()
        if _counts(coupling, table)
    )
    return tuple(sorted(made, key=_order))


def _counts(coupling: Coupling, table: TableId) -> bool:
    known = coupling.table(table)
    return known is not None and known.kind not in NEUTRAL


def table_order(table: TableId) -> tuple[str, str, str, str]:
    """A sort key for tables, some of whose parts may be unknown: by database, schema and name."""
    return table.database or "", table.schema or "", table.name, table.store


def _order(tie: Tie) -> tuple[object, ...]:
    return tie.service, table_order(tie.table), MODES.index(tie.mode), tie.is_foreign
