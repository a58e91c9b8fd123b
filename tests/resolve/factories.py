"""Small facts with every argument defaulted."""

from typing import Any

from dblint.config import Configuration, DatabaseEntry
from dblint.model.facts import (
    Change,
    Confidence,
    Connection,
    Declaration,
    FileFacts,
    Interpretation,
    RawAccess,
    RawStatement,
    Table,
    TableId,
    Unresolved,
)
from dblint.model.place import Place
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.model.sql import Action, Mode, Statement, TableUse
from dblint.model.system import System
from dblint.model.tree import Service, SourceFile, Tree
from dblint.resolve import resolve

_MODES: dict[str, Mode] = {"select": "read", "create": "ddl", "drop": "ddl", "alter": "ddl", "lock": "lock"}


def name(text: str, quoted: bool = False) -> TableName:
    """`catalog.schema.table`, the first parts optional."""
    *qualifiers, last = text.split(".")
    schema = qualifiers[-1] if qualifiers else None
    catalog = qualifiers[-2] if len(qualifiers) > 1 else None
    return TableName(last, schema, catalog, quoted)


def at(path: str, line: int = 1) -> Place:
    return Place(path, line)


def service(title: str, **fields: Any) -> Service:
    return Service(**{"name": title, "path": title, "evidence": (), **fields})


def access(
    table: str,
    action: Action = "select",
    path: str = "a/app.py",
    line: int = 1,
    confidence: Confidence = "explicit",
    **fields: Any,
) -> RawAccess:
    mode = _MODES.get(action, "write")
    fields = {"shape": "cols", "columns": None, "how": "raw-sql", **fields}
    return RawAccess(table=name(table), mode=mode, action=action, place=at(path, line), confidence=confidence, **fields)


def statement(*accesses: RawAccess, scope: str = "", joins: tuple[str, ...] = ()) -> RawStatement:
    joined = ((tuple(map(name, joins)), "inner", accesses[0].place),) if joins else ()
    return RawStatement(accesses[0].place, accesses[0].how, accesses, joined, scope)


def use(table: str, action: Action = "select", path: str = "a/app.py", line: int = 1, **fields: Any) -> RawStatement:
    scope = fields.pop("scope", "")
    return statement(access(table, action, path, line, **fields), scope=scope)


def model(table: str, path: str = "a/models.py", line: int = 1, columns: str = "", **fields: Any) -> Declaration:
    return Declaration(
        **{
            "table": name(table),
            "columns": tuple(map(Column, columns.split())),
            "foreign_keys": (),
            "place": at(path, line),
            "how": "orm",
            "confidence": "explicit",
            "name": table.title(),
            **fields,
        }
    )


def key(columns: str, target: str, enforced: bool = True) -> ForeignKey:
    return ForeignKey(tuple(columns.split()), name(target), ("id",), enforced)


def change(
    kind: str, table: str, path: str = "a/migrations/1.sql", line: int = 1, tool: str = "flyway", **fields: Any
) -> Change:
    connection = fields.pop("connection", "")
    event = SchemaEvent(kind, name(table), **fields)
    return Change(event, at(path, line), tool, path.rpartition("/")[0], (path.rpartition("/")[2], line), connection)


def create(table: str, path: str = "a/migrations/1.sql", line: int = 1, columns: str = "id", **fields: Any) -> Change:
    return change("table.create", table, path, line, columns=tuple(map(Column, columns.split())), **fields)


def script(path: str, *uses: tuple[str, Action]) -> FileFacts:
    statements = tuple(
        Statement(
            "understood", line, line + 1, (TableUse(name(table), _MODES.get(action, "write"), action, "cols", None, line),)
        )
        for line, (table, action) in enumerate(uses)
    )
    return FileFacts(path, "sql", script=statements, lines=tuple(range(len(uses))))


def database(title: str, url: str = "", **fields: Any) -> DatabaseEntry:
    return DatabaseEntry(title, at("dblint.yaml"), url, **fields)


def system(
    *services: Service,
    uses: tuple[RawStatement, ...] = (),
    models: tuple[Declaration, ...] = (),
    changes: tuple[Change, ...] = (),
    scripts: tuple[FileFacts, ...] = (),
    imports: tuple[tuple[str, str, str], ...] = (),
    reaches: tuple[tuple[str, str, str, str], ...] = (),
    unresolved: tuple[Unresolved, ...] = (),
    databases: tuple[DatabaseEntry, ...] = (),
    connections: tuple[Connection, ...] = (),
    files: tuple[SourceFile, ...] = (),
) -> System:
    tree = Tree("/tree", tuple(services), files, (), ())
    interpretation = Interpretation(uses, models, unresolved, imports, reaches)
    return resolve(tree, interpretation, changes, scripts, Configuration(databases=databases), connections).system


def table_named(found: System, text: str, database: str | None = "any") -> Table:
    wanted = [table for table in found.tables if str(table.id) == text and database in ("any", table.id.database)]
    assert len(wanted) == 1, (text, [table.id for table in found.tables])
    return wanted[0]


def owner(found: System, text: str) -> str | None:
    return table_named(found, text).owner


def used_by(found: System, title: str) -> set[TableId]:
    return {each.table for each in found.accesses if each.service == title}
