"""Sharing by a pattern that the code already shows, as proposals for `sharing` in dblint.yaml."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from dblint.graph.ties import table_order
from dblint.model.base import Fact
from dblint.model.facts import Access, Table, TableId
from dblint.model.place import Place
from dblint.model.system import System
from dblint.resolve.names import is_outbox

# Files that handle events, by the words of their paths in the languages' usual spellings.
_HANDLER = re.compile(
    r"(?i)(?:consumer|listener|handler|subscriber|projector|projection|event|integration|kafka|rabbit|sqs|nats)"
)
_DERIVED = re.compile(
    r"[-_]?(?:cop(?:y|ies)|replicas?|infos?|views?|caches?|snapshots?|read[-_]?models?|projections?|summar(?:y|ies)|stats|statistics)$"
)

Keys: TypeAlias = tuple[tuple[str, str | tuple[str, ...]], ...]


_READ = re.compile(r"(?i)read|query|queries|search|view|report")
"""What services are called that are there to be read from."""


class Proposal(Fact, frozen=True):
    """A declaration that may be right, with what speaks for it; `keys` are those of an entry of `sharing`."""

    keys: Keys
    because: str


def proposals(system: System, paths: Sequence[str] = (), relayed: Sequence[Place] = ()) -> tuple[Proposal, ...]:
    """What may be declared as sharing by a pattern, in the order of the tables.

    `paths` are the files of the tree, `relayed` where its deployment names a relay of outboxes that is no code of the tree.
    """
    uses: dict[TableId, list[Access]] = defaultdict(list)
    for access in system.accesses:
        uses[access.table].append(access)
    found = []
    for table in sorted(system.tables, key=lambda one: table_order(one.id)):
        if table.owner is not None and table.kind == "table":
            fed = [*_fed(table, uses[table.id], system)]
            outbox = [*_outbox(table, uses[table.id], system)] or [*_captured(table, uses[table.id], system, relayed)]
            found += [*outbox, *(fed or _copied(table, uses[table.id], system, paths))]
    return tuple(each for each in found if not _is_mutual(each, found))


def _is_mutual(proposal: Proposal, found: Sequence[Proposal]) -> bool:
    """Whether two tables would each be a copy of the other: then only that of a service which is there to be read is one."""
    keys = dict(proposal.keys)
    back = any(
        dict(each.keys).get("table") == keys.get("source") and dict(each.keys).get("source") == keys["table"] for each in found
    )
    return back and _READ.search(str(keys["table"]).rpartition(".")[0]) is None


def _outbox(table: Table, uses: list[Access], system: System) -> Iterator[Proposal]:
    """An outbox that another service relays: the owner inserts, the relay reads and inserts nothing.

    A framework may insert for the owner (an interceptor, a unit of work), so that its code need not show it.
    """
    inserts = [use for use in uses if use.action in ("insert", "upsert")]
    writers = {use.service for use in inserts}
    relays = sorted({use.service for use in uses if use.service not in {table.owner, *writers} and use.mode == "read"})
    if is_outbox(table.id.name) and relays and writers <= {table.owner}:
        reads = min(use.place for use in uses if use.service == relays[0])
        keys = (("pattern", "outbox"), ("table", _called(table, system)), ("services", tuple(relays)))
        shown = f"writes it at {min(use.place for use in inserts)}" if inserts else "has it"
        yield Proposal(keys, f"{table.owner} {shown}, {relays[0]} reads it at {reads}")


def _captured(table: Table, uses: list[Access], system: System, relayed: Sequence[Place]) -> Iterator[Proposal]:
    """An outbox that only its owner touches, and that something in the deployment relays: only what writes it now may."""
    if not is_outbox(table.id.name) or {use.service for use in uses} - {table.owner}:
        return
    homes = [service.path for service in system.services if service.name != table.owner and service.path != "."]
    near = [place for place in relayed if not any(place.path.startswith(f"{home}/") for home in homes)]
    if near:
        files = tuple(sorted({use.place.path for use in uses if use.mode == "write"}))
        keys: Keys = (("pattern", "outbox"), ("table", _called(table, system)), ("services", (table.owner or "",)))
        because = (
            f"{table.owner} {'writes it' if files else 'has it'} and nobody else touches it; {near[0]} names what relays it"
        )
        yield Proposal((*keys, *((("feeder", files),) if files else ())), because)


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
        keys: Keys = (("pattern", "read-model"), ("table", _called(table, system)), ("services", tuple(readers)), *fed)
        yield Proposal(keys, f"{because}; {readers[0]} reads it")
    elif (source := _source(table, system)) is not None:
        keys = (
            ("pattern", "event-fed-copy"),
            ("table", _called(table, system)),
            *fed,
            ("source", f"{source.owner}.{source.id.name}"),
        )
        yield Proposal(keys, f"{because}; {source.owner} has a table {source.id.name}")


def _copied(table: Table, uses: list[Access], system: System, paths: Sequence[str]) -> Iterator[Proposal]:
    """A table of a service that handles events about it, of which another service has one with the same columns."""
    writes = [use for use in uses if use.mode == "write"]
    origin = _origin(table, system)
    if not writes or origin is None or {use.service for use in uses} != {table.owner}:
        return
    home = next((service.path for service in system.services if service.name == table.owner), "")
    stem = _stem(table.id.name).replace("_", "")
    handled = [
        path
        for path in sorted(paths)
        if path.startswith(f"{home}/") and _HANDLER.search(path.removeprefix(f"{home}/")) and stem in _plain(path)
    ]
    if handled:
        files = tuple(sorted({use.place.path for use in writes}))
        source = f"{origin.owner}.{origin.id.name}"
        keys: Keys = (("pattern", "event-fed-copy"), ("table", _called(table, system)), ("feeder", files), ("source", source))
        yield Proposal(keys, f"{origin.owner} has such a table, and {table.owner} handles its events: {handled[0]}")


def _origin(copy: Table, system: System) -> Table | None:
    """The table that a copy of the same name is made from: of several that of the service which is called like it."""
    stem = _stem(copy.id.name)
    columns = {column.name.casefold() for column in copy.columns}
    found = [
        each
        for each in system.tables
        if each.owner not in (None, copy.owner)
        and each.kind == "table"
        and (each.id.store, each.id.database, each.id.schema) != (copy.id.store, copy.id.database, copy.id.schema)
        and _stem(each.id.name) == stem
        and _alike(columns, {column.name.casefold() for column in each.columns})
    ]
    plain = [each for each in found if not _DERIVED.search(each.id.name.casefold())]  # the others are copies, too
    found = plain if len(plain) == 1 else found
    named = [each for each in found if stem.replace("_", "") in _plain(each.owner or "")]
    chosen = named if len(found) > 1 else found
    derived = _DERIVED.search(copy.id.name.casefold()) is not None
    is_own = not derived and stem.replace("_", "") in _plain(copy.owner or "")
    return chosen[0] if len(chosen) == 1 and not is_own else None


def _alike(one: set[str], other: set[str]) -> bool:
    """Whether most columns of a copy stand in the other table; unknown columns say nothing against it."""
    return not one or not other or len(one & other) * 2 >= len(one)


def _plain(text: str) -> str:
    return text.casefold().replace("_", "").replace("-", "")


def _called(table: Table, system: System) -> str:
    """The name by which a declaration means this table alone."""
    others = [each for each in system.tables if each.id.name == table.id.name and each.owner != table.owner]
    return f"{table.owner}.{table.id.name}" if others else table.id.name


def _source(copy: Table, system: System) -> Table | None:
    """The table of another service that a copy is made from, by its name."""
    stem = _stem(copy.id.name)
    alike = [each for each in system.tables if each.owner is not None and each.id != copy.id and _stem(each.id.name) == stem]
    found = [each for each in alike if not _DERIVED.search(each.id.name.casefold())]  # the others are copies, too
    return found[0] if len(found) == 1 and found[0].owner != copy.owner else None


def _stem(name: str) -> str:
    """A table's name without what says that it is a copy, and without its plural."""
    return _DERIVED.sub("", name.casefold()).rstrip("s")
