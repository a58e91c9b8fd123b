"""Models that a call makes of a name and an object of fields: Sequelize's `define`, Mongoose's `model`, Drizzle's `pgTable`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.frameworks.schema import DefineRule, Framework
from dblint.interpret.evaluation.arguments import argument, called, flag, literal_texts
from dblint.interpret.evaluation.values import ColumnValue, Entity, Environment, External
from dblint.interpret.mapping.entities import Model, Relation
from dblint.interpret.specific import drizzle
from dblint.model.schema import Column, TableName
from dblint.model.syntax import Call, Class, Expression, Items, Lambda, Literal, Mapping, Member, Name, Text
from dblint.naming import name_of
from dblint.sql import HOLE

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.tree.units import Unit

Pairs = tuple[tuple[Expression, Expression], ...]


class Defined:
    """The models that calls define, all of them found once, so that they can be named by strings and attributes."""

    def __init__(self, evaluator: "Evaluator") -> None:
        self._evaluator = evaluator
        self._rules: dict[str, list[tuple[Framework, DefineRule]]] = {}
        for framework in evaluator.frameworks:
            for rule in framework.defines:
                for name in () if rule.of_class else rule.calls:
                    self._rules.setdefault(name, []).append((framework, rule))
        self._found: dict[str, list[Model]] | None = None
        self._waiting: list[tuple[Relation, str, Model]] = []
        self._relating: list[tuple[Framework, Call, Environment]] = []

    def of(self, function: External, node: Call, at: Environment) -> Model | None:
        """Return the model that a call of a library defines, or None."""
        for framework, rule in self._rules.get(called(node) or function.last, ()):
            if function.is_of(framework) and not rule.listed and rule.style != "relations":
                return self._made(framework, rule, node, at)
        return None

    def by_schema(self, node: Call, at: Environment) -> Model | None:
        """Return the model that a call of something unknown defines by a schema (`connection.model("Cat", cat)`)."""
        for framework, rule in self._rules.get(called(node), ()):
            written = argument(node, (rule.columns,)) if rule.style == "mongoose" and not rule.listed else None
            if written is not None and not self._evaluator.packages(at.unit).isdisjoint(framework.packages):
                found = [(written, at), *((value, where) for value, where, _ in self._evaluator.texts.meanings(written, at))]
                if any(isinstance(value, Call) and called(value) == "Schema" for value, _ in found):
                    return self._made(framework, rule, node, at)
        return None

    def configure(self, model: Model, definition: Class) -> None:
        """Give a class that a call describes its table and columns (`User.init({…}, {sequelize, tableName: "users"})`)."""
        for rule in model.framework.defines if model.table is not None else ():
            if rule.of_class:
                for call, at in self._describing(model, definition, rule):
                    self._describe(model, rule, call, at)

    def _describing(self, model: Model, definition: Class, rule: DefineRule) -> Iterator[tuple[Call, Environment]]:
        """Yield the calls that describe a class: of its own name, or of `super` or `this` in one of its methods."""
        for item in model.unit.outermost:
            inside = item.scope == definition.qualified or item.scope.startswith(f"{definition.qualified}.")
            for call in item.calls:
                holder = getattr(getattr(call.function, "value", None), "name", "")
                if called(call) in rule.calls and (holder == definition.name or (inside and holder in {"self", "cls"})):
                    yield call, Environment(model.unit, item.scope)

    def _describe(self, model: Model, rule: DefineRule, call: Call, at: Environment) -> None:
        fields, options, where = self._fields(rule, call, at)
        given = dict(framework_defaults(self._evaluator, model.framework, model.unit)) | options
        written = next((text for key in rule.table if (text := _text(self._evaluator, given.get(key), where))), "")
        name = _text(self._evaluator, given.get("modelName"), where) or model.name
        schema = _text(self._evaluator, given.get("schema"), where)
        convention = convention_of(rule.convention, given)
        table = written or (name_of(convention, name) if convention else name)
        model.table = TableName(table, schema=schema or None, quoted=not table.islower())
        model.confidence = "explicit" if written else "convention"
        for pairs in fields or ():
            fill(self._evaluator, model, pairs, where, rule.style, given)
        complete(model, rule.style, given)

    def named(self, name: str, near: "Unit", framework: Framework) -> Model | None:
        """Return the model of a name, the nearest of several."""
        candidates = [model for model in self._by_name().get(name, ()) if model.framework is framework]

        def shared(model: Model) -> int:
            pairs = zip(model.unit.path.split("/"), near.path.split("/"), strict=False)
            return sum(1 for one, other in pairs if one == other)

        return max(candidates, key=shared, default=None)

    def _by_name(self) -> dict[str, list[Model]]:
        if self._found is None:
            self._found = {}
            for unit in self._evaluator.program.units.values() if self._rules else ():
                for item in unit.outermost:
                    for call in item.calls:
                        if called(call) in self._rules:
                            self._evaluator.value(call, Environment(unit, item.scope))
                            self._list(call, Environment(unit, item.scope))
                            self._relate(call, Environment(unit, item.scope))
            for model in self._evaluator.tables.all():
                if model.definition is None:
                    self._found.setdefault(model.name, []).append(model)
            for relation, name, model in self._waiting:
                relation.target = self.named(name, model.unit, model.framework)
            for framework, call, at in self._relating:
                drizzle.relate(self._evaluator, framework, call, at)
        return self._found

    def _relate(self, call: Call, at: Environment) -> None:
        """Keep a call that states relations until all models are known."""
        for framework, rule in self._rules.get(called(call), ()):
            function = self._evaluator.value(call.function, at) if rule.style == "relations" else None
            if isinstance(function, External) and function.is_of(framework):
                self._relating.append((framework, call, at))

    def _list(self, call: Call, at: Environment) -> None:
        """Make the models that a call lists (`forFeature([{name: "Cat", schema: CatSchema, collection: "cats"}])`)."""
        for framework, rule in self._rules.get(called(call), ()):
            entries = call.arguments[0] if rule.listed and call.arguments else None
            function = self._evaluator.value(call.function, at) if isinstance(entries, Items) else None
            if isinstance(entries, Items) and isinstance(function, External) and function.is_of(framework):
                for entry in entries.values:
                    if isinstance(entry, Mapping):
                        described = Call(call.function, (), tuple(_named(entry.pairs)), entry.line)
                        self._made(framework, rule, described, at)

    def all(self) -> None:
        """Find every model that a call defines, and what they refer to."""
        self._by_name()

    def registered(self, folder: str, name: str, near: "Unit", line: int) -> Entity | None:
        """Return the model of a name that stands below a folder whose index collects what it finds there."""
        for framework, rule in self._evaluator.models.with_rules:
            if rule.client_attributes:
                model = self.named(name, near, framework) or self._evaluator.models.named(name, near, framework)
                if model is not None and model.unit.path.startswith(f"{folder}/" if folder else ""):
                    return Entity(model, line)
        return None

    def later(self, relation: Relation, name: str, model: Model) -> None:
        """Set the target of a relation when all models are known."""
        self._waiting.append((relation, name, model))

    def _made(self, framework: Framework, rule: DefineRule, node: Call, at: Environment) -> Model | None:
        key = (at.unit.path, node.line, _text(self._evaluator, argument(node, (rule.name,)), at))
        return self._evaluator.tables.at(key, lambda: self._make(framework, rule, node, at))

    def _make(self, framework: Framework, rule: DefineRule, node: Call, at: Environment) -> Model | None:
        name = _text(self._evaluator, argument(node, (rule.name,)), at)
        if not name:
            return None
        fields, options, where = self._fields(rule, node, at)
        if rule.style == "mongoose" and fields is None and not rule.listed:
            return None  # `mongoose.model("User")` only names a model
        bound = next((each.target for each in at.unit.module.bindings if each.value is node), "")
        model = Model(framework, at.unit, bound if rule.style == "drizzle" and bound else name, node.line)
        given = dict(framework_defaults(self._evaluator, framework, at.unit)) | options
        written = next((text for key in rule.table if (text := _text(self._evaluator, given.get(key), where))), "")
        if rule.collection is not None and not written:
            written = _text(self._evaluator, argument(node, (rule.collection,)), at)
        schema = _text(self._evaluator, given.get("schema"), where) or self._schema(node, at)
        convention = convention_of(rule.convention, given)
        table = written or (name_of(convention, name) if convention else name)
        model.table = TableName(table, schema=schema or None, quoted=not table.islower())
        model.confidence = "explicit" if written or not convention else "convention"
        self._evaluator.tables.begun((at.unit.path, node.line, name), model)
        for pairs in fields or ():
            fill(self._evaluator, model, pairs, where, rule.style, given)
        complete(model, rule.style, given)
        return model

    def _fields(
        self, rule: DefineRule, node: Call, at: Environment
    ) -> tuple[list[Pairs] | None, dict[str, Expression], Environment]:
        """Return the objects of fields, the options, and where they stand; a schema that has a name is looked up."""
        if rule.style != "mongoose":
            written = argument(node, (rule.columns,))
            placed = _object(self._evaluator, written.body if isinstance(written, Lambda) else written, at)
            options = _object(self._evaluator, argument(node, (rule.options,)), at) if rule.options is not None else None
            return ([placed[0]] if placed else None), dict(_named(options[0])) if options else {}, placed[1] if placed else at
        written = argument(node, (rule.columns,))
        found: list[tuple[Expression, Environment]] = [(written, at)] if written is not None else []
        if isinstance(written, Name | Member):
            found = [(value, where) for value, where, _ in self._evaluator.texts.meanings(written, at)]
        for value, where in found:
            if isinstance(value, Call) and called(value) in {"Schema", "default"} and value.arguments:
                placed = _object(self._evaluator, value.arguments[0], where)
                options = _object(self._evaluator, argument(value, (1,)), where)
                return ([placed[0]] if placed else []), dict(_named(options[0])) if options else {}, where
        return ([] if written is not None else None), {}, at

    def _schema(self, node: Call, at: Environment) -> str:
        """Return the schema of `pgSchema("fleet").table(…)`, also where the schema has a name."""
        holder = node.function.value if isinstance(node.function, Member) else None
        if isinstance(holder, Name):
            holder = next(
                (value for value, _, _ in self._evaluator.texts.meanings(holder, at) if isinstance(value, Call)), None
            )
        if isinstance(holder, Call) and called(holder).endswith("Schema") and holder.arguments:
            return _text(self._evaluator, holder.arguments[0], at)
        return ""


def convention_of(convention: str, options: dict[str, Expression]) -> str:
    """Return the convention that options leave: Sequelize's `freezeTableName` and `underscored`."""
    if flag(options.get("freezeTableName"), default=False):
        return ""
    return f"{convention}_underscored" if flag(options.get("underscored"), default=False) else convention


