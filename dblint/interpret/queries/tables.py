"""Table objects made by a call (`Table("x", metadata, Column(…))`) and calls that name a table by a string."""

import re
from typing import TYPE_CHECKING

from dblint.frameworks.schema import Framework, TableRule
from dblint.interpret.evaluation.arguments import argument, flag
from dblint.interpret.evaluation.values import Bound, ColumnValue, Entity, Environment, External, Mention, Query, Value
from dblint.interpret.mapping.entities import Model, Relation
from dblint.interpret.mapping.fields import field_of
from dblint.interpret.queries import collections
from dblint.model.schema import SETTING, Column, TableName
from dblint.model.syntax import Call, Expression, Items, Name, Text
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator


_TABLE = re.compile(r"\s*([\w.\"`\[\]$-]+)(?:\s+(?:as\s+)?[\w\"`]+)?\s*", re.IGNORECASE)


def rule_of(evaluator: "Evaluator", function: External) -> tuple[Framework, TableRule] | None:
    """Return the rule for a call of a library that makes a table object."""
    if function.path.endswith("()"):
        return None
    for framework in evaluator.libraries(function):
        for rule in framework.tables:
            if rule.does in ("declare", "refer") and not rule.begins and rule.call.rpartition(".")[2] == function.last:
                return framework, rule
    return None


def table_model(evaluator: "Evaluator", function: External, node: Call, at: Environment) -> Model | None:
    """Return the table object that a call makes, or None; a call that only names a known table gives that table."""
    found = rule_of(evaluator, function)
    if found is None:
        return None
    if found[1].does == "refer":
        return _make(evaluator, *found, function, node, at)
    key = (at.unit.path, node.line, "")
    return evaluator.tables.at(key, lambda: _make(evaluator, *found, function, node, at))


def begun(evaluator: "Evaluator", function: External, node: Call, at: Environment) -> Query | None:
    """Return the query that a call of a library begins on a table which it names (`sq.Select("a").From("users u")`)."""
    for framework in evaluator.libraries(function):
        for rule in framework.tables:
            if not rule.begins or not _is_call_of(function, rule):
                continue
            written = argument(node, (rule.name,))
            texts = evaluator.texts.of(written, at) if written is not None else []
            name = bare_name(texts[0].text) if texts else ""
            value = evaluator.value(written, at) if written is not None and not name else None
            model = value.model if isinstance(value, Entity) else named(evaluator, framework, name) if name else None
            if model is None:
                return None
            words = texts[0].text.split() if texts else []
            alias = words[-1] if len(words) > 1 and words[-1].isidentifier() else ""
            query = Query(model, framework.name, node.line, idle=rule.does == "refer", alias=alias)
            if rule.does != "declare" and rule.does != "refer" and rule.does != "replace":  # noqa: PLR1714 -- mypy narrows this only
                query.mentions.append(Mention(model, rule.does, node.line, ()))
            return query
    return None


def _is_call_of(function: External, rule: TableRule) -> bool:
    """Return whether a function is that of a rule: by its name and the calls before it, or an object that is called itself."""
    if function.path.endswith("()"):
        return rule.call == "()"
    return rule.call == function.last and (not rule.receivers or any(f".{name}()" in function.path for name in rule.receivers))


def _make(
    evaluator: "Evaluator", framework: Framework, rule: TableRule, function: External, node: Call, at: Environment
) -> Model | None:
    name = argument(node, (rule.name,))
    known = evaluator.names_in(name, at, framework.store) if name is not None else []
    texts = [item for item in known if HOLE not in item.text]
    if len(texts) != 1 or not texts[0].text:
        return None
    schema = schema_of(evaluator, node, rule, at)
    keywords = {key for key, _ in node.keywords}
    written = texts[0].text
    if rule.does == "refer" and SETTING not in written:  # `orders as o`, `shop.orders`
        written = (written.split() or [written])[0]
        schema, written = (schema, written) if schema or "." not in written else written.rsplit(".", 1)
    database = collections.database_around(framework, function)
    table = TableName(written, schema=schema or None, catalog=database or None)
    model = Model(framework, at.unit, written, node.line, table=table)
    model.confidence = "explicit" if texts[0].sure else "configured"
    model.managed = not keywords & set(rule.reflected)
    for inner in node.arguments:
        _add_column(evaluator, model, inner, at)
    return model


def _add_column(evaluator: "Evaluator", model: Model, inner: Expression, at: Environment) -> None:
    found = field_of(evaluator.models, model, at.unit, at.scope, inner)
    if found is None or found[0].kind != "column" or not found[1].arguments:
        if found is not None and found[0].kind == "reference":
            _add_reference(evaluator, model, found[1], "", at)
        return
    call = found[1]
    if not isinstance(call.arguments[0], Text):
        return
    name = call.arguments[0].value
    keywords = dict(call.keywords)
    primary = flag(keywords.get("primary_key"), default=False)
    nullable = False if primary else flag(keywords.get("nullable"), default=True)
    written = call.arguments[1] if len(call.arguments) > 1 else None
    kind = getattr(written.function if isinstance(written, Call) else written, "name", None)
    model.columns[name] = Column(
        name, kind.lower() if isinstance(kind, str) and kind != "ForeignKey" else None, nullable, primary_key=primary
    )
    for part in call.arguments[1:]:
        nested = field_of(evaluator.models, model, at.unit, at.scope, part)
        if nested is not None and nested[0].kind == "reference":
            _add_reference(evaluator, model, nested[1], name, at)


