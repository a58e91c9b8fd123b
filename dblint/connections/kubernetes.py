"""The containers of Kubernetes manifests, OpenShift templates, Kustomize overlays and Helm charts with their environment.

A *cluster* is one set of manifests that are applied together: all plain manifests of the tree, or those of one overlay, or one
chart with one file of values. Each is an environment of its own.
"""

import base64
import binascii
import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dblint.config.document import DocumentError, Node, documents
from dblint.config.secrets import is_secret
from dblint.connections.compose import TextOf
from dblint.connections.forms import Entry, dotenv, entry, flat, is_template, nodes
from dblint.connections.model import Environment, Setting
from dblint.connections.variants import ENVIRONMENT_WORD
from dblint.connections.workloads import Workload, first_values
from dblint.model.facts import Problem
from dblint.model.place import Place

ENVIRONMENT = "kubernetes"
_PARAMETER = re.compile(r"\$\{\{(\w+)\}\}")
_ENVIRONMENT_FOLDERS = frozenset({"overlays", "overlay", "environments", "envs", "env", "clusters", "stages"})


class Document(NamedTuple):
    """One manifest: an object of the cluster with the file it stands in; `kind` in lower case."""

    path: str
    root: Node
    kind: str
    name: str
    namespace: str


class Cluster(NamedTuple):
    """Manifests that are applied together; `values` are (map or secret, entry, path) of generated ConfigMaps."""

    environment: str
    documents: tuple[Document, ...]
    generated: tuple[tuple[str, Entry, str], ...] = ()


def environment_of(path: str) -> str:
    """The environment that the folder of a manifest or of values is for, as `kubernetes:prod`; `kubernetes` for none."""
    folders = posixpath.dirname(path).split("/")
    for above, folder in zip(["", *folders], folders, strict=False):
        if above.lower() in _ENVIRONMENT_FOLDERS and folder not in ("base", "common"):
            return f"{ENVIRONMENT}:{folder.lower()}"
    named = [folder.lower() for folder in folders if ENVIRONMENT_WORD.match(folder)]
    return f"{ENVIRONMENT}:{named[-1]}" if named else ENVIRONMENT


def read_documents(path: str, text: str, namespace: str = "") -> tuple[Document, ...]:
    """The objects of a manifest: those of lists and OpenShift templates one by one.

    Raises:
        DocumentError: for what is no YAML.
    """
    found: list[Document] = []
    pending = list(reversed(documents(text)))
    while pending:
        root = pending.pop()
        kind = _text(root.get("kind")).lower()
        inner = root.get("objects" if kind == "template" else "items")
        if kind in ("template", "list") and inner is not None:
            pending += reversed(inner.items)
            found += [Document(path, root, kind, "", "")] if kind == "template" else []
            continue
        meta = root.get("metadata")
        name = _text(meta.get("name") or meta.get("generateName")) if meta is not None else ""
        own = _text(meta.get("namespace")) if meta is not None else ""
        if kind:
            found.append(Document(path, root, kind, name, namespace or ("" if "$" in own else own)))
    return tuple(found)


def workloads(cluster: Cluster) -> Iterator[Workload]:
    """The containers of a cluster."""
    parameters = _parameters(cluster)
    stored = _stored(cluster, parameters)
    services = [document for document in cluster.documents if document.kind == "service"]
    merged: dict[tuple[str, str, str], list[tuple[Document, Node, Node]]] = {}
    for document in cluster.documents:
        for container, pod in _containers(document.root):
            name = _text(container.get("name")) or document.name
            merged.setdefault((document.namespace, document.name, name), []).append((document, container, pod))
    for (namespace, owner, name), parts in merged.items():
        document, container, pod = next((part for part in parts if part[1].get("image") is not None), parts[0])
        entries = [
            found for part, node, inner in reversed(parts) for found in _environment(part, node, inner, stored, parameters)
        ]
        network = f"{ENVIRONMENT}:{namespace}"
        words = _words(container)
        yield Workload(
            name=owner or name,
            network=network,
            environment=cluster.environment,
            place=Place(document.path, container.line, container.column),
            kind="kubernetes",
            entries=first_values(entries),
            image=parameters.resolve(_text(container.get("image"))),
            names=tuple(dict.fromkeys((name, *_service_names(document, pod, services)))),
            words=tuple(words),
            command=" ".join(words),
        )


def aliases(cluster: Cluster) -> Iterator[tuple[str, str, str]]:
    """The names of `ExternalName` services: namespace, name and the host that is meant."""
    for document in cluster.documents:
        spec = document.root.get("spec") if document.kind == "service" else None
        target = spec.get("externalName") if spec is not None else None
        if target is not None:
            yield document.namespace, document.name, target.text


def _parameters(cluster: Cluster) -> Environment:
    """The parameters of OpenShift templates with their defaults."""
    settings: dict[str, Setting] = {}
    for document in cluster.documents:
        listed = document.root.get("parameters") if document.kind == "template" else None
        for item in listed.items if listed is not None else ():
            name, value = _text(item.get("name")), item.get("value")
            if name and value is not None and not is_secret(name):
                settings[name] = Setting("", name, value.text, Place(document.path, item.line))
    return Environment("", cluster.environment, settings)


