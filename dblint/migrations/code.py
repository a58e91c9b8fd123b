"""Migrations in code, read without running them: what a function does, with names replaced by what they stand for.

Branches are not told apart (every one of them may run), loops over literal lists are unrolled, functions of the same module are
followed. What only run time knows stays as a name or as `Opaque`.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from msgspec.structs import replace

from dblint.migrations.expressions import LONGEST_LOOP, bound, combined, elements, is_small, names_in, picked
from dblint.model.syntax import (
    Binding,
    Call,
    Choice,
    Each,
    Expression,
    Function,
    Item,
    Items,
    Lambda,
    Member,
    Module,
    Name,
    Operation,
    Spread,
    Template,
    Text,
)
from dblint.model.syntax import Mapping as Pairs

_LOOPS = ("for", "each")
# What opens a loop or a block stands as an evaluation of its own, where it is evaluated.
_OPENING = (*_LOOPS, "block")
_DEEPEST = 150
_CALL_DEPTH = 12
_MOST_CALLS = 20_000
# Names that stand for names grow without bound (`b = a + a; c = b + b` …), so the work on one file is limited.
_BUDGET = 500_000
Environment = Mapping[str, Expression]


class Code:
    """One module, ready to be asked what its functions do."""

    def __init__(self, module: Module) -> None:
        """Index the bindings, functions and steps of a module by scope."""
        self.module = module
        self.budget = _BUDGET
        self.functions = {function.qualified: function for function in module.functions}
        self._bindings: dict[tuple[str, str], list[Binding]] = {}
        self._steps: dict[str, list[tuple[int, Expression]]] = {}
        for binding in module.bindings:
            self._bindings.setdefault((binding.scope, binding.target), []).append(binding)
            if binding.value is not None and binding.operator not in _OPENING:
                self._steps.setdefault(binding.scope, []).append((binding.line, binding.value))
        self.appended: dict[tuple[str, str], list[Expression]] = {}
        for evaluation in module.evaluations:
            match evaluation.expression:
                case Call(function=Member(value=Name(name=name), name="append"), arguments=(added,)):
                    self.appended.setdefault((evaluation.scope, name), []).append(added)
            self._steps.setdefault(evaluation.scope, []).append((evaluation.line, evaluation.expression))
        self._callbacks = {function.name: function for function in module.functions if function.name.startswith("@")}
        if module.language != "python":
            # There a migration gives back what it does: a promise, or the value of its last line.
            for function in module.functions:
                self._steps.setdefault(function.qualified, []).extend((each.line, each) for each in function.returns)
        for steps in self._steps.values():
            steps.sort(key=lambda step: step[0])
        self._imported = {each.name: ".".join(filter(None, (each.module, each.member))) for each in module.imports}

    def origin(self, expression: Expression) -> str:
        """The dotted name of a callable or module as it was imported: `op.f` is `alembic.op.f` where `op` is."""
        if isinstance(expression, Name):
            return self._imported.get(expression.name, expression.name)
        if isinstance(expression, Member):
            before = self.origin(expression.value)
            return f"{before}.{expression.name}" if before else ""
        return ""

    def is_imported(self, expression: Expression) -> bool:
        """Whether a name comes from another module."""
        return isinstance(expression, Name) and expression.name in self._imported

    def constant(self, name: str) -> Expression | None:
        """What a name of the module is last bound to, closed."""
        found = self._bindings.get(("", name))
        if not found or found[-1].value is None:
            return None
        return _Closing(self, "", found[-1].line + 1).close(found[-1].value)

    def attribute(self, owner: str, name: str) -> Expression | None:
        """What a name in the body of a class is bound to, closed."""
        found = self._bindings.get((owner, name))
        if not found:
            return None
        return _Closing(self, owner, found[-1].line + 1).close(Name(name, found[-1].line))

    def calls(self, function: Function) -> Iterator[Call]:
        """Every call that a function makes for its effect, in order and closed; functions of the module are looked into."""
        yield from islice(self._calls(function, {}, ()), _MOST_CALLS)

    def module_calls(self) -> Iterator[Call]:
        """Every call that stands at module level for its effect or in the value of a name."""
        for line, expression in self._steps.get("", ()):
            for closing in _Closing(self, "", line).unrolled(expression):
                yield from self._effects(closing, expression, ())

    def _calls(self, function: Function, given: Environment, above: tuple[str, ...]) -> Iterator[Call]:
        scope = function.qualified
        for line, expression in self._steps.get(scope, ()):
            for closing in _Closing(self, scope, line, given).unrolled(expression):
                yield from self._effects(closing, expression, (*above, scope))

    def _effects(self, closing: "_Closing", expression: Expression, above: tuple[str, ...]) -> Iterator[Call]:
        while isinstance(expression, Member):
            # `err := tx.Exec(…).Error`
            expression = expression.value
        if isinstance(expression, Each):
            for each in closing.inside(expression):
                yield from self._effects(each, expression.element, above)
        elif isinstance(expression, Choice | Items):
            for option in expression.options if isinstance(expression, Choice) else expression.values:
                yield from self._effects(closing, option, above)
        elif isinstance(expression, Call):
            followed = self._followed(expression, closing.scope)
            if followed is None:
                closed = closing.close(expression)
                if isinstance(closed, Call):
                    yield closed
            elif followed.qualified not in above and len(above) < _CALL_DEPTH:
                yield from self._calls(followed, _arguments(followed, expression, closing), above)

    def _followed(self, call: Call, scope: str) -> Function | None:
        """The function of this module that is called, or handed over to be called (`op.run_async(move)`)."""
        names = [call.function]
        if isinstance(call.function, Member) and call.function.name in ("run_async", "run_sync", "run_callable"):
            names += call.arguments[:1]
        for name in names:
            own = isinstance(name, Member) and isinstance(name.value, Name) and name.value.name in ("self", "this")
            found = self.function(name.name, scope) if isinstance(name, Name) or (own and isinstance(name, Member)) else None
            if found is not None:
                return found
        return None

    def function(self, name: str, scope: str) -> Function | None:
        """The function that a name means in a scope."""
        while True:
            found = self.functions.get(f"{scope}.{name}" if scope else name)
            if found is not None or not scope:
                return found
            scope = scope.rpartition(".")[0]

    def callback(self, name: str) -> Function | None:
        """The anonymous function of this name, or the one of the module."""
        return self._callbacks.get(name) or self.functions.get(name)

    def returned(self, function: Function, value: Expression) -> Expression:
        """A value that a function returns, closed."""
        return _Closing(self, function.qualified, function.end).close(value)

    def lookup(self, name: str, scope: str, line: int) -> Binding | None:
        """The binding of a name that holds in a line of a scope: the last one above it, or one of an outer scope."""
        while True:
            found = self._bindings.get((scope, name))
            if found:
                above = [binding for binding in found if binding.line <= line]
                return (above or found)[-1 if above or not scope else 0]
            if not scope:
                return None
            scope, line = scope.rpartition(".")[0], 1 << 40


def _arguments(function: Function, call: Call, closing: "_Closing") -> Environment:
    names = [parameter.name for parameter in function.parameters]
    names = names[1:] if names[:1] in (["self"], ["cls"]) else names  # what a method is called on is no argument
    given: dict[str, Expression] = {
        parameter.name: parameter.default for parameter in function.parameters if parameter.default is not None
    }
    given |= {name: closing.close(value) for name, value in zip(names, call.arguments, strict=False)}
    given |= {name: closing.close(value) for name, value in call.keywords if name in names}
    return {name: value for name, value in given.items() if not isinstance(value, Name) and is_small(value)}


class _Closing(NamedTuple):
    """Replaces names by what they stand for at one line of one scope."""

    code: Code
    scope: str
    line: int
    given: Environment = MappingProxyType({})
    depth: int = 0

    def unrolled(self, expression: Expression) -> Iterator["_Closing"]:
        """One closing for each round of the loops that the expression depends on, outer loops first."""
        loops: dict[tuple[str, int], list[Binding]] = {}
        for loop in self._loops(expression, set()):
            # The variables of one loop share a line; a literal list of rows is bound column by column.
            loops.setdefault((loop.scope, loop.line), []).append(loop)
        closings = [self]
        for bindings in loops.values():
            rounds = (each for closing in closings for each in closing.rounds(bindings))
            closings = list(islice(rounds, LONGEST_LOOP))
        yield from closings

    def rounds(self, loop: list[Binding]) -> Iterator["_Closing"]:
        """One closing for each round of a loop, itself alone if the rounds are not known."""
        columns = [elements(self.close(binding.value)) for binding in loop if binding.value is not None]
        names = [binding.target for binding in loop]
        rounds = list(zip(*columns, strict=False))
        for row in rounds:
            yield self._replace(given={**self.given, **dict(zip(names, row, strict=True))})
        if not rounds:
            yield self

    def inside(self, each: Each) -> Iterator["_Closing"]:
        """One closing for each element of a comprehension."""
        closings = [self]
        for target, iterable in each.loops:
            closings = [
                closing._replace(given={**closing.given, **bound(target, value)})
                for closing in closings
                for value in elements(closing.close(iterable))
            ][:LONGEST_LOOP]
        yield from closings

    def _loops(self, expression: Expression, seen: set[int]) -> Iterator[Binding]:
        for name in names_in(expression):
            binding = None if name in self.given else self.code.lookup(name, self.scope, self.line)
            if binding is None or binding.value is None or id(binding) in seen:
                continue
            seen.add(id(binding))
            yield from self._loops(binding.value, seen)
            if binding.operator in _LOOPS and binding.scope:
                yield binding

    def close(self, expression: Expression) -> Expression:  # noqa: C901 -- one case for each kind of expression
        """The expression with every name replaced that this file explains."""
        self.code.budget -= 1
        if self.depth > _DEEPEST or self.code.budget < 0:
            return expression
        deeper = self._replace(depth=self.depth + 1)
        match expression:
            case Name(name=name):
                return deeper.named(expression, name)
            case Call():
                return deeper.called(expression)
            case Member():
                return replace(expression, value=deeper.close(expression.value))
            case Item():
                return picked(replace(expression, value=deeper.close(expression.value), key=deeper.close(expression.key)))
            case Items():
                return replace(expression, values=deeper.spread(expression.values))
            case Template():
                return replace(expression, parts=tuple(map(deeper.placed, expression.parts)))
            case Operation():
                return combined(replace(expression, left=deeper.placed(expression.left), right=deeper.placed(expression.right)))
            case Choice():
                return replace(expression, options=tuple(map(deeper.close, expression.options)))
            case Pairs():
                pairs = tuple((deeper.close(key), deeper.close(value)) for key, value in expression.pairs)
                return replace(expression, pairs=pairs)
            case Each():
                elements = tuple(each.close(expression.element) for each in deeper.inside(expression))
                return Items(elements, expression.line) if elements else expression
            case Spread():
                return replace(expression, value=deeper.close(expression.value))
            case Lambda():
                return deeper.parametrised(expression)
        return expression

    def parametrised(self, expression: Lambda) -> Expression:
        """A function whose body knows the names around it, but not what its parameters hide."""
        own = {name: Name(name, expression.line) for name in expression.parameters}
        return replace(expression, body=self._replace(given={**self.given, **own}).close(expression.body))

    def placed(self, part: Expression) -> Expression:
        """A part of a text, closed; what a name stands for counts as written where the name is."""
        closed = self.close(part)
        return Text(closed.value, part.line) if isinstance(closed, Text) and not isinstance(part, Text) else closed

    def named(self, expression: Expression, name: str) -> Expression:
        """What a name stands for."""
        if name in self.given:
            return self.given[name]
        binding = self.code.lookup(name, self.scope, self.line)
        if binding is None or binding.value is None or binding.operator in (*_LOOPS, ":"):
            return expression
        if binding.operator == "block" and binding.scope.rpartition(".")[2].startswith("@"):
            # The parameter of a callback: who follows the callback knows what it was passed to.
            return expression
        # The value is read as of the line before: `x = f(x)` means the earlier x.
        before = self._replace(scope=binding.scope, line=binding.line - 1)
        value = before.close(binding.value)
        added = self.code.appended.get((binding.scope, name))
        if added and isinstance(value, Items):
            return replace(value, values=(*value.values, *self._replace(scope=binding.scope).spread(tuple(added))))
        if binding.operator == "+=":
            return combined(Operation("+", before.named(expression, name), value, binding.line))
        return value

    def called(self, call: Call) -> Expression:
        """A call with closed arguments; what a function of this module returns, where it does no more than that."""
        if isinstance(call.function, Name):
            function = self.code.function(call.function.name, self.scope)
            if function is not None and len(function.returns) == 1:
                given = _arguments(function, call, self)
                return _Closing(self.code, function.qualified, function.end, given, self.depth + 1).close(function.returns[0])
        closed = call.function if isinstance(call.function, Name) else self.close(call.function)
        keywords: list[tuple[str, Expression]] = [(name, self.close(value)) for name, value in call.keywords]
        arguments: list[Expression] = []
        for argument in self.spread(call.arguments):
            # `**{"nullable": True}`, written apart.
            if isinstance(argument, Spread) and isinstance(argument.value, Pairs):
                keywords += [(key.value, value) for key, value in argument.value.pairs if isinstance(key, Text)]
            else:
                arguments.append(argument)
        return Call(closed, tuple(arguments), tuple(keywords), call.line)

    def spread(self, values: tuple[Expression, ...]) -> tuple[Expression, ...]:
        """Closed values, `*list` written out where the list is known."""
        out: list[Expression] = []
        for value in values:
            closed = self.close(value)
            if isinstance(closed, Spread) and isinstance(closed.value, Items):
                out += closed.value.values
            else:
                out.append(closed)
        return tuple(out)
