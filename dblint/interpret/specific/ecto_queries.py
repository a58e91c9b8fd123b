"""The queries of Ecto: what `from`, its clauses and relations make of tables.

Source: https://hexdocs.pm/ecto/Ecto.Query.html
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dblint.frameworks.verbs import verb_of
from dblint.interpret.evaluation.values import (
    UNKNOWN,
    Entity,
    Environment,
    Instance,
    Mention,
    Query,
    RelationValue,
    Value,
    parts,
    several,
)
from dblint.interpret.queries import verbs
from dblint.model.syntax import Call, Each, Expression, Items, Lambda, Mapping, Member, Name, Text

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.mapping.entities import Model

PRELOADS = frozenset({"preload", "preload!"})


def model_of(value: Value) -> "Model | None":
    """Return the model whose rows a value stands for."""
    for part in parts(value):
        match part:
            case Entity(model=model) | Instance(model=model):
                return model
            case Query(target=target) if target is not None:
                return target
            case RelationValue(relation=relation) if relation.target is not None:
                return relation.target
    return None


def from_tables(evaluator: "Evaluator", each: Each, at: Environment) -> Value:
    """Return the query that a `from` makes of its tables."""
    query: Query | None = None
    rest: list[Value] = []
    for place, (target, iterable) in enumerate(each.loops):
        source = evaluator.value(iterable, at)
        if place == 0:
            query = _begun(source, each)
            rest += [] if query is not None else [source]
        else:
            query = _joined(query, source, iterable.line, _known(target))
        at = _with_names(at, target, query, source)
    if query is None:
        query = Query(None, "ecto", each.line)
    said = [evaluator.value(part, at) for part in (*each.conditions, each.element)]
    verbs.absorb(query, [*rest, *said], each.line, follows=True)
    return query if query.target is not None or query.mentions else several(rest)


def _begun(source: Value, each: Each) -> Query | None:
    """Return a query on the first source of a `from`."""
    for part in parts(source):
        if isinstance(part, Entity):
            begun = Query(part.model, "ecto", part.line or each.line, rows=[("", part.model)])
            columns: tuple[str, ...] | None = None if _is_whole(each) else ()
            begun.mentions.append(Mention(part.model, "read", part.line or each.line, columns))
            return begun
        if isinstance(part, Query) and part.target is not None:
            return _copy(part)
        if isinstance(part, RelationValue) and (model := part.relation.target) is not None:
            begun = Query(model, "ecto", part.line, rows=[("", model)])
            begun.mentions.append(Mention(model, "read", part.line, None))
            return begun
    return None


def _is_whole(each: Each) -> bool:
    """Return whether a `from` gives whole rows of its first table: no `select` says which columns."""
    return not isinstance(each.element, Items | Member | Call | Name) or _names(each.element, each.loops[0][0])


def _names(element: Expression, target: Expression) -> bool:
    """Return whether a `select` gives the row itself."""
    own = target.name.rpartition(":")[2] if isinstance(target, Name) else ""
    inner = element.values if isinstance(element, Items) else (element,)
    return any(isinstance(part, Name) and part.name == own for part in inner)


def _copy(query: Query) -> Query:
    """Return a query that can be changed; what is written down elsewhere only carries its tables on."""
    return Query(
        query.target,
        query.framework,
        query.line,
        list(query.mentions),
        list(query.separate),
        list(query.carried),
        written=query.written,
        apart=list(query.apart),
        rows=list(query.rows) or ([("", query.target)] if query.target is not None else []),
    )


def _joined(query: Query | None, source: Value, line: int, known: str) -> Query:
    """Return a query joined with a further source."""
    query = query if query is not None else Query(None, "ecto", line)
    if query.written:  # it is another query now, of which the other tables are only carried on
        query.written = False
        query.carried = list(query.carried) or [model for _, model in query.rows[:1]]
    for part in parts(source):
        if isinstance(part, Entity):
            query.mentions.append(Mention(part.model, "read", part.line or line, ()))
        else:
            verbs.absorb(query, [part], line, follows=True)
    model = model_of(source)
    if model is not None:
        query.rows.append((known, model))
        if query.target is None:
            query.target = model
    return query


def _known(target: Expression) -> str:
    """Return the name of a named binding."""
    return target.name.partition(":")[0] if isinstance(target, Name) and ":" in target.name else ""


def _with_names(at: Environment, target: Expression, query: Query | None, source: Value) -> Environment:
    """Return the environment in which the names of a source stand for rows of its table."""
    model = model_of(source)
    if isinstance(target, Items):
        names = tuple(part.value for part in target.values if isinstance(part, Text))
        return _bound(at, names, query)
    if not isinstance(target, Name):
        return at
    name = target.name.rpartition(":")[2]
    return replace(at, local=(*at.local, (name, Entity(model, target.line) if model is not None else UNKNOWN)))


def _bound(at: Environment, names: Sequence[str], query: Query | None) -> Environment:
    """Return the environment in which names stand for the tables of a query, by their places or their own names."""
    rows = query.rows if query is not None else []
    line = query.line if query is not None else 0
    local: list[tuple[str, Value]] = []
    place = 0
    for position, written in enumerate(names):
        known, _, name = written.rpartition(":")
        if written == "...":
            place = len(rows) - (len(names) - position - 1)
            continue
        if known:
            model = next((each for label, each in rows if label == known), None)
        else:
            model = rows[place][1] if 0 <= place < len(rows) else None
            place += 1
        local.append((name, Entity(model, line) if model is not None else UNKNOWN))
    return replace(at, local=(*at.local, *local))


def macro(evaluator: "Evaluator", name: str, node: Call, at: Environment) -> Value | None:
    """Return a query with one more clause (`where(query, [o], …)`)."""
    known = verb_of(evaluator.framework("ecto").verbs.query, name)
    if known is None:
        return None
    first = evaluator.value(node.arguments[0], at)
    base = next((part for part in parts(first) if isinstance(part, Entity | Query | RelationValue) and model_of(part)), None)
    if isinstance(base, Query) and base.run:
        return None
    rest = node.arguments[1:]
    if name == "join":
        return _join(evaluator, base, rest, node, at)
    if base is None:
        return None
    query = as_query(base, node.line)
    if name in PRELOADS and query.target is not None:
        query.separate += [each for written in rest for each in loads(query.target, written)]
        options = tuple((Text(key, node.line), each) for key, each in node.keywords)
        query.separate += loads(query.target, Mapping(options, node.line))
        return query
    bodies: list[Expression] = []
    inner = at
    for part in rest:
        if isinstance(part, Lambda):
            inner = _bound(inner, part.parameters, query)
            bodies.append(part.body)
        else:
            bodies.append(part)
    grown = verbs.grow(
        evaluator, query, name, Call(Member(node.arguments[0], name, node.line), tuple(bodies), node.keywords, node.line), inner
    )
    grown.rows = query.rows
    return grown


def as_query(base: Value, line: int) -> Query:
    """Return what a clause is added to as a query of its own."""
    if isinstance(base, Query):
        return _copy(base)
    model = model_of(base)
    at = getattr(base, "line", 0) or line
    query = Query(model, "ecto", at, rows=[("", model)] if model is not None else [])
    if model is not None:
        query.mentions += verbs.reads(model, at)
    return query


def _join(
    evaluator: "Evaluator", base: Value | None, rest: tuple[Expression, ...], node: Call, at: Environment
) -> Value | None:
    """Return a query with one more table (`join(query, :left, [o], c in Customer, on: …)`)."""
    written = rest[-1] if rest else None
    if not isinstance(written, Lambda) or not isinstance(written.body, Each):
        return None
    query = as_query(base, node.line) if base is not None else None
    inner = _bound(at, written.parameters, query)
    (target, iterable), *_ = written.body.loops
    source = evaluator.value(iterable, inner)
    joined = _joined(query, source, iterable.line, _known(target))
    inner = _with_names(inner, target, joined, source)
    verbs.absorb(joined, [evaluator.value(each, inner) for each in written.body.conditions], node.line, follows=True)
    return joined if joined.target is not None else None


def associated(evaluator: "Evaluator", node: Call, at: Environment, *, makes: bool) -> Value | None:
    """Return the rows that `Ecto.assoc(user, :posts)` leads to, or the new one of `Ecto.build_assoc`."""
    model = model_of(evaluator.value(node.arguments[0], at)) if len(node.arguments) > 1 else None
    name = node.arguments[1] if model is not None else None
    relation = model.relations.get(name.value) if model is not None and isinstance(name, Text) else None
    if relation is None or relation.target is None:
        return None
    if makes:
        return Instance(relation.target, node.line)
    query = Query(relation.target, "ecto", node.line, rows=[("", relation.target)])
    query.mentions.append(Mention(relation.target, "read", node.line, None))
    if relation.through is not None:
        query.mentions.append(Mention(relation.through, "read", node.line, relation.through.physical()))
    return query


def relation(evaluator: "Evaluator", node: Call, at: Environment) -> Value | None:
    """Return the relation that `assoc(o, :customer)` joins."""
    model = model_of(evaluator.value(node.arguments[0], at))
    name = node.arguments[1]
    relation = model.relations.get(name.value) if model is not None and isinstance(name, Text) else None
    return RelationValue(model, relation, node.line) if model is not None and relation is not None else None


def loads(model: "Model", written: Expression) -> Iterator[Mention]:
    """Yield what is read besides rows: the tables that names of relations lead to, in lists and under each other."""
    match written:
        case Text(value=name, line=line):
            yield from _along(model, name, line)
        case Items(values=values):
            for value in values:
                yield from loads(model, value)
        case Mapping(pairs=pairs):
            for key, inner in pairs:
                if isinstance(key, Text):
                    yield from _along(model, key.value, key.line)
                    relation = model.relations.get(key.value)
                    if relation is not None and relation.target is not None:
                        yield from loads(relation.target, inner)
    return


def _along(model: "Model", name: str, line: int) -> Iterator[Mention]:
    relation = model.relations.get(name)
    if relation is not None and relation.through is not None:
        yield Mention(relation.through, "read", line, relation.through.physical())
    if relation is not None and relation.target is not None:
        yield Mention(relation.target, "read", line, None)
