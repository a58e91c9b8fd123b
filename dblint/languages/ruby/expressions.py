"""Nodes of Ruby's grammar as expressions of the common syntax."""

from collections.abc import Iterator
from functools import cache, partial
from typing import cast

import tree_sitter_ruby
from tree_sitter import Language, Node

from dblint.languages.converts import as_constant, as_items, as_name, options_of
from dblint.languages.reader import Convert, Reader, field, interpolated, line_of, meaningful, number, numbered
from dblint.languages.ruby.strings import decoded
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

LAMBDAS = frozenset({"lambda", "proc"})
_WRITTEN = frozenset({"string_content", "escape_sequence", "heredoc_content"})
_BODIES = frozenset({"then", "else", "body_statement", "block_body", "begin", "parenthesized_statements", "do"})
_BRANCHES = frozenset({"if", "unless", "elsif", "case", "case_match", "when", "in_clause", "rescue"})


class RubyReader(Reader):
    """The reader of a Ruby file.

    `bodies` are heredocs by the place of their beginning, `taken` are statements that are part of a value.
    """

    def __init__(self, data: bytes, calls: frozenset[str], bodies: dict[int, Node]) -> None:
        super().__init__(data, calls, *_kinds())
        self.bodies = bodies
        self.taken: set[tuple[int, int]] = set()

    def take(self, node: Node, depth: int) -> Expression:
        """Return a statement that gives the value of what it stands in, so that it is no evaluation of its own."""
        self.taken.add((node.start_byte, node.end_byte))
        return self.read(node, depth)


@cache
def grammar() -> Language:
    """The Ruby grammar."""
    return Language(tree_sitter_ruby.language())


def tails(node: Node) -> Iterator[Node]:
    """The expressions that give the value of a statement: the last one, of every branch."""
    kind = node.type
    if kind in _BODIES:
        statements = [child for child in meaningful(node) if child.type != "ensure"]
        others = [child for child in statements if child.type in {"rescue", "else"}] if kind != "else" else []
        own = [child for child in statements if child not in others]
        for last in [*own[-1:], *others]:
            yield from tails(last)
    elif kind in _BRANCHES:
        for name in ("consequence", "alternative", "body", "clauses"):
            for child in node.children_by_field_name(name):
                yield from tails(child)
        if kind in {"case", "case_match"}:
            for child in meaningful(node):
                if child.type in {"when", "else", "in_clause"} and child not in node.children_by_field_name("clauses"):
                    yield from tails(child)
    elif kind in {"if_modifier", "unless_modifier"}:
        yield field(node, "body")
    else:
        yield node


def has_block(node: Node) -> Node | None:
    """The block of a call."""
    return node.child_by_field_name("block")


def has_arguments(node: Node) -> bool:
    """Whether a call is given anything."""
    return node.child_by_field_name("arguments") is not None or has_block(node) is not None


def symbol(written: str) -> str:
    """The name of a plain symbol."""
    return written.removeprefix(":")


def name_of(reader: Reader, node: Node) -> str:
    """`x` for an identifier, `self.x` for an instance or class variable, which an attribute is."""
    written = reader.text(node)
    return f"self.{written.lstrip('@')}" if written.startswith("@") else written


def _variable(reader: Reader, node: Node, _: int) -> Expression:
    line = line_of(node)
    return Member(Name("self", line), reader.text(node).lstrip("@"), line)


def _resolution(reader: Reader, node: Node, depth: int) -> Expression:
    scope, name = node.child_by_field_name("scope"), field(node, "name")
    if scope is None:
        return Name(reader.text(name), line_of(name))
    return Member(reader.read(scope, depth), reader.text(name), line_of(name))


def _call(reader: Reader, node: Node, depth: int) -> Expression:
    receiver, method = node.child_by_field_name("receiver"), node.child_by_field_name("method")
    name = reader.text(method) if method else "call"
    line = line_of(method or node)
    if name in reader.calls:
        reader.found = True
    block = has_block(node)
    if receiver is None and name in LAMBDAS and block is not None:
        return _closure(reader, block, depth)
    arguments, keywords = read_arguments(reader, node.child_by_field_name("arguments"), depth)
    if receiver is None:
        return Call(Name(name, line), arguments, keywords, line)
    if name == "new" and receiver.type in {"constant", "scope_resolution"}:
        made = reader.read(receiver, depth)
        if isinstance(made, Name | Member) and made.name in reader.calls:
            reader.found = True
        return Call(made, arguments, keywords, line)
    return Call(Member(reader.read(receiver, depth), name, line), arguments, keywords, line)


