"""Adds items to lists in YAML files by inserting lines; what is there is not touched."""

from collections.abc import Sequence

from dblint.config.document import DocumentError, Node, documents


def with_items(text: str, key: str, items: Sequence[str]) -> str | None:
    """The text with further items at the end of the top-level list `key`; None where the list is not written item by item.

    `items` are YAML texts without indentation; a blank line or comment between the list and what follows stays where it is.
    """
    node = _list(text, key)
    if node is None or not node.items:
        return None
    lines = text.split("\n")
    first = node.items[0]
    margin = _margin(lines[first.line - 1], first)
    if margin is None or any(_margin(lines[item.line - 1], item) != margin for item in node.items):
        return None
    end = _end(lines, node.items[-1].line, len(margin))
    added = [margin + ("- " if index == 0 else "  ") + line for item in items for index, line in enumerate(item.split("\n"))]
    became = "\n".join([*lines[:end], *added, *lines[end:]])
    after = _list(became, key)
    grew = after is not None and len(after.items) == len(node.items) + len(items)
    return became if grew else None


def _list(text: str, key: str) -> Node | None:
    try:
        found = documents(text)
    except DocumentError:
        return None
    node = found[0].get(key) if len(found) == 1 and found[0].kind == "mapping" else None
    return node if node is not None and node.kind == "sequence" else None


def _margin(line: str, item: Node) -> str | None:
    """What stands before the dash of an item; None if it does not begin its line."""
    before = line[: item.column - 1]
    margin = before[: len(before) - len(before.lstrip(" "))]
    return margin if before.strip() == "-" else None


def _end(lines: Sequence[str], last: int, margin: int) -> int:
    """The number of lines up to the end of the item that begins in line `last`."""
    end = last
    for number in range(last, len(lines)):
        line = lines[number]
        if not line.strip():
            continue
        if len(line) - len(line.lstrip(" ")) <= margin:
            break
        end = number + 1
    return end
