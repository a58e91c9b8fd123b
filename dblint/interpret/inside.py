"""What stands inside an expression; found in one walk, since several questions need it of every expression of a tree."""

from collections.abc import Iterator
from typing import NamedTuple

from dblint.model import syntax
from dblint.model.base import Fact
from dblint.model.syntax import Call, Expression, Module, Operation, Template, Text

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


class Outermost(NamedTuple):
    """An outermost expression of a file with its scope, and the calls and strings inside; `named` if a name stands in it.

    `built` are the texts put together inside it, by an f-string or by `+`, each before its parts.
    """

    expression: Expression
    scope: str
    calls: tuple[Call, ...]
    texts: tuple[Text, ...]
    named: bool
    built: tuple[Template | Operation, ...] = ()


def outermost(module: Module) -> tuple[Outermost, ...]:
    """Return every outermost expression of a file: evaluations, values of bindings, returned values."""
    found = [_outermost(evaluation.expression, evaluation.scope) for evaluation in module.evaluations]
    found += [_outermost(binding.value, binding.scope) for binding in module.bindings if binding.value is not None]
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
    named = False
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
    return Outermost(expression, scope, tuple(calls), tuple(texts), named, tuple(built))
