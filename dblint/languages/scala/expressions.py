"""Nodes of Scala's grammar as expressions of the common syntax."""

import re
from functools import cache
from typing import cast

import tree_sitter_scala
from tree_sitter import Language, Node

from dblint.languages.converts import as_boolean, as_items, as_nothing, options_of
from dblint.languages.reader import Convert, Reader, field, line_of, meaningful, number, numbered
from dblint.languages.scala import forms
from dblint.languages.scala.strings import character, interpolated, joined, string, without_margin
from dblint.model.syntax import (
    Call,
    Choice,
    Each,
    Expression,
    Item,
    Items,
    Lambda,
    Literal,
    Member,
    Name,
    Opaque,
    Operation,
    Spread,
)

Arguments = tuple[tuple[Expression, ...], tuple[tuple[str, Expression], ...]]
_WORDS: dict[str, bool | None] = {"null": None, "true": True, "false": False}
_OPERATORS = {"&&": "and", "||": "or", "++": "+", "!": "not"}
_PLACEHOLDER = re.compile(rb"(?<!\w)_(?!\w)")
_ITSELF = frozenset({"Some", "Option"})
"""Functions that give what they are given."""


class ScalaReader(Reader):
    """The reader of a Scala file; `taken` are statements that are part of a value, `holes` the names of placeholders."""

    def __init__(self, data: bytes, calls: frozenset[str]) -> None:
        super().__init__(data, calls, -1, _kinds())
        self.taken: set[tuple[int, int]] = set()
        self.holes: dict[int, str] = {}

    def take(self, node: Node, depth: int) -> Expression:
        """Return a statement that gives the value of what it stands in, so that it is no evaluation of its own."""
        self.taken.add((node.start_byte, node.end_byte))
        return self.read(node, depth)


@cache
def grammar() -> Language:
    """The Scala grammar."""
    return Language(tree_sitter_scala.language())


def _name(reader: Reader, node: Node, _: int) -> Expression:
    name, line = reader.text(node), node.start_point[0] + 1
    if name in _WORDS:
        return Literal(_WORDS[name], line)
    return Name("self" if name == "this" else name.strip("`"), line)


def _hole(reader: Reader, node: Node, _: int) -> Expression:
    return Name(cast("ScalaReader", reader).holes.get(node.start_byte, "_"), line_of(node))


def _field(reader: Reader, node: Node, depth: int) -> Expression:
    """`a.b`; a name that matters is called, for parentheses are not needed for that."""
    value, named = reader.read(field(node, "value"), depth), field(node, "field")
    name, line = reader.text(named).strip("`"), line_of(named)
    if name in {"stripMargin", "trim", "stripIndent"}:
        return without_margin(value) if name == "stripMargin" else value
    found = Member(value, name, line)
    if name in reader.calls:
        reader.found = True
        return Call(found, (), (), line)
    return found


def _generic(reader: Reader, node: Node, depth: int) -> Expression:
    """`TableQuery[Users]`, `query[Person]`: a call without parentheses."""
    return _called(reader, node, depth, ())


def _call(reader: Reader, node: Node, depth: int) -> Expression:
    """A call; several lists of arguments are one."""
    lists: list[Node] = []
    function = node
    while function.type == "call_expression":
        lists[:0] = function.children_by_field_name("arguments")
        inner = function.child_by_field_name("function")
        if inner is None:
            return Opaque(line_of(node))
        function = inner
    return _called(reader, function, depth, tuple(lists))


