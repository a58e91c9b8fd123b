"""The common part of all adapters' expression readers: nodes of a grammar become expressions of the common syntax."""

import math
from collections.abc import Callable, Mapping

from tree_sitter import Language, Node

from dblint.languages.vocabulary import looks_like_sql, matching
from dblint.model.syntax import Expression, Items, Literal, Name, Opaque, Template, Text

# Deeper expressions end in Opaque, so that neither we nor those who read the facts run out of stack.
DEEPEST = 200
# JSON readers disagree about larger numbers.
LARGEST_NUMBER = 2**53

Convert = Callable[["Reader", Node, int], Expression]
"""Turns one kind of node into an expression; the number is how deep it is nested."""


class Reader:
    """Converts nodes of one file.

    `found` turns true when a call of one of `calls`, or a string that looks like SQL, has been converted. `asides` are
    expressions that matter but have no place in the value that they decide about (`… if session.query(…) else …`).
    `name` is the grammar's number for plain names, `kinds` what converts every other kind, by its number.
    """

    __slots__ = ("asides", "calls", "data", "found", "kinds", "name")

    def __init__(self, data: bytes, calls: frozenset[str], name: int, kinds: Mapping[int, Convert]) -> None:
        self.data = data
        self.calls = matching(calls)
        self.found = False
        self.asides: list[tuple[Node, Expression]] = []
        self.name, self.kinds = name, kinds

    def test(self, node: Node) -> tuple[Expression, bool]:
        """The expression, and whether it holds a call or a string that matters."""
        self.found = False
        expression = self.read(node)
        return expression, self.found

    def read(self, node: Node, depth: int = 0) -> Expression:
        """The expression that a node stands for; `Opaque` where no extractor could use it."""
        kind = node.kind_id
        if kind == self.name:  # every second node is a name
            return Name(self.data[node.start_byte : node.end_byte].decode(), node.start_point[0] + 1)
        convert = self.kinds.get(kind)
        return convert(self, node, depth + 1) if convert and depth < DEEPEST else Opaque(node.start_point[0] + 1)

    def text(self, node: Node) -> str:
        """The source text of a node."""
        return self.data[node.start_byte : node.end_byte].decode()

    def literal(self, value: str, line: int, breaks: tuple[int, ...] = ()) -> Text:
        """A text of the source, noted if it may be SQL."""
        if not self.found and looks_like_sql(value):
            self.found = True
        return Text(value, line, breaks)

    def all(self, nodes: list[Node], depth: int) -> tuple[Expression, ...]:
        """The expressions of several nodes, less comments."""
        return tuple([self.read(node, depth) for node in nodes if not node.is_extra])


def line_of(node: Node) -> int:
    """The line on which a node begins, from 1."""
    return node.start_point[0] + 1


def meaningful(node: Node) -> list[Node]:
    """The named children of a node, less comments."""
    return [child for child in node.named_children if not child.is_extra]


def number(value: float, line: int) -> Expression:
    """A number of the source; `Opaque` for one that not every reader of the facts would take for the same."""
    return Literal(value, line) if math.isfinite(value) and abs(value) <= LARGEST_NUMBER else Opaque(line)


def interpolated(
    reader: Reader, node: Node, depth: int, written: frozenset[str], decoded: Callable[[str], tuple[str, tuple[int, ...]]]
) -> Expression:
    """A string whose `written` children are text and whose `interpolation` children are holes: a text, or a template."""
    parts: list[Expression] = []
    raw, line = "", line_of(node)

    def flush() -> None:
        value, breaks = decoded(raw)
        parts.append(reader.literal(value, line, breaks))

    for child in node.children:
        if child.type in written:
            line = line if raw else line_of(child)
            raw += reader.text(child)
        elif child.type == "interpolation":
            if raw:
                flush()
            raw = ""
            inner = meaningful(child)
            parts.append(reader.read(inner[-1], depth) if inner else Opaque(line_of(child)))
    if raw or not parts:
        flush()
    return parts[0] if len(parts) == 1 and isinstance(parts[0], Text) else Template(tuple(parts), line_of(node))


def field(node: Node, name: str) -> Node:
    """A field that the grammar promises; the node itself, which then reads as nothing, where a parse error took it away."""
    return node.child_by_field_name(name) or node


def numbered(language: Language, kinds: Mapping[str, Convert]) -> dict[int, Convert]:
    """The converters by the grammar's numbers of their kinds: faster to compare than words."""
    found: dict[int, Convert] = {}
    for number in range(language.node_kind_count):
        if language.node_kind_is_named(number) and (convert := kinds.get(language.node_kind_for_id(number) or "")):
            found[number] = convert
    return found


def type_parameters(node: Node, text: Callable[[Node], str]) -> tuple[tuple[str, Expression], ...]:
    """The type parameters of a type as its keyword `<>`, by the node of its declaration; nothing if it has none."""
    held = next((child for child in node.children if child.type in {"type_parameters", "type_parameter_list"}), None)
    if held is None:
        return ()
    names = [_named(child) for child in meaningful(held)]
    written = tuple(Name(text(name), line_of(name)) for name in names if name is not None)
    return (("<>", Items(written, line_of(held))),)


def _named(parameter: Node) -> Node | None:
    kinds = {"type_identifier", "identifier", "simple_identifier"}
    return parameter.child_by_field_name("name") or next((each for each in parameter.children if each.type in kinds), None)
