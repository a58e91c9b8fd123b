"""From a schema event to the rows of the matrix that it falls under."""

from collections.abc import Mapping

from dblint.compatibility.types import change_of_values, relation
from dblint.model.schema import Column, SchemaEvent

_PLAIN: Mapping[str, str] = {
    "table.drop": "table.drop",
    "table.rename": "table.rename",
    "table.set_schema": "table.rename",
    "table.to_view": "table.to_view",
    "column.drop": "column.drop",
    "column.rename": "column.rename",
    "column.move": "column.move",
    "pk.add": "unique.add",
    "unique.add": "unique.add",
    "pk.drop": "unique.drop",
    "unique.drop": "unique.drop",
    "check.add": "check.add",
    "fk.add": "fk.add",
    "fk.add.target": "fk.add.target",
    "fk.drop": "fk.drop",
    "enum.add_value": "enum.add_value",
    "enum.rename_value": "enum.rename_value",
    "enum.drop_value": "enum.drop_value",
    "sequence.drop": "sequence.change",
    "sequence.rename": "sequence.change",
    "sequence.set_schema": "sequence.change",
    "view.drop": "view.drop",
    "view.rename": "view.drop",
    "matview.drop": "view.drop",
    "view.removed": "view.replace.removed",
    "view.added": "view.replace.added",
    "routine.drop": "routine.drop",
    "routine.rename": "routine.drop",
    "routine.set_schema": "routine.drop",
    "trigger.create": "trigger.add",
    "revoke": "revoke",
    "rls.enable": "rls.enable",
}
_RELATIONS = {
    "widen": "column.type.widen",
    "narrow": "column.type.narrow",
    "meaning": "column.type.meaning",
    "unknown": "column.type.narrow",
}


def kind_of(event: SchemaEvent, before: Column | None = None) -> str:
    """The row of the matrix for a change, given its column as it was; empty where the matrix has nothing to say."""
    if event.kind in _PLAIN:
        return _PLAIN[event.kind]
    if event.kind in ("index.add", "index.drop"):
        unique = "unique.add" if event.kind == "index.add" else "unique.drop"
        return unique if "unique" in event.flags else "" if event.kind == "index.add" else "index.drop"
    after = event.columns[0] if event.columns else None
    if after is None:
        return ""
    if event.kind == "column.add":
        return "column.add.required" if is_required(after) else "column.add"
    if event.kind == "column.type":
        if before is not None and (values := change_of_values(before.type, after.type)):
            return values
        return _RELATIONS.get(relation(before.type if before else None, after.type), "")
    if event.kind == "column.nullable":
        if "drop-not-null" in event.flags or after.nullable:
            return "column.nullable.drop"
        return "column.nullable.set.defaulted" if _fills(after) or (before and _fills(before)) else "column.nullable.set"
    if event.kind == "column.default":
        return _default(event, after, before)
    return ""


def is_required(column: Column) -> bool:
    """Whether every INSERT must fill the column in."""
    return column.nullable is False and not _fills(column)


def _default(event: SchemaEvent, after: Column, before: Column | None) -> str:
    known = before or after
    if after.generated:
        return ""
    if "drop-default" in event.flags or (after.default is None and before is not None and before.default is not None):
        return "column.default.drop.required" if known.nullable is False else "column.default.drop"
    # A default where there was none only matters to whoever relied on NULL.
    return "column.default.change" if before is not None and before.default is not None else ""


def _fills(column: Column) -> bool:
    return column.default is not None or column.generated