def _called(reader: Reader, function: Node, depth: int, lists: tuple[Node, ...]) -> Expression:
    types: tuple[Expression, ...] = ()
    if function.type == "generic_function":
        written = function.child_by_field_name("type_arguments")
        types = reader.all(written.named_children, depth) if written is not None else ()
        function = field(function, "function")
    if function.type == "field_expression":
        named = field(function, "field")
        called: Expression = Member(reader.read(field(function, "value"), depth), reader.text(named).strip("`"), line_of(named))
    else:
        called = reader.read(function, depth)
    line = called.line
    name = getattr(called, "name", "")
    if name in reader.calls:
        reader.found = True
    arguments: list[Expression] = []
    keywords: list[tuple[str, Expression]] = []
    for each in lists:
        positional, named_ = read_arguments(reader, each, depth)
        arguments += positional
        keywords += named_
    if name == "stripMargin" and isinstance(called, Member):
        return without_margin(called.value)
    if isinstance(called, Name) and name in _ITSELF and len(arguments) == 1 and not keywords:
        return arguments[0]
    if types:
        keywords.append(("<>", types[0] if len(types) == 1 else Items(types, line)))
    return Call(called, tuple(arguments), tuple(keywords), line)


def read_arguments(reader: Reader, node: Node | None, depth: int = 0) -> Arguments:
    """Positional and named arguments of a call, a constructor or an annotation; a block is one argument."""
    if node is None:
        return (), ()
    if node.type != "arguments":
        return (reader.read(node, depth),), ()
    arguments: list[Expression] = []
    keywords: list[tuple[str, Expression]] = []
    for argument in meaningful(node):
        if argument.type == "assignment_expression":
            keywords.append((reader.text(field(argument, "left")), _argument(reader, field(argument, "right"), depth)))
        else:
            arguments.append(_argument(reader, argument, depth))
    return tuple(arguments), tuple(keywords)


def _argument(reader: Reader, node: Node, depth: int) -> Expression:
    """Return an argument; one with placeholders is a function."""
    if _PLACEHOLDER.search(reader.data, node.start_byte, node.end_byte) is None:  # most have none, and the search is cheap
        return reader.read(node, depth)
    found = forms.placeholders(node) if node.type not in {"wildcard", "lambda_expression"} else []
    if not found:
        return reader.read(node, depth)
    names = [f"_{place}" for place in range(1, len(found) + 1)]
    cast("ScalaReader", reader).holes.update(zip((each.start_byte for each in found), names, strict=True))
    return Lambda(tuple(names), reader.read(node, depth), line_of(node))


def _new(reader: Reader, node: Node, depth: int) -> Expression:
    """`new Users(tag)`; what stands in braces behind it are slots of their own."""
    children = meaningful(node)
    kind = next((child for child in children if child.type not in {"arguments", "template_body", "annotation"}), None)
    if kind is None:
        return Opaque(line_of(node))
    arguments: list[Expression] = []
    keywords: list[tuple[str, Expression]] = []
    for child in children:
        if child.type == "arguments":
            positional, named = read_arguments(reader, child, depth)
            arguments += positional
            keywords += named
    made = reader.read(kind, depth)
    if isinstance(made, Item):
        keywords.append(("<>", made.key))
        made = made.value
    if getattr(made, "name", "") in reader.calls:
        reader.found = True
    return Call(made, tuple(arguments), tuple(keywords), line_of(kind))


def annotation(reader: Reader, node: Node) -> Expression:
    """`@Table(name = "x")`; without arguments it is a name."""
    name = reader.read(field(node, "name"))
    written = next((child for child in node.children if child.type == "arguments"), None)
    if written is None:
        return name
    arguments, keywords = read_arguments(reader, written)
    return Call(name, arguments, keywords, line_of(node))


def _infix(reader: Reader, node: Node, depth: int) -> Expression:
    """`a === b`; a word or a sign that matters between two values calls a method of the first (`users += row`)."""
    operator = reader.text(field(node, "operator")).strip("`")
    line = line_of(field(node, "operator"))
    read = _argument if operator.isidentifier() or operator in reader.calls else Reader.read
    left, right = reader.read(field(node, "left"), depth), read(reader, field(node, "right"), depth)
    if operator in {"++", "|+|", "+"} and (found := joined(left, right, line_of(node))) is not None:
        return found
    if operator in reader.calls or operator.isidentifier():
        reader.found = reader.found or operator in reader.calls
        return Call(Member(left, operator, line), (right,), (), line)
    if operator in {"->", "::"}:
        return Items((left, right), line_of(node))
    return Operation(_OPERATORS.get(operator, operator), left, right, line_of(node))