def _stored(cluster: Cluster, parameters: Environment) -> dict[tuple[str, str], tuple[tuple[Entry, str], ...]]:
    """The entries of every ConfigMap and Secret by kind and name, without what is secret."""
    found: dict[tuple[str, str], list[tuple[Entry, str]]] = {}
    for name, item, path in cluster.generated:
        for kind in ("configmap", "secret"):
            found.setdefault((kind, name), []).append((item, path))
    for document in reversed(cluster.documents):
        if document.kind not in ("configmap", "secret", "sealedsecret", "externalsecret"):
            continue
        kind = "configmap" if document.kind == "configmap" else "secret"
        entries = found.setdefault((kind, document.name), [])
        for key in ("stringData", "data"):
            for name_, value in nodes(document.root.get(key) or Node("mapping", 1, 1)):
                text = _decoded(value.text) if kind == "secret" and key == "data" else value.text
                if value.kind == "scalar" and "\n" not in text.strip():
                    entries += [(item, document.path) for item in entry(name_.text, parameters.resolve(text), value.line)]
    return {key: tuple(entries) for key, entries in found.items()}


def _decoded(text: str) -> str:
    """A value of a Secret; as it is where it is no base64."""
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return text


def _containers(root: Node) -> Iterator[tuple[Node, Node]]:
    """Every container that runs for good, with its pod; what prepares (init containers, hooks) is left out."""
    pending: list[Node] = [root]
    seen: set[int] = set()
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.kind == "mapping":
            listed = node.get("containers")
            for container in listed.items if listed is not None else ():
                yield container, node
            pod = node.get("podSpec")
            if pod is not None and pod.kind == "mapping":
                named = node.get("name")
                yield (pod if named is None else _with(pod, "name", named)), pod
        pending += [value for name, value in node.pairs if name.text not in ("initContainers", "containers", "podSpec")]
        pending += node.items


def _with(node: Node, key: str, value: Node) -> Node:
    """A mapping with one more key, unless it has it."""
    key_node = Node("scalar", value.line, value.column, text=key)
    return Node("mapping", value.line, value.column, pairs=(*node.pairs, (key_node, value)))


def _environment(
    document: Document,
    container: Node,
    pod: Node,
    stored: dict[tuple[str, str], tuple[tuple[Entry, str], ...]],
    parameters: Environment,
) -> Iterator[tuple[Entry, str]]:
    """The variables of a container: `env`, then `envFrom`, then the settings files that its pod mounts."""
    env = container.get("env")
    for item in env.items if env is not None else ():
        name, value, source = _text(item.get("name")), item.get("value"), item.get("valueFrom")
        if value is not None:
            yield from ((found, document.path) for found in entry(name, _resolved(value.text, parameters), item.line))
        elif source is not None and not is_secret(name):
            yield from _referred(name, source, document, item.line, stored)
    for item in (container.get("envFrom") or Node("sequence", 1, 1)).items:
        prefix = _text(item.get("prefix"))
        for key, kind in (("configMapRef", "configmap"), ("secretRef", "secret")):
            reference = item.get(key)
            for found, path in stored.get((kind, _text(reference.get("name"))), ()) if reference is not None else ():
                yield Entry(prefix + found.name, found.value, found.line), path
    for volume in (pod.get("volumes") or Node("sequence", 1, 1)).items:
        for key, kind, called in (("configMap", "configmap", "name"), ("secret", "secret", "secretName")):
            reference = volume.get(key)
            yield from stored.get((kind, _text(reference.get(called))), ()) if reference is not None else ()


def _referred(
    name: str, source: Node, document: Document, line: int, stored: dict[tuple[str, str], tuple[tuple[Entry, str], ...]]
) -> Iterator[tuple[Entry, str]]:
    """A value that a ConfigMap or Secret holds; where it is not in the tree, the reference itself stands for it."""
    for key, kind in (("configMapKeyRef", "configmap"), ("secretKeyRef", "secret")):
        reference = source.get(key)
        if reference is None:
            continue
        holder, field = _text(reference.get("name")), _text(reference.get("key"))
        for found, path in stored.get((kind, holder), ()):
            if found.name == field:
                yield Entry(name, found.value, found.line), path
                return
        if not is_secret(field):
            yield Entry(name, f"${{{kind}/{document.namespace or 'default'}/{holder}/{field}}}", line), document.path


def _resolved(text: str, parameters: Environment) -> str:
    return parameters.resolve(_PARAMETER.sub(r"${\1}", text))


def _service_names(document: Document, pod: Node, services: Iterable[Document]) -> Iterator[str]:
    """The names of the Services that select a workload's pods."""
    del pod
    labels = {(name.text, value.text) for name, value in _labels(document.root)}
    for service in services:
        spec = service.root.get("spec")
        selector = spec.get("selector") if spec is not None else None
        wanted = {(name.text, value.text) for name, value in nodes(selector)} if selector is not None else set()
        if service.namespace == document.namespace and wanted and wanted <= labels:
            yield service.name


