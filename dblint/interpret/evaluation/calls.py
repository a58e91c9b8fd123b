"""What a call gives, by the verbs of the framework its receiver or arguments belong to."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dblint.frameworks.verbs import Verb, verb_of
from dblint.interpret.evaluation import generics, modelcalls
from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.values import (
    UNKNOWN,
    Bound,
    CallResult,
    ClassValue,
    Columns,
    ColumnValue,
    Entity,
    Environment,
    External,
    FunctionValue,
    Instance,
    Object,
    Query,
    RelationValue,
    Several,
    Unknown,
    Value,
    parts,
    several,
)
from dblint.interpret.evaluation.verbcalls import (
    adopt,
    as_row,
    by_argument,
    helped,
    in_collection,
    is_of,
    keyword_values,
    with_verb,
)
from dblint.interpret.mapping import repositories
from dblint.interpret.queries import collections, scopes, tables, verbs
from dblint.interpret.specific import ecto
from dblint.model.syntax import Call, Lambda, Name

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator

_MAPPERS = frozenset({"Map", "Adapt", "Deserialize", "DeserializeObject"})
"""What makes an object of a type that is given: AutoMapper, Mapster, System.Text.Json and Newtonsoft.Json."""

ALIASES = frozenset({"aliased", "with_polymorphic", "lateral", "cast", "alias", "tablesample", "as", "quote"})


def call(evaluator: "Evaluator", function: Value, node: Call, at: Environment) -> Value:
    """Return what a call gives."""
    if isinstance(node.function, Name) and node.function.name == "super" and not node.arguments:
        return _above(evaluator, node, at)
    if evaluator.hands_on:
        at = _with_callbacks(evaluator, function, node, at)
    if at.unit.traits.full_names:
        said = ecto.call(evaluator, function, node, at)
        return said if said is not None else ecto.passed_on(evaluator, function, node, _call(evaluator, function, node, at), at)
    return _call(evaluator, function, node, at)


def _call(evaluator: "Evaluator", function: Value, node: Call, at: Environment) -> Value:
    named = modelcalls.named_model(evaluator, node, at)
    if named is not None:
        return named
    if at.unit.traits.bare_calls and called(node) == "class" and not node.arguments:
        return function  # `row.class` is its model
    if (
        not node.arguments
        and not node.keywords
        and isinstance(function, Instance | RelationValue | ColumnValue | Query | Columns)
    ):
        return function  # an attribute, in a language where it is read by a call
    match function:
        case Entity():
            return _constructed(evaluator, function, node, at)
        case Bound(receiver=receiver):
            if any(isinstance(part, Query) and part.run for part in parts(receiver)):
                return several([receiver, *verbs.after(evaluator, receiver, node, at)])
            found = _method(evaluator, function, node, at) or _defined(evaluator, receiver, node, at)
            return found if found is not None else _generic(evaluator, node, at, receiver)
        case External():
            return _external(evaluator, function, node, at)
        case FunctionValue():
            return _function(evaluator, function, node, at)
        case ClassValue(unit=unit, definition=definition):
            return _with_queries(Object(unit, definition), _values(evaluator, node, at))
        case _:
            return _generic(evaluator, node, at, function)


def _above(evaluator: "Evaluator", node: Call, at: Environment) -> Value:
    """Return what `super().add(row)` calls a method of: an object of the class above, or the repository of a library."""
    definition = at.unit.classes.get(at.unit.class_of(at.scope))
    own = evaluator.value(Name("self", node.line), at)
    if definition is None or not isinstance(own, Object):
        return own
    _, *above = evaluator.models.ancestry(at.unit, definition)
    if above:
        return Object(*above[0], generics.model_for(evaluator, own))
    return repositories.of_class(evaluator, at.unit, definition, node.line) or own


def _defined(evaluator: "Evaluator", receiver: Value, node: Call, at: Environment) -> Entity | None:
    """Return the model that a method of something unknown defines by a schema."""
    model = evaluator.defined.by_schema(node, at) if isinstance(receiver, Unknown | CallResult) else None
    return Entity(model, node.line) if model is not None else None


def _with_callbacks(evaluator: "Evaluator", function: Value, node: Call, at: Environment) -> Environment:
    """Return what is known inside of the functions that a call of a library gets: their first parameter comes from it."""
    names = [argument.parameters[0] for argument in node.arguments if isinstance(argument, Lambda) and argument.parameters]
    receiver = function.receiver if isinstance(function, Bound) else function
    known = (each for each in evaluator.hands_on if names and is_of(receiver, each))
    framework = next(known, None)
    if framework is None:
        return at
    made = External(framework.callbacks)
    return Environment(at.unit, at.scope, (*at.local, *((name, made) for name in names)), at.inlined, at.loops)


def _values(evaluator: "Evaluator", node: Call, at: Environment) -> list[Value]:
    found = [evaluator.value(argument, at) for argument in node.arguments]
    return [as_row(evaluator, value, node.line) for value in (*found, *keyword_values(evaluator, node, at))]


def _queries(values: list[Value]) -> list[Query]:
    """Return the queries among values that are not written down elsewhere."""
    return [part for value in values for part in parts(value) if isinstance(part, Query) and not part.written]


def _with_queries(value: Value, arguments: list[Value]) -> Value:
    """Return a value together with the queries that stand in the arguments of the call that gave it."""
    queries = _queries(arguments)
    return Several((value, *queries)) if queries else value


def _constructed(evaluator: "Evaluator", function: Entity, node: Call, at: Environment) -> Value:
    """Return a new row; for some frameworks making one is saving it."""
    model = function.model
    saves = model.framework.verbs.anywhere.get("()")
    if saves is not None:
        return with_verb(evaluator, saves, [function], node, at)
    columns = tuple(model.columns[name].name for name, _ in node.keywords if name in model.columns)
    return _with_queries(Instance(model, node.line, columns), _values(evaluator, node, at))


def _function(evaluator: "Evaluator", function: FunctionValue, node: Call, at: Environment) -> Value:
    values = _values(evaluator, node, at)
    function = generics.own(function, node, at)
    generic: Value | None = generics.called(evaluator, function, node.line) if function.model is not None else None
    if generic is None and (held := generics.repository_of(evaluator, function, node.line)) is not None:
        generic = _of_class(evaluator, held, function.definition.name, node, at)
    if generic is not None:
        return _with_queries(generic, values)
    models = generics.models_passed(function, node, values)
    if models:
        followed = evaluator.returned_for(function, models, node.line)
        if not isinstance(followed, Unknown):
            return _with_queries(followed, values)
    returned = evaluator.returned(function)
    if isinstance(returned, Unknown | CallResult | External) and evaluator.document_stores:
        returned = collections.given_by(evaluator, function, node, at) or returned
    return _with_queries(CallResult(node, at) if isinstance(returned, Unknown) else returned, values)


def _generic(evaluator: "Evaluator", node: Call, at: Environment, receiver: Value) -> Value:
    """Return what an unknown call gives: the query passed through it, or nothing known, with queries in its arguments kept."""
    named = in_collection(evaluator, node, at, receiver)
    if named is not None:
        return named
    given_ = _values(evaluator, node, at)
    if adopt(evaluator, receiver, node, given_):
        given_ = _values(evaluator, node, at)
    values = [*([receiver] if isinstance(receiver, Query | Several) else []), *given_]
    anywhere = by_argument(evaluator, node, values, at, receiver)
    if anywhere is not None:
        return anywhere
    queries = _queries(values)
    if len(queries) > 1:
        return Several(tuple(queries))
    return next((value for value in (*values, *queries) if isinstance(value, Query)), CallResult(node, at))


def _external(evaluator: "Evaluator", function: External, node: Call, at: Environment) -> Value:
    known = evaluator.swapped(function.path, at, node.line) or collections.database(evaluator, function, node, at)
    said = known or in_collection(evaluator, node, at, function)
    if said is not None:
        return said
    values = _values(evaluator, node, at)
    if adopt(evaluator, function, node, values):
        values = _values(evaluator, node, at)
    found = by_argument(evaluator, node, values, at, function, function.last) or helped(evaluator, function, node, values, at)
    if found is not None:
        return found
    begun = tables.begun(evaluator, function, node, at)
    if begun is not None:
        verbs.replay(evaluator, begun, node, at)
        return begun
    made = tables.table_model(evaluator, function, node, at) or evaluator.defined.of(function, node, at)
    if made is not None:
        return Entity(made, node.line)
    queries = _queries(values)
    if queries:
        return queries[0] if len(queries) == 1 else Several(tuple(queries))
    passed = [value for value in values if isinstance(value, Entity | Query)]
    if function.last in ALIASES and (
        tables_passed := [part for value in values for part in parts(value) if isinstance(part, Entity)]
    ):
        return several(tables_passed)
    if passed and function.last in ALIASES:
        return passed[0]
    if any(isinstance(value, ColumnValue | RelationValue | Several) and not _is_outside(value) for value in values):
        return several(values)
    row = _mapped(node, values, at)
    return row or External(f"{function.path}()", evaluator.connections.origin(function, node, values, at.unit.path))


def _mapped(node: Call, values: list[Value], at: Environment) -> Instance | None:
    """Return the row that a mapper of .NET makes of something else (`mapper.Map<Order>(dto)`), None for any other call."""
    if not at.unit.traits.namespaces or called(node) not in _MAPPERS or "<>" not in dict(node.keywords):
        return None
    made = values[-1]  # of the types the last one: `Map<OrderDto, Order>(dto)`
    return Instance(made.model, node.line) if isinstance(made, Entity) else None


def _is_outside(value: Value) -> bool:
    """Return whether a value is nothing but things of libraries (an object of settings)."""
    return all(isinstance(part, External | Bound | CallResult) for part in parts(value))


def _method(evaluator: "Evaluator", function: Bound, node: Call, at: Environment) -> Value | None:
    """Return what a method call on a model, query, row or relation gives, or None if the receiver is none of these."""
    receiver, name = function.receiver, function.name
    if isinstance(receiver, Several):
        receiver = next((value for value in receiver.values if isinstance(value, Query | Instance)), receiver)
    match receiver:
        case Entity():
            return _of_class(evaluator, receiver, name, node, at)
        case Query(target=target) if target is not None and (made := target.framework.verbs.query.get(name)) and made.makes:
            return Instance(target, node.line, ())
        case Query():
            led = verbs.led(evaluator, receiver, name, node)
            return led if led is not None else verbs.grow(evaluator, receiver, name, node, at)
        case Instance(model=model):
            verb = verb_of(model.framework.verbs.instance, name)
            if verb is None:
                return None
            if verb.fresh is not None and receiver.columns is not None:
                verb = replace(verb, does=verb.fresh)
            query = Query(model, model.framework.name, function.line, idle=verb.begins)
            return verbs.grow(evaluator, query, name, node, at) if verb.begins else _started(evaluator, verb, query, node, at)
        case RelationValue():
            return verbs.on_relation(evaluator, receiver, name, function.line, node, at)
        case ColumnValue() | Columns():
            return several([receiver, *_values(evaluator, node, at)])
    return None


def _of_class(evaluator: "Evaluator", receiver: Entity, name: str, node: Call, at: Environment) -> Value | None:
    """Return what a method of a model's class gives, None if the framework and the class know none of this name."""
    model = receiver.model
    written = getattr(node.function, "value", None)
    if model.framework.contexts and isinstance(written, Name) and written.name == model.name:
        return None  # a context holds the rows; what follows the class's own name is a namespace or a static method
    verb = verb_of(model.framework.verbs.model, name)
    if verb is None:
        named = scopes.query(evaluator, model, name, node.line)
        return named if named is not None else receiver if name in ALIASES or name in model.framework.model_calls else None
    query = Query(model, model.framework.name, receiver.line, idle=verb.begins)
    return verbs.grow(evaluator, query, name, node, at) if verb.begins else _started(evaluator, verb, query, node, at)


def _started(evaluator: "Evaluator", verb: Verb, query: Query, node: Call, at: Environment) -> Value:
    """Begin a query on a model or row with a verb."""
    if verb.makes and query.target is not None:
        return Instance(query.target, node.line, ())
    if verb.does == "nothing":
        return UNKNOWN
    verbs.apply(evaluator, verb, query, node, at)
    query.run = verb.runs
    return query
