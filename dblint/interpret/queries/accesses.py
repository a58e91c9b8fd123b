"""Accesses as facts: what a verb does to a table, in the words of the model."""

from collections.abc import Mapping
from types import MappingProxyType

from dblint.frameworks.schema import Framework
from dblint.frameworks.verbs import Does
from dblint.interpret.mapping.entities import Model
from dblint.model.facts import QUEUE, RawAccess
from dblint.model.place import Place
from dblint.model.schema import TableName
from dblint.model.sql import Action, Mode

ACTION_OF: Mapping[Does, tuple[Mode, Action, str]] = MappingProxyType(
    {
        "read": ("read", "select", "cols"),
        "join": ("read", "select", "cols"),
        "lock": ("lock", "lock", "cols"),
        "insert": ("write", "insert", "insert.cols"),
        "update": ("write", "update", "update.cols"),
        "delete": ("write", "delete", "delete"),
        "upsert": ("write", "upsert", "conflict"),
        "truncate": ("write", "truncate", "truncate"),
        "create": ("ddl", "create", "cols"),
        "drop": ("ddl", "drop", "cols"),
    }
)
"""The mode, action and shape of every verb that touches a table."""


def of_model(model: Model, does: Does, columns: tuple[str, ...] | None, place: Place) -> RawAccess | None:
    """Return an access to a model's table, or None for a model without one; `columns` None means the whole mapped row."""
    if model.table is None or does not in ACTION_OF:
        return None
    mode, action, shape = ACTION_OF[does]
    framework = model.framework
    if columns is None and not (framework.model is not None and framework.model.partial):
        columns = model.physical() or None
    return RawAccess(
        model.table,
        mode,
        action,
        shape,
        columns,
        place,
        framework.name,
        model.confidence,
        framework.store,
        model.connection,
    )


def of_name(
    table: TableName,
    does: Does,
    columns: tuple[str, ...] | None,
    place: Place,
    framework: Framework,
    *,
    queue: bool = False,
) -> RawAccess:
    """Return an access to a table, or to a `queue`, that a call names by a string."""
    mode, action, shape = ACTION_OF[does]
    return RawAccess(
        table, mode, action, QUEUE if queue else shape, columns, place, framework.name, "explicit", framework.store
    )


def union(one: tuple[str, ...] | None, other: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Return the columns of both, unknown if either is."""
    if one is None or other is None:
        return None
    return tuple(dict.fromkeys([*one, *other]))
