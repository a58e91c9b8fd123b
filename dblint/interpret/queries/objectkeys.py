"""Names of tables that stand inside what a call is given: in an object, in a list of them, in a function that builds one."""

from collections.abc import Iterator
from itertools import islice

from dblint.interpret.evaluation.arguments import called, given
from dblint.interpret.evaluation.values import Environment
from dblint.model.syntax import (
    Call,
    Choice,
    Each,
    Expression,
    Items,
    Lambda,
    Mapping,
    Member,
    Name,
    Operation,
    Spread,
    Text,
)

_DEEPEST = 12
_MOST = 20
_AROUND = frozenset({"body", "request", "params", "input"})
"""Keys under which an older version of a client took the object itself."""


def inside(call: Call, written: str, at: Environment) -> Expression | None:
    """Return what a framework's rule calls by a path (`source.index`), a key anywhere, a call, or a text before it.

    Those are written `**_index`, `->index` and `@STREAMS`.
    """
    if written.startswith("@"):
        words = [each.value.upper() if isinstance(each, Text) else "" for each in call.arguments]
        place = words.index(written[1:]) + 1 if written[1:] in words else len(words)
        return call.arguments[place] if place < len(call.arguments) else None
    if written.startswith("**"):
        held = list(islice(_anywhere(Items(given(call), call.line), written[2:], at, 0), _MOST))
        return Items(tuple(held), call.line) if len(held) > 1 else next(iter(held), None)
    if written.startswith("->"):
        bodies = (each.body for each in call.arguments if isinstance(each, Lambda))
        return next((found for body in bodies for found in _chained(body, written[2:])), None)
    objects = [*call.arguments, *(value for key, value in call.keywords if key in _AROUND)]
    found = _path(Mapping(tuple((Text(key, 0), value) for key, value in call.keywords), call.line), written.split("."))
    return next((hit for each in objects if (hit := _path(each, written.split("."))) is not None), found)


def _path(holder: Expression, keys: list[str]) -> Expression | None:
    """Return the value under a path of keys in an object; of a list its first element."""
    found = _entry(holder, keys[0])
    if found is None:
        around = (value for key in sorted(_AROUND) if (value := _entry(holder, key)) is not None)
        return next((hit for each in around if (hit := _path(each, keys)) is not None), None)
    if len(keys) > 1:
        return _path(found, keys[1:])
    return found.values[0] if isinstance(found, Items) and found.values else found


def _entry(holder: Expression, key: str) -> Expression | None:
    """Return a field of an object, also of one that is made by a call with named arguments (a struct)."""
    if isinstance(holder, Call):
        return dict(holder.keywords).get(key)
    pairs = holder.pairs if isinstance(holder, Mapping) else ()
    return next((value for name, value in pairs if isinstance(name, Text) and name.value == key), None)


def _chained(body: Expression, name: str) -> Iterator[Expression]:
    """Yield the first argument of the calls of a name in a chain (`s.index("a").query(…)`)."""
    node = body
    while isinstance(node, Call | Member):
        if isinstance(node, Call):
            if called(node) == name and node.arguments:
                yield node.arguments[0]
            node = node.function
        else:
            node = node.value


def _anywhere(expression: Expression, key: str, at: Environment, depth: int) -> Iterator[Expression]:
    """Yield the values of a key in all objects below an expression; variables are followed."""
    if depth > _DEEPEST:
        return
    if isinstance(expression, Mapping):
        yield from (value for name, value in expression.pairs if isinstance(name, Text) and name.value == key)
    for each, where in _below(expression, at):
        yield from _anywhere(each, key, where, depth + 1)


def _below(expression: Expression, at: Environment) -> Iterator[tuple[Expression, Environment]]:
    """Yield what an expression is made of, and of a variable what it is bound to and what is appended to it."""
    match expression:
        case Items(values=values) | Choice(options=values):
            yield from ((value, at) for value in values)
        case Operation(left=left, right=right):
            yield from ((left, at), (right, at))
        case Spread(value=value) | Lambda(body=value) | Each(element=value):
            yield value, at
        case Call():
            yield from ((value, at) for value in given(expression))
        case Mapping(pairs=pairs):
            yield from ((value, at) for _, value in pairs)
        case Name(name=name):
            yield from _bound(name, at)


def _bound(name: str, at: Environment) -> Iterator[tuple[Expression, Environment]]:
    found = at.unit.lookup(at.scope, name)
    if found is None or not isinstance(found[0], tuple):
        return
    where = Environment(at.unit, found[1])
    yield from ((each.value, where) for each in found[0] if each.value is not None and each.operator in {"=", "+="})
    yield from ((added, where) for _, added in at.unit.appended.get((found[1], name), ()))
