"""What an attribute is, of anything that has some."""

from posixpath import dirname
from typing import TYPE_CHECKING

from dblint.frameworks.verbs import verb_of
from dblint.interpret.evaluation import generics, handed
from dblint.interpret.evaluation.values import (
    UNKNOWN,
    Bound,
    CallResult,
    ClassValue,
    Columns,
    ColumnValue,
    Entity,
    Entries,
    Environment,
    External,
    File,
    FunctionValue,
    Instance,
    Object,
    Package,
    Query,
    RelationValue,
    Unknown,
    Value,
    used_at,
)
from dblint.interpret.mapping import repositories
from dblint.interpret.mapping.entities import Model
from dblint.interpret.queries import collections, lookups, tables
from dblint.interpret.specific import clients, ent, generated
from dblint.model.syntax import Class, Expression, Name

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.tree.units import Unit
    from dblint.model.syntax import Function


def member(evaluator: "Evaluator", value: Value, name: str, line: int, at: Environment) -> Value:  # noqa: C901 -- one case for each kind of value
    """Return what `value.name` is."""
    if at.unit.module.language == "go" and (schema := ent.of_client(evaluator, value, name, line, at)) is not None:
        return schema
    match value:
        case External(path=path, origin=origin):
            held = tables.by_name(evaluator, value, name, line) or collections.collection(evaluator, value, name, line, at)
            held = held or generated.table(evaluator, path, name, at.unit, line)
            held = held or clients.model_of(evaluator, value, name, line, at) or evaluator.swapped(f"{path}.{name}", at, line)
            held = held or tables.of_library(evaluator, f"{path}.{name}", at, line)
            return held or External(f"{path}.{name}", origin)
        case Package(path=path):
            return _of_package(evaluator, f"{path}.{name}", at)
        case File(unit=unit):
            return _of_file(evaluator, unit, name, line)
        case Object() | ClassValue():
            return _of_class(evaluator, value, name, line, at)
        case Query(written=True, target=Model(relations=relations) as model) if name in relations:
            return lookups.member(Instance(model, line), name, line)  # of a row that a query gave
        case Query(run=True) if _is_result(evaluator, value, name, at):
            return value  # the head of a result is one still
        case Entity() | Instance() | Columns() | RelationValue() | ColumnValue():
            return lookups.member(value, name, line)
        case Bound(receiver=Query() as query) if at.unit.module.language == "scala":
            return Bound(query, name, line)  # a method that is called without parentheses (`.single.apply()`)
        case Bound():
            found = clients.queried(evaluator, value, name, line, at) or collections.collection(
                evaluator, value, name, line, at
            )
            return found or evaluator.usual(name, Bound(value, name, line))
        case Entries() if (entry := value.of(name)) is not None:
            return entry
        case FunctionValue(unit=unit) if unit.traits.modules == "path" and isinstance(
            got := evaluator.returned(value), External | Object
        ):
            return member(evaluator, got, name, line, at)  # `get client() { return this.db; }`: a method that is not called
        case _:
            return evaluator.usual(name, Bound(value, name, line))


def _is_result(evaluator: "Evaluator", query: Query, name: str, at: Environment) -> bool:
    """Return whether an attribute of what a query has given is still that (`users.result.head` of Scala)."""
    return at.unit.traits.family == "jvm" and verb_of(evaluator.framework(query.framework).verbs.query, name) is None


def _of_file(evaluator: "Evaluator", unit: "Unit", name: str, line: int) -> Value:
    program = evaluator.program
    exported = program.exported(unit.path, name)
    if exported is not None:
        found = evaluator.names.defined(exported[1], exported[0], "", name, line)
        return used_at(found, line) if unit.traits.modules == "path" else found
    if unit.traits.modules == "path":
        return evaluator.defined.registered(dirname(unit.path), name, unit, line) or UNKNOWN
    child = program.file_of(unit.path, f".{name}") if unit.path.endswith("__init__.py") else None  # a module of a package
    return File(program.units[child]) if child else UNKNOWN


def _of_package(evaluator: "Evaluator", path: str, at: Environment) -> Value:
    program = evaluator.program
    if any(item.name == path for item in at.unit.dotted):
        target = program.file_of(at.unit.path, path)
        return File(program.units[target]) if target else External(path)
    if any(item.name.startswith(path + ".") for item in at.unit.dotted):
        return Package(path)
    return External(path) if program.file_of(at.unit.path, path.rpartition(".")[0]) is None else UNKNOWN


def _method(evaluator: "Evaluator", value: Object | ClassValue, method: "tuple[Unit, Function]", line: int) -> Value:
    """Return a method of a class, with the model that a generic class is used for."""
    queried = repositories.derived(evaluator, value, method, line)
    if queried is None:
        return FunctionValue(*method, generics.model_for(evaluator, value))
    return lookups.member(queried, method[1].name, line)


