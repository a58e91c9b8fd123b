"""Classes and table objects that describe tables."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from dblint.frameworks.schema import FieldRule, Framework, ModelRule
from dblint.interpret.options import option, truth
from dblint.interpret.program import Program, Unit
from dblint.interpret.texts import Texts
from dblint.interpret.values import ClassValue, Entity, Environment, External, Value
from dblint.model.facts import Confidence
from dblint.model.schema import Column, TableName
from dblint.model.syntax import Class, Expression
from dblint.naming import name_of
from dblint.sql import HOLE


@dataclass(eq=False, slots=True)
class Relation:
    """A relation of a model: `column` is the local foreign key column, `through` the join table."""

    name: str
    kind: str
    target: "Model | None"
    line: int
    path: str
    column: str = ""
    target_table: TableName | None = None
    target_columns: tuple[str, ...] = ()
    through: "Model | None" = None
    enforced: bool = True


@dataclass(eq=False, slots=True)
class Model:
    """A model class or table object; `table` is None for an abstract one."""

    framework: Framework
    unit: Unit
    name: str
    line: int
    definition: Class | None = None
    table: TableName | None = None
    confidence: Confidence = "explicit"
    columns: dict[str, Column] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    parents: list["Model"] = field(default_factory=list)
    managed: bool = True
    connection: str = ""
    base: bool = False
    subclassed: bool = False
    shares: bool = False
    key: str = ""

    def __repr__(self) -> str:
        """Return the class and table alone: a model refers to others without end."""
        return f"Model({self.name}: {self.table})"

    def physical(self) -> tuple[str, ...]:
        """Return the physical names of all mapped columns."""
        return tuple(column.name for column in self.columns.values())


class Models:
    """Finds the model a class declares; `value_of` resolves names."""

    def __init__(
        self,
        program: Program,
        frameworks: tuple[Framework, ...],
        value_of: Callable[[Expression, Environment], Value],
        texts: Texts,
    ) -> None:
        self.program = program
        self.value_of = value_of
        self.texts = texts
        self.frameworks = frameworks
        self.with_models = tuple(item for item in frameworks if item.model is not None)
        self._found: dict[tuple[str, str], Model | None] = {}
        self._named: defaultdict[str, list[tuple[Unit, Class]]] = defaultdict(list)
        for unit in program.units.values():
            for definition in unit.module.classes:
                self._named[definition.name].append((unit, definition))

    def of(self, unit: Unit, definition: Class) -> Model | None:
        """Return the model that a class declares, or None; an abstract base is a model without a table."""
        key = (unit.path, definition.qualified)
        if key not in self._found:
            self._found[key] = None  # a class that inherits from itself ends here
            self._found[key] = self._make(unit, definition)
        return self._found[key]

    def all(self) -> list[Model]:
        """Return every model of the program, in path and line order."""
        for unit in self.program.units.values():
            for definition in unit.module.classes:
                self.of(unit, definition)
        found = [model for model in self._found.values() if model is not None]
        return sorted(found, key=lambda model: (model.unit.path, model.line))

    def named(self, name: str, near: Unit, framework: Framework) -> Model | None:
        """Return the model that a string (`Model`, `app.Model`, `package.module.Model`) means, the nearest one if there are several."""
        label, _, last = name.rpartition(".")
        candidates = []
        for unit, definition in self._named.get(last, ()):
            model = self.of(unit, definition)
            if model is not None and (model.table is not None or model.columns):
                same_label = bool(label) and (unit.path.replace("/", ".").find(label.rpartition(".")[2] + ".") != -1)
                shared = sum(1 for a, b in zip(unit.path.split("/"), near.path.split("/"), strict=False) if a == b)
                candidates.append((model.framework.name == framework.name, same_label, unit is near, shared, model))
        if not candidates:
            return None
        best = max(candidates, key=lambda item: item[:4])
        if label and not best[1] and best[4].framework.model and best[4].framework.model.convention == "django":
            return None
        return best[4]

    def ancestry(self, unit: Unit, definition: Class) -> list[tuple[Unit, Class]]:
        """Return the class and the classes of the tree it inherits from, nearest first (an approximation of the C3 order)."""
        order: list[tuple[Unit, Class]] = []
        pending = [(unit, definition)]
        while pending:
            current = pending.pop(0)
            if any(current[1] is known for _, known in order):
                continue
            order.append(current)
            for base in current[1].bases:
                value = self.value_of(base, Environment(current[0], current[1].scope))
                if isinstance(value, ClassValue):
                    pending.append((value.unit, value.definition))
                elif isinstance(value, Entity) and value.model.definition is not None:
                    pending.append((value.model.unit, value.model.definition))
        return order

    def field_rule(self, value: Value, framework: Framework, depth: int = 0) -> FieldRule | None:
        """Return what a field constructor makes, or None; a subclass of a framework's field counts as that field."""
        if isinstance(value, External):
            return self._external_rule(value, framework)
        if isinstance(value, ClassValue) and depth < 6:
            for base in value.definition.bases:
                found = self.field_rule(
                    self.value_of(base, Environment(value.unit, value.definition.scope)), framework, depth + 1
                )
                if found is not None:
                    return found
        return None

    @staticmethod
    def _external_rule(value: External, framework: Framework) -> FieldRule | None:
        exact = framework.fields.get(value.last)
        known = value.package in framework.packages
        if exact is not None and known:
            return exact
        for pattern, rule in framework.fields.items():
            if "*" in pattern and fnmatchcase(value.last, pattern) and (known or rule.kind == "column"):
                return rule
        return None

    def _make(self, unit: Unit, definition: Class) -> Model | None:
        framework, parents = self._framework(unit, definition)
        if framework is None or framework.model is None:
            return None
        rule = framework.model
        if rule.requires and not any(keyword == rule.requires for keyword, _ in definition.keywords):
            return None
        model = Model(framework, unit, definition.name, definition.line, definition)
        model.parents = [parent for parent in parents if parent.table is not None]
        for parent in parents:
            parent.subclassed = True
        # The fields are read before the name: whether a subclass has a table of its own can depend on its key.
        from dblint.interpret.fields import read_fields  # noqa: PLC0415 -- fields build models of their own for join tables

        self._found[unit.path, definition.qualified] = model
        own = read_fields(self, model, rule)
        self._name(model, rule, own)
        if rule.inheritance == "multi-table" and model.parents and not model.shares and not model.base:
            _link_to_parent(model, model.parents[0], own_key=own)
        from dblint.interpret.fields import finish_relations  # noqa: PLC0415 -- same

        finish_relations(self, model, rule)
        return model

    def _framework(self, unit: Unit, definition: Class, depth: int = 0) -> tuple[Framework | None, list[Model]]:
        """Return the framework that makes a class a model, and the models it inherits from."""
        parents: list[Model] = []
        found: Framework | None = None
        foreign = False
        for base in definition.bases:
            value = self.value_of(base, Environment(unit, definition.scope))
            if isinstance(value, Entity):
                parents.append(value.model)
                found = found or value.model.framework
            elif isinstance(value, ClassValue) and depth < 8:
                inherited, _ = self._framework(value.unit, value.definition, depth + 1)
                found = found or inherited
            elif isinstance(value, External):
                matched = self._base(value)
                foreign = foreign or matched is None
                found = matched or found
        for decorator in definition.decorators:
            value = self.value_of(decorator, Environment(unit, definition.scope))
            for framework in self.with_models:
                if isinstance(value, External) and framework.model and value.last in framework.model.decorators:
                    found = found or framework
        if found is None and foreign:
            found = self._by_shape(unit, definition)
        return found, parents

    def _base(self, value: External) -> Framework | None:
        for framework in self.with_models:
            rule = framework.model
            assert rule is not None
            if value.package in framework.packages:
                if value.path.endswith("()") and value.last in rule.base_calls:
                    return framework
                if not value.path.endswith("()") and value.last in rule.bases:
                    return framework
        return None

    def _by_shape(self, unit: Unit, definition: Class) -> Framework | None:
        """Return the framework of a class whose base lies outside the tree, if it names its table and has fields of a framework."""
        for framework in self.with_models:
            rule = framework.model
            assert rule is not None
            names = {place.split(".")[0].split("(")[0] for place in rule.name}
            members = {item.target: item for item in unit.members.get(definition.qualified, ())}
            if not names & members.keys() or not rule.mixin_names:
                continue
            for item in members.values():
                call = item.value
                function = getattr(call, "function", None)
                if function is None:
                    continue
                value = self.value_of(function, Environment(unit, definition.qualified))
                if isinstance(value, External) and value.package in framework.packages and value.last in framework.fields:
                    return framework
        return None

    def _name(self, model: Model, rule: ModelRule, own_key: bool) -> None:
        definition = model.definition
        assert definition is not None
        at = (model.unit, definition)
        get = lambda place, inherit: option(self, at, place, inherit=inherit)  # noqa: E731 -- a short local name for a long call
        if any(truth(get(place, place in rule.inherited)) for place in rule.abstract):
            model.base = True
            return
        for place in rule.table:
            found = get(place, False)
            value = self.value_of(found[0], found[1]) if found else None
            if isinstance(value, Entity):
                model.table, model.columns, model.confidence = value.model.table, value.model.columns, value.model.confidence
                model.relations = {**value.model.relations, **model.relations}
                return
        if any(truth(get(place, False)) for place in rule.proxy) and model.parents:
            model.table, model.confidence, model.shares = model.parents[0].table, model.parents[0].confidence, True
            model.columns = dict(model.parents[0].columns)
            model.relations = {**model.parents[0].relations, **model.relations}
            return
        model.managed = not any(truth(get(place, False), default=True) is False for place in rule.unmanaged)
        model.managed = model.managed and not any(get(place, True) for place in rule.reflected)
        name, sure = self._explicit(at, rule.name, rule)
        schema, _ = self._explicit(at, rule.schema, rule, inherited=True)
        connection, _ = self._explicit(at, rule.connection, rule, inherited=True)
        model.connection = connection.split(".")[-1] if connection else ""
        if name:
            model.table = _table(name, schema)
            model.confidence = "explicit" if sure else "configured"
            return
        self._conventional(model, rule, schema, own_key)

    def _conventional(self, model: Model, rule: ModelRule, schema: str, own_key: bool) -> None:
        parent = model.parents[0] if model.parents else None
        shared = rule.inheritance in {"single", "sqlalchemy", "root"} or (rule.inheritance == "flask" and not own_key)
        if parent is not None and shared and parent.table is not None:
            model.table, model.confidence, model.shares = parent.table, parent.confidence, True
            parent.columns.update(model.columns)
            model.columns = dict(parent.columns)
            return
        convention = rule.convention
        if not convention:
            return
        switch, other = rule.convention_switch
        if switch:
            assert model.definition is not None
            found = option(self, (model.unit, model.definition), switch, inherit=True)
            if found is not None and truth(found, default=True) is False:
                convention = other
        if convention == "django":
            from dblint.interpret.django import table_name  # noqa: PLC0415 -- only Django needs an app label

            model.table = TableName(table_name(self.program, model.unit, model.name, self.texts), quoted=True)
        else:
            model.table = _table(name_of(convention, model.name), schema)
        model.confidence = "convention"

    def _explicit(
        self, at: tuple[Unit, Class], places: tuple[str, ...], rule: ModelRule, *, inherited: bool = False
    ) -> tuple[str, bool]:
        """Return the first literal text found at one of the places, and whether it is sure."""
        for place in places:
            found = option(
                self, at, place, inherit=inherited or place in rule.inherited or rule.mixin_names, mixins_only=not inherited
            )
            if found is None:
                continue
            variants = [item for item in self.texts.of(*found) if HOLE not in item.text]
            if variants:
                return variants[0].text, variants[0].sure and len(variants) == 1
        return "", False


def _link_to_parent(model: Model, parent: Model, *, own_key: bool) -> None:
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


def _table(name: str, schema: str) -> TableName:
    """Return a table name; the quoting trick `schema"."table` of Django names both parts."""
    if '"."' in name:
        schema, name = name.strip('"').split('"."', 1)
    return TableName(name.strip('"'), schema=schema or None, quoted=not name.islower())
