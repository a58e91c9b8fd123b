"""What an attribute of a model, a row, a column or a relation is."""

from dblint.frameworks.verbs import verb_of
from dblint.interpret.evaluation.values import (
    UNKNOWN,
    Bound,
    ClassValue,
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
from dblint.interpret.mapping.entities import Model, Relation
from dblint.interpret.queries.paths import along
from dblint.model.syntax import Call, Member, Name


def member(value: Entity | Instance | Columns | ColumnValue | RelationValue, name: str, line: int) -> Value:
    """Return what `value.name` is."""
    match value:
        case Entity(model=model):
            return _of_model(value, model, name, line)
        case Instance(model=model):
            return _of_row(value, model, name, line)
        case Columns(model=model):
            column = model.columns.get(name)
            return ColumnValue(model, column.name if column else name, line)
        case RelationValue(relation=relation):
            return _of_relation(value, relation, name, line)
        case ColumnValue():
            return _of_column(value, name, line)


def _of_model(value: Entity, model: Model, name: str, line: int) -> Value:
    framework = model.framework
    if name in model.relations and framework.model is not None and framework.model.loaded_only:
        return RelationValue(model, model.relations[name], line)
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
    return method if method is not None and verb_of(framework.verbs.model, name) is None else Bound(value, name, line)


def _method(model: Model, name: str) -> FunctionValue | ClassValue | None:
    """Return a method or a nested class of a model."""
    if model.definition is None:
        return None
    qualified = f"{model.definition.qualified}.{name}"
    function = model.unit.functions.get(qualified)
    if function is not None:
        return FunctionValue(model.unit, function)
    nested = model.unit.classes.get(qualified)
    return ClassValue(model.unit, nested) if nested is not None else None


def _is_manager(model: Model, name: str) -> bool:
    """Return whether a class attribute is bound to a custom manager (`Manager()`, `PublishedManager.from_queryset(…)()`)."""
    if not model.framework.managers or model.definition is None:
        return False
    for binding in model.unit.bindings.get((model.definition.qualified, name), ()):
        call = binding.value
        written = ""
        while isinstance(call, Call):
            call = call.function
            written = call.name if isinstance(call, Name | Member) else ""
        if "Manager" in written or written in {"as_manager", "from_queryset"}:
            return True
    return False


def _of_row(value: Instance, model: Model, name: str, line: int) -> Value:
    if name in model.relations:
        relation = model.relations[name]
        if relation.kind in {"many", "reverse"} or (relation.through is not None and relation.kind == "relation"):
            return RelationValue(model, relation, line, rows=True)
        if relation.target is not None:
            return Instance(relation.target, line)
    if name in model.columns:
        return UNKNOWN
    if name == "class" and model.unit.traits.bare_calls:
        return Entity(model, line)
    method = _method(model, name)
    return method if method is not None and verb_of(model.framework.verbs.instance, name) is None else Bound(value, name, line)


def _of_relation(value: RelationValue, relation: Relation, name: str, line: int) -> Value:
    target = relation.target
    if target is not None and (name in target.columns or name in target.relations):
        return _traversed(value, target, name, line)
    return Bound(value, name, line)


def _of_column(value: ColumnValue, name: str, line: int) -> Value:
    """Return what an attribute of a column is: one of the other table, where columns that are relations lead on."""
    if value.model.framework.attribute_paths:
        for relation in value.model.relations.values():
            if relation.column == value.name and relation.target is not None and name in relation.target.columns:
                return _traversed(RelationValue(value.model, relation, value.line), relation.target, name, line)
    return Bound(value, name, line)


def _traversed(value: RelationValue, target: Model, name: str, line: int) -> Value:
    """Return a query part for an attribute path over a relation; a path that ends at the key of the target needs no join."""
    column = target.columns.get(name)
    if column is not None and column.primary_key and value.relation.column:
        return ColumnValue(value.model, value.relation.column, value.line)
    query = Query(value.model, value.model.framework.name, value.line)
    query.mentions += along(value.relation, value.model, line)
    if column is not None:
        query.mentions[-1] = Mention(target, "read", line, (column.name,))
    else:
        query.mentions += along(target.relations[name], target, line)
    return query


def by_key(value: Entity) -> Query:
    """Return the row that `Model[key]` reads."""
    return Query(value.model, value.model.framework.name, value.line, [Mention(value.model, "read", value.line, None)])
