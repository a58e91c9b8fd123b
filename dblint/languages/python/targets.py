"""What an assignment binds: Python's targets against their value."""

from collections.abc import Iterator

from tree_sitter import Node

from dblint.languages.collector import Bound
from dblint.languages.reader import Reader, field, line_of, meaningful
from dblint.model.syntax import Expression, Item, Items, Literal, Name, Opaque, Spread

_SEVERAL = frozenset({"pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "expression_list"})


def bind(reader: Reader, target: Node, operator: str, value: Expression | None) -> Iterator[Bound]:
    """(target, operator, value) of everything that an assignment of `value` to `target` binds; nothing for a subscript.

    A display of values (for a loop: of rows) is shared out to the targets of a tuple. Any other value is bound once, to the
    tuple as written (`"user, created"`), and each name to the item of that, so that no call stands in two bindings.
    """
    kind = target.type
    if kind == "identifier":
        yield reader.text(target), operator, value
        return
    if kind == "as_pattern_target":
        yield from bind(reader, meaningful(target)[0], operator, value)
        return
    if kind not in _SEVERAL:
        if name := dotted(reader, target):
            yield name, operator, value
        return
    elements = meaningful(target)
    if shares := _shares(value, operator, len(elements)):
        for element, share in zip(elements, shares, strict=True):
            yield from bind(reader, element, operator, share)
        return
    line = line_of(target)
    whole = _written(reader, target)
    yield whole, operator, value
    starred = False
    for index, element in enumerate(elements):
        if element.type == "list_splat_pattern":
            starred = True
            yield from bind(reader, meaningful(element)[0], "=", Opaque(line))
        else:
            place = Literal(index - len(elements) if starred else index, line)
            yield from bind(reader, element, "=", Item(Name(whole, line), place, line))


def dotted(reader: Reader, node: Node) -> str:
    """`x` or `self.x` as written, `""` for a target that is no chain of names."""
    names: list[str] = []
    while node.type == "attribute":
        names.append(reader.text(field(node, "attribute")))
        node = field(node, "object")
    if node.type != "identifier":
        return ""
    return ".".join((reader.text(node), *reversed(names)))


def _written(reader: Reader, target: Node) -> str:
    if target.type not in _SEVERAL:
        return reader.text(target)
    inner = ", ".join(_written(reader, element) for element in meaningful(target))
    return inner if target.type in {"pattern_list", "expression_list"} else f"({inner})"


def _shares(value: Expression | None, operator: str, count: int) -> tuple[Expression, ...]:
    """The part of a display that goes to each of `count` targets; empty if it cannot be told."""
    if not isinstance(value, Items):
        return ()
    if operator != "for":
        return value.values if _is_row(value, count) else ()
    rows = [row.values for row in value.values if isinstance(row, Items) and _is_row(row, count)]
    if not rows or len(rows) != len(value.values):
        return ()
    return tuple(Items(column, value.line) for column in zip(*rows, strict=True))


def _is_row(value: Items, count: int) -> bool:
    return len(value.values) == count and not any(isinstance(each, Spread) for each in value.values)
