"""From a model along its attributes: columns, relations, managers, and the paths that lookups write."""

from typing import TYPE_CHECKING

from dblint.interpret.values import (
    UNKNOWN,
    Bound,
    Columns,
    ColumnValue,
    Entity,
    FunctionValue,
    Instance,
    Mention,
    Query,
    RelationValue,
    Value,
)
from dblint.model.syntax import Call

if TYPE_CHECKING:
    from dblint.interpret.evaluate import Evaluator
    from dblint.interpret.models import Model, Relation

LOOKUPS = frozenset(
    [
        "exact",
        "iexact",
        "contains",
        "icontains",
        "in",
        "gt",
        "gte",
        "lt",
        "lte",
        "startswith",
        "istartswith",
        "endswith",
        "iendswith",
        "range",
        "date",
        "year",
        "month",
        "day",
        "week",
        "week_day",
        "quarter",
        "time",
        "hour",
        "minute",
        "second",
        "isnull",
        "regex",
        "iregex",
        "not",
        "not_in",
        "not_isnull",
        "search",
    ]
)


def member(evaluator: "Evaluator", value: Value, name: str, line: int) -> Value:
    """Return what `value.name` is for a model, a row, a column or a relation."""
    match value:
        case Entity(model=model):
            return _of_model(evaluator, value, model, name, line)
        case Instance(model=model):
            return _of_row(evaluator, value, model, name, line)
        case Columns(model=model):
            column = model.columns.get(name)
            physical = column.name if column else name
            return ColumnValue(model, physical, line)
        case RelationValue(relation=relation):
            return _of_relation(evaluator, value, relation, name, line)
        case ColumnValue(model=model, name=column):
            if model.framework.attribute_paths:
                for relation in model.relations.values():
                    if relation.column == column and relation.target is not None and name in relation.target.columns:
                        return _traversed(RelationValue(model, relation, value.line), name, line)
            return Bound(value, name, line)
    return UNKNOWN


def _of_model(evaluator: "Evaluator", value: Entity, model: "Model", name: str, line: int) -> Value:
    framework = model.framework
    if name in model.columns:
        return ColumnValue(model, model.columns[name].name, line)
    if name in model.relations:
        return RelationValue(model, model.relations[name], line)
    if name in framework.managers or _is_manager(model, name):
        return Query(model, framework.name, value.line, manager=True)
    if name in framework.entity_query:
        return Query(model, framework.name, value.line, [Mention(model, "read", value.line, None)])
    if name == "__table__":
        return value
    if name in framework.columns_at:
        return Columns(model)
    method = _method(model, name)
    return method if method is not None and name not in framework.verbs.model else Bound(value, name, line)


def _method(model: "Model", name: str) -> FunctionValue | None:
    if model.definition is None:
        return None
    function = model.unit.functions.get(f"{model.definition.qualified}.{name}")
    return FunctionValue(model.unit, function) if function is not None else None


def _is_manager(model: "Model", name: str) -> bool:
    """Return whether a class attribute is bound to a custom manager (`Manager()`, `PublishedManager.from_queryset(…)()`)."""
    if not model.framework.managers or model.definition is None:
        return False
    for binding in model.unit.bindings.get((model.definition.qualified, name), ()):
        call = binding.value
        written = ""
        while isinstance(call, Call):
            written = getattr(call.function, "name", "")
            call = call.function
        if written.endswith(("Manager", "as_manager", "from_queryset")) or "Manager" in written:
            return True
    return False


def _of_row(evaluator: "Evaluator", value: Instance, model: "Model", name: str, line: int) -> Value:
    if name in model.relations:
        relation = model.relations[name]
        if relation.kind in {"many", "reverse"} or (relation.through is not None and relation.kind == "relation"):
            return RelationValue(model, relation, line, rows=True)
        if relation.target is not None:
            return Instance(relation.target, line)
    if name in model.columns:
        return UNKNOWN
    method = _method(model, name)
    return method if method is not None and name not in model.framework.verbs.instance else Bound(value, name, line)


