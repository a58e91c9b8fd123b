"""What is wrong with a graph of revisions: the migration tool refuses such a history too, and no order can be told for it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from dblint.migrations.revisions import USER_SETTING, Graph, Node, label_of
from dblint.model.facts import Change, Problem
from dblint.model.history import Revision

_REASON = "broken-history"
_WAYS = {
    "alembic": "`alembic history` names it",
    "django": "`manage.py showmigrations --plan` names it",
    "yoyo": "`yoyo list` names it",
}
_ALWAYS = ("__first__", "__latest__")


def unsound(changes: Iterable[Change], labels: Mapping[str, str] | None = None) -> tuple[Problem, ...]:
    """A problem for each revision that needs one that is not there, stands in a circle or shares its name with another."""
    by_tool: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change.revision is not None or change.model is not None:
            by_tool[change.tool].append(change)
    return tuple(
        sorted(
            (problem for tool, found in by_tool.items() if tool in _WAYS for problem in _of_tool(tool, found, labels or {})),
            key=lambda each: (each.path, each.detail),
        )
    )


def _of_tool(tool: str, changes: list[Change], labels: Mapping[str, str]) -> Iterator[Problem]:
    graph, help_ = Graph(changes, labels), _WAYS[tool]
    apps = {label_of(change.history, labels) for change in changes} if tool == "django" else set()
    replaced = {name for revision in graph.revisions.values() for name in revision.replaces}
    for node, revision in graph.revisions.items():
        for name in revision.requires:
            if name not in replaced and _is_missing(graph, node, name, apps, tool):
                yield Problem(graph.paths[node], _REASON, detail=f"needs the revision {name}, which is not here: {help_}")
    for node in _circles(graph):
        yield Problem(graph.paths[node], _REASON, detail=f"stands in a circle of revisions: {help_}")
    yield from _twins(changes, help_)


def _is_missing(graph: Graph, node: Node, name: str, apps: set[str], tool: str) -> bool:
    label, _, last = name.partition(".")
    if tool == "django" and (name == USER_SETTING or last in _ALWAYS or label not in apps):
        # Apps of libraries have their migrations elsewhere.
        return False
    return graph.find(name, node[0]) is None


def _circles(graph: Graph) -> list[Node]:
    """The revisions that can be followed back to themselves."""
    found = {node: set(required) for node, required in graph.requirements().items()}
    for _ in range(2):
        # First without what can be applied, then, the other way round, without what only follows a circle.
        left = _left(found)
        found = _turned({node: others & left for node, others in found.items() if node in left})
    return sorted(found)


def _left(requires: Mapping[Node, set[Node]]) -> set[Node]:
    """The nodes whose requirements can never all be met."""
    followers, open_ones = _turned(requires), {node: len(others) for node, others in requires.items()}
    free = [node for node, count in open_ones.items() if not count]
    while free:
        for node in followers[free.pop()]:
            open_ones[node] -= 1
            if not open_ones[node]:
                free.append(node)
    return {node for node, count in open_ones.items() if count}


def _turned(requires: Mapping[Node, set[Node]]) -> dict[Node, set[Node]]:
    turned: dict[Node, set[Node]] = {node: set() for node in requires}
    for node, others in requires.items():
        for other in others:
            turned.setdefault(other, set()).add(node)
    return turned


def _twins(changes: Iterable[Change], help_: str) -> Iterator[Problem]:
    """Two files of one folder that give themselves the same name."""
    named: dict[tuple[str, str], dict[str, Revision]] = defaultdict(dict)
    for change in changes:
        if change.revision is not None:
            named[change.history, change.revision.name][change.place.path] = change.revision
    for (_, name), files in named.items():
        for path in sorted(files)[1:]:
            yield Problem(path, _REASON, detail=f"has the name {name}, as {min(files)} has: {help_}")
