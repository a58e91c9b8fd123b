"""Syntax facts of all files, with the frameworks' vocabulary, become statements, declarations and unresolved places."""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial

from msgspec.structs import replace

from dblint.engine.memory import FORGETFUL, Memory
from dblint.engine.stopwatch import Stopwatch
from dblint.frameworks.schema import Framework
from dblint.interpret.connecting.connections import connections
from dblint.interpret.connecting.settings import Settings
from dblint.interpret.culprits import confined
from dblint.interpret.evaluation.evaluate import Evaluator
from dblint.interpret.mapping.declarations import declarations, options
from dblint.interpret.mapping.outside import described
from dblint.interpret.queries.earlier import Earlier
from dblint.interpret.queries.plugged import plugged
from dblint.interpret.queries.statements import record
from dblint.interpret.queries.transactions import transactions
from dblint.interpret.specific.django import labels
from dblint.interpret.specific.routers import routed_tables, routes, sent
from dblint.interpret.strings.sinks import Sinks, packages_of
from dblint.interpret.tree.mentions import Mentions
from dblint.interpret.tree.program import Program
from dblint.languages.families import by_family, together
from dblint.model.facts import Interpretation
from dblint.model.sql import Dialect
from dblint.model.syntax import Module
from dblint.sql import ReadScript, read_script

__all__ = ["Interpretation", "interpret"]


def interpret(
    modules: Iterable[Module],
    frameworks: tuple[Framework, ...],
    files: Callable[[str], str | None] = lambda _: None,
    scripts: ReadScript = read_script,
    watch: Stopwatch | None = None,
    memory: Memory = FORGETFUL,
) -> Interpretation:
    """Return what the source code of a tree says about tables.

    `files` gives the text of a file that code reads by its path, `scripts` the statements of an SQL text. What a file said in
    an earlier run that `memory` knows of is not worked out again if nothing that it rests on has changed.
    """
    found = []
    for family, members in by_family(modules):
        known = tuple(each for each in frameworks if each.language == family)
        found.append(confined(members, partial(_interpret, known, files, scripts, watch, memory)))
    return together(found)


def _interpret(
    frameworks: tuple[Framework, ...],
    files: Callable[[str], str | None],
    scripts: ReadScript,
    watch: Stopwatch | None,
    memory: Memory,
    modules: Iterable[Module],
) -> Interpretation:
    """Return what the modules of languages that can name each other's classes say."""
    earlier = Earlier(memory, frameworks, files)
    packages = frozenset(name for framework in frameworks for name in framework.packages)
    program = Program(described(modules), packages, earlier.files)
    evaluator = Evaluator(program, frameworks, earlier.files)
    if watch:
        _take_down(program, frameworks, watch)
    took = watch.interpreted if watch else lambda _path, _seconds: None
    recorded = record(evaluator, Sinks(frameworks), _dialects(program, frameworks), scripts, took, earlier)
    settings = Settings(program, frameworks, evaluator.models, evaluator.value, evaluator.callers)
    routed = routes(evaluator, settings)
    models = tuple(declarations(evaluator, recorded.declared))
    mentions = Mentions(program)
    tables = routed_tables(models, routed)
    written = plugged(program, frameworks, (*recorded.statements, *options(evaluator)))
    return Interpretation(
        statements=tuple(sent(written, tables)),
        declarations=tuple(replace(each, connection=each.connection or tables.get(each.table, "")) for each in models),
        unresolved=recorded.unresolved,
        imports=tuple(sorted({*mentions.edges(), *recorded.imports})),
        reaches=tuple(sorted(set(mentions.reaches()))),
        connections=tuple(dict.fromkeys(connections(evaluator, settings))),
        labels=labels(program, evaluator.texts),
        routes=tuple(sorted(routed.items())),
        transactions=tuple(transactions(evaluator)),
        calls=recorded.calls,
    )


def _take_down(program: Program, frameworks: tuple[Framework, ...], watch: Stopwatch) -> None:
    """Tell the watch which frameworks each file names."""
    for path, unit in program.units.items():
        packages = packages_of(unit)
        watch.imports(path, (each.name for each in frameworks if not packages.isdisjoint(each.packages)))


def _dialects(program: Program, frameworks: tuple[Framework, ...]) -> dict[str, Dialect]:
    """Return the dialect of each top-level folder: that of the driver which most of its files import."""
    votes: dict[str, Counter[Dialect]] = {}
    for path, unit in program.units.items():
        packages = packages_of(unit)
        for framework in frameworks:
            if framework.dialect and not packages.isdisjoint(framework.packages):
                votes.setdefault(path.partition("/")[0], Counter())[framework.dialect] += 1
    return {folder: counter.most_common(1)[0][0] for folder, counter in votes.items()}
