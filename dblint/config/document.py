"""YAML as a tree of placed nodes, read event by event so that no document can exhaust memory or the stack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

MAX_BYTES = 1_000_000
MAX_DEPTH = 200
MAX_NODES = 100_000


class DocumentError(Exception):
    """A document that cannot be read: a short kebab-case `reason`, a `message` of ours, and where."""

    def __init__(self, reason: str, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.reason, self.message, self.line, self.column = reason, message, line, column


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value with its place (lines and columns count from 1); scalars stay the text that was written.

    `weight` counts the nodes below it with every alias expanded. `plain` is false for a quoted or block scalar.
    """

    kind: Literal["scalar", "sequence", "mapping"]
    line: int
    column: int
    text: str = ""
    plain: bool = True
    items: tuple[Node, ...] = ()
    pairs: tuple[tuple[Node, Node], ...] = ()
    weight: int = 1

    @property
    def empty(self) -> bool:
        """Whether nothing was written (`key:`, `~`, `null`)."""
        return self.kind == "scalar" and self.plain and self.text in ("", "~", "null", "Null", "NULL")

    def get(self, key: str) -> Node | None:
        """The value of `key`, looked up through merge keys (`<<`) as well; None where there is none."""
        found: Node | None = None
        pending, seen = [self], set[int]()
        while pending and found is None:
            node = pending.pop(0)
            if id(node) in seen:
                continue
            seen.add(id(node))
            found = next((value for name, value in node.pairs if name.text == key), None)
            for name, value in node.pairs:
                if name.text == "<<":
                    pending += value.items or (value,)
        return found

    def children(self, key: str) -> tuple[tuple[Node, Node], ...]:
        """The pairs of the mapping under `key`; empty where there is none."""
        value = self.get(key)
        return value.pairs if value else ()

    def words(self) -> tuple[Node, ...]:
        """The scalar itself, or the scalars of a list."""
        return (self,) if self.kind == "scalar" else tuple(item for item in self.items if item.kind == "scalar")


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been seen."""

    kind: Literal["sequence", "mapping"]
    line: int
    column: int
    anchor: str | None
    children: list[Node]


def documents(text: str) -> tuple[Node, ...]:
    """All documents of a YAML text.

    Raises:
        DocumentError: for bad syntax, more than 200 levels, 100,000 nodes (aliases expanded) or 1 MB.
    """
    if len(text) > MAX_BYTES:
        raise DocumentError("too-large", "larger than 1 MB")
    roots: list[Node] = []
    stack: list[_Open] = []
    anchors: dict[str, Node] = {}
    total = 0
    for event in _events(text):
        node = _node(event, stack, anchors)
        if node is None:
            if len(stack) > MAX_DEPTH:
                raise DocumentError("too-deep", f"nested deeper than {MAX_DEPTH} levels", stack[-1].line, stack[-1].column)
            continue
        if event.__class__.__name__ == "AliasEvent":
            total += node.weight
        else:
            total += 1
        if total > MAX_NODES:
            raise DocumentError(
                "unsafe-document", f"more than {MAX_NODES} nodes once aliases are expanded", node.line, node.column
            )
        if stack:
            stack[-1].children.append(node)
        else:
            roots.append(node)
            anchors.clear()
    return tuple(roots)


def _events(text: str) -> Iterator[Any]:
    """PyYAML's event stream, its errors turned into ours."""
    import yaml  # noqa: PLC0415 - imported only where a document is read

    loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        yield from yaml.parse(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if "nesting depth" in (error.problem or ""):  # newer libyaml stops by itself at 1,000 levels
            raise DocumentError("too-deep", f"nested deeper than {MAX_DEPTH} levels", line, column) from None
        raise DocumentError("syntax-error", _explain(text, line), line, column) from None
    except Exception:  # noqa: BLE001 - PyYAML lets bare ValueError, IndexError, UnicodeError … through
        raise DocumentError("syntax-error", "not valid YAML: a character that YAML does not allow") from None


def _explain(text: str, line: int) -> str:
    """Why the YAML around `line` does not parse, in our words."""
    lines = text.split("\n")
    for written in lines[max(0, line - 2) : line]:
        indent = written[: len(written) - len(written.lstrip())]
        if "\t" in indent:
            return "not valid YAML: a tab cannot indent, use spaces"
    return "not valid YAML"


def _node(event: Any, stack: list[_Open], anchors: dict[str, Node]) -> Node | None:
    """The node that `event` completes, or None; opens and closes collections on `stack`."""
    kind = event.__class__.__name__
    if kind in ("MappingStartEvent", "SequenceStartEvent"):
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if event.anchor:
            anchors.pop(event.anchor, None)
        stack.append(_Open("mapping" if kind[0] == "M" else "sequence", line, column, event.anchor, []))
        return None
    if kind == "ScalarEvent":
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        node = Node("scalar", line, column, text=event.value, plain=event.style in (None, ""))
    elif kind == "AliasEvent":
        found = anchors.get(event.anchor)
        if found is None:
            line, column = event.start_mark.line + 1, event.start_mark.column + 1
            raise DocumentError("syntax-error", "not valid YAML: an alias without its anchor", line, column)
        return found
    elif kind in ("MappingEndEvent", "SequenceEndEvent"):
        opened = stack.pop()
        node = _closed(opened)
        event = opened
    else:
        return None
    if event.anchor:
        anchors[event.anchor] = node
    return node


def _closed(opened: _Open) -> Node:
    """The collection that has ended."""
    weight = 1 + sum(child.weight for child in opened.children)
    if opened.kind == "sequence":
        return Node("sequence", opened.line, opened.column, items=tuple(opened.children), weight=weight)
    pairs = tuple(zip(opened.children[::2], opened.children[1::2], strict=True))
    return Node("mapping", opened.line, opened.column, pairs=pairs, weight=weight)


def duplicates(node: Node) -> tuple[Node, ...]:
    """Every key that its mapping already has, anywhere below `node`."""
    found: list[Node] = []
    pending, seen = [node], set[int]()
    while pending:
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        names: set[str] = set()
        for name, value in current.pairs:
            if name.text in names:
                found.append(name)
            names.add(name.text)
            pending.append(value)
        pending += current.items
    return tuple(sorted(found, key=lambda name: (name.line, name.column)))


def plain(node: Node) -> object:
    """The node as dictionaries, lists, texts and None, without its places; the first of two equal keys wins."""
    if node.kind == "sequence":
        return [plain(item) for item in node.items]
    if node.kind == "mapping":
        result: dict[str, object] = {}
        for name, value in node.pairs:
            result.setdefault(name.text, plain(value))
        return result
    return None if node.empty else node.text


def at(node: Node, path: tuple[str | int, ...]) -> tuple[Node, Node | None]:
    """The deepest node on `path` that exists, and the key node that leads to it where there is one."""
    key: Node | None = None
    for step in path:
        if node.kind == "sequence" and isinstance(step, int) and step < len(node.items):
            node, key = node.items[step], None
            continue
        pair = next((pair for pair in node.pairs if pair[0].text == step), None)
        if pair is None:
            break
        key, node = pair
    return node, key
