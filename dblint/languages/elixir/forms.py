"""The parts of Elixir's special forms: blocks, clauses, what gives their value, and what a pattern names.

Source: https://hexdocs.pm/elixir/Kernel.SpecialForms.html
"""

from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from dblint.languages.reader import Reader, field, meaningful

FORMS = frozenset({"case", "cond", "if", "unless", "with", "try", "receive", "for", "quote"})
DEFINING = frozenset({"def", "defp", "defmacro", "defmacrop", "defdelegate", "defguard", "defguardp"})
MODULES = frozenset({"defmodule", "defimpl", "defprotocol"})
DIRECTIVES = frozenset({"alias", "import", "require", "use"})
BRANCHES = frozenset({"else_block", "rescue_block", "catch_block", "after_block"})
_ITERATING = frozenset({"Enum", "Stream", "Task", "Task.Supervisor", "Flow"})
_KEYS = ("do", "else", "rescue", "catch")


class Pair(NamedTuple):
    """One `key: value` of a keyword list."""

    key: str
    value: Node


def name_of(reader: Reader, call: Node) -> str:
    """Return the name of a call without a receiver, an empty string for any other node."""
    if call.type != "call":
        return ""
    target = field(call, "target")
    return reader.text(target) if target.type == "identifier" else ""


def is_form(reader: Reader, node: Node) -> bool:
    """Return whether a node is a special form with blocks of its own."""
    return name_of(reader, node) in FORMS and (block_of(node) is not None or bool(inline(reader, node)))


def arguments_of(call: Node) -> list[Node]:
    """Return the arguments of a call, its keywords as one node."""
    held = next((child for child in call.children if child.type == "arguments"), None)
    return meaningful(held) if held is not None else []


def block_of(call: Node) -> Node | None:
    """Return the `do … end` of a call."""
    return next((child for child in call.children if child.type == "do_block"), None)


def pairs(reader: Reader, keywords: Node) -> Iterator[Pair]:
    """Yield the pairs of a keyword list."""
    for pair in meaningful(keywords):
        if pair.type == "pair":
            written = reader.text(field(pair, "key")).strip()
            yield Pair(written.removesuffix(":").strip("\"'"), field(pair, "value"))


def inline(reader: Reader, call: Node) -> dict[str, Node]:
    """Return the branches of a call that are written as keywords (`do: x, else: y`)."""
    held = arguments_of(call)
    if not held or held[-1].type != "keywords":
        return {}
    found = {pair.key: pair.value for pair in pairs(reader, held[-1])}
    return {key: found[key] for key in _KEYS if key in found} if "do" in found else {}


def plain(block: Node) -> list[Node]:
    """Return the statements and clauses of a block, less its further branches."""
    return [child for child in meaningful(block) if child.type not in BRANCHES]


def tails(reader: Reader, node: Node) -> Iterator[Node]:
    """Yield the expressions that give the value of a statement: the last one, of every branch."""
    for inner in _last(reader, node):
        if inner == node:
            yield node
        else:
            yield from tails(reader, inner)


def _last(reader: Reader, node: Node) -> Iterator[Node]:
    """Yield what gives the value of a node, itself if nothing inside does."""
    kind = node.type
    if kind in {"do_block", "else_block", "rescue_block", "catch_block"}:
        held = plain(node)
        yield from [child for child in held if child.type == "stab_clause"] or held[-1:]
        yield from (child for child in meaningful(node) if child.type in BRANCHES - {"after_block"})
    elif kind == "stab_clause":
        body = node.child_by_field_name("right")
        yield from meaningful(body)[-1:] if body is not None else ()
    elif kind == "block" and meaningful(node):
        yield meaningful(node)[-1]
    elif name_of(reader, node) in FORMS - {"for", "quote"} and is_form(reader, node):
        block = block_of(node)
        yield from [block] if block is not None else inline(reader, node).values()
    elif kind == "binary_operator" and field(node, "operator").type == "|>" and is_form(reader, field(node, "right")):
        yield field(node, "right")
    else:
        yield node


def generators(call: Node) -> Iterator[tuple[Node, Node]]:
    """Yield pattern and source of every `pattern <- source` among the arguments of `for` and `with`."""
    for argument in arguments_of(call):
        if argument.type == "binary_operator" and field(argument, "operator").type == "<-":
            left = field(argument, "left")
            yield (unguarded(left), field(argument, "right"))


def call_around(function: Node) -> Node | None:
    """Return the call that a function without a name is passed to."""
    around = function.parent.parent if function.parent is not None and function.parent.type == "arguments" else None
    return around if around is not None and around.type == "call" else None


def iterates(reader: Reader, function: Node) -> bool:
    """Return whether a function without a name is given the elements of a collection one by one."""
    call = call_around(function)
    target = field(call, "target") if call is not None else None
    return target is not None and target.type == "dot" and reader.text(field(target, "left")) in _ITERATING


def unguarded(pattern: Node) -> Node:
    """Return a pattern without its `when`."""
    if pattern.type == "binary_operator" and field(pattern, "operator").type == "when":
        return field(pattern, "left")
    return pattern


def clause_patterns(clause: Node) -> list[Node]:
    """Return the patterns on the left of a clause."""
    left = clause.child_by_field_name("left")
    if left is None:
        return []
    left = unguarded(left)
    return meaningful(left) if left.type == "arguments" else [left]


def named(pattern: Node) -> Node | None:
    """Return the name that a pattern gives to all of what it matches: `x`, `%Order{} = x`, `{:ok, x}`."""
    match pattern.type:
        case "identifier":
            return pattern if pattern.text != b"_" else None
        case "binary_operator" if field(pattern, "operator").type in {"=", "\\\\"}:
            sides = [field(pattern, "left"), field(pattern, "right")]
            found = [each for each in sides if each.type == "identifier"]
            return found[0] if found else next((inner for each in sides if (inner := named(each)) is not None), None)
        case "tuple":
            held = meaningful(pattern)
            return named(held[1]) if len(held) == 2 and held[0].type == "atom" else None
    return None


def struct_of(pattern: Node) -> Node | None:
    """Return the struct that a pattern asks for (`%Order{} = x`)."""
    if pattern.type == "map":
        held = next((child for child in pattern.children if child.type == "struct"), None)
        return meaningful(held)[0] if held is not None and meaningful(held) else None
    if pattern.type == "binary_operator":
        return next((found for side in ("left", "right") if (found := struct_of(field(pattern, side))) is not None), None)
    if pattern.type == "tuple":
        return next((found for each in meaningful(pattern) if (found := struct_of(each)) is not None), None)
    return None
