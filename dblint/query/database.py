"""One question at a time, asked of an in-memory database that can only be read."""

import sqlite3
import time
from collections.abc import Iterable

from dblint.config.words import meant
from dblint.model.base import Fact
from dblint.model.findings import Finding
from dblint.model.system import System
from dblint.query.tables import TABLES

_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_STEP = 10_000
_MOST_ROWS = 100_000
_LENGTHS = {sqlite3.SQLITE_LIMIT_LENGTH: 1_000_000, sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000, sqlite3.SQLITE_LIMIT_ATTACHED: 0}
SECONDS = 10.0


class QueryError(Exception):
    """A query that is refused or does not end; the message says why."""


class Answer(Fact, frozen=True):
    """The names of the columns, and the rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]


def ask(query: str, system: System, findings: Iterable[Finding] = (), seconds: float = SECONDS) -> Answer:
    """What a query answers.

    Raises:
        QueryError: if it is not one SELECT on the fact tables, or takes too long, or gives too much.
    """
    connection = _filled(system, findings)
    try:
        return _asked(connection, query, seconds)
    finally:
        connection.close()


def checked(query: str) -> tuple[str, ...]:
    """The columns that a query gives, found out without any facts.

    Raises:
        QueryError: as for `ask`.
    """
    return ask(query, System()).columns


def _filled(system: System, findings: Iterable[Finding]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    for name, table in TABLES.items():
        connection.execute(f"CREATE TABLE {name} ({', '.join(table.columns)})")
        holes = ", ".join("?" * len(table.columns))
        connection.executemany(f"INSERT INTO {name} VALUES ({holes})", map(_storable, table.rows(system, findings)))  # noqa: S608 - our own names
    connection.commit()
    return connection


def _storable(row: tuple[str | int | None, ...]) -> tuple[str | int | None, ...]:
    """A row that SQLite can hold: it knows no lone surrogates."""
    return tuple(
        value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) and not value.isascii() else value
        for value in row
    )


def _asked(connection: sqlite3.Connection, query: str, seconds: float) -> Answer:
    refused: list[str] = []

    def authorize(action: int, first: str | None, second: str | None, _database: str | None, _by: str | None) -> int:
        # The database holds nothing but the fact tables and what SQLite says of itself; a name in a WITH is read as well.
        if action == sqlite3.SQLITE_READ and not (first or "").casefold().startswith(("sqlite_", "pragma_", "dbstat")):
            return sqlite3.SQLITE_OK
        if action in _ALLOWED and "load_extension" not in (first, second):
            return sqlite3.SQLITE_OK
        refused.append(first or "")
        return sqlite3.SQLITE_DENY

    deadline = time.monotonic() + seconds
    for limit, most in _LENGTHS.items():
        connection.setlimit(limit, most)
    connection.set_authorizer(authorize)
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEP)
    try:
        cursor = connection.execute(query)
        rows = cursor.fetchmany(_MOST_ROWS + 1)
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError, MemoryError) as error:
        raise QueryError(_explained(error, refused, seconds)) from None
    if cursor.description is None:
        raise QueryError("it is not a SELECT: queries only read")
    if len(rows) > _MOST_ROWS:
        raise QueryError(f"it gives more than {_MOST_ROWS:,} rows: add a WHERE or a LIMIT")
    return Answer(tuple(column[0] for column in cursor.description), tuple(tuple(map(_shown, row)) for row in rows))


def _shown(value: object) -> str | int | float | None:
    return value.hex() if isinstance(value, bytes) else value  # type: ignore[return-value]  # SQLite has no other types


def _explained(error: Exception, refused: list[str], seconds: float) -> str:
    """Why a query failed; SQLite's own words on syntax and names are short and quote only the query."""
    text = str(error)
    if "interrupted" in text:
        return f"it took more than {seconds:g} seconds and was stopped"
    if refused or "not authorized" in text or "prohibited" in text:
        return f"queries only read the tables {', '.join(TABLES)}"
    if "one statement" in text:
        return "it is more than one statement"
    return (text or "it cannot be answered") + _meant(text)


def _meant(text: str) -> str:
    """The table or column that a misspelt name is close to."""
    what, colon, name = text.partition(": ")
    if not colon:
        return ""
    known = list(TABLES) if what == "no such table" else []
    if what == "no such column":
        known = sorted({column for table in TABLES.values() for column in table.columns})
    return meant(name.rpartition(".")[2], known)
