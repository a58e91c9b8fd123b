"""Objects of JavaScript: literals whose entries are attributes, and objects that get their attributes one by one."""

from typing import TYPE_CHECKING

from dblint.interpret.evaluation.values import UNKNOWN, Entries, Environment, Several, Unknown, Value, several
from dblint.model.syntax import Mapping, Spread, Text

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.tree.units import Unit

MOST = 200
"""Attributes beyond which an object is a table of data."""


def mapping(evaluator: "Evaluator", literal: Mapping, at: Environment) -> Value:
    """Return what a dictionary or an object literal holds; unknown where it holds nothing that matters."""
    if at.unit.traits.modules == "path":
        return _entries(evaluator, literal, at)
    return several(evaluator.value(part, at) for pair in literal.pairs for part in pair)


def _entries(evaluator: "Evaluator", literal: Mapping, at: Environment) -> Value:
    found: list[tuple[str, Value]] = []
    others: list[Value] = []
    for key, value in literal.pairs:
        if isinstance(key, Spread):
            spread = evaluator.value(key.value, at)
            found += spread.entries if isinstance(spread, Entries) else ()
            others.append(spread)
        elif isinstance(key, Text):
            found.append((key.value, evaluator.value(value, at)))
        else:
            others += [evaluator.value(key, at), evaluator.value(value, at)]
    return _of(tuple((name, value) for name, value in found if not isinstance(value, Unknown)), others)


def filled(evaluator: "Evaluator", unit: "Unit", scope: str, name: str) -> Value:
    """Return the attributes that are set on a variable after it is made (`db.User = …`)."""
    found = [
        (attribute, evaluator.names.assigned(bindings, unit, scope, f"{name}.{attribute}", 0))
        for attribute, bindings in unit.attributes_of.get((scope, name), ())[:MOST]
    ]
    return _of(tuple((attribute, value) for attribute, value in found if not isinstance(value, Unknown)), [])


def _of(found: tuple[tuple[str, Value], ...], others: list[Value]) -> Value:
    together = several([value for _, value in found] + others)
    if isinstance(together, Unknown):
        return UNKNOWN
    values = together.values if isinstance(together, Several) else (together,)
    return Entries(values, found)
