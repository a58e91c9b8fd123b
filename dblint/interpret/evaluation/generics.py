"""Methods of generic classes of the tree (`Repository<T>`), which touch the table of whatever class they are used for.

What such a method does stands in the generic class, but for which table is known only where it is called: there it is recorded.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.interpret.evaluation import handed
from dblint.interpret.evaluation.values import (
    ClassValue,
    Entity,
    Environment,
    FunctionValue,
    Instance,
    Mention,
    Object,
    Query,
    Several,
    Value,
)
from dblint.interpret.mapping import repositories
from dblint.interpret.mapping.entities import Model
from dblint.interpret.specific import documents
from dblint.interpret.tree.modules import nearest
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import Call, Class, Expression, Function, Item, Items, Name

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.tree.units import Definition

DEEPEST = 4
_PARAMETER = re.compile(r"[A-Z]|T[A-Z]\w*")
"""How the type parameters of a method are called, which stand nowhere among its facts."""
_CLASSES = frozenset({"Class", "KClass", "Type", "EntityTarget", "ObjectType", "ModelStatic", "ModelCtor", "EntityClass"})
"""Types whose values are the class that is their argument."""


def object_of(evaluator: "Evaluator", annotation: Expression | None, at: Environment) -> Object | None:
    """Return an instance of a generic class of the tree with the model that is its type argument."""
    if not isinstance(annotation, Item):
        return None
    held = evaluator.type(annotation.value, at)
    if not isinstance(held, ClassValue):
        return None
    model = _argument(evaluator, annotation, at) or _document(evaluator, held, annotation, at)
    return Object(held.unit, held.definition, model)


def model_for(evaluator: "Evaluator", value: Object | ClassValue) -> Model | None:
    """Return the model that a class is made for: its own type argument, or that of a generic class it derives from."""
    if isinstance(value, Object) and value.model is not None:
        return value.model
    if value.unit.traits.modules == "folder":
        return None
    ancestry = evaluator.models.ancestry(value.unit, value.definition)
    for unit, definition in ancestry:
        at = Environment(unit, definition.scope)
        for base in definition.bases:
            if isinstance(base, Item) and (model := _argument(evaluator, base, at)) is not None:
                return model
            above = evaluator.type(base.value, at) if isinstance(base, Item) and evaluator.document_stores else None
            if isinstance(base, Item) and isinstance(above, ClassValue):
                model = _document(evaluator, above, base, at)
                if model is not None:
                    return model
    return handed.model_of(evaluator, ancestry) if len(ancestry) > 1 and handed.parameters(value.unit) else None


def parameters(definition: Class) -> tuple[str, ...]:
    """Return the names of the type parameters of a class."""
    held = dict(definition.keywords).get("<>")
    return tuple(item.name for item in held.values if isinstance(item, Name)) if isinstance(held, Items) else ()


def called(evaluator: "Evaluator", function: FunctionValue, line: int) -> Query | Entity | None:
    """Return what a method of a generic class does to the table it is used for, else the rows that it gives."""
    model = function.model
    found = _body(evaluator, function)
    if model is None or found is None or len(evaluator.following) >= DEEPEST:
        return None
    unit, body = found
    body = next((each for each in _alike(unit, body) if _key(unit, each) not in evaluator.following), body)
    key = _key(unit, body)
    holder = unit.classes.get(body.scope)
    names = (parameters(holder) or handed.parameters(unit)) if holder is not None else ()
    if key in evaluator.following:
        evaluator.program.grounds.cut()
    if not names or key in evaluator.following:
        return None
    evaluator.following.append(key)
    try:
        known = _locals(body, (*names, *_own_parameters(body, names)), model, line)
        own = (("self", Object(unit, holder, model)),) if holder is not None and unit.traits.family == "jvm" else ()
        at = Environment(unit, body.qualified, (*own, *known), inlined=True)
        mentions = list(dict.fromkeys(_mentions(evaluator, unit, body, at, line)))
        rows = not mentions and any(_are_rows(evaluator.value(each, at), model) for each in body.returns)
    finally:
        evaluator.following.pop()
    if rows:
        return Entity(model, line)
    kept = [item for item in mentions if item.model is model or item.does in {"read", "join"}]
    return Query(model, model.framework.name, line, kept) if kept else None


def repository_of(evaluator: "Evaluator", function: FunctionValue, line: int) -> Entity | None:
    """Return the model of the library's repository to which a generic class only adds a method of a name that it has."""
    holder = function.unit.classes.get(function.definition.scope)
    if holder is None or function.model is None or function.unit.traits.family != "jvm":
        return None
    return repositories.of_use(evaluator, Object(function.unit, holder, function.model), line)


