"""The columns that a writing call names."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.frameworks.verbs import Verb
from dblint.interpret.evaluation.arguments import given, literal_texts
from dblint.interpret.evaluation.values import ColumnValue, Environment, Instance, parts
from dblint.interpret.mapping.entities import Model
from dblint.interpret.queries.objectpaths import written_in
from dblint.model.syntax import Call, Mapping, Text

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator


DEFAULTS = frozenset({"defaults", "create_defaults", "_defaults"})
"""Keywords with the values that a row gets beside those it is looked for by."""


def written_columns(evaluator: "Evaluator", verb: Verb, model: Model, node: Call, at: Environment) -> tuple[str, ...] | None:
    """Return the physical columns that a call writes, None where it writes whole rows or does not say."""
    if verb.does == "delete":
        return ()
    if verb.columns == "names":
        names = [text.value for argument in given(node) for text in literal_texts(argument)]
        return tuple(physical(model, name) for name in names) or None
    if verb.columns == "first":
        return tuple(physical(model, text.value) for text in literal_texts(node.arguments[0])) if node.arguments else None
    if verb.columns == "data":
        return written_in(evaluator, model, node, at)
    if verb.columns == "mapping":
        for argument in given(node):
            if isinstance(argument, Mapping):
                return tuple(_keys(evaluator, model, argument, at))
    if verb.columns:
        columns = [column for name, _ in node.keywords if (column := _column(model, name))]
        defaults = [value for name, value in node.keywords if name in DEFAULTS and isinstance(value, Mapping)]
        columns += [column for value in defaults for column in _keys(evaluator, model, value, at)]
        return tuple(dict.fromkeys(columns)) or _of_rows(evaluator, model, node, at)
    return _of_rows(evaluator, model, node, at)


def _of_rows(evaluator: "Evaluator", model: Model, node: Call, at: Environment) -> tuple[str, ...] | None:
    """Return the columns of the new rows that a call is given, None where it is given none or they are not known."""
    values = [part for argument in given(node) for part in parts(evaluator.value(argument, at))]
    rows = [value.columns for value in values if isinstance(value, Instance) and value.model is model]
    if not rows or None in rows:
        return None
    return tuple(dict.fromkeys(column for row in rows for column in row or ()))


def _column(model: Model, name: str) -> str:
    """Return the physical column of a keyword; a model that does not list all its columns may have one of that name."""
    partial = model.framework.model is not None and model.framework.model.partial
    return model.column_of(name) or (name if partial and name.isidentifier() else "")


def physical(model: Model, attribute: str) -> str:
    """Return the physical name of an attribute, or the name itself."""
    column = model.columns.get(attribute)
    return column.name if column is not None else attribute


def _keys(evaluator: "Evaluator", model: Model, mapping: Mapping, at: Environment) -> Iterator[str]:
    for key, _ in mapping.pairs:
        if isinstance(key, Text):
            yield physical(model, key.value)
        else:
            value = evaluator.value(key, at)
            if isinstance(value, ColumnValue):
                yield value.name
