"""Join tables of many-to-many relations: explicit ones, and the default name each framework gives."""

from typing import TYPE_CHECKING

from dblint import naming
from dblint.frameworks.schema import FieldRule, ModelRule
from dblint.interpret.evaluation.arguments import argument
from dblint.interpret.evaluation.values import Entity, Environment
from dblint.interpret.mapping.entities import Model, Relation
from dblint.model.schema import Column, TableName
from dblint.model.syntax import Call, Expression
from dblint.naming import name_of
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.mapping.models import Models


def join_table(
    models: "Models", model: Model, rule: ModelRule, field: FieldRule, call: Call, relation: Relation, at: Environment
) -> Model | None:
    """Return the join table of a relation: a mapped one, a named one, or the framework's default."""
    written = argument(call, field.through)
    named = _named(models, model, written, at) if written is not None else ""
    if named is None or isinstance(named, Model):
        return named
    if model.table is None:
        return None
    default, columns = _default(rule, model, model.table, relation) if field.kind == "many" else ("", ())
    if rule.join_table in {"jpa", "spring"} and field.elements:
        default, columns = f"{model.name}_{relation.name}", (f"{model.name}_{model.key or 'id'}", relation.name)
    name = named or default
    if rule.renames:
        name, columns = name_of(rule.column_convention, name), tuple(name_of(rule.column_convention, each) for each in columns)
    if not name:
        return None
    schema = model.table.schema
    if "." in name and not schema:
        schema, _, name = name.rpartition(".")
    made = Model(model.framework, at.unit, "", relation.line, table=TableName(name, schema=schema), managed=model.managed)
    made.confidence = "explicit" if named else "convention"
    if rule.join_table in {"django", "peewee", "ormar"} and field.kind == "many":
        made.columns["id"] = Column("id", nullable=False, primary_key=True)
    for column in columns:
        made.columns[column] = Column(column, nullable=False)
    return made


def _named(models: "Models", model: Model, written: Expression, at: Environment) -> Model | str | None:
    """Return the model or the table name that a relation gives for its join table, None where it cannot be told."""
    value = models.value_of(written, at)
    if isinstance(value, Entity):
        return value.model
    texts = [item.text for item in models.texts.of(written, at) if HOLE not in item.text]
    if len(texts) != 1:
        return None
    text = texts[0]
    named = models.named(text, model.unit, model.framework) if text[:1].isupper() or "." in text else None
    return named or text


def _default(rule: ModelRule, model: Model, table: TableName, relation: Relation) -> tuple[str, tuple[str, ...]]:
    """Return (table name, its two columns) by the framework's convention."""
    target = relation.target
    known = (target.table if target is not None else None) or relation.target_table
    other = target.name if target is not None else (known.name.rpartition("_")[2] if known is not None else "")
    pair = naming.Relation(model.name, table.name, other, known.name if known is not None else other.lower(), relation.name)
    name = naming.join_table_of(rule.join_table, pair) or ""
    return name.lower() if rule.join_table == "pony" else name, _columns(rule, pair, itself=target is model)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)


def _columns(rule: ModelRule, pair: naming.Relation, *, itself: bool) -> tuple[str, ...]:
    mine, other = pair.owner.lower(), pair.target.lower()
    match rule.join_table:
        case "jpa" | "spring":
            return f"{pair.owner}_id", f"{pair.field}_id"
        case "django":
            return (f"from_{mine}_id", f"to_{mine}_id") if itself else (f"{mine}_id", f"{other}_id")
        case "peewee":
            return f"{mine}_id", f"{other}_id"
        case "tortoise":
            back = f"{pair.owner_table}_id"
            return back if back != f"{other}_id" else f"{pair.owner_table}_rel_id", f"{other}_id"
        case "eloquent" | "activerecord" | "doctrine":
            words = {"eloquent": "everyupper", "doctrine": "doctrine_"}.get(rule.join_table, "rails")
            return f"{naming.name_of(words, pair.owner)}_id", f"{naming.name_of(words, pair.target)}_id"
        case "ormar":
            return other, mine
        case "typeorm":
            return tuple(f"{_camel(name)}Id" for name in (pair.owner_table, pair.target_table))
        case "prisma":
            return "A", "B"
        case "pony":
            return (mine, f"{mine}_2") if itself else tuple(name.lower() for name in sorted((pair.owner, pair.target)))
    return ()
