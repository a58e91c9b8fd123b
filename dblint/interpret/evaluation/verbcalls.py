"""Calls of verbs that act on models among their arguments: `select(User)`, `session.add(user)`, `template.insert(order)`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dblint.frameworks.schema import Framework
from dblint.frameworks.verbs import Verb, verb_of
from dblint.interpret.evaluation.arguments import called, chain
from dblint.interpret.evaluation.values import (
    UNKNOWN,
    Bound,
    ClassValue,
    Columns,
    ColumnValue,
    Entity,
    Environment,
    External,
    Instance,
    Mention,
    Object,
    Query,
    RelationValue,
    Value,
    parts,
    several,
    used_at,
)
from dblint.interpret.queries import collections, verbs
from dblint.interpret.queries.paths import follow_arguments
from dblint.interpret.queries.sessions import is_session
from dblint.interpret.queries.writing import written_columns
from dblint.model.syntax import Call, Items, Member
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator

OfModel = Entity | Instance | ColumnValue | RelationValue | Columns
"""A value that names one model."""


def keyword_values(evaluator: "Evaluator", node: Call, at: Environment) -> list[Value]:
    """Return the arguments by keyword, types (`Find<Order>()`) as such where a variable of their name would be another."""
    found: list[Value] = []
    for name, written in node.keywords:
        if name != "<>" or not at.unit.traits.namespaces:
            found.append(evaluator.value(written, at))
        else:
            kinds = written.values if isinstance(written, Items) else (written,)
            found += [used_at(evaluator.type(each, at), node.line) for each in kinds]
    return found


def as_row(evaluator: "Evaluator", value: Value, line: int) -> Value:
    """Return an instance of a class as a row, where the class has become a model by its use elsewhere."""
    if isinstance(value, Object) and (known := evaluator.models.known(value.unit, value.definition)):
        return Instance(known.model, line)
    return value


def in_collection(evaluator: "Evaluator", node: Call, at: Environment, function: Value) -> Query | None:
    """Return what a call does to the collection that one of its strings names (`template.insert(order, "orders")`)."""
    for framework, verb in evaluator.naming.get(called(node), ()):
        for written in (node.arguments[place] for place in verb.collection if place < len(node.arguments)):
            texts = [
                item.text for item in evaluator.names_in(written, at, framework.store) if item.text and HOLE not in item.text
            ]
            model = collections.named(evaluator, framework, texts[0], "") if len(texts) == 1 else None
            if model is None or not _is_meant(verb, Entity(model, node.line), node, function):
                continue
            query = Query(model, framework.name, node.line)
            if verb.does == "read" or verb.also_read:
                query.mentions += verbs.reads(model, node.line)
            if verb.does != "read":
                query.mentions += verbs.writes(model, verb.does, node.line, None)
            return query
    return None


def helped(evaluator: "Evaluator", function: External, node: Call, values: list[Value], at: Environment) -> Value | None:
    """Return what a helper of a library does to a collection that it gets, None for any other call."""
    handed = collections.handed(function, values[: len(node.arguments)])
    return with_verb(evaluator, handed[0], [handed[1]], node, at) if handed is not None else None


def by_argument(
    evaluator: "Evaluator", node: Call, values: list[Value], at: Environment, function: Value, imported: str = ""
) -> Value | None:
    """Apply a verb that is recognised by its name and a model among its arguments (`select(User)`, `session.add(user)`)."""
    for value in _of_models(values):
        known = value.model.framework.verbs.anywhere
        verb = verb_of(known, called(node)) or known.get(imported)
        if (
            verb is not None
            and _is_meant(verb, value, node, function)
            and is_session(evaluator, function, value.model.framework)
        ):
            return with_verb(evaluator, _by_chain(verb, node), [], node, at)
    return None


def _by_chain(verb: Verb, node: Call) -> Verb:
    """Return a verb as what it does after what it is chained to (`db.NewInsert().Model(&user)`, `delete.from(Order)`)."""
    holder = node.function.value if verb.after and isinstance(node.function, Member) else None
    words = [called(call) for call in chain(node)] if verb.after else []
    for word in (getattr(holder, "name", ""), *words):
        does = verb.after.get(word)
        if does is not None:
            return replace(verb, does=does)
    return verb


def _is_meant(verb: Verb, value: OfModel, node: Call, function: Value) -> bool:
    """Return whether a call is that of a verb, by what it is called on and by whether a class is given to it."""
    if verb.of_class and not isinstance(value, Entity):
        return False
    if not verb.receivers or is_of(function, value.model.framework):
        return True
    holder = node.function.value if isinstance(node.function, Member) else None
    while isinstance(holder, Call):
        holder = holder.function
    return getattr(holder, "name", "").lower().strip("_").endswith(verb.receivers)


def adopt(evaluator: "Evaluator", function: Value, node: Call, values: list[Value]) -> bool:
    """Make models of the classes among the arguments, where the framework that is called takes any class for one."""
    found = [part for value in values for part in parts(value) if isinstance(part, ClassValue | Object)]
    for framework, rule in evaluator.models.with_rules if found else ():
        if rule.by_use and verb_of(framework.verbs.anywhere, called(node)) and is_of(function, framework):
            made = [evaluator.models.adopted(part.unit, part.definition, framework) for part in found]
            return any(made)
    return False


def is_of(function: Value, framework: Framework) -> bool:
    """Return whether something comes from a framework, through the calls that it is chained to."""
    while isinstance(function, Bound):
        function = function.receiver
    if isinstance(function, Query):
        return function.framework == framework.name
    return isinstance(function, External) and function.is_of(framework)


def _of_models(values: list[Value]) -> Iterator[OfModel]:
    for value in values:
        # a row made by a constructor carries the queries in its arguments along: they are no rows of the call
        rows = tuple(part for part in parts(value) if isinstance(part, Instance))
        for part in rows or parts(value):
            if isinstance(part, OfModel):
                yield part
            elif isinstance(part, Query) and part.target is not None:
                yield Entity(part.target, 0 if part.written else part.line)


def with_verb(evaluator: "Evaluator", verb: Verb, made: list[OfModel], node: Call, at: Environment) -> Value:
    """Return the query of a verb whose tables stand in its arguments, or the row that it makes."""
    values = [as_row(evaluator, evaluator.value(argument, at), node.line) for argument in node.arguments]
    keywords = keyword_values(evaluator, node, at)
    targets = made or _targets(verb, values, keywords)
    if not targets:
        return UNKNOWN
    first = targets[0]
    if verb.separate:
        return several([*values, *keywords])
    if verb.begins:
        begun = Query(first.model, first.model.framework.name, node.line, idle=True)
        verbs.replay(evaluator, begun, node, at)
        return begun
    if verb.does == "nothing":
        return first
    query = Query(first.model, first.model.framework.name, node.line)
    for target in targets if verb.does != "read" else []:
        columns = target.columns if isinstance(target, Instance) else written_columns(evaluator, verb, target.model, node, at)
        line = getattr(target, "line", 0) or node.line
        query.mentions += verbs.writes(target.model, verb.does, line, columns)
        query.separate += verbs.cascaded(target.model, verb.does, line)
        if verb.also_read:
            query.mentions.append(Mention(target.model, "read", line, None))
    rest = [value for value in [*values, *keywords] if verb.does == "read" or not verbs.is_target(value, targets)]
    verbs.absorb(query, rest, node.line, follows=True)
    if verb.does in verbs.CHANGES and not verb.also_read:  # what is changed may be given as a query
        query.mentions = [item for item in query.mentions if item.does != "read" or item.model is not first.model]
    for target in targets if verb.does == "read" else []:
        query.mentions += _read_with(target, [*values, *keywords], node.line)
    follow_arguments(verb, query, node)
    if _is_struct(first):
        verbs.replay(evaluator, query, node, at)
    return query


def _read_with(target: OfModel, given_: list[Value], line: int) -> list[Mention]:
    """Return what a verb reads of a target besides what its arguments mention."""
    if isinstance(target, Instance) and _is_struct(target):  # a row that the call fills
        return verbs.reads(target.model, line)
    # the relations of a sub-query's model stay behind: only its columns are selected
    if isinstance(target, Entity) and any(part is target for value in given_ for part in parts(value)):
        return verbs.beside(target.model, target.line or line)
    return []


def _is_struct(value: OfModel) -> bool:
    rule = value.model.framework.model
    return rule is not None and bool(rule.tag)


def _targets(verb: Verb, values: list[Value], keywords: list[Value]) -> list[OfModel]:
    """Return the models and rows that a verb acts on: one argument, or all that are models."""
    if isinstance(verb.target, int):
        chosen = list(_of_models(values[verb.target : verb.target + 1]))
        return chosen or list(_of_models([*values, *keywords]))[:1]
    return list(_of_models(values)) or list(_of_models(keywords))
