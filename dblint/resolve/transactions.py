"""Transactions that write several physical tables, charged to services."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from dblint.model.facts import TWO_PHASE, Access, FileFacts, RawTransaction, TableId, TableTransaction
from dblint.model.place import Place
from dblint.resolve.charging import Charges

_Holding = dict[tuple[str, str], list[Access]]


def transactions(found: Iterable[RawTransaction], accesses: Iterable[Access], charges: Charges) -> Iterator[TableTransaction]:
    """The transactions in which a service writes at least two tables, each with the writes in the order of their places.

    A commit in two phases counts whatever it writes.
    """
    written: _Holding = defaultdict(list)
    for access in accesses:
        if access.mode == "write" and not access.via:
            written[access.service, access.place.path].append(access)
    for each in found:
        for charge in charges.of(each.place.path, each.scope):
            writes = tuple(_within(each, charge.service, written))
            if len({access.table for access in writes}) > 1 or each.how == TWO_PHASE:
                yield TableTransaction(charge.service, each.place, each.how, writes)


def of_scripts(scripts: Iterable[FileFacts]) -> Iterator[RawTransaction]:
    """The transactions that SQL files begin, and the first step of a commit in two phases of each."""
    for facts in scripts:
        in_phases = False
        for each in facts.transactions:
            first, last = facts.place(each.first).line, facts.place(each.last).line
            if not each.in_two_phases:
                yield RawTransaction(Place(facts.path, first), "sql", "", ((facts.path, first, last),))
            elif not in_phases:
                in_phases = True
                yield RawTransaction(Place(facts.path, first), TWO_PHASE, "", ())


def _within(transaction: RawTransaction, service: str, written: _Holding) -> Iterator[Access]:
    inside = {
        access: None
        for path, first, last in transaction.lines
        for access in written.get((service, path), ())
        if first <= access.place.line <= last
    }
    yield from sorted(inside, key=lambda access: (access.place, *_known(access.table)))


def _known(table: TableId) -> tuple[str, str, str, str]:
    """The parts of a table in an order that unknown ones have, too."""
    return table.store, table.database or "", table.schema or "", table.name
