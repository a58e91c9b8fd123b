"""Lambdas and anonymous methods.

A block of nothing but expressions belongs to its lambda, as a builder's calls do; the statements of any other block stand in
the scope around it. Parameters with a type are names of the scope around, which has their types.
"""

from collections.abc import Iterator

from tree_sitter import Node

from dblint.languages.reader import Convert, Reader, field, line_of, meaningful
from dblint.model.syntax import Expression, Items, Lambda, Opaque

BLOCKS = frozenset({"lambda_expression", "anonymous_method_expression"})


def block_of(node: Node) -> Node | None:
    """The block of a lambda or anonymous method that has one."""
    return next((child for child in node.named_children if child.type == "block"), None)


def is_plain(block: Node) -> bool:
    """Whether a block holds nothing but expressions and what it returns, so that it reads as one expression."""
    return all(_expression(statement) is not None for statement in meaningful(block))


def parameters(node: Node) -> Iterator[tuple[Node, Node | None]]:
    """The names and the types of a lambda's parameters."""
    held = node.child_by_field_name("parameters")
    if held is None:
        return
    if held.type != "parameter_list":  # one name without parentheses
        yield held, None
        return
    for child in meaningful(held):
        if child.type == "parameter":
            yield field(child, "name"), child.child_by_field_name("type")


def _expression(statement: Node) -> Node | None:
    children = meaningful(statement)
    if statement.type not in {"expression_statement", "return_statement"} or len(children) != 1:
        return None
    return children[0] if children[0].type != "assignment_expression" else None


def _lambda(reader: Reader, node: Node, depth: int) -> Expression:
    names = tuple(reader.text(name) for name, kind in parameters(node) if kind is None)
    block = block_of(node)
    line = line_of(node)
    if block is None:
        body = node.child_by_field_name("body")
        return Lambda(names, reader.read(body, depth) if body else Opaque(line), line)
    if not is_plain(block):
        return Lambda(names, Opaque(line), line)
    found = [each for statement in meaningful(block) if (each := _expression(statement))]
    held = tuple(reader.read(each, depth) for each in found)
    return Lambda(names, held[0] if len(held) == 1 else Items(held, line_of(block)), line)


KINDS: dict[str, Convert] = {"lambda_expression": _lambda, "anonymous_method_expression": _lambda}
