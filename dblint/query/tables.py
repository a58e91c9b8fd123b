"""The fact tables: what they are called, what their columns mean, and their rows."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from dblint.model.facts import TableId
from dblint.model.findings import Finding
from dblint.model.place import Place
from dblint.model.system import System

Row = tuple[str | int | None, ...]


class FactTable(NamedTuple):
    """A table: its columns with what they mean, and its rows."""

    about: str
    columns: dict[str, str]
    rows: Callable[[System, Iterable[Finding]], Iterator[Row]]


_PLACE = {"path": "file, relative to the root", "line": "line, from 1"}
_TABLE = {"table_id": "the table, as `tables.id`"}


def name_of(table: TableId) -> str:
    """The key of a table in every fact table: `store:database:schema:name`, nothing where a part is unknown."""
    return ":".join((table.store, table.database or "", table.schema or "", table.name))


def _at(place: Place) -> tuple[str, int]:
    return place.path, place.line


TABLES: dict[str, FactTable] = {
    "services": FactTable(
        "The services, libraries and schema folders.",
        {"name": "its name", "kind": "service, library or schema", "path": "its folder"},
        lambda system, _: ((one.name, one.kind, one.path) for one in system.services),
    ),
    "tables": FactTable(
        "The physical tables.",
        {
            "id": "the key that other tables call `table_id`",
            "store": "sql, mongodb …",
            "database": "address, null where unknown",
            "schema": "null where unknown",
            "name": "its name",
            "owner": "the owning service, null without one",
            "kind": "table, view, foreign, framework or external",
            "confidence": "of the owner: explicit, configured, convention or guess",
        },
        lambda system, _: (
            (name_of(one.id), one.id.store, one.id.database, one.id.schema, one.id.name, one.owner, one.kind, one.confidence)
            for one in system.tables
        ),
    ),
    "columns": FactTable(
        "The columns of tables, as far as migrations and models tell.",
        {**_TABLE, "name": "its name", "type": "as written", "nullable": "0 or 1, null where unknown"},
        lambda system, _: (
            (name_of(one.id), column.name, column.type, None if column.nullable is None else int(column.nullable))
            for one in system.tables
            for column in one.columns
        ),
    ),
    "accesses": FactTable(
        "One service uses one table.",
        {
            "service": "who",
            **_TABLE,
            "mode": "read, write, lock, join or ddl",
            "action": "select, insert, update …",
            "shape": "which columns: cols, star …",
            "how": "the framework or driver",
            "confidence": "explicit, configured, convention or guess",
            "statement": "equal for all uses of one statement of a service",
            **_PLACE,
        },
        lambda system, _: (
            (
                one.service,
                name_of(one.table),
                one.mode,
                one.action,
                one.shape,
                one.how,
                one.confidence,
                one.statement,
                *_at(one.place),
            )
            for one in system.accesses
        ),
    ),
    "joins": FactTable(
        "One row for each table that a statement combines with others.",
        {"service": "who", **_TABLE, "kind": "join, union …", "statement": "equal for all tables of one statement", **_PLACE},
        lambda system, _: (
            (one.service, name_of(table), one.kind, one.statement, *_at(one.place))
            for one in system.joins
            for table in one.tables
        ),
    ),
    "foreign_keys": FactTable(
        "Foreign keys and the relations of models.",
        {
            "service": "whose source says so",
            **_TABLE,
            "columns": "separated by commas",
            "target_id": "the table referred to, as `tables.id`",
            "enforced": "0 if the database does not know it",
            **_PLACE,
        },
        lambda system, _: (
            (one.service, name_of(one.table), ",".join(one.columns), name_of(one.target), int(one.enforced), *_at(one.place))
            for one in system.references
        ),
    ),
    "mappings": FactTable(
        "Models that services declare for tables.",
        {"service": "who", **_TABLE, "model": "the class", **_PLACE},
        lambda system, _: ((one.service, name_of(one.table), one.name, *_at(one.place)) for one in system.mappings),
    ),
    "changes": FactTable(
        "Schema changes in migrations and code.",
        {
            "service": "who",
            **_TABLE,
            "kind": "table.create, column.drop …",
            "tool": "flyway, alembic …",
            "pending": "0 or 1",
            **_PLACE,
        },
        lambda system, _: (
            (one.service, name_of(one.table), one.event.kind, one.tool, int(one.pending), *_at(one.place))
            for one in system.changes
        ),
    ),
    "connections": FactTable(
        "Which service connects to which database; never a user or password.",
        {"service": "who", "store": "sql, mongodb …", "database": "address", "schema": "null where unknown", **_PLACE},
        lambda system, _: ((one.service, one.store, one.database, one.schema, *_at(one.place)) for one in system.connections),
    ),
    "routines": FactTable(
        "What views, routines and triggers touch.",
        {
            "service": "who creates it",
            "object": "its name",
            "kind": "view, routine …",
            **_TABLE,
            "mode": "read or write",
            **_PLACE,
        },
        lambda system, _: (
            (one.service, one.object, one.kind, name_of(one.table), one.mode, *_at(one.place)) for one in system.routines
        ),
    ),
    "unresolved": FactTable(
        "Database calls whose table cannot be told.",
        {"service": "who", "reason": "why", **_PLACE},
        lambda system, _: ((one.service, one.reason, *_at(one.place)) for one in system.unresolved),
    ),
    "problems": FactTable(
        "Files that were not analysed.",
        {"reason": "why", **_PLACE},
        lambda system, _: ((one.reason, one.path, one.line) for one in system.problems),
    ),
    "findings": FactTable(
        "What the rules found; empty for a rule's own query.",
        {
            "rule": "its name",
            "id": "its id",
            "severity": "error, warning or note",
            "service": "who",
            "owner": "of the table",
            **_TABLE,
            "message": "the consequence",
            "fingerprint": "stable across lines",
            "suppressed": "0 or 1",
            "baselined": "0 or 1",
            **_PLACE,
        },
        lambda _, findings: (
            (
                one.rule,
                one.id,
                one.severity,
                one.service,
                one.owner,
                name_of(one.table),
                one.message,
                one.fingerprint,
                int(bool(one.suppressed)),
                int(one.baselined),
                *_at(one.place),
            )
            for one in findings
        ),
    ),
}
