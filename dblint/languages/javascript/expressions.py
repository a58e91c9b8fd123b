"""Nodes of the JavaScript and TypeScript grammars as expressions of the common syntax."""

from collections.abc import Mapping as Table
from functools import cache

import tree_sitter_javascript
from tree_sitter import Language, Node

from dblint.languages.converts import as_constant, as_first, as_items, as_last, as_name, as_spread, options_of
from dblint.languages.javascript.functions import anonymous, key_of, named, only_expression, receiver
from dblint.languages.javascript.imports import required
from dblint.languages.javascript.strings import decoded
from dblint.languages.javascript.types import TYPES, type_arguments
from dblint.languages.reader import Convert, Reader, field, line_of, meaningful, number
from dblint.languages.reader import numbered as by_number
from dblint.model.syntax import (
    Call,
    Choice,
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


@cache
def grammar() -> Language:
    """The JavaScript grammar, JSX included."""
    return Language(tree_sitter_javascript.language())


def _member(reader: Reader, node: Node, depth: int) -> Expression:
    name, value = field(node, "property"), field(node, "object")
    above = Call(Name("super", line_of(value)), (), (), line_of(value)) if value.type == "super" else None  # as Python says it
    return Member(above or reader.read(value, depth), reader.text(name).lstrip("#"), line_of(name))


def _call(reader: Reader, node: Node, depth: int) -> Expression:
    called = node.child_by_field_name("function") or field(node, "constructor")
    module = module_of(reader, node)
    if module:
        return Name(required(module), line_of(node))
    function = reader.read(called, depth)
    if isinstance(function, Name | Member):
        line = function.line
        if function.name in reader.calls:
            reader.found = True
    else:
        line = called.end_point[0] + 1
    given = node.child_by_field_name("arguments")
    if given is not None and given.type == "template_string":
        arguments: tuple[Expression, ...] = (reader.read(given, depth),)
    else:
        arguments = reader.all(given.named_children, depth) if given is not None else ()
    types = type_arguments(reader, node, depth)
    return Call(function, arguments, (("<>", types),) if types is not None else (), line)


def module_of(reader: Reader, node: Node) -> str:
    """The module that `require("m")` or `import("m")` loads; empty for any other call."""
    function = node.child_by_field_name("function")
    if function is None or (function.type != "import" and reader.text(function) != "require"):
        return ""
    given = node.child_by_field_name("arguments")
    first = meaningful(given)[:1] if given is not None else []
    return reader.text(first[0])[1:-1] if first and first[0].type == "string" else ""


def _string(reader: Reader, node: Node, _: int) -> Expression:
    return _text(reader, reader.text(node)[1:-1], line_of(node))


def _text(reader: Reader, raw: str, line: int) -> Text:
    value, breaks = decoded(raw)
    return reader.literal(value, line, breaks)


def _template(reader: Reader, node: Node, depth: int) -> Expression:
    """A template literal; a text if it has no holes."""
    parts: list[Expression] = []
    start, line = node.start_byte + 1, line_of(node)
    for child in [*node.named_children, None]:
        if child is not None and child.type != "template_substitution":
            continue
        end = child.start_byte if child is not None else node.end_byte - 1
        if start < end:
            parts.append(_text(reader, reader.data[start:end].decode("utf-8", "replace"), line))
        if child is not None:
            start, line = child.end_byte, child.end_point[0] + 1
            parts.append(as_first(reader, child, depth))
    if len(parts) > 1 or (parts and not isinstance(parts[0], Text)):
        return Template(tuple(parts), line_of(node))
    return parts[0] if parts else Text("", line_of(node))


def _number(reader: Reader, node: Node, _: int) -> Expression:
    written = reader.text(node).replace("_", "").rstrip("n")
    try:
        value = int(written, 0) if written.isdigit() or written[:2].lower() in {"0x", "0o", "0b"} else float(written)
    except ValueError:
        return Opaque(line_of(node))
    return number(value, line_of(node))


def _item(reader: Reader, node: Node, depth: int) -> Expression:
    value = field(node, "object")
    line = value.end_point[0] + 1
    return Item(reader.read(value, depth), reader.read(field(node, "index"), depth), line)


def _mapping(reader: Reader, node: Node, depth: int) -> Expression:
    return Mapping(tuple(_pair(reader, child, depth) for child in meaningful(node)), line_of(node))


def _pair(reader: Reader, node: Node, depth: int) -> tuple[Expression, Expression]:
    line = line_of(node)
    match node.type:
        case "shorthand_property_identifier":
            name = reader.text(node)
            return Text(name, line), Name(name, line)
        case "method_definition":
            return Text(key_of(node.child_by_field_name("name")), line), _function(reader, node, depth)
        case "pair":
            key = field(node, "key")
            written = key_of(key)
            named_by = (
                reader.read(meaningful(key)[0], depth) if not written and meaningful(key) else Text(written, line_of(key))
            )
            return named_by, reader.read(field(node, "value"), depth)
        case _:
            return reader.read(node, depth), Opaque(line)


def _operation(reader: Reader, node: Node, depth: int) -> Expression:
    operator = field(node, "operator").type
    left, right = reader.read(field(node, "left"), depth), reader.read(field(node, "right"), depth)
    if operator in {"||", "??"}:
        return Choice((*options_of(left), *options_of(right)), line_of(node))
    return Operation({"&&": "and", "===": "==", "!==": "!="}.get(operator, operator), left, right, line_of(node))


def _conditional(reader: Reader, node: Node, depth: int) -> Expression:
    condition = field(node, "condition")
    found, reader.found = reader.found, False
    deciding = reader.read(condition, depth)
    if reader.found:
        reader.asides.append((condition, deciding))
    reader.found = found
    first, other = (reader.read(field(node, name), depth) for name in ("consequence", "alternative"))
    return Choice((*options_of(first), *options_of(other)), line_of(node))


def _unary(reader: Reader, node: Node, depth: int) -> Expression:
    operator, line = field(node, "operator").type, line_of(node)
    operand = reader.read(field(node, "argument"), depth)
    if operator == "-" and isinstance(operand, Literal) and operand.value is not None:
        return Literal(-operand.value, line)
    if operator == "void":
        return operand
    return Operation("not" if operator == "!" else operator, Opaque(line), operand, line)


def _function(reader: Reader, node: Node, depth: int) -> Expression:
    """A function inside an expression: what its one expression gives, else the name of the scope that it opens."""
    line = line_of(node)
    if (known := named(node)) is not None:
        return Name(known.name, line)
    body = only_expression(node)
    if body is None:
        reader.found = True  # its statements may hold what matters
        return Name(anonymous(node), line)
    return Lambda(parameter_names(reader, node), reader.read(body, depth), line)


def parameter_names(reader: Reader, node: Node) -> tuple[str, ...]:
    """The names of a function's parameters; a pattern is its source."""
    single = node.child_by_field_name("parameter")
    listed = node.child_by_field_name("parameters")
    written = [single] if single is not None else meaningful(listed) if listed is not None else []
    return tuple(reader.text(pattern_of(each)) for each in written)


def pattern_of(parameter: Node) -> Node:
    """The name or pattern of a parameter, without its type and default."""
    inner = parameter.child_by_field_name("pattern") or parameter
    return inner.child_by_field_name("left") or inner if inner.type == "assignment_pattern" else inner


def _this(_: Reader, node: Node, _depth: int) -> Expression:
    return Name(receiver(node), line_of(node))


KINDS: Table[str, Convert] = {
    "member_expression": _member,
    "call_expression": _call,
    "new_expression": _call,
    "string": _string,
    "template_string": _template,
    "number": _number,
    "true": as_constant(value=True),
    "false": as_constant(value=False),
    "null": as_constant(value=None),
    "undefined": as_constant(value=None),
    "parenthesized_expression": as_first,
    "await_expression": as_first,
    "yield_expression": as_first,
    "as_expression": as_first,
    "satisfies_expression": as_first,
    "non_null_expression": as_first,
    "type_assertion": as_last,
    "instantiation_expression": as_first,
    "assignment_expression": as_last,
    "sequence_expression": as_items,
    "array": as_items,
    "subscript_expression": _item,
    "object": _mapping,
    "binary_expression": _operation,
    "ternary_expression": _conditional,
    "unary_expression": _unary,
    "arrow_function": _function,
    "function_expression": _function,
    "generator_function": _function,
    "spread_element": as_spread,
    "this": _this,
    "super": _this,
    "shorthand_property_identifier": as_name,
    "shorthand_property_identifier_pattern": as_name,
    "property_identifier": as_name,
    "private_property_identifier": as_name,
    **TYPES,
}


@cache
def numbered(language: Language) -> tuple[int, dict[int, Convert]]:
    """The grammar's number for plain names, and the converters by the numbers of their kinds."""
    return language.id_for_node_kind("identifier", True) or 0, by_number(language, KINDS)


def reader(data: bytes, calls: frozenset[str], language: Language) -> Reader:
    """The reader of one file."""
    return Reader(data, calls, *numbered(language))
