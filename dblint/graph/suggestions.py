"""Who might better own a table, and which services are one by their data: suggestions, computed and never a verdict."""

from collections import defaultdict
from collections.abc import Iterable

from dblint.graph.survey import Survey
from dblint.graph.ties import table_order
from dblint.model.base import Fact
from dblint.model.facts import TableId

_SEED = 1  # any number: it makes the same graph give the same communities


class OwnerSuggestion(Fact, frozen=True):
    """`better` is at home where the table is used and uses it more than its owner; `gain` is by how many uses."""

    table: TableId
    owner: str | None
    better: str
    owner_uses: int
    better_uses: int
    gain: int


class BoundarySuggestion(Fact, frozen=True):
    """These services use the same tables: within one boundary `gain` uses of others' tables would be uses of their own."""

    services: tuple[str, ...]
    tables: tuple[TableId, ...]
    gain: int


class Suggestions(Fact, frozen=True):
    """Those with the greatest gain come first."""

    owners: tuple[OwnerSuggestion, ...] = ()
    boundaries: tuple[BoundarySuggestion, ...] = ()


def suggestions(survey: Survey) -> Suggestions:
    """What communities of the graph of services and tables suggest; nothing where no service uses another's table.

    Communities by the method of Blondel and others (Louvain, 2008) over uses in code, each weighed by its places.
    """
    if not survey.blasts:
        return Suggestions()
    uses: dict[TableId, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    writers: dict[TableId, set[str]] = defaultdict(set)
    deployed = set(survey.deployed)
    for tie in survey.ties:
        if tie.mode in ("read", "write", "lock") and tie.service in deployed:
            uses[tie.table][tie.service] += len(tie.places)
            if tie.mode == "write":
                writers[tie.table].add(tie.service)
    owners = {table.id: table.owner for table in survey.tables}
    tables = sorted((table for table in uses if table in owners), key=table_order)
    groups = _communities(sorted(deployed), tables, uses)
    home = {table: group for group in groups for table in group[1]}
    found = (
        suggestion
        for table in tables
        if (suggestion := _owner(table, owners[table], uses[table], writers[table] & set(home[table][0])))
    )
    boundaries = (
        BoundarySuggestion(services, members, gain)
        for services, members in groups
        if 1 < len(services) < len(deployed) and (gain := _inside(services, members, owners, uses))
    )
    return Suggestions(
        owners=tuple(sorted(found, key=lambda one: (-one.gain, table_order(one.table)))),
        boundaries=tuple(sorted(boundaries, key=lambda one: (-one.gain, one.services))),
    )


def _owner(table: TableId, owner: str | None, uses: dict[str, int], candidates: set[str]) -> OwnerSuggestion | None:
    """A service that writes the table and uses it more than its owner does."""
    better = max(sorted(candidates), key=lambda name: uses[name], default=None)
    if owner is None or better is None or better == owner or uses[better] <= uses.get(owner, 0):
        return None
    return OwnerSuggestion(table, owner, better, uses.get(owner, 0), uses[better], uses[better] - uses.get(owner, 0))


def _inside(
    services: tuple[str, ...],
    tables: Iterable[TableId],
    owners: dict[TableId, str | None],
    uses: dict[TableId, dict[str, int]],
) -> int:
    return sum(
        number
        for table in tables
        if owners[table] in services
        for name, number in uses[table].items()
        if name in services and name != owners[table]
    )


def _communities(
    services: list[str], tables: list[TableId], uses: dict[TableId, dict[str, int]]
) -> list[tuple[tuple[str, ...], tuple[TableId, ...]]]:
    """Services and tables that belong together."""
    import networkx as nx  # noqa: PLC0415 - costs a tenth of a second
    from networkx.algorithms.community import louvain_communities  # noqa: PLC0415 - as above

    # Numbers as nodes: equal systems give equal graphs whatever their names hash to.
    numbers = {name: number for number, name in enumerate(services)}
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(services) + len(tables)))
    for number, table in enumerate(tables, len(services)):
        graph.add_weighted_edges_from((numbers[name], number, weight) for name, weight in sorted(uses[table].items()))
    found = louvain_communities(graph, weight="weight", seed=_SEED)
    return [
        (
            tuple(services[number] for number in sorted(group) if number < len(services)),
            tuple(tables[number - len(services)] for number in sorted(group) if number >= len(services)),
        )
        for group in sorted(found, key=min)
    ]