def _labels(root: Node) -> tuple[tuple[Node, Node], ...]:
    """The labels of the pods that an object starts."""
    spec = root.get("spec")
    template = spec.get("template") if spec is not None else None
    meta = (template if template is not None else root).get("metadata")
    labels = meta.get("labels") if meta is not None else None
    return nodes(labels) if labels is not None else ()


def _words(container: Node) -> Iterator[str]:
    for key in ("command", "args"):
        for item in (container.get(key) or Node("sequence", 1, 1)).words():
            yield from (word for word in item.text.split() if not word.startswith("-"))


def _text(node: Node | None) -> str:
    return node.text if node is not None and node.kind == "scalar" else ""


def clusters(paths: Iterable[str], text_of: TextOf, problems: list[Problem]) -> Iterator[Cluster]:
    """The plain manifests by environment; then every Kustomize overlay with what it is based on."""
    plain: dict[str, list[Document]] = {}
    kustomized: dict[str, str] = {}
    for path in paths:
        if posixpath.basename(path).lower() in ("kustomization.yaml", "kustomization.yml"):
            kustomized[posixpath.dirname(path)] = path
            continue
        text = text_of(path)
        # what names no kind is no object of a cluster, whether it can be read or not
        if text is None or "kind" not in text or ("{{" in text and "/templates/" in path):
            continue
        try:
            found = read_documents(path, text)
        except DocumentError as error:
            problems.append(Problem(path, "template" if is_template(text) else error.reason, error.line))
            continue
        plain.setdefault(environment_of(path), []).extend(found)
    base = tuple(plain.pop(ENVIRONMENT, ()))
    if base:
        yield Cluster(ENVIRONMENT, base)
    overlaid = {folder for folder in kustomized if environment_of(f"{folder}/x") != ENVIRONMENT}
    for environment, documents_ in sorted(plain.items()):
        if not any(_below(document.path, overlaid) for document in documents_):
            yield Cluster(environment, tuple(documents_))
    for folder in sorted(kustomized):
        layered, generated = _kustomized(folder, kustomized, text_of, problems, set())
        if folder in overlaid or generated:
            yield Cluster(environment_of(f"{folder}/x"), tuple(layered), tuple(generated))


def _below(path: str, folders: Iterable[str]) -> bool:
    return any(path.startswith(f"{folder}/") for folder in folders)


def _kustomized(
    folder: str, known: dict[str, str], text_of: TextOf, problems: list[Problem], seen: set[str]
) -> tuple[list[Document], list[tuple[str, Entry, str]]]:
    """The manifests of a kustomization, what it patches last, and its generated ConfigMaps, its own first."""
    path = known.get(folder)
    root = _kustomization(path, text_of, problems) if path and folder not in seen else None
    if path is None or root is None:
        if folder in seen:
            problems.append(Problem(known[folder], "cyclic-include"))
        return [], []
    namespace = _text(root.get("namespace"))
    found: list[Document] = []
    inherited: list[tuple[str, Entry, str]] = []
    patches: list[Document] = []
    for key in ("resources", "bases", "components", "patchesStrategicMerge", "patches"):
        for item in (root.get(key) or Node("sequence", 1, 1)).items:
            target = item if item.kind == "scalar" else item.get("path")
            where = posixpath.normpath(posixpath.join(folder, target.text)) if target is not None else ""
            text = text_of(where) if where and where not in known else None
            if where in known:
                inner, below = _kustomized(where, known, text_of, problems, seen | {folder})
                found += inner
                inherited += below
            elif text is not None:
                try:
                    (patches if key.startswith("patches") else found).extend(read_documents(where, text))
                except DocumentError as error:
                    problems.append(Problem(where, error.reason, error.line))
            elif (
                target is not None
                and item.kind == "scalar"
                and "://" not in target.text
                and "\n" not in target.text
                and "." in target.text
            ):
                problems.append(Problem(path, "missing-file", item.line, target.text))
    own = list(_generated(root, folder, path, text_of))
    documents_ = [document._replace(namespace=namespace or document.namespace) for document in (*found, *patches)]
    return documents_, [*own, *inherited]


def _kustomization(path: str, text_of: TextOf, problems: list[Problem]) -> Node | None:
    try:
        roots = documents(text_of(path) or "")
    except DocumentError as error:
        problems.append(Problem(path, error.reason, error.line))
        return None
    return roots[0] if roots else None


def _generated(root: Node, folder: str, path: str, text_of: TextOf) -> Iterator[tuple[str, Entry, str]]:
    """What ConfigMap and Secret generators hold."""
    for key in ("configMapGenerator", "secretGenerator"):
        for item in (root.get(key) or Node("sequence", 1, 1)).items:
            name = _text(item.get("name"))
            for literal in (item.get("literals") or Node("sequence", 1, 1)).items:
                yield from ((name, found, path) for found in flat(Node("sequence", 1, 1, items=(literal,))))
            listed = [item.get("env"), *(item.get("envs") or Node("sequence", 1, 1)).items]
            for file in (file for file in listed if file is not None and file.kind == "scalar"):
                where = posixpath.normpath(posixpath.join(folder, file.text))
                yield from ((name, found, where) for found in dotenv(text_of(where) or ""))