def framework_defaults(evaluator: "Evaluator", framework: Framework, near: "Unit") -> Iterator[tuple[str, Expression]]:
    """Yield the options that a connection gives to all its models (`new Sequelize(url, {define: {underscored: true}})`)."""
    best: tuple[int, Mapping] | None = None
    for unit in evaluator.program.units.values() if framework.define_options else ():
        for item in unit.outermost:
            for call in item.calls:
                if called(call) in framework.define_options and isinstance(found := argument(call, ("define",)), Mapping):
                    pairs = zip(unit.path.split("/"), near.path.split("/"), strict=False)
                    shared = sum(1 for one, other in pairs if one == other)
                    best = max(best, (shared, found), key=lambda each: each[0]) if best else (shared, found)
    yield from _named(best[1].pairs) if best else ()


def fill(
    evaluator: "Evaluator", model: Model, pairs: Pairs, at: Environment, style: str, options: dict[str, Expression]
) -> None:
    """Add the columns and relations that an object of fields describes."""
    for key, value in pairs:
        name = key.value if isinstance(key, Text) else ""
        if not name or name.startswith("$"):
            continue
        if style == "drizzle":
            _drizzle(evaluator, model, name, value, at)
        else:
            _described(evaluator, model, name, value, at, style, options)


def complete(model: Model, style: str, options: dict[str, Expression]) -> None:
    """Add the columns that a library adds by itself: a key, and the times of creation and change."""
    if style == "mongoose":
        if flag(options.get("timestamps"), default=False) or isinstance(options.get("timestamps"), Mapping):
            model.columns |= {name: Column(name) for name in ("createdAt", "updatedAt")}
        model.columns = {"_id": Column("_id", nullable=False, primary_key=True), **model.columns}
        model.key = "_id"
    if style == "sequelize":
        if not model.key:
            model.columns = {"id": Column("id", nullable=False, primary_key=True), **model.columns}
            model.key = "id"
        if flag(options.get("timestamps"), default=True):
            stamps = ["createdAt", "updatedAt", *(["deletedAt"] if flag(options.get("paranoid"), default=False) else [])]
            for stamp in stamps:
                model.columns.setdefault(stamp, Column(_physical(stamp, options), nullable=False))


