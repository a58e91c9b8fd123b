"""The functions of the tree that a piece of code calls, so that a transaction reaches as far as they do."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from dblint.frameworks import vocabulary
from dblint.interpret.evaluation.arguments import without_arguments
from dblint.interpret.evaluation.values import Environment, FunctionValue
from dblint.interpret.tree.modules import all_nearest
from dblint.model.syntax import Expression, Function, Member, Name, selection

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.tree.units import Unit

Found = tuple["Unit", Function]


class Following:
    """Finds what the names in a function's lines call."""

    def __init__(self, evaluator: "Evaluator") -> None:
        self._evaluator = evaluator
        self._program = evaluator.program
        self._known: dict[tuple[str, str, tuple[str, ...], int], tuple[Found, ...]] = {}

    def called(self, at: Environment, uses: tuple[str, ...], line: int) -> tuple[Found, ...]:
        """Return the functions that `uses` mean at a place; of an interface the one class that is behind it."""
        key = (at.unit.path, at.scope, uses, line)
        if key not in self._known:
            self._known[key] = tuple(self._called(at, uses, line))
        return self._known[key]

    def _called(self, at: Environment, uses: tuple[str, ...], line: int) -> Iterator[Found]:
        for written in uses:
            if written.startswith("."):
                name, _, package = selection(written)
                yield from self._selected(at.unit, name) if not package else ()
                continue
            value = self._evaluator.value(expression_of(written, line), at)
            if isinstance(value, FunctionValue):
                definition = value.definition
                holder = definition.scope.rpartition(".")[2]
                behind = (
                    self._derived(value.unit, holder, definition.name) if definition.abstract else ((value.unit, definition),)
                )
                yield from behind
            else:
                yield from self._implemented(at, written)

    def _implemented(self, at: Environment, written: str) -> tuple[Found, ...]:
        """Return the method of one's own that a bare name means, or that of a field's class.

        The interface that a field is declared with may stand in a file that says nothing of databases, and is not read.
        """
        owner = at.unit.class_of(at.scope)
        name, _, method = written.removeprefix("self.").rpartition(".")
        own = at.unit.functions.get(f"{owner}.{method}") if not name else None
        if own is not None:
            return ((at.unit, own),)
        held = at.unit.local(owner, name) if name else None
        annotation = held[-1].annotation if isinstance(held, tuple) else None
        typed = without_arguments(annotation) if annotation is not None else None
        return self._derived(at.unit, typed.name, method) if isinstance(typed, Name | Member) else ()

    def _derived(self, unit: "Unit", name: str, method: str) -> tuple[Found, ...]:
        """Return the method of the class nearest to a file that has a base; none if several are, and nobody knows which."""
        derived = (self._program.method(*holder, method) for holder in self._program.deriving(name))
        found = {each[0].path: each for each in derived if each is not None and not each[1].abstract}
        near = all_nearest(unit.path, found)
        return (found[near[0]],) if len(near) == 1 else ()

    def _selected(self, unit: "Unit", name: str) -> tuple[Found, ...]:
        """Return the method that is selected of something in Go, if only one type has it and no library a call of that name."""
        found = self._methods.get(name, []) if unit.traits.modules == "folder" and name not in self._libraries else []
        return tuple(found) if len(found) == 1 else ()

    @cached_property
    def _methods(self) -> dict[str, list[Found]]:
        """The methods of languages whose package is a folder by their names alone."""
        found: defaultdict[str, list[Found]] = defaultdict(list)
        for unit in self._program.units.values():
            for function in unit.module.functions if unit.traits.modules == "folder" else ():
                if function.scope and not function.abstract:
                    found[function.name].append((unit, function))
        return found

    @cached_property
    def _libraries(self) -> frozenset[str]:
        """The calls that libraries of Go know."""
        known = vocabulary(self._evaluator.frameworks, "go")
        return known.calls.union(*(calls for _, calls in known.guarded))


def expression_of(written: str, line: int) -> Expression:
    """Return a dotted name as an expression."""
    first, *others = written.split(".")
    expression: Expression = Name(first, line)
    for name in others:
        expression = Member(expression, name, line)
    return expression
