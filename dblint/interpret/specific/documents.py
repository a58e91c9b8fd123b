"""Generic repositories of documents (`MongoRepository<TDocument>`): in which collection they keep the documents of a class.

An annotation of the class says it (`[BsonCollection("orders")]`), else its name (`typeof(TDocument).Name`), else what registers
the repository for it (`AddMongoRepository<Order>("orders")`).
"""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from dblint.frameworks.schema import Framework
from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.values import ClassValue, Environment, Object
from dblint.interpret.mapping.entities import Model
from dblint.interpret.queries import collections
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import Binding, Call, Choice, Class, Expression, Item, Items, Member, Name, Operation, Template, Text
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator

At = tuple[Unit, Class]


class Keeper(NamedTuple):
    """A generic class that keeps documents of its type parameter, and what it calls their collection."""

    framework: Framework
    parameter: str
    written: Expression
    at: Environment


def model_of(evaluator: "Evaluator", classes: Iterator[At], document: Expression, at: Environment) -> Model | None:
    """Return the collection of a class's documents in a generic repository, None where that is not one of documents."""
    if not _with_types(evaluator):
        return None
    keeper = next((found for each in classes if (found := keeper_of(evaluator, *each)) is not None), None)
    value = evaluator.type(document, at) if keeper is not None else None
    if keeper is None or not isinstance(value, ClassValue | Object):
        return None
    name = (
        _annotated(evaluator, value.unit, value.definition)
        or _by_class(evaluator, keeper, value.definition.name)
        or _registered(evaluator).get(value.definition.name, "")
    )
    return collections.named(evaluator, keeper.framework, name, "") if name else None


def keeper_of(evaluator: "Evaluator", unit: Unit, definition: Class) -> Keeper | None:
    """Return how a class keeps documents of its type parameter, worked out once; None where it keeps none."""
    key = (unit.path, definition.qualified)
    make = partial(next, _keepers(evaluator, unit, definition), None)
    return evaluator.program.grounds.remembered(evaluator.keepers, key, make, None)


def is_for_each_class(evaluator: "Evaluator", call: Call, at: Environment) -> bool:
    """Return whether a call takes a collection in a generic repository, whose users say which one that is."""
    holder = at.unit.class_of(at.scope) if _with_types(evaluator) else ""
    keeper = keeper_of(evaluator, at.unit, at.unit.classes[holder]) if holder else None
    kind = dict(call.keywords).get("<>")
    return keeper is not None and isinstance(kind, Name) and kind.name == keeper.parameter


def _with_types(evaluator: "Evaluator") -> tuple[Framework, ...]:
    return tuple(each for each in evaluator.document_stores if each.collections is not None and each.collections.types)


def _keepers(evaluator: "Evaluator", unit: Unit, definition: Class) -> Iterator[Keeper]:
    held = dict(definition.keywords).get("<>")
    parameters = {item.name for item in held.values if isinstance(item, Name)} if isinstance(held, Items) else set()
    for framework in _with_types(evaluator) if parameters else ():
        types = framework.collections.types if framework.collections is not None else ()
        fields = (each for each in unit.members.get(definition.qualified, ()) if _kept(each, types) in parameters)
        field = next(fields, None)
        if field is None:
            continue
        referring = {rule.call for rule in framework.tables if rule.does == "refer"}
        for item in unit.outermost:
            if item.scope == definition.qualified or item.scope.startswith(f"{definition.qualified}."):
                for call in item.calls:
                    if called(call) in referring and call.arguments:
                        yield Keeper(framework, _kept(field, types), call.arguments[0], Environment(unit, item.scope))


def _kept(field: Binding, types: tuple[str, ...]) -> str:
    """Return the type parameter of a field that holds a collection (`IMongoCollection<TDocument>`)."""
    written = field.annotation
    if isinstance(written, Item) and isinstance(written.key, Name) and getattr(written.value, "name", "") in types:
        return written.key.name
    return ""


def _annotated(evaluator: "Evaluator", unit: Unit, definition: Class) -> str:
    for _, each in evaluator.models.ancestry(unit, definition):
        for decorator in each.decorators:
            if isinstance(decorator, Call) and "collection" in called(decorator).casefold():
                given = (*decorator.arguments, *(value for _, value in decorator.keywords))
                if given and isinstance(given[0], Text):
                    return given[0].value
    return ""


def _by_class(evaluator: "Evaluator", keeper: Keeper, name: str) -> str:
    """Return a name that is made of the class's own, also by a method that is given the type."""
    written, at = keeper.written, keeper.at
    names = {keeper.parameter}
    if isinstance(written, Call) and isinstance(written.function, Name):
        holder = at.unit.class_of(at.scope)
        method = at.unit.functions.get(f"{holder}.{written.function.name}")
        if method is not None and method.returns:
            names |= {each.name for each in method.parameters}
            written, at = method.returns[0], Environment(at.unit, method.qualified)
    texts = [item.text for item in evaluator.texts.of(_named(written, names, name), at) if HOLE not in item.text]
    return texts[0] if len(texts) == 1 else ""


def _named(expression: Expression, types: set[str], name: str) -> Expression:
    """Return an expression with the name of a class where it asks for that of a type (`typeof(T).Name`, `nameof(T)`)."""
    match expression:
        case Member(value=Name(name=kind), name="Name", line=line) if kind in types:
            return Text(name, line)
        case Call(function=Name(name="nameof"), arguments=(Name(name=kind),), line=line) if kind in types:
            return Text(name, line)
        case Call(function=function, arguments=arguments, keywords=keywords, line=line):
            inner = tuple(_named(item, types, name) for item in arguments)
            return Call(_named(function, types, name), inner, keywords, line)
        case Member(value=value, name=member, line=line):
            return Member(_named(value, types, name), member, line)
        case Operation(operator=operator, left=left, right=right, line=line):
            return Operation(operator, _named(left, types, name), _named(right, types, name), line)
        case Choice(options=options, line=line):
            return Choice(tuple(_named(option, types, name) for option in options), line)
        case Template(parts=parts, line=line):
            return Template(tuple(_named(part, types, name) for part in parts), line)
        case _:
            return expression


def _registered(evaluator: "Evaluator") -> dict[str, str]:
    """Return the collections that calls register repositories with, by the class of the documents."""
    return evaluator.program.grounds.remembered(evaluator.gathered, "documents", lambda: dict(_all_registered(evaluator)), {})


def _all_registered(evaluator: "Evaluator") -> Iterator[tuple[str, str]]:
    """Yield the classes with the collections, the first of several last."""
    for unit in reversed(evaluator.program.units.values()):
        for item in reversed(unit.outermost):
            for call in reversed(item.calls):
                kind = dict(call.keywords).get("<>")
                if isinstance(kind, Name) and "Repository" in called(call) and call.arguments:
                    texts = evaluator.texts.of(call.arguments[0], Environment(unit, item.scope))
                    if len(texts) == 1 and texts[0].text and HOLE not in texts[0].text:
                        yield kind.name, texts[0].text