def _physical(name: str, options: dict[str, Expression]) -> str:
    return name_of("rails", name) if flag(options.get("underscored"), default=False) else name


def _described(
    evaluator: "Evaluator",
    model: Model,
    name: str,
    value: Expression,
    at: Environment,
    style: str,
    options: dict[str, Expression],
) -> None:
    """Add a field that an object describes (`{type: …, field: "x", references: {model: User}}`) or a type alone."""
    inner = value.values[0] if isinstance(value, Items) and value.values else value
    entries = dict(_named(inner.pairs)) if isinstance(inner, Mapping) else {}
    kind = entries.get("type")
    if style == "sequelize" and getattr(kind or value, "name", "") == "VIRTUAL":
        return
    written = _text(evaluator, entries.get("field"), at) if style == "sequelize" else ""
    primary = flag(entries.get("primaryKey"), default=False)
    nullable = flag(entries.get("allowNull"), default=True) if style == "sequelize" else None
    column = Column(written or _physical(name, options), nullable=not primary and nullable, primary_key=primary)
    model.columns[name] = column
    if primary:
        model.key = column.name
    reference = entries.get("references") if style == "sequelize" else entries.get("ref")
    if reference is None and isinstance(kind, Items) and kind.values and isinstance(kind.values[0], Mapping):
        reference = dict(_named(kind.values[0].pairs)).get("ref")
    if isinstance(reference, Mapping):
        reference = dict(_named(reference.pairs)).get("model")
    if reference is not None:
        _refer(evaluator, model, name, column.name, reference, at, enforced=style == "sequelize")


