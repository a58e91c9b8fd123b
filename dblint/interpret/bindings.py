"""What a name or attribute can be bound to, wherever in the program."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from dblint.interpret.program import Program
from dblint.interpret.values import Environment, Value
from dblint.model.syntax import Binding, Expression, Function, Import, Items, Member, Name, Operation

Found = tuple[Expression, Environment, bool]
"""An expression, where it stands, and whether it surely is the value (false past a default)."""


LAST_LINE = 1 << 30


class _Assigned(NamedTuple):
    """A plain assignment of a value."""

    value: Expression
    line: int


class Bindings:
    """Finds the expressions a name stands for; `value_of` says what an object is, `callers` what calls pass to a parameter."""

    def __init__(
        self,
        program: Program,
        value_of: Callable[[Expression, Environment], Value],
        callers: Callable[[Environment, Function, str], list[tuple[Expression, Environment]]],
    ) -> None:
        self._program = program
        self._value_of = value_of
        self._callers = callers

    def of(self, expression: Expression, at: Environment) -> Iterator[Found]:
        """Yield what a name, attribute or constant can be bound to: (expression, where, sure)."""
        if isinstance(expression, Name):
            found = at.unit.lookup(at.scope, expression.name)
            if found is None:
                yield from self._parameter(expression, at)
                yield from self._starred(expression.name, at)
                return
            definition, scope = found
            if isinstance(definition, tuple):
                yield from self._bound(definition, Environment(at.unit, scope), expression.line)
                if scope and self._is_parameter(at.unit.functions.get(scope), expression.name):
                    yield from self._parameter(expression, at)
            elif isinstance(definition, Import):
                exported = self._program.exported(at.unit.path, expression.name) if not scope else None
                if exported is None and definition.member:
                    target = self._program.file_of(at.unit.path, definition.module)
                    exported = self._program.exported(target, definition.member) if target else None
                if exported and isinstance(exported[1], tuple):
                    yield from self._bound(exported[1], Environment(exported[0], ""), 0)
            return
        if isinstance(expression, Member):
            yield from self._attribute(expression, at)

    @staticmethod
    def _is_parameter(function: Function | None, name: str) -> bool:
        return function is not None and any(parameter.name == name for parameter in function.parameters)

    def _starred(self, name: str, at: Environment) -> Iterator[Found]:
        exported = self._program.exported(at.unit.path, name)
        if exported and isinstance(exported[1], tuple):
            yield from self._bound(exported[1], Environment(exported[0], ""), 0)

    def _bound(self, bindings: tuple[Binding, ...], where: Environment, line: int) -> Iterator[Found]:
        """Yield the values of one name: the plain assignments, and each run of `+=` joined to the assignment before it."""
        plain = [_Assigned(item.value, item.line) for item in bindings if item.operator == "=" and item.value is not None]
        if line and len(plain) > 1 and where.scope:
            before = [item for item in plain if item.line <= line]
            plain = before or plain
        for position, item in enumerate(plain):
            following = plain[position + 1].line if position + 1 < len(plain) else LAST_LINE
            grown = item.value
            yield item.value, where, True
            for extra in bindings:
                if extra.operator == "+=" and extra.value is not None and item.line <= extra.line < following:
                    grown = Operation("+", grown, extra.value, item.line)
            if grown is not item.value:
                yield grown, where, True
        for loop in bindings:
            if loop.operator == "for" and isinstance(loop.value, Items):
                yield from ((value, where, True) for value in loop.value.values)

    def _parameter(self, expression: Name, at: Environment) -> Iterator[Found]:
        scope = at.scope
        while scope:
            function = at.unit.functions.get(scope)
            if function is not None:
                for parameter in function.parameters:
                    if parameter.name == expression.name:
                        for value, where in self._callers(at, function, parameter.name):
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
        value = self._value_of(owner, at)
        unit = getattr(value, "unit", None)
        definition = getattr(value, "definition", None) or getattr(getattr(value, "model", None), "definition", None)
        if unit is None:
            unit = getattr(getattr(value, "model", None), "unit", None)
        if unit is None:
            return
        if definition is None:
            exported = self._program.exported(unit.path, expression.name)
            if exported and isinstance(exported[1], tuple):
                yield from self._bound(exported[1], Environment(exported[0], ""), 0)
            return
        bound = unit.bindings.get((definition.qualified, expression.name), ())
        yield from self._bound(bound, Environment(unit, definition.qualified), 0)

    def _own(self, at: Environment, name: str) -> Iterator[Found]:
        owner = at.unit.class_of(at.scope)
        seen = set()
        pending = [(at.unit, owner)] if owner else []
        while pending:
            unit, qualified = pending.pop(0)
            if (unit.path, qualified) in seen:
                continue
            seen.add((unit.path, qualified))
            bound = unit.bindings.get((qualified, name), ())
            yield from self._bound(bound, Environment(unit, qualified), 0)
            for binding in unit.attributes.get((qualified, name), ()):
                if binding.operator == "=" and binding.value is not None:
                    yield binding.value, Environment(unit, binding.scope), True
            for base in unit.classes[qualified].bases:
                value = self._value_of(base, Environment(unit, unit.classes[qualified].scope))
                definition = getattr(value, "definition", None) or getattr(getattr(value, "model", None), "definition", None)
                base_unit = getattr(value, "unit", None) or getattr(getattr(value, "model", None), "unit", None)
                if definition is not None and base_unit is not None:
                    pending.append((base_unit, definition.qualified))
