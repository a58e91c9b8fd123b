"""Variables that a program's package brings along: an image's own, those of cloud functions and of task definitions."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from dblint.config.document import Node, documents
from dblint.connections.forms import Entry, entry, flat, json_document, nodes, unquoted

_TASK = re.compile(r"\A(?:.*[\-_.])?task(?:[\-_.]?def(?:inition)?s?)?(?:[\-_.].*)?\.json\Z", re.IGNORECASE)
_IMAGE = re.compile(r"\A(?:Dockerfile|Containerfile)(?:[.\-_][\w.\-]+)?\Z|\.(?:Dockerfile|Containerfile)\Z", re.IGNORECASE)
_PAIR = re.compile(r"""([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)""")
_NONE = Node("mapping", 1, 1)

Found: TypeAlias = Iterator[tuple[str, Sequence[Entry]]]
"""What the variables are for, empty where that is the folder's service; and the variables."""


def reader(name: str) -> tuple[Callable[[str], Found], str] | None:
    """How a file of this name is read, and the kind of its settings; None for any other file."""
    if _IMAGE.search(name):
        return _image, "env-file"
    if name in ("serverless.yml", "serverless.yaml"):
        return _serverless, "settings"
    return (_task, "terraform") if _TASK.match(name) else None


def _image(text: str) -> Found:
    """What a Dockerfile's `ENV` sets, in both of its forms."""
    lines = re.sub(r"\\\r?\n", lambda found: " " * len(found[0]), text)
    for match in re.finditer(r"^[ \t]*ENV[ \t]+(.+)$", lines, re.MULTILINE | re.IGNORECASE):
        word, _, rest = match[1].partition(" ")
        pairs = _PAIR.findall(match[1]) if "=" in word else [(word, rest)]
        line = text.count("\n", 0, match.start()) + 1
        yield "", [found for name, value in pairs for found in entry(name, unquoted(value), line)]


def _serverless(text: str) -> Found:
    """The variables of the functions of the Serverless Framework."""
    for root in documents(text):
        functions = (value for _, value in nodes(root.get("functions") or _NONE))
        for holder in (root.get("provider") or _NONE, *functions):
            variables = holder.get("environment")
            yield "", tuple(flat(variables)) if variables is not None else ()


def _task(text: str) -> Found:
    """The variables of each container of an ECS task definition."""
    root = json_document(text) or _NONE
    for container in (root.get("containerDefinitions") or _NONE).items:
        called, variables = container.get("name"), container.get("environment")
        if called is not None and variables is not None:
            yield called.text, tuple(flat(variables))
