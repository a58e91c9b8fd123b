"""Which services have databases of their own although no address is known (decision 0003)."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import combinations
from typing import TypeAlias

Name: TypeAlias = tuple[str | None, str]
"""Schema and name of a table, folded."""


def rivals(
    creates: Mapping[str, set[Name]], uses: Mapping[str, set[Name]], kinds: Mapping[str, str]
) -> dict[str, frozenset[str]]:
    """For each service those whose database cannot be its own.

    Two services that create the same table have separate databases, since one database would have refused the second CREATE,
    unless they use more of each other's tables than they both create. A folder of scripts is no rival of a service.
    """
    creators: dict[Name, list[str]] = defaultdict(list)
    for service in sorted(creates):
        for name in creates[service]:
            creators[name].append(service)
    both = Counter(pair for services in creators.values() for pair in combinations(services, 2))
    found: dict[str, set[str]] = defaultdict(set)
    for (one, other), collisions in both.items():
        if kinds.get(one) != kinds.get(other):
            continue
        shared = (uses.get(one, set()) & creates[other]) - creates[one] | (uses.get(other, set()) & creates[one]) - creates[
            other
        ]
        if collisions >= len(shared):
            found[one].add(other)
            found[other].add(one)
    return {service: frozenset(others) for service, others in found.items()}


def is_copy(mapped: frozenset[str], created: frozenset[str], creates: bool) -> bool:
    """Whether a model with columns `mapped` can be a mapping of the table that another service creates with columns `created`.

    A model that its service creates tables from must fit entirely; for any other a half of its columns is enough, since our
    knowledge of the table may be incomplete. Nothing known speaks for a copy.
    """
    if not mapped or not created:
        return True
    missing = len(mapped - created)
    return missing == 0 if creates else 2 * missing <= len(mapped)
