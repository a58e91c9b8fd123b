"""What a call does, by the verbs of the framework its receiver or arguments belong to."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.frameworks.schema import Framework, Verb
from dblint.interpret import lookups, tables
from dblint.interpret.values import (
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
    Mention,
    Object,
    Query,
    RelationValue,
    Several,
    Unknown,
    Value,
)
from dblint.model.syntax import Call, Each, Expression, Items, Lambda, Mapping, Spread, Text

if TYPE_CHECKING:
    from dblint.interpret.evaluate import Evaluator
    from dblint.interpret.models import Model

WRITES = frozenset({"insert", "update", "delete", "upsert", "truncate"})


def call(evaluator: "Evaluator", function: Value, node: Call, at: Environment) -> Value:
    """Return what a call gives."""
    named = _named_model(evaluator, node, at)
    if named is not None:
        return named
    if isinstance(function, Entity):
        arguments = _values(evaluator, node, at)
        columns = tuple(_physical(function.model, name) for name, _ in node.keywords if name in function.model.columns)
        if function.model.framework.verbs.anywhere.get("()"):
            return _with_verb(evaluator, function.model.framework.verbs.anywhere["()"], function, node, at)
        return several_of(Instance(function.model, node.line, columns), _queries(arguments))
    if isinstance(function, Bound):
        found = _bound(evaluator, function, node, at)
        if found is not None:
            return found
        return _generic(evaluator, node, at, function.receiver)
    if isinstance(function, External):
        return _external(evaluator, function, node, at)
    if isinstance(function, FunctionValue):
        return _function(evaluator, function, node, at)
    if isinstance(function, ClassValue):
        return several_of(Object(function.unit, function.definition), _queries(_values(evaluator, node, at)))
    return _generic(evaluator, node, at, function)


def _named_model(evaluator: "Evaluator", node: Call, at: Environment) -> Entity | None:
    """Return the model of a call that names it by strings (`apps.get_model("app", "Model")`)."""
    name = _name_of(node)
    if not node.arguments or not all(isinstance(argument, Text) for argument in node.arguments):
        return None
    for framework in evaluator.frameworks:
        if name in framework.model_calls:
            written = ".".join(argument.value for argument in node.arguments if isinstance(argument, Text))
            model = evaluator.models.named(written, at.unit, framework)
            if model is not None and model.framework is framework:
                return Entity(model, node.line)
    return None


def several_of(value: Value, queries: list[Value]) -> Value:
    """Return a value together with queries that stand in its arguments."""
    return Several((value, *queries)) if queries else value


def _values(evaluator: "Evaluator", node: Call, at: Environment) -> list[Value]:
    return [evaluator.value(argument, at) for argument in (*node.arguments, *(value for _, value in node.keywords))]


def _queries(values: list[Value]) -> list[Value]:
    found: list[Value] = []
    for value in values:
        for part in value.values if isinstance(value, Several) else (value,):
            if isinstance(part, Query) and not part.written:
                found.append(part)
    return found


def _function(evaluator: "Evaluator", function: FunctionValue, node: Call, at: Environment) -> Value:
    values = _values(evaluator, node, at)
    queries = _queries(values)
    arguments = _models_passed(function, node, values)
    if arguments:
        followed = evaluator.returned_for(function, arguments, node.line)
        if not isinstance(followed, Unknown):
            return several_of(followed, queries)
    returned = evaluator.returned(function)
    if isinstance(returned, Unknown):
        returned = CallResult(node, at)
    return several_of(returned, queries)


def _models_passed(function: FunctionValue, node: Call, values: list[Value]) -> tuple[tuple[str, Value], ...]:
    """Return the models among the arguments of a call, by the names of the parameters that take them."""
    names = [parameter.name for parameter in function.definition.parameters]
    if function.definition.scope in function.unit.classes and names[:1] in (["self"], ["cls"]):
        names = names[1:]
    given = [*zip(names, values, strict=False), *zip((name for name, _ in node.keywords), values[len(node.arguments) :], strict=False)]
    return tuple((name, value) for name, value in given if isinstance(value, Entity))


def _generic(evaluator: "Evaluator", node: Call, at: Environment, receiver: Value) -> Value:
    """Return what an unknown call gives: the query passed through it, or nothing known, with queries in its arguments kept."""
    values = [*([receiver] if isinstance(receiver, Query | Several) else []), *_values(evaluator, node, at)]
    anywhere = _anywhere(evaluator, node, values, at)
    if anywhere is not None:
        return anywhere
    queries = _queries(values)
    passed = [value for value in values if isinstance(value, Query)]
    if len(queries) > 1:
        return Several(tuple(queries))
    if passed:
        return passed[0]
    return CallResult(node, at)


def _name_of(node: Call) -> str:
    return getattr(node.function, "name", "")


def _external(evaluator: "Evaluator", function: External, node: Call, at: Environment) -> Value:
    swapped = evaluator.swapped(function.path, at, node.line)
    if swapped is not None:
        return swapped
    values = _values(evaluator, node, at)
    found = _anywhere(evaluator, node, values, at)
    if found is not None:
        return found
    made = tables.table_model(evaluator, function, node, at)
    if made is not None:
        return Entity(made, node.line)
    queries = _queries(values)
    if queries:
        return queries[0] if len(queries) == 1 else Several(tuple(queries))
    passed = [value for value in values if isinstance(value, Entity | Query)]
    if passed and function.last in {"aliased", "with_polymorphic", "lateral", "cast"}:
        return passed[0]
    if any(isinstance(value, ColumnValue | RelationValue | Several) for value in values) and values:
        return Several(tuple(value for value in values if not isinstance(value, Unknown)))
    return External(f"{function.path}()", evaluator.connections.origin(function, node, values, at.unit.path))


def _anywhere(evaluator: "Evaluator", node: Call, values: list[Value], at: Environment) -> Value | None:
    """Apply a verb that is recognised by its name and a model among its arguments (`select(User)`, `session.add(user)`)."""
    name = _name_of(node)
    for value in _entities(values):
        framework = _framework(evaluator, value)
        verb = framework.verbs.anywhere.get(name)
        if verb is not None:
            return _with_verb(evaluator, verb, None, node, at)
    return None


def _entities(values: list[Value]) -> Iterator[Value]:
    for value in values:
        parts = value.values if isinstance(value, Several) else (value,)
        # a row made by a constructor carries the queries in its arguments along: they are no rows of the call
        rows = tuple(part for part in parts if isinstance(part, Instance))
        for part in rows or parts:
            if isinstance(part, Entity | Instance | ColumnValue | RelationValue | Columns):
                yield part
            elif isinstance(part, Query) and part.target is not None:
                yield Entity(part.target, part.line)


def _framework(evaluator: "Evaluator", value: Value) -> Framework:
    model = value.model if isinstance(value, Entity | Instance | ColumnValue | RelationValue | Columns) else None
    assert model is not None
    return model.framework


def _with_verb(evaluator: "Evaluator", verb: Verb, receiver: Entity | None, node: Call, at: Environment) -> Value:
    """Return the query of a verb whose tables stand in its arguments."""
    values = [evaluator.value(argument, at) for argument in node.arguments]
    keywords = [(name, evaluator.value(value, at)) for name, value in node.keywords]
    if isinstance(verb.target, int):
        targets = (
            list(_entities(values[verb.target : verb.target + 1])) or list(_entities([*values, *(v for _, v in keywords)]))[:1]
        )
    else:
        targets = list(_entities(values)) or list(_entities([value for _, value in keywords]))
    if not targets:
        return UNKNOWN
    first = targets[0]
    if verb.does == "nothing":
        return first
    model = _model(first)
    query = Query(model, model.framework.name, node.line)
    for value in targets if verb.does != "read" else []:
        columns = value.columns if isinstance(value, Instance) else _written_columns(evaluator, verb, _model(value), node, at)
        for written in _chain_of_tables(_model(value), verb.does):
            query.mentions.append(
                Mention(written, verb.does, _line(value, node), columns if written is _model(value) else None)
            )
        if verb.also_read:
            query.mentions.append(Mention(_model(value), "read", _line(value, node), None))
    rest = [
        value for value in [*values, *(value for _, value in keywords)] if verb.does == "read" or not _is_target(value, targets)
    ]
    absorb(query, rest, node.line, follows=True)
    _lookup_arguments(evaluator, verb, query, node, at)
    return query


def _is_target(value: Value, targets: list[Value]) -> bool:
    parts = value.values if isinstance(value, Several) else (value,)
    return all(any(part is target or part == target for target in targets) for part in parts if not isinstance(part, Unknown))


def _chain_of_tables(model: "Model", does: str) -> list["Model"]:
    """Return the model and, for a row that spans several tables, the parents whose tables it also writes."""
    found = [model]
    if does in {"insert", "delete", "upsert"}:
        found += [parent for parent in model.parents if parent.table is not None and parent.table != model.table]
    return found


def _model(value: Value) -> "Model":
    assert isinstance(value, Entity | Instance | ColumnValue | RelationValue | Columns)
    return value.model


def _line(value: Value, node: Call) -> int:
    return getattr(value, "line", 0) or node.line


def _bound(evaluator: "Evaluator", function: Bound, node: Call, at: Environment) -> Value | None:
    """Return what a method call on a model, query, row or relation gives, or None if the receiver is none of these."""
    receiver, name = function.receiver, function.name
    if isinstance(receiver, Several):
        receiver = next((value for value in receiver.values if isinstance(value, Query | Instance)), receiver)
    match receiver:
        case Entity(model=model):
            verb = model.framework.verbs.model.get(name)
            if verb is None:
                return _alias(receiver, name)
            return _start(evaluator, verb, Query(model, model.framework.name, receiver.line), node, at)
        case Query():
            return _continue(evaluator, receiver, name, node, at)
        case Instance(model=model):
            verb = model.framework.verbs.instance.get(name)
            return _start(evaluator, verb, Query(model, model.framework.name, function.line), node, at) if verb else None
        case RelationValue():
            return _relation(evaluator, receiver, function, node, at)
        case ColumnValue() | Columns():
            values = _values(evaluator, node, at)
            return Several((receiver, *(value for value in values if not isinstance(value, Unknown))))
    return None


def _alias(receiver: Entity, name: str) -> Value | None:
    return receiver if name in {"alias", "tablesample"} else None


def _start(evaluator: "Evaluator", verb: Verb, query: Query, node: Call, at: Environment) -> Value:
    """Begin a query on a model or row with a verb."""
    if verb.does == "nothing":
        return UNKNOWN
    _apply(evaluator, verb, query, node, at)
    return query


def _continue(evaluator: "Evaluator", query: Query, name: str, node: Call, at: Environment) -> Value:
    framework = evaluator.framework(query.framework)
    verb = framework.verbs.query.get(name) or Verb()
    grown = Query(
        query.target,
        query.framework,
        query.line,
        list(query.mentions),
        list(query.separate),
        list(query.carried),
        written=False,
        connection=query.connection,
    )
    if query.written and not query.manager:
        grown.mentions = []
    if (
        query.manager
        and query.target is not None
        and name not in framework.verbs.query
        and not node.arguments
        and not node.keywords
    ):
        grown.mentions.append(Mention(query.target, "read", query.line, None))
        return grown
    _apply(evaluator, verb, grown, node, at, started=bool(grown.mentions) or query.written)
    grown.written = query.written and not grown.mentions and not grown.separate
    return grown


def _apply(evaluator: "Evaluator", verb: Verb, query: Query, node: Call, at: Environment, *, started: bool = False) -> None:
    """Let a verb act on a query: its mode on the target, and every table its arguments mention."""
    target = query.target
    line = query.line if query.line and not started else node.line
    if target is not None and verb.does in WRITES | {"create", "drop"}:
        columns = _written_columns(evaluator, verb, target, node, at)
        query.mentions = [item for item in query.mentions if item.model is not target or item.does != "read" or verb.also_read]
        for written in _chain_of_tables(target, verb.does):
            query.mentions.append(Mention(written, verb.does, line, columns if written is target else None))
        if verb.also_read and not any(item.model is target and item.does == "read" for item in query.mentions):
            query.mentions.append(Mention(target, "read", line, None))
    elif target is not None and verb.does == "lock":
        if not started:
            query.mentions.append(Mention(target, "read", line, None))
        query.mentions.append(Mention(target, "lock", node.line, ()))
    elif target is not None and not started and verb.does != "nothing":
        query.mentions.append(Mention(target, "read", line, None))
        query.mentions += [
            Mention(parent, "read", line, None) for parent in target.parents if parent.table and parent.table != target.table
        ]
    if verb.does == "nothing" and verb.columns and target is not None:
        columns = _written_columns(evaluator, verb, target, node, at)
        query.mentions = [
            Mention(item.model, item.does, item.line, columns)
            if item.does in WRITES and item.model is target and columns
            else item
            for item in query.mentions
        ]
    values = _arguments(evaluator, query, node, at)
    if not (verb.columns in {"keywords", "mapping"} and (verb.does in WRITES or verb.does == "nothing")):
        absorb(query, values, node.line, follows=verb.follows or verb.does == "join", separate=verb.separate)
    else:
        inner = [part for value in values for part in (value.values if isinstance(value, Several) else (value,))]
        absorb(
            query,
            [value for value in inner if isinstance(value, Query) or getattr(value, "model", target) is not target],
            node.line,
        )
    _lookup_arguments(evaluator, verb, query, node, at)


def _arguments(evaluator: "Evaluator", query: Query, node: Call, at: Environment) -> list[Value]:
    """Evaluate arguments; the parameter of a lambda stands for a row of the query's table."""
    found = []
    for argument in (*node.arguments, *(value for _, value in node.keywords)):
        inside = at
        if isinstance(argument, Lambda) and query.target is not None and argument.parameters:
            inside = Environment(at.unit, at.scope, (*at.local, (argument.parameters[0], Entity(query.target, node.line))))
            found.append(evaluator.value(argument.body, inside))
            continue
        found.append(evaluator.value(argument, inside))
    return found


