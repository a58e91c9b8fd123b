"""The common part of all adapters' expression readers: nodes of a grammar become expressions of the common syntax."""

from collections.abc import Callable, Mapping
from typing import Protocol

from tree_sitter import Language, Node

from dblint.languages.vocabulary import matching
from dblint.model.syntax import Expression, Name, Opaque

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

    def all(self, nodes: list[Node], depth: int) -> tuple[Expression, ...]:
        """The expressions of several nodes, less comments."""
        return tuple([self.read(node, depth) for node in nodes if not node.is_extra])


class MakesReader(Protocol):
    """What makes the reader of one file of a language."""

    def __call__(self, data: bytes, calls: frozenset[str]) -> Reader:
        """A reader of `data` to which calls of `calls` matter."""


def line_of(node: Node) -> int:
    """The line on which a node begins, from 1."""
    return node.start_point[0] + 1


def meaningful(node: Node) -> list[Node]:
    """The named children of a node, less comments."""
    return [child for child in node.named_children if not child.is_extra]


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
