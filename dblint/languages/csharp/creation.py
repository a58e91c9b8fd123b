"""Objects, arrays and collections that are made: `new`, initializers and collection expressions."""

from tree_sitter import Node

from dblint.languages.converts import as_first, as_items, as_spread
from dblint.languages.csharp.reading import Pairs, assigned, read_arguments
from dblint.languages.reader import Convert, Reader, field, line_of, meaningful
from dblint.model.syntax import Call, Expression, Item, Items, Literal, Mapping, Member, Name, Opaque, Text


def _new(reader: Reader, node: Node, depth: int) -> Expression:
    kind = field(node, "type")
    return create(reader, node, reader.read(kind, depth), depth)


def create(reader: Reader, node: Node, kind: Expression, depth: int = 0) -> Expression:
    """A new object of a type; what its initializer sets are keywords, its elements are those of a list or dictionary."""
    arguments, keywords = read_arguments(reader, _child(node, "argument_list"), depth)
    if isinstance(kind, Name | Member) and kind.name == "StringBuilder":
        first = arguments[0] if arguments else None
        return Text("", line_of(node)) if first is None or isinstance(first, Literal) else first
    initializer = _child(node, "initializer_expression")
    made = meaningful(initializer) if initializer else []
    if made and all(child.type != "assignment_expression" for child in made):
        return _elements(reader, made, depth, line_of(node))
    if made and all(_is_entry(child) for child in made):
        pairs = tuple((reader.read(field(child, "left"), depth), reader.read(field(child, "right"), depth)) for child in made)
        return Mapping(tuple((_key(key), value) for key, value in pairs), line_of(node))
    held: Pairs = ()
    if isinstance(kind, Item):
        held, kind = (("<>", kind.key),), kind.value
    set_ = [pair for child in made if (pair := assigned(reader, child))]
    keywords = (*keywords, *((name, reader.read(value, depth)) for name, value in set_), *held)
    if isinstance(kind, Name | Member) and kind.name in reader.calls:
        reader.found = True
    return Call(kind, arguments, keywords, line_of(node))


def _child(node: Node, kind: str) -> Node | None:
    return next((child for child in node.children if child.type == kind), None)


def _is_entry(node: Node) -> bool:
    return node.type == "assignment_expression" and field(node, "left").type == "element_binding_expression"


def _key(key: Expression) -> Expression:
    return key.key if isinstance(key, Item) else key


def _elements(reader: Reader, made: list[Node], depth: int, line: int) -> Expression:
    """The elements of a collection; pairs in braces are those of a dictionary."""
    if all(child.type == "initializer_expression" and len(meaningful(child)) == 2 for child in made):
        pairs = [reader.all(child.named_children, depth) for child in made]
        return Mapping(tuple((key, value) for key, value in pairs), line)
    return Items(tuple(reader.read(child, depth) for child in made), line)


def _implicit(reader: Reader, node: Node, depth: int) -> Expression:
    """`new(…)`, whose type is that of the variable or property which it is given to."""
    holder = node.parent
    if holder is not None and holder.type == "variable_declarator":
        holder = holder.parent
    kind = holder.child_by_field_name("type") if holder is not None else None
    known = kind is not None and kind.type != "implicit_type"
    return create(reader, node, reader.read(kind, depth) if kind is not None and known else Opaque(line_of(node)), depth)


def _anonymous(reader: Reader, node: Node, depth: int) -> Expression:
    """`new { o.Id, Name = c.Name }`."""
    pairs: list[tuple[Expression, Expression]] = []
    name: str | None = None
    children = [child for child in node.children if not child.is_extra]
    for position, child in enumerate(children):
        if not child.is_named:
            continue
        following = children[position + 1].type if position + 1 < len(children) else ""
        if child.type == "identifier" and following == "=":
            name = reader.text(child)
            continue
        value = reader.read(child, depth)
        pairs.append((Text(name or str(getattr(value, "name", "")), line_of(child)), value))
        name = None
    return Mapping(tuple(pairs), line_of(node))


def _array(reader: Reader, node: Node, depth: int) -> Expression:
    initializer = _child(node, "initializer_expression")
    return reader.read(initializer, depth) if initializer else Opaque(line_of(node))


KINDS: dict[str, Convert] = {
    "object_creation_expression": _new,
    "implicit_object_creation_expression": _implicit,
    "anonymous_object_creation_expression": _anonymous,
    "array_creation_expression": _array,
    "implicit_array_creation_expression": _array,
    "initializer_expression": as_items,
    "collection_expression": as_items,
    "collection_element": as_first,
    "expression_element": as_first,
    "spread_element": as_spread,
}
