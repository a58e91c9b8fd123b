"""Nodes of C#'s grammar as expressions of the common syntax."""

import math
from functools import cache

import tree_sitter_c_sharp
from tree_sitter import Language, Node

from dblint.languages.converts import as_boolean, as_first, as_nothing, one_or_items, options_of
from dblint.languages.csharp import types
from dblint.languages.csharp.creation import KINDS as CREATION
from dblint.languages.csharp.lambdas import KINDS as LAMBDAS
from dblint.languages.csharp.literals import KINDS as LITERALS
from dblint.languages.csharp.queries import KINDS as QUERIES
from dblint.languages.csharp.reading import CsharpReader, read_arguments
from dblint.languages.reader import Convert, Reader, field, line_of, meaningful, number, numbered
from dblint.model.syntax import Call, Choice, Expression, Item, Items, Literal, Member, Name, Opaque, Operation, Text

STRINGS = frozenset({"string", "String"})
"""The class whose methods put texts together."""
SAME = {"Trim": "strip", "TrimStart": "lstrip", "TrimEnd": "rstrip", "ToLower": "lower", "ToUpper": "upper"}
"""Methods of strings under the names that the interpreter knows."""

CONTEXT = "Context"
"""The end of the names of classes that stand for a database."""
APPENDING = frozenset({"Append", "AppendLine", "AppendFormat"})
"""Methods of a builder of strings."""


@cache
def grammar() -> Language:
    """The C# grammar."""
    return Language(tree_sitter_c_sharp.language())


def _member(reader: Reader, node: Node, depth: int) -> Expression:
    name = field(node, "name")
    if name.type == "generic_name":
        name = meaningful(name)[0]
    return Member(reader.read(field(node, "expression"), depth), reader.text(name), line_of(name))


def _call(reader: Reader, node: Node, depth: int) -> Expression:
    written = field(node, "function")
    if special := _special(reader, node, written, depth):
        return special
    function, generic = _function(reader, written, depth)
    arguments, keywords = read_arguments(reader, node.child_by_field_name("arguments"), depth)
    if generic is not None:
        keywords = (*keywords, ("<>", generic))
        if str(getattr(generic, "name", "")).endswith(CONTEXT):  # where a context is registered, by whatever function
            reader.found = True
    if not isinstance(function, Name | Member):
        return Call(function, arguments, keywords, written.end_point[0] + 1)
    if function.name in reader.calls or _is_of_repository(reader, function):
        reader.found = True
    return Call(function, arguments, keywords, function.line)


def _is_of_repository(reader: Reader, function: Expression) -> bool:
    """Whether a method is called on something that holds a repository, or on a property of it (a unit of work)."""
    known = reader.repositories if isinstance(reader, CsharpReader) else frozenset[bytes]()
    node = function.value if known and isinstance(function, Member) else None
    while isinstance(node, Member | Name):
        if node.name.encode() in known:
            return True
        node = node.value if isinstance(node, Member) else None
    return False


def _function(reader: Reader, written: Node, depth: int) -> tuple[Expression, Expression | None]:
    """What is called, and its type arguments."""
    if written.type == "generic_name":
        plain = meaningful(written)[0]
        return Name(reader.text(plain), line_of(plain)), types.type_arguments(reader, written, depth)
    name = written.child_by_field_name("name")
    if written.type == "conditional_access_expression":  # `a?.Find<T>()`
        children = meaningful(written)
        name = children[-1].child_by_field_name("name") if children else None
    if name is not None and name.type == "generic_name":
        return reader.read(written, depth), types.type_arguments(reader, name, depth)
    return reader.read(written, depth), None


