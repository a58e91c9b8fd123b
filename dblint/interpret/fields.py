"""Columns and relations of a model, from the attributes of its class."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.frameworks.schema import Argument, FieldRule, ModelRule
from dblint.interpret.jointables import join_table
from dblint.interpret.options import target_text, truth
from dblint.interpret.program import Unit
from dblint.interpret.values import ColumnValue, Entity, Environment, External, Several
from dblint.model.schema import Column, TableName
from dblint.model.syntax import Binding, Call, Class, Expression, Item, Items, Lambda, Literal, Member, Name, Text

if TYPE_CHECKING:
    from dblint.interpret.models import Model, Models


def read_fields(models: "Models", model: "Model", rule: ModelRule) -> bool:
    """Fill the columns of a model (its mixins' included) and return whether the class itself declares a primary key."""
    assert model.definition is not None
    own_key = False
    for unit, definition in reversed(models.ancestry(model.unit, model.definition)):
        known = models.of(unit, definition) if definition is not model.definition else None
        if known is not None and known.table is not None and rule.inheritance not in {"copy"}:
            continue
        for binding in unit.members.get(definition.qualified, ()):
            column = _column(models, model, (unit, definition), binding, rule)
            if column is not None:
                model.columns[binding.target] = column
                if column.primary_key:
                    model.key = column.name
                    own_key = own_key or definition is model.definition
        for function in unit.module.functions:
            if function.scope == definition.qualified and function.returns and function.decorators:
                made = Binding(function.name, definition.qualified, "=", function.returns[0], function.line)
                column = _column(models, model, (unit, definition), made, rule)
                if column is not None:
                    model.columns[function.name] = column
    if rule.implicit_key and not model.key and (rule.inheritance == "copy" or _declares(model)):
        model.columns = {rule.implicit_key: Column(rule.implicit_key, nullable=False, primary_key=True), **model.columns}
        model.key = rule.implicit_key
    return own_key


def _declares(model: "Model") -> bool:
    return not any(parent.table is not None for parent in model.parents) or bool(model.columns)


def field_of(
    models: "Models", model: "Model", unit: Unit, scope: str, value: Expression | None
) -> tuple[FieldRule, Call] | None:
    """Return the rule and the call of a field expression, or None."""
    while isinstance(value, Call):
        rule = models.field_rule(models.value_of(value.function, Environment(unit, scope)), model.framework)
        if rule is not None:
            return rule, value
        value = value.function.value if isinstance(value.function, Member) else None
    return None


def _column(models: "Models", model: "Model", at: tuple[Unit, Class], binding: Binding, rule: ModelRule) -> Column | None:
    unit, definition = at
    if binding.target.startswith("__") or binding.operator not in {"=", ":"}:
        return None
    found = field_of(models, model, unit, definition.qualified, binding.value)
    if found is None:
        if _annotated(models, unit, definition, binding, rule):
            return Column(binding.target, type=_type_text(binding.annotation))
        return None
    field, call = found
    if field.kind not in {"column", "reference"}:
        return None
    name = _explicit_name(models, call, field, Environment(unit, definition.qualified))
    if not name:
        suffix = field.keeps_suffix
        name = binding.target if suffix and binding.target.endswith(suffix) else field.column.format(name=binding.target)
    keywords = dict(call.keywords)
    primary = isinstance(keywords.get("primary_key"), Literal) and bool(getattr(keywords["primary_key"], "value", False))
    primary = primary or getattr(call.function, "name", "") in {"AutoField", "BigAutoField", "PrimaryKey", "PrimaryKeyField"}
    nullable: bool | None = field.nullable_default
    if field.nullable:
        flag = keywords.get(field.nullable)
        nullable = bool(flag.value) if isinstance(flag, Literal) else (None if flag is not None else field.nullable_default)
    default = "server" if {"server_default", "db_default"} & keywords.keys() else None
    return Column(name, _field_type(call), nullable=False if primary else nullable, default=default, primary_key=primary)


def _annotated(models: "Models", unit: Unit, definition: Class, binding: Binding, rule: ModelRule) -> bool:
    annotation = binding.annotation
    if annotation is None:
        return False
    if rule.bare_annotations:
        return binding.operator == ":" or isinstance(binding.value, Literal | Text)
    if binding.operator != ":" or not isinstance(annotation, Item):
        return False
    value = models.value_of(annotation.value, Environment(unit, definition.qualified))
    inner = annotation.key
    relation = isinstance(inner, Text) or (isinstance(inner, Name) and isinstance(_entity(models, inner, unit), Entity))
    return isinstance(value, External) and value.last in rule.annotated and not relation


def _entity(models: "Models", name: Expression, unit: Unit) -> object:
    return models.value_of(name, Environment(unit, ""))


def _type_text(annotation: Expression | None) -> str | None:
    return annotation.name if isinstance(annotation, Name) else None


def _field_type(call: Call) -> str | None:
    """Return the written type of a column: the first type-like argument, else the constructor's name."""
    for argument in call.arguments:
        named = argument.function if isinstance(argument, Call) else argument
        if (
            isinstance(named, Name | Member)
            and named.name[:1].isupper()
            and named.name not in {"ForeignKey", "Sequence", "Identity"}
        ):
            return named.name.lower()
    name = getattr(call.function, "name", "")
    return None if name in {"Column", "mapped_column", "Field"} else name.lower() or None


def argument(call: Call, places: tuple[Argument, ...]) -> Expression | None:
    """Return the first argument of a call that stands at one of the places."""
    keywords = dict(call.keywords)
    for place in places:
        if isinstance(place, int):
            if place < len(call.arguments):
                return call.arguments[place]
        elif place in keywords:
            return keywords[place]
    return None


def _explicit_name(models: "Models", call: Call, field: FieldRule, at: Environment) -> str:
    for place in field.named_by:
        found = argument(call, (place,))
        if isinstance(found, Text):
            return found.value
        if found is not None and isinstance(place, str):
            variants = models.texts.of(found, at)
            if len(variants) == 1 and variants[0].sure and variants[0].text.isidentifier():
                return variants[0].text
    return ""


def finish_relations(models: "Models", model: "Model", rule: ModelRule) -> None:
    """Fill the relations of a model once it has its own name."""
    assert model.definition is not None
    for unit, definition in reversed(models.ancestry(model.unit, model.definition)):
        for name, value, line, annotation in _attributes(unit, definition):
            found = field_of(models, model, unit, definition.qualified, value)
            if found is None:
                continue
            field, call = found
            at = Environment(unit, definition.qualified)
            for inner_rule, inner in [(field, call), *_nested(models, model, call, at)]:
                _relate(models, model, rule, (name, line), inner_rule, inner, at, annotation)


def _attributes(unit: Unit, definition: Class) -> Iterator[tuple[str, Expression | None, int, Expression | None]]:
    for binding in unit.members.get(definition.qualified, ()):
        yield binding.target, binding.value, binding.line, binding.annotation
    for function in unit.module.functions:
        if function.scope == definition.qualified and function.returns and function.decorators:
            yield function.name, function.returns[0], function.line, None


def _nested(models: "Models", model: "Model", call: Call, at: Environment) -> Iterator[tuple[FieldRule, Call]]:
    """Yield fields given as arguments of a field, such as `Column(Integer, ForeignKey("users.id"))`."""
    for value in [*call.arguments, *(value for _, value in call.keywords)]:
        if isinstance(value, Call):
            rule = models.field_rule(models.value_of(value.function, at), model.framework)
            if rule is not None:
                yield rule, value
                yield from _nested(models, model, value, at)


def _relate(
    models: "Models",
    model: "Model",
    rule: ModelRule,
    attribute: tuple[str, int],
    field: FieldRule,
    call: Call,
    at: Environment,
    annotation: Expression | None,
) -> None:
    from dblint.interpret.models import Relation  # noqa: PLC0415 -- models and their relations refer to each other

    name, line = attribute
    if field.kind == "none" or (field.kind == "column" and not (field.target and argument(call, field.target) is not None)):
        return
    target = argument(call, field.target) or _annotation_target(annotation)
    if target is None:
        return
    relation = Relation(name, "reference" if field.kind == "column" else field.kind, None, call.line or line, at.unit.path)
    if field.enforced:
        flag = dict(call.keywords).get(field.enforced)
        relation.enforced = truth((flag, at), default=True) if flag is not None else True
    if field.kind in {"column", "reference"}:
        column = model.columns.get(name)
        relation.column = column.name if column else name
    _aim(models, model, relation, target, field, at)
    reverse = next((target_text(value) for key, value in call.keywords if key in field.reverse), "")
    if not reverse:
        reverse = _backref(call, field)
    if field.kind == "many" or (field.kind == "relation" and field.through):
        relation.through = join_table(models, model, rule, field, call, relation, at)
    if name not in model.relations or field.kind != "reference" or model.relations[name].target is None:
        model.relations[name] = relation
    if relation.target is not None and reverse != "+":
        back = reverse or field.reverse_default.format(model=model.name.lower(), table=str(model.table or ""))
        if back and back not in relation.target.relations and back not in relation.target.columns:
            relation.target.relations[back] = Relation(
                back, "reverse", model, relation.line, relation.path, column=relation.column, through=relation.through
            )


def _backref(call: Call, field: FieldRule) -> str:
    for key, value in call.keywords:
        if key in field.reverse and isinstance(value, Call) and value.arguments:
            return target_text(value.arguments[0])
    return ""


def _annotation_target(annotation: Expression | None) -> Expression | None:
    """Return the model in `Mapped["Order"]`, `Mapped[list[Order]]`, `List["Order"]` or `Order | None`."""
    while isinstance(annotation, Item):
        annotation = annotation.key
        if isinstance(annotation, Items):
            annotation = annotation.values[0] if annotation.values else None
    left = getattr(annotation, "left", None)
    return left if left is not None else annotation


def _aim(models: "Models", model: "Model", relation: object, target: Expression, field: FieldRule, at: Environment) -> None:
    """Set the target of a relation from an expression: a class, a column, or a string that names either."""
    from dblint.interpret.models import Relation  # noqa: PLC0415 -- see above

    assert isinstance(relation, Relation)
    if isinstance(target, Lambda):
        target = target.body
    if isinstance(target, Items):
        target = target.values[0] if target.values else target
    value = models.value_of(target, at)
    if isinstance(value, Several) and value.values:
        value = value.values[0]
    if isinstance(value, Entity):
        relation.target = value.model
    elif isinstance(value, ColumnValue):
        relation.target, relation.target_columns = value.model, (value.name,)
    elif isinstance(value, External) and value.path.removesuffix("()") in model.framework.known:
        relation.target_table = TableName(model.framework.known[value.path.removesuffix("()")])
    else:
        texts = [variant.text for variant in models.texts.of(target, at)]
        text = texts[0] if len(texts) == 1 and texts[0].isprintable() else ""
        _aim_text(models, model, relation, text, field)


def _aim_text(models: "Models", model: "Model", relation: object, text: str, field: FieldRule) -> None:
    from dblint.interpret.models import Relation  # noqa: PLC0415 -- see above

    assert isinstance(relation, Relation)
    if not text or "\ue000" in text:
        return
    if field.names == "column":
        table, _, column = text.rpartition(".")
        schema, _, name = table.rpartition(".")
        if name:
            relation.target_table, relation.target_columns = TableName(name, schema=schema or None), (column,)
        return
    if text == "self":
        relation.target = model
    elif text in model.framework.known:
        relation.target_table = TableName(model.framework.known[text])
    else:
        relation.target = models.named(text.strip("'\""), model.unit, model.framework)
