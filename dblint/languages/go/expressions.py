"""Nodes of Go's grammar as expressions of the common syntax."""

import re
from bisect import bisect_right
from functools import cache

import tree_sitter_go
from tree_sitter import Language, Node

from dblint.languages.converts import as_binary, as_constant, as_last, as_name
from dblint.languages.go import library
from dblint.languages.go.strings import decoded, line_starts
from dblint.languages.reader import DEEPEST, Convert, Reader, field, line_of, meaningful, number, numbered
from dblint.model.syntax import (
    Call,
    Expression,
    Item,
    Items,
    Literal,
    Mapping,
    Member,
    Name,
    Opaque,
    Operation,
    Spread,
    Text,
)

Receivers = list[tuple[int, int, bytes]]
"""(start, end, name) of every method whose receiver has a name, by their start."""

_BUILTIN_TYPES = """
any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16
uint32 uint64 uintptr
"""
BUILTIN_TYPES = frozenset(_BUILTIN_TYPES.split())

_LISTS = frozenset({"Pipeline", "A"})
"""Named types of lists, of the MongoDB driver."""
# A context is carried along by nearly every call and says nothing: `Query(ctx, text)` is read like `Query(text)`.
_CONTEXT = re.compile(r"(?:\w+\.)*(?:ctx\w*|\w*Ctx|\w*[cC]ontext(?:\(\))?|Background\(\)|TODO\(\))")


def is_context(written: str) -> bool:
    """Whether an argument, or the type of a parameter, is a `context.Context`, by the names that it always has."""
    return _CONTEXT.fullmatch(written) is not None


@cache
def grammar() -> Language:
    """The Go grammar."""
    return Language(tree_sitter_go.language())


class GoReader(Reader):
    """Reads Go expressions; the receiver of the method around is `self`, whatever the method calls it."""

    __slots__ = ("_names", "_receivers", "_starts")

    def __init__(self, data: bytes, calls: frozenset[str], receivers: Receivers) -> None:
        super().__init__(data, calls, *_kinds())
        self._receivers = receivers
        self._starts = [start for start, _, _ in receivers]
        self._names = frozenset(name for _, _, name in receivers)

    def read(self, node: Node, depth: int = 0) -> Expression:
        """The expression that a node stands for."""
        kind = node.kind_id
        if kind == self.name:
            written = self.data[node.start_byte : node.end_byte]
            if written in self._names and self.receives(node.start_byte, written):
                return Name("self", line_of(node))
            return Name(written.decode(), line_of(node))
        convert = self.kinds.get(kind)
        return convert(self, node, depth + 1) if convert and depth < DEEPEST else Opaque(line_of(node))

    def receives(self, place: int, name: bytes) -> bool:
        """Whether a name at a place is that of the receiver of the method around it."""
        index = bisect_right(self._starts, place) - 1
        return index >= 0 and self._receivers[index][1] > place and self._receivers[index][2] == name


def _member(reader: Reader, node: Node, depth: int) -> Expression:
    name = field(node, "field")
    return Member(reader.read(field(node, "operand"), depth), reader.text(name), line_of(name))


def _qualified(reader: Reader, node: Node, _: int) -> Expression:
    package, name = field(node, "package"), field(node, "name")
    return Member(Name(reader.text(package), line_of(package)), reader.text(name), line_of(name))


def _generic_type(reader: Reader, node: Node, depth: int) -> Expression:
    value = reader.read(field(node, "type"), depth)
    return Item(value, _one(_type_arguments(reader, field(node, "type_arguments"), depth), line_of(node)), line_of(node))


def _type_arguments(reader: Reader, node: Node, depth: int) -> tuple[Expression, ...]:
    return tuple(reader.read(inner, depth) for element in meaningful(node) for inner in meaningful(element)[:1])


def _one(values: tuple[Expression, ...], line: int) -> Expression:
    return values[0] if len(values) == 1 else Items(values, line)


def _call(reader: Reader, node: Node, depth: int) -> Expression:
    written = field(node, "function")
    arguments = node.child_by_field_name("arguments")
    given = meaningful(arguments) if arguments else []
    if given and is_context(reader.text(given[0])):
        given = given[1:]
    function = reader.read(written, depth)
    if isinstance(function, Name):
        if function.name in {"new", "make"} and given:
            return Call(reader.read(given[0], depth), (), (), function.line)
        if function.name in BUILTIN_TYPES and len(given) == 1:
            return reader.read(given[0], depth)
    line = function.line if isinstance(function, Name | Member) else field(node, "function").end_point[0] + 1
    types = node.child_by_field_name("type_arguments")
    keywords = (("<>", _one(_type_arguments(reader, types, depth), line)),) if types else ()
    if isinstance(function, Item) and _is_type(function.key) and isinstance(function.value, Name | Member):
        keywords, function = (("<>", function.key),), function.value  # `NewRepo[Order](db)` reads like an index
        line = function.line
    return _made(reader, function, reader.all(given, depth), keywords, line)