def _special(reader: Reader, node: Node, written: Node, depth: int) -> Expression | None:
    """`nameof(x.y)`, and the methods of strings that put texts together."""
    if written.type == "identifier" and reader.text(written) == "nameof":
        named = meaningful(field(node, "arguments"))
        return Text(reader.text(named[0]).rpartition(".")[2], line_of(node)) if named else None
    if written.type != "member_access_expression":
        return None
    name, holder = reader.text(field(written, "name")), field(written, "expression")
    line = line_of(field(written, "name"))
    if reader.text(holder) in STRINGS:
        arguments, _ = read_arguments(reader, node.child_by_field_name("arguments"), depth)
        return _of_strings(name, arguments, line)
    if name == "ToString":
        return reader.read(holder, depth)
    if name in APPENDING:
        arguments, _ = read_arguments(reader, node.child_by_field_name("arguments"), depth)
        return _appended(reader.read(holder, depth), name, arguments, line)
    if name in SAME:
        return Call(Member(reader.read(holder, depth), SAME[name], line), (), (), line)
    if name == "Replace":
        arguments, keywords = read_arguments(reader, node.child_by_field_name("arguments"), depth)
        return Call(Member(reader.read(holder, depth), "replace", line), arguments, keywords, line)
    return None


def _appended(text: Expression, name: str, arguments: tuple[Expression, ...], line: int) -> Expression:
    """What a builder of strings holds after one more part."""
    if name == "AppendFormat" and arguments:
        arguments = (Call(Member(arguments[0], "format", line), arguments[1:], (), line),)
    for part in arguments[:1]:
        text = Operation("+", text, part, line)
    return Operation("+", text, Text("\n", line), line) if name == "AppendLine" else text


def _of_strings(name: str, arguments: tuple[Expression, ...], line: int) -> Expression | None:
    match name, arguments:
        case "Format", (template, *values):
            return Call(Member(template, "format", line), tuple(values), (), line)
        case "Join", (glue, *values):
            parts = values[0] if len(values) == 1 else Items(tuple(values), line)
            return Call(Member(glue, "join", line), (parts,), (), line)
        case "Concat", (first, *rest):
            for part in rest:
                first = Operation("+", first, part, line)
            return first
    return None


def _cast(reader: Reader, node: Node, depth: int) -> Expression:
    return reader.read(field(node, "value"), depth)


def _as(reader: Reader, node: Node, depth: int) -> Expression:
    return reader.read(field(node, "left"), depth)


def _self(_reader: Reader, node: Node, _: int) -> Expression:
    return Name("self", line_of(node))


def _base(_reader: Reader, node: Node, _: int) -> Expression:
    return Name("base", line_of(node))


def _conditional_access(reader: Reader, node: Node, depth: int) -> Expression:
    """`a?.b`: the binding that follows is one of what stands before it."""
    condition, *rest = meaningful(node)
    receiver = reader.read(condition, depth)
    if not rest or not isinstance(reader, CsharpReader):
        return receiver
    reader.receivers.append(receiver)
    found = reader.read(rest[0], depth)
    reader.receivers.pop()
    return found


def _receiver(reader: Reader, node: Node) -> Expression:
    known = reader.receivers if isinstance(reader, CsharpReader) else []
    return known[-1] if known else Opaque(line_of(node))


def _member_binding(reader: Reader, node: Node, _: int) -> Expression:
    name = field(node, "name")
    if name.type == "generic_name":
        name = meaningful(name)[0]
    return Member(_receiver(reader, node), reader.text(name), line_of(name))


def _element_binding(reader: Reader, node: Node, depth: int) -> Expression:
    keys = reader.all(node.named_children, depth)
    return Item(_receiver(reader, node), one_or_items(keys, line_of(node)), line_of(node))


def _item(reader: Reader, node: Node, depth: int) -> Expression:
    value = field(node, "expression")
    keys, _ = read_arguments(reader, node.child_by_field_name("subscript"), depth)
    line = value.end_point[0] + 1
    return Item(reader.read(value, depth), one_or_items(keys, line), line)


def _binary(reader: Reader, node: Node, depth: int) -> Expression:
    operator = field(node, "operator").type
    left, right = reader.read(field(node, "left"), depth), reader.read(field(node, "right"), depth)
    if operator == "??":
        return Choice((*options_of(left), *options_of(right)), line_of(node))
    return Operation(operator, left, right, line_of(node))


def _is(reader: Reader, node: Node, depth: int) -> Expression:
    tested = node.child_by_field_name("expression") or field(node, "left")
    return Operation("is", reader.read(tested, depth), Opaque(line_of(node)), line_of(node))


def _assigned(reader: Reader, node: Node, depth: int) -> Expression:
    """An assignment inside an expression gives its value."""
    return reader.read(field(node, "right"), depth)