def _postfix(reader: Reader, node: Node, depth: int) -> Expression:
    parts = meaningful(node)
    if len(parts) != 2:
        return Opaque(line_of(node))
    name, line = reader.text(parts[1]), line_of(parts[1])
    if name in reader.calls:
        reader.found = True
    return Call(Member(reader.read(parts[0], depth), name, line), (), (), line)


def _prefix(reader: Reader, node: Node, depth: int) -> Expression:
    operand, line = reader.read(meaningful(node)[-1], depth), line_of(node)
    written = reader.text(node)[:1]
    if written == "-" and isinstance(operand, Literal) and operand.value is not None:
        return Literal(-operand.value, line)
    return Operation("not", Opaque(line), operand, line) if written == "!" else operand


def _number(reader: Reader, node: Node, _: int) -> Expression:
    written = reader.text(node).replace("_", "").lower()
    try:
        value = float(written.rstrip("fd")) if node.type == "floating_point_literal" else int(written.rstrip("l"), 0)
    except ValueError:
        return Opaque(line_of(node))
    return number(value, line_of(node))


def _first(reader: Reader, node: Node, depth: int) -> Expression:
    """Parentheses, `(x: T)`, types that only qualify another."""
    children = [child for child in meaningful(node) if child.type != "annotation"]
    return reader.read(children[0], depth) if children else Opaque(line_of(node))


def _generic_type(reader: Reader, node: Node, depth: int) -> Expression:
    """`Table[User]`, `Repository[User, Long]`."""
    written = node.child_by_field_name("type_arguments")
    keys = reader.all(written.named_children, depth) if written is not None else ()
    value = reader.read(field(node, "type"), depth)
    return Item(value, keys[0] if len(keys) == 1 else Items(keys, line_of(node)), line_of(node)) if keys else value


def _stable_type(reader: Reader, node: Node, _: int) -> Expression:
    """`models.User`; of a type that a profile holds (`profile.api.Table`) the last name."""
    names = reader.text(node).replace(" ", "").split(".")
    line = line_of(node)
    if len(names) > 2 and names[-2] == "api":
        return Name(names[-1], line)
    found: Expression = Name(names[0], line)
    for name in names[1:]:
        found = Member(found, name, line)
    return found


def _branches(reader: Reader, node: Node, depth: int) -> Expression:
    """What a block, `if`, `match` or `try` gives: the last expression of each branch."""
    taken = [cast("ScalaReader", reader).take(tail, depth) for tail in forms.tails(node) if tail != node]
    options = tuple(option for each in taken for option in options_of(each))
    return options[0] if len(options) == 1 else Choice(options, line_of(node)) if options else Opaque(line_of(node))


def _cases(reader: Reader, node: Node, depth: int) -> Expression:
    """`{ case (u, o) => … }`: a function of what is matched."""
    clauses = [child for child in meaningful(node) if child.type == "case_clause"]
    names = pattern_names(reader, field(clauses[0], "pattern")) if len(clauses) == 1 else ("_",)
    return Lambda(names, _branches(reader, node, depth), line_of(node))


def pattern_names(reader: Reader, pattern: Node) -> tuple[str, ...]:
    """Return the names that a pattern gives to the parts of a tuple, or to all of what it matches."""
    if pattern.type == "identifier":
        return (reader.text(pattern),)
    if pattern.type == "tuple_pattern":
        return tuple(name for part in meaningful(pattern) for name in pattern_names(reader, part)[:1])
    if pattern.type == "typed_pattern":
        return pattern_names(reader, field(pattern, "pattern"))
    return ("_",)


