"""Nodes of Python's grammar as expressions of the common syntax."""

import re
from functools import cache

import tree_sitter_python
from tree_sitter import Language, Node

from dblint.languages.converts import as_constant, as_first, as_items, as_spread, one_or_items, options_of
from dblint.languages.python.strings import decoded, opened
from dblint.languages.reader import Convert, Reader, field, line_of, meaningful, number, numbered
from dblint.model.syntax import (
    Call,
    Choice,
    Each,
    Expression,
    Item,
    Lambda,
    Literal,
    Mapping,
    Member,
    Name,
    Opaque,
    Operation,
    Template,
    Text,
)

# Most strings: one quote on either side, nothing to decode.
_PLAIN = re.compile(r"\"[^\"\\\n]*\"|'[^'\\\n]*'").fullmatch


@cache
def grammar() -> Language:
    """The Python grammar."""
    return Language(tree_sitter_python.language())


def _member(reader: Reader, node: Node, depth: int) -> Expression:
    name = field(node, "attribute")
    return Member(reader.read(field(node, "object"), depth), reader.text(name), line_of(name))


def _call(reader: Reader, node: Node, depth: int) -> Expression:
    function = reader.read(field(node, "function"), depth)
    if isinstance(function, Name | Member):
        line = function.line
        if function.name in reader.calls:
            reader.found = True
    else:
        line = field(node, "function").end_point[0] + 1
    arguments, keywords = read_arguments(reader, node.child_by_field_name("arguments"), depth)
    return Call(function, arguments, keywords, line)


def read_arguments(
    reader: Reader, node: Node | None, depth: int = 0
) -> tuple[tuple[Expression, ...], tuple[tuple[str, Expression], ...]]:
    """Positional (spreads among them) and keyword arguments of a call or class."""
    if node is None:
        return (), ()
    if node.type == "generator_expression":
        return (reader.read(node, depth),), ()
    arguments: list[Expression] = []
    keywords: list[tuple[str, Expression]] = []
    for child in meaningful(node):
        if child.type == "keyword_argument":
            keywords.append((reader.text(field(child, "name")), reader.read(field(child, "value"), depth)))
        else:
            arguments.append(reader.read(child, depth))
    return tuple(arguments), tuple(keywords)


def _string(reader: Reader, node: Node, depth: int) -> Expression:
    written = reader.text(node)
    line = line_of(node)
    if _PLAIN(written):
        value = written[1:-1]
        return reader.literal(value, line)
    prefix, quote = opened(written)
    if "b" in prefix:
        return Opaque(line)
    if "f" in prefix or "t" in prefix:
        return _template(reader, node, depth, escapes="r" not in prefix)
    end = len(written) - len(quote) if written.endswith(quote) else len(written)
    return _decoded(reader, written[len(prefix) + len(quote) : end], line, escapes="r" not in prefix, braces=False)


def _template(reader: Reader, node: Node, depth: int, *, escapes: bool) -> Expression:
    """An f-string or t-string; a text if it has no holes."""
    first, *others = node.children
    parts: list[Expression] = []
    start, line = first.end_byte, first.end_point[0] + 1
    for child in others:
        if child.type not in {"interpolation", "string_end"}:
            continue
        if start < child.start_byte:
            raw = reader.data[start : child.start_byte].decode()
            parts.append(_decoded(reader, raw, line, escapes=escapes, braces=True))
        start, line = child.end_byte, child.end_point[0] + 1
        if child.type == "interpolation":
            hole = child.child_by_field_name("expression")
            parts.append(reader.read(hole, depth) if hole else Opaque(line_of(child)))
    if len(parts) > 1 or (parts and not isinstance(parts[0], Text)):
        return Template(tuple(parts), line_of(node))
    return parts[0] if parts else Text("", line_of(node))


def _decoded(reader: Reader, raw: str, line: int, *, escapes: bool, braces: bool) -> Text:
    value, breaks = decoded(raw, escapes=escapes, braces=braces)
    return reader.literal(value, line, breaks)


def _adjacent(reader: Reader, node: Node, depth: int) -> Expression:
    parts: list[Expression] = []
    for part in reader.all(node.named_children, depth):
        parts += part.parts if isinstance(part, Template) else (part,)
    return Template(tuple(parts), line_of(node))


def _number(reader: Reader, node: Node, _: int) -> Expression:
    written = reader.text(node)
    try:
        value = int(written, 0) if node.type == "integer" else float(written)
    except ValueError:
        return Opaque(line_of(node))
    return number(value, line_of(node))


def _walrus(reader: Reader, node: Node, depth: int) -> Expression:
    return reader.read(field(node, "value"), depth)


def _item(reader: Reader, node: Node, depth: int) -> Expression:
    value = field(node, "value")
    keys = reader.all(node.children_by_field_name("subscript"), depth)
    line = value.end_point[0] + 1
    return Item(reader.read(value, depth), one_or_items(keys, line), line)


def _generic(reader: Reader, node: Node, depth: int) -> Expression:
    """`Mapped[int]` in an annotation, which the grammar has apart from subscripts."""
    value, *parameters = meaningful(node)
    keys = tuple(key for each in parameters for key in reader.all(each.named_children, depth))
    line = value.end_point[0] + 1
    return Item(reader.read(value, depth), one_or_items(keys, line), line)


