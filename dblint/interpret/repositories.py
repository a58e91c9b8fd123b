"""Repositories: library types whose type argument is a model (`Repository<User>`, `JpaRepository<Order, Long>`)."""

from typing import TYPE_CHECKING

from dblint.frameworks.schema import Framework, verb_of
from dblint.interpret.entities import Model
from dblint.interpret.program import Unit
from dblint.interpret.values import ClassValue, Entity, Environment, External, Mention, Object, Query
from dblint.interpret.verbs import CHANGES, reads, writes
from dblint.model.syntax import Class, Expression, Item, Items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dblint.interpret.evaluate import Evaluator


def of_type(evaluator: "Evaluator", annotation: Expression, at: Environment, line: int) -> Entity | None:
    """Return the model that a generic type of a library holds, None for any other type."""
    if not isinstance(annotation, Item):
        return None
    value = evaluator.value(annotation.value, at)
    if not isinstance(value, External):
        return None
    for framework, rule in evaluator.models.with_rules:
        position = rule.repositories.get(value.last)
        if position is not None and value.is_of(framework):
            arguments = annotation.key.values if isinstance(annotation.key, Items) else (annotation.key,)
            return _entity(evaluator, arguments[position], framework, at, line) if position < len(arguments) else None
    return None


def of_class(evaluator: "Evaluator", unit: Unit, definition: Class, line: int) -> Entity | None:
    """Return the model of a class that derives from a repository of a library, through other classes of the tree too."""
    for above, ancestor in evaluator.models.ancestry(unit, definition):
        for base in ancestor.bases:
            found = of_type(evaluator, base, Environment(above, ancestor.scope), line)
            if found is not None:
                return found
    return None


def declared(evaluator: "Evaluator", unit: Unit) -> "Iterator[tuple[Query, Environment]]":
    """Yield the queries that a library makes of the names of abstract methods (`findByEmail`), one per method."""
    if not any(rule.repositories for _, rule in evaluator.models.with_rules):
        return
    for function in unit.module.functions:
        holder = unit.classes.get(function.scope)
        if not function.abstract or holder is None or function.decorators:
            continue
        entity = of_class(evaluator, unit, holder, function.line)
        if entity is not None:
            query = _query(entity.model, function.name, function.line)
            if query is not None:
                yield query, Environment(unit, function.qualified)


def _query(model: Model, name: str, line: int) -> Query | None:
    verb = verb_of(model.framework.verbs.model, name)
    if verb is None or verb.does == "nothing":
        return None
    mentions = writes(model, verb.does, line, None) if verb.does in CHANGES else reads(model, line)
    if verb.also_read:
        mentions.append(Mention(model, "read", line, None))
    return Query(model, model.framework.name, line, mentions)


def _entity(evaluator: "Evaluator", argument: Expression, framework: Framework, at: Environment, line: int) -> Entity | None:
    value = evaluator.value(argument, at)
    if isinstance(value, ClassValue | Object):
        value = evaluator.models.adopted(value.unit, value.definition, framework) or value
    return Entity(value.model, line) if isinstance(value, Entity) else None
