"""Nodes of Kotlin's grammar as expressions of the common syntax."""

from functools import cache

import tree_sitter_kotlin
from tree_sitter import Language, Node

from dblint.languages.converts import as_items, as_last, handed_on, keep_aside, one_or_items, options_of
from dblint.languages.kotlin.strings import character, string
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
    Spread,
    Text,
)

Arguments = tuple[tuple[Expression, ...], tuple[tuple[str, Expression], ...]]
BUILDERS = frozenset({"StringBuilder", "StringBuffer"})
_CONSTANTS: dict[str, bool | None] = {"null": None, "true": True, "false": False}
_OF_CLASSES = frozenset({"java", "javaObjectType", "javaPrimitiveType", "kotlin"})
_OPERATORS = {"&&": "and", "||": "or", "!": "not"}


@cache
def grammar() -> Language:
    """The Kotlin grammar."""
    return Language(tree_sitter_kotlin.language())


def _name(reader: Reader, node: Node, _: int) -> Expression:
    name = reader.text(node).strip("`")
    return Literal(_CONSTANTS[name], line_of(node)) if name in _CONSTANTS else Name(name, line_of(node))


def _self(_: Reader, node: Node, __: int) -> Expression:
    return Name("self", line_of(node))


def _super(_: Reader, node: Node, __: int) -> Expression:
    return Name("super", line_of(node))


def _navigation(reader: Reader, node: Node, depth: int) -> Expression:
    """`a.b`, `a?.b`, `User::name`; `User::class.java` is the class."""
    parts = meaningful(node)
    if len(parts) < 2:  # `U::class`, `::f`
        return reader.read(parts[0], depth) if parts else Opaque(line_of(node))
    value, name = parts[0], reader.text(parts[-1]).strip("`")
    if name == "class":
        return reader.read(value, depth)
    if name in _OF_CLASSES and value.type == "navigation_expression" and reader.text(meaningful(value)[-1]) == "class":
        return reader.read(value, depth)
    found = Member(reader.read(value, depth), name, line_of(parts[-1]))
    return handed_on(reader, found) if node.type == "callable_reference" else found


def _call(reader: Reader, node: Node, depth: int) -> Expression:
    """A call; a lambda behind the parentheses is the last argument."""
    parts = meaningful(node)
    called, given = parts[0], parts[1:]
    if called.type == "call_expression" and [each.type for each in given] == ["annotated_lambda"]:
        inner = meaningful(called)
        if all(each.type in {"type_arguments", "value_arguments"} for each in inner[1:]):
            called, given = inner[0], [*inner[1:], *given]
    function = reader.read(called, depth)
    line = function.line if isinstance(function, Name | Member) else line_of(called)
    if isinstance(function, Name | Member) and function.name in reader.calls:
        reader.found = True
    arguments: list[Expression] = []
    keywords: list[tuple[str, Expression]] = []
    for each in given:
        if each.type == "value_arguments":
            positional, named = read_arguments(reader, each, depth)
            arguments += positional
            keywords += named
        elif each.type == "annotated_lambda":
            arguments += [reader.read(child, depth) for child in meaningful(each) if child.type == "lambda_literal"]
        elif each.type == "type_arguments":
            keywords.append(("<>", one_or_items(reader.all(each.named_children, depth), line)))
    if isinstance(function, Member) and function.name == "append" and len(arguments) == 1:
        return Operation("+", function.value, arguments[0], line)
    if isinstance(function, Name) and function.name in BUILDERS and len(arguments) < 2:
        return Text("", line) if not arguments or isinstance(arguments[0], Literal) else arguments[0]
    return Call(function, tuple(arguments), tuple(keywords), line)


def read_arguments(reader: Reader, node: Node | None, depth: int = 0) -> Arguments:
    """Positional and named arguments of a call, a constructor or an annotation."""
    arguments: list[Expression] = []
    keywords: list[tuple[str, Expression]] = []
    for argument in meaningful(node) if node is not None else ():
        parts = meaningful(argument)
        if not parts:
            continue
        value = reader.read(parts[-1], depth)
        if len(parts) > 1 and any(child.type == "=" for child in argument.children):
            keywords.append((reader.text(parts[0]), value))
        elif any(child.type == "*" for child in argument.children):
            arguments.append(Spread(value, line_of(argument)))
        else:
            arguments.append(value)
    return tuple(arguments), tuple(keywords)


