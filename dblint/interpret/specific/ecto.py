"""What Ecto's functions do, whose first argument is what methods are called on elsewhere: repositories and `Ecto.Multi`.

Sources: https://hexdocs.pm/ecto/Ecto.Query.html, https://hexdocs.pm/ecto/Ecto.Repo.html, https://hexdocs.pm/ecto/Ecto.Multi.html
"""

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dblint.frameworks.schema import Framework
from dblint.frameworks.verbs import Verb, verb_of
from dblint.interpret.evaluation.arguments import called, given
from dblint.interpret.evaluation.values import (
    UNKNOWN,
    Bound,
    CallResult,
    ClassValue,
    Entity,
    Environment,
    External,
    FunctionValue,
    Instance,
    Mention,
    Query,
    Unknown,
    Value,
    parts,
    several,
)
from dblint.interpret.queries import verbs
from dblint.interpret.queries.writing import written_columns
from dblint.interpret.specific.ecto_queries import PRELOADS, as_query, associated, from_tables, loads, macro, model_of, relation
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import Call, Class, Each, Expression, Lambda, Mapping, Member, Name, Text

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator

_QUERY, _MULTI, _REPO, _CHANGESET = "Ecto.Query.", "Ecto.Multi.", "Ecto.Repo.", "Ecto.Changeset."
_LIBRARY = "Ecto"
_ASSOCIATED = frozenset({"Ecto.assoc", "Ecto.build_assoc"})
_READING = frozenset({"fetch", "find", "count", "some", "list"})
_PROJECTS = re.compile(r"(?<![a-z])(fetch|find|count|some|list|insert|update|delete)(?![a-z])(?!_to_sql)")
"""The word of a repository's own function that says what it does with what it is given."""
_OPTIONS = frozenset({"force", "in_parallel", "prefix", "timeout"})
_OF_ROWS = frozenset({"insert", "insert!", "update", "update!", "delete", "delete!", "insert_or_update", "insert_or_update!"})
"""Functions of a repository that are given one row or changeset, never a query that runs as part of the change."""


def call(evaluator: "Evaluator", function: Value, node: Call, at: Environment) -> Value | None:
    """Return what a call of a function gives by what Ecto says of it, None where it says nothing."""
    path = function.path if isinstance(function, External) else ""
    name = called(node)
    if path == f"{_QUERY}from" and node.arguments and isinstance(node.arguments[0], Each):
        return from_tables(evaluator, node.arguments[0], at)
    if path == f"{_QUERY}assoc" and len(node.arguments) > 1:
        return relation(evaluator, node, at)
    if path.startswith(_MULTI):
        return _multi(evaluator, name, node, at)
    if path in _ASSOCIATED:
        return associated(evaluator, node, at, makes=name == "build_assoc")
    if not node.arguments:
        return None
    if _is_repository(evaluator, function, node):
        return _repository(evaluator, name, node, at)
    if path.startswith(_QUERY) or isinstance(function, Unknown):
        return macro(evaluator, name, node, at)
    if path.startswith(_LIBRARY):
        return _row(evaluator, node, at)
    return None


def passed_on(evaluator: "Evaluator", function: Value, node: Call, found: Value, at: Environment) -> Value:
    """Return the row that a function of the tree is given where nothing is known of what it gives: most pass on a changeset."""
    if any(not isinstance(part, Unknown | CallResult | External | Query) for part in parts(found)):
        return found
    if any(isinstance(part, Query) and part.target is not None and not part.run for part in parts(found)):
        return found
    if isinstance(function, FunctionValue) and "changeset" in function.definition.name:
        around = evaluator.program.class_around(function.unit, function.definition.scope)
        model = evaluator.models.of(*around) if around is not None else None
        if model is not None and model.table is not None:
            return several([Instance(model, node.line), found])
    schema = _handed_back(evaluator, function, node, at)
    row = _row(evaluator, node, at) if node.arguments and schema is None else schema
    return row if row is not None else found


def _handed_back(evaluator: "Evaluator", function: Value, node: Call, at: Environment) -> Value | None:
    """Return the schema that a function of the tree is given first, where one of its clauses gives just that back."""
    definition = function.definition if isinstance(function, FunctionValue) else None
    if definition is None or not definition.parameters[1:] or not node.arguments:  # the first stands for the module
        return None
    first = definition.parameters[1].name
    if not any(isinstance(each, Name) and each.name == first for each in definition.returns):
        return None
    schema = evaluator.value(node.arguments[0], at)
    return Entity(schema.model, node.line) if isinstance(schema, Entity) else None


def is_unknown_change(evaluator: "Evaluator", node: Call, at: Environment) -> bool:
    """Return whether a call changes rows of which nothing says what table they are of."""
    verb = verb_of(_framework(evaluator).verbs.anywhere, called(node))
    if verb is None or verb.does == "read" or not node.arguments or not isinstance(node.function, Member):
        return False
    holder = evaluator.value(node.function, at)
    if not _is_repository(evaluator, holder, node) or isinstance(node.arguments[0], Text):
        return False
    return model_of(evaluator.value(node.arguments[0], at)) is None


def _row(evaluator: "Evaluator", node: Call, at: Environment) -> Value | None:
    """Return the row that stands first among the arguments of a call, with what the arguments run."""
    values = [evaluator.value(each, at) for each in given(node)]
    for part in parts(values[0]):
        model = part.model if isinstance(part, Instance) else part.target if isinstance(part, Query) and _ran(part) else None
        if model is not None:
            running = [each for value in values for each in parts(value) if isinstance(each, Query) and not each.written]
            return several([Instance(model, node.line), *running])
    return None


