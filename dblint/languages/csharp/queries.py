"""Query expressions (`from o in orders join … where … select …`) as comprehensions."""

from tree_sitter import Node

from dblint.languages.reader import Convert, Reader, field, line_of, meaningful
from dblint.model.syntax import Each, Expression, Items, Name, Opaque

Loops = list[tuple[Expression, Expression]]


def _query(reader: Reader, node: Node, depth: int) -> Expression:
    reader.found = True
    loops: Loops = []
    conditions: list[Expression] = []
    element: Expression = Opaque(line_of(node))
    for clause in meaningful(node):
        match clause.type:
            case "from_clause":
                loops.append((_name(reader, field(clause, "name")), reader.read(meaningful(clause)[-1], depth)))
            case "join_clause":
                _join(reader, clause, depth, loops, conditions)
            case "let_clause" | "where_clause" | "order_by_clause":
                held = meaningful(clause)
                conditions += reader.all(held[1:] if clause.type == "let_clause" else held, depth)
            case "select_clause" | "group_clause":
                selected = reader.all(clause.named_children, depth)
                element = selected[0] if len(selected) == 1 else Items(selected, line_of(clause))
            case "identifier":  # `into g`: what was selected goes on under a name
                conditions.append(element)
                loops.append((_name(reader, clause), Opaque(line_of(clause))))
    return Each(element, tuple(loops), tuple(conditions), line_of(node))


def _join(reader: Reader, clause: Node, depth: int, loops: Loops, conditions: list[Expression]) -> None:
    """`join c in customers on o.CustomerId equals c.Id into g`; a type may stand before the name."""
    into = next((child for child in clause.named_children if child.type == "join_into_clause"), None)
    held = [child for child in meaningful(clause) if child.type != "join_into_clause"]
    kind = clause.child_by_field_name("type")
    held = [child for child in held if kind is None or child.start_byte != kind.start_byte]
    if len(held) < 2:
        return
    source = reader.read(held[1], depth)
    loops.append((_name(reader, held[0]), source))
    conditions += [reader.read(each, depth) for each in held[2:]]
    if into is not None and (names := meaningful(into)):
        loops.append((_name(reader, names[-1]), source))


def _name(reader: Reader, node: Node) -> Expression:
    return Name(reader.text(node), line_of(node))


KINDS: dict[str, Convert] = {"query_expression": _query}
