"""Columns of a model, from the attributes of its class."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.frameworks.schema import FieldRule, Framework, ModelRule
from dblint.interpret.evaluation.arguments import argument, called, flag, without_arguments
from dblint.interpret.evaluation.values import Entity, Environment, External
from dblint.interpret.mapping.decorated import described, never_stored
from dblint.interpret.mapping.entities import Model
from dblint.interpret.specific.jpa import embedded, key_of, properties, renamed
from dblint.interpret.tree.units import Unit
from dblint.model.schema import Column
from dblint.model.syntax import Binding, Call, Class, Expression, Item, Literal, Member, Name, Text
from dblint.naming import name_of

if TYPE_CHECKING:
    from dblint.interpret.mapping.models import Models

KEYS = frozenset({"AutoField", "BigAutoField", "PrimaryKey", "PrimaryKeyField"})
GENERIC = frozenset({"Column", "mapped_column", "Field"})


def read_fields(models: "Models", model: Model, definition: Class, rule: ModelRule) -> bool:
    """Fill the columns of a model (its mixins' included) and return whether the class itself declares a primary key."""
    own_key = False
    for unit, ancestor in reversed(models.ancestry(model.unit, definition)):
        known = models.of(unit, ancestor) if ancestor is not definition else None
        if known is not None and known.table is not None and rule.inheritance != "copy":
            continue
        for attribute in attributes(unit, ancestor, methods=rule.method_fields):
            column = _column(models, model, (unit, ancestor), attribute, rule)
            if column is None and not never_stored(attribute):
                model.columns.update(_embedded(models, model, unit, ancestor.qualified, attribute))
            if column is not None:
                model.columns[attribute.target] = column
                if column.primary_key:
                    model.key = column.name
                    own_key = own_key or ancestor is definition
    if (
        rule.implicit_key
        and not model.key
        and _has_implicit_key(definition, rule)
        and (rule.inheritance == "copy" or _declares(model))
    ):
        model.columns = {rule.implicit_key: Column(rule.implicit_key, nullable=False, primary_key=True), **model.columns}
        model.key = rule.implicit_key
    return own_key


def _embedded(models: "Models", model: Model, unit: Unit, scope: str, attribute: Binding, depth: int = 0) -> dict[str, Column]:
    """Return the columns of an embedded class, which may be (part of) the key."""
    rule = models.rule_of(model)
    if rule is None or not rule.all_fields or depth > 3:
        return {}
    found = field_for(models, model, unit, scope, attribute)
    kind = found[0].kind if found is not None else ""
    held = embedded(models, attribute, Environment(unit, scope), annotated=kind == "embedded")
    if held is None or kind not in {"", "column", "embedded"}:
        return {}
    columns: dict[str, Column] = {}
    for inner in attributes(*held, methods=rule.method_fields):
        column = _column(models, model, held, inner, rule)
        if column is not None:
            columns[inner.target] = column
        elif not never_stored(inner):
            columns |= _embedded(models, model, held[0], held[1].qualified, inner, depth + 1)
    if found is not None and found[0].key and columns:
        model.key = model.key or next(iter(columns.values())).name
    return renamed(attribute, columns)


def _has_implicit_key(definition: Class, rule: ModelRule) -> bool:
    bases = {getattr(without_arguments(base), "name", "") for base in definition.bases}
    return not rule.implicit_key_of or not bases.isdisjoint(rule.implicit_key_of)


def _declares(model: Model) -> bool:
    return not any(parent.table is not None for parent in model.parents) or bool(model.columns)


def attributes(unit: Unit, definition: Class, *, methods: bool = False) -> Iterator[Binding]:
    """Yield the attributes of a class; a decorated method (`declared_attr`), or any, stands for what it returns."""
    if unit.traits.bare_members and not methods:
        yield from unit.members.get(definition.qualified, ())
        yield from properties(unit, definition)
        return
    computed = [
        Binding(function.name, definition.qualified, "=", function.returns[0], function.line)
        for function in unit.module.functions
        if function.scope == definition.qualified and function.returns and (function.decorators or methods)
    ]
    found = (*unit.members.get(definition.qualified, ()), *computed)
    yield from sorted(found, key=lambda each: each.line) if unit.traits.bare_members else found


def field_of(models: "Models", model: Model, unit: Unit, scope: str, value: Expression | None) -> tuple[FieldRule, Call] | None:
    """Return the rule and the call of a field expression, or None."""
    while isinstance(value, Call):
        rule = models.field_rule(models.value_of(value.function, Environment(unit, scope)), model.framework)
        if rule is None and model.framework.model is not None and model.framework.model.method_fields:
            rule = _on_self(value, model.framework)
        of_class = model.framework.model is not None and model.framework.model.bare_fields
        if rule is None and (unit.traits.bare_calls or of_class) and isinstance(value.function, Name):
            rule = model.framework.fields.get(value.function.name)  # a method that the class has from the framework
        if rule is not None:
            return rule, value
        value = value.function.value if isinstance(value.function, Member) else None
    return None


def _on_self(call: Call, framework: Framework) -> FieldRule | None:
    """Return the rule of a field's constructor that is called on the model itself (`$this->hasMany(…)`)."""
    match call.function:
        case Member(value=Name(name="self"), name=name):
            return framework.fields.get(name)
    return None


def field_for(models: "Models", model: Model, unit: Unit, scope: str, binding: Binding) -> tuple[FieldRule, Call] | None:
    """Return the rule and the call of an attribute: of its value, or of the annotations that stand on it."""
    if binding.decorators:
        return described(models, model.framework, unit, scope, binding)
    return field_of(models, model, unit, scope, binding.value)


def _column(models: "Models", model: Model, at: tuple[Unit, Class], binding: Binding, rule: ModelRule) -> Column | None:
    unit, definition = at
    if binding.target.startswith("__") or binding.operator not in {"=", ":"}:
        return None
    if never_stored(binding):
        return None
    found = field_for(models, model, unit, definition.qualified, binding)
    if found is None:
        if _annotated(models, unit, definition, binding, rule):
            written = binding.annotation.name if isinstance(binding.annotation, Name) else None
            return Column(_named(binding.target, rule, written=False), type=written)
        return None
    field, call = found
    if field.kind not in {"column", "reference"}:
        return None
    name = _explicit_name(models, model.framework, call, field, Environment(unit, definition.qualified))
    if name:
        name = _named(name, rule, written=True).strip("`")
    else:
        suffix = field.keeps_suffix
        key = key_of(models, binding.annotation, Environment(unit, definition.qualified)) if "{key}" in field.column else ""
        own = name_of(field.column_case, binding.target) if field.column_case else binding.target
        name = own if suffix and own.endswith(suffix) else field.column.format(name=own, key=key)
        name = _named(name, rule, written=False)
    keywords = dict(call.keywords)
    primary = flag(keywords.get("primary_key"), default=False) or called(call) in KEYS
    default = "server" if {"server_default", "db_default"} & keywords.keys() else None
    nullable = False if primary else _nullable(field, keywords)
    kind = _type_of(binding.annotation) if binding.decorators else _field_type(call)
    return Column(name, kind, nullable=nullable, default=default, primary_key=primary)


def _named(name: str, rule: ModelRule, *, written: bool) -> str:
    """Return the physical name of a column by the framework's convention, which may change `written` names too."""
    if not rule.column_convention or (written and not rule.renames):
        return name
    return name_of(rule.column_convention, name)


def _type_of(annotation: Expression | None) -> str | None:
    """Return the written type of a field that is declared with one."""
    return annotation.name.lower() if isinstance(annotation, Name) else None


def _nullable(field: FieldRule, keywords: dict[str, Expression]) -> bool | None:
    """Return whether a column may be null, None where that is not written literally."""
    written = keywords.get(field.nullable) if field.nullable else None
    if written is None:
        return field.nullable_default
    return bool(written.value) if isinstance(written, Literal) else None


def _annotated(models: "Models", unit: Unit, definition: Class, binding: Binding, rule: ModelRule) -> bool:
    """Return whether an attribute without a field is a column by its annotation (`Mapped[int]`, `name: str`)."""
    annotation = binding.annotation
    if annotation is None:
        return False
    if rule.all_fields:
        inside = Environment(unit, definition.qualified)
        return not isinstance(annotation, Item) and not isinstance(models.value_of(annotation, inside), Entity)
    if rule.bare_annotations:
        return binding.operator == ":" or isinstance(binding.value, Literal | Text)
    if binding.operator != ":" or not isinstance(annotation, Item):
        return False
    value = models.value_of(annotation.value, Environment(unit, definition.qualified))
    if not isinstance(value, External) or value.last not in rule.annotated:
        return False
    inner = annotation.key
    if isinstance(inner, Name):
        return not isinstance(models.value_of(inner, Environment(unit, "")), Entity)
    return not isinstance(inner, Text)


def _field_type(call: Call) -> str | None:
    """Return the written type of a column: the first type-like argument, else the constructor's name."""
    for given in call.arguments:
        named = given.function if isinstance(given, Call) else given
        if (
            isinstance(named, Name | Member)
            and named.name[:1].isupper()
            and named.name not in {"ForeignKey", "Sequence", "Identity"}
        ):
            return named.name.lower()
    name = called(call)
    return None if name in GENERIC else name.lower() or None


def _explicit_name(models: "Models", framework: Framework, call: Call, field: FieldRule, at: Environment) -> str:
    for place in field.named_by:
        found = argument(call, (place,))
        if isinstance(found, Text):
            return found.value
        if isinstance(found, Call) and isinstance(place, str):  # a column given whole: `Field(sa_column=Column("x"))`
            inner = models.field_rule(models.value_of(found.function, at), framework)
            if inner is not None:
                return _explicit_name(models, framework, found, inner, at)
        if found is not None and isinstance(place, str):
            variants = models.texts.of(found, at)
            if len(variants) == 1 and variants[0].sure and variants[0].text.isidentifier():
                return variants[0].text
    return ""