def _is_type(written: Expression) -> bool:
    """Return whether an index can only be a type: a name that begins with a capital letter, as types from elsewhere do."""
    return isinstance(written, Name | Member) and written.name[:1].isupper()


def _made(
    reader: Reader,
    function: Expression,
    arguments: tuple[Expression, ...],
    keywords: tuple[tuple[str, Expression], ...],
    line: int,
) -> Expression:
    """A call, or what a call of the standard library's string functions stands for."""
    if isinstance(function, Name | Member) and function.name in reader.calls:
        reader.found = True
    if isinstance(function, Member):
        text = library.text(function, arguments)
        if text is not None:
            return text
    return Call(function, arguments, keywords, line)


def _conversion(reader: Reader, node: Node, depth: int) -> Expression:
    """`[]byte(x)` is x; `load[User](x)` is a call, which the grammar takes for a conversion."""
    operand = reader.read(field(node, "operand"), depth)
    kind = field(node, "type")
    if kind.type != "generic_type":
        return operand
    line = line_of(kind)
    types = _one(_type_arguments(reader, field(kind, "type_arguments"), depth), line)
    return _made(reader, reader.read(field(kind, "type"), depth), (operand,), (("<>", types),), line)


def _composite(reader: Reader, node: Node, depth: int) -> Expression:
    return _literal_of(reader, field(node, "type"), field(node, "body"), depth)


def _literal_of(reader: Reader, kind: Node, body: Node, depth: int) -> Expression:
    """A composite literal: a list, a mapping, or a call of the type with its fields as keywords."""
    line = line_of(body)
    if depth >= DEEPEST:
        return Opaque(line)
    elements = meaningful(body)
    while kind.type in {"pointer_type", "parenthesized_type"}:
        kind = meaningful(kind)[0]
    if kind.type in {"slice_type", "array_type", "implicit_length_array_type"}:
        inner = field(kind, "element")
        element_type = reader.read(inner, depth)
        named = isinstance(element_type, Member) or (isinstance(element_type, Name) and element_type.name not in BUILTIN_TYPES)
        if not elements and named:
            return Call(element_type, (), (), line)
        return Items(tuple(_element(reader, inner, _value_of(each), depth) for each in elements), line)
    if kind.type == "map_type":
        return _mapping(reader, elements, field(kind, "value"), line, depth)
    return _of_named(reader, kind, elements, line, depth)


def _of_named(reader: Reader, kind: Node, elements: list[Node], line: int, depth: int) -> Expression:
    """A literal of a type that has a name, which may be a struct, a list or a mapping."""
    made = reader.read(kind, depth)
    if isinstance(made, Item):  # a generic type
        made = made.value
    keyed = [each for each in elements if each.type == "keyed_element"]
    if not keyed and (pairs := _pairs(elements)):
        return _paired(reader, pairs, line, depth)
    if not keyed and getattr(made, "name", "") in _LISTS:
        return Items(tuple(_element(reader, None, each, depth) for each in elements), line)
    if not keyed:
        return Call(made, tuple(_element(reader, None, each, depth) for each in elements), (), line)
    if all(_inner(_key_of(each)).type == "identifier" for each in keyed):
        fields = tuple((reader.text(_key_of(each)), _element(reader, None, _value_of(each), depth)) for each in keyed)
        return Call(made, (), fields, line)
    return _mapping(reader, elements, None, line, depth)


def _pairs(elements: list[Node]) -> list[tuple[Node, Node]]:
    """The keys and values of an ordered document: `bson.D{{"name", x}}`, `bson.D{{Key: "name", Value: x}}`."""
    found = []
    for each in elements:
        parts = [_value_of(part) for part in meaningful(_inner(each))] if _inner(each).type == "literal_value" else []
        if len(parts) != 2 or _inner(parts[0]).type != "interpreted_string_literal":
            return []
        found.append((parts[0], parts[1]))
    return found


def _paired(reader: Reader, pairs: list[tuple[Node, Node]], line: int, depth: int) -> Expression:
    return Mapping(
        tuple((_element(reader, None, key, depth), _element(reader, None, value, depth)) for key, value in pairs), line
    )


