"""Repositories: library types whose type argument is a model (`Repository<User>`, `JpaRepository<Order, Long>`)."""

from collections.abc import Container
from typing import TYPE_CHECKING

from dblint.frameworks.schema import Framework
from dblint.frameworks.verbs import verb_of
from dblint.interpret.evaluation.values import ClassValue, Entity, Environment, External, Mention, Object, Query
from dblint.interpret.mapping.entities import Model
from dblint.interpret.queries.verbs import CHANGES, reads, writes
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import Class, Expression, Function, Item, Items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dblint.interpret.evaluation.evaluate import Evaluator


def of_type(evaluator: "Evaluator", annotation: Expression, at: Environment, line: int) -> Entity | None:
    """Return the model that a generic type of a library holds, None for any other type."""
    if not isinstance(annotation, Item):
        return None
    value = evaluator.type(annotation.value, at)
    if not isinstance(value, External):
        return None
    arguments = annotation.key.values if isinstance(annotation.key, Items) else (annotation.key,)
    for framework, position in _meant(evaluator, value):
        found = _entity(evaluator, arguments[position], framework, at, line) if position < len(arguments) else None
        if found is not None and (value.is_of(framework) or found.model.framework.name == framework.name):
            return found
    return None


def _meant(evaluator: "Evaluator", value: External) -> "Iterator[tuple[Framework, int]]":
    """Yield the frameworks whose repository a library's type may be, with the place of the model among its arguments.

    A library that nobody describes has types of its own above those of a framework: `*Repository` means all that end so.
    """
    known = evaluator.models.with_rules
    for framework, rule in known:
        if value.last in rule.repositories and value.is_of(framework):
            yield framework, rule.repositories[value.last]
    if any(value.is_of(framework) for framework, _ in known):
        return
    for framework, rule in known:
        for name, position in rule.repositories.items():
            if name.startswith("*") and value.last.endswith(name[1:]):
                yield framework, position


def of_class(evaluator: "Evaluator", unit: Unit, definition: Class, line: int) -> Entity | None:
    """Return the model of a class that derives from a repository of a library, through other classes of the tree too."""
    models = evaluator.models
    if not models.has_repositories:
        return None
    if not models.settled or evaluator.following:
        return _of_ancestor(evaluator, unit, definition, line)

    def made() -> Model | None:
        found = _of_ancestor(evaluator, unit, definition, line)
        return found.model if found is not None else None

    model = evaluator.program.grounds.kept(models.held, (unit.path, definition.qualified, definition.line), made)
    return Entity(model, line) if model is not None else None


def _of_ancestor(evaluator: "Evaluator", unit: Unit, definition: Class, line: int) -> Entity | None:
    for above, ancestor in evaluator.models.ancestry(unit, definition):
        for base in ancestor.bases:
            at = Environment(above, ancestor.scope)
            found = of_type(evaluator, base, at, line) or _of_parameter(evaluator, (unit, definition), base, at, line)
            if found is not None:
                return found
    return None


def _of_parameter(
    evaluator: "Evaluator", of: tuple[Unit, Class], base: Expression, at: Environment, line: int
) -> Entity | None:
    """Return the model of a class whose ancestor leaves it open (`UserRepository extends Base<User>`)."""
    unit, definition = of
    framework = repository_framework(evaluator, base, at)
    if framework is None:
        return None
    for own in definition.bases:
        if isinstance(own, Item):
            arguments = own.key.values if isinstance(own.key, Items) else (own.key,)
            inside = Environment(unit, definition.scope)
            found = next((held for each in arguments if (held := _entity(evaluator, each, framework, inside, line))), None)
            if found is not None:
                return found
    return None


def of_use(evaluator: "Evaluator", value: ClassValue | Object, line: int) -> Entity | None:
    """Return the model that a generic class is used for whose ancestor is a library's repository (`IRepository<Order>`)."""
    model = value.model if isinstance(value, Object) else None
    if model is None:
        return None
    for above, ancestor in evaluator.models.ancestry(value.unit, value.definition):
        at = Environment(above, ancestor.scope)
        if any(repository_framework(evaluator, base, at) is not None for base in ancestor.bases):
            return Entity(model, line)
    return None


def repository_framework(evaluator: "Evaluator", base: Expression, at: Environment) -> Framework | None:
    """Return the framework whose repository a base class is."""
    value = evaluator.value(base.value, at) if isinstance(base, Item) else None
    return next((framework for framework, _ in _meant(evaluator, value)), None) if isinstance(value, External) else None


def derived(evaluator: "Evaluator", value: ClassValue | Object, method: tuple[Unit, Function], line: int) -> Entity | None:
    """Return the model of a repository whose abstract method is a query by its name, as it is called; it is noted as called."""
    unit, function = method
    held = of_class(evaluator, value.unit, value.definition, line) if function.abstract else None
    if (
        held is None
        or not _is_by_name(held.model, function)
        or verb_of(held.model.framework.verbs.model, function.name) is None
    ):
        return None
    evaluator.program.grounds.tell("derived", unit.path, str(function.line))
    return held


def _is_by_name(model: Model, function: Function) -> bool:
    """Return whether an abstract method has no annotation that says in SQL or JPQL what its query is."""
    names = {getattr(getattr(item, "function", item), "name", "") for item in function.decorators}
    return function.abstract and names.isdisjoint(name for rule in model.framework.sql for name in rule.calls)


def declared(evaluator: "Evaluator", unit: Unit, called: Container[int]) -> "Iterator[tuple[Query, Environment]]":
    """Yield the queries that a library makes of the names of abstract methods (`findByEmail`), of those that nobody calls.

    `called` are the lines of those that somebody does.
    """
    if not any(rule.repositories for _, rule in evaluator.models.with_rules):
        return
    for function in unit.module.functions:
        holder = unit.classes.get(function.scope)
        if holder is None or not function.abstract or function.line in called:
            continue
        entity = of_class(evaluator, unit, holder, function.line)
        if entity is not None and _is_by_name(entity.model, function):
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
    value = evaluator.type(argument, at)
    if isinstance(value, ClassValue | Object):
        value = evaluator.models.adopted(value.unit, value.definition, framework) or value
    return Entity(value.model, line) if isinstance(value, Entity) else None
