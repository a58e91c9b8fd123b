"""Types as expressions: what a variable holds, what a list holds elements of."""

from tree_sitter import Node

from dblint.languages.converts import as_name
from dblint.languages.reader import Convert, Reader, field, line_of, meaningful
from dblint.model.syntax import Expression, Item, Items, Member, Opaque

AWAITED = frozenset({"Task", "ValueTask"})
"""What `await` unwraps; it is transparent, and so are these."""


def _inner(reader: Reader, node: Node, depth: int) -> Expression:
    """Nullable types, arrays, pointers and references: what they hold."""
    held = node.child_by_field_name("type")
    return reader.read(held, depth) if held else Opaque(line_of(node))


def _generic(reader: Reader, node: Node, depth: int) -> Expression:
    name = meaningful(node)[0]
    arguments = type_arguments(reader, node, depth)
    if arguments is None:
        return reader.read(name, depth)
    return arguments if reader.text(name) in AWAITED else Item(reader.read(name, depth), arguments, line_of(name))


def type_arguments(reader: Reader, node: Node, depth: int = 0) -> Expression | None:
    """The type arguments of a generic name, `Items` for several."""
    held = next((child for child in node.children if child.type == "type_argument_list"), None)
    arguments = reader.all(held.named_children, depth) if held else ()
    if not arguments:
        return None
    return arguments[0] if len(arguments) == 1 else Items(arguments, line_of(node))


def _qualified(reader: Reader, node: Node, depth: int) -> Expression:
    """`Acme.Shop.Order`; of a generic name only the last part has arguments."""
    name = field(node, "name")
    qualifier = reader.read(field(node, "qualifier"), depth)
    if name.type == "generic_name":
        last = meaningful(name)[0]
        arguments = type_arguments(reader, name, depth)
        member = Member(qualifier, reader.text(last), line_of(last))
        if arguments is None:
            return member
        return arguments if member.name in AWAITED else Item(member, arguments, line_of(last))
    return Member(qualifier, reader.text(name), line_of(name))


def _aliased(reader: Reader, node: Node, depth: int) -> Expression:
    return reader.read(field(node, "name"), depth)  # `global::Acme`


def _tuple(reader: Reader, node: Node, depth: int) -> Expression:
    return Items(tuple(_inner(reader, child, depth) for child in meaningful(node)), line_of(node))


KINDS: dict[str, Convert] = {
    "nullable_type": _inner,
    "array_type": _inner,
    "pointer_type": _inner,
    "ref_type": _inner,
    "scoped_type": _inner,
    "generic_name": _generic,
    "qualified_name": _qualified,
    "alias_qualified_name": _aliased,
    "predefined_type": as_name,
    "tuple_type": _tuple,
}
