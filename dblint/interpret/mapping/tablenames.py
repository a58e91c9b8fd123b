"""The name of a model's table: written, inherited, shared with a parent, or given by the framework's convention."""

from typing import TYPE_CHECKING

from dblint.frameworks.schema import ModelRule
from dblint.interpret.evaluation.arguments import argument
from dblint.interpret.evaluation.values import ClassValue, Entity, Environment, External, Object
from dblint.interpret.mapping.bases import is_base
from dblint.interpret.mapping.entities import Model
from dblint.interpret.mapping.options import Found, option, truth
from dblint.interpret.mapping.structs import prefix_of
from dblint.interpret.specific import rails
from dblint.interpret.specific.django import table_name
from dblint.interpret.specific.jpa import strategy
from dblint.interpret.strings.placeholders import spelled
from dblint.interpret.tree.units import Unit
from dblint.model.schema import SETTING, TableName
from dblint.model.syntax import Class
from dblint.naming import name_of
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.mapping.models import Models

At = tuple[Unit, Class]


def name_table(models: "Models", model: Model, definition: Class, rule: ModelRule, *, own_key: bool) -> None:
    """Give a model its table, unless its class is abstract; `own_key`: the class itself declares a primary key."""
    at = (model.unit, definition)
    if any(truth(option(models, at, place, inherit=place in rule.inherited)) for place in rule.abstract):
        model.base = True
        return
    own = [option(models, at, place, inherit=False) for place in rule.table]
    if any(found is not None and _take_table(models, model, found) for found in own):
        return
    if model.parents and _any_true(models, at, rule.proxy):
        _share(model, model.parents[0])
        return
    if _any_true(models, at, rule.concrete):
        model.parents = []
    stored = strategy(models, model, rule) if model.parents else ""
    if stored == "SINGLE_TABLE":
        _with_root(model, model.parents[0])
        return
    if stored == "TABLE_PER_CLASS":
        model.parents = []
    model.managed = not _any_false(models, at, rule.unmanaged) and not _is_reflected(models, at, rule)
    name, sure, place = _explicit(models, at, rule.name, rule)
    # one argument of a constructor is either name (`Table(tag, "orders")`) or schema (`Table(tag, Some("shop"), "orders")`)
    schema, _, _ = _explicit(models, at, tuple(each for each in rule.schema if each != place), rule, inherited=True)
    connection, _, _ = _explicit(models, at, rule.connection, rule, inherited=True)
    model.connection = connection.split(".")[-1] if connection else ""
    if not name and rule.naming_calls:
        name, schema, sure = _registered(models, model)
    if name:
        if rule.renames and rule.column_convention:
            name, schema = name_of(rule.column_convention, name), name_of(rule.column_convention, schema) if schema else ""
        given = SETTING in (name := spelled(name)) and model.framework.store != "sql"
        model.table = TableName(name, quoted=True) if given else _table(name, schema)
        model.confidence = "explicit" if sure else "configured"
        return
    _conventional(models, model, at, rule, schema, own_key=own_key)


def default_schema(models: "Models", model: Model, rule: ModelRule) -> str:
    """Return the schema of every table that names none: that of the metadata which the model's base is given."""
    places = tuple(place for place in rule.schema if "(" in place)
    if model.definition is None or not places:
        return ""
    return _explicit(models, (model.unit, model.definition), places, rule, inherited=True)[0]


def _any_true(models: "Models", at: At, places: tuple[str, ...]) -> bool:
    return any(truth(option(models, at, place, inherit=False)) for place in places)


def _any_false(models: "Models", at: At, places: tuple[str, ...]) -> bool:
    return any(not truth(option(models, at, place, inherit=False), default=True) for place in places)


def _take_table(models: "Models", model: Model, found: Found) -> bool:
    """Let a model map the table object that its class names (`__table__ = users`)."""
    value = models.value_of(*found)
    if not isinstance(value, Entity):
        return False
    model.table, model.columns, model.confidence = value.model.table, value.model.columns, value.model.confidence
    model.relations = {**value.model.relations, **model.relations}
    return True