def models_passed(function: FunctionValue, node: Call, values: list[Value]) -> tuple[tuple[str, Value], ...]:
    """Return the models among the arguments of a call, by the names of the parameters that take them."""
    names = [parameter.name for parameter in function.definition.parameters]
    if function.definition.scope in function.unit.classes and names[:1] in (["self"], ["cls"]):
        names = names[1:]
    keywords = [name for name, _ in node.keywords]
    by_name = [*zip(names, values, strict=False), *zip(keywords, values[len(node.arguments) :], strict=False)]
    return tuple((name, value) for name, value in by_name if isinstance(value, Entity))


def held(evaluator: "Evaluator", bindings: "Definition", scope: str, at: Environment, line: int) -> Value | None:
    """Return a member of a generic class whose type has the class's parameter (`DbSet<T> _set`), where that is known."""
    if not at.inlined or not isinstance(bindings, tuple) or scope not in at.unit.classes:
        return None
    return held_as(evaluator, bindings[-1].annotation, at, line)


def held_as(evaluator: "Evaluator", annotation: Expression | None, at: Environment, line: int) -> Entity | None:
    """Return what a type stands for that has a parameter of the class being followed (`DbSet<T>`, `Class<T>`)."""
    known = dict(at.local)
    if not at.inlined or not isinstance(annotation, Item):
        return None
    arguments = annotation.key.values if isinstance(annotation.key, Items) else (annotation.key,)
    name = next((item.name for item in arguments if isinstance(item, Name) and item.name in known), "")
    if not name:
        return None
    own = known[name]
    kind = getattr(annotation.value, "name", "")
    held_by = own.model.framework.collections if isinstance(own, Entity) else None
    if isinstance(own, Entity) and (kind in _CLASSES or (held_by is not None and kind in held_by.types)):
        return Entity(own.model, line)
    value = evaluator.names.annotated(annotation, at, line)
    return value if isinstance(value, Entity) else None


def around(at: Environment, definition: Class) -> Model | None:
    """Return the model that a generic class is being followed for."""
    known = dict(at.local)
    values = (known.get(name) for name in parameters(definition) or handed.parameters(at.unit))
    return next((value.model for value in values if isinstance(value, Entity)), None)


def own(function: FunctionValue, node: Call, at: Environment) -> FunctionValue:
    """Return a method that the class being followed calls on itself as one of the model that it is followed for.

    One that is called with another type (`Rows<Item>()`) stays as it is.
    """
    definition = function.unit.classes.get(function.definition.scope)
    if function.model is not None or not at.inlined or function.unit is not at.unit or definition is None:
        return function
    names = parameters(definition)
    given = dict(node.keywords).get("<>")
    model = around(at, definition) if names and (given is None or getattr(given, "name", "") in names) else None
    return FunctionValue(function.unit, function.definition, model) if model is not None else function


def _argument(evaluator: "Evaluator", written: Item, at: Environment) -> Model | None:
    arguments = written.key.values if isinstance(written.key, Items) else (written.key,)
    values = (evaluator.type(argument, at) for argument in arguments)
    return next((value.model for value in values if isinstance(value, Entity)), None)


