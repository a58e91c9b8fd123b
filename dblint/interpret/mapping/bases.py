"""Which framework makes a class a model: by its bases, its decorators, or its shape."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.frameworks.schema import Framework, ModelRule
from dblint.interpret.evaluation.arguments import without_arguments
from dblint.interpret.evaluation.values import ClassValue, Entity, Environment, External, Query, Value
from dblint.interpret.mapping.decorated import is_marked
from dblint.interpret.mapping.entities import Model
from dblint.interpret.mapping.structs import framework_of
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import Call, Class, Expression, Member, Name

if TYPE_CHECKING:
    from dblint.interpret.mapping.models import Models

Descent = tuple[Framework | None, list[Model]]
"""The framework that makes a class a model, and the models it inherits from."""


def descent(models: "Models", unit: Unit, definition: Class, depth: int = 0) -> Descent:
    """Return what makes a class a model; the framework is None for a class that is none."""
    if unit.module.language == "go":  # what a struct embeds is part of it, not what it is
        return framework_of(models, unit, definition), []
    parents: list[Model] = []
    found: Framework | None = None
    foreign = False
    bases = [(without_arguments(base), False) for base in definition.bases]
    for base, mixed in (*bases, *((base, True) for base in mixed_into(unit, definition))):
        value = _class_given(models, base, Environment(unit, definition.scope))
        if isinstance(value, Entity) and not (mixed and value.model.table is not None):
            parents.append(value.model)
        matched = _inherited(models, value, depth, mixed=mixed)
        foreign = foreign or (isinstance(value, External) and matched is None and not mixed)
        found = matched or found if isinstance(value, External) and not mixed else found or matched
    if found is not None and parents and _only_by_annotation(found):
        found = None  # a class that derives from an entity without being annotated itself (an object of transfer) is none
    found = found or _decorated(models, unit, definition)
    if found is None and foreign:
        found = _by_shape(models, unit, definition)
    return found, parents


def _class_given(models: "Models", base: Expression, at: Environment) -> Value:
    """Return what a base is: where a call of a library gets a query (`Sequel::Model(DB[:orders])`), what it makes of it."""
    value = models.value_of(base, at)
    maker = models.value_of(base.function, at) if isinstance(base, Call) and isinstance(value, Query) else None
    return External(f"{maker.path}()") if isinstance(maker, External) else value


def _inherited(models: "Models", value: Value, depth: int, *, mixed: bool) -> Framework | None:
    """Return the framework that makes a base a model; `mixed` for what another base is made of, which is no table itself."""
    match value:
        case Entity(model=model):
            return model.framework if not (mixed and model.table is not None) else None
        case ClassValue(unit=unit, definition=definition):
            return descent(models, unit, definition, depth + 1)[0] if depth < 8 else None
        case External():
            return _of_base(models, value)
        case _:
            return None


def mixed_into(unit: Unit, definition: Class) -> Iterator[Expression]:
    """Yield the classes that a base gets which is a call: `extends SoftDelete(Timestamps(Model))` descends from Model.

    That of a table is not meant: `PickType(User, ["name"])` makes an object of transfer.
    """
    pending = [base for base in definition.bases if isinstance(base, Call)] if unit.traits.mixins else []
    while pending:
        for argument in pending.pop().arguments:
            if isinstance(argument, Call):
                pending.append(argument)
            elif isinstance(argument, Name | Member):
                yield argument


def _only_by_annotation(framework: Framework) -> bool:
    rule = framework.model
    return rule is not None and bool(rule.decorators) and not (rule.bases or rule.base_calls or rule.marks)


def is_base(value: External, framework: Framework, names: tuple[str, ...]) -> bool:
    """Return whether a library's class, or the result of its call, is one of a framework's names."""
    return value.last in names and value.is_of(framework)


def _of_base(models: "Models", value: External) -> Framework | None:
    called = value.path.endswith("()")
    for framework, rule in models.with_rules:
        if is_base(value, framework, rule.base_calls if called else rule.bases):
            return framework
    return None


def _decorated(models: "Models", unit: Unit, definition: Class) -> Framework | None:
    for decorator in definition.decorators:
        function = decorator.function if isinstance(decorator, Call) else decorator
        value = models.value_of(function, Environment(unit, definition.scope))
        for framework, rule in models.with_rules:
            if isinstance(value, External) and value.last in rule.decorators and value.is_of(framework):
                return framework
    return _marked(models, unit, definition)


def _marked(models: "Models", unit: Unit, definition: Class) -> Framework | None:
    """Return the framework whose annotations or tags stand on a field of a class."""
    members = [item for item in unit.members.get(definition.qualified, ()) if item.decorators]
    for framework, rule in models.with_rules if members else ():
        if rule.marks and any(is_marked(item, rule.marks) for item in members):
            return framework
    return None


def _by_shape(models: "Models", unit: Unit, definition: Class) -> Framework | None:
    """Return the framework of a class whose base lies outside the tree, if it names its table and has fields of a framework."""
    members = {item.target: item.value for item in unit.members.get(definition.qualified, ())}
    calls = [value for value in members.values() if isinstance(value, Call)]
    for framework, rule in models.with_rules:
        if rule.mixin_names and _names(rule) & members.keys():
            for call in calls:
                value = models.value_of(call.function, Environment(unit, definition.qualified))
                if isinstance(value, External) and value.is_of(framework) and value.last in framework.fields:
                    return framework
    return None


def _names(rule: ModelRule) -> set[str]:
    return {place.split(".")[0].split("(")[0] for place in rule.name}
