"""Parts of declarations: bases, type parameters, attributes, parameters, and how a member is stored."""

from collections.abc import Iterator

from tree_sitter import Node

from dblint.languages.csharp.reading import Pairs, given, read_arguments
from dblint.languages.reader import Reader, field, line_of, meaningful, type_parameters
from dblint.model.syntax import Call, Expression, Literal, Member, Name, Parameter

EXTENSION = "extension"
TRANSIENT = "transient"
"""Marks members that no row holds: fields, and properties that only the class itself, or nobody, can set."""


def bases(reader: Reader, node: Node) -> Iterator[Expression]:
    """The base class and the interfaces of a type."""
    held = _child(node, "base_list")
    for child in meaningful(held) if held else ():
        if child.type == "primary_constructor_base_type":
            yield reader.read(field(child, "type"))
        elif child.type != "argument_list":
            yield reader.read(child)


def keywords(reader: Reader, node: Node) -> Pairs:
    """`<>`: the type parameters of a type; `interface`: it is one."""
    found = type_parameters(node, reader.text)
    if node.type == "interface_declaration":
        return (*found, ("interface", Literal(value=True, line=line_of(node))))
    return found


def decorators(reader: Reader, node: Node) -> tuple[Expression, ...]:
    """The attributes of a type, a member or a parameter."""
    lists = [child for child in node.children if child.type == "attribute_list"]
    return tuple(_attribute(reader, child) for each in lists for child in meaningful(each) if child.type == "attribute")


def _attribute(reader: Reader, node: Node) -> Expression:
    written = reader.read(field(node, "name"))
    if isinstance(written, Name):
        written = Name(written.name.removesuffix("Attribute"), written.line)
    elif isinstance(written, Member):
        written = Member(written.value, written.name.removesuffix("Attribute"), written.line)
    held = _child(node, "attribute_argument_list")
    if held is None:
        return written
    return Call(written, *read_arguments(reader, held), line_of(node))


def modifiers(reader: Reader, node: Node) -> frozenset[str]:
    """The modifiers of a member, such as `static` and `public`."""
    return frozenset(reader.text(child) for child in node.children if child.type == "modifier")


def overriding(reader: Reader, node: Node) -> Iterator[Expression]:
    """The modifier that says that the class above calls a method, as an attribute."""
    if "override" in modifiers(reader, node):
        yield Name("override", line_of(node))


def storage(reader: Reader, node: Node) -> Iterator[Expression]:
    """The modifiers that say that no row holds a member, as attributes."""
    words = modifiers(reader, node)
    yield from (Name(word, line_of(node)) for word in ("static", "const") if word in words)
    accessors = node.child_by_field_name("accessors")
    set_ = accessors is not None and any(
        child.type in {"set", "init"} for accessor in meaningful(accessors) for child in accessor.children
    )
    if not set_ or "public" not in words:
        yield Name(TRANSIENT, line_of(node))


def extends(reader: Reader, node: Node) -> Iterator[Expression]:
    """Marks a method that is called on its first argument (`this IServiceCollection services`), as an attribute."""
    held = node.child_by_field_name("parameters")
    first = next((child for child in meaningful(held) if child.type == "parameter"), None) if held else None
    if first is not None and "this" in modifiers(reader, first):
        yield Name(EXTENSION, line_of(node))


def parameters(reader: Reader, node: Node) -> Iterator[Parameter]:
    """The parameters of a function, `params` with a star."""
    held = node.child_by_field_name("parameters") or _child(node, "parameter_list")
    kind: Node | None = None
    for position, child in enumerate(held.children if held else ()):
        role = held.field_name_for_child(position) if held else None
        if child.type == "parameter":
            name, default = field(child, "name"), given(child)
            annotation = child.child_by_field_name("type")
            read = reader.read(annotation) if annotation else None
            yield Parameter(reader.text(name), read, reader.read(default) if default else None)
        elif role == "type":  # `params string[] rest` stands without a node of its own
            kind = child
        elif role == "name":
            yield Parameter(f"*{reader.text(child)}", reader.read(kind) if kind else None)


def primary(reader: Reader, node: Node, *, is_record: bool) -> Iterator[tuple[Node, Node | None, tuple[Expression, ...]]]:
    """(name, type, attributes) of the parameters of a primary constructor; those of a record are its properties."""
    held = _child(node, "parameter_list")
    for child in meaningful(held) if held else ():
        name = child.child_by_field_name("name")
        if child.type == "parameter" and name is not None:
            stored = () if is_record else (Name(TRANSIENT, line_of(child)),)
            yield name, child.child_by_field_name("type"), (*decorators(reader, child), *stored)


def _child(node: Node, kind: str) -> Node | None:
    return next((child for child in node.children if child.type == kind), None)
