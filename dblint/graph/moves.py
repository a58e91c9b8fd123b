"""The system as it would be: a table moved to another service, services merged, a service split; pure and never a verdict.

What code does stays where it is: only whose the tables are, and to which service a file belongs, is another.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from msgspec.structs import replace

from dblint.model.facts import Access, Evidence, ServiceUnresolved, Table, TableId, TableJoin
from dblint.model.facts import Mapping as Declared
from dblint.model.place import Place
from dblint.model.routines import RoutineUse
from dblint.model.system import System
from dblint.model.tree import Service

_NOWHERE = Place("(simulation)", 1)

Used = TypeVar("Used", Access, TableJoin, Declared, RoutineUse, ServiceUnresolved)


def moved(system: System, tables: Collection[TableId], service: str) -> System:
    """The system in which these tables are owned by `service`; their migrations and foreign keys go with them."""
    owners = {table.id: table.owner for table in system.tables if table.id in tables}

    def goes(who: str, table: TableId) -> str:
        return service if table in owners and who == owners[table] else who

    return replace(
        system,
        tables=tuple(_given(table, service) if table.id in owners else table for table in system.tables),
        changes=tuple(replace(one, service=goes(one.service, one.table)) for one in system.changes),
        references=tuple(replace(one, service=goes(one.service, one.table)) for one in system.references),
    )


def merged(system: System, names: Collection[str], into: str) -> System:
    """The system in which these services are one."""
    gone = set(names)

    def called(name: str) -> str:
        return into if name in gone else name

    members = [service for service in system.services if service.name in gone]
    one = Service(
        into,
        min((service.path for service in members), default="."),
        tuple(proof for service in members for proof in service.evidence),
        paths=tuple(dict.fromkeys(path for service in members for path in (service.path, *service.paths))),
    )
    # A table that only the merged services claim against each other is contested no more.
    tables = []
    for table in system.tables:
        rivals = tuple(dict.fromkeys(map(called, table.contested)))
        owner = called(table.owner) if table.owner else None
        if owner is None and len(rivals) == 1:
            owner = rivals[0]
        kept = tuple(name for name in rivals if name != owner)
        tables.append(replace(table, owner=owner, contested=kept, creators=tuple(dict.fromkeys(map(called, table.creators)))))
    return replace(
        _told(system, lambda name, _: called(name)),
        services=(*(service for service in system.services if service.name not in gone), one),
        tables=tuple(tables),
        changes=tuple(replace(found, service=called(found.service)) for found in system.changes),
        references=tuple(replace(found, service=called(found.service)) for found in system.references),
        connections=tuple(replace(found, service=called(found.service)) for found in system.connections),
    )


def split(system: System, service: str, part_of_path: Callable[[str], str], owners: Mapping[TableId, str]) -> System:
    """The system in which a service is several: each file belongs to a part, and each of its tables, by `owners`, to one.

    Migrations and foreign keys go with their tables. Every part connects to what the service connects to.
    """
    known = {table.id: owners.get(table.id, service) for table in system.tables if table.owner == service}
    parts = parts_of(system, service, part_of_path, owners)

    def owner_part(who: str, table: TableId) -> str:
        return known.get(table, service) if who == service else who

    old = [one for one in system.services if one.name == service]
    return replace(
        _told(system, lambda name, place: part_of_path(place.path) if name == service else name),
        services=(
            *(one for one in system.services if one.name != service),
            *(replace(one, name=part) for part in parts for one in old),
        ),
        tables=tuple(
            replace(
                table,
                owner=known.get(table.id, table.owner),
                creators=tuple(dict.fromkeys(owner_part(name, table.id) for name in table.creators)),
            )
            for table in system.tables
        ),
        changes=tuple(replace(one, service=owner_part(one.service, one.table)) for one in system.changes),
        references=tuple(replace(one, service=owner_part(one.service, one.table)) for one in system.references),
        connections=tuple(
            replace(link, service=name)
            for link in system.connections
            for name in (parts if link.service == service else (link.service,))
        ),
    )


def parts_of(
    system: System, service: str, part_of_path: Callable[[str], str], owners: Mapping[TableId, str]
) -> tuple[str, ...]:
    """The parts that have a file or a table, the service itself among them where it keeps some."""
    tables = {owners.get(table.id, service) for table in system.tables if table.owner == service}
    return tuple(sorted({*tables, *(part_of_path(path) for path in paths_of(system, service))}))


def paths_of(system: System, service: str) -> tuple[str, ...]:
    """The files in which a service uses or describes tables while it runs: migrations are not among them."""
    uses = {use.place.path for use in system.accesses if use.service == service}
    return tuple(sorted(uses | {model.place.path for model in system.mappings if model.service == service}))


def homes(system: System, service: str, part_of_path: Callable[[str], str]) -> dict[TableId, str]:
    """The part of a service to which each of its tables belongs: that which describes it, else writes it most, else uses it."""
    votes: dict[TableId, Counter[str]] = {table.id: Counter() for table in system.tables if table.owner == service}
    for model in system.mappings:
        if model.service == service and model.managed and model.table in votes:
            votes[model.table][part_of_path(model.place.path)] += 1_000_000
    for use in system.accesses:
        if use.service == service and use.table in votes:
            votes[use.table][part_of_path(use.place.path)] += 1000 if use.mode == "write" else 1
    return {table: max(sorted(found), key=lambda part: found[part]) for table, found in votes.items() if found}


def _given(table: Table, service: str) -> Table:
    proof = Evidence("declared", _NOWHERE, f"the simulation gives {table.id} to {service}")
    return replace(table, owner=service, contested=(), confidence="explicit", evidence=(proof,), creators=(service,))


def _told(system: System, who: Callable[[str, Place], str]) -> System:
    """The system with every use charged to another service, by its old one and its place."""

    def charged(found: tuple[Used, ...]) -> tuple[Used, ...]:
        return tuple(replace(one, service=who(one.service, one.place)) for one in found)

    return replace(
        system,
        accesses=charged(system.accesses),
        joins=charged(system.joins),
        mappings=charged(system.mappings),
        routines=charged(system.routines),
        unresolved=charged(system.unresolved),
        pending=(),
        former=(),
    )
