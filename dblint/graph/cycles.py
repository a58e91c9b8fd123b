"""Circles of services: found without networkx, whose import takes longer than most commits are looked at."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

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
    return tuple(Cycle(ring, tuple(best[edge] for edge in _edges(ring))) for ring in _rings(edges))


def _closing(edges: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The edges that may be part of a circle: none of those that lead to a dead end, or come from where nothing leads."""
    while True:
        between = {service for service, _ in edges} & {owner for _, owner in edges}
        left = {edge for edge in edges if between.issuperset(edge)}
        if left == edges:
            return edges
        edges = left


def _rings(edges: set[tuple[str, str]]) -> list[tuple[str, ...]]:
    """The services of each circle, in order."""
    following: dict[str, list[str]] = {}
    for service, owner in sorted(edges):
        following.setdefault(service, []).append(owner)
    rings: set[tuple[str, ...]] = set()
    covered: set[str] = set()
    for service in following:
        ring = () if service in covered else _way_back(service, following)
        if ring:
            covered.update(ring)
            start = ring.index(min(ring))
            rings.add((*ring[start:], *ring[:start]))
    return sorted(rings)


def _way_back(service: str, following: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The services of the shortest circle through one, which is the first; none if no way leads back."""
    before: dict[str, str] = {}
    waiting = deque([service])
    while waiting:
        reached = waiting.popleft()
        for after in following.get(reached, ()):
            if after == service:
                way = [reached]
                while way[-1] != service:
                    way.append(before[way[-1]])
                return tuple(reversed(way))
            if after not in before:
                before[after] = reached
                waiting.append(after)
    return ()


def _edges(ring: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    return zip(ring, (*ring[1:], ring[0]), strict=True)


def _rank(crossing: Crossing) -> tuple[int, Place]:
    """Sorts the strongest proof first."""
    return (STRENGTH.index(crossing.confidence), crossing.place)
