"""The graph that is drawn: services, the tables they own, and who reaches for which table."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Literal

from dblint.graph.survey import Survey
from dblint.graph.ties import MODES, TieMode, table_order
from dblint.model.base import Fact
from dblint.model.facts import TableId


class Node(Fact, frozen=True):
    """A service or a table; `owner` is the service whose table it is. `quiet` counts the tables that only their owner uses."""

    id: str
    kind: Literal["service", "table"]
    name: str
    owner: str | None = None
    table: TableId | None = None
    quiet: int = 0


class Edge(Fact, frozen=True):
    """A service uses a table, or the tables of a service, that is not its own; `is_violation` where a finding is open."""

    source: str
    target: str
    modes: tuple[TieMode, ...]
    places: int
    tables: int = 1
    is_violation: bool = False


class Picture(Fact, frozen=True):
    """Nodes with numbered ids and the edges between them, in an order that equal systems share."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def picture(survey: Survey, violations: Collection[tuple[str, TableId]], *, only_violations: bool = False) -> Picture:
    """The picture of foreign ties; a table that only its owner uses is counted at its owner's node."""
    groups: dict[tuple[str, TableId], dict[TieMode, int]] = defaultdict(dict)
    for tie in survey.ties:
        if tie.is_foreign and (not only_violations or (tie.service, tie.table) in violations):
            groups[tie.service, tie.table][tie.mode] = len(tie.places)
    owners = {table.id: table.owner for table in survey.tables}
    drawn = sorted({table for _, table in groups}, key=table_order)
    services = sorted({one.service for one in survey.services} | {service for service, _ in groups})
    ids = {service: f"s{number}" for number, service in enumerate(services, 1)}
    marks = {table: f"t{number}" for number, table in enumerate(drawn, 1)}
    nodes = [
        Node(ids[name], "service", name, quiet=sum(1 for t, owner in owners.items() if owner == name and t not in marks))
        for name in services
    ]
    nodes += [Node(marks[table], "table", str(table), owners.get(table), table) for table in drawn]
    edges = [
        Edge(ids[service], marks[table], _modes(found), sum(found.values()), 1, (service, table) in violations)
        for (service, table), found in groups.items()
    ]
    kept = {edge.source for edge in edges} | {ids[owner] for table in drawn if (owner := owners.get(table)) in ids}
    if only_violations:
        nodes = [node for node in nodes if node.kind == "table" or node.id in kept]
    return Picture(tuple(nodes), tuple(sorted(edges, key=lambda edge: (_number(edge.source), _number(edge.target)))))


def focused(whole: Picture, names: Collection[str], depth: int) -> Picture:
    """The nodes within `depth` steps of the services or tables of these names; a table is a step from owner and users."""
    homes = {node.name: node.id for node in whole.nodes if node.kind == "service"}
    links: dict[str, set[str]] = defaultdict(set)
    belongs = [(node.id, homes[node.owner]) for node in whole.nodes if node.kind == "table" and node.owner in homes]
    for one, other in [*((edge.source, edge.target) for edge in whole.edges), *belongs]:
        links[one].add(other)
        links[other].add(one)
    seen = {node.id for node in whole.nodes if node.name in names}
    frontier = set(seen)
    for _ in range(depth * 2 if any(node.kind == "table" for node in whole.nodes) else depth):
        frontier = {near for id_ in frontier for near in links[id_]} - seen
        seen |= frontier
    return Picture(
        tuple(node for node in whole.nodes if node.id in seen),
        tuple(edge for edge in whole.edges if edge.source in seen and edge.target in seen),
    )


def collapsed(whole: Picture) -> Picture:
    """The picture of services: an edge stands for all tables of the other that a service uses; ownerless tables stay."""
    homes = {node.name: node.id for node in whole.nodes if node.kind == "service"}
    home = {node.id: node.id if node.owner is None else homes.get(node.owner, node.id) for node in whole.nodes}
    groups: dict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in whole.edges:
        groups[edge.source, home[edge.target]].append(edge)
    made = (
        Edge(
            source,
            target,
            modes=_modes({mode for edge in edges for mode in edge.modes}),
            places=sum(edge.places for edge in edges),
            tables=len(edges),
            is_violation=any(edge.is_violation for edge in edges),
        )
        for (source, target), edges in groups.items()
    )
    return Picture(
        tuple(node for node in whole.nodes if home[node.id] == node.id),
        tuple(sorted(made, key=lambda edge: (_number(edge.source), _number(edge.target)))),
    )


def _modes(found: Iterable[TieMode]) -> tuple[TieMode, ...]:
    return tuple(sorted(found, key=MODES.index))


def _number(id_: str) -> tuple[str, int]:
    """Sorts `s2` before `s10`."""
    return id_[0], int(id_[1:])
