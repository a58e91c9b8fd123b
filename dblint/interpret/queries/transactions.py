"""Transaction scopes: which lines of code run inside one transaction, calls followed as far as they resolve.

A scope is opened by a framework's word, or by SQL that says so (`BEGIN`); the first phase of a two-phase commit is one as well.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from dblint.frameworks.schema import Framework
from dblint.interpret.evaluation.values import Bound, Environment, External, FunctionValue
from dblint.model.facts import TWO_PHASE, RawTransaction
from dblint.model.place import Place
from dblint.model.syntax import Call, Expression, Member, Name

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.tree.units import Unit

DEEPEST = 6
"""How far calls are followed from the scope of a transaction."""

Lines = tuple[str, int, int]
"""A file with the first and last line of a part of it."""


class _Opened(NamedTuple):
    """Where a transaction is opened, by what, and the lines of its file that run in it."""

    framework: str
    scope: str
    line: int
    last: int
    uses: tuple[str, ...]


_BEGIN = re.compile(r"\s*(?:BEGIN(?:\s+(?:TRAN\w*|WORK|ISOLATION.*))?|START\s+TRANSACTION.*)\s*;?\s*\Z", re.IGNORECASE)
_INSIDE = re.compile(r"\bBEGIN(?:\s+TRAN\w*|\s+WORK)?\s*;|\bSTART\s+TRANSACTION\b", re.IGNORECASE)
_END = re.compile(r"\s*(?:COMMIT|END|ROLLBACK)\b", re.IGNORECASE)
# https://www.postgresql.org/docs/current/sql-prepare-transaction.html, https://dev.mysql.com/doc/refman/en/xa-statements.html
_TWO_PHASE = re.compile(
    r"\s*(?:XA\s+(?:START|BEGIN|END|PREPARE|COMMIT)|PREPARE\s+TRANSACTION|COMMIT\s+PREPARED|BEGIN\s+DISTRIBUTED\s+TRAN)\b",
    re.IGNORECASE,
)
_ENLISTING = frozenset({"EnlistDistributedTransaction", "enlistResource"})


def transactions(evaluator: "Evaluator") -> Iterator[RawTransaction]:
    """Yield every transaction scope of a program with all lines that run in it."""
    words = _Words(evaluator.frameworks)
    for unit in evaluator.program.units.values():
        for opened in dict.fromkeys(_opened(evaluator, unit, words)):
            found: dict[Lines, None] = {}
            lines = (unit.path, opened.line, opened.last)
            _follow(evaluator, Environment(unit, opened.scope), lines, opened.uses, found)
            yield RawTransaction(Place(unit.path, opened.line), opened.framework, opened.scope, tuple(found))
        yield from _in_two_phases(unit)


class _Words:
    """The frameworks by the names that open a transaction, in each of the forms they may have."""

    def __init__(self, frameworks: tuple[Framework, ...]) -> None:
        self.decorators: defaultdict[str, list[Framework]] = defaultdict(list)
        self.blocks: defaultdict[str, list[Framework]] = defaultdict(list)
        self.opens: defaultdict[str, list[Framework]] = defaultdict(list)
        for framework in frameworks:
            rule = framework.transactions
            for names, known in ((rule.decorators, self.decorators), (rule.blocks, self.blocks), (rule.opens, self.opens)):
                for name in names:
                    known[name].append(framework)


def _opened(evaluator: "Evaluator", unit: "Unit", words: _Words) -> Iterator[_Opened]:
    for function in unit.module.functions:
        for decorator in function.decorators:
            framework = _opening(evaluator, decorator, Environment(unit, function.scope), words.decorators)
            if framework is not None:
                yield _Opened(framework.name, function.qualified, function.line, function.end, function.uses)
    for block in unit.module.blocks:
        framework = _opening(evaluator, block.call, Environment(unit, block.scope), words.blocks)
        if framework is not None:
            yield _Opened(framework.name, block.scope, block.line, block.end, block.uses)
    yield from _by_text(unit)
    governed = {block.line for block in unit.module.blocks}
    for item in unit.outermost:
        around = unit.functions.get(item.scope)
        for call in item.calls if around is not None and words.opens and item.expression.line not in governed else ():
            framework = _opening(evaluator, call, Environment(unit, item.scope), words.opens)
            if framework is not None and around is not None:
                yield _Opened(framework.name, item.scope, call.line, around.end, around.uses)


def _by_text(unit: "Unit") -> Iterator[_Opened]:
    """Yield the transactions that SQL text opens: up to the text that ends them, or the end of the function or the text."""
    texts = sorted(((text, item.scope) for item in unit.outermost for text in item.texts), key=lambda found: found[0].line)
    for text, scope in texts:
        around = unit.functions.get(scope)
        if around is not None and _BEGIN.match(text.value):
            ends = (each.line for each, where in texts if where == scope and each.line > text.line and _END.match(each.value))
            yield _Opened("sql", scope, text.line, next(ends, around.end), around.uses)
        elif _INSIDE.search(text.value) and text.breaks:
            yield _Opened("sql", scope, text.line, text.line + len(text.breaks), ())


def _in_two_phases(unit: "Unit") -> Iterator[RawTransaction]:
    """Yield the first step of a commit in two phases in each function."""
    told: set[str] = set()
    for item in unit.outermost:
        lines = [text.line for text in item.texts if _TWO_PHASE.match(text.value)]
        lines += [call.line for call in item.calls if getattr(call.function, "name", "") in _ENLISTING]
        if lines and item.scope not in told:
            told.add(item.scope)
            yield RawTransaction(Place(unit.path, min(lines)), TWO_PHASE, item.scope, ())


def _opening(
    evaluator: "Evaluator", expression: Expression, at: Environment, words: Mapping[str, list[Framework]]
) -> Framework | None:
    """Return the framework of which a decorator or call opens a transaction; `words` are those of its form."""
    function = expression.function if isinstance(expression, Call) else expression
    name = getattr(function, "name", "")
    known = words.get(name)
    if not known or not isinstance(function, Name | Member):
        return None
    value = evaluator.value(function, at)
    while isinstance(value, Bound):
        value = value.receiver
    if isinstance(value, External):
        return next((each for each in known if value.is_of(each)), None)
    packages = evaluator.packages(at.unit)
    return next((each for each in known if not packages.isdisjoint(each.packages)), None)


def _follow(
    evaluator: "Evaluator", at: Environment, lines: Lines, uses: tuple[str, ...], found: dict[Lines, None], depth: int = 0
) -> None:
    """Add lines, and those of the functions of the tree that they call."""
    if lines in found or depth > DEEPEST:
        return
    found[lines] = None
    for written in uses:
        value = evaluator.value(_chain(written, lines[1]), at)
        if isinstance(value, FunctionValue):
            function = value.definition
            inner = (value.unit.path, function.line, function.end)
            _follow(evaluator, Environment(value.unit, function.qualified), inner, function.uses, found, depth + 1)


def _chain(written: str, line: int) -> Expression:
    """Return a dotted name as an expression."""
    first, *others = written.split(".")
    expression: Expression = Name(first, line)
    for name in others:
        expression = Member(expression, name, line)
    return expression
