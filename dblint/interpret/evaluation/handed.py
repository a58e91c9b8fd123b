"""Models that a class hands to the one it derives from, in languages without type parameters (PHP).

`class OrderRepository extends BaseRepository` says by an attribute (`$model = Order::class`), by a method (`model()`), or by a
parameter of its constructor which model the methods of `BaseRepository` are about.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.values import Entity, Environment, External, Instance, Value, parts
from dblint.interpret.mapping.entities import Model
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import Class, Function

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator

OWN = "<model>"
"""The name under which an environment has the model that is handed over, a name that no code can have."""
_SAYING = ("model", "modelClass", "entity", "entityClass", "getModel", "getModelClass", "getEntityClass", "setModel")


def parameters(unit: Unit) -> tuple[str, ...]:
    """Return what stands for the type parameters of a class in a language without any."""
    return (OWN,) if unit.module.language == "php" else ()


def model_of(evaluator: "Evaluator", ancestry: Sequence[tuple[Unit, Class]]) -> Model | None:
    """Return the model that the nearest of some classes names for those above it."""
    for unit, definition in ancestry[:-1]:
        at = Environment(unit, definition.qualified)
        for name in _SAYING:
            for binding in unit.bindings.get((definition.qualified, name), ()):
                if binding.value is not None and (model := _one(evaluator.value(binding.value, at))):
                    return model
            method = unit.functions.get(f"{definition.qualified}.{name}")
            for returned in method.returns if method is not None else ():
                if model := _one(evaluator.value(returned, Environment(unit, f"{definition.qualified}.{name}"))):
                    return model
        constructor = unit.functions.get(f"{definition.qualified}.__construct")
        for model in _passed(evaluator, unit, constructor) if constructor is not None else ():
            return model
        taken = [
            model
            for parameter in (constructor.parameters if constructor is not None else ())
            if parameter.annotation is not None
            and (model := _one(evaluator.names.annotated(parameter.annotation, at, definition.line)))
        ]
        if len(taken) == 1:
            return taken[0]
    return None


def _passed(evaluator: "Evaluator", unit: Unit, constructor: Function) -> Iterator[Model]:
    """Yield the models that a constructor passes to the one above it (`parent::__construct(new Order())`)."""
    for item in unit.outermost:
        if item.scope == constructor.qualified:
            for call in item.calls:
                if called(call) == constructor.name:
                    for argument in call.arguments:
                        if model := _one(evaluator.value(argument, Environment(unit, item.scope))):
                            yield model


def given(value: Value, at: Environment, line: int) -> Entity | None:
    """Return the model that is handed over, where an attribute is typed by nothing but the library's base class."""
    own = dict(at.local).get(OWN)
    if not isinstance(own, Entity):
        return None
    rule = own.model.framework.model
    typed = isinstance(value, External) and rule is not None and value.last in rule.bases
    return Entity(own.model, line) if typed else None


def _one(value: Value) -> Model | None:
    models = [part.model for part in parts(value) if isinstance(part, Entity | Instance)]
    return models[0] if len(models) == 1 else None
