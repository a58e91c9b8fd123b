"""Sequelize, and the tools that look like it: node-pg-migrate (`pgm`) and db-migrate.

All three call methods of one object with the name of a table, the name of a column and an object literal that describes it.
Source of the methods: the documentation of each (`QueryInterface`, "Migrations", "SQL API").
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from dblint.migrations.chains import entries
from dblint.migrations.code import Code
from dblint.migrations.definitions import Parts, altered, default_of, deletion, names_of, qualified, reference, sized, sql_in
from dblint.migrations.embedded import Found
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.tool import Tool
from dblint.migrations.ups import is_migration, reader
from dblint.migrations.written import argument, constant, is_none, method, name_of, string
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Expression, Items, Member, Name
from dblint.model.syntax import Mapping as Pairs

_INTERFACE = re.compile(r"\bqueryInterface\b", re.IGNORECASE)
_PGM = re.compile(r"\bpgm\b|\bMigrationBuilder\b|node-pg-migrate")
_DB_MIGRATE = re.compile(
    r"\bdb\s*\.\s*(?:create|drop|rename)Table|\bdb\s*\.\s*\w*(?:Column|Index|ForeignKey|Sql)\s*\(|db-migrate"
)


def _recogniser(name: str, mark: re.Pattern[str]) -> Callable[[str, str], MigrationFile | None]:
    def recognise(path: str, text: str) -> MigrationFile | None:
        if not is_migration(text) or not mark.search(text):
            return None
        folder, file = split(path)
        return MigrationFile(path, name, folder, natural(file))

    return recognise


def _is_known(call: Call) -> bool:
    return method(call) in _OPERATIONS or _is_sql(call)


def _is_sql(call: Call) -> bool:
    return method(call) in ("query", "sql", "runSql")


def _events(_code: Code, call: Call, dialect: Dialect) -> Iterator[Found]:
    if _is_sql(call):
        yield from sql_in(argument(call, 0), call.line, dialect)
    else:
        yield from (Found(event, call.line) for event in _OPERATIONS[method(call)](_Given(call)))


class _Given(NamedTuple):
    """The arguments of an operation."""

    call: Call

    def table(self, position: int = 0) -> TableName:
        """A table, given by name or as `{ tableName, schema }`."""
        return _table(argument(self.call, position))

    def name(self, position: int) -> str:
        """A name at a position."""
        return name_of(argument(self.call, position))

    def options(self, position: int) -> dict[str, Expression]:
        """The entries of an object literal at a position."""
        return entries(argument(self.call, position))


def _table(given: Expression | None) -> TableName:
    options = entries(given)
    if options:
        return qualified(
            name_of(options.get("tableName") or options.get("name") or options.get("table")), string(options.get("schema"))
        )
    return qualified(name_of(given))


_TYPES = {
    "string": "varchar",
    "bigint": "bigint",
    "biginteger": "bigint",
    "int": "integer",
    "integer": "integer",
    "date": "timestamp",
    "dateonly": "date",
    "datetime": "timestamp",
    "now": "timestamp",
    "double": "double precision",
    "timestamp": "timestamp",
    "timestamptz": "timestamp with time zone",
    "serial": "integer",
    "bigserial": "bigint",
}


def _type(given: Expression | None) -> tuple[str | None, bool]:
    """The SQL spelling of a type, and whether it counts up by itself."""
    match given:
        case Call(function=Member(value=Call() as inner)):
            # `INTEGER(11).UNSIGNED`
            return _type(inner)
        case Member(value=Member() | Call() as inner, name="UNSIGNED" | "ZEROFILL" | "BINARY"):
            return _type(inner)
        case Call():
            word = method(given).lower()
            if word == "array":
                return f"{_type(argument(given, 0))[0] or 'text'}[]", False
            if word in ("enum", "range", "virtual"):
                return word, False
            spelled = sized(_TYPES.get(word, word), given.arguments)
            return (f"{spelled}(255)" if spelled == "varchar" else spelled), False
        case Member(name=name) | Name(name=name):
            word = name.lower()
            return ("varchar(255)" if word == "string" else _TYPES.get(word, word)), False
    text = string(given)
    if text is None or text == "*":
        return None, False
    folded = text.strip().lower()
    if folded == "id":
        return "integer", True
    return _TYPES.get(folded, folded), folded in ("serial", "bigserial", "smallserial")


def _column(name: str, given: Expression | None, parts: Parts, table: TableName) -> Column:
    """The column that a type or an object literal describes; its keys go to the parts."""
    options = entries(given)
    spelling, counting = _type(options.get("type") if options else given)
    name = string(options.get("field")) or name
    length = options.get("length")
    if length is not None and spelling in ("varchar", "char", "string"):
        spelling = sized("varchar" if spelling == "string" else spelling, (length,))
    required = constant(options.get("allowNull")) is False or constant(options.get("notNull")) is True
    shorthand = not options and string(given) == "id"
    primary = constant(options.get("primaryKey")) is True or shorthand
    default = options.get("defaultValue") or options.get("default")
    counting = counting or constant(options.get("autoIncrement")) is True or "generated" in "".join(options).lower()
    column = Column(name, spelling, not (required or primary), default_of(default), generated=counting, primary_key=primary)
    if constant(options.get("unique")) is True or string(options.get("unique")) is not None:
        parts.others.append(SchemaEvent("unique.add", table, names=(name,)))
    key = _key(name, options)
    if key is not None:
        parts.keys.append(key)
    return column


def _key(name: str, options: Mapping[str, Expression]) -> ForeignKey | None:
    """The foreign key of a column."""
    given = options.get("references") or options.get("foreignKey")
    inner = entries(given)
    if inner:
        target = inner.get("model") or inner.get("table") or inner.get("name") or inner.get("tableName")
        key = inner.get("key") or inner.get("field") or inner.get("mapping")
        if target is not None:
            gone = deletion(options.get("onDelete") or entries(inner.get("rules")).get("onDelete"))
            return ForeignKey((name,), _table(target), names_of(key) if string(key) is not None else (), on_delete=gone)
        return None
    text = string(given)
    if text is None or (found := reference(text)) is None:
        return None
    column = string(options.get("referencesKey"))
    gone = deletion(options.get("onDelete"))
    return ForeignKey((name,), found[0], (column,) if column else found[1], on_delete=gone)


def _create_table(given: _Given) -> Iterator[SchemaEvent]:
    table = given.table()
    options = given.options(2)
    if table.schema is None and string(options.get("schema")):
        table = qualified(table.name, string(options.get("schema")))
    parts = Parts()
    written = argument(given.call, 1)
    columns = entries(written)
    if "columns" in columns and entries(columns["columns"]):
        columns = entries(columns["columns"])
    parts.partial = not isinstance(written, Pairs)
    for name, said in columns.items():
        parts.columns.append(_column(name, said, parts, table))
    for each in entries(options.get("uniqueKeys")).values():
        parts.others.append(SchemaEvent("unique.add", table, names=names_of(entries(each).get("fields"))))
    _constraints(table, options.get("constraints"), parts)
    flags = ("if-not-exists",) if constant(options.get("ifNotExists")) is True else ()
    yield from parts.created(table, flags)


def _constraints(table: TableName, given: Expression | None, parts: Parts, name: str = "") -> None:
    """The constraints that node-pg-migrate describes in an object literal."""
    options = entries(given)
    if "primaryKey" in options:
        parts.primary = names_of(options["primaryKey"])
    if "unique" in options:
        many = options["unique"]
        groups = many.values if isinstance(many, Items) and any(isinstance(each, Items) for each in many.values) else (many,)
        parts.others += (SchemaEvent("unique.add", table, names=names_of(each), object=name) for each in groups)
    if "check" in options:
        parts.others.append(SchemaEvent("check.add", table, object=name))
    keys = options.get("foreignKeys")
    for each in keys.values if isinstance(keys, Items) else (keys,):
        told = entries(each)
        found = reference(string(told.get("references")) or "")
        if found is not None:
            gone = deletion(told.get("onDelete"))
            parts.keys.append(ForeignKey(names_of(told.get("columns")), *found, name=name, on_delete=gone))


def _drop_table(given: _Given) -> Iterator[SchemaEvent]:
    options = given.options(1)
    flags = tuple(
        flag for key, flag in (("cascade", "cascade"), ("ifExists", "if-exists")) if constant(options.get(key)) is True
    )
    yield SchemaEvent("table.drop", given.table(), flags=flags)


def _rename_table(given: _Given) -> Iterator[SchemaEvent]:
    old, new = given.table(), given.table(1)
    yield SchemaEvent("table.rename", old, new_name=new if new.schema else qualified(new.name, old.schema))


def _add_columns(given: _Given) -> Iterator[SchemaEvent]:
    table, parts = given.table(), Parts()
    if string(argument(given.call, 1)) is not None:
        parts.columns.append(_column(given.name(1), argument(given.call, 2), parts, table))
    else:
        for name, said in given.options(1).items():
            parts.columns.append(_column(name, said, parts, table))
    yield from parts.added(table)


def _drop_columns(given: _Given) -> Iterator[SchemaEvent]:
    named = argument(given.call, 1)
    for name in entries(named) or names_of(named):
        yield SchemaEvent("column.drop", given.table(), (Column(name),))


def _rename_column(given: _Given) -> Iterator[SchemaEvent]:
    yield SchemaEvent("column.rename", given.table(), (Column(given.name(1)),), new_name=TableName(given.name(2)))


def _change_column(given: _Given) -> Iterator[SchemaEvent]:
    """The definition of a column, stated anew as a whole."""
    table, parts = given.table(), Parts()
    column = _column(given.name(1), argument(given.call, 2), parts, table)
    yield from altered(table, column)
    yield from parts.others
    if parts.keys:
        yield SchemaEvent("fk.add", table, foreign_keys=tuple(parts.keys), names=(column.name,))


def _alter_column(given: _Given) -> Iterator[SchemaEvent]:
    """node-pg-migrate: only what is said changes."""
    table, name, options = given.table(), given.name(1), given.options(2)
    spelling, _ = _type(options.get("type"))
    needed = constant(options.get("notNull"))
    nullable = not needed if isinstance(needed, bool) else True if constant(options.get("allowNull")) is True else None
    column = Column(name, spelling, nullable, default_of(options.get("default")))
    if "default" in options and is_none(options["default"]):
        yield SchemaEvent("column.default", table, (Column(name),), flags=("drop-default",))
    yield from altered(table, column, default=column.default is not None)


def _index(given: _Given) -> Iterator[SchemaEvent]:
    """`(table, fields, options)`, `(table, { fields })`, and db-migrate's `(table, name, fields, unique)`."""
    options = given.options(1) or given.options(2)
    columns = argument(given.call, 1)
    name = string(options.get("name")) or string(options.get("indexName")) or ""
    unique = constant(options.get("unique")) is True or (string(options.get("type")) or "").upper() == "UNIQUE"
    if isinstance(argument(given.call, 2), Items):
        name, columns = given.name(1), argument(given.call, 2)
        unique = constant(argument(given.call, 3)) is True
    names = names_of(options.get("fields", columns))
    flags = ("unique",) if unique else ()
    yield SchemaEvent("index.add", given.table(), names=names, object=name, flags=flags)


