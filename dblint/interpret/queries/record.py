"""What interpretation has written down so far."""

from collections.abc import Iterable

from msgspec.structs import replace

from dblint.interpret.evaluation.values import Environment
from dblint.model.facts import RawStatement, Unresolved
from dblint.model.place import Place
from dblint.model.schema import TableName
from dblint.sql import HOLE, is_system


class Record:
    """Collects statements and unresolved places; a place is told once."""

    def __init__(self) -> None:
        self.statements: list[RawStatement] = []
        self._unresolved: dict[Unresolved, None] = {}

    def state(self, statement: RawStatement) -> None:
        """Add a statement, without the catalogue tables of the database in it: these are nobody's."""
        accesses = tuple(each for each in statement.accesses if each.store != "sql" or not _is_catalogue(each.table))
        if len(accesses) < len(statement.accesses):
            joins = tuple((_own(tables), kind, place) for tables, kind, place in statement.joins if len(_own(tables)) > 1)
            statement = replace(statement, accesses=accesses, joins=joins)
        if statement.accesses or statement.events:
            self.statements.append(statement)

    @property
    def unresolved(self) -> tuple[Unresolved, ...]:
        """The unresolved places in the order they were met."""
        return tuple(self._unresolved)

    def unknown(self, place: Place, reason: str, text: str, at: Environment) -> None:
        """Add a database call whose tables could not be established; the text may have holes."""
        partial = " ".join(text.replace(HOLE, "⟨?⟩").split())[:200]
        self._unresolved[Unresolved(place, reason, partial, at.scope)] = None


def _own(tables: tuple[TableName, ...]) -> tuple[TableName, ...]:
    return tuple(table for table in tables if not _is_catalogue(table))


def _is_catalogue(table: TableName) -> bool:
    """Return whether a table that code names by itself is the database's own; a schema may be anybody's."""
    return not table.schema and is_system(table, "generic")


def others(givers: Iterable[tuple[str, str]], at: Environment) -> tuple[tuple[str, str], ...]:
    """Return the code that has to run for a statement besides the code in which it stands."""
    return tuple(giver for giver in givers if giver != (at.unit.path, at.scope))
