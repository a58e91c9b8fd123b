"""Syntax facts of all files, with the frameworks' vocabulary, become statements, declarations and unresolved places."""

from collections import Counter
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from dblint.frameworks.schema import Framework
from dblint.interpret.connections import connections
from dblint.interpret.declarations import declarations, options
from dblint.interpret.django import labels
from dblint.interpret.evaluate import Evaluator
from dblint.interpret.program import Program
from dblint.interpret.routers import routed_tables, routes, sent
from dblint.interpret.settings import Settings
from dblint.interpret.sinks import Sinks, packages_of
from dblint.interpret.statements import record
from dblint.model.facts import Interpretation
from dblint.model.sql import Dialect
from dblint.model.syntax import Module

__all__ = ["Interpretation", "interpret"]


def interpret(
    modules: Iterable[Module], frameworks: tuple[Framework, ...], files: Callable[[str], str | None] = lambda _: None
) -> Interpretation:
    """Return what the source code of a tree says about tables; `files` gives the text of a file that code reads by its path."""
    program = Program(modules, frozenset(name for framework in frameworks for name in framework.packages))
    evaluator = Evaluator(program, frameworks, files)
    recorded = record(evaluator, Sinks(frameworks), _dialects(program, frameworks))
    settings = Settings(program, frameworks, evaluator.models, evaluator.value, evaluator.callers)
    routed = routes(evaluator, settings)
    models = tuple(declarations(evaluator))
    tables = routed_tables(models, routed)
    return Interpretation(
        statements=tuple(sent((*recorded.statements, *options(evaluator)), tables)),
        declarations=tuple(replace(each, connection=each.connection or tables.get(each.table, "")) for each in models),
        unresolved=recorded.unresolved,
        imports=tuple(sorted(set(program.edges()))),
        reaches=tuple(sorted(set(program.reaches()))),
        connections=tuple(dict.fromkeys(connections(evaluator, settings))),
        labels=labels(program, evaluator.texts),
        routes=tuple(sorted(routed.items())),
    )


def _dialects(program: Program, frameworks: tuple[Framework, ...]) -> dict[str, Dialect]:
    """Return the dialect of each top-level folder: that of the driver which most of its files import."""
    votes: dict[str, Counter[Dialect]] = {}
    for path, unit in program.units.items():
        packages = packages_of(unit)
        for framework in frameworks:
            if framework.dialect and packages & set(framework.packages):
                votes.setdefault(path.partition("/")[0], Counter())[framework.dialect] += 1
    return {folder: counter.most_common(1)[0][0] for folder, counter in votes.items()}
