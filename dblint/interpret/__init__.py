"""Syntax facts of all files, with the frameworks' vocabulary, become statements, declarations and unresolved places."""

from collections import Counter
from collections.abc import Callable, Iterable

from dblint.frameworks.schema import Framework
from dblint.interpret.connections import connections
from dblint.interpret.declarations import declarations, options
from dblint.interpret.evaluate import Evaluator
from dblint.interpret.program import Program, Unit
from dblint.interpret.settings import Settings
from dblint.interpret.sinks import Sinks, packages_of
from dblint.interpret.statements import Recorder, outermost
from dblint.interpret.texts import Texts
from dblint.interpret.values import Environment, FunctionValue
from dblint.model.facts import Interpretation
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Expression, Function, Module

__all__ = ["Interpretation", "interpret"]


def interpret(
    modules: Iterable[Module], frameworks: tuple[Framework, ...], files: Callable[[str], str | None] = lambda _: None
) -> Interpretation:
    """Return what the source code of a tree says about tables; `files` gives the text of a file that code reads at a literal path."""
    program = Program(modules, frozenset(name for framework in frameworks for name in framework.packages))
    texts = Texts(
        program, lambda expression, at: evaluator.value(expression, at), _wrappers(frameworks), files, lambda *a: callers(*a)
    )
    evaluator = Evaluator(program, frameworks, texts)
    callers = Callers(evaluator)
    recorder = Recorder(evaluator, Sinks(frameworks), _dialects(program, frameworks))
    for unit in program.units.values():
        recorder.unit(unit)
    for unit in program.units.values():
        recorder.leftovers(unit)
    settings = Settings(program, frameworks, evaluator.models, evaluator.value, callers)
    return Interpretation(
        statements=(*recorder.statements, *options(evaluator)),
        declarations=tuple(declarations(evaluator)),
        unresolved=tuple(recorder.unresolved),
        imports=tuple(sorted(set(program.edges()))),
        reaches=tuple(sorted(set(program.reaches()))),
        connections=tuple(dict.fromkeys(connections(evaluator, settings))),
    )


class Callers:
    """Finds the arguments that the program's calls pass to a parameter."""

    LIMIT = 64

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._calls: dict[str, list[tuple[Call, Environment]]] | None = None
        self._asked: set[tuple[str, str, str]] = set()

    def __call__(self, at: Environment, function: Function, parameter: str) -> list[tuple[Expression, Environment]]:
        """Return (argument, where) of every call of the function, at most 64; nothing while the same question is being answered."""
        key = (at.unit.path, function.qualified, parameter)
        if key in self._asked:
            return []
        self._asked.add(key)
        try:
            found = []
            for call, where in self._index().get(function.name, ())[: self.LIMIT]:
                value = self._evaluator.value(call.function, where)
                if isinstance(value, FunctionValue) and value.definition != function:
                    continue
                argument = self._argument(call, function, parameter, at.unit)
                if argument is not None:
                    found.append((argument, where))
            return found
        finally:
            self._asked.discard(key)

    def _argument(self, call: Call, function: Function, parameter: str, unit: Unit) -> Expression | None:
        for keyword, value in call.keywords:
            if keyword == parameter:
                return value
        names = [item.name for item in function.parameters]
        position = names.index(parameter)
        if function.scope in unit.classes and names and names[0] in {"self", "cls"}:
            position -= 1
        return call.arguments[position] if 0 <= position < len(call.arguments) else None

    def _index(self) -> dict[str, list[tuple[Call, Environment]]]:
        from dblint.interpret.sinks import called, calls_of  # noqa: PLC0415 -- keeps the import list of the entry point short

        if self._calls is None:
            self._calls = {}
            for unit in self._evaluator.program.units.values():
                for expression, scope in outermost(unit):
                    for call in calls_of(expression):
                        self._calls.setdefault(called(call), []).append((call, Environment(unit, scope)))
        return self._calls


def _wrappers(frameworks: tuple[Framework, ...]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for framework in frameworks:
        for package in framework.packages if framework.texts else ():
            found.setdefault(package, {}).update(framework.texts)
    return found


def _dialects(program: Program, frameworks: tuple[Framework, ...]) -> dict[str, Dialect]:
    """Return the dialect of each top-level folder: that of the driver which most of its files import."""
    votes: dict[str, Counter[Dialect]] = {}
    for path, unit in program.units.items():
        packages = packages_of(unit)
        for framework in frameworks:
            if framework.dialect and packages & set(framework.packages):
                votes.setdefault(path.partition("/")[0], Counter())[framework.dialect] += 1
    return {folder: counter.most_common(1)[0][0] for folder, counter in votes.items()}
