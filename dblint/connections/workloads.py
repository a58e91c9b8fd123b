"""Containers and processes that deployment files start, and which service of the tree each of them is."""

import posixpath
import re
from collections.abc import Iterable, Sequence

from dblint.config.engines import engine_in, is_engine
from dblint.connections.forms import Entry
from dblint.model.base import Fact
from dblint.model.place import Place
from dblint.model.tree import Service, Tree

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_EMPTY = frozenset(
    {"service", "services", "svc", "app", "api", "server", "backend", "microservice", "ms", "deployment", "image", "container"}
)
# A container called so serves or tends a database, a queue or the whole system, whatever service's name it bears too.
_BACKING = frozenset(
    {
        "db", "database", "postgres", "postgresql", "pg", "mysql", "mariadb", "mongo", "mongodb", "redis", "cache", "valkey",
        "rabbitmq", "kafka", "zookeeper", "elasticsearch", "adminer", "pgadmin", "grafana", "prometheus", "exporter", "proxy",
    }
)  # fmt: skip


class Workload(Fact, frozen=True):
    """A container or process of a deployment, with its environment.

    `network` is the Compose project or Kubernetes namespace, `names` are those by which others reach it, `paths` the folders
    and files of the tree it runs, `volumes` pairs of what is mounted and where.
    """

    name: str
    network: str
    environment: str
    place: Place
    kind: str
    entries: tuple[tuple[Entry, str], ...] = ()
    image: str = ""
    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    volumes: tuple[tuple[str, str], ...] = ()
    ports: tuple[tuple[str, str], ...] = ()
    depends: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    command: str = ""

    @property
    def engine(self) -> str:
        """The database engine that runs in it; empty for none."""
        found = engine_in(self.image)
        if found or self.image:
            return found
        # An image built in the tree for a database is called after it.
        last = self.name.lower()
        return engine_in(last) if is_engine(engine_in(last)) and self.paths and not self.entries_named() else ""

    def entries_named(self) -> bool:
        """Whether it is told where a database is, which no database needs to be."""
        return any(item.name.upper().endswith(("_HOST", "_URL", "_URI", "_DSN")) for item, _ in self.entries)


class Owners:
    """Which service of a tree a workload is."""

    def __init__(self, tree: Tree) -> None:
        self._services = tuple(service for service in tree.services if service.kind == "service")
        self._folders = {
            posixpath.normpath(folder): service.name for service in tree.services for folder in (service.path, *service.paths)
        }
        self._started = {(place.path, place.line): name for place, path in tree.started if (name := self.holder(path))} | {
            (proof.place.path, proof.place.line): service.name
            for service in self._services
            for proof in service.evidence
            if proof.kind in ("compose", "kubernetes", "procfile")
        }
        self._words = {service.name: (_meaning(service.name), _meaning(service.path)) for service in self._services}
        self._found: dict[str, str] = {}
        self._code: set[str] = set()
        for file in (*tree.files, *tree.unread_files):
            path = file.path
            while path and path not in self._code:
                self._code.add(path)
                path = posixpath.dirname(path)

    def holder(self, path: str) -> str:
        """The service whose folder holds a path; empty for none and for the root where it holds other services."""
        path = posixpath.normpath(path)
        while path not in ("", "/", "..") and path not in self._folders:
            path = posixpath.dirname(path) or "."
            if path == ".":
                break
        return self._folders.get(path, "")

    def of(self, workload: Workload) -> str:
        """The service that a workload runs; empty for a database, a queue or a tool that is no service of the tree."""
        exact = self._started.get((workload.place.path, workload.place.line), "")
        if exact and exact in {service.name for service in self._services}:
            return exact
        if workload.engine or (set(_words(workload.name)) & _BACKING and not self._equal(workload.name)):
            return ""
        for path in workload.paths:
            found = self.holder(path)
            runs = not workload.image or path in self._folders or path in self._code  # a mounted folder may be its settings
            if found and self.service(found) and (path != "." or len(self._services) == 1) and runs:
                return found
        names = (workload.name, *workload.names, _image_name(workload.image), *workload.words)
        return next((found for name in names if (found := self._equal(name))), "") or next(
            (found for name in names if (found := self.named(name))), ""
        )

    def _equal(self, name: str) -> str:
        """The only service whose name or folder means the same words."""
        words = _meaning(name)
        spelled = {service for service in self._words if _words(service) == _words(name)}
        if len(spelled) == 1:
            return spelled.pop()
        found = {service for service, (own, path) in self._words.items() if words and words in (own, path[-len(words) :])}
        exact = {service for service in found if self._words[service][0] == words}
        found = exact or found
        return found.pop() if len(found) == 1 else ""

    def called(self, name: str) -> str:
        """The only service that a name spells, words such as `service` aside; empty for none."""
        words = _meaning(name)
        spelled = {service for service in self._words if _words(service) == _words(name)}
        found = spelled or {service for service, (own, _) in self._words.items() if words == own}
        return found.pop() if len(found) == 1 else ""

    def named(self, name: str) -> str:
        """The service whose words stand together in a name (`shop-orders-worker`), the longest; empty where several fit."""
        if name not in self._found:
            self._found[name] = self._named(_words(name))
        return self._found[name]

    def _named(self, words: list[str]) -> str:
        best: list[tuple[int, str]] = []
        for service, (own, _) in self._words.items():
            if own and any(words[at : at + len(own)] == own for at in range(len(words) - len(own) + 1)):
                best.append((len(own), service))
        best.sort(reverse=True)
        if not best or (len(best) > 1 and best[0][0] == best[1][0]):
            return ""
        return best[0][1]

    def mentioned(self, words: Sequence[str], besides: str) -> str:
        """Another service than `besides` that a variable is named after."""
        found = self.named("-".join(words))
        return found if found and found != besides and not set(_meaning(found)) <= set(_meaning(besides)) else ""

    @property
    def names(self) -> tuple[str, ...]:
        """All services."""
        return tuple(service.name for service in self._services)

    def service(self, name: str) -> Service | None:
        """The service of a name."""
        return next((service for service in self._services if service.name == name), None)


def _image_name(image: str) -> str:
    """The last part of an image's name, without its tag."""
    return re.split(r"[:@]", image.rpartition("/")[2], maxsplit=1)[0]


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


def _meaning(name: str) -> list[str]:
    """The words that tell one service from another; all of them where none does."""
    words = _words(name)
    return [word for word in words if word not in _EMPTY] or words


def first_values(entries: Iterable[tuple[Entry, str]]) -> tuple[tuple[Entry, str], ...]:
    """The entries, of several with one name the first."""
    found: dict[str, tuple[Entry, str]] = {}
    for item, path in entries:
        found.setdefault(item.name, (item, path))
    return tuple(found.values())
