"""Systems of one tree that are copies of each other: the chapters of a book, `start/` and `finished/`, one for each platform.

Each runs on its own, so that a table of one is none of another's, whatever its name.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import NamedTuple

from dblint.model.tree import Service
from dblint.resolve.evidence import ChargedModel, ChargedStatement
from dblint.resolve.names import fold, is_pattern

_FEWEST = 2
"""Services that two folders must have in common: one of the same name may be chance."""


class _System(NamedTuple):
    """A folder around several services, which are known by their paths below it."""

    folder: tuple[str, ...]
    services: Mapping[tuple[str, ...], str]


def copies(services: Iterable[Service], named: Mapping[str, set[tuple[str, str]]]) -> dict[str, frozenset[str]]:
    """For each service those of the copies of its system; `named` are the stores and names of the tables that each names.

    Two neighbouring folders are copies if they have services in the same places, at least half of all in the smaller one, and
    those name the same tables.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in _neighbours([service for service in services if service.kind == "service"]):
        twins = [(one.services[place], other.services[place]) for place in one.services.keys() & other.services.keys()]
        if len(twins) < max(_FEWEST, min(len(one.services), len(other.services)) / 2):
            continue
        telling = [(named[mine], named[theirs]) for mine, theirs in twins if named.get(mine) and named.get(theirs)]
        if telling and all(2 * len(mine & theirs) >= min(len(mine), len(theirs)) for mine, theirs in telling):
            for mine in one.services.values():
                found[mine] |= set(other.services.values())
            for theirs in other.services.values():
                found[theirs] |= set(one.services.values())
    return {service: frozenset(others) for service, others in found.items()}


def _neighbours(services: Iterable[Service]) -> Iterable[tuple[_System, _System]]:
    """The pairs of folders beside each other that hold services."""
    inside: defaultdict[tuple[str, ...], dict[tuple[str, ...], str]] = defaultdict(dict)
    for service in services:
        parts = tuple(service.path.split("/"))
        for end in range(1, len(parts)):
            inside[parts[:end]][parts[end:]] = service.name
    beside: defaultdict[tuple[str, ...], list[_System]] = defaultdict(list)
    for folder, held in inside.items():
        if len(held) >= _FEWEST:
            beside[folder[:-1]].append(_System(folder, held))
    for systems in beside.values():
        yield from combinations(systems, 2)


def tables_named(models: Iterable[ChargedModel], charged: Iterable[ChargedStatement]) -> dict[str, set[tuple[str, str]]]:
    """The stores and names of the tables that each service names, by models and by uses."""
    found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    uses = [(each.charge.service, each.model.store, each.model.table) for each in models]
    uses += [(each.charge.service, use.store, use.table) for each in charged for use in each.statement.accesses]
    for service, store, table in uses:
        if not is_pattern(table, store):
            found[service].add((store, fold(table.name, store)))
    return found