def absorb(query: Query, values: list[Value], line: int, *, follows: bool = False, separate: bool = False) -> None:
    """Add every table that argument values mention to a query."""
    into = query.separate if separate else query.mentions
    for value in values:
        for part in value.values if isinstance(value, Several) else (value,):
            match part:
                case Entity(model=model, line=at):
                    into.append(Mention(model, "read", at or line, None))
                case ColumnValue(model=model, name=name, line=at):
                    into.append(Mention(model, "read", at or line, (name,)))
                case RelationValue(model=model, relation=relation, line=at):
                    if follows or relation.kind != "reference":
                        into += lookups.along(relation, model, at or line)
                    elif relation.column:
                        into.append(Mention(model, "read", at or line, (relation.column,)))
                case Query():
                    query.mentions += part.mentions
                    query.separate += part.separate
                    query.carried += [model for model in part.carried if model not in query.carried]


def _relation(evaluator: "Evaluator", receiver: RelationValue, function: Bound, node: Call, at: Environment) -> Value:
    relation = receiver.relation
    target = relation.target
    framework = receiver.model.framework
    verb = framework.verbs.relation.get(function.name)
    query = Query(target, framework.name, receiver.line)
    if receiver.rows and verb is not None and relation.through is not None and verb.does in WRITES:
        query.mentions.append(Mention(relation.through, verb.does, function.line, relation.through.physical()))
        return query
    if receiver.rows:
        if relation.through is not None:
            query.mentions.append(Mention(relation.through, "read", receiver.line, relation.through.physical()))
        chosen = verb or framework.verbs.query.get(function.name) or Verb()
        _apply(evaluator, chosen, query, node, at)
        return query
    # `User.orders.any(Order.paid)` inside a query: the relation is followed
    query.target = receiver.model
    query.mentions += lookups.along(relation, receiver.model, receiver.line)
    absorb(query, _values(evaluator, node, at), node.line)
    return query


