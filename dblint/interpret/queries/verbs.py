"""What a verb does to a query: its mode on the query's table, and every table that its arguments mention."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import structs

from dblint.frameworks.verbs import Does, Verb, verb_of
from dblint.interpret.evaluation.arguments import argument, called, chain, given, literal_texts
from dblint.interpret.evaluation.values import (
    ColumnValue,
    Entity,
    Environment,
    Instance,
    Mention,
    Query,
    RelationValue,
    Several,
    Unknown,
    Value,
    parts,
    several,
)
from dblint.interpret.mapping.entities import Model, Relation
from dblint.interpret.queries import pipelines
from dblint.interpret.queries.objectpaths import follow_objects
from dblint.interpret.queries.paths import along, follow_arguments
from dblint.interpret.queries.tables import named as named_table
from dblint.interpret.queries.writing import written_columns
from dblint.interpret.specific import ent
from dblint.interpret.strings.fragments import take_part, told
from dblint.model.syntax import Call, Expression, Lambda

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator

WRITES: frozenset[Does] = frozenset({"insert", "update", "delete", "upsert", "truncate"})
CHANGES: frozenset[Does] = WRITES | {"create", "drop"}


def grow(evaluator: "Evaluator", query: Query, name: str, node: Call, at: Environment) -> Query:
    """Return a query with one more method called on it."""
    known = evaluator.framework(query.framework).verbs
    verb = verb_of(known.query, name)
    if verb is not None and verb.after:
        does = next((verb.after[word] for call in chain(node) if (word := called(call)) in verb.after), verb.does)
        verb = structs.replace(verb, does=does)
    if verb is None and query.written and query.target is not None and (on_row := verb_of(known.instance, name)) is not None:
        row = Query(query.target, query.framework, node.line)  # a variable that holds the row which a query gave
        apply(evaluator, on_row, row, node, at)
        return row
    mentions = [] if query.written and not query.manager else list(query.mentions)
    grown = Query(
        query.target,
        query.framework,
        query.line,
        mentions,
        list(query.separate),
        list(query.carried),
        apart=list(query.apart),
        pieces=list(query.pieces),
        alias=query.alias,
    )
    if query.manager and query.target is not None and verb is None and not node.arguments and not node.keywords:
        grown.mentions.append(Mention(query.target, "read", query.line, None))
        return grown
    started = _mentioned(grown) if query.idle else bool(grown.mentions) or query.written
    apply(evaluator, verb or Verb(), grown, node, at, started=started)
    if query.framework == "ent":
        ent.follow(grown, name, node.line)
    grown.written = query.written and not grown.mentions and not grown.separate
    grown.idle = query.idle and not _mentioned(grown)
    grown.run = verb is not None and verb.runs
    return grown


def _mentioned(query: Query) -> bool:
    """Return whether a query says anything of its own table."""
    return any(item.model is query.target for item in query.mentions)


def apply(evaluator: "Evaluator", verb: Verb, query: Query, node: Call, at: Environment, *, started: bool = False) -> None:
    """Let a verb act on a query; `started`: the query has said already that it reads its table."""
    target = query.target
    if target is not None:
        _act(evaluator, verb, query, target, node, at, started=started)
    values = _arguments(evaluator, verb, query, node, at)
    if target is not None and target.framework.model is not None and target.framework.model.lazy:
        values = [_lazily(query, value, part, target) for value, part in zip(values, given(node), strict=True)]
    if verb.columns in {"keywords", "mapping"} and (verb.does in WRITES or verb.does == "nothing"):
        values = [
            part
            for value in values
            for part in parts(value)
            if isinstance(part, Query) or getattr(part, "model", target) is not target
        ]
        absorb(query, values, node.line)
    else:
        absorb(query, values, node.line, follows=verb.follows or verb.does == "join", separate=verb.separate)
    if verb.schema and target is not None and target.table is not None:
        _move(evaluator, query, target, node, at)
    follow_arguments(verb, query, node)
    if verb.objects:
        follow_objects(evaluator, query, node, at)
    take_part(evaluator, verb, query, node, at)
    if verb.stages and target is not None:
        pipelines.mentions(evaluator, query, node, at)
    further = argument(node, (verb.tables,)) if verb.tables else None
    for text in literal_texts(further) if further is not None and target is not None else ():
        table = named_table(evaluator, evaluator.framework(query.framework), text.value)
        query.mentions.append(Mention(table, "read", text.line, ()))


def _move(evaluator: "Evaluator", query: Query, target: Model, node: Call, at: Environment) -> None:
    """Let a query use the table of its name in another schema (`knex("bin").withSchema("wh")`)."""
    texts = evaluator.texts.of(node.arguments[0], at) if node.arguments else []
    if target.table is None or target.table.schema or len(texts) != 1 or not texts[0].text.isidentifier():
        return
    moved = named_table(evaluator, target.framework, f"{texts[0].text}.{target.table.name}")
    query.target = moved
    query.mentions = [
        Mention(moved, item.does, item.line, item.columns) if item.model is target else item for item in query.mentions
    ]


def _act(
    evaluator: "Evaluator", verb: Verb, query: Query, target: Model, node: Call, at: Environment, *, started: bool
) -> None:
    """Add what a verb does to the query's own table."""
    line = query.line if query.line and not started else node.line
    if verb.does in CHANGES:
        columns = written_columns(evaluator, verb, target, node, at)
        if verb.does == "upsert":  # an insert that says what to do on conflict
            inserts = [item for item in query.mentions if item.model is target and item.does == "insert"]
            columns = inserts[0].columns if inserts and columns is None else columns
            query.mentions = [item for item in query.mentions if item not in inserts]
        query.mentions = [item for item in query.mentions if item.model is not target or item.does != "read" or verb.also_read]
        query.mentions += writes(target, verb.does, line, columns)
        query.separate += cascaded(target, verb.does, line)
        if verb.also_read and not any(item.model is target and item.does == "read" for item in query.mentions):
            query.mentions.append(Mention(target, "read", line, None))
    elif verb.does == "lock":
        if not started:
            query.mentions.append(Mention(target, "read", line, None))
        query.mentions.append(Mention(target, "lock", node.line, ()))
    elif verb.does != "nothing" and not started:
        columns, joined = told(evaluator, query, line)
        query.mentions += reads(target, line) if columns is None else [Mention(target, "read", line, columns)]
        query.mentions += joined
    elif verb.does == "nothing" and verb.columns:
        columns = written_columns(evaluator, verb, target, node, at)
        if columns:
            query.mentions = [
                Mention(target, item.does, item.line, columns) if item.does in WRITES and item.model is target else item
                for item in query.mentions
            ]


