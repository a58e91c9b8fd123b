"""Revision graphs: which revision another one means, which file stands for which, and the order of them all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from dblint.migrations.file import natural, split
from dblint.migrations.graph import topological
from dblint.model.facts import Change
from dblint.model.history import Revision

Node = tuple[str, str]
"""A history and the name of a revision in it."""


def label_of(history: str, labels: Mapping[str, str]) -> str:
    """The label of the Django app of a migrations folder: the folder above it, unless its AppConfig says otherwise."""
    app = split(history)[0] if history.rpartition("/")[2] == "migrations" else history
    return labels.get(app, app.rpartition("/")[2])


def nearness(one: str, other: str) -> int:
    """How many leading folders two paths share."""
    count = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count


class Graph:
    """The revisions of one tool, with the questions that its files leave open."""

    def __init__(self, headers: Iterable[Change], labels: Mapping[str, str]) -> None:
        """Index the headers by node, name and branch label."""
        self.revisions: dict[Node, Revision] = {}
        self.paths: dict[Node, str] = {}
        self._labels = labels
        self._by_name: dict[str, list[Node]] = {}
        for header in headers:
            revision = header.revision
            if revision is None:
                continue
            node = (header.history, revision.name)
            self.revisions[node] = revision
            self.paths[node] = header.place.path
            django = f"{label_of(header.history, labels)}." if header.tool == "django" else ""
            for name in (f"{django}{revision.name}", *revision.labels):
                self._by_name.setdefault(name, []).append(node)

    def find(self, name: str, history: str) -> Node | None:
        """The revision that a name means in a history: its own, else the nearest; Alembic allows unique beginnings."""
        if (history, name) in self.revisions:
            return (history, name)
        found = self._by_name.get(name.partition("@")[0] or name, [])
        if not found and len(name) >= 4 and "." not in name:
            found = [node for node in self.revisions if node[0] == history and node[1].startswith(name)]
            found = found if len(found) == 1 else []
        return max(found, key=lambda node: nearness(node[0], history), default=None)

    def superseded(self) -> set[Node]:
        """What must not count twice: a squashed revision while all those it replaces are there, else what is left of those."""
        out: set[Node] = set()
        for node, revision in self.revisions.items():
            if not revision.replaces:
                continue
            replaced = [self.find(name, node[0]) for name in revision.replaces]
            present = {each for each in replaced if each is not None}
            out |= {node} if len(present) == len(replaced) else present
        return out

    def requirements(self) -> dict[Node, list[Node]]:
        """For every revision those that must come before it."""
        out = self.superseded()
        squashed_by: dict[Node, Node] = {}
        originals: dict[Node, list[Node]] = {}
        for node, revision in self.revisions.items():
            present = [each for each in (self.find(name, node[0]) for name in revision.replaces) if each is not None]
            if node in out:
                originals[node] = present
            else:
                squashed_by |= dict.fromkeys(present, node)
        requires: dict[Node, list[Node]] = {node: [] for node in self.revisions}
        for node, required in self._edges():
            for each in originals.get(required, [squashed_by.get(required, required)]):
                if each != node:
                    requires[node].append(each)
        return requires

    def _edges(self) -> Iterator[tuple[Node, Node]]:
        for node, revision in self.revisions.items():
            for name in revision.requires:
                for required in self._meant(name, node):
                    yield node, required
            for name in revision.before:
                later = self.find(name, node[0])
                if later is not None:
                    yield later, node

    def _meant(self, name: str, node: Node) -> list[Node]:
        label, _, last = name.partition(".")
        if last in ("__first__", "__latest__"):
            app = [each for each in self.revisions if each != node and label_of(each[0], self._labels) == label]
            near = max((nearness(each[0], node[0]) for each in app), default=0)
            app = sorted((each for each in app if nearness(each[0], node[0]) == near), key=lambda each: each[1])
            return app[:1] if last == "__first__" else app
        found = self.find(name, node[0])
        return [found] if found is not None else []

    def sequence(self) -> tuple[Node, ...]:
        """All revisions that count, in an order in which they can be applied."""
        out = self.superseded()
        nodes: Sequence[Node] = sorted(
            (node for node in self.revisions if node not in out), key=lambda node: _file_order(self.paths[node])
        )
        return topological(nodes, self.requirements())


def _file_order(path: str) -> tuple[tuple[bool, int | str], ...]:
    return tuple((isinstance(part, str), part) for part in natural(path))
