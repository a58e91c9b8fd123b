"""What a declaration or an assignment binds: patterns of JavaScript against their value."""

from collections.abc import Iterator

from tree_sitter import Node

from dblint.languages.collector import Bound
from dblint.languages.javascript.functions import key_of, receiver
from dblint.languages.reader import Reader, field, line_of, meaningful
from dblint.model.syntax import Choice, Expression, Item, Items, Literal, Member, Name, Opaque, Spread

PATTERNS = frozenset({"object_pattern", "array_pattern"})


def bind(reader: Reader, target: Node, operator: str, value: Expression | None) -> Iterator[Bound]:
    """(target, operator, value) of everything that an assignment of `value` to `target` binds; nothing for a subscript.

    A value that is no name is bound once, to the pattern as written (`{ rows }`), and each name to a member or item of that, so
    that no call stands in two bindings.
    """
    if target.type == "assignment_pattern":
        target = field(target, "left")
    if target.type not in PATTERNS:
        if name := dotted(reader, target):
            yield name, operator, value
        return
    line = line_of(target)
    if operator == "=" and isinstance(value, Items) and target.type == "array_pattern" and _is_row(target, value):
        for element, share in zip(meaningful(target), value.values, strict=True):
            yield from bind(reader, element, operator, share)
        return
    if operator == "=" and isinstance(value, Name | Member):
        yield from parts(reader, target, value)
        return
    written = reader.text(target)
    yield written, operator, value
    yield from parts(reader, target, Name(written, line))


def parts(reader: Reader, target: Node, whole: Expression) -> Iterator[Bound]:
    """What the names of a pattern get of a value."""
    line = line_of(target)
    if target.type == "array_pattern":
        for index, element in enumerate(_elements(target)):
            if element is None:
                continue
            if element.type == "rest_pattern":
                yield from bind(reader, meaningful(element)[0], "=", Opaque(line))
            else:
                yield from _part(reader, element, Item(whole, Literal(index, line), line))
        return
    for element in meaningful(target):
        match element.type:
            case "shorthand_property_identifier_pattern":
                name = reader.text(element)
                yield name, "=", Member(whole, name, line_of(element))
            case "object_assignment_pattern":
                left = field(element, "left")
                name = reader.text(left)
                default = reader.read(field(element, "right"))
                yield name, "=", Choice((Member(whole, name, line_of(left)), default), line_of(left))
            case "pair_pattern":
                key = key_of(element.child_by_field_name("key"))
                share = Member(whole, key, line_of(element)) if key else Opaque(line)
                yield from _part(reader, field(element, "value"), share)
            case "rest_pattern":
                yield from bind(reader, meaningful(element)[0], "=", whole)


def _part(reader: Reader, element: Node, share: Expression) -> Iterator[Bound]:
    if element.type == "assignment_pattern":
        share = Choice((share, reader.read(field(element, "right"))), line_of(element))
        element = field(element, "left")
    yield from parts(reader, element, share) if element.type in PATTERNS else bind(reader, element, "=", share)


def _elements(target: Node) -> Iterator[Node | None]:
    """The elements of an array pattern, None for one that is left out."""
    current: Node | None = None
    for child in target.children[1:]:
        if child.type in {",", "]"}:
            yield current
            current = None
        elif not child.is_extra:
            current = child


def _is_row(target: Node, value: Items) -> bool:
    elements = list(_elements(target))
    complete = all(element is not None and element.type != "rest_pattern" for element in elements)
    return complete and len(elements) == len(value.values) and not any(isinstance(each, Spread) for each in value.values)


def dotted(reader: Reader, node: Node) -> str:
    """`x` or `self.x`, `""` for a target that is no chain of names."""
    names: list[str] = []
    while node.type == "member_expression":
        names.append(reader.text(field(node, "property")).lstrip("#"))
        node = field(node, "object")
    if node.type == "this":
        return ".".join((receiver(node), *reversed(names)))
    if node.type not in {"identifier", "shorthand_property_identifier_pattern"}:
        return ""
    return ".".join((reader.text(node), *reversed(names)))
