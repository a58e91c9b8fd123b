"""Circles of services; the only code that needs networkx."""

from collections.abc import Iterable

from dblint.model.base import Fact
from dblint.model.facts import Confidence, TableId
from dblint.model.place import Place

STRENGTH: tuple[Confidence, ...] = ("explicit", "configured", "convention", "guess")


class Crossing(Fact, frozen=True):
    """One service reaches into the data of another: it `verb` (reads, writes, locks, refers to) the owner's table."""

    service: str
    owner: str
    table: TableId
    verb: str
    place: Place
    confidence: Confidence


class Cycle(Fact, frozen=True):
    """Services in a circle: each reaches into the data of the next, the last into that of the first, as `crossings` prove."""

    services: tuple[str, ...]
    crossings: tuple[Crossing, ...]


def cycles(crossings: Iterable[Crossing]) -> tuple[Cycle, ...]:
    """Shortest circles, enough of them that every service in a circle is in one of these; each begins with its least name."""
    best: dict[tuple[str, str], Crossing] = {}
    for crossing in crossings:
        edge = (crossing.service, crossing.owner)
        if crossing.service != crossing.owner and (edge not in best or _rank(crossing) < _rank(best[edge])):
            best[edge] = crossing
    edges = _closing(set(best))
    return tuple(Cycle(ring, tuple(best[edge] for edge in _edges(ring))) for ring in _rings(sorted(edges))) if edges else ()


def _closing(edges: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The edges that may be part of a circle: none of those that lead to a dead end, or come from where nothing leads."""
    while True:
        between = {service for service, _ in edges} & {owner for _, owner in edges}
        left = {edge for edge in edges if between.issuperset(edge)}
        if left == edges:
            return edges
        edges = left


def _rings(edges: list[tuple[str, str]]) -> list[tuple[str, ...]]:
    """The services of each circle, in order."""
    import networkx as nx  # noqa: PLC0415 - costs a tenth of a second

    graph: nx.DiGraph[str] = nx.DiGraph(edges)
    rings: list[tuple[str, ...]] = []
    for component in nx.strongly_connected_components(graph):
        if len(component) < 2:
            continue
        inner = graph.subgraph(component)
        uncovered = set(component)
        for service in sorted(component):
            if service in uncovered:
                ways = (nx.shortest_path(inner, after, service) for after in sorted(inner.successors(service)))
                ring = [service, *min(ways, key=len)[:-1]]
                uncovered -= set(ring)
                start = ring.index(min(ring))
                rings.append((*ring[start:], *ring[:start]))
    return sorted(rings)


def _edges(ring: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    return zip(ring, (*ring[1:], ring[0]), strict=True)


def _rank(crossing: Crossing) -> tuple[int, Place]:
    """Sorts the strongest proof first."""
    return (STRENGTH.index(crossing.confidence), crossing.place)