def _conditional(reader: Reader, node: Node, depth: int) -> Expression:
    condition = field(node, "condition")
    found, reader.found = reader.found, False
    deciding = reader.read(condition, depth)
    if reader.found:
        reader.asides.append((condition, deciding))
    reader.found = found
    options = (reader.read(field(node, name), depth) for name in ("consequence", "alternative"))
    return Choice(tuple(each for option in options for each in options_of(option)), line_of(node))


def _switch(reader: Reader, node: Node, depth: int) -> Expression:
    """The values of the arms of a `switch` expression."""
    arms = [child for child in meaningful(node) if child.type == "switch_expression_arm"]
    return Choice(tuple(reader.read(meaningful(arm)[-1], depth) for arm in arms), line_of(node))


def _unary(reader: Reader, node: Node, depth: int) -> Expression:
    operand = as_first(reader, node, depth)
    line = line_of(node)
    operator = node.children[0].type
    if operator == "-" and isinstance(operand, Literal) and operand.value is not None:
        return Literal(-operand.value, line)
    return Operation("not" if operator == "!" else operator, Opaque(line), operand, line)


def _postfix(reader: Reader, node: Node, depth: int) -> Expression:
    return as_first(reader, node, depth)


def _tuple(reader: Reader, node: Node, depth: int) -> Expression:
    arguments, keywords = read_arguments(reader, node, depth)
    return Items((*arguments, *(value for _, value in keywords)), line_of(node))


def _typeof(reader: Reader, node: Node, depth: int) -> Expression:
    return reader.read(field(node, "type"), depth)


def _never(_reader: Reader, node: Node, _: int) -> Expression:
    """`throw` gives no value; what it throws is a slot of its own."""
    return Opaque(line_of(node))


def _integer(reader: Reader, node: Node, _: int) -> Expression:
    written = reader.text(node).lower().rstrip("ul").replace("_", "")
    try:
        value = int(written, 0)
    except ValueError:
        return Opaque(line_of(node))
    return number(value, line_of(node))


def _real(reader: Reader, node: Node, _: int) -> Expression:
    try:
        value = float(reader.text(node).lower().rstrip("fdm").replace("_", ""))
    except ValueError:
        return Opaque(line_of(node))
    return Literal(value, line_of(node)) if math.isfinite(value) else Opaque(line_of(node))


_KINDS: dict[str, Convert] = {
    **types.KINDS,
    **LITERALS,
    **CREATION,
    **LAMBDAS,
    **QUERIES,
    "this": _self,
    "base": _base,
    "member_access_expression": _member,
    "invocation_expression": _call,
    "conditional_access_expression": _conditional_access,
    "member_binding_expression": _member_binding,
    "element_binding_expression": _element_binding,
    "element_access_expression": _item,
    "parenthesized_expression": as_first,
    "await_expression": as_first,
    "checked_expression": as_first,
    "ref_expression": as_first,
    "throw_expression": _never,
    "argument": as_first,
    "arrow_expression_clause": as_first,
    "cast_expression": _cast,
    "as_expression": _as,
    "with_expression": as_first,
    "binary_expression": _binary,
    "is_expression": _is,
    "is_pattern_expression": _is,
    "assignment_expression": _assigned,
    "conditional_expression": _conditional,
    "switch_expression": _switch,
    "prefix_unary_expression": _unary,
    "postfix_unary_expression": _postfix,
    "tuple_expression": _tuple,
    "typeof_expression": _typeof,
    "default_expression": as_nothing,
    "null_literal": as_nothing,
    "boolean_literal": as_boolean,
    "integer_literal": _integer,
    "real_literal": _real,
}


@cache
def _kinds() -> tuple[int, dict[int, Convert]]:
    language = grammar()
    kinds = numbered(language, _KINDS)
    for word in ("this", "base"):  # keywords, which the grammar has as anonymous nodes
        if (number := language.id_for_node_kind(word, False)) is not None:
            kinds[number] = _KINDS[word]
    return language.id_for_node_kind("identifier", True) or 0, kinds


def reader(data: bytes, calls: frozenset[str]) -> CsharpReader:
    """The reader of one file."""
    return CsharpReader(data, calls, *_kinds())