def reads(model: Model, line: int) -> list[Mention]:
    """Return the reads of a whole row, which may span several tables."""
    return [Mention(model, "read", line, None), *beside(model, line)]


def cascaded(model: Model, does: Does, line: int, seen: frozenset[int] = frozenset()) -> list[Mention]:
    """Return what else changes with a row: its rows in join tables, and what the relations say that it owns."""
    found: list[Mention] = []
    own_rows = model.framework.model is not None and model.framework.model.join_table in {"jpa", "spring"}
    for relation in model.relations.values():
        if own_rows and relation.kind == "many" and relation.through is not None:
            found.append(Mention(relation.through, does, line, relation.through.physical()))
        target = relation.target
        if relation.cascades and target is not None and target.table is not None and id(target) not in seen:
            found.append(Mention(target, does, line, None))
            found += cascaded(target, does, line, seen | {id(model), id(target)})
    return found


def beside(model: Model, line: int) -> list[Mention]:
    """Return what else is read with a whole row: the tables of its parents, and relations that every load joins."""
    parents = [parent for parent in model.parents if parent.table is not None and parent.table != model.table]
    joined = [relation for relation in model.relations.values() if relation.joined]
    found = [Mention(parent, "read", line, None) for parent in parents]
    return [*found, *(mention for relation in joined for mention in along(relation, model, line))]


def writes(model: Model, does: Does, line: int, columns: tuple[str, ...] | None) -> list[Mention]:
    """Return a change of a row and, where it makes or removes the row, of the rows of its parents' tables."""
    found = [Mention(model, does, line, columns)]
    if does in {"insert", "delete", "upsert"}:
        parents = [parent for parent in model.parents if parent.table is not None and parent.table != model.table]
        found += [Mention(parent, does, line, None) for parent in parents]
    return found


def _arguments(evaluator: "Evaluator", verb: Verb, query: Query, node: Call, at: Environment) -> list[Value]:
    """Evaluate arguments; the parameter of a lambda stands for a row of the query's table."""
    found: list[Value] = []
    of_rows = query.target is not None and not query.target.framework.callbacks
    for part in given(node):
        if isinstance(part, Lambda) and of_rows and part.parameters:
            rows = _rows(verb, query, part, found, node.line)
            found.append(evaluator.value(part.body, Environment(at.unit, at.scope, (*at.local, *rows))))
        else:
            found.append(evaluator.value(part, at))
    return found


def _rows(verb: Verb, query: Query, written: Lambda, before: list[Value], line: int) -> list[tuple[str, Value]]:
    """Return what the parameters of a lambda stand for: rows of the query's table, and of a table that it is joined with."""
    first = query.target
    if verb.onward and query.mentions:
        first = query.mentions[-1].model
    other = next((model for value in before if (model := _joined(value)) is not None), None) if verb.does == "join" else None
    names = written.parameters
    if other is not None and len(names) == 1 and any(not _joined(value) for value in before):
        first = other  # the key of the other side stands second
    rows: list[tuple[str, Value]] = [(names[0], Entity(first, line))] if first is not None else []
    if other is not None and len(names) > 1:
        rows.append((names[1], Entity(other, line)))
    return rows


def _joined(value: Value) -> Model | None:
    if isinstance(value, Entity):
        return value.model
    return value.target if isinstance(value, Query) else None


