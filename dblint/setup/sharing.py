"""Sharing by a pattern that the code already shows, as proposals for `sharing` in dblint.yaml."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TypeAlias

from dblint.graph.ties import table_order
from dblint.model.base import Fact
from dblint.model.facts import Access, Table, TableId
from dblint.model.system import System

# Files that handle events, by the words of their paths in the languages' usual spellings.
_HANDLER = re.compile(
    r"(?i)(?:consumer|listener|handler|subscriber|projector|projection|event|integration|kafka|rabbit|sqs|nats)"
)
_OUTBOX = re.compile(r"(?i)(?:^|_)outbox(?:_|$|events?|messages?)|outbox$")


Keys: TypeAlias = tuple[tuple[str, str | tuple[str, ...]], ...]


class Proposal(Fact, frozen=True):
    """A declaration that may be right, with what speaks for it; `keys` are those of an entry of `sharing`."""

    keys: Keys
    because: str


def proposals(system: System) -> tuple[Proposal, ...]:
    """What may be declared as sharing by a pattern, in the order of the tables."""
    uses: dict[TableId, list[Access]] = defaultdict(list)
    for access in system.accesses:
        uses[access.table].append(access)
    found = []
    for table in sorted(system.tables, key=lambda one: table_order(one.id)):
        if table.owner is not None and table.kind == "table":
            found += [*_outbox(table, uses[table.id]), *_fed(table, uses[table.id], system)]
    return tuple(found)


def _outbox(table: Table, uses: list[Access]) -> Iterator[Proposal]:
    """An outbox that another service relays: the owner inserts, the relay reads."""
    relays = sorted({use.service for use in uses if use.service != table.owner and use.mode == "read"})
    inserts = [use.place for use in uses if use.service == table.owner and use.action in ("insert", "upsert")]
    if _OUTBOX.search(table.id.name) and relays and inserts:
        reads = min(use.place for use in uses if use.service == relays[0])
        keys = (("pattern", "outbox"), ("table", table.id.name), ("services", tuple(relays)))
        yield Proposal(keys, f"{table.owner} writes it at {min(inserts)}, {relays[0]} reads it at {reads}")


def _fed(table: Table, uses: list[Access], system: System) -> Iterator[Proposal]:
    """A table that only handlers of events write: a read model if others read it, else a copy of another service's table."""
    writes = [use for use in uses if use.mode == "write"]
    files = sorted({use.place.path for use in writes})
    inside = {use.service for use in writes} == {table.owner}
    if not writes or not inside or not all(_HANDLER.search(path) for path in files):
        return
    because = f"only handlers of events write it: {', '.join(files[:3])}"
    readers = sorted({use.service for use in uses if use.service != table.owner and use.mode == "read"})
    fed: Keys = (("feeder", tuple(files)),)
    if readers:
        keys: Keys = (("pattern", "read-model"), ("table", table.id.name), ("services", tuple(readers)), *fed)
        yield Proposal(keys, f"{because}; {readers[0]} reads it")
    elif (source := _source(table, system)) is not None:
        keys = (("pattern", "event-fed-copy"), ("table", table.id.name), *fed, ("source", f"{source.owner}.{source.id.name}"))
        yield Proposal(keys, f"{because}; {source.owner} has a table {source.id.name}")


def _source(copy: Table, system: System) -> Table | None:
    """The table of another service that a copy is made from, by its name."""
    stem = _stem(copy.id.name)
    found = [each for each in system.tables if each.owner not in (None, copy.owner) and _stem(each.id.name) == stem]
    return found[0] if len(found) == 1 else None


def _stem(name: str) -> str:
    """A table's name without what says that it is a copy, and without its plural."""
    return re.sub(r"_?(?:copy|copies|replica|view|cache|snapshot|read_?model)$", "", name.casefold()).rstrip("s")
