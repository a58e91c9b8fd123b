"""Transaction scopes: which lines of code run inside one transaction, calls followed as far as they resolve.

A scope is opened by a framework's word, by SQL that says so (`BEGIN`), or by a function of the tree that opens one around what
it is given; the first phase of a two-phase commit is one as well.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from dblint.frameworks.schema import Framework
from dblint.interpret.evaluation.values import Bound, Entity, Environment, External, FunctionValue
from dblint.interpret.queries.following import Following
from dblint.interpret.tree.inside import nodes
from dblint.interpret.tree.program import dotted
from dblint.languages.vocabulary import may_open_transaction
from dblint.model.facts import TWO_PHASE, RawTransaction
from dblint.model.place import Place
from dblint.model.sql import Transaction
from dblint.model.syntax import Call, Expression, Function, Items, Lambda, Literal, Member, Name
from dblint.sql import may_begin
from dblint.sql import transactions as transactions_of

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.tree.units import Unit

DEEPEST = 6
"""How far calls are followed from the scope of a transaction."""

Lines = tuple[str, int, int]
"""A file with the first and last line of a part of it."""


class _Opened(NamedTuple):
    """Where a transaction is opened, by what, and the lines of its file that run in it.

    `ended`: something in it ends it, so that a function which does so itself has a transaction of its own.
    """

    framework: str
    scope: str
    line: int
    last: int
    uses: tuple[str, ...]
    ended: bool = False


_BEGIN = re.compile(r"\s*(?:BEGIN(?:\s+(?:TRAN\w*|WORK|ISOLATION.*))?|START\s+TRANSACTION.*)\s*;?\s*\Z", re.IGNORECASE)
_END = re.compile(r"\s*(?:COMMIT|END|ROLLBACK)\b", re.IGNORECASE)


def transactions(evaluator: "Evaluator") -> Iterator[RawTransaction]:
    """Yield every transaction scope of a program with all lines that run in it."""
    found = _Transactions(evaluator)
    for unit in evaluator.program.units.values():
        yield from found.of(unit)


class _Words:
    """The frameworks by the names that say something of a transaction, in each of the forms they may have."""

    def __init__(self, frameworks: tuple[Framework, ...]) -> None:
        self.decorators: defaultdict[str, list[Framework]] = defaultdict(list)
        self.blocks: defaultdict[str, list[Framework]] = defaultdict(list)
        self.opens: defaultdict[str, list[Framework]] = defaultdict(list)
        self.closes: defaultdict[str, list[Framework]] = defaultdict(list)
        self.two_phase: defaultdict[str, list[Framework]] = defaultdict(list)
        self.two_phase_keywords = {name for each in frameworks for name in each.transactions.two_phase_keywords}
        for framework in frameworks:
            rule = framework.transactions
            for names, known in (
                (rule.decorators, self.decorators),
                (rule.blocks, self.blocks),
                (rule.opens, self.opens),
                (rule.closes, self.closes),
                (rule.two_phase, self.two_phase),
            ):
                for name in names:
                    known[name].append(framework)


class _Transactions:
    """Finds the scopes of transactions in the files of a program."""

    def __init__(self, evaluator: "Evaluator") -> None:
        self._evaluator = evaluator
        self._words = _Words(evaluator.frameworks)
        self._following = Following(evaluator)
        self._closed: dict[str, dict[str, list[int]]] = {}
        self._known: dict[str, tuple[_Opened, ...]] = {}
        self._speaking: dict[str, bool] = {}
        self._in_texts: dict[str, tuple[Transaction, ...]] = {}

    def of(self, unit: "Unit") -> Iterator[RawTransaction]:
        """Yield the transaction scopes of a file."""
        opened = dict.fromkeys((*self._openings(unit), *self._around_callbacks(unit), *self._around_functions(unit)))
        for each in (*opened, *self._ended(unit, {each.scope for each in opened})):
            found: dict[Lines, None] = {}
            self._follow(Environment(unit, each.scope), (unit.path, each.line, each.last), each, each.uses, found)
            yield RawTransaction(Place(unit.path, each.line), each.framework, each.scope, tuple(found))
        yield from self._in_two_phases(unit)

    def _openings(self, unit: "Unit") -> tuple[_Opened, ...]:
        """The transactions that words or SQL open in a file, found once."""
        if unit.path not in self._known:
            self._known[unit.path] = (*self._opened(unit), *self._by_text(unit))
        return self._known[unit.path]

    def _by_text(self, unit: "Unit") -> Iterator[_Opened]:
        """Yield the transactions that SQL text opens: up to the text that ends them, or the end of the function or the text."""
        if not self._speaks(unit):
            return
        texts = sorted(((text, item.scope) for item in unit.outermost for text in item.texts), key=lambda found: found[0].line)
        for text, scope in texts:
            around = unit.functions.get(scope)
            if around is not None and _BEGIN.match(text.value):
                ends = (
                    each.line for each, where in texts if where == scope and each.line > text.line and _END.match(each.value)
                )
                yield _Opened("sql", scope, text.line, next(ends, around.end), around.uses)
                continue
            for each in self._in_text(text.value):
                first, last = (text.line + sum(1 for at in text.breaks if at <= offset) for offset in (each.first, each.last))
                if not each.in_two_phases:
                    yield _Opened("sql", scope, first, last, ())

    def _speaks(self, unit: "Unit") -> bool:
        """Return whether a transaction may begin in one of the texts of a file, looked for once."""
        if unit.path not in self._speaking:
            self._speaking[unit.path] = may_begin("\n".join([text.value for item in unit.outermost for text in item.texts]))
        return self._speaking[unit.path]

    def _in_text(self, text: str) -> tuple[Transaction, ...]:
        """Return the transactions of a text, looked for once."""
        if text not in self._in_texts:
            self._in_texts[text] = transactions_of(text)
        return self._in_texts[text]

    def _opened(self, unit: "Unit") -> Iterator[_Opened]:
        """Yield the transactions that words of frameworks open."""
        words = self._words
        for decorators, function in _decorated(unit):
            for decorator in decorators:
                framework = self._meant(decorator, Environment(unit, function.scope), words.decorators)
                if framework is not None:
                    yield _Opened(framework.name, function.qualified, function.line, function.end, function.uses)
        for block in unit.module.blocks:
            framework = self._meant(block.call, Environment(unit, block.scope), words.blocks)
            if framework is not None:
                yield _Opened(framework.name, block.scope, block.line, block.end, block.uses)
        yield from self._called(unit)

    def _called(self, unit: "Unit") -> Iterator[_Opened]:
        """Yield the transactions that calls open for the rest of a function, or for what is listed in them."""
        governed = {block.line for block in unit.module.blocks}
        said = not (unit.called.isdisjoint(self._words.opens) and unit.called.isdisjoint(self._words.blocks))
        for item in unit.outermost if said else ():
            around = unit.functions.get(item.scope)
            for call in item.calls if around is not None and item.expression.line not in governed else ():
                at = Environment(unit, item.scope)
                framework = self._meant(call, at, self._words.opens)
                if framework is not None and around is not None:
                    yield _Opened(framework.name, item.scope, call.line, around.end, around.uses)
                listing = any(isinstance(argument, Items) for argument in call.arguments)
                framework = self._meant(call, at, self._words.blocks) if listing else None
                if framework is not None:  # `prisma.$transaction([…, …])`
                    yield _Opened(framework.name, item.scope, call.line, _last_line(call), ())

    def _ended(self, unit: "Unit", opened: set[str]) -> Iterator[_Opened]:
        """Yield the transactions that are only ended: each begins after the one before it in its function."""
        for scope, lines in self._closing(unit).items():
            around = unit.functions.get(scope)
            if around is None or scope in opened:
                continue
            first = around.line
            for line in lines:
                uses = around.uses if len(lines) == 1 else ()
                yield _Opened("commit", scope, first, line, uses, ended=True)
                first = line + 1

    def _closing(self, unit: "Unit") -> dict[str, list[int]]:
        """The lines on which transactions are ended, in order, by the scope they stand in."""
        if unit.path not in self._closed:
            found: defaultdict[str, set[int]] = defaultdict(set)
            for item in unit.outermost if not unit.called.isdisjoint(self._words.closes) else ():
                for call in item.calls:
                    if self._meant(call, Environment(unit, item.scope), self._words.closes) is not None:
                        found[item.scope].add(call.line)
            self._closed[unit.path] = {scope: sorted(lines) for scope, lines in found.items()}
        return self._closed[unit.path]

    def _around_callbacks(self, unit: "Unit") -> Iterator[_Opened]:
        """Yield the callbacks that a function of the tree gets which opens a transaction itself (`s.withTx(func …)`)."""
        for block in unit.module.blocks:
            if _name(block.call) in self._openers:
                yield _Opened("callback", block.scope, block.line, block.end, block.uses)

    def _around_functions(self, unit: "Unit") -> Iterator[_Opened]:
        """Yield the calls that give a function of the tree by its name to one that opens a transaction (`in_tx(c, place)`)."""
        for item in unit.outermost if not unit.called.isdisjoint(self._openers) else ():
            for call in item.calls:
                uses = tuple(self._functions(call, Environment(unit, item.scope))) if _name(call) in self._openers else ()
                if uses:
                    yield _Opened("callback", item.scope, call.line, _last_line(call), uses)

    def _functions(self, call: Call, at: Environment) -> Iterator[str]:
        """Yield the names of the functions of the tree that a call is given, or that a lambda among its arguments calls."""
        for argument in (*call.arguments, *(value for _, value in call.keywords)):
            inside = argument.body if isinstance(argument, Lambda) else argument
            given = inside.function if isinstance(inside, Call) and inside is not argument else inside
            if isinstance(given, Name | Member) and isinstance(self._evaluator.value(given, at), FunctionValue):
                yield dotted(given)

    @cached_property
    def _openers(self) -> frozenset[str]:
        """The names of the functions of the tree in which a transaction is opened."""
        found: set[str] = set()
        for unit in self._evaluator.program.units.values():
            found.update(each.scope.rpartition(".")[2] for each in self._openings(unit))
        return frozenset(name for name in found if may_open_transaction(name))

    def _in_two_phases(self, unit: "Unit") -> Iterator[RawTransaction]:
        """Yield the first step of a commit in two phases in each function."""
        told: set[str] = set()
        words = self._words
        asked = not (unit.called.isdisjoint(words.two_phase) and unit.keywords.isdisjoint(words.two_phase_keywords))
        for item in unit.outermost if asked or self._speaks(unit) else ():
            at = Environment(unit, item.scope)
            lines = [
                text.line + sum(1 for offset in text.breaks if offset <= each.first)
                for text in item.texts
                for each in self._in_text(text.value)
                if each.in_two_phases
            ]
            lines += [call.line for call in item.calls if self._takes_part(call, at)]
            if lines and item.scope not in told:
                told.add(item.scope)
                yield RawTransaction(Place(unit.path, min(lines)), TWO_PHASE, item.scope, ())

    def _takes_part(self, call: Call, at: Environment) -> bool:
        """Return whether a call takes part in a commit in two phases, or asks for one."""
        asked = any(
            name in self._words.two_phase_keywords and isinstance(value, Literal) and value.value is True
            for name, value in call.keywords
        )
        return asked or self._meant(call, at, self._words.two_phase) is not None

    def _meant(self, expression: Expression, at: Environment, words: Mapping[str, list[Framework]]) -> Framework | None:
        """Return the framework of which a decorator or call is a word; `words` are those of its form."""
        known = words.get(_name(expression))
        function = expression.function if isinstance(expression, Call) else expression
        if not known or not isinstance(function, Name | Member):
            return None
        value = self._evaluator.value(function, at)
        while isinstance(value, Bound):
            value = value.receiver
        if isinstance(value, External):
            return next((each for each in known if value.is_of(each)), None)
        if isinstance(value, Entity):  # `Order.transaction`
            return value.model.framework if value.model.framework in known else None
        packages = self._evaluator.packages(at.unit)
        return next((each for each in known if not packages.isdisjoint(each.packages)), None)

    def _follow(
        self, at: Environment, lines: Lines, opened: _Opened, uses: tuple[str, ...], found: dict[Lines, None], depth: int = 0
    ) -> None:
        """Add lines, and those of the functions of the tree that they call."""
        if lines in found or depth > DEEPEST:
            return
        found[lines] = None
        for unit, function in self._following.called(at, uses, lines[1]):
            if opened.ended and function.qualified in self._closing(unit):
                continue
            inner = (unit.path, function.line, function.end)
            self._follow(Environment(unit, function.qualified), inner, opened, function.uses, found, depth + 1)


def _decorated(unit: "Unit") -> Iterator[tuple[tuple[Expression, ...], Function]]:
    """Yield every function with its decorators and those of its class, which hold for all its methods."""
    of_classes = {each.qualified: each.decorators for each in unit.module.classes}
    for function in unit.module.functions:
        decorators = (*function.decorators, *of_classes.get(function.scope, ()))
        if decorators:
            yield decorators, function


def _name(expression: Expression) -> str:
    function = expression.function if isinstance(expression, Call) else expression
    return getattr(function, "name", "")


def _last_line(call: Call) -> int:
    return max(getattr(node, "line", 0) for node in nodes(call))
