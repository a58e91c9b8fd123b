"""Nodes of Elixir's grammar as expressions of the common syntax."""

from functools import cache
from typing import cast

import tree_sitter_elixir
from tree_sitter import Language, Node

from dblint.languages.converts import as_boolean, as_nothing, options_of
from dblint.languages.elixir import forms, queries
from dblint.languages.elixir.aliases import Aliases
from dblint.languages.elixir.strings import sigil, string
from dblint.languages.reader import Convert, Reader, field, line_of, meaningful, number, numbered
from dblint.model.syntax import (
    Call,
    Choice,
    Each,
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
    Text,
)

_EACH = frozenset({"map", "each", "flat_map"})
"""Functions of `Enum` and `Stream` that apply a function to every element, and give no more than what it gives."""
_STREAMS = frozenset({"Enum", "Stream"})


class ElixirReader(Reader):
    """The reader of an Elixir file; `taken` are statements that are part of a value, `loops` comprehensions that are one."""

    def __init__(self, data: bytes, calls: frozenset[str], aliases: Aliases) -> None:
        super().__init__(data, calls, -1, _kinds())
        self.aliases = aliases
        self.taken: set[tuple[int, int]] = set()
        self.loops: set[int] = set()

    def take(self, node: Node, depth: int) -> Expression:
        """Return a statement that gives the value of what it stands in, so that it is no evaluation of its own."""
        self.taken.add((node.start_byte, node.end_byte))
        return self.read(node, depth)


@cache
def grammar() -> Language:
    """The Elixir grammar."""
    return Language(tree_sitter_elixir.language())


def module_name(reader: Reader, node: Node) -> str:
    """Return the full name of a module as it is written at a node."""
    return cast("ElixirReader", reader).aliases.full(reader.text(node).replace(" ", ""), node.start_byte)


def _identifier(reader: Reader, node: Node, _: int) -> Expression:
    written = reader.text(node)
    return Name(module_name(reader, node) if written == "__MODULE__" else written, line_of(node))


def _alias(reader: Reader, node: Node, _: int) -> Expression:
    return Name(module_name(reader, node), line_of(node))


def _dot(reader: Reader, node: Node, depth: int) -> Expression:
    """`left.right`: a module under another, or what a function is called by."""
    left, right = field(node, "left"), node.child_by_field_name("right")
    if right is None:
        return reader.read(left, depth)
    if right.type == "alias":
        return Name(module_name(reader, node), line_of(right))
    return Member(reader.read(left, depth), reader.text(right), line_of(right))


def _call(reader: Reader, node: Node, depth: int) -> Expression:
    return read_call(reader, node, depth, ())


def read_call(reader: Reader, node: Node, depth: int, piped: tuple[Expression, ...]) -> Expression:
    """Return a call, with what is piped into it as its first argument."""
    target = field(node, "target")
    held = next((child for child in node.children if child.type == "arguments"), None)
    if target.type == "identifier" and (form := reader.text(target)) in forms.FORMS and forms.is_form(reader, node):
        return _comprehension(reader, node, depth) if form == "for" else _branches(reader, node, depth)
    if target.type == "dot" and held is None and not piped and field(target, "left").type != "alias":
        return _dot(reader, target, depth)
    function = Name(reader.text(target), line_of(target)) if target.type == "identifier" else reader.read(target, depth)
    name = getattr(function, "name", "")
    if name in reader.calls:
        reader.found = True
    written = meaningful(held) if held is not None else []
    query = queries.query(reader, node, name, written, depth, piped) if _is_query(function) else None
    if query is not None:
        return query
    arguments, keywords = read_arguments(reader, written, depth)
    arguments = (*piped, *arguments)
    mapped = _mapped(reader, function, arguments, written, depth)
    return mapped or Call(function, arguments, keywords, line_of(field(target, "right") if target.type == "dot" else target))


def _is_query(function: Expression) -> bool:
    """Return whether a name may be one that `Ecto.Query` is imported for."""
    return isinstance(function, Name) or (isinstance(function, Member) and getattr(function.value, "name", "") == "Ecto.Query")


def read_arguments(
    reader: Reader, nodes: list[Node], depth: int = 0
) -> tuple[tuple[Expression, ...], tuple[tuple[str, Expression], ...]]:
    """Return positional and keyword arguments; a keyword list in brackets at the end is the same as one without."""
    arguments: list[Expression] = []
    keywords: list[tuple[str, Expression]] = []
    for node in nodes:
        if node.type == "keywords":
            keywords += [(pair.key, reader.read(pair.value, depth)) for pair in forms.pairs(reader, node)]
        else:
            arguments.append(reader.read(node, depth))
    if nodes and nodes[-1].type == "list" and [child.type for child in meaningful(nodes[-1])] == ["keywords"]:
        last = arguments.pop()
        keywords += [(key.value, value) for key, value in getattr(last, "pairs", ()) if isinstance(key, Text)]
    return tuple(arguments), tuple(keywords)


