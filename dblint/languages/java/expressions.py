"""Nodes of Java's grammar as expressions of the common syntax."""

from functools import cache

import tree_sitter_java
from tree_sitter import Language, Node

from dblint.languages.converts import as_constant, as_items, as_name, handed_on, keep_aside, one_or_items, options_of
from dblint.languages.java.strings import block, decoded
from dblint.languages.reader import Convert, Reader, field, line_of, meaningful, number, numbered
from dblint.model.syntax import (
    Call,
    Choice,
    Expression,
    Item,
    Lambda,
    Literal,
    Member,
    Name,
    Opaque,
    Operation,
    Text,
)

Keywords = tuple[tuple[str, Expression], ...]
BUILDERS = frozenset({"StringBuilder", "StringBuffer", "String"})
"""Classes whose objects are texts: what is appended to one is added to its text."""


@cache
def grammar() -> Language:
    """The Java grammar."""
    return Language(tree_sitter_java.language())


def _self(_: Reader, node: Node, __: int) -> Expression:
    return Name("self", line_of(node))


def _member(reader: Reader, node: Node, depth: int) -> Expression:
    name = field(node, "field")
    if name.type == "this":  # `Outer.this`
        return Name("self", line_of(name))
    return Member(reader.read(field(node, "object"), depth), reader.text(name), line_of(name))


def _scoped(reader: Reader, node: Node, depth: int) -> Expression:
    """`a.b.C` in an annotation or a type."""
    inner = [child for child in meaningful(node) if not child.type.endswith("annotation")]
    if len(inner) < 2:
        return reader.read(inner[0], depth) if inner else Opaque(line_of(node))
    return Member(reader.read(inner[0], depth), reader.text(inner[-1]), line_of(inner[-1]))


def _invocation(reader: Reader, node: Node, depth: int) -> Expression:
    written, name = node.child_by_field_name("object"), field(node, "name")
    called, line = reader.text(name), line_of(name)
    function = Member(reader.read(written, depth), called, line) if written else Name(called, line)
    if called in reader.calls:
        reader.found = True
    arguments = _arguments(reader, node.child_by_field_name("arguments"), depth)
    if called == "append" and len(arguments) == 1 and isinstance(function, Member):
        return Operation("+", function.value, arguments[0], line)
    return Call(function, arguments, _typed(reader, node.child_by_field_name("type_arguments"), depth), line)


def _typed(reader: Reader, node: Node | None, depth: int) -> Keywords:
    """The type arguments of a call, as a keyword."""
    types = reader.all(node.named_children, depth) if node else ()
    return (("<>", one_or_items(types, line_of(node))),) if node and types else ()


def _creation(reader: Reader, node: Node, depth: int) -> Expression:
    """`new User(x)`, `new ArrayList<User>()`."""
    made = field(node, "type")
    keywords: Keywords = ()
    if made.type == "generic_type":
        made, *types = meaningful(made)
        keywords = _typed(reader, types[0] if types else None, depth)
    function = reader.read(made, depth)
    if isinstance(function, Name | Member) and function.name in reader.calls:
        reader.found = True
    arguments = _arguments(reader, node.child_by_field_name("arguments"), depth)
    if isinstance(function, Name) and function.name in BUILDERS and len(arguments) < 2:
        return Text("", line_of(made)) if not arguments or isinstance(arguments[0], Literal) else arguments[0]
    return Call(function, arguments, keywords, line_of(made))


def _constructed(reader: Reader, node: Node, depth: int) -> Expression:
    """`super(…)`, `this(…)`."""
    constructor = field(node, "constructor")
    name = "super" if constructor.type == "super" else "self"
    if name in reader.calls:
        reader.found = True
    line = line_of(constructor)
    return Call(Name(name, line), _arguments(reader, node.child_by_field_name("arguments"), depth), (), line)


def _arguments(reader: Reader, node: Node | None, depth: int) -> tuple[Expression, ...]:
    return reader.all(node.named_children, depth) if node else ()


def _annotation(reader: Reader, node: Node, depth: int) -> Expression:
    """`@Table(name = "x")`; without arguments it is a name."""
    name = reader.read(field(node, "name"), depth)
    written = node.child_by_field_name("arguments")
    if written is None:
        return name
    if isinstance(name, Name | Member) and name.name in reader.calls:
        reader.found = True
    arguments: list[Expression] = []
    keywords: list[tuple[str, Expression]] = []
    for child in meaningful(written):
        if child.type == "element_value_pair":
            keywords.append((reader.text(field(child, "key")), reader.read(field(child, "value"), depth)))
        else:
            arguments.append(reader.read(child, depth))
    return Call(name, tuple(arguments), tuple(keywords), line_of(node))


def _string(reader: Reader, node: Node, _: int) -> Expression:
    written, line = reader.text(node), line_of(node)
    if written.startswith('"""'):
        value, breaks = block(written[3:-3])
        line += 1
    else:
        value, breaks = decoded(written[1:-1]), ()
    return reader.literal(value, line, breaks)


def _character(reader: Reader, node: Node, _: int) -> Expression:
    return Text(decoded(reader.text(node)[1:-1]), line_of(node))


def _number(reader: Reader, node: Node, _: int) -> Expression:
    written = reader.text(node).replace("_", "").lower()
    try:
        decimal = not written.startswith("0x") and node.type.endswith("point_literal")
        value = float(written.rstrip("fd")) if decimal else int(written.rstrip("l"), 0)
    except ValueError:
        return Opaque(line_of(node))
    return number(value, line_of(node))