def _of_class(evaluator: "Evaluator", value: Object | ClassValue, name: str, line: int, at: Environment) -> Value:
    """Return a method, a nested class or the value of an attribute, of the class itself or an ancestor in the tree."""
    for unit, definition in evaluator.models.ancestry(value.unit, value.definition):
        qualified = f"{definition.qualified}.{name}"
        method = evaluator.program.method(unit, definition, name)
        if method is not None:
            return _method(evaluator, value, method, line)
        if qualified in unit.classes:
            return evaluator.names.defined(unit.classes[qualified], unit, definition.qualified, name, line)
        attribute = _attribute(evaluator, unit, definition, name, line, at)
        if not isinstance(attribute, Unknown):
            return attribute
    if name in {"Value", "CurrentValue"} and isinstance(value, Object) and value.unit.module.language == "csharp":
        return value  # what an `IOptions<T>` holds
    if name == "class" and isinstance(value, Object) and value.unit.traits.bare_calls:
        return ClassValue(value.unit, value.definition)
    nested = evaluator.program.nested(value.unit, f"{value.definition.qualified}.{name}")
    if nested is not None:
        return evaluator.names.defined(nested[1], nested[0], value.definition.qualified, name, line)
    held = repositories.of_class(evaluator, value.unit, value.definition, line) or repositories.of_use(evaluator, value, line)
    if held is not None:
        return lookups.member(held, name, line)
    found = _of_library(evaluator, value, name, line, at) if value.unit.traits.modules == "path" else UNKNOWN
    return evaluator.usual(name, Bound(value, name, line)) if isinstance(found, Unknown) else found


def _attribute(evaluator: "Evaluator", unit: "Unit", definition: Class, name: str, line: int, at: Environment) -> Value:
    """Return the value of an attribute that a class itself has."""
    key = (definition.qualified, name)
    vague: Value = UNKNOWN  # `this.db = options.db` says less than the field's type
    for bindings in (unit.attributes.get(key), unit.bindings.get(key)):
        typed = generics.held_as(evaluator, bindings[-1].annotation, at, line) if bindings and at.inlined else None
        if typed is not None:
            return typed
        found = evaluator.names.assigned(bindings, unit, "", name, 0) if bindings else UNKNOWN
        if isinstance(found, External) and unit.traits.several_results:
            found = _kept(evaluator, unit, definition, name) or found
        passed = handed.given(found, at, line) if at.inlined else None
        if passed is None and isinstance(found, Bound | CallResult) and _is_vague(found):
            vague = found if isinstance(vague, Unknown) else vague
        elif passed is not None or not isinstance(found, Unknown):
            return passed or used_at(found, line)
    return vague


def _is_vague(value: Value) -> bool:
    """Return whether an attribute is one of something of which nothing is known."""
    while isinstance(value, Bound):
        value = value.receiver
    return isinstance(value, Unknown | CallResult)


def _of_library(evaluator: "Evaluator", value: Object | ClassValue, name: str, line: int, at: Environment) -> Value:
    """Return a member that a class has from a library's class (`class Database extends PrismaClient`)."""
    for unit, definition in evaluator.models.ancestry(value.unit, value.definition):
        for base in definition.bases:
            above = evaluator.value(base, Environment(unit, definition.scope))
            if isinstance(above, External) and any(above.is_of(framework) for framework in evaluator.frameworks):
                made = "()" if isinstance(value, Object) and not above.path.endswith("()") else ""
                held = External(f"{above.path}{made}")
                return clients.model_of(evaluator, held, name, line, at, unit.path) or member(evaluator, held, name, line, at)
    return UNKNOWN


def _kept(evaluator: "Evaluator", unit: "Unit", definition: Class, name: str) -> Entity | None:
    """Return the collection of a document store that constructors put into a field of a struct, worked out once.

    What the field is while that is being worked out, as structs are made of each other's fields, is not known.
    """
    key = (unit.path, definition.qualified, name)

    def made() -> Entity | None:
        set_ = evaluator.callers.field(unit, definition, name, definition) if evaluator.document_stores else ()
        found = (_given(evaluator, value, where, 0) for value, where in set_)
        return next((each for each in found if each is not None), None)

    return evaluator.program.grounds.remembered(evaluator.kept, key, made, None)


def _given(evaluator: "Evaluator", value: Expression, where: Environment, depth: int) -> Entity | None:
    found = evaluator.value(value, where)
    if isinstance(found, Entity) and found.model.framework.store != "sql":
        return found
    function = where.unit.functions.get(where.scope)
    if depth > 2 or function is None or not isinstance(value, Name):
        return None
    if all(parameter.name != value.name for parameter in function.parameters):
        return None
    for argument, at in evaluator.callers.of(where, function, value.name):
        passed = _given(evaluator, argument, at, depth + 1)
        if passed is not None:
            return passed
    return None
