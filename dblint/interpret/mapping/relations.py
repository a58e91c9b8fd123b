"""Relations of a model, from the attributes of its class."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.frameworks.schema import FieldRule, ModelRule
from dblint.interpret.evaluation.arguments import argument, flag, given, literal_texts
from dblint.interpret.evaluation.values import ColumnValue, Entity, Environment, External, Several
from dblint.interpret.mapping.entities import Model, Relation
from dblint.interpret.mapping.fields import attributes, field_for
from dblint.interpret.mapping.jointables import join_table
from dblint.interpret.mapping.options import target_text
from dblint.interpret.mapping.tablenames import default_schema
from dblint.interpret.specific import rails
from dblint.interpret.specific.jpa import embedded
from dblint.model.schema import Column, TableName
from dblint.model.syntax import Binding, Call, Class, Expression, Item, Items, Lambda, Text
from dblint.naming import camelized, name_of, singular
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.mapping.models import Models


MAPS = frozenset({"Map", "HashMap", "SortedMap", "Dictionary", "IDictionary", "Record", "dict", "Dict"})
"""Types whose last argument is what they hold."""


def read_relations(models: "Models", model: Model, definition: Class, rule: ModelRule) -> None:
    """Fill the relations of a model once it has its own name, those of its mixins included."""
    for unit, ancestor in reversed(models.ancestry(model.unit, definition)):
        at = Environment(unit, ancestor.qualified)
        for attribute in attributes(unit, ancestor, methods=rule.method_fields):
            if isinstance(attribute.value, Items):
                _constraints(models, model, rule, attribute.value, at)
            found = field_for(models, model, unit, ancestor.qualified, attribute)
            if rule.all_fields and (found is None or found[0].kind in {"column", "embedded"}):
                _embedded(models, model, rule, attribute, at, annotated=found is not None and found[0].kind == "embedded")
            if found is not None:
                for field, call in [found, *_nested(models, model, found[1], at)]:
                    _relate(models, model, rule, attribute, field, call, at)


def _embedded(models: "Models", model: Model, rule: ModelRule, attribute: Binding, at: Environment, *, annotated: bool) -> None:
    """Give a model the relations of a class that a field of it embeds."""
    held = embedded(models, attribute, at, annotated=annotated)
    if held is None or held[1] is model.definition:
        return
    inside = Environment(held[0], held[1].qualified)
    for inner in attributes(*held, methods=rule.method_fields):
        found = field_for(models, model, inside.unit, inside.scope, inner)
        if found is not None and found[0].kind != "column":
            _relate(models, model, rule, inner, *found, inside)


def link_to_parent(model: Model, parent: Model, *, own_key: bool) -> None:
    """Give a child of a concrete Django model its key, the pointer `<parent>_ptr` to the parent's row."""
    name = f"{parent.name.lower()}_ptr"
    if not own_key:
        model.columns.pop("id", None)
        model.columns = {name: Column(f"{name}_id", nullable=False, primary_key=True), **model.columns}
        model.key = f"{name}_id"
    if name not in model.relations:
        path, line = model.unit.path, model.line
        model.relations[name] = Relation(
            name, "reference", parent, line, path, column=f"{name}_id", target_columns=(parent.key,)
        )


def _nested(models: "Models", model: Model, call: Call, at: Environment) -> Iterator[tuple[FieldRule, Call]]:
    """Yield fields given as arguments of a field, such as `Column(Integer, ForeignKey("users.id"))`."""
    for value in given(call):
        if isinstance(value, Call):
            rule = models.field_rule(models.value_of(value.function, at), model.framework)
            if rule is not None:
                yield rule, value
                yield from _nested(models, model, value, at)


def _relate(
    models: "Models", model: Model, rule: ModelRule, attribute: Binding, field: FieldRule, call: Call, at: Environment
) -> None:
    written = argument(call, field.target)
    if field.kind in {"none", "embedded"} or (field.kind == "column" and (not field.target or written is None)):
        return
    if field.open and flag(dict(call.keywords).get(field.open), default=False):
        kind_of = f"{attribute.target}_type"
        model.columns[kind_of] = Column(kind_of)
    target = written or _annotation_target(attribute.annotation) or _meant_by_name(attribute, field, call)
    if target is None:
        return
    name = attribute.target
    kind = "reference" if field.kind == "column" else field.kind
    relation = Relation(name, kind, None, call.line or attribute.line, at.unit.path)
    relation.joined = _is_joined(field, call)
    relation.cascades = bool(field.cascades) and any(key == field.cascades for key, _ in call.keywords)
    relation.enforced = not field.enforced or flag(dict(call.keywords).get(field.enforced), default=True)
    if kind == "reference":
        _keep_key(model, relation)
    elif kind == "reverse":
        key = argument(call, field.named_by)
        own = name_of("rails", model.name)
        relation.column = target_text(key) if key is not None else field.column.format(name=name, model=own)
    _aim(models, model, rule, relation, target, field, at)
    if field.mutual and relation.target is not None and not _has_many(models, relation.target, model):
        relation.kind = "reverse"
    elif field.by_relation and (through := target_text(dict(call.keywords).get(field.by_relation, call))):
        _lead_through(model, relation, through, call)
    elif field.kind == "many" or (field.kind == "relation" and field.through):
        relation.through = join_table(models, model, rule, field, call, relation, at)
    if name not in model.relations or field.kind != "reference" or model.relations[name].target is None:
        model.relations[name] = relation
    _reverse(model, relation, field, call)


def _keep_key(model: Model, relation: Relation) -> None:
    """Give a relation its key, unless that stands in the table of the model's parent."""
    column = model.columns.get(relation.name)
    if column is None and any(relation.name in parent.columns for parent in model.parents):
        relation.kind = "relation"
    else:
        relation.column = column.name if column else relation.name