def _add_reference(evaluator: "Evaluator", model: Model, call: Call, column: str, at: Environment) -> None:
    """Add a foreign key of a table object: `ForeignKey("t.c")` on a column, `ForeignKeyConstraint([…], […])` on the table."""
    if not call.arguments:
        return
    locals_: tuple[str, ...] = (column,)
    targets = call.arguments[0]
    if not column and len(call.arguments) > 1 and isinstance(call.arguments[0], Items):
        locals_ = tuple(item.value for item in call.arguments[0].values if isinstance(item, Text))
        targets = call.arguments[1]
    first = targets.values[0] if isinstance(targets, Items) and targets.values else targets
    relation = Relation(
        f"fk:{','.join(locals_)}", "reference", None, call.line, at.unit.path, column=locals_[0] if locals_ else ""
    )
    value = evaluator.value(first, at)
    if isinstance(value, ColumnValue | Entity):
        relation.target = value.model
        relation.target_columns = (value.name,) if isinstance(value, ColumnValue) else ()
    else:
        texts = [item.text for item in evaluator.texts.of(first, at) if HOLE not in item.text]
        table, _, target_column = texts[0].rpartition(".") if len(texts) == 1 else ("", "", "")
        schema, _, name = table.rpartition(".")
        if not name:
            return
        relation.target_table, relation.target_columns = TableName(name, schema=schema or None), (target_column,)
    model.relations[relation.name] = relation


def by_name(evaluator: "Evaluator", holder: Value, name: str, line: int) -> Entity | None:
    """Return the table of a name that a collection of tables holds (`metadata.tables["x"]`, `Base.classes.x`)."""
    framework = _holding(evaluator, holder)
    if framework is None or not name:
        return None
    return Entity(named(evaluator, framework, name), line)


def of_library(evaluator: "Evaluator", path: str, at: Environment, line: int) -> Entity | None:
    """Return the model that comes with a library whose names are nobody's to import (`Delayed::Job` of Ruby)."""
    for framework in evaluator.frameworks if at.unit.traits.bare_calls or at.unit.traits.full_names else ():
        if path in framework.known:
            return Entity(named(evaluator, framework, framework.known[path]), line)
    return None


def named(evaluator: "Evaluator", framework: Framework, name: str) -> Model:
    """Return a table that code only names; nothing is known of its columns."""
    schema, _, last = name.rpartition(".")
    key = (framework.name, TableName(last, schema=schema or None))
    if key not in evaluator.named:
        unit = next(iter(evaluator.program.units.values()))
        evaluator.named[key] = Model(framework, unit, last, 0, table=key[1], managed=False)
    return evaluator.named[key]


def bare_name(text: str) -> str:
    """Return the table in `users`, `users u` or `shop.users AS u`, an empty string for anything else."""
    found = _TABLE.fullmatch(text)
    return re.sub(r"[\"`\[\]]", "", found.group(1)) if found and HOLE not in text else ""


def _holding(evaluator: "Evaluator", holder: Value) -> Framework | None:
    """Return the framework whose collection of tables a value is."""
    match holder:
        case External() if holder.last in evaluator.holders:
            known = (item for item in evaluator.frameworks if holder.is_of(item) and holder.last in item.tables_at)
            return next(known, None)
        case Bound(name=name):
            receiver: Value = holder
            while isinstance(receiver, Bound):
                receiver = receiver.receiver
            framework = receiver.model.framework if isinstance(receiver, Entity) else None
            return framework if framework is not None and name in framework.tables_at else None
    return None


def schema_of(evaluator: "Evaluator", node: Call, rule: TableRule, at: Environment) -> str:
    """Return the schema given to a call, or that of the `MetaData(schema=…)` it is given."""
    given = argument(node, rule.schema)
    if given is not None:
        texts = [item.text for item in evaluator.texts.of(given, at) if HOLE not in item.text]
        return texts[0] if len(texts) == 1 else ""
    if rule.does == "declare" and len(node.arguments) > 1 and isinstance(node.arguments[1], Name):
        bound = at.unit.lookup(at.scope, node.arguments[1].name)
        definition = bound[0] if bound else None
        if isinstance(definition, tuple) and isinstance(definition[-1].value, Call):
            for keyword, value in definition[-1].value.keywords:
                if keyword == "schema" and isinstance(value, Text):
                    return value.value
    return ""
