"""What an expression is: an abstract interpreter that knows models, queries and connections, and nothing else.

Evaluation is pure. A query is never recorded where it is met; it floats up in the value, and `statements.py` writes down what
arrives at the outermost expression. A query read from a variable was written down where the variable was bound.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from dblint.frameworks.schema import Framework
from dblint.frameworks.verbs import Verb
from dblint.interpret.connecting.connections import Connections
from dblint.interpret.connecting.setting_names import SettingNames
from dblint.interpret.evaluation import calls, loops, objects
from dblint.interpret.evaluation.callers import Callers
from dblint.interpret.evaluation.members import member
from dblint.interpret.evaluation.names import Names
from dblint.interpret.evaluation.values import (
    UNKNOWN,
    Bound,
    CallResult,
    Columns,
    Entity,
    Environment,
    External,
    FunctionValue,
    Instance,
    Mention,
    Query,
    Several,
    Unknown,
    Value,
    carried,
    several,
    used_at,
)
from dblint.interpret.mapping.defined import Defined
from dblint.interpret.mapping.entities import Model
from dblint.interpret.mapping.models import Models
from dblint.interpret.mapping.tableobjects import TableObjects
from dblint.interpret.queries import collections, lookups, tables
from dblint.interpret.specific import documents, slick
from dblint.interpret.strings.sinks import packages_of
from dblint.interpret.strings.texts import Texts
from dblint.interpret.strings.written import Written
from dblint.interpret.tree.grounds import Grounded
from dblint.interpret.tree.program import Program
from dblint.interpret.tree.units import Unit
from dblint.model.schema import TableName
from dblint.model.syntax import (
    Call,
    Choice,
    Class,
    Each,
    Expression,
    Item,
    Items,
    Lambda,
    Literal,
    Mapping,
    Member,
    Name,
    Operation,
    Spread,
    Template,
)
from dblint.sql import HOLE

DEPTH = 40


_STEPS = (Member, Call, Item)  # a tuple is made once, a union for every question


class Evaluator:
    """Evaluates expressions of a program with the frameworks' vocabulary."""

    def __init__(
        self, program: Program, frameworks: tuple[Framework, ...], files: Callable[[str], str | None] = lambda _: None
    ) -> None:
        self.program = program
        self.frameworks = frameworks
        self.callers = Callers(self)
        self.texts = Texts(program, self.value, _wrappers(frameworks), files, self.callers, self._above, frameworks)
        self.connections = Connections(frameworks)
        self.models = Models(program, frameworks, self.value, self.texts)
        self._setting_names = SettingNames(program, frameworks, self.models, self.value, self.callers)
        self.tables = TableObjects(program.grounds)
        self.named: dict[tuple[str, TableName], Model] = {}
        self._packages: dict[str, Grounded[frozenset[str]]] = {}
        self._imported = frozenset[str]().union(*map(packages_of, program.units.values()))
        implicit = any(unit.traits.namespaces for unit in program.units.values())  # a project may import for all its files
        self.document_stores = tuple(
            each
            for each in frameworks
            if each.collections is not None and (implicit or not self._imported.isdisjoint(each.packages))
        )
        self._implicit = implicit or any(unit.traits.ambient for unit in program.units.values())
        self.collections: dict[tuple[str, TableName], Model] = {}
        self.kept: dict[tuple[str, str, str], Grounded[Entity | None]] = {}  # by file, struct and field
        self.naming: dict[str, list[tuple[Framework, Verb]]] = {}  # verbs of which a string may name the collection
        for each in frameworks:
            for name, verb in each.verbs.anywhere.items():
                if verb.collection:
                    self.naming.setdefault(name, []).append((each, verb))
        self.model_calls = frozenset(name for framework in frameworks for name in framework.model_calls)
        self._libraries: dict[str, tuple[Framework, ...]] = {}
        self._swappable = {path for framework in frameworks for path in framework.swappable}
        self.holders = frozenset(name for framework in frameworks for name in framework.tables_at)
        self.hands_on = tuple(framework for framework in frameworks if framework.callbacks)
        self.keepers: dict[tuple[str, str], Grounded[documents.Keeper | None]] = {}
        self.gathered: dict[str, Grounded[Any]] = {}  # from all files at once, by the module that does it
        self.names = Names(self)
        self.defined = Defined(self)
        self.models.configure = self.defined.configure
        self._usual = {name: path for framework in frameworks for name, path in framework.usual.items()}
        self._returned: dict[tuple[str, str], Grounded[Value]] = {}
        self._inlined: dict[tuple[str, str, tuple[tuple[str, str, str], ...]], Grounded[Value]] = {}
        self._depth = 0
        self._within: dict[tuple[int, int] | None, tuple[Expression, Environment, Value]] = {}
        """What parts of the expression that is being evaluated are: a pipe's steps are each other's arguments and asked for
        twice, which takes 2^n looks at n of them. Empty between two expressions."""
        self.following: list[tuple[str, str]] = []

    def may_use(self, framework: Framework) -> bool:
        """Return whether any file of the program may name what one of a framework's packages defines."""
        return self._implicit or bool(framework.usual) or not self._imported.isdisjoint(framework.packages)

    def settle(self) -> None:
        """Take what is known by now for known to all files."""
        self.tables.settle()
        self.models.settle()

    def _above(self, unit: Unit, definition: Class) -> list[tuple[Unit, Class]]:
        return self.models.ancestry(unit, definition)  # which itself asks for texts

    def value(self, expression: Expression, at: Environment) -> Value:
        """Return what an expression is; unknown when nothing is known or it is nested too deeply."""
        if self._depth > DEPTH:
            self.program.grounds.cut()
            return UNKNOWN
        key = (id(expression), id(at)) if at.unit.traits.full_names else None
        if key in self._within:
            return self._within[key][2]
        self._depth += 1
        try:
            found = self._value(expression, at)
            if key is not None:
                self._within[key] = (expression, at, found)
            return found
        finally:
            self._depth -= 1
            if not self._depth:
                self._within.clear()

    def names_in(self, expression: Expression, at: Environment, store: str) -> list[Written]:
        """Return what a name in a store can be; where nothing else says it, by the settings that give it."""
        texts = self.texts.of(expression, at)
        open_ = [item for item in texts if HOLE in item.text]
        if store == "sql" or not open_:
            return texts
        if len(open_) < len(texts):  # `process.env.TABLE || "orders"`
            return self._setting_names.named(expression, at)[:1] or [item for item in texts if item not in open_]
        return self._setting_names.named(expression, at) or texts

    def _value(self, expression: Expression, at: Environment) -> Value:
        match expression:
            case Name() | Member() | Call() | Item():
                return self._chain(expression, at)
            case Items(values=values):
                return several(self.value(value, at) for value in values)
            case Mapping():
                return objects.mapping(self, expression, at)
            case Operation():
                return several(self.value(side, at) for side in _sides(expression))
            case Choice(options=options):
                return _first([self.value(option, at) for option in options])
            case Template(parts=parts):
                return several(
                    value for value in (self.value(part, at) for part in parts) if isinstance(value, Query | Several)
                )
            case Spread(value=inner):
                return self.value(inner, at)
            case Lambda(parameters=parameters, body=body):
                hidden = tuple((name, UNKNOWN) for name in parameters if name not in dict(at.local))
                return self.value(body, Environment(at.unit, at.scope, at.local + hidden, at.inlined))
            case Each():
                return loops.each(self, expression, at)
            case _:
                return UNKNOWN

    def receivers(self, calls: Iterable[Call], at: Environment) -> Iterator[Value]:
        """Yield what each call is made on, the outer calls first: a chain of calls is walked along once for all of them."""
        along: dict[int, Value] = {}
        for call in calls:
            target = call.function.value if isinstance(call.function, Member) else call.function
            if id(target) not in along:
                along[id(target)] = self._chain(target, at, along) if isinstance(target, _STEPS) else self.value(target, at)
            yield along[id(target)]

    def _chain(self, expression: Expression, at: Environment, along: dict[int, Value] | None = None) -> Value:
        """Evaluate a chain of members, calls and items from its root outwards, without recursion on its length.

        `along` takes what each part of the chain is.
        """
        steps: list[Member | Call | Item] = []
        node = expression
        while isinstance(node, _STEPS):
            steps.append(node)
            node = node.function if isinstance(node, Call) else node.value
        value = used_at(self.name(node.name, at, node.line), node.line) if isinstance(node, Name) else self.value(node, at)
        if isinstance(node, Name) and at.unit.traits.bare_calls and not (steps and isinstance(steps[-1], Call)):
            value = self._bare(value, node, at)
        if isinstance(value, Unknown | External) and isinstance(node, Name) and at.unit.traits.namespaces:
            value = self._qualified(node, steps, at) or value
        for step in reversed(steps):
            match step:
                case Member(name=name, line=line):
                    value = member(self, value, name, line, at)
                case Call():
                    of_function = isinstance(value, FunctionValue)
                    value = calls.call(self, value, step, at)
                    value = used_at(value, step.line) if of_function else value
                case Item(key=key):
                    value = self.item(value, key, at)
            if along is not None:
                along[id(step)] = value
        if isinstance(value, Bound) and isinstance(value.receiver, Query):
            rule = self.framework(value.receiver.framework).model
            return value.receiver if rule is not None and rule.lazy else value  # an attribute of a row that a query gives
        return value

    def _qualified(self, root: Name, steps: list[Member | Call | Item], at: Environment) -> Value | None:
        """Return the class that a chain begins with, its namespace before it, and take the steps that name it."""
        path = root.name
        for count in range(1, len(steps) + 1):
            step = steps[-count]
            if not isinstance(step, Member):
                break
            found = self.program.within(at.unit, path, step.name)
            if found is not None:
                del steps[-count:]
                return used_at(self.names.defined(found[1], found[0], "", step.name, step.line), step.line)
            path = f"{path}.{step.name}"
        return None

    def type(self, written: Expression, at: Environment) -> Value:
        """Return what a type is: where types have namespaces, no variable of its name is meant."""
        found = self.program.class_of(at.unit, at.scope, written) if at.unit.traits.namespaces else None
        if found is None and isinstance(written, Name) and at.unit.module.language == "scala":
            found = slick.class_around(at, written.name)  # `val Users = TableQuery[Users]`
        if found is not None:
            return self.names.defined(found[1], found[0], "", found[1].name, 0)
        of_field = at.unit.traits.modules == "folder" and at.scope in at.unit.classes  # `Mongo Mongo` in a struct of Go
        if isinstance(written, Name) and (at.unit.traits.namespaces or of_field):
            at = Environment(at.unit, "", at.local)  # `DbSet<T> DbSet` would lead to itself
        return self.value(written, at)

    def _bare(self, value: Value, name: Name, at: Environment) -> Value:
        """Return what a name alone gives, which calls a method where it is no variable."""
        if isinstance(value, FunctionValue | Bound):
            return used_at(calls.call(self, value, Call(name, (), (), name.line), at), name.line)
        return value

    def name(self, name: str, at: Environment, line: int = 0) -> Value:
        """Return what a name is in a scope, seen from a line."""
        value = self.names.of(name, at, line)
        return (collections.hinted(self, value, name, at, line) or value) if self.document_stores else value

    def libraries(self, value: External) -> tuple[Framework, ...]:
        """Return the frameworks that something from outside the tree may come from."""
        found = self._libraries.get(value.path)
        if found is None:
            found = self._libraries[value.path] = tuple(each for each in self.frameworks if value.is_of(each))
        return found

    def packages(self, unit: Unit) -> frozenset[str]:
        """Return the packages that a file imports, those around them, and those whose databases are handed to it."""
        known = self._packages
        return self.program.grounds.remembered(known, unit.path, lambda: collections.packages(self, unit), frozenset())

    def usual(self, name: str, found: Value) -> Value:
        """Return what a name is: what has been found, else what the name alone says in a framework's community."""
        if self._usual and name in self._usual and isinstance(found, Unknown | CallResult | Bound):
            return External(self._usual[name])
        return found

    def swapped(self, path: str, at: Environment, line: int) -> Entity | None:
        """Return the model that a setting of the project names for a library's name (`settings.AUTH_USER_MODEL`)."""
        for framework in self.frameworks if path in self._swappable else ():
            setting = framework.swappable.get(path)
            written = self.program.constant(setting, at.unit) if setting else ""
            model = self.models.named(written, at.unit, framework) if written else None
            if model is not None:
                return Entity(model, line)
        return None

    def item(self, value: Value, key: Expression, at: Environment) -> Value:
        """Return what `value[key]` is: a row of a query, a table by its name, a position of a result."""
        if isinstance(value, External | Bound) and not isinstance(key, Literal):
            texts = self.texts.of(key, at)
            named = texts[0].text if len(texts) == 1 and HOLE not in texts[0].text else ""
            held = tables.by_name(self, value, named, key.line) or collections.looked_up(self, value, key, named, at)
            if held is not None:
                return held
            if isinstance(value, Bound):
                return several([value, self.value(key, at)])
            if self.document_stores and (database := collections.database_of(self, value, named)) is not None:
                return database
            if len(texts) == 1 and texts[0].text.isidentifier():
                return External(f"{value.path}.{texts[0].text}", value.origin)
            return value
        if isinstance(value, Columns):
            texts = self.texts.of(key, at)
            return lookups.member(value, texts[0].text, key.line) if len(texts) == 1 else UNKNOWN
        if isinstance(value, Entity):
            return lookups.by_key(value)
        if isinstance(value, Query | CallResult):
            return value
        if isinstance(value, Several) and isinstance(key, Literal) and isinstance(key.value, int):
            return value.values[key.value] if -len(value.values) <= key.value < len(value.values) else UNKNOWN
        return several([value, self.value(key, at)])

    def returned(self, value: FunctionValue) -> Value:
        """Return what a function of the tree returns, its queries marked as written down where they stand."""
        key = (value.unit.path, value.definition.qualified)
        return self.program.grounds.remembered(self._returned, key, lambda: self._result(value), UNKNOWN)

    def _result(self, value: FunctionValue) -> Value:
        inside = Environment(value.unit, value.definition.qualified)
        results = [carried(self.value(result, inside)) for result in value.definition.returns if not _fails(result, value)]
        found = _first(results)
        if isinstance(found, Unknown | CallResult):
            around = Environment(value.unit, value.definition.scope)
            annotated = self.names.annotated(value.definition.annotation, around, 0)
            found = annotated if not isinstance(annotated, Unknown) else found
        return found

    def _result_for(self, value: FunctionValue, arguments: tuple[tuple[str, Value], ...]) -> Value:
        inside = Environment(value.unit, value.definition.qualified, arguments, inlined=True)
        return _first([self.value(result, inside) for result in value.definition.returns])

    def returned_for(self, value: FunctionValue, arguments: tuple[tuple[str, Value], ...], line: int) -> Value:
        """Return what a function gives for these arguments: a query on them is written down at the line of the call."""
        passed = tuple((name, each.model.unit.path, each.model.name) for name, each in arguments if isinstance(each, Entity))
        key = (value.unit.path, value.definition.qualified, passed)
        found = self.program.grounds.remembered(self._inlined, key, lambda: self._result_for(value, arguments), UNKNOWN)
        if not isinstance(found, Query):
            return UNKNOWN
        given = {argument.model for _, argument in arguments if isinstance(argument, Entity | Instance)}
        if found.target not in given:
            return UNKNOWN
        mentions = [Mention(item.model, item.does, line, item.columns) for item in found.mentions if item.model in given]
        others = [item.model for item in found.mentions if item.model not in given]
        return Query(found.target, found.framework, line, mentions, carried=[*found.carried, *others])

    def framework(self, name: str) -> Framework:
        """Return a framework by its name."""
        return next(item for item in self.frameworks if item.name == name)