def _drop_index(given: _Given) -> Iterator[SchemaEvent]:
    named = argument(given.call, 1)
    if string(named) is not None:
        yield SchemaEvent("index.drop", given.table(), object=given.name(1))
    else:
        name = string(given.options(2).get("name")) or ""
        yield SchemaEvent("index.drop", given.table(), names=() if name else names_of(named), object=name)


_KINDS = {"unique": "unique.add", "check": "check.add", "primary key": "pk.add"}


def _add_constraint(given: _Given) -> Iterator[SchemaEvent]:
    table = given.table()
    named = string(argument(given.call, 1))
    if named is not None:
        parts = Parts()
        _constraints(table, argument(given.call, 2), parts, named)
        yield from parts.added(table)
        return
    # Sequelize: `(table, { fields, type })`, in old releases `(table, fields, { type })`.
    listed = isinstance(argument(given.call, 1), Items)
    options = given.options(2 if listed else 1)
    fields = names_of(argument(given.call, 1) if listed else options.get("fields"))
    kind, name = (string(options.get("type")) or "").lower(), string(options.get("name")) or ""
    if kind == "foreign key":
        target = entries(options.get("references"))
        remote = target.get("field") or target.get("fields") or target.get("key")
        table_meant, gone = _table(target.get("table") or target.get("model")), deletion(options.get("onDelete"))
        key = ForeignKey(fields, table_meant, names_of(remote), name=name, on_delete=gone)
        yield SchemaEvent("fk.add", table, foreign_keys=(key,), names=fields, object=name)
    elif kind in _KINDS:
        yield SchemaEvent(_KINDS[kind], table, names=fields, object=name)