def _document(evaluator: "Evaluator", held: ClassValue, written: Item, at: Environment) -> Model | None:
    """Return the collection of the documents that a generic repository of a document store is used for."""
    classes = ((held.unit, held.definition), *_implementing(evaluator, held.definition)) if evaluator.document_stores else ()
    arguments = written.key.values if isinstance(written.key, Items) else (written.key,)
    found = (documents.model_of(evaluator, iter(classes), argument, at) for argument in arguments[:1] if classes)
    return next((model for model in found if model is not None), None)


def _body(evaluator: "Evaluator", function: FunctionValue) -> tuple[Unit, Function] | None:
    """Return the method itself, or for an interface's the one of the nearest class that has the interface."""
    if not function.definition.abstract:
        return function.unit, function.definition
    owner = function.unit.classes.get(function.definition.scope)
    if owner is None:
        return None
    found: dict[str, tuple[Unit, Function]] = {}
    for unit, definition in _implementing(evaluator, owner):
        for above, ancestor in evaluator.models.ancestry(unit, definition):
            for method in above.overloads.get(f"{ancestor.qualified}.{function.definition.name}", ()):
                if not method.abstract and (parameters(ancestor) or handed.parameters(above)):
                    found.setdefault(above.path, (above, method))
    path = nearest(function.unit.path, found)
    return found[path] if path else None


def _implementing(evaluator: "Evaluator", owner: Class) -> Iterator[tuple[Unit, Class]]:
    """Yield the classes that have an interface, those of interfaces that derive from it too."""
    waiting, seen = [owner.name], {owner.name}
    while waiting:
        for unit, definition in evaluator.program.deriving(waiting.pop()):
            if definition.name not in seen:
                seen.add(definition.name)
                waiting.append(definition.name)
                yield unit, definition


def _locals(body: Function, names: tuple[str, ...], model: Model, line: int) -> tuple[tuple[str, Value], ...]:
    """Return what the type parameters and the parameters of their type stand for."""
    kinds: list[tuple[str, Value]] = [(name, Entity(model, line)) for name in names]
    for parameter in body.parameters:
        written = parameter.annotation
        written = written.key if isinstance(written, Item) else written
        if isinstance(written, Name) and written.name in names:
            kinds.append((parameter.name, Instance(model, line)))
    return tuple(kinds)


def _mentions(evaluator: "Evaluator", unit: Unit, body: Function, at: Environment, line: int) -> Iterator[Mention]:
    for item in unit.outermost:
        inside = item.scope == body.qualified or item.scope.startswith(f"{body.qualified}.")
        if not inside or not item.named:
            continue
        if len(unit.overloads.get(body.qualified, ())) > 1 and not body.line <= item.expression.line <= body.end:
            continue
        for query in _queries(evaluator.value(item.expression, at)):
            yield from (Mention(each.model, each.does, line, each.columns) for each in query.mentions)


def _alike(unit: Unit, body: Function) -> Iterator[Function]:
    """Yield a method, and its overloads that take as many arguments: one often calls the other."""
    yield body
    for other in unit.overloads.get(body.qualified, ()):
        if other is not body and len(other.parameters) == len(body.parameters):
            yield other


def _key(unit: Unit, body: Function) -> tuple[str, str]:
    """Return what tells a method from its overloads."""
    return unit.path, f"{body.qualified}:{body.line}"


def _own_parameters(body: Function, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the type parameter of a method itself (`IQueryable<TRow> Rows<TRow>()`), as its result names it."""
    key = body.annotation.key if isinstance(body.annotation, Item) else None
    return (key.name,) if isinstance(key, Name) and key.name not in names and _PARAMETER.fullmatch(key.name) else ()


def _are_rows(value: Value, model: Model) -> bool:
    """Return whether a value stands for all rows of a table, of which nothing is asked yet (`context.Set<T>()`)."""
    return (isinstance(value, Entity) and value.model is model) or (
        isinstance(value, Query) and value.target is model and not value.mentions
    )


def _queries(value: Value) -> list[Query]:
    if isinstance(value, Several):
        return [query for part in value.values for query in _queries(part)]
    return [value] if isinstance(value, Query) and not value.written else []
