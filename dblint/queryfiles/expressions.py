"""What an expression inside a template's tag can come to; Jinja's expressions are read with Python's grammar, and never run."""

import ast
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, product

_LONGEST = 4_000
_DEEPEST = 20
_MOST = 64
_UNCHANGED = frozenset({"trim", "safe", "sqlsafe", "identifier", "as_text", "as_native", "string"})

Relation = Callable[[str, tuple[str, ...]], str | None]
"""The text of a relation that a function of the template's tool gives for literal arguments; None for any other function."""


@dataclass(slots=True)
class Scope:
    """The names that a template has set so far, each with its expression, and the functions that give relations."""

    names: dict[str, str]
    relation: Relation


def nothing(_name: str, _arguments: tuple[str, ...]) -> str | None:
    """None: a template whose tool gives no relations."""
    return None


def parsed(word: str) -> ast.expr | None:
    """The tree of an expression; None for one that is too long or that Python's grammar does not share."""
    if len(word) > _LONGEST:
        return None
    word = _concatenating(word)
    for attempt in (word, f"{word} else ''"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)
                return ast.parse(f"({attempt}\n)", mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def _concatenating(word: str) -> str:
    """The expression with Jinja's `~`, which joins texts, as a plus."""
    if "~" not in word:
        return word
    quote, made = "", []
    for character in word:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        made.append("+" if character == "~" and not quote else character)
    return "".join(made)


def texts(tree: ast.expr | None, scope: Scope, depth: int = 0) -> list[str]:
    """All texts that an expression can come to; empty where any of them is unknown."""
    if depth > _DEEPEST:
        return []
    match tree:
        case ast.Constant(value=str() | int() as value) if not isinstance(value, bool):
            return [str(value)]
        case ast.Name(id=name):
            if name in scope.names:
                return texts(parsed(scope.names[name]), scope, depth + 1)
            found = scope.relation(name, ())
            return [found] if found is not None else []
        case ast.IfExp(body=left, orelse=right):
            return _all([texts(left, scope, depth + 1), texts(right, scope, depth + 1)])
        case ast.BoolOp(values=values):
            return [text for value in values for text in texts(value, scope, depth + 1)]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _joined(texts(left, scope, depth + 1), texts(right, scope, depth + 1))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _filtered(left, right, scope, depth)
        case ast.Call():
            return _called(tree, scope, depth)
    return []


def _all(options: list[list[str]]) -> list[str]:
    return [text for each in options for text in each] if all(options) else []


def _joined(left: list[str], right: list[str]) -> list[str]:
    return [a + b for a, b in islice(product(left, right), _MOST)]


def _filtered(left: ast.expr, right: ast.expr, scope: Scope, depth: int) -> list[str]:
    """What a filter makes of an expression: `x | trim`, `x | upper`, `x | default('y')`."""
    values = texts(left, scope, depth + 1)
    match right:
        case ast.Name(id=name) if name in _UNCHANGED:
            return values
        case ast.Name(id="upper" | "lower" as name):
            return [value.upper() if name == "upper" else value.lower() for value in values]
        case ast.Call(func=ast.Name(id="default" | "d"), args=[default, *_]):
            return values or texts(default, scope, depth + 1)
    return []


def _called(call: ast.Call, scope: Scope, depth: int) -> list[str]:
    """What a call comes to: a relation for literal arguments, or the default of a variable."""
    name = _function(call)
    if name in ("var", "env_var"):
        return texts(call.args[1], scope, depth + 1) if len(call.args) > 1 else []
    arguments = [texts(argument, scope, depth + 1) for argument in call.args]
    if not name or not all(arguments):
        return []
    found = [scope.relation(name, choice) for choice in islice(product(*arguments), _MOST)]
    return [text for text in found if text is not None] if None not in found else []


def _function(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id="builtins"), attr=name):
            return name
    return ""


def literals(tree: ast.expr | None, scope: Scope, depth: int = 0) -> list[str]:
    """The texts of a list; empty where any of them is unknown."""
    match tree:
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return _all([texts(item, scope) for item in items])
        case ast.Name(id=name) if name in scope.names and depth < _DEEPEST:
            return literals(parsed(scope.names[name]), scope, depth + 1)
    return []


def relations(tree: ast.expr | None, scope: Scope) -> Iterator[str]:
    """Every relation that a call anywhere in an expression gives."""
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Call) and _function(node) not in ("var", "env_var", ""):
            yield from _called(node, scope, 0)


def keywords_of(tree: ast.expr | None, name: str) -> dict[str, str] | None:
    """The literal arguments of an expression that is a call of a function; None if it is anything else."""
    if not isinstance(tree, ast.Call) or _function(tree) != name:
        return None
    pairs: list[tuple[object, ast.expr]] = [(each.arg, each.value) for each in tree.keywords if each.arg]
    for argument in tree.args:
        if isinstance(argument, ast.Dict):
            pairs += [
                (key.value, value)
                for key, value in zip(argument.keys, argument.values, strict=True)
                if isinstance(key, ast.Constant)
            ]
    return {
        key: str(value.value).lower() if isinstance(value.value, bool) else str(value.value)
        for key, value in pairs
        if isinstance(key, str) and isinstance(value, ast.Constant)
    } | {
        key: str(value.id)
        for key, value in pairs
        if isinstance(key, str) and isinstance(value, ast.Name) and value.id in ("true", "false")
    }
