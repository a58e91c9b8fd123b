"""Operations on Django's models as events on tables."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec.structs import replace

from dblint.migrations.models import Model, ModelKey, Models, column_name
from dblint.model.facts import Change
from dblint.model.history import ModelField, ModelOperation
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName


def lowered(changes: Iterable[Change], labels: Mapping[str, str]) -> Iterator[Change]:
    """The changes of ordered Django histories with each operation replaced by what it does to the database."""
    changes = tuple(changes)
    models = Models(labels, coming={model.key: model for model in map(_created, changes) if model is not None})
    for change in changes:
        operation = change.model
        if operation is None:
            yield change
            continue
        before = dict(models.known)
        events = list(_events(models, change.history, operation))
        if operation.database:
            yield from (replace(change, event=event, model=None) for event in events)
        if not operation.state:
            models.known = before


def _events(models: Models, history: str, operation: ModelOperation) -> Iterator[SchemaEvent]:
    if operation.kind == "create":
        yield from _create(models, history, operation)
        return
    model = models.known.get((history, operation.model.lower()))
    if model is None:
        # The beginning of the history is missing: the table has Django's default name as far as anybody knows.
        model = Model(operation.model, history, ())
        models.known[model.key] = model
    step = _STEPS.get(operation.kind)
    events = list(step(models, model, operation)) if step else []
    if model.managed and not model.proxy:
        yield from events


def _model(history: str, operation: ModelOperation) -> Model:
    return Model(
        operation.model, history, operation.fields, operation.table, operation.managed, operation.proxy, operation.bases
    )


def _created(change: Change) -> Model | None:
    return _model(change.history, change.model) if change.model is not None and change.model.kind == "create" else None


def _keep(models: Models, model: Model) -> None:
    models.known[model.key] = model


def _create(models: Models, history: str, operation: ModelOperation) -> Iterator[SchemaEvent]:
    model = _model(history, operation)
    _keep(models, model)
    if operation.proxy or operation.abstract or not operation.managed:
        return
    table = models.table(model)
    yield SchemaEvent("table.create", table, models.columns(model), foreign_keys=models.foreign_keys(model, model.fields))
    for each in model.fields:
        yield from _extras(table, each)
    for each in models.own_joins(model):
        yield _join_table(models, model, each)


def _extras(table: TableName, field: ModelField) -> Iterator[SchemaEvent]:
    """The unique constraint or the index of a column."""
    if field.relation == "many" or field.primary_key:
        return
    if field.unique:
        yield SchemaEvent("unique.add", table, names=(column_name(field),))
    elif field.indexed:
        yield SchemaEvent("index.add", table, names=(column_name(field),))


def _join_table(models: Models, model: Model, field: ModelField) -> SchemaEvent:
    own, other = models.join_columns(model, field)
    referred = models.find(field.target, model)
    own_key, other_key = models.primary_key(model), models.primary_key(referred)
    columns = (
        Column("id", "bigint", nullable=False, generated=True, primary_key=True),
        Column(own, own_key.type, nullable=False),
        Column(other, other_key.type, nullable=False),
    )
    keys = (
        ForeignKey((own,), models.table(model), (column_name(own_key),), enforced=field.enforced),
        ForeignKey((other,), models.target(field.target, model), (column_name(other_key),), enforced=field.enforced),
    )
    return SchemaEvent("table.create", models.join_table(model, field), columns, foreign_keys=keys, flags=("join-table",))


def _delete(models: Models, model: Model, _operation: ModelOperation) -> Iterator[SchemaEvent]:
    for each in models.own_joins(model):
        yield SchemaEvent("table.drop", models.join_table(model, each))
    yield SchemaEvent("table.drop", models.table(model))
    models.known.pop(model.key, None)


def _moved(old: TableName, new: TableName) -> Iterator[SchemaEvent]:
    if old != new:
        yield SchemaEvent("table.rename", old, new_name=new)


def _joins(models: Models) -> dict[tuple[ModelKey, str], tuple[TableName, tuple[str, str]]]:
    """Table and columns of every many-to-many field."""
    return {
        (model.key, each.name): (models.join_table(model, each), models.join_columns(model, each))
        for model in models.known.values()
        if model.managed and not model.proxy
        for each in models.own_joins(model)
    }


def _rename(models: Models, model: Model, operation: ModelOperation) -> Iterator[SchemaEvent]:
    old, before = models.table(model), _joins(models)
    renamed = replace(model, name=operation.name)
    del models.known[model.key]
    label = models.label(model.history)
    for key, each in list(models.known.items()):
        models.known[key] = replace(
            each, fields=tuple(_repointed(field, label, model, each, operation.name) for field in each.fields)
        )
    _keep(
        models, replace(renamed, fields=tuple(_repointed(field, label, model, model, operation.name) for field in model.fields))
    )
    new = models.table(renamed)
    if old == new:
        # With `db_table` set Django leaves the table and all join tables alone.
        return
    yield from _moved(old, new)
    after = _joins(models)
    for (key, name), (table, columns) in before.items():
        now = after.get((renamed.key if key == model.key else key, name))
        if now is None:
            continue
        yield from _moved(table, now[0])
        for one, other in zip(columns, now[1], strict=True):
            if one != other:
                yield SchemaEvent("column.rename", now[0], (Column(one),), new_name=TableName(other))


def _repointed(field: ModelField, label: str, model: Model, holder: Model, name: str) -> ModelField:
    """A relation to a renamed model, under its new name."""
    said = field.target.lower()
    here = holder.history == model.history and said == model.name.lower()
    if here or said == f"{label}.{model.name}".lower():
        return replace(field, target=name if here else f"{label}.{name}")
    return field


def _table(models: Models, model: Model, operation: ModelOperation) -> Iterator[SchemaEvent]:
    changed = replace(model, table=operation.table)
    before = [(each, models.join_table(model, each)) for each in models.own_joins(model)]
    yield from _moved(models.table(model), models.table(changed))
    for each, table in before:
        yield from _moved(table, models.join_table(changed, each))
    _keep(models, changed)


def _add(models: Models, model: Model, operation: ModelOperation) -> Iterator[SchemaEvent]:
    (field,) = operation.fields
    others = tuple(each for each in model.fields if each.name != field.name)
    changed = replace(model, fields=(*others, field))
    _keep(models, changed)
    table = models.table(changed)
    if field.relation == "many":
        if not field.through:
            yield _join_table(models, changed, field)
        return
    # Django fills existing rows from the default and drops it at once: other writers get none.
    dropped = field.default and not field.null and field.server_default is None
    keys = models.foreign_keys(changed, (field,))
    flags = ("default-dropped",) if dropped else ()
    yield SchemaEvent("column.add", table, (models.column(changed, field),), foreign_keys=keys, flags=flags)
    yield from _extras(table, field)


def _drop(models: Models, model: Model, operation: ModelOperation) -> Iterator[SchemaEvent]:
    field = model.field(operation.field) or ModelField(operation.field)
    if field.relation == "many":
        if not field.through:
            yield SchemaEvent("table.drop", models.join_table(model, field))
    else:
        yield SchemaEvent("column.drop", models.table(model), (Column(column_name(field)),))
    _keep(models, replace(model, fields=tuple(each for each in model.fields if each.name != field.name)))


def _alter(models: Models, model: Model, operation: ModelOperation) -> Iterator[SchemaEvent]:
    (new,) = operation.fields
    old = model.field(new.name)
    fields = tuple(new if each.name == new.name else each for each in model.fields)
    changed = replace(model, fields=fields if old is not None else (*fields, new))
    _keep(models, changed)
    table = models.table(changed)
    if new.relation == "many":
        if old is not None and old.relation == "many" and not old.through and not new.through:
            yield from _moved(models.join_table(model, old), models.join_table(changed, new))
        return
    column = models.column(changed, new)
    if old is None:
        yield SchemaEvent("column.type", table, (column,))
        yield _nullability(table, column)
        return
    yield from _differences(table, models.column(model, old), column)
    yield from _key_differences(table, models.foreign_keys(model, (old,)), models.foreign_keys(changed, (new,)))
    for kind, was, now in (("unique", old.unique, new.unique), ("index", old.indexed, new.indexed)):
        if was != now and not (kind == "index" and (old.unique or new.unique)):
            yield SchemaEvent(f"{kind}.{'add' if now else 'drop'}", table, names=(column.name,))


def _nullability(table: TableName, column: Column) -> SchemaEvent:
    flag = "drop-not-null" if column.nullable else "set-not-null"
    return SchemaEvent("column.nullable", table, (column,), flags=(flag,))


def _differences(table: TableName, old: Column, new: Column) -> Iterator[SchemaEvent]:
    if old.name != new.name:
        yield SchemaEvent("column.rename", table, (Column(old.name),), new_name=TableName(new.name))
    if old.type != new.type:
        yield SchemaEvent("column.type", table, (new,))
    if old.nullable != new.nullable:
        yield _nullability(table, new)
    if old.default != new.default:
        yield SchemaEvent("column.default", table, (new,), flags=() if new.default else ("drop-default",))
    if old.primary_key != new.primary_key:
        yield SchemaEvent("pk.add" if new.primary_key else "pk.drop", table, names=(new.name,) if new.primary_key else ())


def _key_differences(table: TableName, old: tuple[ForeignKey, ...], new: tuple[ForeignKey, ...]) -> Iterator[SchemaEvent]:
    if [(key.target, key.enforced) for key in old] == [(key.target, key.enforced) for key in new]:
        return
    for key in old:
        # The column has its new name by now.
        names = new[0].columns if new else key.columns
        yield SchemaEvent("fk.drop", table, names=names, foreign_keys=(key,))
    for key in new:
        yield SchemaEvent("fk.add", table, foreign_keys=(key,), names=key.columns)


def _rename_field(models: Models, model: Model, operation: ModelOperation) -> Iterator[SchemaEvent]:
    old = model.field(operation.field) or ModelField(operation.field)
    new = replace(old, name=operation.name)

    def named(name: str) -> str:
        return new.name if name == old.name else name

    groups = tuple((kind, tuple(tuple(map(named, group)) for group in each)) for kind, each in model.groups)
    fields = tuple(new if each.name == old.name else each for each in model.fields)
    changed = replace(model, fields=fields if model.field(old.name) else (*fields, new), groups=groups)
    _keep(models, changed)
    for key, each in list(models.known.items()):
        models.known[key] = replace(each, fields=tuple(_retargeted(models, one, each, model, named) for one in each.fields))
    if old.relation == "many":
        if not old.through:
            yield from _moved(models.join_table(model, old), models.join_table(changed, new))
    elif column_name(old) != column_name(new):
        yield SchemaEvent(
            "column.rename", models.table(changed), (Column(column_name(old)),), new_name=TableName(column_name(new))
        )


def _retargeted(models: Models, field: ModelField, holder: Model, model: Model, named: Callable[[str], str]) -> ModelField:
    if not field.target_field:
        return field
    target = models.find(field.target, holder)
    return replace(field, target_field=named(field.target_field)) if target is not None and target.key == model.key else field


def _names(model: Model, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(column_name(model.field(name) or ModelField(name)) for name in names)


def _key(kind: str) -> Callable[[Models, Model, ModelOperation], Iterator[SchemaEvent]]:
    def add(models: Models, model: Model, operation: ModelOperation) -> Iterator[SchemaEvent]:
        names = _names(model, operation.names)
        yield SchemaEvent(kind, models.table(model), names=names, object=operation.name, flags=operation.flags)

    return add


def _rename_index(models: Models, model: Model, operation: ModelOperation) -> Iterator[SchemaEvent]:
    yield SchemaEvent("index.rename", models.table(model), object=operation.field, new_name=TableName(operation.name))


def _together(models: Models, model: Model, operation: ModelOperation) -> Iterator[SchemaEvent]:
    kind, table = operation.name, models.table(model)
    before = dict(model.groups)
    for gone in before.get(kind, ()):
        if gone not in operation.groups:
            yield SchemaEvent(f"{kind}.drop", table, names=_names(model, gone))
    for group in operation.groups:
        if group not in before.get(kind, ()):
            yield SchemaEvent(f"{kind}.add", table, names=_names(model, group))
    _keep(models, replace(model, groups=tuple({**before, kind: operation.groups}.items())))


_ORDER = ModelField("_order", "integer")


def _order(models: Models, model: Model, _operation: ModelOperation) -> Iterator[SchemaEvent]:
    yield from _add(models, model, ModelOperation("field.add", model.name, fields=(replace(_ORDER, default=True),)))


def _no_order(models: Models, model: Model, _operation: ModelOperation) -> Iterator[SchemaEvent]:
    yield from _drop(models, model, ModelOperation("field.drop", model.name, field="_order"))


def _options(models: Models, model: Model, operation: ModelOperation) -> Iterator[SchemaEvent]:
    _keep(models, replace(model, managed=operation.managed))
    yield from ()


def _comment(models: Models, model: Model, _operation: ModelOperation) -> Iterator[SchemaEvent]:
    yield SchemaEvent("table.comment", models.table(model))


_STEPS: Mapping[str, Callable[[Models, Model, ModelOperation], Iterator[SchemaEvent]]] = {
    "delete": _delete,
    "rename": _rename,
    "table": _table,
    "field.add": _add,
    "field.drop": _drop,
    "field.alter": _alter,
    "field.rename": _rename_field,
    "index": _key("index.add"),
    "unique": _key("unique.add"),
    "check": _key("check.add"),
    "index.drop": _key("index.drop"),
    "index.rename": _rename_index,
    "constraint.drop": _key("constraint.drop"),
    "together": _together,
    "order": _order,
    "order.drop": _no_order,
    "options": _options,
    "comment": _comment,
}
