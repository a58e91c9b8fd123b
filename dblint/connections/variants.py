"""Which Compose files of a folder are parts of one project, and which are environments.

A variant that is named after an environment is one; any other holds further parts of the project, unless several of them
contradict each other: those are alternatives, of which one at a time is started.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from dblint.config.document import Node
from dblint.connections.composing import variant_of
from dblint.connections.forms import nodes

ENVIRONMENT_WORD = re.compile(
    r"""\A(?:dev(?:el(?:op(?:ment)?)?)?|prod(?:uction)?|stag(?:e|ing)|local|qa|uat|live|sandbox|preprod|demo|test(?:ing)?|ci
      |preview|integration|int|acc(?:eptance)?|canary|perf)\Z""",
    re.VERBOSE | re.IGNORECASE,
)
_PART = 2
"""The rank of a file that holds further parts of its project."""


class File(NamedTuple):
    """A Compose file: the environment that it is for, and its rank, which is lower for what overrides."""

    path: str
    root: Node
    environment: str
    rank: int


def variant(path: str, word: str) -> tuple[str, int]:
    """The environment that a Compose file is for, and its rank: what overrides comes first."""
    if word == "override" or word.endswith((".override", "-override")):
        return variant(path, word[:-9].strip(".-"))[0], 0
    folder = posixpath.basename(posixpath.dirname(path))
    if ENVIRONMENT_WORD.match(word):
        return word, 0
    return (folder.lower() if ENVIRONMENT_WORD.match(folder) else ""), _PART if word else 1


def services_of(root: Node) -> tuple[tuple[Node, Node], ...]:
    """The services of a file, also of the first version of the format, which had no `services:`."""
    services = root.get("services")
    if services is not None:
        return tuple(pair for pair in nodes(services) if pair[1].kind == "mapping")
    old = (pair for pair in nodes(root) if pair[1].kind == "mapping" and (pair[1].get("image") or pair[1].get("build")))
    return () if root.get("version") or root.get("include") else tuple(old)


def apart(files: Sequence[File]) -> list[File]:
    """The files of a folder, those that contradict another as environments of their own.

    `docker-compose-mysql.yml` and `docker-compose-postgres.yml` that give one service two values of a variable are never
    started together.
    """
    parts = [file for file in files if not file.environment and file.rank == _PART]
    said: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for file in parts:
        for name, service in services_of(file.root):
            for variable, value in _variables(service):
                said[name.text, variable][file.path] = value
    contrary = {path for values in said.values() if len(set(values.values())) > 1 for path in values}
    return [
        file._replace(environment=(variant_of(file.path) or "").lower(), rank=0) if file.path in contrary else file
        for file in files
    ]


def _variables(service: Node) -> list[tuple[str, str]]:
    """What a service's `environment:` says, as a map or as a list."""
    written = service.get("environment")
    if written is None:
        return []
    listed = (item.text.partition("=") for item in written.items)
    return [(name.text, value.text) for name, value in nodes(written)] + [(name, value) for name, _, value in listed]
