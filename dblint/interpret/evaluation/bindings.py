"""What a name or attribute can be bound to, wherever in the program."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from dblint.frameworks.schema import Framework
from dblint.interpret.evaluation.callers import passed
from dblint.interpret.evaluation.owners import Owner, Owners
from dblint.interpret.evaluation.values import (
    ClassValue,
    Entity,
    Environment,
    File,
    FunctionValue,
    Instance,
    Object,
    Value,
    nested,
)
from dblint.interpret.tree.inside import Loop, loops_of, nodes
from dblint.interpret.tree.program import Program
from dblint.interpret.tree.units import Definition, Unit
from dblint.model.syntax import (
    PROPERTY,
    Binding,
    Call,
    Class,
    Each,
    Expression,
    Function,
    Import,
    Items,
    Lambda,
    Literal,
    Mapping,
    Member,
    Name,
    Opaque,
    Operation,
    Spread,
    Text,
)

if TYPE_CHECKING:
    from dblint.interpret.evaluation.callers import Callers

Found = tuple[Expression, Environment, bool]
"""An expression, where it stands, and whether it surely is the value (false past a default)."""


LAST_LINE = 1 << 30
DEPTH = 8
PASSED = 3
"""How many calls inside each other keep what they are passed."""
PASSED_ON = frozenset({"sorted", "list", "tuple", "set", "frozenset", "reversed", "iter", "dict"})
"""Builtins that give the elements of their argument."""
MAPPED = frozenset({"map", "flatMap", "Select", "mapTo"})
"""Methods of collections that give what a function makes of each element."""
GATHERED = frozenset({"toList", "toArray", "ToList", "ToArray", "collect", "toSet", "slice", "distinct", "Distinct"})
"""Methods that give the elements of what they are called on."""


_GETTERS = {"csharp": "get_", "scala": ""}
"""What the names of methods begin with that are read like fields, by language."""


class _Assigned(NamedTuple):
    """A plain assignment of a value."""

    value: Expression
    line: int
    inside: str


def within(each: Each, at: Environment) -> Environment:
    """Return the environment of the element of a comprehension."""
    return Environment(at.unit, at.scope, at.local, at.inlined, (*at.loops, *loops_of(each)))


def _says_nothing(value: Expression) -> bool:
    """Return whether a class only holds a place for what the classes below it say (`table = ""`)."""
    return (isinstance(value, Text) and not value.value) or (isinstance(value, Literal) and value.value is None)


class Bindings:
    """Finds the expressions a name stands for.

    `value_of` says what an object is, `callers` what calls pass to a parameter, `above` a class and what it inherits from,
    `frameworks` what the constructors of libraries' classes set.
    """

    def __init__(
        self,
        program: Program,
        value_of: Callable[[Expression, Environment], Value],
        callers: "Callers",
        above: Callable[[Unit, Class], list[Owner]],
        frameworks: Sequence[Framework],
    ) -> None:
        self._program = program
        self._value_of = value_of
        self._above = above
        self._constructors = {name: set_ for each in frameworks for name, set_ in each.constructors.items()}
        self.owners = Owners(program, value_of, above)
        self._callers = callers
        self._asked: set[tuple[int, str, str]] = set()
        """The expressions that are being asked for, by identity and place."""

    def of(self, expression: Expression, at: Environment, depth: int = 0) -> Iterator[Found]:
        """Yield what a name, attribute or constant can be bound to: (expression, where, sure)."""
        key = (id(expression), at.unit.path, at.scope)
        if key in self._asked:
            self._program.grounds.cut()
            return  # what a loop takes from its own variable (`for (const node of node.children)`)
        self._asked.add(key)
        try:
            if isinstance(expression, Member):
                yield from self._attribute(expression, at)
            elif isinstance(expression, Name):
                looped = next((loop for loop in reversed(at.loops) if loop[0] == expression.name), None)
                yield from self._looped(looped, at) if looped is not None else self._name(expression, at, depth)
        finally:
            self._asked.discard(key)

    def _name(self, expression: Name, at: Environment, depth: int = 0) -> Iterator[Found]:
        found = at.unit.lookup(at.scope, expression.name)
        if found is None:
            yield from self._parameter(expression, at)
            yield from self._starred(expression.name, at)
            if at.unit.traits.bare_members:
                yield from self._own(at, expression.name)
            return
        definition, scope = found
        if at.unit.traits.bare_members and scope in at.unit.classes and self._is_asked(definition, at):
            yield from self._own(at, expression.name)
            return
        outside = not scope or (at.unit.traits.full_names and scope in at.unit.classes)
        if outside and at.unit.parameter_scope(at.scope, expression.name):
            yield from self._parameter(expression, at)
            return
        if isinstance(definition, tuple):
            passed = at.passed if scope == at.scope else ()
            yield from self._bound(definition, Environment(at.unit, scope, passed=passed), expression, depth)
            if scope and self._is_parameter(at.unit.function_at(scope, expression.line), expression.name):
                yield from self._parameter(expression, at)
        elif isinstance(definition, Import):
            exported = self._program.exported(at.unit.path, expression.name) if not scope else None
            if exported is None and definition.member:
                target = self._program.file_of(at.unit.path, definition.module)
                exported = self._program.exported(target, definition.member) if target else None
            if exported and isinstance(exported[1], tuple):
                yield from self._bound(exported[1], Environment(exported[0], exported[1][0].scope))

    def elements(self, expression: Expression, at: Environment, depth: int = 0) -> Iterator[Found]:
        """Yield what the elements of something iterable can be."""
        if depth > DEPTH:
            return
        match expression:
            case Items(values=values):
                yield from ((value, at, True) for value in values)
            case Mapping(pairs=pairs):
                of_values = at.unit.module.language == "php"
                yield from ((value if of_values else key, at, True) for key, value in pairs)
            case Each(element=element):
                yield element, within(expression, at), True
            case Spread(value=inner):
                yield from self.elements(inner, at, depth + 1)
            case Call():
                yield from self._made(expression, at, depth)
            case Name() | Member():
                for holder, where, sure in self.of(expression, at, depth + 1):
                    for element, inside, known in self.elements(holder, where, depth + 1):
                        yield element, inside, sure and known
                yield from ((value, at, True) for value in self._appended(expression, at))

    def _made(self, call: Call, at: Environment, depth: int) -> Iterator[Found]:
        """Yield the elements of what a call gives: a builtin that passes them on, or a view of a dictionary."""
        line = call.line
        match call:
            case Call(function=Name(name="enumerate"), arguments=(inner, *_)):
                for element, where, sure in self.elements(inner, at, depth + 1):
                    yield Items((Opaque(line), element), line), where, sure
            case Call(function=Name(name=name), arguments=(inner, *_)) if name in PASSED_ON:
                yield from self.elements(inner, at, depth + 1)
            case Call(function=Member(name=name), arguments=(Lambda(body=body),)) if name in MAPPED:
                yield body, at, True
            case Call(function=Member(value=inner, name=name)) if name in GATHERED:
                yield from self.elements(inner, at, depth + 1)
            case Call(function=Member(value=inner, name=name)) if name in {"items", "values", "keys"}:
                for holder, where, sure in [(inner, at, True), *self.of(inner, at)]:
                    if isinstance(holder, Items) and name == "values":
                        yield from self.elements(holder, where, depth + 1)
                    for key, value in holder.pairs if isinstance(holder, Mapping) else ():
                        yield {"items": Items((key, value), line), "values": value, "keys": key}[name], where, sure

    def sequences(self, expression: Expression, at: Environment) -> Iterator[list[tuple[Expression, Environment]]]:
        """Yield the lists that an expression can be, each as its elements in order; one is enough of a comprehension."""
        for holder, where, _ in [(expression, at, True), *self.of(expression, at)]:
            match holder:
                case Items(values=values) if not any(isinstance(value, Spread) for value in values):
                    added = self._appended(expression, at)
                    found = [*((value, where) for value in values), *((value, at) for value in added)]
                    if found:
                        yield found
                case Each(element=element):
                    yield [(element, within(holder, where))]
                case Call(function=Name(name=name), arguments=(inner, *_)) if name in PASSED_ON:
                    yield from self.sequences(inner, where)

    @staticmethod
    def _appended(expression: Expression, at: Environment) -> list[Expression]:
        """Return what is appended to a list that has a name, before the line it is used on."""
        if not isinstance(expression, Name):
            return []
        return [value for line, value in at.unit.appended.get((at.scope, expression.name), ()) if line <= expression.line]

    def _looped(self, loop: Loop, at: Environment) -> Iterator[Found]:
        """Yield what a name of a comprehension stands for."""
        outer = Environment(at.unit, at.scope, at.local, at.inlined, at.loops[: at.loops.index(loop)])
        _, iterable, place = loop
        for element, where, sure in self.elements(iterable, outer):
            if place is None:
                yield element, where, sure
            elif isinstance(element, Items) and place < len(element.values):
                yield element.values[place], where, sure

    @staticmethod
    def _is_parameter(function: Function | None, name: str) -> bool:
        return function is not None and any(parameter.name == name for parameter in function.parameters)

    def _starred(self, name: str, at: Environment) -> Iterator[Found]:
        exported = self._program.exported(at.unit.path, name)
        if exported and isinstance(exported[1], tuple):
            yield from self._bound(exported[1], Environment(exported[0], exported[1][0].scope))

    def _bound(
        self, bindings: tuple[Binding, ...], where: Environment, used: Name | None = None, depth: int = 0
    ) -> Iterator[Found]:
        """Yield the values of one name: the plain assignments, and each run of `+=` joined to the assignment before it.

        Inside a function, what is bound below the place where the name is used does not count, and never does a binding whose
        own value that place is part of.
        """
        plain = [
            _Assigned(item.value, item.line, item.inside)
            for item in bindings
            if item.operator == "=" and item.value is not None
        ]
        if used is not None:
            plain = [item for item in plain if item.line > used.line or all(node is not used for node in nodes(item.value))]
        last = used.line if used is not None and where.scope else LAST_LINE
        plain = [item for item in plain if item.line <= last] or plain
        for position, item in enumerate(plain):
            following = plain[position + 1].line if position + 1 < len(plain) else LAST_LINE
            grown = item.value
            within_it = Environment(where.unit, item.inside, receiver=where.receiver)
            yield item.value, within_it if item.inside else where, True
            for extra in bindings:
                if (
                    extra.operator == "+="
                    and extra.value is not None
                    and item.line <= extra.line < following
                    and extra.line <= last
                ):
                    grown = Operation("+", grown, extra.value, item.line)
            if grown is not item.value:
                yield grown, where, True
        for bound in bindings:
            if bound.operator in {"for", "each"} and bound.value is not None:
                yield from self.elements(bound.value, where, depth + 1)  # a name may be bound to elements of what it hides
            elif bound.operator in {"with", "block"} and bound.value is not None:
                yield bound.value, where, True

    def _parameter(self, expression: Name, at: Environment) -> Iterator[Found]:
        scope = at.scope
        while scope:
            function = at.unit.function_at(scope, expression.line)
            if function is not None:
                for parameter in function.parameters:
                    if parameter.name == expression.name:
                        given = [(value, where) for name, value, where in at.passed if name == parameter.name]
                        if given:
                            yield from ((value, where, True) for value, where in given)
                            return
                        for value, where in self._callers.of(at, function, parameter.name):
                            yield value, where, True
                        if parameter.default is not None:
                            yield parameter.default, Environment(at.unit, function.scope), False
                        return
            scope = scope.rpartition(".")[0]

    def _attribute(self, expression: Member, at: Environment) -> Iterator[Found]:
        owner = expression.value
        if isinstance(owner, Name) and owner.name in {"self", "cls"}:
            yield from self._own(at, expression.name)
            return
        if expression.name == "value" and isinstance(owner, Member):
            yield from self._attribute(owner, at)
            return
        match self._value_of(owner, at):
            case File(unit=unit):
                exported = self._program.exported(unit.path, expression.name)
                if exported and isinstance(exported[1], tuple):
                    yield from self._bound(exported[1], Environment(exported[0], exported[1][0].scope))
            case ClassValue(unit=unit, definition=definition) | Object(unit=unit, definition=definition):
                yield from self._of_object((unit, definition), expression.name)
                yield from self._made_with(owner, (unit, definition), expression.name, at)
            case Entity(model=model) | Instance(model=model) if model.definition is not None:
                bound = model.unit.bindings.get((model.definition.qualified, expression.name), ())
                yield from self._bound(bound, Environment(model.unit, model.definition.qualified))
            case _ if at.unit.traits.modules == "path":
                yield from self._entry(owner, expression.name, at)

    def _made_with(self, written: Expression, owner: Owner, name: str, at: Environment) -> Iterator[Found]:
        """Yield what an attribute is set to that an object has from a library's class, by the call that makes the object."""
        bases = [base for _, each in self._above(*owner) for base in each.bases] if self._constructors else ()
        for base in bases:
            set_ = self._constructors.get(getattr(base, "name", ""), ())
            for value, where, sure in self.of(written, at) if name in set_ else ():
                place = set_.index(name)
                if isinstance(value, Call) and place < len(value.arguments):
                    yield value.arguments[place], where, sure

    def _entry(self, owner: Expression, name: str, at: Environment) -> Iterator[Found]:
        """Yield the attribute of an object literal that an expression can be, or that a function of the tree gives."""
        for holder, where, sure in [(owner, at, True), *self.of(owner, at)]:
            for literal, inside in self.literals(holder, where):
                for key, value in literal.pairs:
                    if isinstance(key, Text) and key.value == name:
                        yield value, inside, sure

    def literals(self, holder: Expression, at: Environment) -> Iterator[tuple[Mapping, Environment]]:
        """Yield the object literal that an expression is, or those that a call of a function of the tree gives."""
        if isinstance(holder, Mapping):
            yield holder, at
        function = self._value_of(holder.function, at) if isinstance(holder, Call) else None
        if isinstance(holder, Call) and isinstance(function, FunctionValue) and nested(at) < PASSED:
            given = tuple(passed(holder, function, at))
            inside = Environment(function.unit, function.definition.qualified, passed=given)
            yield from ((each, inside) for each in function.definition.returns if isinstance(each, Mapping))

    def _own(self, at: Environment, name: str) -> Iterator[Found]:
        """Yield what a member of the object around is: said by its class, else by the classes that derive from it."""
        owner = at.receiver or self._program.class_around(at.unit, at.scope)
        if owner is None:
            return
        own = list(self._of_object(owner, name))
        if any(not _says_nothing(value) for value, _, _ in own):
            yield from own
            return
        below = [each for under in self.owners.below(owner) for each in self._of_object(under, name)]
        yield from below or own

    @staticmethod
    def _is_asked(definition: Definition, at: Environment) -> bool:
        """Return whether an object must be asked for its member: a class below may say it, or a method gives it."""
        if isinstance(definition, tuple):
            return at.receiver is not None or all(item.value is None for item in definition)
        return isinstance(definition, Function) and at.unit.module.language == "scala"

    def _of_object(self, owner: Owner, name: str) -> Iterator[Found]:
        """Yield what a member of an object of a class is; where members are bare, the nearest class alone says it."""
        for unit, definition in self._above(*owner):
            found = False
            for each in self._in_class(unit, definition, name, owner):
                found = True
                yield each
            if found and unit.traits.bare_members:
                return

    def _in_class(self, unit: Unit, definition: Class, name: str, owner: Owner) -> Iterator[Found]:
        receiver = owner if unit.traits.bare_members else None
        bound = unit.bindings.get((definition.qualified, name), ())
        yield from self._bound(bound, Environment(unit, definition.qualified, receiver=receiver))
        for binding in unit.attributes.get((definition.qualified, name), ()):
            if binding.operator == "=" and binding.value is not None:
                yield binding.value, Environment(unit, binding.scope, receiver=receiver), True
            elif binding.value is None and getattr(binding.annotation, "name", "") == "string":  # TypeScript's parameters
                yield from self._parameter(Name(name, binding.line), Environment(unit, binding.scope))
        if bound and all(binding.value is None for binding in bound):  # declared only
            yield from ((value, where, True) for value, where in self._callers.field(unit, definition, name, owner[1]))
        getter = unit.functions.get(f"{definition.qualified}.{_GETTERS.get(unit.module.language, '')}{name}")
        if getter is not None and (unit.module.language in _GETTERS or _is_property(getter)):
            yield from ((result, Environment(unit, getter.qualified, receiver=receiver), True) for result in getter.returns)


def _is_property(function: Function) -> bool:
    """Return whether a method is read as an attribute."""
    return any(getattr(each, "name", "") in {PROPERTY, "cached_property"} for each in function.decorators)
