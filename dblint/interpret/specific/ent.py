"""ent's schemas (Go): fields, edges and mixins that methods list, and the generated client that is named after them.

Sources: https://entgo.io/docs/schema-def, https://entgo.io/docs/schema-edges, ent `entc/gen/graph.go` and `type.go`.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.values import (
    Bound,
    CallResult,
    ClassValue,
    Entity,
    Environment,
    External,
    Mention,
    Object,
    Query,
    Unknown,
)
from dblint.interpret.mapping.entities import Model, Relation
from dblint.interpret.queries.paths import along
from dblint.interpret.tree.units import Unit
from dblint.model.schema import Column, TableName
from dblint.model.syntax import Call, Class, Expression, Items, Member, Text
from dblint.naming import name_of

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.evaluation.values import Value
    from dblint.interpret.mapping.models import Models

# Mixins of the library: entgo.io/ent/schema/mixin.
_TIMES = {"Time": ("create_time", "update_time"), "CreateTime": ("create_time",), "UpdateTime": ("update_time",)}
_DEEPEST = 4
_LOADS, _LEADS = "With", "Query"


class Edge(NamedTuple):
    """One edge: `To` or `From`, its name, the other type, and what the calls behind it say."""

    kind: str
    name: str
    target: Model
    calls: dict[str, str]
    line: int

    @property
    def unique(self) -> bool:
        """Whether it leads to one row."""
        return "Unique" in self.calls


def name_of_table(models: "Models", model: Model) -> TableName | None:
    """Return the table that the annotations of a schema name (`entsql.Annotation{Table: "x"}`), or None."""
    table = schema = ""
    for call in _listed(models, model, "Annotations"):
        keywords = {name: value.value for name, value in call.keywords if isinstance(value, Text)}
        first = call.arguments[0] if call.arguments else None
        written = first.value if isinstance(first, Text) else ""
        table = keywords.get("Table", "") or (written if called(call) == "Table" else "") or table
        schema = keywords.get("Schema", "") or (written if called(call) == "Schema" else "") or schema
    if not table and not schema:
        return None
    return TableName(table or name_of("ent", model.name), schema=schema or None)


def read_fields(models: "Models", model: Model) -> None:
    """Fill the columns of a schema, those of its mixins first."""
    if model.definition is None:
        return
    for column in _columns(models, model.unit, model.definition, 0):
        model.columns[column.name] = column
    if "id" not in model.columns:
        model.columns = {"id": Column("id", nullable=False, primary_key=True), **model.columns}
    model.key = "id"


def _columns(models: "Models", unit: Unit, definition: Class, depth: int) -> Iterator[Column]:
    for call, at in _returned(models, unit, definition, "Mixin") if depth < _DEEPEST else ():
        value = models.value_of(call.function, at)
        if isinstance(value, External):
            yield from (Column(name) for name in _TIMES.get(value.last, ()))
        elif isinstance(value, ClassValue):
            yield from _columns(models, value.unit, value.definition, depth + 1)
    for call, _ in _returned(models, unit, definition, "Fields"):
        first, said = _chain(call)
        name = first.arguments[0] if first.arguments else None
        if isinstance(name, Text):
            written = said.get("StorageKey") or name.value
            yield Column(written, called(first).lower(), nullable="Optional" in said and "Nillable" in said)


def read_edges(models: "Models", model: Model) -> None:
    """Fill the relations of a schema once every schema has its fields."""
    for edge in _edges(models, model):
        relation = Relation(edge.name, "reverse", edge.target, edge.line, model.unit.path)
        label, own = name_of("ent_label", edge.target.name), name_of("ent_label", model.name)
        back = next((each for each in _edges(models, edge.target) if _opposite(edge, each)), None)
        if edge.unique and (edge.kind == "From" or back is None or not back.unique):
            default = f"{label}_{edge.calls.get('Ref', edge.name)}" if edge.kind == "From" else f"{own}_{edge.name}"
            relation.kind, relation.column = "reference", edge.calls.get("Field") or default
            relation.target_columns = ("id",)
            model.columns.setdefault(relation.column, Column(relation.column))
        elif not edge.unique and (back is None or not back.unique) and (back is not None or edge.target is model):
            first, second = (own, label) if edge.kind == "To" else (label, own)
            table = edge.calls.get("Table") or f"{first}_{edge.name if edge.kind == 'To' else edge.calls.get('Ref', '')}"
            relation.kind, relation.through = "many", _join_table(model, table, first, second, edge.line)
        model.relations[edge.name] = relation


def _opposite(edge: Edge, other: Edge) -> bool:
    """Return whether two edges are the two ends of one."""
    return (edge.kind == "To" and other.kind == "From" and other.calls.get("Ref") == edge.name) or (
        edge.kind == "From" and other.kind == "To" and edge.calls.get("Ref") == other.name
    )


def _join_table(model: Model, table: str, first: str, second: str, line: int) -> Model:
    made = Model(model.framework, model.unit, "", line, table=TableName(table), managed=model.managed)
    made.confidence = "convention"
    for name in (first, second) if first != second else (first, f"{first}_2"):
        made.columns[f"{name}_id"] = Column(f"{name}_id", nullable=False, primary_key=True)
    return made


def _edges(models: "Models", model: Model) -> Iterator[Edge]:
    if model.definition is None:
        return
    for call, at in _returned(models, model.unit, model.definition, "Edges"):
        first, said = _chain(call)
        if called(first) not in {"To", "From"} or len(first.arguments) < 2 or not isinstance(first.arguments[0], Text):
            continue
        written = first.arguments[1]
        value = models.value_of(written.value, at) if isinstance(written, Member) else None
        if isinstance(value, Entity):
            yield Edge(called(first), first.arguments[0].value, value.model, said, first.line)


def _listed(models: "Models", model: Model, method: str) -> Iterator[Call]:
    if model.definition is not None:
        yield from (call for call, _ in _returned(models, model.unit, model.definition, method))


def _returned(models: "Models", unit: Unit, definition: Class, method: str) -> Iterator[tuple[Call, Environment]]:
    """Yield the calls in the list that a method of a schema returns."""
    found = models.program.method(unit, definition, method)
    for result in found[1].returns if found else ():
        for value in result.values if isinstance(result, Items) else ():
            if isinstance(value, Call) and found:
                yield value, Environment(found[0], found[1].qualified)


def _chain(call: Call) -> tuple[Call, dict[str, str]]:
    """Return the call that a chain begins with, and the first text of every call behind it."""
    said: dict[str, str] = {}
    node = call
    while isinstance(node.function, Member) and isinstance(node.function.value, Call):
        said[node.function.name] = _text(node.arguments)
        for argument in node.arguments:  # edge.StorageKey(edge.Table("x"))
            if isinstance(argument, Call) and called(argument) in {"Table", "Column"}:
                said[called(argument)] = _text(argument.arguments)
        node = node.function.value
    return node, said


def _text(arguments: tuple[Expression, ...]) -> str:
    return arguments[0].value if arguments and isinstance(arguments[0], Text) else ""


def of_client(evaluator: "Evaluator", value: "Value", name: str, line: int, at: Environment) -> Entity | None:
    """Return the schema that an attribute of the generated client is named after (`client.User`), the nearest of several."""
    if not name[:1].isupper() or not isinstance(value, Unknown | Bound | CallResult | External | Object):
        return None
    if isinstance(value, External) and not re.search(r"(?:\A|/)ent(?:/|\.|\Z)", value.path):
        return None
    if not any(re.search(r"(?:\A|/)ent(?:/|\Z)", item.module) for item in at.unit.module.imports):
        return None
    model = evaluator.models.schema_called(name, at.unit)
    return Entity(model, line) if model is not None else None


def follow(query: Query, name: str, line: int) -> None:
    """Add the edge to a query that a generated method is named after: `WithPets` loads it, `QueryPets` leads along it."""
    model = query.target
    for prefix in (_LOADS, _LEADS):
        if model is None or not name.startswith(prefix) or name == prefix:
            continue
        for edge, relation in model.relations.items():
            if edge.replace("_", "").lower() == name.removeprefix(prefix).lower():
                found = [Mention(item.model, item.does, line, item.columns) for item in along(relation, model, line)]
                (query.separate if prefix == _LOADS else query.mentions).extend(found)
                if prefix == _LEADS:
                    query.target = relation.target
