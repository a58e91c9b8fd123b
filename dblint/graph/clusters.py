"""Groups of services that are coupled to each other, so that they can stand together."""

from collections.abc import Iterable, Mapping


def clustered(services: Iterable[str], strengths: Mapping[tuple[str, str], int]) -> tuple[tuple[str, ...], ...]:
    """The services by communities of the coupling graph, the most coupled first; who is coupled to nobody stands alone.

    Communities by greedy modularity (Clauset, Newman and Moore 2004), which chooses the same for the same graph.
    """
    names = sorted(set(services))
    weights: dict[tuple[str, str], int] = {}
    for (one, other), strength in strengths.items():
        if one != other and one in names and other in names:
            pair = (min(one, other), max(one, other))
            weights[pair] = weights.get(pair, 0) + strength
    if not weights:
        return tuple((name,) for name in names)
    import networkx as nx  # noqa: PLC0415 - costs a tenth of a second
    from networkx.algorithms.community import greedy_modularity_communities  # noqa: PLC0415 - as above

    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(names)
    graph.add_weighted_edges_from((one, other, weight) for (one, other), weight in sorted(weights.items()))
    degree = dict.fromkeys(names, 0)
    for pair, weight in weights.items():
        for name in pair:
            degree[name] += weight
    communities = greedy_modularity_communities(graph, weight="weight")
    groups = [sorted(group, key=lambda name: (-degree[name], name)) for group in communities]
    groups.sort(key=lambda group: (-sum(degree[name] for name in group), group[0]))
    return tuple(map(tuple, groups))