def _of_relation(evaluator: "Evaluator", value: RelationValue, relation: "Relation", name: str, line: int) -> Value:
    target = relation.target
    if target is None:
        return Bound(value, name, line)
    if name in target.columns or name in target.relations:
        return _traversed(value, name, line)
    return Bound(value, name, line)


def _traversed(value: RelationValue, name: str, line: int) -> Value:
    """Return a query part for an attribute path over a relation; a path that ends at the key of the target needs no join."""
    target = value.relation.target
    assert target is not None
    column = target.columns.get(name)
    if column is not None and column.primary_key and value.relation.column:
        return ColumnValue(value.model, value.relation.column, value.line)
    query = Query(value.model, value.model.framework.name, value.line)
    query.mentions += along(value.relation, value.model, line)
    if column is not None:
        query.mentions[-1] = Mention(target, "read", line, (column.name,))
        return query
    inner = target.relations[name]
    query.mentions += along(inner, target, line)
    return query


def by_key(evaluator: "Evaluator", value: Entity) -> Value:
    """Return the row that `Model[key]` reads."""
    return Query(value.model, value.model.framework.name, value.line, [Mention(value.model, "read", value.line, None)])


def along(relation: "Relation", origin: "Model", line: int) -> list[Mention]:
    """Return the tables that following a relation touches: the origin's key, the join table, the target (last)."""
    found = []
    if relation.column and relation.kind in {"reference", "column"}:
        found.append(Mention(origin, "read", line, (relation.column,)))
    if relation.through is not None:
        found.append(Mention(relation.through, "read", line, relation.through.physical()))
    target = relation.target
    if target is not None and target.table is not None:
        found.append(
            Mention(target, "read", line, (relation.column,) if relation.kind == "reverse" and relation.column else ())
        )
    return found


def path(model: "Model", written: str, line: int, *, trimmed: bool, whole: bool = False) -> list[Mention]:
    """Return what a lookup path such as `author__name__icontains` touches, starting at a model.

    The last relation is trimmed when only its local key column is needed (`author`, `author__id`, `author__isnull`), as Django does
    (checked on the SQL that Django prints). `whole` reads the related row (`select_related`).
    """
    mentions: list[Mention] = []
    current = model
    parts = [part for part in written.lstrip("-").split("__") if part]
    for position, part in enumerate(parts):
        rest = [item for item in parts[position + 1 :] if item not in LOOKUPS]
        relation = _relation(current, part)
        if relation is None:
            found = column(current, part)
            if found:
                mentions.append(Mention(current, "read", line, (found,)))
            return mentions
        target = relation.target
        if target is None:
            return mentions
        to_key = not rest or (len(rest) == 1 and column(target, rest[0]) == (target.key or "id"))
        if trimmed and to_key and not whole and relation.kind == "reference":
            mentions.append(Mention(current, "read", line, (relation.column,)))
            return mentions
        if trimmed and to_key and not whole and relation.kind == "many" and relation.through is not None:
            mentions.append(Mention(relation.through, "read", line, relation.through.physical()))
            return mentions
        mentions += along(relation, current, line)
        if whole and not rest:
            mentions[-1] = Mention(target, "read", line, None)
        current = target
    return mentions


def _relation(model: "Model", name: str) -> "Relation | None":
    found = model.relations.get(name)
    if found is None:
        # a reverse relation's query name is the model's lower name where its accessor is `<model>_set`
        found = model.relations.get(f"{name}_set")
    return found


def column(model: "Model", name: str) -> str:
    """Return the physical column that an attribute, a physical name or `pk` means, or an empty string."""
    if name == "pk":
        return model.key or "id"
    found = model.columns.get(name)
    if found is not None:
        return found.name
    for known in model.columns.values():
        if known.name == name:
            return name
    return ""
