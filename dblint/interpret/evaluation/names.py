"""What a name is: a definition, an import, the value last bound to it, a parameter."""

from collections.abc import Iterator
from functools import partial
from posixpath import dirname
from typing import TYPE_CHECKING

from dblint.frameworks.schema import Framework
from dblint.frameworks.verbs import verb_of
from dblint.interpret.evaluation import generics
from dblint.interpret.evaluation.members import member
from dblint.interpret.evaluation.objects import filled
from dblint.interpret.evaluation.values import (
    UNKNOWN,
    Bound,
    CallResult,
    ClassValue,
    Entity,
    Environment,
    External,
    File,
    FunctionValue,
    Instance,
    Object,
    Package,
    Unknown,
    Value,
    carried,
    element_of,
    several,
)
from dblint.interpret.mapping.repositories import of_type
from dblint.interpret.queries import scopes, tables
from dblint.interpret.specific import generated, provided, rails, slick
from dblint.interpret.tree.grounds import Grounded
from dblint.interpret.tree.packages import packages_around
from dblint.interpret.tree.units import Definition, Unit
from dblint.model.syntax import Binding, Call, Class, Expression, Function, Import, Item, Items, Member, Name, Operation

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator

RECEIVERS = frozenset({"self", "cls"})
_CLIENTS = frozenset(
    {"Kysely", "Knex", "QueryCreator", "Transaction", "PostgresJsDatabase", "NodePgDatabase", "MySql2Database"}
)
"""Generic types whose argument says what their tables look like and not what they hold."""
TRIED = 8
"""How many bindings of one name are looked at for a known value."""