def _share(model: Model, parent: Model) -> None:
    """Let a proxy stand for its parent's table."""
    model.table, model.confidence, model.shares = parent.table, parent.confidence, True
    model.columns = dict(parent.columns)
    model.relations = {**parent.relations, **model.relations}


def _with_root(model: Model, parent: Model) -> None:
    """Let a model's rows stand in its parent's table, which has its columns too."""
    model.table, model.confidence, model.shares = parent.table, parent.confidence, True
    parent.columns.update(model.columns)
    model.columns = dict(parent.columns)


def _is_reflected(models: "Models", at: At, rule: ModelRule) -> bool:
    """Return whether a class takes its columns from the database itself."""
    for unit, definition in models.ancestry(*at) if rule.reflected else ():
        for base in definition.bases:
            value = models.value_of(base, Environment(unit, definition.scope))
            if isinstance(value, External) and any(
                is_base(value, framework, rule.reflected) for framework, known in models.with_rules if known is rule
            ):
                return True
    return False


def _conventional(models: "Models", model: Model, at: At, rule: ModelRule, schema: str, *, own_key: bool) -> None:
    parent = model.parents[0] if model.parents else None
    shared = rule.inheritance in {"copy", "single", "sqlalchemy", "root"} or (rule.inheritance == "flask" and not own_key)
    if parent is not None and shared and parent.table is not None:
        _with_root(model, parent)
        return
    convention = rule.convention
    if not convention:
        return
    switch, other = rule.convention_switch
    if switch:
        found = option(models, at, switch, inherit=True)
        if found is not None and not truth(found, default=True):
            convention = other
    if convention == "activerecord" and model.definition is not None:
        model.table = _table(rails.table_name(models, model.unit, model.definition), schema)
    elif convention == "django":
        model.table = TableName(table_name(models.program, model.unit, model.name, models.texts), quoted=True)
    elif rule.tag:
        prefix, singular = prefix_of(models, model.unit)
        named = name_of(rule.column_convention if singular and rule.column_convention else convention, model.name)
        model.table = _table(prefix + named, schema)
    else:
        model.table = _table(name_of(convention, model.name), schema)
    model.confidence = "convention"


def _explicit(
    models: "Models", at: At, places: tuple[str, ...], rule: ModelRule, *, inherited: bool = False
) -> tuple[str, bool, str]:
    """Return the first literal text found at one of the places, whether it is sure, and the place."""
    for place in places:
        inherit = inherited or place in rule.inherited or rule.mixin_names
        found = option(models, at, place, inherit=inherit, mixins_only=not inherited, nested=True)
        if found is None:
            continue
        variants = [item for item in models.texts.of(*found) if HOLE not in item.text]
        if variants:
            return variants[0].text, variants[0].sure and len(variants) == 1, place
    return "", False, ""


def _registered(models: "Models", model: Model) -> tuple[str, str, bool]:
    """Return the name and the schema that a call gives the table of a model, and whether that is sure."""
    for call, rule, at in models.naming_calls.get(model.name, ()):
        written = argument(call, (rule.name,))
        given = models.value_of(argument(call, (rule.model,)) or call, at)
        known = given.definition if isinstance(given, ClassValue | Object) else None
        if written is None or (known is not None and known != model.definition):
            continue
        names = [item for item in models.texts.of(written, at) if HOLE not in item.text]
        stated = argument(call, (rule.schema,)) if rule.schema is not None else None
        schemas = [item.text for item in models.texts.of(stated, at) if HOLE not in item.text] if stated is not None else []
        if names:
            name = name_of(rule.convention, names[0].text) if rule.convention else names[0].text
            return name, schemas[0] if schemas else "", names[0].sure and len(names) == 1
    return "", "", False


def _table(name: str, schema: str) -> TableName:
    """Return a table name without its quotes, for Hibernate `` ` `` too; Django's trick `schema"."table` names both parts."""
    if '"."' in name:
        schema, name = name.strip('"').split('"."', 1)
    elif "." in name and not schema and '"' not in name:
        schema, _, name = name.rpartition(".")
    return TableName(name.strip('"`'), schema=schema.strip('"`') or None, quoted=not name.islower())
