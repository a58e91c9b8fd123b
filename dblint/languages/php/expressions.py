"""Nodes of PHP's grammar as expressions of the common syntax."""

from collections.abc import Callable
from functools import cache
from typing import cast

import tree_sitter_php
from tree_sitter import Language, Node

from dblint.languages.converts import as_items, as_last, as_nothing, options_of
from dblint.languages.php import library
from dblint.languages.php.strings import decoded
from dblint.languages.reader import Convert, Reader, field, line_of, meaningful, number, numbered
from dblint.languages.vocabulary import caseless
from dblint.model.syntax import (
    Call,
    Choice,
    Expression,
    Item,
    Items,
    Lambda,
    Literal,
    Mapping,
    Member,
    Name,
    Opaque,
    Operation,
    Spread,
    Template,
    Text,
)

_STRINGS = frozenset({"string_content", "escape_sequence", "nowdoc_string"})
_SCOPES = {"self": "cls", "static": "cls", "parent": "super"}


class PhpReader(Reader):
    """The reader of a PHP file; `short` gives the name under which a qualified class name is known in the file."""

    def __init__(self, data: bytes, calls: frozenset[str]) -> None:
        super().__init__(data, calls, *_kinds())
        self.calls = caseless(calls)
        self.short: Callable[[str, int], str] = lambda written, _: written.rpartition("\\")[2]


@cache
def grammar() -> Language:
    """The PHP grammar, with the HTML around PHP."""
    return Language(tree_sitter_php.language_php())


def _variable(reader: Reader, node: Node, _: int) -> Expression:
    name = reader.text(node).lstrip("$")
    return Name("self" if name == "this" else name, line_of(node))


def _name(reader: Reader, node: Node, _: int) -> Expression:
    written = reader.text(node)
    return Name(_SCOPES.get(written.lower(), written), line_of(node))


def _qualified(reader: Reader, node: Node, _: int) -> Expression:
    return Name(cast("PhpReader", reader).short(reader.text(node), line_of(node)), line_of(node))


def _member(reader: Reader, node: Node, depth: int) -> Expression:
    name = field(node, "name")
    if name.type != "name":
        return Opaque(line_of(node))
    return Member(reader.read(field(node, "object"), depth), reader.text(name), line_of(name))


def _static(reader: Reader, node: Node, depth: int) -> Expression:
    name = field(node, "name")
    return Member(reader.read(field(node, "scope"), depth), reader.text(name).lstrip("$"), line_of(name))


def _class_constant(reader: Reader, node: Node, depth: int) -> Expression:
    """`User::class` is the class, `User::TABLE` a member of it."""
    holder, *names = meaningful(node)
    value = reader.read(holder, depth)
    if not names or reader.text(names[0]) == "class":
        return value
    return Member(value, reader.text(names[0]), line_of(names[0]))


def _call(reader: Reader, node: Node, depth: int) -> Expression:
    function = field(node, "function")
    value = reader.read(function, depth)
    return _called(reader, value, node, function, depth)


def _method(reader: Reader, node: Node, depth: int) -> Expression:
    holder = node.child_by_field_name("object") or field(node, "scope")
    name = field(node, "name")
    receiver = reader.read(holder, depth)
    if name.type != "name":
        return _called(reader, Opaque(line_of(name)), node, name, depth)
    return _called(reader, Member(receiver, reader.text(name), line_of(name)), node, name, depth)


def _called(reader: Reader, function: Expression, node: Node, name: Node, depth: int) -> Expression:
    if isinstance(function, Name | Member) and function.name in reader.calls:
        reader.found = True
    arguments, keywords = read_arguments(reader, node.child_by_field_name("arguments"), depth)
    made = library.text(function.name, arguments, line_of(name)) if isinstance(function, Name) and not keywords else None
    return made or Call(function, arguments, keywords, line_of(name))


def _new(reader: Reader, node: Node, depth: int) -> Expression:
    children = meaningful(node)
    made = next((child for child in children if child.type != "arguments"), None)
    given = next((child for child in children if child.type == "arguments"), None)
    line = line_of(made or node)
    if made is None or made.type == "anonymous_class":
        return Opaque(line)
    function = reader.read(made, depth)
    if isinstance(function, Name) and function.name in reader.calls:
        reader.found = True
    arguments, keywords = read_arguments(reader, given, depth)
    return Call(function, arguments, keywords, line)


