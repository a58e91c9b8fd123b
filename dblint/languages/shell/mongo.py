"""What a shell script has MongoDB's shell do to collections.

Source: https://www.mongodb.com/docs/mongodb-shell/reference/methods/ ("Collection Methods"); `--eval` and here-documents.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from dblint.languages.shell.clients import Given

_COLLECTION = re.compile(
    r"(?<![\w.$])db(?:\.getSiblingDB\([^()]*\))?"
    r"\.(?:getCollection\([\"'](?P<named>[\w.-]+)[\"']\)|(?P<name>(?!getCollection|getSiblingDB)\w+))\.(?P<method>\w+)\("
)
_CREATED = re.compile(
    r"(?<![\w.$])db(?:\.getSiblingDB\([^()]*\))?\.(?P<method>createCollection)\(\s*[\"'](?P<name>[\w.-]+)[\"']"
)


class Document(NamedTuple):
    """A method that is called on a collection, and its line."""

    collection: str
    method: str
    line: int


def documents_of(given: Given) -> Iterator[Document]:
    """Every method of a collection in a script for MongoDB's shell."""
    text = "".join(piece.text for piece in given.word)
    for pattern in (_COLLECTION, _CREATED):
        for found in pattern.finditer(text):
            groups = found.groupdict()
            name = groups.get("named") or groups["name"]
            yield Document(name, groups["method"], given.line + text.count("\n", 0, found.start()))
