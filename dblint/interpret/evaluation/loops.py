"""What comprehensions go over, and the queries that query expressions are."""

from typing import TYPE_CHECKING

from dblint.interpret.evaluation.values import Entity, Environment, Query, RelationValue, Value, element_of, parts, several
from dblint.interpret.queries import verbs
from dblint.model.syntax import Each, Name

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator


def each(evaluator: "Evaluator", loop: Each, at: Environment) -> Value:
    """Return what a comprehension or a query expression is."""
    if at.unit.traits.query_expressions and not _goes_on(evaluator, loop, at):
        return _query(evaluator, loop, at)
    found: list[Value] = []
    for target, iterable in loop.loops:
        source = evaluator.value(iterable, at)
        found.append(source)
        if isinstance(target, Name):
            paths = isinstance(source, Entity) and source.model.framework.attribute_paths
            element = source if paths else element_of(source, target.line)
            at = Environment(at.unit, at.scope, (*at.local, (target.name, element)), at.inlined)
    inner = [evaluator.value(part, at) for part in (loop.element, *loop.conditions)]
    return several([*found, *inner])


def _goes_on(evaluator: "Evaluator", loop: Each, at: Environment) -> bool:
    """Return whether a comprehension goes over results of queries that have been run, so that it is none itself (Scala)."""
    if at.unit.traits.family != "jvm":
        return False
    values = [part for _, iterable in loop.loops for part in parts(evaluator.value(iterable, at))]
    return any(isinstance(part, Query) and part.run for part in values)


def _query(evaluator: "Evaluator", loop: Each, at: Environment) -> Value:
    """Return the query that a query expression makes of the tables it goes over; a name stands for their rows."""
    sources: list[Value] = []
    for target, iterable in loop.loops:
        source = evaluator.value(iterable, at)
        sources.append(source)
        if isinstance(target, Name):
            at = Environment(at.unit, at.scope, (*at.local, (target.name, _rows_of(source, target.line))), at.inlined)
    inner = [evaluator.value(part, at) for part in (*loop.conditions, loop.element)]
    first = next((part for source in sources for part in parts(source) if isinstance(part, Entity | Query)), None)
    if first is None:
        return several([*sources, *inner])
    query = first if isinstance(first, Query) else Query(first.model, first.model.framework.name, first.line or loop.line)
    made = Query(query.target, query.framework, query.line, list(query.mentions), list(query.separate), list(query.carried))
    if isinstance(first, Entity):
        made.mentions += verbs.reads(first.model, first.line or loop.line)
    rest = [part for value in (*sources, *inner) for part in parts(value) if part is not first and not _is_row(part, first)]
    verbs.absorb(made, rest, loop.line, follows=True)
    return made


def _rows_of(source: Value, line: int) -> Value:
    """Return what stands for a row of a source inside a query: its model."""
    if isinstance(source, Query) and source.target is not None:
        return Entity(source.target, line)
    if isinstance(source, RelationValue) and source.relation.target is not None:
        return Entity(source.relation.target, line)
    return source if isinstance(source, Entity) else element_of(source, line)


def _is_row(part: Value, first: Entity | Query) -> bool:
    """Return whether a part is a whole row of the query's own table, which is read anyway."""
    target = first.target if isinstance(first, Query) else first.model
    return isinstance(part, Entity) and part.model is target