def constructed(reader: Reader, node: Node, depth: int = 0) -> Call:
    """`Base<T>(x)` among the supertypes, `Table(name = "x")` of an annotation."""
    kind, *given = meaningful(node)
    arguments, keywords = read_arguments(reader, given[-1] if given else None, depth)
    function = reader.read(kind, depth)
    if isinstance(function, Name | Member) and function.name in reader.calls:
        reader.found = True
    return Call(function, arguments, keywords, line_of(kind))


def annotation(reader: Reader, node: Node, depth: int = 0) -> Expression:
    """`@Table(name = "x")`; without arguments it is a name."""
    inner = [child for child in meaningful(node) if child.type in {"user_type", "constructor_invocation"}]
    if not inner:
        return Opaque(line_of(node))
    return constructed(reader, inner[0], depth) if inner[0].type == "constructor_invocation" else reader.read(inner[0], depth)


def stray(reader: Reader, node: Node) -> tuple[Expression, ...]:
    """The annotations that the grammar may take for an expression before a class: `@Table("x")` alone on its line."""
    found: list[Expression] = []
    inner = node.prev_named_sibling if node.type == "class_declaration" else None
    while inner is not None and inner.type == "annotated_expression":
        *annotations, value = meaningful(inner)
        found += [annotation(reader, each) for each in annotations]
        if value.type == "parenthesized_expression" and found:  # what the last of them is given
            given = tuple(reader.read(each) for each in meaningful(value))
            found[-1] = Call(found[-1], given, (), line_of(annotations[-1]))
        inner = value
    return tuple(found)


def _infix(reader: Reader, node: Node, depth: int) -> Expression:
    """`a eq b` calls a method of `a`."""
    parts = meaningful(node)
    if len(parts) != 3:
        return Opaque(line_of(node))
    name, line = reader.text(parts[1]), line_of(parts[1])
    if name in reader.calls:
        reader.found = True
    return Call(Member(reader.read(parts[0], depth), name, line), (reader.read(parts[2], depth),), (), line)


def _binary(reader: Reader, node: Node, depth: int) -> Expression:
    left, right = reader.read(field(node, "left"), depth), reader.read(field(node, "right"), depth)
    operator = next((child.type for child in node.children if not child.is_named), "")
    if operator == "?:":
        return Choice((*options_of(left), *options_of(right)), line_of(node))
    return Operation(_OPERATORS.get(operator, operator), left, right, line_of(node))


def _unary(reader: Reader, node: Node, depth: int) -> Expression:
    operand, line = reader.read(field(node, "argument"), depth), line_of(node)
    operator = next((child.type for child in node.children if not child.is_named), "")
    if operator == "-" and isinstance(operand, Literal) and operand.value is not None:
        return Literal(-operand.value, line)
    return Operation("not", Opaque(line), operand, line) if operator == "!" else operand


def _number(reader: Reader, node: Node, _: int) -> Expression:
    written = reader.text(node).replace("_", "").lower()
    try:
        value = float(written.rstrip("f")) if node.type == "float_literal" else int(written.rstrip("ul"), 0)
    except ValueError:
        return Opaque(line_of(node))
    return number(value, line_of(node))


def _first(reader: Reader, node: Node, depth: int) -> Expression:
    """Parentheses, nullable types, `x as T`, `x is T`: what stands first."""
    children = [child for child in meaningful(node) if child.type not in {"annotation", "variance_modifier", "type_modifiers"}]
    return reader.read(children[0], depth) if children else Opaque(line_of(node))


def _item(reader: Reader, node: Node, depth: int) -> Expression:
    value, *keys = reader.all(node.named_children, depth)
    return Item(value, one_or_items(tuple(keys), line_of(node)), line_of(node)) if keys else value


