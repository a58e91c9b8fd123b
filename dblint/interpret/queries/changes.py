"""Rows that are changed by their own methods, where a session writes back what has changed (`order.Ship()`)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.values import Environment, Instance, Mention, Query, Value
from dblint.interpret.mapping.entities import Model
from dblint.interpret.tree.inside import Outermost
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import Class, Function, Member, Name

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator

DEPTH = 3


def changed(evaluator: "Evaluator", item: Outermost, at: Environment) -> Iterator[Query]:
    """Yield a change for every method that is called on a loaded row and sets attributes of it."""
    if not at.unit.traits.bare_members:
        return
    for call in item.calls:
        match call.function:
            case Member(value=Name(name=name), name=method, line=line) if name not in {"self", "base"}:
                model = _loaded(evaluator.name(name, at, line))
                if model is not None and (columns := _set_by(evaluator, model, method)):
                    yield Query(model, model.framework.name, line, [Mention(model, "update", line, columns)])


def _loaded(value: Value) -> Model | None:
    """Return the model of a row that comes from a query, not of one that has just been made."""
    model = value.model if isinstance(value, Instance) and value.columns is None else None
    if isinstance(value, Query) and value.written:
        model = value.target
    tracked = model is not None and model.framework.model is not None and model.framework.model.tracks_changes
    return model if tracked else None


def _set_by(evaluator: "Evaluator", model: Model, method: str) -> tuple[str, ...]:
    """Return the columns that a method of a model sets, itself or by other methods of its class."""
    if model.definition is None:
        return ()
    found: list[str] = []
    for unit, definition in evaluator.models.ancestry(model.unit, model.definition):
        for function in unit.overloads.get(f"{definition.qualified}.{method}", ()):
            found += _columns(unit, definition, function, model, DEPTH)
    return tuple(dict.fromkeys(found))


def _columns(unit: Unit, definition: Class, function: Function, model: Model, depth: int) -> Iterator[str]:
    for binding in unit.module.bindings:
        inside = binding.scope == function.qualified and function.line <= binding.line <= function.end
        if inside and binding.target.startswith("self."):
            column = model.column_of(binding.target[5:]) or model.column_of(binding.target[5:].partition(".")[0])
            if column:
                yield column
    if depth:
        for item in unit.outermost:
            for call in item.calls if item.scope == function.qualified else ():
                for other in unit.overloads.get(f"{definition.qualified}.{called(call)}", ()):
                    if other is not function and isinstance(call.function, Name):
                        yield from _columns(unit, definition, other, model, depth - 1)