def read_arguments(
    reader: Reader, node: Node | None, depth: int = 0
) -> tuple[tuple[Expression, ...], tuple[tuple[str, Expression], ...]]:
    """Positional (spreads among them) and named arguments of a call or attribute."""
    arguments: list[Expression] = []
    keywords: list[tuple[str, Expression]] = []
    for child in meaningful(node) if node is not None else ():
        name = child.child_by_field_name("name") if child.type == "argument" else None
        inner = [each for each in meaningful(child) if each != name] if child.type == "argument" else [child]
        if not inner:
            continue
        value = reader.read(inner[-1], depth)
        if name is not None:
            keywords.append((reader.text(name), value))
        else:
            arguments.append(value)
    return tuple(arguments), tuple(keywords)


def _string(reader: Reader, node: Node, depth: int) -> Expression:
    return _pieces(reader, node, depth, escapes=False, single=True)


def _encapsed(reader: Reader, node: Node, depth: int) -> Expression:
    return _pieces(reader, node, depth, escapes=True)


def _heredoc(reader: Reader, node: Node, depth: int) -> Expression:
    body = node.child_by_field_name("value")
    if body is None:
        body = next((child for child in meaningful(node) if child.type.endswith("_body")), None)
    return _pieces(reader, body, depth, escapes=node.type == "heredoc") if body is not None else Text("", line_of(node))


def _pieces(reader: Reader, node: Node, depth: int, *, escapes: bool, single: bool = False) -> Expression:
    """A string of any form: a text, or a template if it has holes."""
    parts: list[Expression] = []
    start: int | None = None
    end, line = 0, line_of(node)

    def flush() -> None:
        nonlocal start
        if start is not None and start < end:
            parts.append(_decoded(reader, reader.data[start:end].decode(), line, escapes=escapes, single=single))
        start = None

    for child in node.children:
        if child.type in _STRINGS:
            if start is None:
                start, line = child.start_byte, line_of(child)
            end = child.end_byte
        elif child.is_named and not child.is_extra:
            flush()
            parts.append(reader.read(child, depth))
    flush()
    if not parts:
        return Text("", line_of(node))
    return parts[0] if len(parts) == 1 and isinstance(parts[0], Text) else Template(tuple(parts), line_of(node))


def _decoded(reader: Reader, raw: str, line: int, *, escapes: bool, single: bool) -> Text:
    value, breaks = decoded(raw, escapes=escapes, single=single)
    return reader.literal(value, line, breaks)


def _array(reader: Reader, node: Node, depth: int) -> Expression:
    """A list, or a mapping if any element has a key."""
    line = line_of(node)
    elements = [meaningful(child) for child in meaningful(node)]
    if any(len(element) == 2 for element in elements):
        pairs = [
            (reader.read(element[0], depth), reader.read(element[-1], depth) if len(element) == 2 else Opaque(line))
            for element in elements
            if element
        ]
        return Mapping(tuple(pairs), line)
    return Items(tuple(reader.read(element[0], depth) for element in elements if element), line)


def _item(reader: Reader, node: Node, depth: int) -> Expression:
    holder, *keys = meaningful(node)
    line = holder.end_point[0] + 1
    return Item(reader.read(holder, depth), reader.read(keys[0], depth) if keys else Opaque(line), line)


def _binary(reader: Reader, node: Node, depth: int) -> Expression:
    operator = field(node, "operator").type
    left, right = reader.read(field(node, "left"), depth), reader.read(field(node, "right"), depth)
    line = line_of(node)
    if operator == "??":
        return Choice((*options_of(left), *options_of(right)), line)
    return Operation({".": "+", "&&": "and", "||": "or"}.get(operator, operator), left, right, line)


def _conditional(reader: Reader, node: Node, depth: int) -> Expression:
    deciding, body = field(node, "condition"), node.child_by_field_name("body")
    last = reader.read(field(node, "alternative"), depth)
    if body is None:  # `a ?: b`
        return Choice((*options_of(reader.read(deciding, depth)), *options_of(last)), line_of(node))
    first, found = reader.read(body, depth), reader.found
    reader.found = False
    condition = reader.read(deciding, depth)
    if reader.found:
        reader.asides.append((deciding, condition))
    reader.found = found
    return Choice((*options_of(first), *options_of(last)), line_of(node))