def _mapped(
    reader: Reader, function: Expression, arguments: tuple[Expression, ...], written: list[Node], depth: int
) -> Expression | None:
    """Return what `Enum.map(rows, fn row -> … end)` gives, as a comprehension; None for any other call."""
    match function:
        case Member(value=Name(name=holder), name=name) if holder in _STREAMS and name in _EACH and len(arguments) == 2:
            last = written[-1]
        case _:
            return None
    if last.type == "anonymous_function":
        clauses = meaningful(last)
        patterns = forms.clause_patterns(clauses[0]) if len(clauses) == 1 else []
        body = clauses[0].child_by_field_name("right") if clauses else None
        statements = meaningful(body) if body is not None else []
        if len(patterns) != 1 or len(statements) != 1:
            return None
        element = cast("ElixirReader", reader).take(statements[0], depth)
        return Each(element, ((_target(reader, patterns[0]), arguments[0]),), (), line_of(last))
    match arguments[1]:
        case Lambda(parameters=(parameter,), body=body_) if last.type == "unary_operator":
            return Each(body_, ((Name(parameter, line_of(last)), arguments[0]),), (), line_of(last))
    return None


def _target(reader: Reader, pattern: Node) -> Expression:
    """Return what a generator binds."""
    whole = forms.named(pattern)
    if whole is not None:
        return Name(reader.text(whole), line_of(whole))
    if pattern.type == "tuple":
        return Items(tuple(_target(reader, child) for child in meaningful(pattern)), line_of(pattern))
    return Opaque(line_of(pattern))


def _comprehension(reader: Reader, node: Node, depth: int) -> Expression:
    """Return a `for` of one expression; the statements of a longer one are slots of their own."""
    block, branches = forms.block_of(node), forms.inline(reader, node)
    body = forms.plain(block) if block is not None else [branches["do"]]
    loops = tuple((_target(reader, pattern), reader.read(source, depth)) for pattern, source in forms.generators(node))
    cast("ElixirReader", reader).loops.add(node.start_byte)
    element = cast("ElixirReader", reader).take(body[0], depth) if len(body) == 1 else Opaque(line_of(node))
    return Each(element, loops, (), line_of(node))


def _branches(reader: Reader, node: Node, depth: int) -> Expression:
    """Return what a special form gives: the last expression of each branch."""
    found = [cast("ElixirReader", reader).take(tail, depth) for tail in forms.tails(reader, node) if tail != node]
    options = tuple(option for each in found for option in options_of(each))
    return options[0] if len(options) == 1 else Choice(options, line_of(node)) if options else Opaque(line_of(node))


def _block(reader: Reader, node: Node, depth: int) -> Expression:
    """Return the value of parentheses."""
    held = meaningful(node)
    return cast("ElixirReader", reader).take(held[-1], depth) if held else Opaque(line_of(node))


def _binary(reader: Reader, node: Node, depth: int) -> Expression:
    operator, left, right = field(node, "operator").type, field(node, "left"), field(node, "right")
    line = line_of(node)
    match operator:
        case "|>":
            return _pipe(reader, left, right, depth)
        case "=":
            return reader.read(right, depth)
        case "||" | "or":
            return Choice((*options_of(reader.read(left, depth)), *options_of(reader.read(right, depth))), line)
        case "|":
            return Items((Spread(reader.read(left, depth), line), reader.read(right, depth)), line)
        case "::" | "when" | "\\\\":
            return reader.read(left, depth)
    known = {"<>": "+", "++": "+", "&&": "and"}.get(operator, operator)
    return Operation(known, reader.read(left, depth), reader.read(right, depth), line)


def _pipe(reader: Reader, left: Node, right: Node, depth: int) -> Expression:
    """`a |> f(b)` is `f(a, b)`; what is piped into a special form decides between its branches."""
    if forms.is_form(reader, right):
        return _branches(reader, right, depth)
    first = reader.read(left, depth)
    if right.type == "call":
        return read_call(reader, right, depth, (first,))
    if right.type in {"identifier", "dot"}:
        function = reader.read(right, depth)
        if getattr(function, "name", "") in reader.calls:
            reader.found = True
        return Call(function, (first,), (), line_of(right))
    return first


def _unary(reader: Reader, node: Node, depth: int) -> Expression:
    operand, line = field(node, "operand"), line_of(node)
    match field(node, "operator").type:
        case "@":
            return Name(f"@{reader.text(operand)}", line)
        case "^" | "+":
            return reader.read(operand, depth)
        case "&":
            return _capture(reader, operand, depth)
        case "!" | "not":
            return Operation("not", Opaque(line), reader.read(operand, depth), line)
    value = reader.read(operand, depth)
    return Literal(-value.value, line) if isinstance(value, Literal) and value.value is not None else value


def _capture(reader: Reader, operand: Node, depth: int) -> Expression:
    """`&f/1` and `&f(&1, x)` are functions; `&1` is what one is given."""
    line = line_of(operand)
    if operand.type == "integer":
        return Name(f"&{reader.text(operand)}", line)
    if operand.type == "binary_operator" and field(operand, "operator").type == "/":
        function = field(operand, "left")
        named = field(function, "target") if function.type == "call" else function
        called = reader.read(named, depth)
        if getattr(called, "name", "") in reader.calls:
            reader.found = True
        return Lambda(("&1",), Call(called, (Name("&1", line),), (), line), line)
    return Lambda(("&1",), reader.read(operand, depth), line)


