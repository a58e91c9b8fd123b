"""sqlalchemy-migrate, Alembic's predecessor: `versions/NNN_name.py` with `def upgrade(migrate_engine)`.

Source of the changeset methods (`create_column`, `column.alter` …): sqlalchemy-migrate's "Database schema migration workflow".
"""

import re
from collections.abc import Iterator

from dblint.migrations import sqlalchemy
from dblint.migrations.code import Code
from dblint.migrations.embedded import Found, change_of
from dblint.migrations.file import MigrationFile, split
from dblint.migrations.plain_sqlalchemy import PLAIN_CALLS, plain_events
from dblint.migrations.tool import Tool
from dblint.migrations.written import argument, constant, is_none, method, name_of, receiver, string, table_name
from dblint.model.facts import Change
from dblint.model.schema import Column, SchemaEvent, TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Expression, Literal, Member, Module

_NAME = re.compile(r"([0-9]+)_.*\.py", re.ASCII)
_UPGRADE = re.compile(r"^def[ \t]+upgrade[ \t]*\([ \t]*migrate_engine\b", re.MULTILINE)


def _recognise(path: str, text: str) -> MigrationFile | None:
    folder, name = split(path)
    match = _NAME.fullmatch(name)
    if match is None or not _UPGRADE.search(text):
        return None
    return MigrationFile(path, "sqlalchemy-migrate", folder, (int(match[1]),))


def _read(file: MigrationFile, module: Module, dialect: Dialect) -> tuple[Change, ...]:
    code = Code(module)
    function = code.functions.get("upgrade")
    calls = code.calls(function) if function is not None else ()
    return tuple(change_of(file, found) for call in calls for found in _events(call, dialect))


def _events(call: Call, dialect: Dialect) -> Iterator[Found]:
    name, base = method(call), receiver(call)
    if (column := _column_of_table(base)) is not None:
        yield from (Found(event, call.line) for event in _on_column(call, name, *column))
    elif name in ("create_column", "drop_column"):
        yield from (Found(event, call.line) for event in _on_table(call, name, base))
    elif name == "rename" and _is_table(base):
        old = _table(base)
        yield Found(SchemaEvent("table.rename", old, new_name=table_name(name_of(argument(call, 0)), old.schema)), call.line)
    elif name in ("create", "drop") and isinstance(base, Call) and not _is_table(base):
        if sqlalchemy.is_column(base):
            table = _table(argument(call, 0, "table"))
            yield from (
                Found(event, call.line) for event in (_added(base, table) if name == "create" else _dropped(base, table))
            )
        else:
            yield from (Found(event, call.line) for event in _on_constraint(base, name))
            yield from plain_events(call, dialect)
    else:
        yield from plain_events(call, dialect)


def _on_column(call: Call, name: str, table: TableName, column: str) -> Iterator[SchemaEvent]:
    """`table.c.x.alter(name=…, type=…, nullable=…, server_default=…)` and `.drop()`."""
    if name == "drop":
        yield SchemaEvent("column.drop", table, (Column(column),))
    if name != "alter":
        return
    renamed = string(argument(call, -1, "name"))
    if renamed is not None and renamed != column:
        yield SchemaEvent("column.rename", table, (Column(column),), new_name=TableName(renamed))
        column = renamed
    spelling = argument(call, -1, "type")
    if spelling is not None:
        yield SchemaEvent("column.type", table, (Column(column, sqlalchemy.type_of(spelling)),))
    nullable = constant(argument(call, -1, "nullable"))
    if isinstance(nullable, bool):
        flag = "drop-not-null" if nullable else "set-not-null"
        yield SchemaEvent("column.nullable", table, (Column(column, nullable=nullable),), flags=(flag,))
    default = argument(call, -1, "server_default")
    if default is not None and not (isinstance(default, Literal) and default.value is False):
        flags = ("drop-default",) if is_none(default) else ()
        yield SchemaEvent("column.default", table, (Column(column, default=sqlalchemy.default_of(default)),), flags=flags)


def _on_table(call: Call, name: str, base: Expression | None) -> Iterator[SchemaEvent]:
    """`table.create_column(column)` or `create_column(column, table)`."""
    table = _table(base if _is_table(base) else argument(call, 1, "table"))
    column = argument(call, 0, "column", "col")
    if name == "drop_column":
        yield from _dropped(column, table)
    elif isinstance(column, Call) and sqlalchemy.is_column(column):
        yield from _added(column, table)


def _added(column: Call, table: TableName) -> Iterator[SchemaEvent]:
    keys = tuple(sqlalchemy.foreign_keys_of(column))
    yield SchemaEvent("column.add", table, (sqlalchemy.column_of(column),), foreign_keys=keys)
    yield from sqlalchemy.column_extras(table, column)


def _dropped(column: Expression | None, table: TableName) -> Iterator[SchemaEvent]:
    if isinstance(column, Call) and sqlalchemy.is_column(column):
        name = name_of(argument(column, 0, "name"))
    else:
        of_table = _column_of_table(column)
        name = of_table[1] if of_table else name_of(column)
    yield SchemaEvent("column.drop", table, (Column(name),))


def _on_constraint(constraint: Call, name: str) -> Iterator[SchemaEvent]:
    """`UniqueConstraint("a", table=t).create()`, `ForeignKeyConstraint(columns=[…], …).drop()`, `Index(…).create()`."""
    table = argument(constraint, -1, "table")
    parts = (table, *constraint.arguments, *_listed(argument(constraint, 0, "columns")))
    found = next((each for each in map(_owner, parts) if each is not None), None)
    for event in sqlalchemy.constraint_events(found or TableName("*"), constraint):
        yield event if name == "create" else SchemaEvent(event.kind.replace(".add", ".drop"), event.table, object=event.object)


def _listed(expression: Expression | None) -> tuple[Expression, ...]:
    return getattr(expression, "values", ())


def _owner(expression: Expression | None) -> TableName | None:
    if _is_table(expression):
        return _table(expression)
    column = _column_of_table(expression)
    return column[0] if column else None


def _column_of_table(expression: Expression | None) -> tuple[TableName, str] | None:
    """The table and column of `table.c.name` or `table.columns.name`."""
    match expression:
        case Member(value=Member(value=Call() as table, name="c" | "columns"), name=column) if _is_table(table):
            return sqlalchemy.table_of(table), column
    return None


def _is_table(expression: Expression | None) -> bool:
    return isinstance(expression, Call) and method(expression) in ("Table", "get_table")


def _table(expression: Expression | None) -> TableName:
    return sqlalchemy.table_of(expression) if isinstance(expression, Call) and _is_table(expression) else TableName("*")


_CALLS = PLAIN_CALLS | {"create_column", "drop_column", "alter", "rename"}
TOOL = Tool("sqlalchemy-migrate", _recognise, read=_read, calls=_CALLS)