def _inner(reader: Reader, node: Node, depth: int) -> Expression:
    """Parentheses, class literals and annotated types: what stands inside."""
    children = [child for child in meaningful(node) if not child.type.endswith("annotation")]
    return reader.read(children[-1], depth) if children else Opaque(line_of(node))


def _part(name: str) -> Convert:
    return lambda reader, node, depth: reader.read(field(node, name), depth)


def _array(reader: Reader, node: Node, depth: int) -> Expression:
    value = node.child_by_field_name("value")
    return reader.read(value, depth) if value else Opaque(line_of(node))


def _item(reader: Reader, node: Node, depth: int) -> Expression:
    value, key = field(node, "array"), field(node, "index")
    return Item(reader.read(value, depth), reader.read(key, depth), value.end_point[0] + 1)


def _generic(reader: Reader, node: Node, depth: int) -> Expression:
    """`JpaRepository<Order, Long>`; the diamond has no arguments."""
    value, *parameters = meaningful(node)
    keys = tuple(key for each in parameters for key in reader.all(each.named_children, depth))
    line = line_of(node)
    return Item(reader.read(value, depth), one_or_items(keys, line), line) if keys else reader.read(value, depth)


def _operation(reader: Reader, node: Node, depth: int) -> Expression:
    operator = {"&&": "and", "||": "or"}.get(written := field(node, "operator").type, written)
    return Operation(operator, reader.read(field(node, "left"), depth), reader.read(field(node, "right"), depth), line_of(node))


def _unary(reader: Reader, node: Node, depth: int) -> Expression:
    operand, line = reader.read(field(node, "operand"), depth), line_of(node)
    operator = field(node, "operator").type
    if operator == "-" and isinstance(operand, Literal) and operand.value is not None:
        return Literal(-operand.value, line)
    return Operation("not" if operator == "!" else operator, Opaque(line), operand, line)


def _conditional(reader: Reader, node: Node, depth: int) -> Expression:
    keep_aside(reader, field(node, "condition"), depth)
    sides = [reader.read(field(node, name), depth) for name in ("consequence", "alternative")]
    return Choice(tuple(option for side in sides for option in options_of(side)), line_of(node))


def _switch(reader: Reader, node: Node, depth: int) -> Expression:
    """What a `switch` gives: the values of its arrows; those of its blocks are slots of their own."""
    keep_aside(reader, field(node, "condition"), depth)
    rules = [child for child in meaningful(field(node, "body")) if child.type == "switch_rule"]
    values = [meaningful(rule)[-1] for rule in rules]
    given = [reader.read(meaningful(value)[0], depth) for value in values if value.type == "expression_statement"]
    return Choice(tuple(option for value in given for option in options_of(value)), line_of(node))


def _lambda(reader: Reader, node: Node, depth: int) -> Expression:
    """A lambda; the statements of a block are slots of their own."""
    written, body = field(node, "parameters"), field(node, "body")
    names = [written] if written.type == "identifier" else [field(child, "name") for child in meaningful(written)]
    line = line_of(node)
    return Lambda(
        tuple(reader.text(name) for name in names),
        Opaque(line) if body.type == "block" else reader.read(body, depth),
        line,
    )


def _reference(reader: Reader, node: Node, depth: int) -> Expression:
    """`User::getName`, `User::new`; `orders::save` is what hands its argument on."""
    holder, *_ = node.children
    name = node.children[-1]
    return handed_on(reader, Member(reader.read(holder, depth), reader.text(name), line_of(name)))


_KINDS: dict[str, Convert] = {
    "type_identifier": as_name,
    "this": _self,
    "super": as_name,
    "integral_type": as_name,
    "floating_point_type": as_name,
    "boolean_type": as_name,
    "void_type": as_name,
    "field_access": _member,
    "scoped_identifier": _scoped,
    "scoped_type_identifier": _scoped,
    "method_invocation": _invocation,
    "object_creation_expression": _creation,
    "explicit_constructor_invocation": _constructed,
    "annotation": _annotation,
    "marker_annotation": _annotation,
    "string_literal": _string,
    "character_literal": _character,
    "decimal_integer_literal": _number,
    "hex_integer_literal": _number,
    "octal_integer_literal": _number,
    "binary_integer_literal": _number,
    "decimal_floating_point_literal": _number,
    "true": as_constant(value=True),
    "false": as_constant(value=False),
    "null_literal": as_constant(value=None),
    "parenthesized_expression": _inner,
    "class_literal": _inner,
    "annotated_type": _inner,
    "wildcard": _inner,
    "array_type": _part("element"),
    "cast_expression": _part("value"),
    "instanceof_expression": _part("left"),
    "assignment_expression": _part("right"),
    "array_initializer": as_items,
    "element_value_array_initializer": as_items,
    "array_creation_expression": _array,
    "array_access": _item,
    "generic_type": _generic,
    "binary_expression": _operation,
    "unary_expression": _unary,
    "ternary_expression": _conditional,
    "switch_expression": _switch,
    "lambda_expression": _lambda,
    "method_reference": _reference,
}


@cache
def _kinds() -> tuple[int, dict[int, Convert]]:
    language = grammar()
    return language.id_for_node_kind("identifier", True) or 0, numbered(language, _KINDS)


def reader(data: bytes, calls: frozenset[str]) -> Reader:
    """The reader of one file."""
    return Reader(data, calls, *_kinds())
