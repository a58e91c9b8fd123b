"""Revision graphs: which revision another one means, which file stands for which, and the order of them all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from dblint.migrations.file import natural, sort_key, split
from dblint.migrations.graph import topological
from dblint.model.facts import Change
from dblint.model.history import ModelOperation, Revision
from dblint.model.place import in_common

USER_SETTING = "settings.AUTH_USER_MODEL"
USER_FIELDS = frozenset({"password", "last_login"})
Node = tuple[str, str]
"""A history and the name of a revision in it."""


def label_of(history: str, labels: Mapping[str, str]) -> str:
    """The label of the Django app of a migrations folder: the folder above it, unless its AppConfig says otherwise."""
    app = split(history)[0] if history.rpartition("/")[2] == "migrations" else history
    return labels.get(app, app.rpartition("/")[2])


def is_user_model(model: ModelOperation) -> bool:
    """Whether a model that is created is a user of Django's, told by the fields that every one inherits."""
    return model.kind == "create" and {each.name for each in model.fields} >= USER_FIELDS


class Graph:
    """The revisions of one tool, with the questions that its files leave open."""

    def __init__(
        self, changes: Iterable[Change], labels: Mapping[str, str], plans: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        """Index the revisions by node, name and branch label."""
        self.revisions: dict[Node, Revision] = {}
        self.paths: dict[Node, str] = {}
        self._labels = labels
        self._plans = {
            (history, name): position for history, plan in (plans or {}).items() for position, name in enumerate(plan)
        }
        self._by_name: dict[str, list[Node]] = {}
        self._user_histories: set[str] = set()
        for header in changes:
            revision = header.revision
            if header.model is not None and is_user_model(header.model):
                self._user_histories.add(header.history)
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
        return max(found, key=lambda node: in_common(node[0], history), default=None)

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
        if name == USER_SETTING and (configured := self._labels.get(name, "").partition(".")[0]):
            name = f"{configured}.__first__"
        label, _, last = name.partition(".")
        if name == USER_SETTING:
            return self._nearest(self._user_histories, node)[:1]
        if last in ("__first__", "__latest__"):
            histories = {each[0] for each in self.revisions if label_of(each[0], self._labels) == label}
            app = self._nearest(histories, node)
            return app[:1] if last == "__first__" else app
        found = self.find(name, node[0])
        return [found] if found is not None else []

    def _nearest(self, histories: Iterable[str], node: Node) -> list[Node]:
        """The revisions of the history among some that lies nearest to a node's, that node left out."""
        nearest = max(sorted(histories), key=lambda history: in_common(history, node[0]), default=None)
        return sorted(each for each in self.revisions if each[0] == nearest and each != node)

    def sequence(self) -> tuple[Node, ...]:
        """All revisions that count, in an order in which they can be applied."""
        out = self.superseded()
        last = len(self._plans)
        nodes: Sequence[Node] = sorted(
            (node for node in self.revisions if node not in out),
            key=lambda node: (self._plans.get(node, last), sort_key(natural(self.paths[node]))),
        )
        return topological(nodes, self.requirements())
