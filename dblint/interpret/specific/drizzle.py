"""Relations between the tables of Drizzle, which its relational queries follow (`db.query.orders.findMany({with: …})`).

Source: https://orm.drizzle.team/docs/relations and https://orm.drizzle.team/docs/relations-v2
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.values import Entity, Environment
from dblint.interpret.mapping.entities import Model, Relation
from dblint.model.syntax import Call, Expression, Lambda, Mapping, Member, Text

if TYPE_CHECKING:
    from dblint.frameworks.schema import Framework
    from dblint.interpret.evaluation.evaluate import Evaluator

# The word says how many rows are loaded; it makes no key in the database.
_KINDS = {"one": "relation", "many": "reverse"}


def relate(evaluator: "Evaluator", framework: "Framework", node: Call, at: Environment) -> None:
    """Give models the relations that a call states: `relations(orders, ({many}) => ({items: many(items)}))`.

    Those of `defineRelations(schema, (r) => ({orders: {items: r.many.items()}}))` stand under the names of the tables.
    """
    first = evaluator.value(node.arguments[0], at) if node.arguments else None
    for key, value in (pair for argument in node.arguments for pair in _entries(argument) if isinstance(argument, Lambda)):
        if isinstance(value, Mapping):
            model = evaluator.defined.named(key, at.unit, framework)
            for name, inner in _entries(value) if model is not None else ():
                _add(evaluator, model, name, inner, at)
        elif isinstance(first, Entity) and first.model.framework is framework:
            _add(evaluator, first.model, key, value, at)


def _add(evaluator: "Evaluator", model: Model | None, name: str, value: Expression, at: Environment) -> None:
    """Add a relation that `many(items)`, `one(users, {…})` or `r.one.users({…})` describes."""
    if not isinstance(value, Call) or model is None:
        return
    kind, target = called(value), None
    if kind in _KINDS and value.arguments:
        found = evaluator.value(value.arguments[0], at)
        target = found.model if isinstance(found, Entity) else None
    elif isinstance(value.function, Member) and isinstance(value.function.value, Member):
        kind = value.function.value.name
        target = evaluator.defined.named(value.function.name, at.unit, model.framework)
    if kind in _KINDS and target is not None and name not in model.columns:
        model.relations.setdefault(name, Relation(name, _KINDS[kind], target, value.line, at.unit.path))


def _entries(expression: Expression) -> Iterator[tuple[str, Expression]]:
    """Yield the entries of an object, or of the one that a function gives."""
    held = expression.body if isinstance(expression, Lambda) else expression
    yield from ((key.value, value) for key, value in (held.pairs if isinstance(held, Mapping) else ()) if isinstance(key, Text))
