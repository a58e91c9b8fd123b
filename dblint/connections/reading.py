"""The settings of all services of a tree that deployment and configuration files write."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from dblint.config.engines import engine_in
from dblint.connections import application, compose, ddev, helm, kubernetes, skaffold
from dblint.connections.application import Part, is_environment, profiles_in
from dblint.connections.compose import TextOf
from dblint.connections.composing import variant_of
from dblint.connections.model import INITIAL, SHARED, Host, Setting, Settings
from dblint.connections.serving import Handed
from dblint.connections.workloads import Owners, Workload
from dblint.model.facts import Problem
from dblint.model.place import Place
from dblint.model.tree import Tree

_CREATED = ("POSTGRES_DB", "MYSQL_DATABASE", "MARIADB_DATABASE", "POSTGRESQL_DATABASE", "MONGO_INITDB_DATABASE")


def written(tree: Tree, text_of: TextOf) -> Settings:
    """The settings of every service, the host names of every network, and every file that could not be read.

    `text_of` gives the text of a file below the root of the tree, None where there is none or it may not be read.
    """
    return _Reader(tree, text_of).settings()


class _Reader:
    def __init__(self, tree: Tree, text_of: TextOf) -> None:
        self.tree, self.text_of, self.owners = tree, text_of, Owners(tree)
        self.problems: list[Problem] = []

    def settings(self) -> Settings:
        paths = self.tree.configuration_files
        deployed = [path for path in paths if not _is_example(path)]
        manifests = [path for path in deployed if _may_be_manifest(path)]
        clusters = [
            *kubernetes.clusters(manifests, self.text_of, self.problems),
            *helm.clusters(
                deployed, self.text_of, self.problems, tuple(skaffold.releases(deployed, self.text_of, self.problems))
            ),
        ]
        workloads = [
            *compose.workloads(deployed, self.text_of, self.problems),
            *(workload for cluster in clusters for workload in kubernetes.workloads(cluster)),
            *helm.workloads(deployed, self.text_of),
        ]
        built = skaffold.built(deployed, self.text_of) | {
            _untagged(each.image): each.paths[0] for each in workloads if each.kind == "compose" and each.image and each.paths
        }
        owned = [(workload, self.owners.of(_with_sources(workload, built))) for workload in workloads]
        settings = [
            *self._deployed(owned),
            *self._applications(paths, {name for _, name in owned}),
        ]
        return Settings(
            settings=tuple(settings),
            hosts=tuple(dict.fromkeys((*_hosts(owned), *_external(clusters), *ddev.hosts(paths, self.text_of)))),
            networks=tuple(
                dict.fromkeys(
                    (name, workload.environment, network)
                    for workload, name in owned
                    if name and workload.kind != "helm"
                    for network in (workload.network, *workload.networks)
                )
            ),
            profiles=tuple(
                dict.fromkeys(
                    (name, workload.environment, profile)
                    for workload, name in owned
                    if name
                    for profile in profiles_in(item for item, _ in workload.entries)
                )
            ),
            based=tuple(
                sorted(
                    {(workload.environment, "") for workload, _ in owned if workload.kind == "compose" and workload.environment}
                )
            ),
            mounts=tuple(
                dict.fromkeys(
                    (name, workload.environment, target, source)
                    for workload, name in owned
                    if name
                    for source, target in workload.volumes
                )
            ),
            initial=tuple(
                sorted({source for each in workloads for source, target in each.volumes if each.engine and INITIAL in target})
            ),
            problems=tuple(sorted(set(self.problems), key=lambda found: (found.path, found.line, found.reason))),
        )

    def _deployed(self, owned: Iterable[tuple[Workload, str]]) -> Iterator[Setting]:
        """What deployments set for the services."""
        for workload, name in owned:
            if name:
                for item, path in workload.entries:
                    yield Setting(name, item.name, item.value, Place(path, item.line), workload.environment, workload.kind)

    def _applications(self, paths: tuple[str, ...], running: set[str]) -> Iterator[Setting]:
        """What the applications' own files set; a file of no service holds for all, but proves no connection."""
        handed = Handed(paths, self.owners)
        parts: list[tuple[str, str, str, Part]] = []
        for path in paths:
            holder = self.owners.holder(path)
            named, profile = handed.to(path, holder) if variant_of(path) is None else ("", "")
            found = application.read(path, self.text_of, self.problems, served=profile if named else None)
            parts += ((path, holder, named, part) for part in found)
        contested = _contested((path, part) for path, holder, _, part in parts if not holder)
        for path, holder, named, part in parts:
            for service, kind in self._receivers(path, holder, named, part, running):
                for item in part.entries:
                    if not kind.startswith(SHARED) or (part.environment, item.name) not in contested or "/" not in path:
                        yield Setting(service, item.name, item.value, Place(path, item.line), part.environment, kind)

    def _receivers(self, path: str, holder: str, named: str, part: Part, running: set[str]) -> Iterator[tuple[str, str]]:
        """The services for which a part of a file holds, and the kind of its settings there."""
        if named == "*":
            yield from ((service, SHARED + part.kind) for service in self.owners.names)
            return
        if named:
            yield named, part.kind
            return
        called = self.owners.named(part.label) if part.label else ""
        single = len(self.owners.names) == 1
        if called and (not holder or part.kind == "terraform"):
            yield called, part.kind
        elif holder and (posixpath.normpath(holder) != "." or single):
            if self.owners.service(holder) is not None:
                yield holder, part.kind
        elif not holder:
            found = self.owners.named(posixpath.dirname(path)) if "/" in path else ""
            if found:
                yield found, part.kind
            elif not running & set(self.owners.names) or part.kind != "env-file":
                yield from ((service, SHARED + part.kind) for service in self.owners.names)


