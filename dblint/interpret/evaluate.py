"""What an expression is: an abstract interpreter that knows models, queries and connections, and nothing else.

Evaluation is pure. A query is never recorded where it is met; it floats up in the value, and `statements.py` writes down what
arrives at the outermost expression. A query read from a variable was written down where the variable was bound.
"""

from collections.abc import Iterator

from dblint.frameworks.schema import Framework
from dblint.interpret import calls, lookups
from dblint.interpret.connections import Connections
from dblint.interpret.models import Model, Models
from dblint.interpret.program import Program, Unit
from dblint.interpret.texts import Texts
from dblint.interpret.values import (
    UNKNOWN,
    Bound,
    CallResult,
    ClassValue,
    Columns,
    ColumnValue,
    Entity,
    Environment,
    External,
    File,
    FunctionValue,
    Instance,
    Mention,
    Object,
    Package,
    Query,
    RelationValue,
    Several,
    Unknown,
    Value,
)
from dblint.model.syntax import (
    Binding,
    Call,
    Choice,
    Class,
    Each,
    Expression,
    Function,
    Import,
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

DEPTH = 40


class Evaluator:
    """Evaluates expressions of a program with the frameworks' vocabulary."""

    def __init__(self, program: Program, frameworks: tuple[Framework, ...], texts: Texts) -> None:
        self.program = program
        self.frameworks = frameworks
        self.texts = texts
        self.models = Models(program, frameworks, self.value, texts)
        self.connections = Connections(frameworks)
        self.tables: dict[tuple[str, int], Model | None] = {}
        self._bound: dict[tuple[str, str, int, str], Value] = {}
        self._returned: dict[tuple[str, str], Value] = {}
        self._depth = 0

    def value(self, expression: Expression, at: Environment) -> Value:
        """Return what an expression is; unknown when nothing is known or it is nested too deeply."""
        if self._depth > DEPTH:
            return UNKNOWN
        self._depth += 1
        try:
            return self._value(expression, at)
        finally:
            self._depth -= 1

    def _value(self, expression: Expression, at: Environment) -> Value:
        match expression:
            case Name() | Member() | Call() | Item():
                return self._chain(expression, at)
            case Items(values=values):
                return several(self.value(value, at) for value in values)
            case Mapping(pairs=pairs):
                return several(self.value(part, at) for pair in pairs for part in pair)
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
                return self._each(expression, at)
            case _:
                return UNKNOWN

    def _each(self, each: Each, at: Environment) -> Value:
        found: list[Value] = []
        for target, iterable in each.loops:
            source = self.value(iterable, at)
            found.append(source)
            if isinstance(target, Name):
                paths = isinstance(source, Entity) and source.model.framework.attribute_paths
                element = source if paths else element_of(source, target.line)
                at = Environment(at.unit, at.scope, (*at.local, (target.name, element)), at.inlined)
        inner = [self.value(part, at) for part in (each.element, *each.conditions)]
        return several([*found, *inner])

    def _chain(self, expression: Expression, at: Environment) -> Value:
        """Evaluate a chain of members, calls and items from its root outwards, without recursion on its length."""
        steps: list[Member | Call | Item] = []
        node = expression
        while isinstance(node, Member | Call | Item):
            steps.append(node)
            node = node.function if isinstance(node, Call) else node.value
        value = used_at(self.name(node.name, at, node.line), node.line) if isinstance(node, Name) else self.value(node, at)
        for step in reversed(steps):
            match step:
                case Member(name=name, line=line):
                    value = self.member(value, name, line, at)
                case Call():
                    of_function = isinstance(value, FunctionValue)
                    value = calls.call(self, value, step, at)
                    value = used_at(value, step.line) if of_function else value
                case Item(key=key):
                    value = self.item(value, key, at)
        return value

    def name(self, name: str, at: Environment, line: int = 0) -> Value:
        """Return what a name is in a scope."""
        for known, value in reversed(at.local):
            if known == name:
                return value
        found = at.unit.lookup(at.scope, name)
        if found is None:
            exported = self.program.exported(at.unit.path, name)
            if exported is not None:
                return self.definition(exported[1], exported[0], "", name, line)
            if any(item.name.startswith(name + ".") for item in at.unit.dotted):
                return Package(name)
            parameter = self._parameter(name, at, line)
            return self._starred(name, at) if isinstance(parameter, Unknown) else parameter
        definition, scope = found
        if isinstance(definition, tuple) and scope:
            parameter = self._parameter(name, Environment(at.unit, scope), line)
            if not isinstance(parameter, Unknown):
                return parameter
        if at.inlined and isinstance(definition, tuple) and scope == at.scope:
            return self._inlined(definition, at, line)
        return self.definition(definition, at.unit, scope, name, line)

    def _starred(self, name: str, at: Environment) -> Value:
        """Return a name that can only come from `from library import *`, of a library that a framework knows."""
        for star in at.unit.stars:
            package = star.module.partition(".")[0]
            if any(package in framework.packages for framework in self.frameworks):
                return External(f"{star.module}.{name}")
        return UNKNOWN

    def definition(self, definition: object, unit: Unit, scope: str, name: str, line: int) -> Value:
        """Return the value of what a name is defined as."""
        if isinstance(definition, Class):
            model = self.models.of(unit, definition)
            return Entity(model, line or definition.line) if model is not None else ClassValue(unit, definition)
        if isinstance(definition, Function):
            return FunctionValue(unit, definition)
        if isinstance(definition, Import):
            return self._imported(definition, unit, line)
        if isinstance(definition, tuple):
            return self._assigned(definition, unit, scope, name, line)
        return UNKNOWN

    def _imported(self, item: Import, unit: Unit, line: int) -> Value:
        if item.member:
            inner = f"{item.module}{item.member}" if item.module.endswith(".") else f"{item.module}.{item.member}"
            target = self.program.file_of(unit.path, item.module)
            if target is not None:
                exported = self.program.exported(target, item.member)
                if exported is not None and not (isinstance(exported[1], Import) and exported[0] is unit):
                    return self.definition(exported[1], exported[0], "", item.member, line)
            child = self.program.file_of(unit.path, inner)
            if child is not None:
                return File(self.program.units[child])
            return External(f"{item.module}.{item.member}") if not item.module.startswith(".") else UNKNOWN
        target = self.program.file_of(unit.path, item.module)
        if target is not None:
            return File(self.program.units[target])
        return External(item.module)

    def _assigned(self, bindings: tuple[Binding, ...], unit: Unit, scope: str, name: str, line: int) -> Value:
        """Return the value of a variable: of its last binding before `line`, or of its first known one."""
        ordered = [item for item in bindings if item.operator in {"=", "for", "with", ":"}]
        if scope and line:
            before = [item for item in ordered if item.line <= line]
            ordered = list(reversed(before)) or ordered
        for item in ordered[:8]:
            key = (unit.path, item.scope, item.line, name)
            if key not in self._bound:
                self._bound[key] = UNKNOWN  # a variable defined by itself ends here
                self._bound[key] = self._binding(item, Environment(unit, item.scope))
            value = self._bound[key]
            if not isinstance(value, Unknown):
                return value
        return UNKNOWN

    def _inlined(self, bindings: tuple[Binding, ...], at: Environment, line: int) -> Value:
        """Return the value of a variable of a function that is followed with the arguments of one call."""
        for item in reversed([item for item in bindings if item.value is not None and (not line or item.line < line)]):
            assert item.value is not None  # noqa: S101 -- filtered above
            value = self.value(item.value, at)
            if not isinstance(value, Unknown):
                return element_of(value, item.line) if item.operator == "for" else value
        return UNKNOWN

    def _binding(self, item: Binding, at: Environment) -> Value:
        if item.value is None:
            return self._annotated(item.annotation, at, item.line)
        value = carried(self.value(item.value, at))
        if item.operator == "for":
            return element_of(value, item.line)
        if isinstance(value, Unknown | CallResult) and item.annotation is not None:
            annotated = self._annotated(item.annotation, at, item.line)
            return value if isinstance(annotated, Unknown) else annotated
        return value

    def _annotated(self, annotation: Expression | None, at: Environment, line: int) -> Value:
        """Return an instance of an annotated type."""
        if annotation is None:
            return UNKNOWN
        for part in _annotation_parts(annotation):
            value = self.value(part, at)
            if isinstance(value, Entity):
                return Instance(value.model, line)
            if isinstance(value, ClassValue):
                return Object(value.unit, value.definition)
            if isinstance(value, External) and value.last not in {"Optional", "Annotated", "Union", "None"}:
                return External(value.path + "()")
        return UNKNOWN

    def _parameter(self, name: str, at: Environment, line: int) -> Value:
        scope = at.scope
        while scope:
            function = at.unit.functions.get(scope)
            if function is not None:
                for position, parameter in enumerate(function.parameters):
                    if parameter.name != name:
                        continue
                    if position == 0 and function.scope in at.unit.classes and name in {"self", "cls"}:
                        return self._self(at.unit, at.unit.classes[function.scope], line, rows=name == "self")
                    return self._annotated(parameter.annotation, Environment(at.unit, function.scope), line)
            scope = scope.rpartition(".")[0]
        return UNKNOWN

    def _self(self, unit: Unit, definition: Class, line: int, *, rows: bool) -> Value:
        model = self.models.of(unit, definition)
        if model is not None and (model.table is not None or model.columns):
            return Instance(model, line) if rows else Entity(model, line)
        return Object(unit, definition) if rows else ClassValue(unit, definition)

    def member(self, value: Value, name: str, line: int, at: Environment) -> Value:
        """Return what `value.name` is."""
        match value:
            case External(path=path, origin=origin):
                return self.swapped(f"{path}.{name}", at, line) or External(f"{path}.{name}", origin)
            case Package(path=path):
                return self._package(f"{path}.{name}", at)
            case File(unit=unit):
                exported = self.program.exported(unit.path, name)
                if exported is not None:
                    return self.definition(exported[1], exported[0], "", name, line)
                child = self.program.file_of(unit.path, f".{name}") if unit.path.endswith("__init__.py") else None
                return File(self.program.units[child]) if child else UNKNOWN
            case Object() | ClassValue():
                return self._attribute(value, name, line)
            case Entity() | Instance() | Columns() | RelationValue() | ColumnValue():
                return lookups.member(self, value, name, line)
            case _:
                return Bound(value, name, line)

    def _package(self, path: str, at: Environment) -> Value:
        for item in at.unit.dotted:
            if item.name == path:
                target = self.program.file_of(at.unit.path, path)
                return File(self.program.units[target]) if target else External(path)
        if any(item.name.startswith(path + ".") for item in at.unit.dotted):
            return Package(path)
        parent = path.rpartition(".")[0]
        return External(path) if self.program.file_of(at.unit.path, parent) is None else UNKNOWN

    def _attribute(self, value: Object | ClassValue, name: str, line: int) -> Value:
        for unit, definition in self.models.ancestry(value.unit, value.definition):
            qualified = f"{definition.qualified}.{name}"
            if qualified in unit.functions:
                return FunctionValue(unit, unit.functions[qualified])
            if qualified in unit.classes:
                return self.definition(unit.classes[qualified], unit, definition.qualified, name, line)
            for bindings in (
                unit.attributes.get((definition.qualified, name)),
                unit.bindings.get((definition.qualified, name)),
            ):
                if bindings:
                    found = self._assigned(bindings, unit, "", name, 0)
                    if not isinstance(found, Unknown):
                        return found
        return Bound(value, name, line)

    def swapped(self, path: str, at: Environment, line: int) -> Entity | None:
        """Return the model that a setting of the project names for a library's name (`settings.AUTH_USER_MODEL`)."""
        for framework in self.frameworks:
            setting = framework.swappable.get(path)
            written = self.program.constant(setting, at.unit) if setting else ""
            model = self.models.named(written, at.unit, framework) if written else None
            if model is not None:
                return Entity(model, line)
        return None

    def item(self, value: Value, key: Expression, at: Environment) -> Value:
        """Return what `value[key]` is: a row of a query, a table by its name, a position of a result."""
        if isinstance(value, External) and not isinstance(key, Literal):
            texts = self.texts.of(key, at)
            if len(texts) == 1 and texts[0].text.isidentifier():
                return External(f"{value.path}.{texts[0].text}", value.origin)
            return value
        if isinstance(value, Columns):
            texts = self.texts.of(key, at)
            return lookups.member(self, value, texts[0].text, getattr(key, "line", 0)) if len(texts) == 1 else UNKNOWN
        if isinstance(value, Entity):
            return lookups.by_key(self, value)
        if isinstance(value, Query | CallResult):
            return value
        if isinstance(value, Several) and isinstance(key, Literal) and isinstance(key.value, int):
            return value.values[key.value] if -len(value.values) <= key.value < len(value.values) else UNKNOWN
        return several([value, self.value(key, at)])

    def returned(self, value: FunctionValue) -> Value:
        """Return what a function of the tree returns, its queries marked as written down where they stand."""
        key = (value.unit.path, value.definition.qualified)
        if key not in self._returned:
            self._returned[key] = UNKNOWN
            inside = Environment(value.unit, value.definition.qualified)
            results = [carried(self.value(result, inside)) for result in value.definition.returns]
            found = _first(results)
            if isinstance(found, Unknown | CallResult):
                annotated = self._annotated(value.definition.annotation, Environment(value.unit, value.definition.scope), 0)
                found = annotated if not isinstance(annotated, Unknown) else found
            self._returned[key] = found
        return self._returned[key]

    def returned_for(self, value: FunctionValue, arguments: tuple[tuple[str, Value], ...], line: int) -> Value:
        """Return what a function gives for these arguments: a query on them is written down at the line of the call."""
        inside = Environment(value.unit, value.definition.qualified, arguments, inlined=True)
        found = _first([self.value(result, inside) for result in value.definition.returns])
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


def several(values: "Iterator[Value] | list[Value]") -> Value:
    """Return values as one, nothing known left out; a single value is itself."""
    flat: list[Value] = []
    for value in values:
        if isinstance(value, Several):
            flat.extend(value.values)
        elif not isinstance(value, Unknown):
            flat.append(value)
    if not flat:
        return UNKNOWN
    return flat[0] if len(flat) == 1 else Several(tuple(flat))


def carried(value: Value) -> Value:
    """Return a value as seen through a name: its queries are written down elsewhere and only carry their tables on."""
    if isinstance(value, Query):
        tables = list(dict.fromkeys([*value.carried, *(mention.model for mention in value.mentions)]))
        return Query(value.target, value.framework, value.line, carried=tables, written=True, connection=value.connection)
    if isinstance(value, Several):
        return Several(tuple(carried(inner) for inner in value.values))
    return value


def used_at(value: Value, line: int) -> Value:
    """Return a table or row seen through a name or a function as used where that stands."""
    if isinstance(value, Entity):
        return Entity(value.model, line)
    if isinstance(value, Instance):
        return Instance(value.model, line, value.columns)
    return value


def element_of(value: Value, line: int) -> Value:
    """Return one element of what is iterated over."""
    if isinstance(value, Query) and value.target is not None:
        return Instance(value.target, line)
    if isinstance(value, Entity):
        return Instance(value.model, line)
    if isinstance(value, RelationValue) and value.relation.target is not None:
        return Instance(value.relation.target, line)
    if isinstance(value, Several):
        kinds = {type(inner) for inner in value.values}
        return value.values[0] if kinds in ({Entity}, {Instance}) else UNKNOWN
    return UNKNOWN


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
            case Item(value=value, key=key):
                if getattr(value, "name", "") in {"Optional", "Annotated", "Union"}:
                    pending.append(key)
            case Items(values=values):
                pending += list(values)