def _refer(
    evaluator: "Evaluator", model: Model, name: str, column: str, target: Expression, at: Environment, *, enforced: bool
) -> None:
    """Add a foreign key to a model, to a table that a string names, or to what `{tableName: "x"}` names."""
    relation = Relation(name, "reference", None, getattr(target, "line", model.line), at.unit.path, column=column)
    relation.enforced = enforced
    value = evaluator.value(target, at)
    if isinstance(value, Entity):
        relation.target = value.model
    else:
        written = _text(evaluator, target, at)
        relation.target = evaluator.defined.named(written, at.unit, model.framework) if written else None
        if not written:
            return
        if relation.target is None and enforced:
            relation.target_table = TableName(written, quoted=not written.islower())
        elif relation.target is None:
            evaluator.defined.later(relation, written, model)
    model.relations[name] = relation


def _drizzle(evaluator: "Evaluator", model: Model, key: str, value: Expression, at: Environment) -> None:
    """Add a column that a chain of calls describes (`integer("bus_id").references(() => bus.id)`)."""
    steps: dict[str, Call] = {}
    node: Expression = value
    first: Call | None = None
    while isinstance(node, Call):
        first = node
        steps[called(node)] = node
        node = node.function.value if isinstance(node.function, Member) else Literal(None, node.line)
    if first is None:
        return
    name = first.arguments[0].value if first.arguments and isinstance(first.arguments[0], Text) else key
    primary = "primaryKey" in steps
    column = Column(name, called(first) or None, nullable=not primary and "notNull" not in steps, primary_key=primary)
    model.columns[key] = column
    if primary or (key == "id" and not model.key):
        model.key = name
    if (references := steps.get("references")) is not None and references.arguments:
        target = references.arguments[0]
        found = evaluator.value(target.body if isinstance(target, Lambda) else target, at)
        if isinstance(found, ColumnValue | Entity):
            relation = Relation(f"fk:{name}", "reference", found.model, references.line, at.unit.path, column=name)
            relation.target_columns = (found.name,) if isinstance(found, ColumnValue) else ()
            model.relations[relation.name] = relation


def _object(evaluator: "Evaluator", expression: Expression | None, at: Environment) -> tuple[Pairs, Environment] | None:
    """Return the entries of an object literal, also of one that has a name."""
    if isinstance(expression, Mapping):
        return expression.pairs, at
    if isinstance(expression, Name | Member):
        for value, where, _ in evaluator.texts.meanings(expression, at):
            if isinstance(value, Mapping):
                return value.pairs, where
    return None


def _named(pairs: Pairs) -> Iterator[tuple[str, Expression]]:
    yield from ((key.value, value) for key, value in pairs if isinstance(key, Text))


def _text(evaluator: "Evaluator", expression: Expression | None, at: Environment) -> str:
    """Return the only string that an expression can be; a list's first (`["users", "u"]`)."""
    if expression is None:
        return ""
    if texts := literal_texts(expression):
        return texts[0].value
    found = [item.text for item in evaluator.texts.of(expression, at) if HOLE not in item.text]
    return found[0] if len(found) == 1 else ""
