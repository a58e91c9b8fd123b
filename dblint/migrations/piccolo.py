"""Piccolo: `async def forwards()` fills a `MigrationManager`; `add_raw_backwards` never counts.

Source of the calls: piccolo `apps/migrations/auto/migration_manager.py`.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from dblint.migrations.code import Code
from dblint.migrations.embedded import Found, change_of, sql_events
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.tool import Tool
from dblint.migrations.written import argument, constant, is_none, method, name_of, receiver, string, table_name, written
from dblint.model.facts import Change
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Expression, Items, Literal, Member, Module, Name, Text
from dblint.model.syntax import Mapping as Pairs

_MANAGER = re.compile(r"\bMigrationManager\s*\(")
_FORWARDS = re.compile(r"^async[ \t]+def[ \t]+forwards[ \t]*\(", re.MULTILINE)
_TYPES = {
    "BigInt": "bigint",
    "BigSerial": "bigint",
    "Boolean": "boolean",
    "Bytea": "bytea",
    "DoublePrecision": "double precision",
    "ForeignKey": "integer",
    "Integer": "integer",
    "Numeric": "numeric",
    "Real": "real",
    "Secret": "varchar",
    "Serial": "integer",
    "SmallInt": "smallint",
    "Timestamp": "timestamp",
    "Timestamptz": "timestamp with time zone",
}


def _recognise(path: str, text: str) -> MigrationFile | None:
    if "MigrationManager" not in text or not (_MANAGER.search(text) and _FORWARDS.search(text)):
        return None
    folder, name = split(path)
    return MigrationFile(path, "piccolo", folder, natural(name))


def _read(file: MigrationFile, module: Module, dialect: Dialect) -> tuple[Change, ...]:
    code = Code(module)
    function = code.functions.get("forwards")
    if function is None:
        return ()
    found: list[Found] = []
    for call in code.calls(function):
        name = method(call)
        if name == "add_raw":
            found += _raw(code, argument(call, 0, "raw"), function.qualified, dialect)
        elif name in _OPERATIONS and _is_manager(receiver(call)):
            found += (Found(event, call.line) for event in _OPERATIONS[name](call))
    return tuple(change_of(file, each) for each in found)


def _is_manager(expression: Expression | None) -> bool:
    return isinstance(expression, Name) or (isinstance(expression, Call) and method(expression) == "MigrationManager")


def _raw(code: Code, name: Expression | None, scope: str, dialect: Dialect) -> Iterator[Found]:
    """The SQL of `add_raw(run)`, where `run` is a function with `await SomeTable.raw("…")`."""
    function = code.function(name.name, scope) if isinstance(name, Name) else None
    for call in code.calls(function) if function is not None else ():
        text = written(argument(call, 0)) if method(call) in ("raw", "execute", "run_ddl") else None
        if text is not None:
            yield from sql_events(text, dialect)


def _table(call: Call, name: str = "tablename", schema: str = "schema") -> TableName:
    return table_name(name_of(argument(call, -1, name)), string(argument(call, -1, schema)))


def _add_table(call: Call) -> Iterator[SchemaEvent]:
    table = _table(call)
    # A table without a primary key of its own gets one; its other columns follow as `add_column`.
    given = argument(call, -1, "columns")
    columns = [
        name_of(argument(each, -1, "name"))
        for each in (given.values if isinstance(given, Items) else ())
        if isinstance(each, Call)
    ]
    first = () if columns else (Column("id", "integer", nullable=False, generated=True, primary_key=True),)
    yield SchemaEvent("table.create", table, (*first, *map(Column, columns)))


def _drop_table(call: Call) -> Iterator[SchemaEvent]:
    yield SchemaEvent("table.drop", _table(call))


def _rename_table(call: Call) -> Iterator[SchemaEvent]:
    old, new = _table(call, "old_tablename"), _table(call, "new_tablename")
    if old != new:
        yield SchemaEvent("table.rename", old, new_name=new)


def _change_schema(call: Call) -> Iterator[SchemaEvent]:
    old = _table(call, schema="old_schema")
    new = string(argument(call, -1, "new_schema")) or "public"
    yield SchemaEvent("table.set_schema", old, new_name=TableName(old.name, new))


def _name(call: Call, written_name: str, model_name: str) -> str:
    return string(argument(call, -1, written_name)) or name_of(argument(call, -1, model_name))


def _add_column(call: Call) -> Iterator[SchemaEvent]:
    name = _name(call, "db_column_name", "column_name")
    kind = _kind(call, "column_class_name", "column_class")
    params = _params(argument(call, -1, "params"))
    counts_up = kind in ("Serial", "BigSerial")
    column = Column(
        name,
        _type(kind, params),
        constant(params.get("null")) is True,
        None if counts_up else _default(params.get("default")),
        generated=counts_up,
        primary_key=constant(params.get("primary_key")) is True,
    )
    keys = tuple(_foreign_keys(name, params)) if kind == "ForeignKey" else ()
    yield SchemaEvent("column.add", _table(call), (column,), foreign_keys=keys)
    if constant(params.get("unique")) is True:
        yield SchemaEvent("unique.add", _table(call), names=(name,))
    elif constant(params.get("index")) is True:
        yield SchemaEvent("index.add", _table(call), names=(name,))


def _kind(call: Call, name: str, reference: str) -> str:
    found = argument(call, -1, reference)
    return string(argument(call, -1, name)) or (found.name if isinstance(found, Name | Member) else "")


def _params(expression: Expression | None) -> dict[str, Expression]:
    pairs = expression.pairs if isinstance(expression, Pairs) else ()
    return {key.value: value for key, value in pairs if isinstance(key, Text)}


def _type(kind: str, params: Mapping[str, Expression]) -> str | None:
    length = constant(params.get("length"))
    spelling = _TYPES.get(kind, kind.lower() or None)
    return f"{spelling}({length})" if kind in ("Varchar", "Secret") and isinstance(length, int) else spelling


def _default(expression: Expression | None) -> str | None:
    """Piccolo writes defaults into the schema."""
    if expression is None or is_none(expression):
        return None
    if isinstance(expression, Literal):
        return str(expression.value).lower()
    text = string(expression)
    return "'" + text.replace("'", "''") + "'" if text is not None else "*"


def _foreign_keys(name: str, params: Mapping[str, Expression]) -> Iterator[ForeignKey]:
    target = params.get("references")
    if isinstance(target, Call) and method(target) == "LazyTableReference":
        yield ForeignKey((name,), TableName("*"))
    elif isinstance(target, Name):
        # Migrations declare `class Band(Table, tablename="band")` for what they refer to.
        yield ForeignKey((name,), TableName(target.name))


def _drop_column(call: Call) -> Iterator[SchemaEvent]:
    yield SchemaEvent("column.drop", _table(call), (Column(_name(call, "db_column_name", "column_name")),))


def _rename_column(call: Call) -> Iterator[SchemaEvent]:
    old, new = _name(call, "old_db_column_name", "old_column_name"), _name(call, "new_db_column_name", "new_column_name")
    if old != new:
        yield SchemaEvent("column.rename", _table(call), (Column(old),), new_name=TableName(new))


def _alter_column(call: Call) -> Iterator[SchemaEvent]:
    table, name = _table(call), _name(call, "db_column_name", "column_name")
    params, before = _params(argument(call, -1, "params")), _params(argument(call, -1, "old_params"))
    kind, old_kind = _kind(call, "column_class_name", "column_class"), _kind(call, "old_column_class_name", "old_column_class")
    if kind != old_kind or "length" in params or "digits" in params:
        yield SchemaEvent("column.type", table, (Column(name, _type(kind, {**before, **params})),))
    if "null" in params:
        nullable = constant(params["null"]) is True
        flag = "drop-not-null" if nullable else "set-not-null"
        yield SchemaEvent("column.nullable", table, (Column(name, nullable=nullable),), flags=(flag,))
    if "default" in params:
        default = _default(params["default"])
        yield SchemaEvent("column.default", table, (Column(name, default=default),), flags=() if default else ("drop-default",))
    if "unique" in params:
        yield SchemaEvent("unique.add" if constant(params["unique"]) is True else "unique.drop", table, names=(name,))
    if "index" in params:
        yield SchemaEvent("index.add" if constant(params["index"]) is True else "index.drop", table, names=(name,))


_OPERATIONS: Mapping[str, Callable[[Call], Iterator[SchemaEvent]]] = {
    "add_table": _add_table,
    "drop_table": _drop_table,
    "rename_table": _rename_table,
    "change_table_schema": _change_schema,
    "add_column": _add_column,
    "drop_column": _drop_column,
    "rename_column": _rename_column,
    "alter_column": _alter_column,
}
TOOL = Tool(
    "piccolo",
    _recognise,
    read=_read,
    calls=frozenset(_OPERATIONS) | {"add_raw", "raw", "execute", "run_ddl", "MigrationManager"},
)
