"""The figures of a system: who is tied to whom, how strongly, and what a table's change would touch.

Formulas and their sources: `docs/reference/metrics.md`.
"""

from collections import defaultdict
from collections.abc import Iterable

from dblint.graph.clusters import clustered
from dblint.graph.coupling import NEUTRAL, Coupling
from dblint.graph.cycles import Cycle
from dblint.graph.ties import Tie, table_order, ties
from dblint.model.base import Fact
from dblint.model.facts import Connection, Table, TableId, TableJoin
from dblint.model.place import Place
from dblint.model.tree import Service


class ServiceFigures(Fact, frozen=True):
    """What one service owns, uses and is used for; shares are None where there is nothing to divide by.

    `providers` are the owners that it depends on (fan-out), `consumers` those that depend on it (fan-in).
    """

    service: str
    owned: tuple[TableId, ...]
    foreign_tables: tuple[TableId, ...]
    used_tables: tuple[TableId, ...]
    providers: tuple[str, ...]
    consumers: tuple[str, ...]
    uses: int
    foreign_uses: int
    foreign_share: float | None
    autonomy: float | None


class SystemFigures(Fact, frozen=True):
    """The same for the whole system; `density` is None for fewer than two services."""

    services: int
    tables: int
    uses: int
    foreign_uses: int
    foreign_share: float | None
    shared_tables: int
    pairs: int
    density: float | None
    cycles: int


class Pair(Fact, frozen=True):
    """A service depends on the data of an owner, by these ties."""

    service: str
    owner: str
    ties: tuple[Tie, ...]
    tables: tuple[TableId, ...]
    places: tuple[Place, ...]


class Blast(Fact, frozen=True):
    """A table that others use: the services and places that a change of it touches."""

    table: Table
    consumers: tuple[str, ...]
    ties: tuple[Tie, ...]
    places: tuple[Place, ...]


class Survey(Fact, frozen=True):
    """Everything that the ownership report says; `groups` are services that are coupled to each other.

    `deployed` are the services proper: no library, no folder that only defines the schema, and not what belongs to no service.
    """

    system: SystemFigures
    deployed: tuple[str, ...]
    services: tuple[ServiceFigures, ...]
    groups: tuple[tuple[str, ...], ...]
    tables: tuple[Table, ...]
    ties: tuple[Tie, ...]
    pairs: tuple[Pair, ...]
    blasts: tuple[Blast, ...]
    joins: tuple[TableJoin, ...]
    cycles: tuple[Cycle, ...]
    contested: tuple[Table, ...]
    ownerless: tuple[Table, ...]
    connections: tuple[Connection, ...]

    @property
    def order(self) -> tuple[str, ...]:
        """All services, in an order in which coupled ones are neighbours."""
        return tuple(name for group in self.groups for name in group)


def survey(coupling: Coupling, services: Iterable[Service]) -> Survey:
    """The survey of a system; `services` are those of the tree, also those without any table."""
    services, found = tuple(services), ties(coupling)
    tables = tuple(
        sorted((t for t in coupling.system.tables if t.kind not in NEUTRAL), key=lambda table: table_order(table.id))
    )
    names = sorted({service.name for service in services if service.kind == "service"} | _named(found, tables))
    pairs = _pairs(coupling, found)
    figures = tuple(_figures(name, tables, found, pairs) for name in names)
    cycles = coupling.cycles()
    blasts = _blasts(tables, found)
    uses, foreign = sum(one.uses for one in figures), sum(one.foreign_uses for one in figures)
    between = {(pair.service, pair.owner) for pair in pairs}
    others = {service.name for service in services if service.kind != "service"} | {""}
    deployed = [name for name in names if name not in others]
    possible = len(deployed) * (len(deployed) - 1)
    return Survey(
        system=SystemFigures(
            services=len(deployed),
            tables=len(tables),
            uses=uses,
            foreign_uses=foreign,
            foreign_share=foreign / uses if uses else None,
            shared_tables=len(blasts),
            pairs=len(between),
            density=len(between) / possible if possible else None,
            cycles=len(cycles),
        ),
        deployed=tuple(deployed),
        services=figures,
        groups=clustered(names, {(pair.service, pair.owner): len(pair.places) for pair in pairs}),
        tables=tables,
        ties=found,
        pairs=pairs,
        blasts=blasts,
        joins=coupling.joins_between(),
        cycles=cycles,
        contested=tuple(table for table in tables if table.contested),
        ownerless=tuple(table for table in tables if table.owner is None and not table.contested),
        connections=coupling.connections,
    )


