"""Nodes of Rust's grammar as expressions of the common syntax."""

import re
from functools import cache

import tree_sitter_rust
from tree_sitter import Language, Node

from dblint.languages.converts import as_binary, as_boolean, as_items, as_name
from dblint.languages.reader import DEEPEST, Convert, Reader, field, line_of, meaningful, number, numbered
from dblint.languages.rust import macros
from dblint.languages.rust.strings import decoded
from dblint.model.syntax import Call, Choice, Expression, Item, Items, Member, Name, Opaque

_RAW = re.compile(r"(?:b|c)?r(#*)\"")
# What holds a value, and what gives it back as it is.
_HOLDERS = frozenset(
    {"Option", "Box", "Arc", "Rc", "Vec", "Result", "Mutex", "RwLock", "RefCell", "Cow", "Pin", "Data", "State"}
)
_GIVING_BACK = """
to_string to_owned clone as_str as_ref into unwrap expect as_mut borrow get_ref into_inner trim unwrap_or_default
"""
_SAME = frozenset(_GIVING_BACK.split())
# sqlx takes SQL that is put together only in this: https://docs.rs/sqlx/latest/sqlx/struct.AssertSqlSafe.html.
_SAFE = "AssertSqlSafe"
_MADE = frozenset({"new", "from", "Some", "Ok", _SAFE})


@cache
def grammar() -> Language:
    """The Rust grammar."""
    return Language(tree_sitter_rust.language())


def _self(_: Reader, node: Node, __: int) -> Expression:
    return Name("self", line_of(node))


def _member(reader: Reader, node: Node, depth: int) -> Expression:
    name = field(node, "field")
    return Member(reader.read(field(node, "value"), depth), reader.text(name), line_of(name))


def _scoped(reader: Reader, node: Node, depth: int) -> Expression:
    """`orders::table` and `orders::dsl` of diesel are the table `orders` itself."""
    name = field(node, "name")
    path = node.child_by_field_name("path")
    written = reader.text(name)
    if path is None or path.type in {"crate", "super", "self"}:
        return Name(written, line_of(name))
    value = reader.read(path, depth)
    if written in {"table", "dsl"}:
        return value
    again = path.type == "scoped_identifier" and reader.text(field(path, "name")) == "dsl"
    return value if again and written == getattr(value, "name", "") else Member(value, written, line_of(name))


def _generic_type(reader: Reader, node: Node, depth: int) -> Expression:
    value = reader.read(field(node, "type"), depth)
    arguments = _types(reader, field(node, "type_arguments"), depth)
    if getattr(value, "name", "") in _HOLDERS and arguments:
        return arguments[0]
    return Item(value, _one(arguments, line_of(node)), line_of(node)) if arguments else value


def _types(reader: Reader, node: Node, depth: int) -> tuple[Expression, ...]:
    return tuple(reader.read(each, depth) for each in meaningful(node) if each.type != "lifetime")


def _one(values: tuple[Expression, ...], line: int) -> Expression:
    return values[0] if len(values) == 1 else Items(values, line)


def _call(reader: Reader, node: Node, depth: int) -> Expression:
    written = field(node, "function")
    keywords: tuple[tuple[str, Expression], ...] = ()
    if written.type == "generic_function":
        types = _types(reader, field(written, "type_arguments"), depth)
        keywords = (("<>", _one(types, line_of(written))),) if types else ()
        written = field(written, "function")
    function = reader.read(written, depth)
    arguments = node.child_by_field_name("arguments")
    given = reader.all(arguments.named_children, depth) if arguments else ()
    if isinstance(function, Member) and function.name in _SAME and len(given) < 2:
        return function.value
    if len(given) == 1 and _is_made(function):
        return given[0]
    line = function.line if isinstance(function, Name | Member) else written.end_point[0] + 1
    if isinstance(function, Name | Member) and function.name in reader.calls:
        reader.found = True
    return Call(function, given, keywords, line)


def _is_made(function: Expression) -> bool:
    """Return whether a call gives back the one value that it is given."""
    if not isinstance(function, Name | Member) or function.name not in _MADE:
        return False
    return isinstance(function, Name) or function.name == _SAFE or _is_string(function.value)


def _is_string(value: Expression) -> bool:
    return isinstance(value, Name) and value.name in {"String", "Arc", "Box", "Cow", "Data"}


def _macro(reader: Reader, node: Node, depth: int) -> Expression:
    function = reader.read(field(node, "macro"), depth)
    tokens = next((child for child in node.children if child.type == "token_tree"), None)
    line = function.line if isinstance(function, Name | Member) else line_of(node)
    return macros.read(reader, function, tokens, line) if tokens is not None and depth < DEEPEST else Opaque(line)