def _mapping(reader: Reader, node: Node, depth: int) -> Expression:
    return Mapping(tuple(_pair(reader, child, depth) for child in meaningful(node)), line_of(node))


def _pair(reader: Reader, node: Node, depth: int) -> tuple[Expression, Expression]:
    if node.type == "pair":
        return reader.read(field(node, "key"), depth), reader.read(field(node, "value"), depth)
    spread = reader.read(node, depth)
    return spread, Opaque(line_of(node))


def _operation(reader: Reader, node: Node, depth: int) -> Expression:
    operator = field(node, "operator").type
    left, right = reader.read(field(node, "left"), depth), reader.read(field(node, "right"), depth)
    return Operation(operator, left, right, line_of(node))


def _comparison(reader: Reader, node: Node, depth: int) -> Expression:
    operators = node.children_by_field_name("operators")
    left, *others = reader.all(node.named_children, depth)
    for operator, right in zip(operators, others, strict=False):
        left = Operation(operator.type, left, right, line_of(node))
    return left


def _boolean(reader: Reader, node: Node, depth: int) -> Expression:
    left, right = reader.read(field(node, "left"), depth), reader.read(field(node, "right"), depth)
    if field(node, "operator").type == "and":
        return Operation("and", left, right, line_of(node))
    return Choice((*options_of(left), *options_of(right)), line_of(node))


def _conditional(reader: Reader, node: Node, depth: int) -> Expression:
    children = meaningful(node)
    if len(children) != 3:
        return Opaque(line_of(node))
    first, condition, last = children
    found, reader.found = reader.found, False
    deciding = reader.read(condition, depth)
    if reader.found:
        reader.asides.append((condition, deciding))
    reader.found = found
    return Choice((*options_of(reader.read(first, depth)), *options_of(reader.read(last, depth))), line_of(node))


def _unary(reader: Reader, node: Node, depth: int) -> Expression:
    operand = reader.read(field(node, "argument"), depth)
    line = line_of(node)
    operator = "not" if node.type == "not_operator" else field(node, "operator").type
    if operator == "-" and isinstance(operand, Literal) and operand.value is not None:
        return Literal(-operand.value, line)
    return Operation(operator, Opaque(line), operand, line)


def _each(reader: Reader, node: Node, depth: int) -> Expression:
    body = field(node, "body")
    element = Mapping((_pair(reader, body, depth),), line_of(body)) if body.type == "pair" else reader.read(body, depth)
    loops: list[tuple[Expression, Expression]] = []
    conditions: list[Expression] = []
    for child in meaningful(node):
        if child.type == "for_in_clause":
            over = reader.all(child.children_by_field_name("right"), depth)
            loops.append((reader.read(field(child, "left"), depth), one_or_items(over, line_of(child))))
        elif child.type == "if_clause":
            conditions.append(as_first(reader, child, depth))
    return Each(element, tuple(loops), tuple(conditions), line_of(node))


def _lambda(reader: Reader, node: Node, depth: int) -> Expression:
    parameters = node.child_by_field_name("parameters")
    names = tuple(reader.text(_parameter_name(child)) for child in meaningful(parameters)) if parameters else ()
    return Lambda(names, reader.read(field(node, "body"), depth), line_of(node))


def _parameter_name(node: Node) -> Node:
    return node.child_by_field_name("name") or node


_KINDS: dict[str, Convert] = {
    "attribute": _member,
    "member_type": as_first,
    "call": _call,
    "string": _string,
    "concatenated_string": _adjacent,
    "integer": _number,
    "float": _number,
    "true": as_constant(value=True),
    "false": as_constant(value=False),
    "none": as_constant(value=None),
    "parenthesized_expression": as_first,
    "await": as_first,
    "yield": as_first,
    "type": as_first,
    "as_pattern_target": as_first,
    "as_pattern": as_first,
    "named_expression": _walrus,
    "list": as_items,
    "tuple": as_items,
    "set": as_items,
    "expression_list": as_items,
    "pattern_list": as_items,
    "tuple_pattern": as_items,
    "list_pattern": as_items,
    "subscript": _item,
    "generic_type": _generic,
    "dictionary": _mapping,
    "binary_operator": _operation,
    "comparison_operator": _comparison,
    "boolean_operator": _boolean,
    "conditional_expression": _conditional,
    "unary_operator": _unary,
    "not_operator": _unary,
    "list_comprehension": _each,
    "set_comprehension": _each,
    "generator_expression": _each,
    "dictionary_comprehension": _each,
    "lambda": _lambda,
    "list_splat": as_spread,
    "dictionary_splat": as_spread,
    "list_splat_pattern": as_spread,
}


@cache
def _kinds() -> tuple[int, dict[int, Convert]]:
    language = grammar()
    return language.id_for_node_kind("identifier", True) or 0, numbered(language, _KINDS)


def reader(data: bytes, calls: frozenset[str]) -> Reader:
    """The reader of one file."""
    return Reader(data, calls, *_kinds())