def _named(found: Iterable[Tie], tables: Iterable[Table]) -> set[str]:
    """The services of the facts; facts without a tree name them only there."""
    return {tie.service for tie in found if tie.mode != "ddl"} | {table.owner for table in tables if table.owner}


def _pairs(coupling: Coupling, found: Iterable[Tie]) -> tuple[Pair, ...]:
    """Who depends on whom, the strongest first: by tables, then by places. A contested table counts for each claimant."""
    groups: dict[tuple[str, str], list[Tie]] = defaultdict(list)
    for tie in found:
        if tie.is_foreign:
            for owner in coupling.holders(tie.table):
                groups[tie.service, owner].append(tie)
    made = [
        Pair(service, owner, tuple(members), _tables(members), _places(members)) for (service, owner), members in groups.items()
    ]
    return tuple(sorted(made, key=lambda pair: (-len(pair.tables), -len(pair.places), pair.service, pair.owner)))


def _figures(name: str, tables: Iterable[Table], found: Iterable[Tie], pairs: Iterable[Pair]) -> ServiceFigures:
    own = [tie for tie in found if tie.service == name]
    foreign = [tie for tie in own if tie.is_foreign]
    owned = {table.id for table in tables if table.owner == name}
    uses, foreign_uses = _uses(own), _uses(foreign)
    away = _tables(foreign)
    return ServiceFigures(
        service=name,
        owned=tuple(sorted(owned, key=table_order)),
        foreign_tables=away,
        used_tables=tuple(sorted({tie.table for pair in pairs if pair.owner == name for tie in pair.ties}, key=table_order)),
        providers=tuple(sorted({pair.owner for pair in pairs if pair.service == name})),
        consumers=tuple(sorted({pair.service for pair in pairs if pair.owner == name})),
        uses=uses,
        foreign_uses=foreign_uses,
        foreign_share=foreign_uses / uses if uses else None,
        autonomy=len(owned) / (len(owned) + len(away)) if owned or away else None,
    )


def _blasts(tables: Iterable[Table], found: Iterable[Tie]) -> tuple[Blast, ...]:
    """The tables that somebody else uses, those with the most consumers and places first."""
    groups: dict[TableId, list[Tie]] = defaultdict(list)
    for tie in found:
        if tie.is_foreign:
            groups[tie.table].append(tie)
    made = [
        Blast(
            table, tuple(sorted({tie.service for tie in groups[table.id]})), tuple(groups[table.id]), _places(groups[table.id])
        )
        for table in tables
        if table.id in groups
    ]
    return tuple(sorted(made, key=lambda blast: (-len(blast.consumers), -len(blast.places), table_order(blast.table.id))))


def _uses(found: Iterable[Tie]) -> int:
    """Reads, writes and locks by place: joins, keys and migrations are other views of the same code, or no use at run time."""
    return sum(len(tie.places) for tie in found if tie.mode in ("read", "write", "lock"))


def _tables(found: Iterable[Tie]) -> tuple[TableId, ...]:
    return tuple(sorted({tie.table for tie in found}, key=table_order))


def _places(found: Iterable[Tie]) -> tuple[Place, ...]:
    return tuple(sorted({place for tie in found for place in tie.places}))
