"""Types of TypeScript as expressions: a type with arguments is an item, an array or promise what it holds."""

from collections.abc import Mapping as Table

from tree_sitter import Node

from dblint.languages.converts import as_first, as_items, as_last, as_name
from dblint.languages.reader import Convert, Reader, field, line_of
from dblint.model.syntax import Expression, Item, Items, Literal, Member, Name, Opaque, Operation


def type_arguments(reader: Reader, node: Node, depth: int) -> Expression | None:
    """The type arguments of a call, a type or a base class; None where there are none."""
    written = node.child_by_field_name("type_arguments")
    found = reader.all(written.named_children, depth) if written is not None else ()
    if not found:
        return None
    return found[0] if len(found) == 1 else Items(found, line_of(node))


_HOLDERS = frozenset({"Promise", "Array", "ReadonlyArray", "Readonly", "Awaited", "Partial", "Required", "NonNullable", "Ref"})
# https://www.typescriptlang.org/docs/handbook/utility-types.html: a type without some of its properties.
_LESS = frozenset({"Omit", "Pick"})


def _generic(reader: Reader, node: Node, depth: int) -> Expression:
    name = reader.read(field(node, "name"), depth)
    key = type_arguments(reader, node, depth)
    if key is None:
        return name
    # What a function gives in the end is what a promise or list of it holds.
    if isinstance(name, Name) and name.name in _HOLDERS:
        return key
    if isinstance(name, Name) and name.name in _LESS and isinstance(key, Items):
        return key.values[0]
    return Item(name, key, line_of(node))


def _nested(reader: Reader, node: Node, depth: int) -> Expression:
    name = field(node, "name")
    return Member(reader.read(field(node, "module"), depth), reader.text(name), line_of(name))


def _union(reader: Reader, node: Node, depth: int) -> Expression:
    """`A | null` is `A`; of several types each is one."""
    kinds = [each for each in reader.all(node.named_children, depth) if not isinstance(each, Literal | Opaque)]
    if not kinds:
        return Opaque(line_of(node))
    found = kinds[0]
    for other in kinds[1:]:
        found = Operation("|", found, other, line_of(node))
    return found


def _query(reader: Reader, node: Node, depth: int) -> Expression:
    """`typeof User`: the class itself and no row of it."""
    return Item(Name("typeof", line_of(node)), as_first(reader, node, depth), line_of(node))


def _looked_up(reader: Reader, node: Node, depth: int) -> Expression:
    """`Parameters<Parameters<PrismaClient["$transaction"]>[0]>[0]`: what Prisma hands to a transaction is its client.

    Source: https://www.prisma.io/docs/orm/prisma-client/type-safety#generated-types-transactionclient.
    """
    inner = node
    while "$transaction" in reader.text(node) and inner.type in {"lookup_type", "generic_type", "type_arguments"}:
        inner = field(inner, "type_arguments") if inner.type == "generic_type" else inner.named_children[0]
    return Opaque(line_of(node)) if inner is node else reader.read(inner, depth)


TYPES: Table[str, Convert] = {
    "type_annotation": as_last,
    "type_identifier": as_name,
    "predefined_type": as_name,
    "nested_type_identifier": _nested,
    "generic_type": _generic,
    "array_type": as_first,
    "readonly_type": as_first,
    "parenthesized_type": as_first,
    "optional_type": as_first,
    "literal_type": as_first,
    "union_type": _union,
    "intersection_type": _union,
    "lookup_type": _looked_up,
    "type_query": _query,
    "tuple_type": as_items,
}