def read_arguments(
    reader: Reader, node: Node | None, depth: int = 0
) -> tuple[tuple[Expression, ...], tuple[tuple[str, Expression], ...]]:
    """Positional (spreads among them) and keyword arguments of a call; a block passed on is left out."""
    arguments: list[Expression] = []
    keywords: list[tuple[str, Expression]] = []
    for child in meaningful(node) if node is not None else ():
        if child.type == "pair":
            key, value = _pair(reader, child, depth)
            if isinstance(key, Text):
                keywords.append((key.value, value))
            else:
                arguments.append(Mapping(((key, value),), line_of(child)))
        elif child.type != "block_argument":
            arguments.append(reader.read(child, depth))
    return tuple(arguments), tuple(keywords)


def _pair(reader: Reader, node: Node, depth: int) -> tuple[Expression, Expression]:
    if node.type != "pair":
        return reader.read(node, depth), Opaque(line_of(node))
    key, value = field(node, "key"), node.child_by_field_name("value")
    if key.type == "hash_key_symbol":
        name = reader.text(key)
        return Text(name, line_of(key)), reader.read(value, depth) if value else Name(name, line_of(key))
    return reader.read(key, depth), reader.read(value, depth) if value else Opaque(line_of(node))


def _lambda(reader: Reader, node: Node, depth: int) -> Expression:
    return _closure(reader, field(node, "body"), depth, node.child_by_field_name("parameters"))


def _closure(reader: Reader, block: Node, depth: int, parameters: Node | None = None) -> Expression:
    """A lambda of one expression; the statements of a longer one stand in the scope around it."""
    parameters = parameters or block.child_by_field_name("parameters")
    named = meaningful(parameters) if parameters is not None else []
    names = tuple(reader.text(child.child_by_field_name("name") or child) for child in named)
    body = block.child_by_field_name("body")
    statements = meaningful(body) if body else []
    line = line_of(block)
    if len(statements) != 1:
        return Lambda(names, Opaque(line), line)
    return Lambda(names, cast("RubyReader", reader).take(statements[0], depth), line)


def _string(reader: Reader, node: Node, depth: int) -> Expression:
    opening = reader.text(node)[:2]
    return _pieces(reader, node, depth, escapes=not (opening.startswith("'") or opening == "%q"))


def _heredoc(reader: Reader, node: Node, depth: int) -> Expression:
    body = cast("RubyReader", reader).bodies.get(node.start_byte)
    if body is None:
        return Opaque(line_of(node))
    return _pieces(reader, body, depth, escapes="'" not in reader.text(node))


def _pieces(reader: Reader, node: Node, depth: int, *, escapes: bool) -> Expression:
    """A string, symbol or heredoc: a text, or a template if it has holes."""
    return interpolated(reader, node, depth, _WRITTEN, partial(decoded, escapes=escapes))


def _adjacent(reader: Reader, node: Node, depth: int) -> Expression:
    parts: list[Expression] = []
    for part in reader.all(node.named_children, depth):
        parts += part.parts if isinstance(part, Template) else (part,)
    return Template(tuple(parts), line_of(node))


def _symbol(reader: Reader, node: Node, _: int) -> Expression:
    return Text(symbol(reader.text(node)), line_of(node))


def _words(reader: Reader, node: Node, depth: int) -> Expression:
    return Items(tuple(_pieces(reader, child, depth, escapes=False) for child in meaningful(node)), line_of(node))


def _item(reader: Reader, node: Node, depth: int) -> Expression:
    holder = field(node, "object")
    keys = reader.all([child for child in node.named_children if child != holder], depth)
    line = holder.end_point[0] + 1
    return Item(reader.read(holder, depth), keys[0] if len(keys) == 1 else Items(keys, line), line)


def _mapping(reader: Reader, node: Node, depth: int) -> Expression:
    return Mapping(tuple(_pair(reader, child, depth) for child in meaningful(node)), line_of(node))


