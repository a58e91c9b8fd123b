"""Whose method a call runs: that of the class of the object which it is called on."""

from collections.abc import Callable, Iterator

from dblint.interpret.evaluation.values import ClassValue, Environment, FunctionValue, Object, Value
from dblint.interpret.tree.program import Program
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import Class, Expression, Member, Name

Owner = tuple[Unit, Class]
"""A class with the file that it stands in."""


class Owners:
    """Finds classes of objects; `value_of` says what an expression is, `above` a class and those it inherits from."""

    def __init__(
        self,
        program: Program,
        value_of: Callable[[Expression, Environment], Value],
        above: Callable[[Unit, Class], list[Owner]],
    ) -> None:
        self._program = program
        self._value_of = value_of
        self._above = above

    def below(self, owner: Owner) -> Iterator[Owner]:
        """Yield the classes of the tree that derive from a class."""
        yield from (below for below in self._program.deriving(owner[1].name) if owner in self._above(*below))

    def methods(
        self, written: Expression, found: FunctionValue, at: Environment
    ) -> Iterator[tuple[FunctionValue, Owner | None]]:
        """Yield the methods that a call may run, each with the class of its object.

        Where that class has none that gives anything, those of the classes below are meant.
        """
        home = found.unit.classes.get(found.definition.scope)
        if home is None:
            yield found, None
            return
        owner = self._object_of(written, (found.unit, home), at)
        nearest = self._method(owner, found) if owner is not None else found
        if nearest.definition.returns:
            yield nearest, owner
            return
        for below in self.below(owner or (found.unit, home)):
            yield self._method(below, found), below

    def _object_of(self, written: Expression, home: Owner, at: Environment) -> Owner | None:
        """Return the class of the object that a method is called on, None where it is none that has the method."""
        held = written.value if isinstance(written, Member) else None
        if held is None or (isinstance(held, Name) and held.name in {"self", "cls"}):
            owner = at.receiver or self._program.class_around(at.unit, at.scope)
        else:
            value = self._value_of(held, at)
            owner = (value.unit, value.definition) if isinstance(value, Object | ClassValue) else None
        return owner if owner is not None and home in self._above(*owner) else None

    def _method(self, owner: Owner, found: FunctionValue) -> FunctionValue:
        """Return the method of the nearest class of an object's that says what it gives."""
        for unit, definition in self._above(*owner):
            method = unit.functions.get(f"{definition.qualified}.{found.definition.name}")
            if unit is found.unit and definition.qualified == found.definition.scope:
                return found  # of several with one name that which is meant
            if method is not None and method.returns:
                return FunctionValue(unit, method, found.model)
        return found