def _meant_by_name(attribute: Binding, field: FieldRule, call: Call) -> Expression | None:
    """Return the name of the class that the name of an attribute means, by the framework's convention."""
    if not field.by_name or flag(dict(call.keywords).get(field.open), default=False):
        return None
    name = singular(attribute.target) if field.by_name == "singular" else attribute.target
    return Text(camelized(name), call.line)


def _lead_through(model: Model, relation: Relation, through: str, call: Call) -> None:
    """Let a relation lead through another one of the model, to what that one's target has under its name."""
    way = model.relations.get(through)
    if way is None or way.target is None:
        return
    relation.column = ""
    relation.through = way.target
    source = target_text(dict(call.keywords).get("source", call)) or relation.name
    for name in (source, singular(source)):
        onward = way.target.relations.get(name)
        if onward is not None and onward.target is not None:
            relation.target = onward.target


def _is_joined(field: FieldRule, call: Call) -> bool:
    """Return whether every load of the model loads the other side."""
    unless, lazy = field.joined_unless
    if unless:
        return not any(key == unless and _says(item, lazy) for key, item in call.keywords)
    when, eager = field.joined_when
    return bool(when) and any(key == when and _says(item, eager) for key, item in call.keywords)


def _says(expression: Expression, word: str) -> bool:
    """Return whether an option is a word, as a string or as a constant (`FetchType.EAGER`)."""
    return word in {target_text(expression), getattr(expression, "name", "")}


def _has_many(models: "Models", holder: Model, target: Model) -> bool:
    """Return whether a class has a relation to many rows of another."""
    if holder.definition is None:
        return False
    at = Environment(holder.unit, holder.definition.qualified)
    for attribute in attributes(holder.unit, holder.definition):
        found = field_for(models, holder, holder.unit, at.scope, attribute)
        other = argument(found[1], found[0].target) if found is not None and found[0].kind == "many" else None
        if other is not None and target.name in {target_text(other), getattr(other, "name", "")}:
            return True
    return False


def _constraints(models: "Models", model: Model, rule: ModelRule, items: Items, at: Environment) -> None:
    """Add the foreign keys among the constraints of a table: their first argument lists the columns by their names."""
    for call in items.values:
        field = models.field_rule(models.value_of(call.function, at), model.framework) if isinstance(call, Call) else None
        target = argument(call, field.target) if isinstance(call, Call) and field is not None else None
        if not isinstance(call, Call) or field is None or field.kind != "reference" or target is None:
            continue
        columns = tuple(model.column_of(text.value) or text.value for text in literal_texts(call.arguments[0]))
        if columns and target is not call.arguments[0]:
            relation = Relation(f"fk:{','.join(columns)}", "reference", None, call.line, at.unit.path, column=columns[0])
            _aim(models, model, rule, relation, target, field, at)
            model.relations[relation.name] = relation


def _reverse(model: Model, relation: Relation, field: FieldRule, call: Call) -> None:
    """Give the other side of a relation the attribute that leads back."""
    target = relation.target
    written = _back_name(call, field)
    if target is None or written == "+":
        return
    back = written or field.reverse_default.format(model=model.name.lower(), table=str(model.table or ""))
    if back and back not in target.relations and back not in target.columns:
        target.relations[back] = Relation(
            back, "reverse", model, relation.line, relation.path, column=relation.column, through=relation.through
        )


def _back_name(call: Call, field: FieldRule) -> str:
    """Return the name of the attribute on the other side: a string, or the first argument of `backref(…)`."""
    for keyword, value in call.keywords:
        if keyword in field.reverse:
            named = value.arguments[0] if isinstance(value, Call) and value.arguments else value
            if text := target_text(named):
                return text
    return ""


def _annotation_target(annotation: Expression | None) -> Expression | None:
    """Return the model in `Mapped["Order"]`, `Mapped[list[Order]]`, `List["Order"]` or `Order | None`."""
    while isinstance(annotation, Item):
        keyed = getattr(annotation.value, "name", "") in MAPS
        annotation = annotation.key
        if isinstance(annotation, Items):
            annotation = annotation.values[-1 if keyed else 0] if annotation.values else None
    left: Expression | None = getattr(annotation, "left", None)
    return left if left is not None else annotation


def _aim(
    models: "Models", model: Model, rule: ModelRule, relation: Relation, target: Expression, field: FieldRule, at: Environment
) -> None:
    """Set the target of a relation from an expression: a class, a column, or a string that names either."""
    if isinstance(target, Lambda):
        target = target.body
    if isinstance(target, Items):
        target = target.values[0] if target.values else target
    value = models.type_of(target, at)
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
        if len(texts) == 1 and texts[0] and texts[0].isprintable() and HOLE not in texts[0]:
            _aim_text(models, model, rule, relation, texts[0], field, at)


def _aim_text(
    models: "Models", model: Model, rule: ModelRule, relation: Relation, text: str, field: FieldRule, at: Environment
) -> None:
    if field.names == "column":
        table, _, column = text.rpartition(".")
        schema, _, name = table.rpartition(".")
        if name:
            schema = schema or default_schema(models, model, rule)
            relation.target_table, relation.target_columns = TableName(name, schema=schema or None), (column,)
    elif text == "self":
        relation.target = model
    elif text in model.framework.known:
        relation.target_table = TableName(model.framework.known[text])
    elif field.by_name:
        relation.target = rails.model_of(models, text, at)
    else:
        relation.target = models.named(text.strip("'\"\\").replace("\\", "."), model.unit, model.framework)