def _ran(query: Query) -> bool:
    return query.run or (query.written and query.target is not None)


def _framework(evaluator: "Evaluator") -> Framework:
    return evaluator.framework("ecto")


def _multi(evaluator: "Evaluator", name: str, node: Call, at: Environment) -> Value:
    """Return what a step of an `Ecto.Multi` does, with the steps before it."""
    before = evaluator.value(node.arguments[0], at) if node.arguments else UNKNOWN
    step = node.arguments[2:]
    if not step:
        return several([before, *(evaluator.value(each, at) for each in node.arguments[1:])])
    first = step[0].body if isinstance(step[0], Lambda) else step[0]
    inner = Call(Member(Name("Ecto.Repo", node.line), name, node.line), (first, *step[1:]), node.keywords, node.line)
    done = _repository(evaluator, name, inner, at)
    return several([before, done if done is not None else evaluator.value(first, at)])


def _is_repository(evaluator: "Evaluator", function: Value, node: Call) -> bool:
    """Return whether a function is one of a repository: of a module that uses `Ecto.Repo`, or is called so."""
    if isinstance(function, External):
        return function.path.startswith(_REPO)
    if isinstance(function, FunctionValue):  # one that a project adds
        around = evaluator.program.class_around(function.unit, function.definition.scope)
        return around is not None and _uses_repository(evaluator, *around)
    if not isinstance(function, Bound):
        return False
    if isinstance(function.receiver, ClassValue) and _uses_repository(
        evaluator, function.receiver.unit, function.receiver.definition
    ):
        return True
    holder: Expression = node.function
    while isinstance(holder, Member | Call):
        holder = holder.function if isinstance(holder, Call) else holder.value
        if getattr(holder, "name", "").lower().strip("@_").endswith("repo"):
            return True
    return False


def _uses_repository(evaluator: "Evaluator", unit: Unit, definition: Class) -> bool:
    bases = evaluator.models.ancestry(unit, definition)
    return any(getattr(base, "name", "") == "Ecto.Repo" for _, above in bases for base in above.bases)


def _repository(evaluator: "Evaluator", name: str, node: Call, at: Environment) -> Value | None:
    """Return what a function of a repository does to the rows or the query that it is given."""
    values = [evaluator.value(each, at) for each in given(node)]
    if name in PRELOADS:
        return _preloaded(values[0], node)
    verb = verb_of(_framework(evaluator).verbs.anywhere, name) or _of_project(evaluator, name)
    if verb is None:
        return None
    first = next((part for part in parts(values[0]) if isinstance(part, Instance)), None)
    target: Value | None = first or next((part for part in parts(values[0]) if model_of(part) is not None), None)
    if target is None:
        return None
    if verb.does == "read":
        return _read(target, values, node)
    return _written(evaluator, verb, target, values, node, at)


def _of_project(evaluator: "Evaluator", name: str) -> Verb | None:
    """Return what a function that a project adds to a repository does, by its name (`Repo.safe_update_all`)."""
    known = _framework(evaluator).verbs.anywhere
    for word in _PROJECTS.findall(name):
        return replace(known["get" if word in _READING else word], columns="")
    return None


def _read(target: Value, values: list[Value], node: Call) -> Query | None:
    """Return the rows that a query gives."""
    query = as_query(target, node.line) if not isinstance(target, Instance) else None
    if query is None:  # `Repo.reload(order)`
        model = model_of(target)
        query = Query(model, "ecto", node.line, [Mention(model, "read", node.line, None)] if model is not None else [])
    rest = [part for value in values for part in parts(value) if part is not target]
    _settle(query, rest, node.line)
    query.run = True
    return query


def _written(
    evaluator: "Evaluator", verb: Verb, target: Value, values: list[Value], node: Call, at: Environment
) -> Query | None:
    """Return a change of rows; what is changed may be given as a query."""
    model = model_of(target)
    if model is None:
        return None
    does = "upsert" if verb.does == "insert" and any(key == "on_conflict" for key, _ in node.keywords) else verb.does
    columns = target.columns if isinstance(target, Instance) else written_columns(evaluator, verb, model, node, at)
    query = Query(model, "ecto", node.line, verbs.writes(model, does, node.line, columns))
    rest: list[Value] = [part for value in values for part in parts(value) if part is not target]
    if isinstance(target, Query):
        if called(node) in _OF_ROWS or target.run:
            rest.append(target)
        else:
            query.mentions += [item for item in target.mentions if item.does != "read" or item.model is not model]
            query.apart += target.apart
            query.separate += target.separate
            query.carried = [each for each in target.carried if each is not model]
    _settle(query, rest, node.line)
    query.run = True
    return query


def _settle(query: Query, values: list[Value], line: int) -> None:
    """Add what the other arguments mention; a query that has been run before the call is a statement of its own."""
    for part in values:
        if isinstance(part, Query) and part.run:
            if not part.written:
                query.apart.append(part)
        elif isinstance(part, Query):
            verbs.absorb(query, [part], line)


def _preloaded(value: Value, node: Call) -> Query | None:
    """Return rows with the related ones that are loaded besides (`Repo.preload(order, [:customer, items: :product])`)."""
    model = model_of(value)
    if model is None:
        return None
    query = Query(model, "ecto", node.line)
    query.apart += [part for part in parts(value) if isinstance(part, Query) and not part.written]
    options = tuple((Text(key, node.line), each) for key, each in node.keywords if key not in _OPTIONS)
    for written in (*node.arguments[1:], Mapping(options, node.line)):
        query.separate += loads(model, written)
    query.run = True
    return query
