"""The arguments that the program's calls pass to a parameter."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dblint.interpret.evaluation.values import (
    Bound,
    CallResult,
    ClassValue,
    Entity,
    Environment,
    External,
    FunctionValue,
    Object,
    Unknown,
    Value,
)
from dblint.interpret.tree.grounds import Grounded
from dblint.model.syntax import Call, Class, Expression, Function, Member, Spread

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.tree.units import Unit

LIMIT = 64
_CONSTRUCTORS = ("__init__", "constructor")
_COMMON = frozenset({"get", "set", "put", "post", "delete", "patch", "has", "add", "exists", "remove"})
"""Names that methods of routers, requests and collections have as often as those of stores."""


class Callers:
    """Finds the arguments of a function's calls; a question that comes up while it is being answered has no answer."""

    def __init__(self, evaluator: "Evaluator") -> None:
        self._evaluator = evaluator
        self._answers: dict[tuple[str, str, str], Grounded[list[tuple[Expression, Environment]]]] = {}

    def of(self, at: Environment, function: Function, parameter: str) -> list[tuple[Expression, Environment]]:
        """Return (argument, where it stands) of the calls of a function, of 64 calls at most."""
        key = (at.unit.path, f"{function.qualified}:{function.line}", parameter)
        grounds = self._evaluator.program.grounds
        return grounds.remembered(self._answers, key, lambda: list(self._passed(at.unit, function, parameter)), [])

    def _passed(self, unit: "Unit", function: Function, parameter: str) -> Iterator[tuple[Expression, Environment]]:
        made = unit.classes.get(function.scope) if function.name in _CONSTRUCTORS else None
        for call, where in self._calls(made.name if made is not None else function.name):
            if not self._evaluator.program.takes(where.unit, unit):
                continue  # a method of the same name in a crate that this one knows nothing of
            value = self._evaluator.value(call.function, where)
            if made is not None and _class_of(value) != made:
                continue
            if isinstance(value, FunctionValue) and not _is_meant(value, function, call, unit):
                continue
            if isinstance(value, External) or (where.unit.traits.typed and _is_others(value, function)):
                continue
            if function.name in _COMMON and _is_others(value, function) and not _is_called_after(call, function.scope):
                continue
            argument = _argument(call, function, parameter, unit)
            if argument is not None:
                yield argument, where
        if made is not None:
            yield from self._from_below(unit, made, function, parameter)

    def _from_below(
        self, unit: "Unit", made: Class, function: Function, parameter: str
    ) -> Iterator[tuple[Expression, Environment]]:
        """Yield what constructors of the classes below a class hand up to its own (`super().__init__("orders")`)."""
        for other, below in self._evaluator.program.deriving(made.name):
            handed = [each for name in _CONSTRUCTORS for each in self._up(other, f"{below.qualified}.{name}")]
            if handed and (unit, made) in self._evaluator.models.ancestry(other, below):
                written = ((_argument(call, function, parameter, unit), where) for call, where in handed)
                yield from ((argument, where) for argument, where in written if argument is not None)

    def field(self, unit: "Unit", definition: Class, name: str, owner: Class) -> list[tuple[Expression, Environment]]:
        """Return (value, where it stands) that the calls of a class set a field to, of 64 calls at most.

        For an object of a class that derives from it, what that hands to its constructor (`class Orders : Table("orders")`).
        """
        key = (unit.path, definition.qualified, f"{name}={owner.qualified}")
        grounds = self._evaluator.program.grounds
        return grounds.remembered(self._answers, key, lambda: list(self._set(unit, definition, name, owner)), [])

    def _set(self, unit: "Unit", definition: Class, name: str, owner: Class) -> Iterator[tuple[Expression, Environment]]:
        constructor = unit.functions.get(f"{definition.qualified}.__init__")
        taken = [item.name for item in constructor.parameters[1:]] if constructor is not None else []
        yield from self._handed(definition, name, str(taken.index(name)) if name in taken else "", owner)

    def _handed(self, definition: Class, name: str, place: str, owner: Class) -> Iterator[tuple[Expression, Environment]]:
        """Yield what a field is set to: by its name, or at the place that its constructor takes it at."""
        for call, where in self._calls(definition.name) if owner is definition else ():
            at_place = call.arguments[int(place)] if place and int(place) < len(call.arguments) else None
            written = dict(call.keywords).get(name, at_place)
            if written is not None and _class_of(self._evaluator.value(call.function, where)) == definition:
                yield written, where
        for other, below in self._evaluator.program.deriving(definition.name):
            given = dict(below.keywords)
            written = given.get(name) or (given.get(place) if place else None)
            if written is not None and owner in {definition, below}:
                yield written, Environment(other, below.qualified)

    def _up(self, unit: "Unit", scope: str) -> Iterator[tuple[Call, Environment]]:
        """Yield the calls of the constructor above that stand in a scope."""
        for call, _, _, loops in self._evaluator.program.indexes.upward.of(f"{unit.path} {scope}"):
            yield call, Environment(unit, scope, loops=loops)

    def _calls(self, name: str) -> Iterator[tuple[Call, Environment]]:
        """Yield the calls of a name in the program, 64 at most."""
        program = self._evaluator.program
        for call, unit, scope, loops in program.indexes.calls.of(name)[:LIMIT]:
            program.grounds.look(unit.path)
            yield call, Environment(unit, scope, loops=loops)