def _fails(result: Expression, function: FunctionValue) -> bool:
    """Return whether a function of Go gives nothing but an error here: `return nil, err`."""
    if not (function.unit.traits.several_results and isinstance(result, Items) and result.values):
        return False
    return isinstance(result.values[0], Literal) and result.values[0].value is None


def _first(values: list[Value]) -> Value:
    """Return the first known value; several queries are kept together."""
    known = [value for value in values if not isinstance(value, Unknown | CallResult)]
    if len(known) > 1 and any(isinstance(value, Query) and not value.written for value in known):
        return several(known)
    return known[0] if known else (values[0] if values else UNKNOWN)


def _sides(operation: Operation) -> list[Expression]:
    """Return the operands of a chain of operators, left to right, without recursion on the left side."""
    sides: list[Expression] = []
    node: Expression = operation
    while isinstance(node, Operation):
        sides.append(node.right)
        node = node.left
    sides.append(node)
    return sides[::-1]


def _wrappers(frameworks: tuple[Framework, ...]) -> dict[str, list[tuple[str, str]]]:
    """Return what calls of libraries make of strings (text, an identifier, a value): by called name, with the package."""
    found: dict[str, list[tuple[str, str]]] = {}
    for framework in frameworks:
        for name, kind in framework.texts.items():
            found.setdefault(name, []).extend((package, kind) for package in framework.packages)
    return found
