"""TypeORM: `class X1600000000000 implements MigrationInterface { up(queryRunner) }`; order is the time in the class's name.

Source of the methods and of what a column is when nothing is said: TypeORM's `QueryRunner` and `TableColumnOptions`.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from msgspec.structs import replace

from dblint.migrations.chains import entries
from dblint.migrations.code import Code
from dblint.migrations.definitions import Parts, altered, deletion, names_of, qualified, sql_in
from dblint.migrations.embedded import Found
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.tool import Tool
from dblint.migrations.ups import reader
from dblint.migrations.written import argument, constant, is_none, method, name_of, string
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Expression, Items, Literal, Member

_CLASS = re.compile(
    r"\bclass\s+(?P<name>[\w$]+)[^{]*\bimplements\s+[^{]*\bMigrationInterface\b|\bclass\s+(?P<plain>\w+?[0-9]{13})\b"
)
_TIME = re.compile(r"[0-9]{13}(?=\W|$)|[0-9]{13}")
_QUERY = re.compile(r"\b(?:queryRunner|MigrationInterface|QueryRunner)\b")


def _recognise(path: str, text: str) -> MigrationFile | None:
    match = _CLASS.search(text) if _QUERY.search(text) else None
    if match is None:
        return None
    folder, name = split(path)
    time = _TIME.search(match["name"] or match["plain"]) or _TIME.search(name)
    return MigrationFile(path, "typeorm", folder, (int(time.group()) if time else 0, *natural(name)))


def _is_known(call: Call) -> bool:
    return method(call) in _OPERATIONS or method(call) == "query"


def _events(_code: Code, call: Call, dialect: Dialect) -> Iterator[Found]:
    if method(call) == "query":
        yield from sql_in(argument(call, 0), call.line, dialect)
    else:
        yield from (Found(event, call.line) for event in _OPERATIONS[method(call)](call))


def _described(given: Expression | None) -> dict[str, Expression]:
    """The options of `new Table({…})`, or of the object itself."""
    if isinstance(given, Call):
        given = argument(given, 0)
    return entries(given)


def _table(call: Call) -> TableName:
    given = argument(call, 0)
    return qualified(name_of(_described(given).get("name") or given))


def _name(given: Expression | None) -> str:
    """A name, given itself or as an object that has it."""
    return name_of(_described(given).get("name") or given)


def _column(given: Expression | None, parts: Parts, table: TableName) -> Column:
    options = _described(given)
    primary = constant(options.get("isPrimary")) is True
    # A default is written as SQL; `isNullable` is false unless said.
    default = options.get("default")
    written = str(default.value).lower() if isinstance(default, Literal) and default.value is not None else string(default)
    length = string(options.get("length")) or str(constant(options.get("length")) or "")
    spelling = string(options.get("type"))
    if spelling is None and isinstance(options.get("type"), Member):
        spelling = options["type"].name  # type: ignore[union-attr]  # a member has a name
    if spelling and length and "(" not in spelling:
        spelling = f"{spelling}({length})"
    if spelling and constant(options.get("isArray")) is True:
        spelling = f"{spelling}[]"
    column = Column(
        name_of(options.get("name")),
        spelling.lower() if spelling else None,
        constant(options.get("isNullable")) is True and not primary,
        None if is_none(default) else written,
        generated=constant(options.get("isGenerated")) is True or "generationStrategy" in options or "asExpression" in options,
        primary_key=primary,
    )
    if constant(options.get("isUnique")) is True:
        parts.others.append(SchemaEvent("unique.add", table, names=(column.name,)))
    return column


def _each(given: Expression | None) -> tuple[Expression, ...]:
    return given.values if isinstance(given, Items) else (given,) if given is not None else ()


def _foreign_key(given: Expression) -> ForeignKey:
    options = _described(given)
    target = qualified(name_of(options.get("referencedTableName")), string(options.get("referencedSchema")))
    columns, remote = names_of(options.get("columnNames")), names_of(options.get("referencedColumnNames"))
    name = string(options.get("name")) or ""
    return ForeignKey(columns, target, remote, name=name, on_delete=deletion(options.get("onDelete")))


def _key(kind: str, table: TableName, given: Expression | None) -> SchemaEvent:
    options = _described(given)
    flags = ("unique",) if constant(options.get("isUnique")) is True else ()
    name = string(options.get("name")) or ""
    return SchemaEvent(kind, table, names=names_of(options.get("columnNames")), object=name, flags=flags)


def _create_table(call: Call) -> Iterator[SchemaEvent]:
    table, parts, options = _table(call), Parts(), _described(argument(call, 0))
    schema = string(options.get("schema"))
    table = replace(table, schema=schema) if schema else table
    parts.partial = not isinstance(options.get("columns"), Items)
    parts.columns += (_column(each, parts, table) for each in _each(options.get("columns")))
    parts.keys += map(_foreign_key, _each(options.get("foreignKeys")))
    parts.others += (_key("unique.add", table, each) for each in _each(options.get("uniques")))
    parts.others += (_key("index.add", table, each) for each in _each(options.get("indices")))
    flags = ("if-not-exists",) if constant(argument(call, 1)) is True else ()
    yield from parts.created(table, flags)


def _drop_table(call: Call) -> Iterator[SchemaEvent]:
    yield SchemaEvent("table.drop", _table(call), flags=("if-exists",) if constant(argument(call, 1)) is True else ())


def _rename_table(call: Call) -> Iterator[SchemaEvent]:
    old, new = _table(call), qualified(name_of(argument(call, 1)))
    yield SchemaEvent("table.rename", old, new_name=new if new.schema else replace(new, schema=old.schema))


def _add_columns(call: Call) -> Iterator[SchemaEvent]:
    table, parts = _table(call), Parts()
    parts.columns += (_column(each, parts, table) for each in _each(argument(call, 1)))
    yield from parts.added(table)


def _drop_columns(call: Call) -> Iterator[SchemaEvent]:
    for each in _each(argument(call, 1)):
        yield SchemaEvent("column.drop", _table(call), (Column(_name(each)),))


def _rename_column(call: Call) -> Iterator[SchemaEvent]:
    new = TableName(_name(argument(call, 2)))
    yield SchemaEvent("column.rename", _table(call), (Column(_name(argument(call, 1))),), new_name=new)


def _change_column(call: Call) -> Iterator[SchemaEvent]:
    table, parts, old = _table(call), Parts(), _name(argument(call, 1))
    column = _column(argument(call, 2), parts, table)
    if column.name not in (old, "*"):
        yield SchemaEvent("column.rename", table, (Column(old),), new_name=TableName(column.name))
    yield from altered(table, column)
    yield from parts.others


def _create_foreign_keys(call: Call) -> Iterator[SchemaEvent]:
    for each in _each(argument(call, 1)):
        key = _foreign_key(each)
        yield SchemaEvent("fk.add", _table(call), foreign_keys=(key,), names=key.columns, object=key.name)


def _added(kind: str) -> Callable[[Call], Iterator[SchemaEvent]]:
    def told(call: Call) -> Iterator[SchemaEvent]:
        for each in _each(argument(call, 1)):
            yield _key(kind, _table(call), each)

    return told


def _dropped(kind: str) -> Callable[[Call], Iterator[SchemaEvent]]:
    def told(call: Call) -> Iterator[SchemaEvent]:
        for each in _each(argument(call, 1)):
            yield SchemaEvent(kind, _table(call), object="" if kind == "pk.drop" else _name(each))

    return told


def _primary_key(call: Call) -> Iterator[SchemaEvent]:
    yield SchemaEvent("pk.add", _table(call), names=names_of(argument(call, 1)))


def _drop_primary_key(call: Call) -> Iterator[SchemaEvent]:
    yield SchemaEvent("pk.drop", _table(call))


def _plain(kind: str) -> Callable[[Call], Iterator[SchemaEvent]]:
    def told(call: Call) -> Iterator[SchemaEvent]:
        yield SchemaEvent(kind, _table(call))

    return told


_OPERATIONS: Mapping[str, Callable[[Call], Iterator[SchemaEvent]]] = {
    "createTable": _create_table,
    "dropTable": _drop_table,
    "renameTable": _rename_table,
    "addColumn": _add_columns,
    "addColumns": _add_columns,
    "dropColumn": _drop_columns,
    "dropColumns": _drop_columns,
    "renameColumn": _rename_column,
    "changeColumn": _change_column,
    "createIndex": _added("index.add"),
    "createIndices": _added("index.add"),
    "dropIndex": _dropped("index.drop"),
    "dropIndices": _dropped("index.drop"),
    "createForeignKey": _create_foreign_keys,
    "createForeignKeys": _create_foreign_keys,
    "dropForeignKey": _dropped("fk.drop"),
    "dropForeignKeys": _dropped("fk.drop"),
    "createUniqueConstraint": _added("unique.add"),
    "createUniqueConstraints": _added("unique.add"),
    "dropUniqueConstraint": _dropped("unique.drop"),
    "dropUniqueConstraints": _dropped("unique.drop"),
    "createCheckConstraint": _added("check.add"),
    "dropCheckConstraint": _dropped("check.drop"),
    "createPrimaryKey": _primary_key,
    "dropPrimaryKey": _drop_primary_key,
    "createView": _plain("view.create"),
    "dropView": _plain("view.drop"),
    "createSchema": _plain("schema.create"),
    "dropSchema": _plain("schema.drop"),
    "clearTable": _plain("data.delete"),
}

TOOL = Tool("typeorm", _recognise, read=reader(_is_known, _events))
