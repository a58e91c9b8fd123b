"""The reader of C# expressions, and arguments, which every kind of expression has."""

import re
from collections.abc import Mapping

from tree_sitter import Node

from dblint.languages.reader import Convert, Reader, field, meaningful
from dblint.model.syntax import Expression

Pairs = tuple[tuple[str, Expression], ...]


# Fields, properties and parameters whose type says that they hold the rows of some class.
_REPOSITORY = re.compile(
    rb"\b\w*(?:Repository|Repositories|Repo|UnitOfWork|Dao|DataStore|DataAccess)(?:<[^;(){}=]*?>)?\??\s++(\w++)\s*+[;,){=]"
)


class CsharpReader(Reader):
    """A reader that knows what `?.` binds to: `receivers` are those of the conditional accesses around.

    `repositories` are the names of what a file holds repositories in; every call on them matters.
    """

    __slots__ = ("receivers", "repositories")

    def __init__(self, data: bytes, calls: frozenset[str], name: int, kinds: Mapping[int, Convert]) -> None:
        super().__init__(data, calls, name, kinds)
        self.receivers: list[Expression] = []
        self.repositories = frozenset(_REPOSITORY.findall(data))


def read_arguments(reader: Reader, node: Node | None, depth: int = 0) -> tuple[tuple[Expression, ...], Pairs]:
    """Positional and named arguments of a call, an attribute or a tuple.

    A named argument that positional ones follow stands at its own position, as the language demands.
    """
    children = meaningful(node) if node else []
    last = max((place for place, child in enumerate(children) if child.child_by_field_name("name") is None), default=-1)
    arguments: list[Expression] = []
    keywords: list[tuple[str, Expression]] = []
    for place, child in enumerate(children):
        name = child.child_by_field_name("name")
        held = meaningful(child) or [each for each in child.children if each.type in {"this", "base"}]
        if child.type not in {"argument", "attribute_argument"}:
            arguments.append(reader.read(child, depth))
        elif name is not None and held and place > last:
            keywords.append((reader.text(name), reader.read(held[-1], depth)))
        elif held:
            arguments.append(reader.read(held[-1], depth))
    return tuple(arguments), tuple(keywords)


def assigned(reader: Reader, node: Node) -> tuple[str, Node] | None:
    """The name and the value of one `Name = value` of an initializer."""
    if node.type != "assignment_expression" or field(node, "left").type != "identifier":
        return None
    return reader.text(field(node, "left")), field(node, "right")


def given(node: Node) -> Node | None:
    """What stands after the `=` of a declaration."""
    children = [child for child in node.children if not child.is_extra]
    signs = [place for place, child in enumerate(children) if child.type == "="]
    return children[signs[0] + 1] if signs and signs[0] + 1 < len(children) else None
