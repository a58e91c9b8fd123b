"""Which functions of a file have a name, and which object literals are as good as classes."""

from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from dblint.languages.reader import meaningful

EXPRESSIONS = frozenset({"arrow_function", "function_expression", "generator_function"})
DECLARATIONS = frozenset({"function_declaration", "generator_function_declaration"})
# What only wraps a value: `(x)`, `await x`, `x!`, `x as T`, `x satisfies T`.
WRAPPERS = frozenset(
    {"parenthesized_expression", "await_expression", "non_null_expression", "as_expression", "satisfies_expression"}
)
_EXPORTS = frozenset({b"module.exports", b"exports"})
_CHANGES = frozenset({"assignment_expression", "augmented_assignment_expression", "update_expression", "yield_expression"})


class Named(NamedTuple):
    """The name of a function; `holder` is the object or class that it is a member of, `""` for what the file exports."""

    name: str
    holder: str | None = None
    is_member: bool = False


def text(node: Node) -> str:
    """The source text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def unwrapped(node: Node) -> Node:
    """The value inside parentheses, `await` and type assertions."""
    while node.type in WRAPPERS and (inner := meaningful(node)):
        node = inner[0]
    return node


def holding(node: Node) -> Node | None:
    """The node around a value, its parentheses and type assertions left out."""
    around = node.parent
    while around is not None and around.type in WRAPPERS and around.type != "await_expression":
        around = around.parent
    return around


def key_of(node: Node | None) -> str:
    """The name of a property; empty for a computed one."""
    if node is None or node.type == "computed_property_name":
        return ""
    if node.type == "string":
        return text(node)[1:-1]
    return text(node).lstrip("#")


def named(node: Node) -> Named | None:
    """The name that a function expression or a method gets by where it stands, None for an anonymous one."""
    around = holding(node)
    if around is None:
        return None
    if node.type == "method_definition":
        name = key_of(node.child_by_field_name("name"))
        if around.type == "class_body":
            return Named(name, is_member=True) if name else None
        return _in_object(around, name)
    match around.type:
        case "variable_declarator":
            target = around.child_by_field_name("name")
            return Named(text(target)) if target is not None and target.type == "identifier" else None
        case "pair":
            holder = around.parent
            return _in_object(holder, key_of(around.child_by_field_name("key"))) if holder is not None else None
        case "assignment_expression":
            return _assigned(around.child_by_field_name("left"))
        case "public_field_definition" | "field_definition":
            name = key_of(around.child_by_field_name("name") or around.child_by_field_name("property"))
            return Named(name, is_member=True) if name else None
        case "export_statement":
            return Named("default")
    return None


def _in_object(holder: Node, name: str) -> Named | None:
    owner = class_like(holder) if holder.type == "object" and name else None
    return Named(name, owner, is_member=bool(owner)) if owner is not None else None


def _assigned(target: Node | None) -> Named | None:
    """The name of a function that is assigned: to a variable, to `exports.f`, to `Order.prototype.f`, to `this.f`."""
    if target is None or target.type == "identifier":
        return Named(text(target)) if target is not None else None
    if target.type != "member_expression":
        return None
    if target.text in _EXPORTS:
        return Named("default", "")
    holder, name = target.child_by_field_name("object"), key_of(target.child_by_field_name("property"))
    if holder is None or not name:
        return None
    if holder.text in _EXPORTS:
        return Named(name, "")
    if holder.type == "this":
        return Named(name, is_member=True)
    owner = text(holder).removesuffix(".prototype")
    return Named(name, owner if owner.isidentifier() else None)


def class_like(node: Node) -> str | None:
    """The name of an object literal that holds functions and is as good as a class; `""` for what the file exports."""
    if not any(_is_function(member) for member in meaningful(node)):
        return None
    around = holding(node)
    if around is None:
        return None
    match around.type:
        case "variable_declarator":
            target = around.child_by_field_name("name")
            return text(target) if target is not None and target.type == "identifier" else None
        case "assignment_expression":
            target = around.child_by_field_name("left")
            return "" if target is not None and target.text in _EXPORTS else None
        case "export_statement":
            return "default"
    return None


def _is_function(member: Node) -> bool:
    if member.type == "method_definition":
        return True
    value = member.child_by_field_name("value") if member.type == "pair" else None
    return value is not None and unwrapped(value).type in EXPRESSIONS


def members(node: Node) -> Iterator[tuple[str, Node]]:
    """The properties of an object literal that are no functions, by their names."""
    for member in meaningful(node):
        value = member.child_by_field_name("value") if member.type == "pair" else None
        if member.type == "shorthand_property_identifier":
            yield text(member), member
        elif value is not None and not _is_function(member) and (name := key_of(member.child_by_field_name("key"))):
            yield name, value


def only_expression(node: Node) -> Node | None:
    """What an anonymous function gives whose body is one expression, or one statement that is one."""
    body = node.child_by_field_name("body")
    if body is None or body.type != "statement_block":
        return body
    statements = meaningful(body)
    if len(statements) != 1 or statements[0].type not in {"return_statement", "expression_statement"}:
        return None
    inner = meaningful(statements[0])
    return inner[0] if inner and unwrapped(inner[0]).type not in _CHANGES else None


def anonymous(node: Node) -> str:
    """The name of the scope that an anonymous function opens."""
    return f"@{node.start_point[0] + 1}_{node.start_point[1]}"


def stands_in_lambda(statement: Node) -> bool:
    """Whether a statement is all that an anonymous function does, so that it is read as part of the function."""
    block = statement.parent
    function = block.parent if block is not None and block.type == "statement_block" else None
    if function is None or function.type not in {*EXPRESSIONS, "method_definition"}:
        return False
    return named(function) is None and only_expression(function) is not None


def receiver(node: Node) -> str:
    """What `this` means at a node: `self` in a method, `cls` where the class or the object literal itself is meant."""
    around = node.parent
    while around is not None:
        if around.type in {"method_definition", "public_field_definition", "field_definition"}:
            is_static = any(child.type == "static" for child in around.children)
            in_object = around.parent is not None and around.parent.type == "object"
            return "cls" if is_static or in_object else "self"
        if around.type in {"function_expression", "class_static_block"}:
            owner = around.parent
            return "cls" if around.type == "class_static_block" or (owner is not None and owner.type == "pair") else "self"
        around = around.parent
    return "self"