def _binary(reader: Reader, node: Node, depth: int) -> Expression:
    operator = field(node, "operator").type
    left, right = reader.read(field(node, "left"), depth), reader.read(field(node, "right"), depth)
    line = line_of(node)
    if operator in {"||", "or"}:
        return Choice((*options_of(left), *options_of(right)), line)
    if operator == "<<":
        if "<<" in reader.calls:
            reader.found = True
        return Call(Member(left, "<<", line), (right,), (), line)
    return Operation("and" if operator == "&&" else operator, left, right, line)


def _conditional(reader: Reader, node: Node, depth: int) -> Expression:
    sides = [reader.read(field(node, name), depth) for name in ("consequence", "alternative")]
    deciding, found = field(node, "condition"), reader.found
    reader.found = False
    condition = reader.read(deciding, depth)
    if reader.found:
        reader.asides.append((deciding, condition))
    reader.found = found
    return Choice(tuple(option for side in sides for option in options_of(side)), line_of(node))


def _branches(reader: Reader, node: Node, depth: int) -> Expression:
    """What `if`, `case`, `begin` and parentheses give: the last expression of each branch."""
    found = [cast("RubyReader", reader).take(tail, depth) for tail in tails(node) if tail != node]
    options = tuple(option for each in found for option in options_of(each))
    return options[0] if len(options) == 1 else Choice(options, line_of(node)) if options else Opaque(line_of(node))


def _guarded(reader: Reader, node: Node, depth: int) -> Expression:
    """The value of `x rescue y` and of `x if y`."""
    return cast("RubyReader", reader).take(field(node, "body"), depth)


def _assigned(reader: Reader, node: Node, depth: int) -> Expression:
    """An assignment as a value: the name that has got it."""
    return reader.read(field(node, "left"), depth)


def _unary(reader: Reader, node: Node, depth: int) -> Expression:
    operand, operator = reader.read(field(node, "operand"), depth), field(node, "operator").type
    line = line_of(node)
    if operator == "-" and isinstance(operand, Literal) and operand.value is not None:
        return Literal(-operand.value, line)
    return Operation("not" if operator == "!" else operator, Opaque(line), operand, line)


def _spread(reader: Reader, node: Node, depth: int) -> Expression:
    children = meaningful(node)
    line = line_of(node)
    return Spread(reader.read(children[0], depth) if children else Opaque(line), line)


def _number(reader: Reader, node: Node, _: int) -> Expression:
    written = reader.text(node).replace("_", "").lower()
    try:
        value = int(written, 0 if written[:2] in {"0x", "0b", "0o"} else 10) if node.type == "integer" else float(written)
    except ValueError:
        return Opaque(line_of(node))
    return number(value, line_of(node))


_KINDS: dict[str, Convert] = {
    "constant": as_name,
    "self": as_name,
    "super": as_name,
    "global_variable": as_name,
    "instance_variable": _variable,
    "class_variable": _variable,
    "scope_resolution": _resolution,
    "call": _call,
    "lambda": _lambda,
    "string": _string,
    "bare_string": _string,
    "chained_string": _adjacent,
    "heredoc_beginning": _heredoc,
    "simple_symbol": _symbol,
    "hash_key_symbol": _symbol,
    "delimited_symbol": _string,
    "array": as_items,
    "right_assignment_list": as_items,
    "argument_list": as_items,
    "string_array": _words,
    "symbol_array": _words,
    "element_reference": _item,
    "hash": _mapping,
    "binary": _binary,
    "conditional": _conditional,
    "if": _branches,
    "unless": _branches,
    "case": _branches,
    "case_match": _branches,
    "begin": _branches,
    "parenthesized_statements": _branches,
    "rescue_modifier": _guarded,
    "if_modifier": _guarded,
    "unless_modifier": _guarded,
    "assignment": _assigned,
    "operator_assignment": _assigned,
    "unary": _unary,
    "splat_argument": _spread,
    "hash_splat_argument": _spread,
    "integer": _number,
    "float": _number,
    "true": as_constant(value=True),
    "false": as_constant(value=False),
    "nil": as_constant(value=None),
}


@cache
def _kinds() -> tuple[int, dict[int, Convert]]:
    language = grammar()
    return language.id_for_node_kind("identifier", True) or 0, numbered(language, _KINDS)
