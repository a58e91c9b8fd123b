"""Skaffold: which folder each image is built from, and with which values each Helm chart is installed.

Source: https://skaffold.dev/docs/references/yaml/ (`build.artifacts`, `deploy.helm.releases`, `manifests.helm.releases`).
"""

import posixpath
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dblint.config.document import DocumentError, Node, documents
from dblint.config.secrets import is_secret
from dblint.connections.compose import TextOf
from dblint.connections.forms import nodes
from dblint.connections.kubernetes import ENVIRONMENT
from dblint.model.facts import Problem

_NONE = Node("sequence", 1, 1)


class Release(NamedTuple):
    """A Helm chart of the tree as Skaffold installs it: `files` of values, then single `values`, the last strongest."""

    environment: str
    chart: str
    files: tuple[str, ...]
    values: tuple[tuple[str, str], ...]


def releases(paths: Iterable[str], text_of: TextOf, problems: list[Problem]) -> Iterator[Release]:
    """The installations of charts that the Skaffold files among `paths` describe, each profile in its own environment."""
    for path, root in _files(paths, text_of, problems):
        yield from _releases(root, path, f"{ENVIRONMENT}:skaffold")
        for profile in (root.get("profiles") or _NONE).items:
            name = profile.get("name")
            yield from _releases(profile, path, f"{ENVIRONMENT}:{name.text.lower() if name is not None else 'skaffold'}")


def built(paths: Iterable[str], text_of: TextOf) -> dict[str, str]:
    """The folder that each image is built from, by the image's name."""
    found: dict[str, str] = {}
    for path, root in _files(paths, text_of, []):
        for build in (node for node in (root, *(root.get("profiles") or _NONE).items) if node.get("build") is not None):
            for artifact in ((build.get("build") or _NONE).get("artifacts") or _NONE).items:
                image, context = artifact.get("image"), artifact.get("context")
                folder = _inside(posixpath.dirname(path), context.text if context is not None else ".")
                if image is not None and folder:
                    found.setdefault(image.text, folder)
    return found


def _files(paths: Iterable[str], text_of: TextOf, problems: list[Problem]) -> Iterator[tuple[str, Node]]:
    for path in paths:
        if posixpath.basename(path).lower() in ("skaffold.yaml", "skaffold.yml"):
            try:
                yield from ((path, root) for root in documents(text_of(path) or "") if root.kind == "mapping")
            except DocumentError as error:
                problems.append(Problem(path, error.reason, error.line))


def _releases(root: Node, path: str, environment: str) -> Iterator[Release]:
    here = posixpath.dirname(path)
    for section in ("deploy", "manifests"):
        helm = (root.get(section) or _NONE).get("helm")
        for item in ((helm or _NONE).get("releases") or _NONE).items:
            chart = item.get("chartPath")
            folder = _inside(here, chart.text) if chart is not None else ""
            if folder:
                files = (_inside(here, file.text) for file in (item.get("valuesFiles") or _NONE).words())
                values = tuple(
                    (name.text, value.text)
                    for key in ("setValues", "overrides")
                    for name, value in nodes(item.get(key) or Node("mapping", 1, 1))
                    if value.kind == "scalar" and not is_secret(name.text)
                )
                yield Release(environment, folder, tuple(file for file in files if file), values)


def _inside(base: str, path: str) -> str:
    """`path` relative to `base`, as a path below the root; empty if it is elsewhere."""
    normal = posixpath.normpath(posixpath.join(base, path))
    return "" if normal.startswith(("..", "/")) or "{{" in normal else normal