def _physical(model: "Model", attribute: str) -> str:
    column = model.columns.get(attribute)
    return column.name if column is not None else attribute


def _written_columns(evaluator: "Evaluator", verb: Verb, model: "Model", node: Call, at: Environment) -> tuple[str, ...] | None:
    if verb.does == "delete":
        return ()
    if verb.columns == "keywords":
        return tuple(column for name, _ in node.keywords if (column := lookups.column(model, name))) or None
    if verb.columns == "mapping":
        for argument in (*node.arguments, *(value for _, value in node.keywords)):
            if isinstance(argument, Mapping):
                return tuple(_mapping_columns(evaluator, model, argument, at))
        return tuple(column for name, _ in node.keywords if (column := lookups.column(model, name))) or None
    if verb.columns == "names":
        names = [text.value for argument in node.arguments for text in _literal_items(argument)]
        return tuple(_physical(model, name) for name in names) or None
    return None


def _mapping_columns(evaluator: "Evaluator", model: "Model", mapping: Mapping, at: Environment) -> Iterator[str]:
    for key, _ in mapping.pairs:
        if isinstance(key, Text):
            yield _physical(model, key.value)
        else:
            value = evaluator.value(key, at)
            if isinstance(value, ColumnValue):
                yield value.name


def _literal_items(expression: Expression) -> list[Text]:
    if isinstance(expression, Items):
        return [item for item in expression.values if isinstance(item, Text)]
    return [expression] if isinstance(expression, Text) else []


