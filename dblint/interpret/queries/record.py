"""What interpretation writes down: what each file says by itself, and all of them together."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from dblint.interpret.evaluation.values import Environment
from dblint.model.base import Fact
from dblint.model.facts import Declaration, RawCall, RawStatement, Unresolved
from dblint.model.place import Place
from dblint.model.schema import TableName
from dblint.sql import HOLE, is_system


class Told(Fact, frozen=True):
    """What evaluating a file gave, in the order in which it was met, as it can be kept from run to run.

    Statements, unresolved places and calls come with the name of the text in which they stand: several files may hand on one
    text, which counts once. `expressions` are names of common table expressions by file, `consumed` the texts that were read
    and `derived` the methods of repositories that were called, both by file and line; `imports` are files whose models are
    named without an import, `declared` the tables that calls make.
    """

    statements: tuple[tuple[str, RawStatement], ...] = ()
    unresolved: tuple[tuple[str, Unresolved], ...] = ()
    calls: tuple[tuple[str, RawCall], ...] = ()
    expressions: tuple[tuple[str, str], ...] = ()
    consumed: tuple[tuple[str, int], ...] = ()
    derived: tuple[tuple[str, int], ...] = ()
    imports: tuple[tuple[str, str, str], ...] = ()
    declared: tuple[Declaration, ...] = ()


class Notes:
    """Collects what one file says; `text` names the text that is being read, `consumed` are texts that need not be."""

    def __init__(self, consumed: Iterable[tuple[str, int]] = ()) -> None:
        self.consumed = set(consumed)
        self.read: set[str] = set()
        self.text = ""
        self._statements: list[tuple[str, RawStatement]] = []
        self._expressions: dict[tuple[str, str], None] = {}
        self._unresolved: dict[tuple[str, Unresolved], None] = {}
        self._calls: dict[tuple[str, RawCall], None] = {}

    def state(self, statement: RawStatement) -> None:
        """Add a statement, without the catalogue tables of the database in it: these are nobody's."""
        statement = _without(statement, _is_catalogue)
        if statement.accesses or statement.events:
            self._statements.append((self.text, statement))

    def says(self, place: Place) -> bool:
        """Return whether a call at a place is understood: a function that is handed to another is read with what that gives."""
        return any(statement.place == place for _, statement in reversed(self._statements))

    def call(self, call: RawCall) -> None:
        """Add a call of a routine, or the use of a sequence."""
        self._calls[self.text, call] = None

    def define(self, path: str, names: Iterable[str]) -> None:
        """Add names of common table expressions and temporary tables: in the file they are nobody's, whatever queries take."""
        self._expressions.update({(path, name.casefold()): None for name in names})

    def unknown(self, place: Place, reason: str, text: str, at: Environment, store: str = "sql") -> None:
        """Add a database call whose tables could not be established; the text may have holes."""
        partial = " ".join(text.replace(HOLE, "⟨?⟩").split())[:200]
        self._unresolved[self.text, Unresolved(place, reason, partial, at.scope, store)] = None

    def told(self, besides: Iterable[tuple[str, ...]], declared: Iterable[Declaration]) -> Told:
        """Return all of it, with what came out besides when it was worked out."""
        came = sorted(besides)
        return Told(
            tuple(self._statements),
            tuple(self._unresolved),
            tuple(self._calls),
            tuple(self._expressions),
            tuple(sorted(self.consumed)),
            tuple((each[1], int(each[2])) for each in came if each[0] == "derived"),
            tuple((each[1], each[2], each[3]) for each in came if each[0] == "import"),
            tuple(declared),
        )


class Record:
    """What all files say together; a place is told once, and so is a text, by the first file that hands it on."""

    def __init__(self) -> None:
        self.consumed: defaultdict[str, set[int]] = defaultdict(set)
        self.derived: defaultdict[str, set[int]] = defaultdict(set)
        self.imports: set[tuple[str, str, str]] = set()
        self.declared: list[Declaration] = []
        self._texts: set[str] = set()
        self._statements: list[RawStatement] = []
        self._expressions: defaultdict[str, set[str]] = defaultdict(set)
        self._unresolved: dict[Unresolved, None] = {}
        self._calls: dict[RawCall, None] = {}

    def add(self, told: Told) -> None:
        """Add what one file says."""
        fresh = {text for each in (told.statements, told.unresolved, told.calls) for text, _ in each} - self._texts | {""}
        self._statements += (each for text, each in told.statements if text in fresh)
        self._unresolved.update({each: None for text, each in told.unresolved if text in fresh})
        self._calls.update({each: None for text, each in told.calls if text in fresh})
        self._texts |= fresh
        for path, name in told.expressions:
            self._expressions[path].add(name)
        for path, line in told.consumed:
            self.consumed[path].add(line)
        for path, line in told.derived:
            self.derived[path].add(line)
        self.imports.update(told.imports)
        self.declared += told.declared

    @property
    def calls(self) -> tuple[RawCall, ...]:
        """The calls in the order they were met."""
        return tuple(self._calls)

    @property
    def statements(self) -> list[RawStatement]:
        """The statements in the order they were met."""
        found = (self._with_tables_only(each) for each in self._statements)
        return [each for each in found if each.accesses or each.events]

    def _with_tables_only(self, statement: RawStatement) -> RawStatement:
        defined = self._expressions.get(statement.place.path)
        if not defined:
            return statement
        return _without(statement, lambda table: not table.schema and table.name.casefold() in defined)

    @property
    def unresolved(self) -> tuple[Unresolved, ...]:
        """The unresolved places in the order they were met."""
        return tuple(self._unresolved)


def _without(statement: RawStatement, is_no_table: Callable[[TableName], bool]) -> RawStatement:
    """Return a statement without the names of relational databases that are no tables."""
    accesses = tuple(each for each in statement.accesses if each.store != "sql" or not is_no_table(each.table))
    if len(accesses) == len(statement.accesses):
        return statement
    own = ((tuple(table for table in tables if not is_no_table(table)), kind, place) for tables, kind, place in statement.joins)
    joins = tuple((tables, kind, place) for tables, kind, place in own if len(tables) > 1)
    return replace(statement, accesses=accesses, joins=joins)


def _is_catalogue(table: TableName) -> bool:
    """Return whether a table that code names by itself is the database's own; a schema may be anybody's."""
    return not table.schema and is_system(table, "generic")


def others(givers: Iterable[tuple[str, str]], at: Environment) -> tuple[tuple[str, str], ...]:
    """Return the code that has to run for a statement besides the code in which it stands."""
    return tuple(giver for giver in givers if giver != (at.unit.path, at.scope))
