"""Comments that speak to dblint: those that begin with `//` or `#`, or stand between `/*` and `*/`."""

import re

from tree_sitter import Node

from dblint.languages.driver import Source
from dblint.model.syntax import Comment

_SIGNS = re.compile(r"^(?://+!?|#+|/\*+!?)|\*+/$")


def remarks(source: Source) -> tuple[Comment, ...]:
    """The comments of a file that speak to dblint, without their signs; of a longer one the line that does."""
    return tuple(_remark(source, node) for node in source.comments)


def _remark(source: Source, node: Node) -> Comment:
    written = source.text(node)
    lines = written.split("\n")
    number = next((place for place, line in enumerate(lines) if "dblint:" in line), 0)
    before = source.data[source.data.rfind(b"\n", 0, node.start_byte) + 1 : node.start_byte]
    text = _SIGNS.sub("", lines[number].strip()).strip().removeprefix("*").strip()
    return Comment(text, node.start_point.row + 1 + number, own_line=number > 0 or not before.strip())