def _class_of(value: Value) -> Class | None:
    """Return the class of the tree that is called, which makes an object of it."""
    if isinstance(value, Entity):
        return value.model.definition
    return value.definition if isinstance(value, ClassValue) else None


def _is_meant(value: FunctionValue, function: Function, call: Call, unit: "Unit") -> bool:
    """Return whether a call of a function means this one, which may be another with the same name and as many parameters."""
    if value.unit is not unit or value.definition.qualified != function.qualified:
        return False
    meant = [item for item in unit.overloads[function.qualified] if _takes(item) == len(call.arguments)]
    return function in meant if meant else value.definition == function


def _takes(function: Function) -> int:
    return sum(1 for item in function.parameters if item.name not in {"self", "cls"})


def _argument(call: Call, function: Function, parameter: str, unit: "Unit") -> Expression | None:
    """Return what a call passes to a parameter, by keyword or position."""
    for keyword, value in call.keywords:
        if keyword == parameter:
            return value
    names = [item.name for item in function.parameters]
    position = names.index(parameter)
    if function.scope in unit.classes and names[0] in {"self", "cls"}:
        position -= 1
    return call.arguments[position] if 0 <= position < len(call.arguments) else None


def _is_others(value: Value, function: Function) -> bool:
    """Return whether a call of a typed language is that of something unknown, which only has the same name."""
    if isinstance(value, Bound):
        return bool(function.scope) and not isinstance(value.receiver, Object)
    return bool(function.scope) and isinstance(value, Unknown | CallResult)


def _is_called_after(call: Call, scope: str) -> bool:
    """Return whether what a method is called on is named like the class that has the method (`$redis->get`, `RedisService`)."""
    target = call.function.value if isinstance(call.function, Member) else None
    named = getattr(target, "name", "").lower().replace("_", "")
    class_ = scope.rpartition(".")[2].lower()
    return bool(named) and (named in class_ or class_ in named or named in {"self", "this", "cls"})


def passed(call: Call, function: FunctionValue, at: Environment) -> Iterator[tuple[str, Expression, Environment]]:
    """Yield what a call passes to the parameters of a function, and the defaults of those that it leaves out."""
    if any(isinstance(argument, Spread) for argument in call.arguments):
        return
    definition = function.definition
    for parameter in definition.parameters:
        written = _argument(call, definition, parameter.name, function.unit)
        if written is not None:
            yield parameter.name, written, at
        elif parameter.default is not None:
            yield parameter.name, parameter.default, Environment(function.unit, definition.scope)
