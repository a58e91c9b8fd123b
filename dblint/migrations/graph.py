"""Stable topological order for revision graphs; cycles, which a broken history may have, are cut rather than refused."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def topological(nodes: Sequence[Node], requires: Mapping[Node, Iterable[Node]]) -> tuple[Node, ...]:
    """The nodes with every requirement before what requires it, otherwise in the given order; unknown ones are ignored."""
    known = set(nodes)
    done: dict[Node, None] = {}
    entered: set[Node] = set()
    for first in nodes:
        stack = [first]
        while stack:
            node = stack[-1]
            if node in entered:
                stack.pop()
                done.setdefault(node)
                continue
            entered.add(node)
            open_ones = [each for each in requires.get(node, ()) if each in known and each not in entered]
            stack.extend(reversed(open_ones))
    return tuple(done)


def components(nodes: Sequence[Node], links: Iterable[tuple[Node, Node]]) -> tuple[tuple[Node, ...], ...]:
    """The groups of nodes that links hold together, in the order of their first nodes."""
    parent = {node: node for node in nodes}

    def root(node: Node) -> Node:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for left, right in links:
        parent[root(right)] = root(left)
    groups: dict[Node, list[Node]] = {}
    for node in nodes:
        groups.setdefault(root(node), []).append(node)
    return tuple(map(tuple, groups.values()))