class Names:
    """Resolves names; what a binding is worth is worked out once."""

    def __init__(self, evaluator: "Evaluator") -> None:
        self._evaluator = evaluator
        self._program = evaluator.program
        self._known: dict[str, frozenset[str]] = {}
        self._stars: dict[str, tuple[frozenset[str], ...]] = {}
        self._bound: dict[tuple[str, str, int, str], Grounded[Value]] = {}

    def of(self, name: str, at: Environment, line: int = 0) -> Value:
        """Return what a name is in a scope, seen from a line; where nothing says it, what such a name usually is."""
        found = self._of(name, at, line)
        return self._evaluator.usual(name, found)

    def _of(self, name: str, at: Environment, line: int) -> Value:
        for known, value in reversed(at.local):
            if known == name:
                return value
        found = at.unit.lookup(at.scope, name)
        if found is None:
            return self._from_elsewhere(name, at, line)
        definition, scope = found
        outside = not scope or (at.unit.traits.full_names and scope in at.unit.classes)
        if outside and (hidden := at.unit.parameter_scope(at.scope, name)):  # a parameter hides what the file calls so
            return self._parameter(name, Environment(at.unit, hidden), line)
        if at.unit.traits.bare_calls and isinstance(definition, tuple) and scope in at.unit.classes:
            said = self._inherited(name, at, line)  # what the class says of an attribute makes it one
            if not isinstance(said, Unknown):
                return said
        held = generics.held(self._evaluator, definition, scope, at, line)
        if held is not None:
            return held
        return self._bound_to(definition, scope, name, at, line)

    def _bound_to(self, definition: Definition, scope: str, name: str, at: Environment, line: int) -> Value:
        """Return what a name is that a scope around defines."""
        if isinstance(definition, tuple) and scope:
            parameter = self._parameter(name, Environment(at.unit, scope), line)
            if not isinstance(parameter, Unknown):
                return parameter
            if at.inlined and scope == at.scope:
                return self._inlined(definition, at, line)
        said = self.defined(definition, at.unit, scope, name, line)
        if isinstance(definition, Import) and at.unit.module.language == "scala" and isinstance(said, External | Unknown):
            return slick.table_named(self._evaluator, definition.member, at, line) or said  # of an object made of components
        return self._given(said, name, at.unit, scope)

    def _given(self, said: Value, name: str, unit: Unit, scope: str) -> Value:
        """Return the table that a constructor sets a field to, where the field's type says less."""
        known = unit.traits.bare_members and isinstance(said, External | Unknown)
        set_ = unit.attributes.get((scope, name)) if known else None
        given = self.assigned(set_, unit, "", name, 0) if set_ else UNKNOWN
        return given if isinstance(given, Entity) else said

    def _opened(self, name: str, at: Environment) -> tuple[Unit, Definition] | None:
        """Return what an import opens; where there are namespaces, those around come before what `using` opens."""
        exported = self._program.exported(at.unit.path, name)
        within = self._program.shared(at.unit, name) if exported is not None and at.unit.traits.namespaces else None
        return within if within is not None and isinstance(within[1], Class) else exported

    def _from_elsewhere(self, name: str, at: Environment, line: int) -> Value:
        """Return a name that its file does not define: from a star import, a dotted import, or a parameter."""
        exported = self._opened(name, at)
        if exported is not None:
            return self.defined(exported[1], exported[0], "", name, line)
        if any(item.name.startswith(name + ".") for item in at.unit.dotted):
            return Package(name)
        parameter = self._parameter(name, at, line)
        if not isinstance(parameter, Unknown):
            return parameter
        inherited = self._inherited(name, at, line)
        if not isinstance(inherited, Unknown):
            return inherited
        near = self._program.scoped(at.unit, at.scope, name) or self._program.shared(at.unit, name)
        opened = near is not None and isinstance(near[1], Class) and not near[1].bases
        if opened and not isinstance(library := self._ambient(name, at), Unknown):
            return library  # a library's module that the tree only opens to add to it
        if near is not None and not isinstance(near[1], Import):
            return self.defined(near[1], near[0], "", name, line)
        held = slick.table_named(self._evaluator, name, at, line) if at.unit.module.language == "scala" else None
        if held is not None:
            return held
        starred = self._starred(name, at)
        if not isinstance(starred, Unknown):
            return starred
        ambient = self._ambient(name, at)
        if at.unit.traits.full_names and (held := tables.of_library(self._evaluator, name, at, line)) is not None:
            return held
        return rails.row_named(self._evaluator.models, name, at, line) if isinstance(ambient, Unknown) else ambient

    def _inherited(self, name: str, at: Environment, line: int) -> Value:
        """Return a member of the class around, or of its ancestors, that is named without a receiver."""
        holder = at.unit.class_of(at.scope) if at.unit.traits.bare_members else ""
        if not holder:
            return UNKNOWN
        definition = at.unit.classes[holder]
        receiver: Value = Object(at.unit, definition, generics.around(at, definition) if at.inlined else None)
        if at.unit.traits.bare_calls:
            receiver = self._around(at, holder, line)
        found = member(self._evaluator, receiver, name, line, at)
        if not isinstance(found, Bound):
            return found
        receiver = found.receiver  # of a class that derives from a repository, the model
        verbs = receiver.model.framework.verbs if isinstance(receiver, Entity | Instance) else None
        if verbs is None or (name[:1].isupper() and not at.unit.traits.namespaces):  # C#'s methods begin like its classes
            return UNKNOWN
        table = verbs.instance if isinstance(receiver, Instance) else verbs.model
        known = verb_of(table, name) or (
            isinstance(receiver, Entity)
            and (name in receiver.model.framework.model_calls or scopes.query(self._evaluator, receiver.model, name, line))
        )
        return found if known else UNKNOWN

    def _around(self, at: Environment, holder: str, line: int) -> Value:
        """Return what a call without a receiver is made on: a row in a method, else the class itself."""
        function, scope = at.unit.functions.get(at.scope), at.scope
        while function is None and scope:
            scope = scope.rpartition(".")[0]
            function = at.unit.functions.get(scope)
        rows = function is not None and function.scope == holder and [item.name for item in function.parameters[:1]] == ["self"]
        return self._self(at.unit, at.unit.classes[holder], line, rows=rows)

    def _starred(self, name: str, at: Environment) -> Value:
        """Return a name that can only come from `from library import *`, of a library that a framework knows."""
        found: list[External] = []
        if at.unit.traits.full_names and not name[:1].islower():
            return UNKNOWN  # only functions are imported
        for star in at.unit.stars:
            made = generated.table(self._evaluator, star.module, name, at.unit, 0)
            if made is not None and not generated.is_paths(name):
                return made
            for words in self._opened_by(star.module):
                value = External(f"{star.module}.{name}")
                if name in words:
                    return value
                found.append(value)
        alone = not at.unit.traits.namespaces or len({value.path for value in found}) == 1
        return found[0] if found and alone else UNKNOWN

    def _opened_by(self, module: str) -> tuple[frozenset[str], ...]:
        """Return the names that each framework knows whose package, or part of one, a module is."""
        known = self._stars.get(module)
        if known is None:
            packages = packages_around(module)
            frameworks = [each for each in self._evaluator.frameworks if not packages.isdisjoint(each.packages)]
            known = self._stars[module] = tuple(self._words(each) for each in frameworks)
        return known

    def _words(self, framework: Framework) -> frozenset[str]:
        """Return the names that a framework's file knows: of several libraries it tells from which one a name comes."""
        if framework.name not in self._known:
            rule = framework.model
            named = (*rule.bases, *rule.base_calls, *rule.decorators, *rule.repositories) if rule is not None else ()
            called = (*(name for item in framework.sql for name in item.calls), *framework.connections.calls)
            tables = (item.call for item in framework.tables)
            words = {name.rpartition(".")[2] for name in (*called, *tables)}
            self._known[framework.name] = frozenset((*named, *words, *framework.fields, *framework.texts, *framework.sessions))
        return self._known[framework.name]

    def _ambient(self, name: str, at: Environment) -> Value:
        """Return what a library defines for everybody, of a library that a framework knows (`ActiveRecord` in Ruby)."""
        if at.unit.traits.ambient and any(name in framework.packages for framework in self._evaluator.frameworks):
            return External(name)
        return UNKNOWN

    def defined(self, definition: Definition, unit: Unit, scope: str, name: str, line: int) -> Value:
        """Return the value of what a name is defined as."""
        match definition:
            case Class():
                model = self._evaluator.models.of(unit, definition)
                return Entity(model, line or definition.line) if model is not None else ClassValue(unit, definition)
            case Function():
                return FunctionValue(unit, definition)
            case Import():
                return self._imported(definition, unit, line)
            case _:
                return self.assigned(definition, unit, scope, name, line)

    def _imported(self, item: Import, unit: Unit, line: int) -> Value:
        target = self._program.file_of(unit.path, item.module)
        if not item.member:
            return File(self._program.units[target]) if target is not None else External(item.module)
        exported = self._program.exported(target, item.member) if target is not None else None
        if exported is not None:
            definition, holder = exported[1], exported[0]
            if not isinstance(definition, Import):
                found = self.defined(definition, holder, "", item.member, line)
                opaque = item.member == "default" and isinstance(found, Unknown) and holder.traits.modules == "path"
                return File(holder) if opaque else found
            # An import that leads on inside the tree ends here: it means a module, or modules that import each other.
            unit, item = holder, definition
            if not item.member or self._program.file_of(unit.path, item.module) is None:
                return self._imported(item, unit, line)
        if unit.traits.modules == "path":
            target = self._program.file_of(unit.path, item.module)
            if target is not None:  # all that CommonJS exports is the default of ES modules
                if item.member == "default":
                    return File(self._program.units[target])
                return self._evaluator.defined.registered(dirname(target), item.member, unit, line) or UNKNOWN
            return self._outside(item)
        child = self._program.file_of(unit.path, submodule(item))
        if child is not None:
            holder = self._program.units[child]
            own = holder.local("", item.member) if unit.traits.shared else None  # a class in the file of its name
            return self.defined(own, holder, "", item.member, line) if own is not None else File(holder)
        packaged = self._program.packaged(unit, item)
        if packaged is not None and not isinstance(packaged[1], Import):
            return self.defined(packaged[1], packaged[0], "", item.member, line)
        return generated.table(self._evaluator, item.module, item.member, unit, line) or self._outside(item)

    @staticmethod
    def _outside(item: Import) -> Value:
        """Return a member of a library that is imported."""
        if item.module.startswith("."):
            return UNKNOWN
        return External(item.module if item.member == "default" else f"{item.module}.{item.member}")

    def assigned(self, bindings: tuple[Binding, ...], unit: Unit, scope: str, name: str, line: int) -> Value:
        """Return the value of a variable: of its last binding before `line`, or of its first known one."""
        ordered = [item for item in bindings if item.operator in {"=", "for", "with", ":", "each", "block"}]
        if unit.traits.modules == "path":  # a type of TypeScript may have the name of a value
            ordered.sort(key=lambda item: item.value is None)
        if line and (scope or unit.traits.bare_calls):
            before = [item for item in ordered if item.line <= line]
            ordered = list(reversed(before)) or ordered
        for item in ordered[:TRIED]:
            key = (unit.path, item.scope, item.line, name)
            make = partial(self._binding, item, Environment(unit, item.inside or item.scope))
            value = self._program.grounds.remembered(self._bound, key, make, UNKNOWN)  # one defined by itself ends there
            if isinstance(value, Object) and (model := self._evaluator.models.known(value.unit, value.definition)):
                return Instance(model.model, item.line)  # its class has become a model by its use elsewhere
            if not isinstance(value, Unknown):
                return value
        if unit.traits.modules == "path" and ordered and (ordered[0].scope, name) in unit.attributes_of:
            return filled(self._evaluator, unit, ordered[0].scope, name)
        return UNKNOWN

    def _inlined(self, bindings: tuple[Binding, ...], at: Environment, line: int) -> Value:
        """Return the value of a variable of a function that is followed with the arguments of one call."""
        for item in reversed(bindings):
            if item.value is None or (line and item.line >= line):
                continue
            value = self._evaluator.value(item.value, at)
            if not isinstance(value, Unknown):
                return element_of(value, item.line) if item.operator in {"for", "each"} else value
        return UNKNOWN

    def _binding(self, item: Binding, at: Environment) -> Value:
        if item.value is None:
            tokens = (provided.injected(self._evaluator, each, at) for each in item.decorators if isinstance(each, Call))
            given = next((each for each in tokens if each is not None), None)
            injected = given or several(self._evaluator.value(decorator, at) for decorator in item.decorators)
            if isinstance(injected, Entity):
                return injected  # `@InjectModel(User) private users`
            return self.annotated(item.annotation, at, item.line)
        value = carried(self._evaluator.value(item.value, at))
        if item.operator in {"for", "each"}:
            return element_of(value, item.line)
        if isinstance(value, Unknown | CallResult) and item.annotation is not None:
            annotated = self.annotated(item.annotation, at, item.line)
            return value if isinstance(annotated, Unknown) else annotated
        return value

    def annotated(self, annotation: Expression | None, at: Environment, line: int) -> Value:
        """Return an instance of an annotated type."""
        held = of_type(self._evaluator, annotation, at, line) if annotation is not None else None
        generic = generics.object_of(self._evaluator, annotation, at) if held is None else None
        if held is not None or generic is not None:
            return held or generic or UNKNOWN
        if isinstance(annotation, Item) and getattr(annotation.value, "name", "") == "typeof":
            return self._evaluator.value(annotation.key, at)  # the class itself and no row of it
        for part in _annotation_parts(annotation) if annotation is not None else ():
            match self._evaluator.type(part, at):
                case Entity(model=model):
                    return Instance(model, line)
                case ClassValue(unit=unit, definition=definition):
                    return Object(unit, definition)
                case Object() as value if at.unit.traits.modules == "path":
                    return value  # another name of a class, `type Accounts = Database<Schema>`
                case External() as value if value.path.endswith("()") and at.unit.traits.modules == "path":
                    return value  # another name of a type, `type Client = Omit<PrismaClient, "$on">`
                case External() as value if value.last not in {"Optional", "Annotated", "Union", "None"}:
                    return External(value.path + "()")
        return UNKNOWN

    def _parameter(self, name: str, at: Environment, line: int) -> Value:
        scope = at.scope if name in at.unit.parameters or name in RECEIVERS else ""
        while scope:
            function = at.unit.function_at(scope, line)
            if function is not None:
                for position, parameter in enumerate(function.parameters):
                    receives = position == 0 and function.scope in at.unit.classes and parameter.name in RECEIVERS
                    if parameter.name != name and not (receives and name in RECEIVERS):
                        continue
                    if receives:
                        return self._self(at.unit, at.unit.classes[function.scope], line, rows=name == parameter.name == "self")
                    annotated = self.annotated(parameter.annotation, Environment(at.unit, function.scope), line)
                    if isinstance(annotated, Unknown) and parameter.default is not None and at.unit.traits.full_names:
                        annotated = carried(self._evaluator.value(parameter.default, Environment(at.unit, function.scope)))
                    if isinstance(annotated, Unknown):
                        return rails.row_named(self._evaluator.models, name, at, line)
                    return annotated
            scope = scope.rpartition(".")[0]
        return UNKNOWN

    def _self(self, unit: Unit, definition: Class, line: int, *, rows: bool) -> Value:
        model = self._evaluator.models.of(unit, definition)
        if model is not None and (model.table is not None or model.columns):
            return Instance(model, line) if rows else Entity(model, line)
        return Object(unit, definition) if rows else ClassValue(unit, definition)


def submodule(item: Import) -> str:
    """Return the dotted module that an import of a member means when the member is a module."""
    return f"{item.module}{item.member}" if item.module.endswith(".") else f"{item.module}.{item.member}"


_OPTIONS = frozenset({"IOptions", "IOptionsSnapshot", "IOptionsMonitor"})
"""Types of .NET that hold one object of their argument, which is filled from the configuration."""


def _annotation_parts(annotation: Expression) -> Iterator[Expression]:
    """Yield the names in an annotation, the parts of unions and generics too."""
    pending = [annotation]
    while pending:
        part = pending.pop(0)
        match part:
            case Name() | Member():
                yield part
            case Operation(left=left, right=right):
                pending += [left, right]
            case Item(value=value, key=key) if isinstance(value, Name | Member) and value.name in _CLIENTS:
                yield value
            case Item(value=value, key=key):
                if getattr(value, "name", "") in {"Optional", "Annotated", "Union", *_OPTIONS}:
                    pending.append(key)
            case Items(values=values):
                pending += list(values)