def _drop_constraint(given: _Given) -> Iterator[SchemaEvent]:
    kind = "fk.drop" if method(given.call) == "removeForeignKey" else "constraint.drop"
    yield SchemaEvent(kind, given.table(), object=given.name(1))


def _add_foreign_key(given: _Given) -> Iterator[SchemaEvent]:
    """db-migrate: `(table, target, name, { column: remote })`."""
    pairs = given.options(3)
    remote = tuple(name_of(value) for value in pairs.values())
    key = ForeignKey(tuple(pairs), given.table(1), remote, name=given.name(2))
    yield SchemaEvent("fk.add", given.table(), foreign_keys=(key,), names=key.columns, object=key.name)


def _plain(kind: str) -> Callable[[_Given], Iterator[SchemaEvent]]:
    def told(given: _Given) -> Iterator[SchemaEvent]:
        yield SchemaEvent(kind, given.table())

    return told


_OPERATIONS: Mapping[str, Callable[[_Given], Iterator[SchemaEvent]]] = {
    "createTable": _create_table,
    "dropTable": _drop_table,
    "renameTable": _rename_table,
    "addColumn": _add_columns,
    "addColumns": _add_columns,
    "removeColumn": _drop_columns,
    "dropColumn": _drop_columns,
    "dropColumns": _drop_columns,
    "renameColumn": _rename_column,
    "changeColumn": _change_column,
    "alterColumn": _alter_column,
    "addIndex": _index,
    "createIndex": _index,
    "removeIndex": _drop_index,
    "dropIndex": _drop_index,
    "addConstraint": _add_constraint,
    "createConstraint": _add_constraint,
    "removeConstraint": _drop_constraint,
    "dropConstraint": _drop_constraint,
    "addForeignKey": _add_foreign_key,
    "removeForeignKey": _drop_constraint,
    "createView": _plain("view.create"),
    "dropView": _plain("view.drop"),
    "createMaterializedView": _plain("matview.create"),
    "dropMaterializedView": _plain("matview.drop"),
    "createType": _plain("type.create"),
    "addType": _plain("type.create"),
    "dropType": _plain("type.drop"),
    "createSchema": _plain("schema.create"),
    "dropSchema": _plain("schema.drop"),
    "bulkInsert": _plain("data.insert"),
    "bulkUpdate": _plain("data.update"),
    "bulkDelete": _plain("data.delete"),
    "insert": _plain("data.insert"),
}

SEQUELIZE = Tool("sequelize", _recogniser("sequelize", _INTERFACE), read=reader(_is_known, _events))
NODE_PG_MIGRATE = Tool("node-pg-migrate", _recogniser("node-pg-migrate", _PGM), read=reader(_is_known, _events))
DB_MIGRATE = Tool("db-migrate", _recogniser("db-migrate", _DB_MIGRATE), read=reader(_is_known, _events))
