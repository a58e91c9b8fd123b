"""Join tables of many-to-many relations: explicit ones, and the default name each framework gives."""

from typing import TYPE_CHECKING

from dblint.frameworks.schema import FieldRule, ModelRule
from dblint.interpret.values import Entity, Environment
from dblint.model.schema import Column, TableName
from dblint.model.syntax import Call
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.models import Model, Models, Relation


def join_table(
    models: "Models", model: "Model", rule: ModelRule, field: FieldRule, call: Call, relation: "Relation", at: Environment
) -> "Model | None":
    """Return the join table of a relation: a mapped one, a named one, or the framework's default."""
    from dblint.interpret.fields import argument  # noqa: PLC0415 -- fields and join tables refer to each other
    from dblint.interpret.models import Model as ModelClass  # noqa: PLC0415 -- same

    given = argument(call, field.through)
    name, confidence = "", "explicit"
    if given is not None:
        value = models.value_of(given, at)
        if isinstance(value, Entity):
            return value.model
        texts = [item.text for item in models.texts.of(given, at) if HOLE not in item.text]
        if len(texts) != 1:
            return None
        named = models.named(texts[0], model.unit, model.framework) if texts[0][:1].isupper() or "." in texts[0] else None
        if named is not None:
            return named
        name = texts[0]
    if model.table is None:
        return None
    schema = model.table.schema
    columns = ("", "")
    if field.kind == "many" and rule.join_table:
        default, columns = _default(rule, model, relation)
        if not name:
            name, confidence = default, "convention"
    if not name:
        return None
    if "." in name and not schema:
        schema, _, name = name.rpartition(".")
    made = ModelClass(model.framework, at.unit, "", relation.line, table=TableName(name, schema=schema))
    made.confidence = "convention" if confidence == "convention" else "explicit"
    made.managed = model.managed
    if rule.join_table in {"django", "peewee", "ormar"} and field.kind == "many":
        made.columns["id"] = Column("id", nullable=False, primary_key=True)
    for column in columns:
        if column:
            made.columns[column] = Column(column, nullable=False)
    return made


def _default(rule: ModelRule, model: "Model", relation: "Relation") -> tuple[str, tuple[str, str]]:
    """Return (table name, its two columns) by the framework's convention (extraction-spec 3.4 to 3.9)."""
    assert model.table is not None
    target = relation.target
    mine = model.name.lower()
    other = target.name.lower() if target else (relation.target_table.name.rpartition("_")[2] if relation.target_table else "")
    table = model.table.name
    other_table = (
        target.table.name if target and target.table else (relation.target_table.name if relation.target_table else other)
    )
    match rule.join_table:
        case "django":
            columns = (f"from_{mine}_id", f"to_{mine}_id") if target is model else (f"{mine}_id", f"{other}_id")
            return f"{table}_{relation.name}", columns
        case "peewee":
            return f"{table}_{other_table}_through", (f"{mine}_id", f"{other}_id")
        case "tortoise":
            back = f"{table}_id" if f"{table}_id" != f"{other}_id" else f"{table}_rel_id"
            return f"{table}_{other_table}", (back, f"{other}_id")
        case "ormar":
            return f"{mine}s_{other}s", (other, mine)
        case "pony":
            if target is model:
                return f"{table}_{relation.name}", (mine, f"{mine}_2")
            first, second = sorted((model.name, target.name if target else other))
            return f"{first}_{second}".lower(), (first.lower(), second.lower())
        case _:
            return "", ("", "")