def _mapping(reader: Reader, elements: list[Node], kind: Node | None, line: int, depth: int) -> Expression:
    pairs = [
        (_element(reader, None, _key_of(each), depth), _element(reader, kind, _value_of(each), depth))
        for each in elements
        if each.type == "keyed_element"
    ]
    return Mapping(tuple(pairs), line)


def _key_of(element: Node) -> Node:
    return field(element, "key")


def _value_of(element: Node) -> Node:
    return field(element, "value") if element.type == "keyed_element" else element


def _inner(element: Node) -> Node:
    """What a literal element holds."""
    children = meaningful(element)
    return children[0] if element.type == "literal_element" and children else element


def _element(reader: Reader, kind: Node | None, element: Node, depth: int) -> Expression:
    """One element; a literal without a type has that of the list or mapping around it."""
    inner = _inner(element)
    if inner.type != "literal_value":
        return reader.read(inner, depth)
    if kind is not None:
        return _literal_of(reader, kind, inner, depth + 1)
    if pairs := _pairs(meaningful(inner)):
        return _paired(reader, pairs, line_of(inner), depth + 1)
    values = tuple(_element(reader, None, _value_of(each), depth + 1) for each in meaningful(inner)) if depth < DEEPEST else ()
    return Items(values, line_of(inner))


def _interpreted(reader: Reader, node: Node, _: int) -> Expression:
    return _text(reader, decoded(reader.text(node)[1:-1]), node)


def _raw(reader: Reader, node: Node, _: int) -> Expression:
    return _text(reader, reader.text(node)[1:-1], node)


def _text(reader: Reader, value: str, node: Node) -> Text:
    return reader.literal(value, line_of(node), line_starts(value) if node.type == "raw_string_literal" else ())


def _number(reader: Reader, node: Node, _: int) -> Expression:
    written = reader.text(node)
    line = line_of(node)
    if written.startswith("0") and written[1:].isdigit():
        written = f"0o{written[1:]}"
    try:
        value = int(written, 0)
    except ValueError:
        return Opaque(line)
    return number(value, line)


def _operand(reader: Reader, node: Node, depth: int) -> Expression:
    return reader.read(field(node, "operand"), depth)


def _unary(reader: Reader, node: Node, depth: int) -> Expression:
    operand = reader.read(field(node, "operand"), depth)
    operator = field(node, "operator").type
    line = line_of(node)
    if operator in {"&", "*", "<-"}:
        return operand
    if operator == "-" and isinstance(operand, Literal) and operand.value is not None:
        return Literal(-operand.value, line)
    return Operation(operator, Opaque(line), operand, line)


def _item(reader: Reader, node: Node, depth: int) -> Expression:
    value = reader.read(field(node, "operand"), depth)
    return Item(value, reader.read(field(node, "index"), depth), line_of(node))


def _several(reader: Reader, node: Node, depth: int) -> Expression:
    return _one(reader.all(node.named_children, depth), line_of(node))


def _results(reader: Reader, node: Node, depth: int) -> Expression:
    """The types of several results."""
    kinds = [field(child, "type") for child in meaningful(node)]
    return Items(tuple(reader.read(kind, depth) for kind in kinds), line_of(node))


def _spread(reader: Reader, node: Node, depth: int) -> Expression:
    return Spread(as_last(reader, node, depth), line_of(node))


_KINDS: dict[str, Convert] = {
    "type_identifier": as_name,
    "package_identifier": as_name,
    "field_identifier": as_name,
    "qualified_type": _qualified,
    "generic_type": _generic_type,
    "pointer_type": as_last,
    "slice_type": as_last,
    "array_type": as_last,
    "parenthesized_type": as_last,
    "channel_type": as_last,
    "selector_expression": _member,
    "call_expression": _call,
    "type_conversion_expression": _conversion,
    "type_assertion_expression": _operand,
    "slice_expression": _operand,
    "composite_literal": _composite,
    "interpreted_string_literal": _interpreted,
    "raw_string_literal": _raw,
    "int_literal": _number,
    "true": as_constant(value=True),
    "false": as_constant(value=False),
    "nil": as_constant(value=None),
    "parenthesized_expression": as_last,
    "unary_expression": _unary,
    "binary_expression": as_binary,
    "index_expression": _item,
    "expression_list": _several,
    "parameter_list": _results,
    "variadic_argument": _spread,
}


@cache
def _kinds() -> tuple[int, dict[int, Convert]]:
    language = grammar()
    return language.id_for_node_kind("identifier", True) or 0, numbered(language, _KINDS)