def _lookup_arguments(evaluator: "Evaluator", verb: Verb, query: Query, node: Call, at: Environment) -> None:
    """Follow the relation paths that keyword names and strings write (`author__name=`, `"author__name"`, `Q(…)`, `F("…")`)."""
    target = query.target
    if target is None:
        return
    trimmed = target.framework.lookups == "trimmed"
    into = query.separate if verb.separate else query.mentions
    if verb.lookups:
        for name, _ in node.keywords:
            if name != "defaults":
                into += lookups.path(target, name, node.line, trimmed=trimmed)
        for inner in _nested_calls([*node.arguments, *(value for _, value in node.keywords)]):
            if _name_of(inner) in {
                "Q",
                "F",
                "Count",
                "Sum",
                "Avg",
                "Min",
                "Max",
                "OuterRef",
                "When",
                "Case",
                "FilteredRelation",
            }:
                for name, _ in inner.keywords:
                    into += lookups.path(target, name, inner.line, trimmed=trimmed)
                for text in (text for argument in inner.arguments for text in _literal_items(argument)):
                    into += lookups.path(target, text.value, text.line, trimmed=trimmed)
    if verb.paths:
        for text in (text for argument in node.arguments for text in _literal_items(argument)):
            into += lookups.path(target, text.value, text.line, trimmed=trimmed, whole=verb.follows or verb.separate)


def _nested_calls(expressions: list[Expression]) -> Iterator[Call]:
    pending = list(expressions)
    while pending:
        node = pending.pop()
        if isinstance(node, Call):
            yield node
            pending += [*node.arguments, *(value for _, value in node.keywords)]
            pending.append(node.function)
        elif isinstance(node, Items):
            pending += list(node.values)
        elif isinstance(node, Spread):
            pending.append(node.value)
        elif hasattr(node, "left"):
            pending += [node.left, node.right]
        elif (
            hasattr(node, "value")
            and not isinstance(node, Text)
            and node.value is not None
            and not isinstance(node.value, str | int | float)
        ):
            pending.append(node.value)
        elif isinstance(node, Each):
            pending.append(node.element)