def _lambda(reader: Reader, node: Node, depth: int) -> Expression:
    """Return a function without a name, by what it gives; its other statements stand in the scope around it.

    One that goes over the elements of a collection is read as that (`_mapped`), or all of it stands in the scope around it.
    """
    clauses = meaningful(node)
    patterns = forms.clause_patterns(clauses[0]) if clauses else []
    names = [reader.text(whole) if (whole := forms.named(each)) is not None else "_" for each in patterns]
    line = line_of(node)
    if forms.iterates(reader, node):
        return Lambda(tuple(names), Opaque(line), line)
    found = [cast("ElixirReader", reader).take(tail, depth) for clause in clauses for tail in forms.tails(reader, clause)]
    options = tuple(option for each in found for option in options_of(each))
    return Lambda(tuple(names), options[0] if len(options) == 1 else Choice(options, line), line)


def _atom(reader: Reader, node: Node, _: int) -> Expression:
    return Text(reader.text(node).removeprefix(":"), line_of(node))


def _list(reader: Reader, node: Node, depth: int) -> Expression:
    held = meaningful(node)
    if [child.type for child in held] == ["keywords"]:
        return _keywords(reader, held[0], depth)
    return Items(reader.all(held, depth), line_of(node))


def _keywords(reader: Reader, node: Node, depth: int) -> Expression:
    """Return a keyword list: names and what they have."""
    written = forms.pairs(reader, node)
    found = tuple((Text(pair.key, line_of(pair.value)), reader.read(pair.value, depth)) for pair in written)
    return Mapping(found, line_of(node))


def _map(reader: Reader, node: Node, depth: int) -> Expression:
    """`%{…}`, and `%Order{…}`, which makes a row; one that changes another says nothing of its own."""
    line = line_of(node)
    struct = forms.struct_of(node)
    content = next((child for child in node.children if child.type == "map_content"), None)
    entries: list[tuple[Expression, Expression]] = []
    changed: list[Expression] = []
    for child in meaningful(content) if content is not None else ():
        _entries(reader, child, depth, entries, changed)
    if changed:
        return changed[0]
    if struct is None:
        return Mapping(tuple(entries), line)
    made = reader.read(struct, depth)
    if getattr(made, "name", "").rpartition(".")[2] in reader.calls:
        reader.found = True
    keywords = tuple((key.value, value) for key, value in entries if isinstance(key, Text))
    return Call(made, (), keywords, line)


def _entries(
    reader: Reader, node: Node, depth: int, entries: list[tuple[Expression, Expression]], changed: list[Expression]
) -> None:
    """Add the entries of a map, and what is changed by one (`%{order | total: 1}`)."""
    if node.type == "keywords":
        entries += cast("Mapping", _keywords(reader, node, depth)).pairs
    elif node.type == "binary_operator" and field(node, "operator").type == "=>":
        entries.append((reader.read(field(node, "left"), depth), reader.read(field(node, "right"), depth)))
    elif node.type == "binary_operator" and field(node, "operator").type == "|":
        changed.append(reader.read(field(node, "left"), depth))
        _entries(reader, field(node, "right"), depth, entries, changed)


def _items(reader: Reader, node: Node, depth: int) -> Expression:
    """Return a tuple; of `{:ok, x}` what it is about."""
    held = meaningful(node)
    if len(held) == 2 and held[0].type == "atom" and reader.text(held[0]) == ":ok":
        return reader.read(held[1], depth)
    return Items(reader.all(held, depth), line_of(node))


def _access(reader: Reader, node: Node, depth: int) -> Expression:
    holder, key = field(node, "target"), field(node, "key")
    return Item(reader.read(holder, depth), reader.read(key, depth), holder.end_point[0] + 1)


def _number(reader: Reader, node: Node, _: int) -> Expression:
    written = reader.text(node).replace("_", "").lower()
    try:
        value = int(written, 0 if written[:2] in {"0x", "0b", "0o"} else 10) if node.type == "integer" else float(written)
    except ValueError:
        return Opaque(line_of(node))
    return number(value, line_of(node))


_KINDS: dict[str, Convert] = {
    "identifier": _identifier,
    "alias": _alias,
    "dot": _dot,
    "call": _call,
    "block": _block,
    "binary_operator": _binary,
    "unary_operator": _unary,
    "anonymous_function": _lambda,
    "string": string,
    "charlist": string,
    "quoted_atom": string,
    "sigil": sigil,
    "atom": _atom,
    "list": _list,
    "keywords": _keywords,
    "map": _map,
    "tuple": _items,
    "access_call": _access,
    "integer": _number,
    "float": _number,
    "boolean": as_boolean,
    "nil": as_nothing,
}


@cache
def _kinds() -> dict[int, Convert]:
    return numbered(grammar(), _KINDS)