def _struct(reader: Reader, node: Node, depth: int) -> Expression:
    """`User { name: x }`: a call with the fields as keywords."""
    name = reader.read(field(node, "name"), depth)
    fields: list[tuple[str, Expression]] = []
    for each in meaningful(field(node, "body")):
        if each.type == "shorthand_field_initializer":
            word = reader.text(meaningful(each)[-1])
            fields.append((word, Name(word, line_of(each))))
        elif each.type == "field_initializer":
            key = each.child_by_field_name("field") or each.child_by_field_name("name") or each
            fields.append((reader.text(key), reader.read(field(each, "value"), depth)))
    return Call(name, (), tuple(fields), line_of(node))


def _string(reader: Reader, node: Node, _: int) -> Expression:
    written = reader.text(node)
    if raw := _RAW.match(written):
        value, breaks = decoded(written[raw.end() : len(written) - 1 - len(raw.group(1))], escapes=False)
    else:
        value, breaks = decoded(written[written.find('"') + 1 : -1], escapes=True)
    return reader.literal(value, line_of(node), breaks)


def _number(reader: Reader, node: Node, _: int) -> Expression:
    digits = re.match(r"0[xob][\da-fA-F_]+|[\d_]+", reader.text(node))
    try:
        return number(int(digits.group().replace("_", ""), 0), line_of(node)) if digits else Opaque(line_of(node))
    except ValueError:
        return Opaque(line_of(node))


def _only(reader: Reader, node: Node, depth: int) -> Expression:
    """What stands behind `&`, `*`, `?`, `.await`, in parentheses."""
    children = [child for child in meaningful(node) if child.type not in {"mutable_specifier", "lifetime"}]
    return reader.read(children[0], depth) if children else Opaque(line_of(node))


def _reference(reader: Reader, node: Node, depth: int) -> Expression:
    return reader.read(field(node, "value"), depth)


def _typed(reader: Reader, node: Node, depth: int) -> Expression:
    return reader.read(field(node, "type"), depth)


def _item(reader: Reader, node: Node, depth: int) -> Expression:
    value, *keys = meaningful(node)
    return Item(reader.read(value, depth), reader.read(keys[0], depth), line_of(node)) if keys else Opaque(line_of(node))


def _chosen(reader: Reader, node: Node, depth: int) -> Expression:
    """The texts and names that the branches end with; what else they do stands in their own blocks."""
    options = [reader.read(tail, depth) for tail in tails(node) if tail.type in _PLAIN]
    return Choice(tuple(options), line_of(node)) if options else Opaque(line_of(node))


_PLAIN = frozenset({"string_literal", "raw_string_literal", "macro_invocation", "identifier", "scoped_identifier"})


def tails(node: Node) -> list[Node]:
    """The last expressions of the branches of an `if` or `match`, or of a block."""
    match node.type:
        case "if_expression":
            inner = [node.child_by_field_name("consequence"), node.child_by_field_name("alternative")]
            return [tail for each in inner if each is not None for tail in tails(each)]
        case "else_clause":
            return [tail for each in meaningful(node) for tail in tails(each)]
        case "match_expression":
            arms = [each.child_by_field_name("value") for each in meaningful(field(node, "body"))]
            return [tail for each in arms if each is not None for tail in tails(each)]
        case "block":
            last = tail_of(node)
            return tails(last) if last is not None else []
    return [node]


def tail_of(block: Node) -> Node | None:
    """The expression that a block ends with, which is its value."""
    children = meaningful(block)
    last = children[-1] if children else None
    if last is None or last.type.endswith(("_statement", "_declaration", "_item", "_definition")):
        return None
    return last


_KINDS: dict[str, Convert] = {
    "self": _self,
    "type_identifier": as_name,
    "field_identifier": as_name,
    "shorthand_field_identifier": as_name,
    "field_expression": _member,
    "scoped_identifier": _scoped,
    "scoped_type_identifier": _scoped,
    "generic_type": _generic_type,
    "reference_type": _typed,
    "generic_function": lambda reader, node, depth: reader.read(field(node, "function"), depth),
    "call_expression": _call,
    "macro_invocation": _macro,
    "struct_expression": _struct,
    "string_literal": _string,
    "raw_string_literal": _string,
    "integer_literal": _number,
    "boolean_literal": as_boolean,
    "await_expression": _only,
    "try_expression": _only,
    "parenthesized_expression": _only,
    "unary_expression": _only,
    "type_cast_expression": _reference,
    "reference_expression": _reference,
    "let_condition": _reference,
    "binary_expression": as_binary,
    "array_expression": as_items,
    "tuple_expression": as_items,
    "tuple_type": as_items,
    "index_expression": _item,
    "if_expression": _chosen,
    "match_expression": _chosen,
}


@cache
def _kinds() -> tuple[int, dict[int, Convert]]:
    language = grammar()
    return language.id_for_node_kind("identifier", True) or 0, numbered(language, _KINDS)


def reader(data: bytes, calls: frozenset[str]) -> Reader:
    """The reader of one file."""
    return Reader(data, calls, *_kinds())
