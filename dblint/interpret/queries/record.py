"""What interpretation has written down so far."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from dblint.interpret.evaluation.values import Environment
from dblint.model.facts import RawCall, RawStatement, Unresolved
from dblint.model.place import Place
from dblint.model.schema import TableName
from dblint.sql import HOLE, is_system


class Record:
    """Collects statements and unresolved places; a place is told once."""

    def __init__(self) -> None:
        self._statements: list[RawStatement] = []
        self._expressions: defaultdict[str, set[str]] = defaultdict(set)
        self._unresolved: dict[Unresolved, None] = {}
        self._calls: dict[RawCall, None] = {}

    def state(self, statement: RawStatement) -> None:
        """Add a statement, without the catalogue tables of the database in it: these are nobody's."""
        statement = _without(statement, _is_catalogue)
        if statement.accesses or statement.events:
            self._statements.append(statement)

    def call(self, call: RawCall) -> None:
        """Add a call of a routine, or the use of a sequence."""
        self._calls[call] = None

    @property
    def calls(self) -> tuple[RawCall, ...]:
        """The calls in the order they were met."""
        return tuple(self._calls)

    def define(self, path: str, names: Iterable[str]) -> None:
        """Add names of common table expressions and temporary tables: in the file they are nobody's, whatever queries take."""
        self._expressions[path].update(name.casefold() for name in names)

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

    def unknown(self, place: Place, reason: str, text: str, at: Environment, store: str = "sql") -> None:
        """Add a database call whose tables could not be established; the text may have holes."""
        partial = " ".join(text.replace(HOLE, "⟨?⟩").split())[:200]
        self._unresolved[Unresolved(place, reason, partial, at.scope, store)] = None


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