def parameter_names(reader: Reader, node: Node) -> tuple[str, ...]:
    """Return the names of the parameters of a function without a name."""
    written = node.child_by_field_name("parameters")
    if written is None:
        return ()
    if written.type in {"identifier", "wildcard"}:
        return (reader.text(written),)
    inner = [child for child in meaningful(written) if child.type in {"binding", "identifier", "wildcard"}]
    return tuple(reader.text(child.child_by_field_name("name") or child) for child in inner)


def _lambda(reader: Reader, node: Node, depth: int) -> Expression:
    """A function without a name, by what it gives; its other statements stand in the scope around it."""
    names = parameter_names(reader, node)
    body = [child for child in meaningful(node) if child != node.child_by_field_name("parameters")]
    line = line_of(node)
    if not body:
        return Lambda(names, Opaque(line), line)
    return Lambda(names, _branches_of(reader, body[-1], depth), line)


def _branches_of(reader: Reader, node: Node, depth: int) -> Expression:
    taken = [cast("ScalaReader", reader).take(tail, depth) for tail in forms.tails(node)]
    options = tuple(option for each in taken for option in options_of(each))
    return options[0] if len(options) == 1 else Choice(options, line_of(node)) if options else Opaque(line_of(node))


def _for(reader: Reader, node: Node, depth: int) -> Expression:
    """`for { u <- users; if u.age > 3 } yield u.name` as a comprehension."""
    loops: list[tuple[Expression, Expression]] = []
    conditions: list[Expression] = []
    held = next((child for child in node.named_children if child.type == "enumerators"), None)
    for each in meaningful(held) if held is not None else ():
        parts = meaningful(each)
        generator = any(child.type == "<-" for child in each.children)
        conditions += [reader.read(field(part, "condition"), depth) for part in parts if part.type == "guard"]
        values = [part for part in parts if part.type != "guard"]
        if generator and len(values) >= 2:
            loops.append((_target(reader, values[0]), reader.read(values[1], depth)))
    body = node.child_by_field_name("body")
    element = _branches_of(reader, body, depth) if body is not None else Opaque(line_of(node))
    return Each(element, tuple(loops), tuple(conditions), line_of(node))


def _target(reader: Reader, pattern: Node) -> Expression:
    if pattern.type == "tuple_pattern":
        return Items(tuple(_target(reader, part) for part in meaningful(pattern)), line_of(pattern))
    names = pattern_names(reader, pattern)
    return Name(names[0], line_of(pattern)) if names and names[0] != "_" else Opaque(line_of(pattern))


def _spread(reader: Reader, node: Node, depth: int) -> Expression:
    children = meaningful(node)
    return Spread(reader.read(children[0], depth), line_of(node)) if children else Opaque(line_of(node))


_KINDS: dict[str, Convert] = {
    "identifier": _name,
    "type_identifier": _name,
    "operator_identifier": _name,
    "wildcard": _hole,
    "field_expression": _field,
    "generic_function": _generic,
    "call_expression": _call,
    "instance_expression": _new,
    "infix_expression": _infix,
    "postfix_expression": _postfix,
    "prefix_expression": _prefix,
    "string": string,
    "interpolated_string_expression": interpolated,
    "character_literal": character,
    "integer_literal": _number,
    "floating_point_literal": _number,
    "boolean_literal": as_boolean,
    "null_literal": as_nothing,
    "parenthesized_expression": _first,
    "ascription_expression": _first,
    "annotated_type": _first,
    "compound_type": _first,
    "lazy_parameter_type": _first,
    "repeated_parameter_type": _first,
    "tuple_expression": as_items,
    "tuple_type": as_items,
    "generic_type": _generic_type,
    "stable_type_identifier": _stable_type,
    "block": _branches,
    "indented_block": _branches,
    "if_expression": _branches,
    "match_expression": _branches,
    "try_expression": _branches,
    "case_block": _cases,
    "indented_cases": _cases,
    "lambda_expression": _lambda,
    "for_expression": _for,
    "vararg": _spread,
}


@cache
def _kinds() -> dict[int, Convert]:
    return numbered(grammar(), _KINDS)
