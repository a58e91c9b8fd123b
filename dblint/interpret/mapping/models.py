"""Classes that describe tables."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from types import MappingProxyType

from dblint.frameworks.schema import FieldRule, Framework, ModelRule, NamingCall
from dblint.interpret.evaluation.arguments import argument, called, without_arguments
from dblint.interpret.evaluation.values import ClassValue, Entity, Environment, External, Value
from dblint.interpret.mapping.bases import descent, mixed_into
from dblint.interpret.mapping.decorated import as_call
from dblint.interpret.mapping.entities import Model
from dblint.interpret.mapping.fields import read_fields
from dblint.interpret.mapping.relations import link_to_parent, read_relations
from dblint.interpret.mapping.structs import behind, folders_near, read_struct, strategies
from dblint.interpret.mapping.tablenames import name_table
from dblint.interpret.specific import ecto_schemas, ent, slick
from dblint.interpret.specific.contexts import Contexts
from dblint.interpret.specific.fluent import Place
from dblint.interpret.specific.mapped import MappedModels
from dblint.interpret.strings.texts import Texts
from dblint.interpret.tree.grounds import Grounded
from dblint.interpret.tree.inside import nodes
from dblint.interpret.tree.modules import nearest
from dblint.interpret.tree.program import Program
from dblint.interpret.tree.projects import Projects
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import Call, Class, Expression, Item, Name

_COMPLETED: Mapping[str, Callable[["Models", Model, Class], None]] = MappingProxyType(
    {"ecto": ecto_schemas.complete, "slick": slick.complete}
)
"""What some frameworks say of a model besides its fields, read once these are."""


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
        self.projects = Projects(program)
        self.configure: Callable[[Model, Class], None] = lambda _model, _class: None
        self._frameworks = frameworks
        self.contexts = Contexts(program, texts.of)
        holding = next((item for item in frameworks if item.contexts), None)
        self.mapped = MappedModels(self, holding) if holding is not None else None
        self._reading = self._mapped = False
        self.adopting = False
        """Whether a class became a model by its use since all files knew the same."""
        self.settled = False
        self.held: dict[tuple[str, str, int], Grounded[Model | None]] = {}
        """The models of classes that derive from repositories, by file, name and line of the class, once models are settled."""
        self.with_rules = tuple((item, item.model) for item in frameworks if item.model is not None)
        self.has_repositories = any(rule.repositories for _, rule in self.with_rules)
        self._found: dict[tuple[str, str], Model | None] = {}
        self._near: dict[str, frozenset[str]] = {}
        self._ancestries: dict[tuple[str, str, int], Grounded[list[tuple[Unit, Class]] | None]] = {}
        self._named: defaultdict[str, list[tuple[Unit, Class]]] = defaultdict(list)
        for unit in program.units.values():
            for definition in unit.module.classes:
                self._named[definition.name].append((unit, definition))

    def settle(self) -> None:
        """Take what is known by now for known to all files."""
        self.adopting = False
        self.settled = True

    def of(self, unit: Unit, definition: Class) -> Model | None:
        """Return the model that a class declares, or None; an abstract base is a model without a table."""
        key = (unit.path, definition.qualified)
        if key not in self._found:
            self._found[key] = None  # a class that inherits from itself ends here
            self._found[key] = self._make(unit, definition)
        return self._found[key]

    def adopted(self, unit: Unit, definition: Class, framework: Framework) -> Entity | None:
        """Return the model that a class becomes by its use, where a framework takes any class for one."""
        rule = framework.model
        meant = behind(self.program, unit, definition) if rule is not None and rule.by_use else None
        if meant is None:
            return None
        written, (unit, definition) = (unit.path, definition.qualified), meant
        key = (unit.path, definition.qualified)
        if self._found.get(key) is None:
            self.adopting = True
            self.held.clear()
            self._found[key] = self._build(unit, definition, framework, [])
        self._found[written] = self._found[key]  # an interface is known as what it stands for
        return self.known(unit, definition)

    def known(self, unit: Unit, definition: Class) -> Entity | None:
        """Return the model that a class has been found to be by now."""
        model = self._found.get((unit.path, definition.qualified))
        return Entity(model, definition.line) if model is not None and model.table is not None else None

    def all(self) -> list[Model]:
        """Return every model of the program, in path and line order."""
        for unit in self.program.units.values():
            for definition in unit.module.classes:
                self.of(unit, definition)
        found = {id(model): model for model in self._found.values() if model is not None}
        return sorted(found.values(), key=lambda model: (model.unit.path, model.line))

    def named(self, name: str, near: Unit, framework: Framework) -> Model | None:
        """Return the model that a string (`Model`, `app.Model`, `package.module.Model`) means, the nearest of several."""
        label, _, last = name.rpartition(".")
        candidates = []
        for unit, definition in self._named.get(last, ()):
            model = self.of(unit, definition) if self.program.sees(near, unit) else None
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

    def all_named(self, name: str) -> list[Model]:
        """Return every model of a class's name."""
        found = [self.of(unit, definition) for unit, definition in self._named.get(name, ())]
        return [model for model in found if model is not None and model.table is not None]

    def ancestry(self, unit: Unit, definition: Class) -> list[tuple[Unit, Class]]:
        """Return the class and the classes of the tree it inherits from, nearest first (an approximation of the C3 order)."""
        key = (unit.path, definition.qualified, definition.line)
        found = self.program.grounds.remembered(self._ancestries, key, lambda: self._above(unit, definition), None)
        return found if found is not None else self._above(unit, definition)

    def _above(self, unit: Unit, definition: Class) -> list[tuple[Unit, Class]]:
        order: list[tuple[Unit, Class]] = []
        pending = [(unit, definition)]
        while pending:
            current = pending.pop(0)
            if any(current[1] is known for _, known in order):
                continue
            order.append(current)
            for base in current[1].bases:
                value = self._class_of(without_arguments(base), Environment(current[0], current[1].scope))
                if isinstance(value, ClassValue):
                    pending.append((value.unit, value.definition))
                elif isinstance(value, Entity) and value.model.definition is not None:
                    pending.append((value.model.unit, value.model.definition))
            for base in mixed_into(*current):
                value = self._class_of(base, Environment(current[0], current[1].scope))
                if isinstance(value, ClassValue):
                    pending.append((value.unit, value.definition))
                elif isinstance(value, Entity) and value.model.table is None and value.model.definition is not None:
                    pending.append((value.model.unit, value.model.definition))
        return order

    def _class_of(self, base: Expression, at: Environment) -> Value:
        """Return the class that a base means, without its type arguments."""
        written = base.value if isinstance(base, Item) else base
        if at.unit.traits.namespaces and (found := self.program.class_of(at.unit, at.scope, written)) is not None:
            return ClassValue(*found)
        return self.value_of(written, at)

    def type_of(self, written: Expression, at: Environment) -> Value:
        """Return what a type is; where types have namespaces, a member of its name is not meant (`Customer Customer`)."""
        found = self.program.class_of(at.unit, at.scope, written) if at.unit.traits.namespaces else None
        model = self.of(*found) if found is not None else None
        if found is None:
            return self.value_of(written, at)
        return Entity(model, model.line) if model is not None and model.table is not None else ClassValue(*found)

    def field_rule(self, value: Value, framework: Framework, depth: int = 0) -> FieldRule | None:
        """Return what a field constructor makes, or None; a subclass of a framework's field counts as that field."""
        if isinstance(value, External):
            known = (framework, *(item for item in self._frameworks if item.name in framework.fields_of))
            return next((rule for item in known if (rule := _external_rule(value, item)) is not None), None)
        if isinstance(value, ClassValue) and depth < 6:
            for base in value.definition.bases:
                inherited = self.value_of(base, Environment(value.unit, value.definition.scope))
                found = self.field_rule(inherited, framework, depth + 1)
                if found is not None:
                    return found
        return None

    def at(self, place: Place) -> Model | None:
        """Return the model of the class at a place."""
        unit = self.program.units[place[0]]
        return self.of(unit, unit.classes[place[1]])

    def _entity(self, unit: Unit, definition: Class) -> Model | None:
        """Return the model of a class that a context holds."""
        if self.mapped is None or self._reading or not unit.traits.namespaces:
            return None
        if not self._mapped:
            # Reading the configuration asks for classes, which are no models until it has been read.
            self._reading, self._mapped = True, True
            _ = self.contexts.entities
            self._reading = False
            self._found.clear()
        entity = self.contexts.of(unit, definition)
        if entity is None:
            return None
        model = Model(self.mapped.framework, unit, definition.name, definition.line, definition)
        self._found[unit.path, definition.qualified] = model
        self.mapped.fill(model, entity)
        self.mapped.relate(model, entity)
        return model

    def _make(self, unit: Unit, definition: Class) -> Model | None:
        entity = self._entity(unit, definition)
        if entity is not None:
            return entity
        framework, parents = descent(self, unit, definition)
        if framework is None or framework.model is None:
            return self._mapped_by_call(unit, definition)
        return self._build(unit, definition, framework, parents)

    def rule_of(self, model: Model) -> ModelRule | None:
        """Return the rule for a model, as its project has it."""
        return self.projects.rule(model.framework, model.unit)

    def _build(self, unit: Unit, definition: Class, framework: Framework, parents: list[Model]) -> Model | None:
        rule = self.projects.rule(framework, unit)
        if rule is None:
            return None
        if rule.requires and not any(keyword == rule.requires for keyword, _ in definition.keywords):
            return None
        if rule.mentioned_by and definition.name not in self._mentioned[rule.mentioned_by]:
            return None
        model = Model(framework, unit, definition.name, definition.line, definition)
        if rule.inheritance != "copy" or _is_child(definition, rule):  # else a subclass is a table by itself
            model.parents = [parent for parent in parents if parent.table is not None]
        for parent in parents:
            parent.subclassed = True
        if rule.tag:
            self._found[unit.path, definition.qualified] = model
            name_table(self, model, definition, rule, own_key=False)
            if rule.tag == "ent":
                model.table = ent.name_of_table(self, model) or model.table
                ent.read_fields(self, model)
                ent.read_edges(self, model)
            else:
                read_struct(self, model, definition, rule)
            return model
        # The fields are read before the name: whether a subclass has a table of its own can depend on its key.
        self._found[unit.path, definition.qualified] = model
        own_key = read_fields(self, model, definition, rule)
        name_table(self, model, definition, rule, own_key=own_key)
        self.configure(model, definition)
        if rule.inheritance == "multi-table" and model.parents and not model.shares and not model.base:
            link_to_parent(model, model.parents[0], own_key=own_key)
        read_relations(self, model, definition, rule)
        if framework.name in _COMPLETED:
            _COMPLETED[framework.name](self, model, definition)
        return model

    def _mapped_by_call(self, unit: Unit, definition: Class) -> Model | None:
        """Return the model of a class that a call maps to a table object (`map_imperatively(Order, orders)`)."""
        for call, at in self._mapping_calls.get(definition.name, ()):
            mapped, table = self.value_of(call.arguments[0], at), self.value_of(call.arguments[1], at)
            if isinstance(mapped, ClassValue) and mapped.definition == definition and isinstance(table, Entity):
                known = table.model
                model = Model(known.framework, unit, definition.name, definition.line, definition, known.table, shares=True)
                model.columns, model.relations, model.key = dict(known.columns), dict(known.relations), known.key
                model.managed, model.confidence, model.connection = known.managed, known.confidence, known.connection
                return model
        return None

    def schema_called(self, name: str, near: Unit) -> Model | None:
        """Return the schema of ent that is called so, the nearest of several."""
        found = {unit.path: (unit, definition) for unit, definition in self._named.get(name, ())}
        known = {path: self.of(*each) for path, each in found.items()}
        schemas = [path for path, model in known.items() if model is not None and model.framework.name == "ent"]
        path = nearest(near.path, schemas)
        return known[path] if path else None

    def folders_near(self, framework: Framework) -> frozenset[str]:
        """Return the folders of packages that use a framework of Go, or are used by those that do."""
        if framework.name not in self._near:
            self._near[framework.name] = folders_near(self.program, framework)
        return self._near[framework.name]

    @cached_property
    def strategies(self) -> tuple[tuple[str, str, bool], ...]:
        """The naming strategies that Go code sets, as (file, prefix of tables, tables are in the singular)."""
        return tuple(strategies(self))

    @cached_property
    def _mentioned(self) -> dict[tuple[str, ...], set[str]]:
        """The names that stand in the calls which make models of classes, by the names of these calls."""
        found: dict[tuple[str, ...], set[str]] = {rule.mentioned_by: set() for _, rule in self.with_rules if rule.mentioned_by}
        for unit in self.program.units.values() if found else ():
            calls = [call for item in unit.outermost for call in item.calls]
            calls += [each for item in unit.module.bindings for each in item.decorators if isinstance(each, Call)]
            for call in calls:
                for names, mentioned in found.items():
                    if called(call) in names:
                        mentioned |= {node.name for node in nodes(call) if isinstance(node, Name)}
        return found

    @cached_property
    def naming_calls(self) -> dict[str, list[tuple[Call, NamingCall, Environment]]]:
        """The calls that give a class its table, by the name of the class."""
        rules = {name: rule for _, known in self.with_rules for name, rule in known.naming_calls.items()}
        found: defaultdict[str, list[tuple[Call, NamingCall, Environment]]] = defaultdict(list)
        for unit in self.program.units.values() if rules else ():
            for item in unit.outermost:
                for call in item.calls:
                    rule = rules.get(called(call))
                    model = argument(call, (rule.model,)) if rule is not None else None
                    if rule is not None and model is not None:
                        named = model.function if isinstance(model, Call) else model
                        found[getattr(named, "name", "")].append((call, rule, Environment(unit, item.scope)))
        return found

    @cached_property
    def _mapping_calls(self) -> dict[str, list[tuple[Call, Environment]]]:
        """The calls that map classes, by the name of the class."""
        names = {name for framework, _ in self.with_rules for name in framework.maps}
        found: defaultdict[str, list[tuple[Call, Environment]]] = defaultdict(list)
        for unit in self.program.units.values() if names else ():
            for item in unit.outermost:
                for call in item.calls:
                    if called(call) in names and len(call.arguments) > 1:
                        found[getattr(call.arguments[0], "name", "")].append((call, Environment(unit, item.scope)))
        return found


def _is_child(definition: Class, rule: ModelRule) -> bool:
    """Return whether the rows of a class stand in its parent's table, as an annotation says."""
    calls = (as_call(decorator) for decorator in definition.decorators) if rule.children else ()
    return any(call is not None and called(call) in rule.children for call in calls)


def _external_rule(value: External, framework: Framework) -> FieldRule | None:
    exact = framework.fields.get(value.last)
    known = value.is_of(framework)
    if exact is not None and known:
        return exact
    for pattern, rule in framework.fields.items():
        if "*" in pattern and fnmatchcase(value.last, pattern) and (known or rule.kind == "column"):
            return rule
    return None
