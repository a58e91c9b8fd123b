"""What Ecto's functions do, whose first argument is what methods are called on elsewhere: queries, repositories, `Ecto.Multi`.

Sources: https://hexdocs.pm/ecto/Ecto.Query.html, https://hexdocs.pm/ecto/Ecto.Repo.html, https://hexdocs.pm/ecto/Ecto.Multi.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dblint.frameworks.schema import Framework, Verb, verb_of
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
    RelationValue,
    Unknown,
    Value,
    parts,
    several,
)
from dblint.interpret.queries import verbs
from dblint.interpret.queries.writing import written_columns
from dblint.model.syntax import Call, Each, Expression, Items, Lambda, Mapping, Member, Name, Text

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.mapping.entities import Model

_QUERY, _MULTI, _REPO, _CHANGESET = "Ecto.Query.", "Ecto.Multi.", "Ecto.Repo.", "Ecto.Changeset."
_LIBRARY = "Ecto"
_ASSOCIATED = frozenset({"Ecto.assoc", "Ecto.build_assoc"})
_OPTIONS = frozenset({"force", "in_parallel", "prefix", "timeout"})
_PRELOADS = frozenset({"preload", "preload!"})
_OF_ROWS = frozenset({"insert", "insert!", "update", "update!", "delete", "delete!", "insert_or_update", "insert_or_update!"})
"""Functions of a repository that are given one row or changeset, never a query that runs as part of the change."""


def call(evaluator: "Evaluator", function: Value, node: Call, at: Environment) -> Value | None:
    """Return what a call of a function gives by what Ecto says of it, None where it says nothing."""
    path = function.path if isinstance(function, External) else ""
    name = called(node)
    if path == f"{_QUERY}from" and node.arguments and isinstance(node.arguments[0], Each):
        return _from(evaluator, node.arguments[0], at)
    if path == f"{_QUERY}assoc" and len(node.arguments) > 1:
        return _relation(evaluator, node, at)
    if path.startswith(_MULTI):
        return _multi(evaluator, name, node, at)
    if path in _ASSOCIATED:
        return _associated(evaluator, node, at, makes=name == "build_assoc")
    if not node.arguments:
        return None
    if _is_repository(evaluator, function, node):
        return _repository(evaluator, name, node, at)
    if path.startswith(_QUERY) or isinstance(function, Unknown):
        return _macro(evaluator, name, node, at)
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
    row = _row(evaluator, node, at) if node.arguments else None
    return row if row is not None else found


def is_unknown_change(evaluator: "Evaluator", node: Call, at: Environment) -> bool:
    """Return whether a call changes rows of which nothing says what table they are of."""
    verb = verb_of(_framework(evaluator).verbs.anywhere, called(node))
    if verb is None or verb.does == "read" or not node.arguments or not isinstance(node.function, Member):
        return False
    holder = evaluator.value(node.function, at)
    if not _is_repository(evaluator, holder, node) or isinstance(node.arguments[0], Text):
        return False
    return _model_of(evaluator.value(node.arguments[0], at)) is None


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


def _model_of(value: Value) -> "Model | None":
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


def _from(evaluator: "Evaluator", each: Each, at: Environment) -> Value:
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
    model = _model_of(source)
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
    model = _model_of(source)
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


def _macro(evaluator: "Evaluator", name: str, node: Call, at: Environment) -> Value | None:
    """Return a query with one more clause (`where(query, [o], …)`)."""
    known = verb_of(_framework(evaluator).verbs.query, name)
    if known is None:
        return None
    first = evaluator.value(node.arguments[0], at)
    base = next((part for part in parts(first) if isinstance(part, Entity | Query | RelationValue) and _model_of(part)), None)
    if isinstance(base, Query) and base.run:
        return None
    rest = node.arguments[1:]
    if name == "join":
        return _join(evaluator, base, rest, node, at)
    if base is None:
        return None
    query = _as_query(base, node.line)
    if name in _PRELOADS and query.target is not None:
        query.separate += [each for written in rest for each in _loads(query.target, written)]
        options = tuple((Text(key, node.line), each) for key, each in node.keywords)
        query.separate += _loads(query.target, Mapping(options, node.line))
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


def _as_query(base: Value, line: int) -> Query:
    """Return what a clause is added to as a query of its own."""
    if isinstance(base, Query):
        return _copy(base)
    model = _model_of(base)
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
    query = _as_query(base, node.line) if base is not None else None
    inner = _bound(at, written.parameters, query)
    (target, iterable), *_ = written.body.loops
    source = evaluator.value(iterable, inner)
    joined = _joined(query, source, iterable.line, _known(target))
    inner = _with_names(inner, target, joined, source)
    verbs.absorb(joined, [evaluator.value(each, inner) for each in written.body.conditions], node.line, follows=True)
    return joined if joined.target is not None else None


def _associated(evaluator: "Evaluator", node: Call, at: Environment, *, makes: bool) -> Value | None:
    """Return the rows that `Ecto.assoc(user, :posts)` leads to, or the new one of `Ecto.build_assoc`."""
    model = _model_of(evaluator.value(node.arguments[0], at)) if len(node.arguments) > 1 else None
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


def _relation(evaluator: "Evaluator", node: Call, at: Environment) -> Value | None:
    """Return the relation that `assoc(o, :customer)` joins."""
    model = _model_of(evaluator.value(node.arguments[0], at))
    name = node.arguments[1]
    relation = model.relations.get(name.value) if model is not None and isinstance(name, Text) else None
    return RelationValue(model, relation, node.line) if model is not None and relation is not None else None


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
    if not isinstance(function, Bound):
        return False
    if isinstance(function.receiver, ClassValue):
        bases = evaluator.models.ancestry(function.receiver.unit, function.receiver.definition)
        if any(getattr(base, "name", "") == "Ecto.Repo" for _, above in bases for base in above.bases):
            return True
    holder: Expression = node.function
    while isinstance(holder, Member | Call):
        holder = holder.function if isinstance(holder, Call) else holder.value
        if getattr(holder, "name", "").lower().strip("@_").endswith("repo"):
            return True
    return False


def _repository(evaluator: "Evaluator", name: str, node: Call, at: Environment) -> Value | None:
    """Return what a function of a repository does to the rows or the query that it is given."""
    values = [evaluator.value(each, at) for each in given(node)]
    if name in _PRELOADS:
        return _preloaded(values[0], node)
    verb = verb_of(_framework(evaluator).verbs.anywhere, name)
    if verb is None:
        return None
    first = next((part for part in parts(values[0]) if isinstance(part, Instance)), None)
    target: Value | None = first or next((part for part in parts(values[0]) if _model_of(part) is not None), None)
    if target is None:
        return None
    if verb.does == "read":
        return _read(target, values, node)
    return _written(evaluator, verb, target, values, node, at)


def _read(target: Value, values: list[Value], node: Call) -> Query | None:
    """Return the rows that a query gives."""
    query = _as_query(target, node.line) if not isinstance(target, Instance) else None
    if query is None:  # `Repo.reload(order)`
        model = _model_of(target)
        query = Query(model, "ecto", node.line, [Mention(model, "read", node.line, None)] if model is not None else [])
    rest = [part for value in values for part in parts(value) if part is not target]
    _settle(query, rest, node.line)
    query.run = True
    return query


def _written(
    evaluator: "Evaluator", verb: Verb, target: Value, values: list[Value], node: Call, at: Environment
) -> Query | None:
    """Return a change of rows; what is changed may be given as a query."""
    model = _model_of(target)
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
    model = _model_of(value)
    if model is None:
        return None
    query = Query(model, "ecto", node.line)
    query.apart += [part for part in parts(value) if isinstance(part, Query) and not part.written]
    options = tuple((Text(key, node.line), each) for key, each in node.keywords if key not in _OPTIONS)
    for written in (*node.arguments[1:], Mapping(options, node.line)):
        query.separate += _loads(model, written)
    query.run = True
    return query


def _loads(model: "Model", written: Expression) -> Iterator[Mention]:
    """Yield what is read besides rows: the tables that names of relations lead to, in lists and under each other."""
    match written:
        case Text(value=name, line=line):
            yield from _along(model, name, line)
        case Items(values=values):
            for value in values:
                yield from _loads(model, value)
        case Mapping(pairs=pairs):
            for key, inner in pairs:
                if isinstance(key, Text):
                    yield from _along(model, key.value, key.line)
                    relation = model.relations.get(key.value)
                    if relation is not None and relation.target is not None:
                        yield from _loads(relation.target, inner)
    return


def _along(model: "Model", name: str, line: int) -> Iterator[Mention]:
    relation = model.relations.get(name)
    if relation is not None and relation.through is not None:
        yield Mention(relation.through, "read", line, relation.through.physical())
    if relation is not None and relation.target is not None:
        yield Mention(relation.target, "read", line, None)