def after(evaluator: "Evaluator", receiver: Value, node: Call, at: Environment) -> list[Value]:
    """Return the queries that the arguments of a call hold which goes on with the result of one that has been run."""
    query = next(part for part in parts(receiver) if isinstance(part, Query) and part.run)
    row: Value = Instance(query.target, node.line) if query.target is not None else Unknown()
    found: list[Value] = []
    for written in given(node):
        rows = tuple((name, row) for name in written.parameters[:1]) if isinstance(written, Lambda) else ()
        body = written.body if isinstance(written, Lambda) else written
        value = evaluator.value(body, Environment(at.unit, at.scope, (*at.local, *rows)))
        found += [part for part in parts(value) if isinstance(part, Query)]
    return found


def absorb(query: Query, values: list[Value], line: int, *, follows: bool = False, separate: bool = False) -> None:
    """Add every table that argument values mention to a query."""
    into = query.separate if separate else query.mentions
    for value in values:
        for part in parts(value):
            match part:
                case Entity(model=model, line=at):
                    into.append(Mention(model, "read", at or line, None))
                case ColumnValue(model=model, name=name, line=at):
                    into.append(Mention(model, "read", at or line, (name,)))
                case RelationValue(model=model, relation=relation, line=at):
                    if follows or relation.kind != "reference":
                        into += _followed(relation, model, at or line, follows=follows)
                    elif relation.column:
                        into.append(Mention(model, "read", at or line, (relation.column,)))
                case Query() if separate:
                    query.apart.append(part)
                case Query():
                    query.mentions += part.mentions
                    query.apart += part.apart
                    query.separate += part.separate
                    query.carried += [model for model in part.carried if model not in query.carried]


def _lazily(query: Query, value: Value, written: Expression, target: Model) -> Value:
    """Return what an argument adds to a query; a query that runs before the call gets a statement of its own."""
    rule = target.framework.model
    queries = [part for part in parts(value) if isinstance(part, Query)]
    if not queries or rule is None or (isinstance(written, Call) and getattr(written.function, "name", "") in rule.lazy):
        return value
    query.apart += [part for part in queries if not part.written]
    return several(part for part in parts(value) if not isinstance(part, Query))


def _followed(relation: Relation, model: Model, line: int, *, follows: bool) -> list[Mention]:
    """Return what following a relation touches; where rows are loaded with related ones, those are loaded whole."""
    found = along(relation, model, line)
    if follows and found and model.framework.contexts:
        found[-1] = Mention(found[-1].model, "read", line, None)
    return found


def on_relation(evaluator: "Evaluator", receiver: RelationValue, name: str, line: int, node: Call, at: Environment) -> Value:
    """Return what a method of a relation does: on a row's relation it reads or writes, in a query the relation is followed."""
    relation = receiver.relation
    framework = receiver.model.framework
    if not receiver.rows:
        query = Query(receiver.model, framework.name, receiver.line)
        query.mentions += along(relation, receiver.model, receiver.line)
        inner = Query(relation.target, framework.name, receiver.line)
        absorb(query, _arguments(evaluator, Verb(), inner, node, at), node.line)
        return query
    verb = verb_of(framework.verbs.relation, name)
    if verb is not None and verb.makes and relation.target is not None:
        return Instance(relation.target, line, ())
    query = Query(relation.target, framework.name, receiver.line)
    if verb is not None and relation.through is not None and verb.does in WRITES:
        query.mentions.append(Mention(relation.through, verb.does, line, relation.through.physical()))
        return query
    if verb is None and framework.model is not None and framework.model.loaded_only:
        return Query(relation.target, framework.name, receiver.line, written=True)
    if relation.through is not None:
        query.mentions.append(Mention(relation.through, "read", receiver.line, relation.through.physical()))
    apply(evaluator, verb or verb_of(framework.verbs.query, name) or Verb(), query, node, at)
    return query


def led(evaluator: "Evaluator", query: Query, name: str, node: Call) -> RelationValue | None:
    """Return the rows of the relation that a method names by a string (`db.Model(&user).Association("Orders")`)."""
    verb = verb_of(evaluator.framework(query.framework).verbs.query, name)
    if verb is None or not verb.leads or query.target is None:
        return None
    for text in literal_texts(node.arguments[0]) if node.arguments else ():
        relation = query.target.relations.get(text.value)
        if relation is not None:
            return RelationValue(query.target, relation, node.line, rows=True)
    return None


def replay(evaluator: "Evaluator", query: Query, node: Call, at: Environment) -> None:
    """Let the verbs act on a query that stand before the one which names its model (`db.Joins("Orders").Find(&users)`)."""
    known = evaluator.framework(query.framework).verbs.query
    for call in reversed(chain(node)):
        verb = verb_of(known, getattr(call.function, "name", ""))
        if verb is not None and (verb.fragment or verb.narrows or verb.paths or verb.does == "lock"):
            apply(evaluator, verb, query, call, at, started=True)


def is_target(value: Value, targets: Sequence[Value]) -> bool:
    """Return whether a value is nothing but rows or tables that a verb has taken already."""
    known = value.values if isinstance(value, Several) else (value,)
    return all(any(part is target or part == target for target in targets) for part in known if not isinstance(part, Unknown))
