"""A word for all models of a program, which differs whenever anything about one of them does."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from dblint.engine.keys import key

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.mapping.entities import Model, Relation


def fingerprint(evaluator: "Evaluator") -> str:
    """Return the word for the models and tables that are known before files are asked what they do."""
    models = [*evaluator.models.all(), *evaluator.tables.all()]
    holders = {model.unit.path for model in models}
    encode = msgspec.msgpack.Encoder(enc_hook=str).encode
    modules = (encode(evaluator.program.modules[path]) for path in sorted(holders))
    return key((*(encode(tuple(_of_model(model))) for model in models), *modules))


def _of_model(model: "Model") -> Iterator[object]:
    yield from (model.framework.name, model.unit.path, model.name, model.line, model.table, model.confidence)
    yield from (model.managed, model.connection, model.base, model.subclassed, model.shares, model.key)
    yield from (list(model.columns.items()), [_place(parent) for parent in model.parents])
    yield from (list(_of_relation(each)) for each in model.relations.values())


def _of_relation(relation: "Relation") -> Iterator[object]:
    yield from (relation.name, relation.kind, _place(relation.target), relation.line, relation.path, relation.column)
    yield from (relation.target_table, relation.target_columns, _place(relation.through), relation.enforced)
    yield from (relation.joined, relation.cascades, relation.through.table if relation.through is not None else None)


def _place(model: "Model | None") -> tuple[str, int, str] | None:
    return (model.unit.path, model.line, model.name) if model is not None else None
