"""What an assignment binds: C#'s targets against their value."""

from collections.abc import Callable, Iterator

from tree_sitter import Node

from dblint.languages.collector import Bound
from dblint.languages.reader import Reader, field, line_of, meaningful
from dblint.model.syntax import Expression, Item, Items, Literal, Name

_SEVERAL = frozenset({"tuple_expression", "tuple_pattern", "parenthesized_variable_designation"})
_APPENDING = frozenset({"Append", "AppendLine", "AppendFormat"})


def bind(
    reader: Reader, target: Node, operator: str, value: Expression | None, is_local: Callable[[str], bool]
) -> Iterator[Bound]:
    """(target, operator, value) of everything that an assignment of `value` to `target` binds; nothing for a subscript.

    A name that `is_local` does not know is a member of the class. Of a tuple, each name is bound to its place in the value.
    """
    if target.type in _SEVERAL or target.type == "declaration_expression":
        yield from _several(reader, target, operator, value, is_local)
        return
    name = dotted(reader, target)
    if not name or name == "_":
        return
    known = "." in name or is_local(name)
    yield (name if known else f"self.{name}"), operator, value


def _several(
    reader: Reader, target: Node, operator: str, value: Expression | None, is_local: Callable[[str], bool]
) -> Iterator[Bound]:
    elements = _elements(target)
    line = line_of(target)
    if isinstance(value, Items) and len(value.values) == len(elements) and operator == "=":
        for element, share in zip(elements, value.values, strict=True):
            yield from bind(reader, element, operator, share, is_local)
        return
    whole = ", ".join(reader.text(element) for element in elements)
    yield whole, operator, value
    for place, element in enumerate(elements):
        yield from bind(reader, element, "=", Item(Name(whole, line), Literal(place, line), line), is_local)


def _elements(target: Node) -> list[Node]:
    """The targets in a tuple, without the types that may stand before them."""
    found: list[Node] = []
    for given in meaningful(target):
        inner = meaningful(given) if given.type == "argument" else []
        child = inner[-1] if inner else given
        name = child.child_by_field_name("name") if child.type == "declaration_expression" else None
        found.append(name or child)
    if target.type == "declaration_expression":
        name = target.child_by_field_name("name")
        return _elements(name) if name is not None and name.type in _SEVERAL else [name] if name else []
    return found


def names_in(reader: Reader, target: Node) -> Iterator[str]:
    """The names that a declaration brings in."""
    if target.type == "identifier":
        yield reader.text(target)
    elif target.type in _SEVERAL or target.type == "declaration_expression":
        for element in _elements(target):
            yield from names_in(reader, element)


def dotted(reader: Reader, node: Node) -> str:
    """`x` or `self.x` as the common syntax has it, `""` for a target that is no chain of names."""
    names: list[str] = []
    while node.type == "member_access_expression":
        names.append(reader.text(field(node, "name")))
        node = field(node, "expression")
    if node.type == "this" and names:
        return ".".join(("self", *reversed(names)))
    if node.type != "identifier":
        return ""
    return ".".join((reader.text(node), *reversed(names)))


def appended(node: Node) -> Node | None:
    """The name in `sql.Append("…").AppendLine("…")`, which is no value that anybody uses."""
    if node.type != "invocation_expression":
        return None
    while node.type == "invocation_expression":
        function = field(node, "function")
        if function.type != "member_access_expression" or field(function, "name").text not in _WORDS:
            return None
        node = field(function, "expression")
    return node if node.type in {"identifier", "member_access_expression"} else None


_WORDS = frozenset(word.encode() for word in _APPENDING)
