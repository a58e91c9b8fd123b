"""Collections that the stages of an aggregation name: `$lookup` reads and joins, `$out` and `$merge` write.

Source: MongoDB manual, "Aggregation Stages".
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.frameworks.verbs import Does
from dblint.interpret.evaluation.values import Environment, Mention, Query
from dblint.interpret.queries import collections
from dblint.model.syntax import Call, Choice, Expression, Items, Mapping, Name, Operation, Spread, Text

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator

# A stage, what it does to the collection that it names, and the keys under which the name may stand.
_STAGES: dict[str, tuple[Does, tuple[str, ...]]] = {
    "$lookup": ("read", ("from",)),
    "$graphLookup": ("read", ("from",)),
    "$unionWith": ("read", ("coll",)),
    "$out": ("insert", ("coll",)),
    "$merge": ("upsert", ("into", "coll")),
}
_DEEPEST = 12


def mentions(evaluator: "Evaluator", query: Query, node: Call, at: Environment) -> None:
    """Add the collections that the stages in a call's arguments name to its query."""
    framework = evaluator.framework(query.framework)
    table = query.target.table if query.target is not None else None
    database = (table.catalog if table is not None else None) or ""
    for argument in node.arguments:
        for stage, written, line in _stages(argument, at, 0):
            does, _ = _STAGES[stage]
            model = collections.named(evaluator, framework, written, database)
            query.mentions.append(Mention(model, does, line, ()))


def _stages(expression: Expression, at: Environment, depth: int) -> Iterator[tuple[str, str, int]]:
    """Yield (stage, collection, line) of everything below an expression; variables are followed."""
    if depth > _DEEPEST:
        return
    match expression:
        case Items(values=values) | Choice(options=values):
            for value in values:
                yield from _stages(value, at, depth + 1)
        case Operation(left=left, right=right):
            yield from (stage for side in (left, right) for stage in _stages(side, at, depth + 1))
        case Spread(value=value):
            yield from _stages(value, at, depth + 1)
        case Name(name=name):
            for value, where in _bound(name, at):
                yield from _stages(value, where, depth + 1)
        case Mapping(pairs=pairs):
            yield from (stage for key, value in pairs for stage in _entry(key, value, at, depth))


def _entry(key: Expression, value: Expression, at: Environment, depth: int) -> Iterator[tuple[str, str, int]]:
    stage = key.value if isinstance(key, Text) else ""
    name = _collection(value, _STAGES[stage][1]) if stage in _STAGES else ""
    if name:
        yield stage, name, key.line
    yield from _stages(value, at, depth + 1)


def _bound(name: str, at: Environment) -> Iterator[tuple[Expression, Environment]]:
    """Yield every value that a variable is given, and what is appended to it."""
    found = at.unit.lookup(at.scope, name)
    if found is None or not isinstance(found[0], tuple):
        return
    inside = Environment(at.unit, found[1])
    for binding in found[0]:
        if binding.value is not None and binding.operator in {"=", "+="}:
            yield binding.value, inside
    for _, added in at.unit.appended.get((found[1], name), ()):
        yield added, inside


def _collection(value: Expression, keys: tuple[str, ...]) -> str:
    """Return the name of the collection in a stage: the string itself, or the entry of one of the keys, however nested."""
    if isinstance(value, Text):
        return value.value
    for key, inner in value.pairs if isinstance(value, Mapping) else ():
        if isinstance(key, Text) and key.value in keys:
            return _collection(inner, keys)
    return ""
