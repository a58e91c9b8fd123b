"""What stands inside an expression; found in one walk, since several questions need it of every expression of a tree."""

from collections.abc import Iterator
from typing import NamedTuple

from dblint.model import syntax
from dblint.model.base import Fact
from dblint.model.syntax import Call, Each, Expression, Items, Module, Name, Operation, Template, Text

# The fields in which an expression holds others. Lines, names, operators and line breaks hold none.
_FIELDS: dict[type, tuple[str, ...]] = {
    syntax.Template: ("parts",),
    syntax.Member: ("value",),
    syntax.Call: ("function", "arguments", "keywords"),
    syntax.Item: ("value", "key"),
    syntax.Items: ("values",),
    syntax.Mapping: ("pairs",),
    syntax.Operation: ("left", "right"),
    syntax.Choice: ("options",),
    syntax.Each: ("element", "loops", "conditions"),
    syntax.Lambda: ("body",),
    syntax.Spread: ("value",),
    syntax.Text: (),
    syntax.Literal: (),
    syntax.Name: (),
    syntax.Opaque: (),
}


GIVEN = frozenset({"each", "block"})
"""Operators of the parameters of blocks, whose value is evaluated where the block is given to a call."""

Loop = tuple[str, Expression, int | None]
"""A name of a comprehension, what is iterated over, and the position in each element that the name gets (None: all of it)."""


class Outermost(NamedTuple):
    """An outermost expression of a file with its scope, and the calls and strings inside.

    `named` if a name stands in it, `looping` if a comprehension does. `built` are the texts put together inside it, by an
    f-string or by `+`, each before its parts.
    """

    expression: Expression
    scope: str
    calls: tuple[Call, ...]
    texts: tuple[Text, ...]
    named: bool
    built: tuple[Template | Operation, ...] = ()
    looping: bool = False

    def calls_with_loops(self) -> Iterator[tuple[Call, tuple[Loop, ...]]]:
        """Yield every call with the loops of the comprehensions around it."""
        return _calls_with_loops(self.expression) if self.looping else ((call, ()) for call in self.calls)


def outermost(module: Module) -> tuple[Outermost, ...]:
    """Return every outermost expression of a file: evaluations, values of bindings, returned values."""
    found = [_outermost(evaluation.expression, evaluation.scope) for evaluation in module.evaluations]
    found += [
        _outermost(binding.value, binding.inside or binding.scope)
        for binding in module.bindings
        if binding.value is not None and binding.operator not in GIVEN
    ]
    for function in module.functions:
        found += [_outermost(result, function.qualified) for result in function.returns]
    return tuple(found)


def nodes(expression: Expression) -> Iterator[Fact]:
    """Yield every node inside an expression, itself first, without recursion."""
    pending: list[object] = [expression]
    pop, push, fields = pending.pop, pending.append, _FIELDS.get
    while pending:
        node = pop()
        held = fields(type(node))
        if held is not None:
            yield node  # type: ignore[misc] # all keys are facts
            for field in held:
                push(getattr(node, field))
        elif type(node) is tuple:
            pending.extend(node)


def _outermost(expression: Expression, scope: str) -> Outermost:
    calls: list[Call] = []
    texts: list[Text] = []
    built: list[Template | Operation] = []
    named = looping = False
    for node in nodes(expression):
        kind = type(node)
        if kind is Call:
            calls.append(node)  # type: ignore[arg-type] # its type is compared above
        elif kind is Text:
            texts.append(node)  # type: ignore[arg-type] # as above
        elif kind is syntax.Name:
            named = True
        elif kind is Template or (kind is Operation and node.operator == "+"):  # type: ignore[attr-defined] # as above
            built.append(node)  # type: ignore[arg-type] # as above
        elif kind is Each:
            looping = True
    return Outermost(expression, scope, tuple(calls), tuple(texts), named, tuple(built), looping)


def _calls_with_loops(expression: Expression) -> Iterator[tuple[Call, tuple[Loop, ...]]]:
    pending: list[tuple[object, tuple[Loop, ...]]] = [(expression, ())]
    while pending:
        node, loops = pending.pop()
        if isinstance(node, Call):
            yield node, loops
        if isinstance(node, Each):
            loops = (*loops, *loops_of(node))
        inner = node if isinstance(node, tuple) else (getattr(node, field) for field in _FIELDS.get(type(node), ()))
        pending.extend((part, loops) for part in inner)


def loops_of(each: Each) -> Iterator[Loop]:
    """Yield the loops of a comprehension, one for each name."""
    for target, iterable in each.loops:
        if isinstance(target, Name):
            yield target.name, iterable, None
        elif isinstance(target, Items):
            yield from ((part.name, iterable, place) for place, part in enumerate(target.values) if isinstance(part, Name))
