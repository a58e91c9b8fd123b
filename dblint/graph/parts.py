"""Ways to divide a service: by its folders, by its tables' schemas or names, or by what its code uses together."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from dblint.graph.moves import homes, paths_of
from dblint.graph.ties import table_order
from dblint.model.base import Fact
from dblint.model.facts import TableId
from dblint.model.system import System

WAYS = ("folder", "schema", "prefix", "use")


class Division(Fact, frozen=True):
    """Which part each file and each table of a service goes to; what is named nowhere stays with the service."""

    files: dict[str, str]
    tables: dict[TableId, str]


def divided(system: System, service: str, way: str) -> Division:
    """The service divided in one of the `WAYS`; a part is called `service/part`."""
    if way == "folder":
        return _by_files(system, service, _folders(service, paths_of(system, service)))
    own = sorted((table.id for table in system.tables if table.owner == service), key=table_order)
    if way == "schema":
        return _by_tables(system, service, {table: f"{service}/{table.schema}" for table in own if table.schema})
    if way == "prefix":
        heads = Counter(_prefix(table) for table in own)
        return _by_tables(system, service, {t: f"{service}/{_prefix(t)}" for t in own if _prefix(t) and heads[_prefix(t)] > 1})
    return _by_use(system, service, own)


def assigned(system: System, service: str, patterns: Sequence[tuple[str, str]]) -> Division:
    """The service divided by patterns of files, each with the name of its part; the first one that matches decides."""
    files = {}
    for path in paths_of(system, service):
        part = next((name for name, pattern in patterns if fnmatchcase(path, pattern)), None)
        if part is not None:
            files[path] = part
    return _by_files(system, service, files)


def _by_files(system: System, service: str, files: dict[str, str]) -> Division:
    return Division(files, homes(system, service, part_in(files, service)))


def part_in(files: Mapping[str, str], service: str) -> Callable[[str], str]:
    """The part of a file, the service itself where it is in none."""
    return lambda path: files.get(path, service)


def _folders(service: str, paths: Sequence[str]) -> dict[str, str]:
    """Files by the first folder in which they differ."""
    split = [path.split("/")[:-1] for path in paths]
    depth = next(
        (n for n, names in enumerate(zip(*split, strict=False)) if len(set(names)) > 1), min(map(len, split), default=0)
    )
    return {path: f"{service}/{folders[depth]}" for path, folders in zip(paths, split, strict=True) if len(folders) > depth}


def _prefix(table: TableId) -> str:
    head, mark, _ = table.name.partition("_")
    return head if mark else ""


def _by_tables(system: System, service: str, tables: dict[TableId, str]) -> Division:
    """Each file goes to the part whose tables it uses most."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for path, table, weight in _ties(system, service):
        if table in tables:
            votes[path][tables[table]] += weight
    return Division({path: max(sorted(found), key=lambda part: found[part]) for path, found in votes.items()}, tables)


def _ties(system: System, service: str) -> Iterator[tuple[str, TableId, int]]:
    """Which file of the service has to do with which table, and how much."""
    for use in system.accesses:
        if use.service == service:
            yield use.place.path, use.table, 2 if use.mode == "write" else 1
    for model in system.mappings:
        if model.service == service:
            yield model.place.path, model.table, 1


def _by_use(system: System, service: str, own: Sequence[TableId]) -> Division:
    """Communities of the graph of files and tables, each called by its most used table."""
    import networkx as nx  # noqa: PLC0415 - costs a tenth of a second
    from networkx.algorithms.community import louvain_communities  # noqa: PLC0415 - as above

    paths = paths_of(system, service)
    nodes: tuple[str | TableId, ...] = (*paths, *own)
    numbers = {node: number for number, node in enumerate(nodes)}
    weights: Counter[tuple[int, int]] = Counter()
    uses: Counter[TableId] = Counter()
    for path, table, weight in _ties(system, service):
        if table in numbers:
            weights[numbers[path], numbers[table]] += weight
            uses[table] += weight
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(sorted({node for pair in weights for node in pair}))
    graph.add_weighted_edges_from((one, other, weight) for (one, other), weight in sorted(weights.items()))
    files: dict[str, str] = {}
    tables: dict[TableId, str] = {}
    for group in sorted(louvain_communities(graph, weight="weight", seed=1), key=min) if weights else ():
        members = [nodes[number] for number in sorted(group)]
        inside = [node for node in members if isinstance(node, TableId)]
        name = f"{service}/{max(inside, key=lambda table: uses[table]).name}"
        tables |= dict.fromkeys(inside, name)
        files |= dict.fromkeys((node for node in members if isinstance(node, str)), name)
    return Division(files, tables)