def _contested(parts: Iterable[tuple[str, Part]]) -> frozenset[tuple[str, str]]:
    """The variables, by environment, of which env files in folders of no service say different things.

    Each such file is for something of its own, and nobody knows which is for the services. A file at the root is for all, and
    folders called after environments hold what the same things are told in each of them.
    """
    values: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path, part in parts:
        folder = posixpath.dirname(path)
        if folder and part.kind in ("env-file", "env-example") and not is_environment(posixpath.basename(folder)):
            for item in part.entries:
                values[part.environment, item.name].add(item.value)
    return frozenset(name for name, said in values.items() if len(said) > 1)


def _with_sources(workload: Workload, built: Mapping[str, str]) -> Workload:
    """A workload with the folder that its image is built from, where another file tells that."""
    source = built.get(_untagged(workload.image), "") if workload.image and not workload.paths else ""
    return replace(workload, paths=(source,)) if source and source != "." else workload


def _untagged(image: str) -> str:
    return re.sub(r"(?:@.*|:[^/:]*)\Z", "", image)


def _hosts(owned: Iterable[tuple[Workload, str]]) -> Iterator[Host]:
    """The names under which containers and workloads answer in each of their networks."""
    for workload, service in owned:
        if workload.kind == "helm":
            continue
        created = {item.name: item.value for item, _ in workload.entries}
        default = next((created[name] for name in _CREATED if created.get(name) and "$" not in created[name]), "")
        if not default and engine_in(workload.image) == "postgresql":
            default = created.get("POSTGRES_USER", "postgres")
        for network in (workload.network, *workload.networks):
            for name in dict.fromkeys((workload.name, *workload.names)):
                yield Host(
                    network,
                    name,
                    workload.name,
                    workload.image or workload.engine,
                    service,
                    workload.ports,
                    workload.environment,
                    workload.network,
                    default,
                )


def _external(clusters: Iterable[kubernetes.Cluster]) -> Iterator[Host]:
    """The names that stand for hosts outside a cluster."""
    for cluster in clusters:
        for namespace, name, target in kubernetes.aliases(cluster):
            network = f"{kubernetes.ENVIRONMENT}:{namespace}"
            yield Host(network, name, target, environment=cluster.environment, home=network)


def _may_be_manifest(path: str) -> bool:
    name = posixpath.basename(path).lower()
    return (
        name.endswith((".yml", ".yaml"))
        and variant_of(path) is None
        and not name.startswith(("application", "bootstrap", "values"))
    )


def _is_example(path: str) -> bool:
    return posixpath.basename(path).endswith((".example", ".sample", ".dist", ".template"))