def _type(reader: Reader, node: Node, depth: int) -> Expression:
    """`a.b.C`, `List<User>`."""
    found: Expression | None = None
    for child in meaningful(node):
        line = line_of(child)
        if child.type == "type_arguments":
            keys = reader.all(child.named_children, depth)
            found = Item(found, one_or_items(keys, line), line) if found is not None and keys else found
        elif child.type == "identifier":
            name = reader.text(child).strip("`")
            found = Member(found, name, line) if found is not None else Name(name, line)
    return found or Opaque(line_of(node))


def _block(reader: Reader, node: Node, depth: int) -> Expression:
    """The value of a block of one expression; the statements of a longer one are slots of their own."""
    inner = meaningful(node)
    return reader.read(inner[0], depth) if len(inner) == 1 else Opaque(line_of(node))


def _if(reader: Reader, node: Node, depth: int) -> Expression:
    condition = node.child_by_field_name("condition")
    if condition is not None:
        keep_aside(reader, condition, depth)
    branches = [child for child in meaningful(node) if child != condition]
    return _choice(reader, branches, node, depth)


def _when(reader: Reader, node: Node, depth: int) -> Expression:
    entries = [child for child in meaningful(node) if child.type == "when_entry"]
    for subject in (child for child in meaningful(node) if child.type == "when_subject"):
        keep_aside(reader, meaningful(subject)[-1], depth)
    return _choice(reader, [meaningful(entry)[-1] for entry in entries if meaningful(entry)], node, depth)


def _try(reader: Reader, node: Node, depth: int) -> Expression:
    tried = [child for child in meaningful(node) if child.type == "block"]
    return _choice(reader, tried[:1], node, depth)


def _choice(reader: Reader, branches: list[Node], node: Node, depth: int) -> Expression:
    values = [reader.read(branch, depth) for branch in branches]
    options = tuple(option for value in values for option in options_of(value))
    return options[0] if len(options) == 1 else Choice(options, line_of(node))


def statements(node: Node) -> list[Node]:
    """The statements of a block or a lambda."""
    return [child for child in meaningful(node) if child.type != "lambda_parameters"]


def _lambda(reader: Reader, node: Node, depth: int) -> Expression:
    """A lambda; the statements of a longer one are slots of their own."""
    written = [child for child in meaningful(node) if child.type == "lambda_parameters"]
    names = [reader.text(meaningful(child)[0]) for each in written for child in meaningful(each) if meaningful(child)]
    body = statements(node)
    line = line_of(node)
    return Lambda(tuple(names) or ("it",), reader.read(body[0], depth) if len(body) == 1 else Opaque(line), line)


_KINDS: dict[str, Convert] = {
    "identifier": _name,
    "this_expression": _self,
    "super_expression": _super,
    "navigation_expression": _navigation,
    "callable_reference": _navigation,
    "call_expression": _call,
    "constructor_invocation": constructed,
    "annotation": annotation,
    "infix_expression": _infix,
    "binary_expression": _binary,
    "unary_expression": _unary,
    "string_literal": string,
    "multiline_string_literal": string,
    "character_literal": character,
    "number_literal": _number,
    "float_literal": _number,
    "parenthesized_expression": _first,
    "parenthesized_type": _first,
    "annotated_expression": _first,
    "labeled_expression": _first,
    "nullable_type": _first,
    "non_nullable_type": _first,
    "type_projection": _first,
    "as_expression": _first,
    "is_expression": _first,
    "collection_literal": as_items,
    "index_expression": _item,
    "user_type": _type,
    "block": _block,
    "if_expression": _if,
    "when_expression": _when,
    "try_expression": _try,
    "lambda_literal": _lambda,
    "spread_expression": _first,
    "return_expression": as_last,
}


@cache
def _kinds() -> dict[int, Convert]:
    return numbered(grammar(), _KINDS)


def reader(data: bytes, calls: frozenset[str]) -> Reader:
    """The reader of one file; `null`, `true` and `false` are names to the grammar, so that no kind is plain."""
    return Reader(data, calls, -1, _kinds())
