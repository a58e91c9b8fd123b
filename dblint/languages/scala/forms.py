"""The parts of Scala's expressions that hold statements: blocks, branches, cases, and what gives their value."""

from collections.abc import Iterator

from tree_sitter import Node

from dblint.languages.reader import meaningful

BLOCKS = frozenset({"block", "indented_block", "case_block", "indented_cases", "catch_clause"})
DEFINITIONS = frozenset(
    """
    import_declaration package_clause class_definition object_definition trait_definition enum_definition package_object
    function_definition function_declaration val_definition var_definition val_declaration var_declaration given_definition
    type_definition self_type extension_definition export_declaration enum_case_definitions annotation
    """.split()  # noqa: SIM905 -- a list of so many words says no more
)
FORMS = frozenset({"if_expression", "match_expression", "try_expression", "while_expression", "do_while_expression"})


def tails(node: Node) -> Iterator[Node]:
    """Yield the expressions that give the value of a statement: the last one, of every branch."""
    for inner in _last(node):
        if inner == node:
            yield node
        else:
            yield from tails(inner)


def _last(node: Node) -> Iterator[Node]:
    kind = node.type
    if kind in {"block", "indented_block"}:
        held = [child for child in meaningful(node) if child.type not in DEFINITIONS]
        yield from held[-1:]
    elif kind in {"case_block", "indented_cases"}:
        yield from (child for child in meaningful(node) if child.type == "case_clause")
    elif kind == "case_clause":
        yield from [child for child in node.children_by_field_name("body") if child.is_named and not child.is_extra][-1:]
    elif kind == "if_expression":
        yield from (child for name in ("consequence", "alternative") for child in node.children_by_field_name(name))
    elif kind == "match_expression":
        yield from node.children_by_field_name("body")
    elif kind == "try_expression":
        yield from node.children_by_field_name("body")
        clauses = (child for child in meaningful(node) if child.type == "catch_clause")
        yield from (inner for clause in clauses for inner in meaningful(clause))
    elif kind == "parenthesized_expression" and len(meaningful(node)) == 1:
        inner = meaningful(node)[0]
        yield from [inner] if inner.type in FORMS | BLOCKS else [node]
    else:
        yield node


def placeholders(node: Node) -> list[Node]:
    """Return the `_` of an argument that make it a function (`_.id === x`), less those of arguments inside of it."""
    found: list[Node] = []
    pending = [node]
    while pending:
        each = pending.pop()
        if each.type == "wildcard":
            found.append(each)
        elif each is node or each.type not in {
            "arguments",
            "lambda_expression",
            "block",
            "case_block",
            "type_arguments",
            "parenthesized_expression",
        }:
            pending += reversed(each.named_children)
    return found