def _match(reader: Reader, node: Node, depth: int) -> Expression:
    arms = [arm for arm in meaningful(field(node, "body")) if arm.child_by_field_name("return_expression")]
    values = tuple(reader.read(field(arm, "return_expression"), depth) for arm in arms)
    return Choice(values, line_of(node)) if values else Opaque(line_of(node))


def _arrow(reader: Reader, node: Node, depth: int) -> Expression:
    return Lambda(parameters(reader, node), reader.read(field(node, "body"), depth), line_of(node))


def _closure(reader: Reader, node: Node, depth: int) -> Expression:
    """A function of one `return`; the statements of a longer one stand in the scope around it."""
    body = meaningful(field(node, "body"))
    line = line_of(node)
    inner = meaningful(body[0]) if len(body) == 1 and body[0].type == "return_statement" else []
    return Lambda(parameters(reader, node), reader.read(inner[0], depth) if inner else Opaque(line), line)


def returns_at_once(node: Node) -> bool:
    """Whether a closure is nothing but one `return`, so that its value stands where the closure does."""
    body = meaningful(field(node, "body"))
    return len(body) == 1 and body[0].type == "return_statement"


def parameters(reader: Reader, node: Node) -> tuple[str, ...]:
    """The names of a closure's parameters."""
    listed = node.child_by_field_name("parameters")
    return tuple(reader.text(field(child, "name")).lstrip("$") for child in (meaningful(listed) if listed else ()))


def _assigned(reader: Reader, node: Node, depth: int) -> Expression:
    """An assignment as a value: the name that has got it."""
    return reader.read(field(node, "left"), depth)


def _unary(reader: Reader, node: Node, depth: int) -> Expression:
    argument = node.child_by_field_name("argument") or meaningful(node)[-1]
    operand, line = reader.read(argument, depth), line_of(node)
    operator = reader.text(node)[:1]
    if operator == "-" and isinstance(operand, Literal) and operand.value is not None:
        return Literal(-operand.value, line)
    return Operation("not" if operator == "!" else operator, Opaque(line), operand, line)


def _spread(reader: Reader, node: Node, depth: int) -> Expression:
    return Spread(as_last(reader, node, depth), line_of(node))


def _number(reader: Reader, node: Node, _: int) -> Expression:
    written = reader.text(node).replace("_", "").lower()
    try:
        octal = len(written) > 1 and written[0] == "0" and written.isdigit()
        value = int(written, 8 if octal else 0) if node.type == "integer" else float(written)
    except ValueError:
        return Opaque(line_of(node))
    return number(value, line_of(node))


def _boolean(reader: Reader, node: Node, _: int) -> Expression:
    return Literal(reader.text(node).lower() == "true", line_of(node))


_KINDS: dict[str, Convert] = {
    "variable_name": _variable,
    "name": _name,
    "relative_scope": _name,
    "primitive_type": _name,
    "qualified_name": _qualified,
    "member_access_expression": _member,
    "nullsafe_member_access_expression": _member,
    "scoped_property_access_expression": _static,
    "class_constant_access_expression": _class_constant,
    "function_call_expression": _call,
    "member_call_expression": _method,
    "nullsafe_member_call_expression": _method,
    "scoped_call_expression": _method,
    "object_creation_expression": _new,
    "string": _string,
    "encapsed_string": _encapsed,
    "heredoc": _heredoc,
    "nowdoc": _heredoc,
    "array_creation_expression": _array,
    "subscript_expression": _item,
    "binary_expression": _binary,
    "conditional_expression": _conditional,
    "match_expression": _match,
    "arrow_function": _arrow,
    "anonymous_function": _closure,
    "assignment_expression": _assigned,
    "reference_assignment_expression": _assigned,
    "augmented_assignment_expression": _assigned,
    "parenthesized_expression": as_last,
    "cast_expression": as_last,
    "clone_expression": as_last,
    "error_suppression_expression": as_last,
    "by_ref": as_last,
    "print_intrinsic": as_last,
    "throw_expression": as_last,
    "yield_expression": as_last,
    "exit_statement": as_last,
    "named_type": as_last,
    "optional_type": as_last,
    "union_type": as_items,
    "unary_op_expression": _unary,
    "variadic_unpacking": _spread,
    "integer": _number,
    "float": _number,
    "boolean": _boolean,
    "null": as_nothing,
}


@cache
def _kinds() -> tuple[int, dict[int, Convert]]:
    return -1, numbered(grammar(), _KINDS)  # a plain name may be `self` or `static`: none is read without a converter
