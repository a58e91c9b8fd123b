"""Knex (and Objection): `exports.up = knex => knex.schema.createTable("t", t => { t.string("c").notNullable() })`.

Source of the methods: Knex's documentation of its schema builder.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from dblint.migrations.chains import entries, inside, links, root
from dblint.migrations.code import Code
from dblint.migrations.definitions import Parts, altered, default_of, deletion, names_of, qualified, sized, sql_in
from dblint.migrations.embedded import Found
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.tool import Tool
from dblint.migrations.ups import is_migration, reader
from dblint.migrations.written import argument, constant, method, name_of, string
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Expression, Name

_SCHEMA = re.compile(r"\.\s*schema\b|\bknex\b", re.IGNORECASE)
_BUILDER = re.compile(r"\.\s*schema\s*\.|\.\s*schema\s*$|\.\s*raw\s*\(|\bknex\s*\(", re.MULTILINE)


def _recognise(path: str, text: str) -> MigrationFile | None:
    if not (is_migration(text) and _SCHEMA.search(text) and _BUILDER.search(text)) or "queryInterface" in text:
        return None
    if "Kysely" in text or "kysely" in text:
        return None
    folder, name = split(path)
    return MigrationFile(path, "knex", folder, natural(name))


def _is_known(call: Call) -> bool:
    return method(call) in _SCHEMAS or method(call) in ("raw", *_DATA)


def _events(code: Code, call: Call, dialect: Dialect) -> Iterator[Found]:
    name = method(call)
    if name == "raw":
        yield from sql_in(argument(call, 0), call.line, dialect)
    elif name in _DATA:
        first = links(call)[0]
        table = (
            string(argument(first, 0))
            if isinstance(first.function, Name) or method(first) in ("into", "from", "table")
            else None
        )
        if table is not None:
            yield Found(SchemaEvent(_DATA[name], qualified(table.split(" ")[0])), call.line)
    else:
        schema = next((name_of(argument(each, 0)) for each in links(call) if method(each) == "withSchema"), None)
        yield from _SCHEMAS[name](code, call, schema)


_DATA = {
    "insert": "data.insert",
    "batchInsert": "data.insert",
    "update": "data.update",
    "del": "data.delete",
    "delete": "data.delete",
}


def _create(code: Code, call: Call, schema: str | None) -> Iterator[Found]:
    table = qualified(name_of(argument(call, 0)), schema)
    parts = Parts()
    for each in inside(code, argument(call, len(call.arguments) - 1)):
        _Table(table, parts).said(each)
    flags = ("if-not-exists",) if method(call) == "createTableIfNotExists" else ()
    like = ("like",) if method(call) == "createTableLike" else ()
    yield from (Found(event, call.line) for event in parts.created(table, (*flags, *like)))


def _alter(code: Code, call: Call, schema: str | None) -> Iterator[Found]:
    table = qualified(name_of(argument(call, 0)), schema)
    for each in inside(code, argument(call, 1)):
        parts = Parts()
        changed = _Table(table, parts).said(each)
        yield from (Found(event, each.line) for event in (*changed, *parts.added(table)))


def _drop(_code: Code, call: Call, schema: str | None) -> Iterator[Found]:
    flags = ("if-exists",) if method(call).endswith("IfExists") else ()
    yield Found(SchemaEvent("table.drop", qualified(name_of(argument(call, 0)), schema), flags=flags), call.line)


def _rename(_code: Code, call: Call, schema: str | None) -> Iterator[Found]:
    old, new = (qualified(name_of(argument(call, position)), schema) for position in (0, 1))
    yield Found(SchemaEvent("table.rename", old, new_name=new), call.line)


def _plain(kind: str) -> Callable[[Code, Call, str | None], Iterator[Found]]:
    def told(_code: Code, call: Call, schema: str | None) -> Iterator[Found]:
        yield Found(SchemaEvent(kind, qualified(name_of(argument(call, 0)), schema)), call.line)

    return told


_SCHEMAS: Mapping[str, Callable[[Code, Call, str | None], Iterator[Found]]] = {
    "createTable": _create,
    "createTableIfNotExists": _create,
    "createTableLike": _create,
    "dropTable": _drop,
    "dropTableIfExists": _drop,
    "renameTable": _rename,
    "table": _alter,
    "alterTable": _alter,
    "createView": _plain("view.create"),
    "createViewOrReplace": _plain("view.replace"),
    "createMaterializedView": _plain("matview.create"),
    "dropView": _plain("view.drop"),
    "dropViewIfExists": _plain("view.drop"),
    "dropMaterializedView": _plain("matview.drop"),
    "createSchema": _plain("schema.create"),
    "createSchemaIfNotExists": _plain("schema.create"),
    "dropSchema": _plain("schema.drop"),
    "dropSchemaIfExists": _plain("schema.drop"),
}
_TYPES = {
    "integer": "integer",
    "int": "integer",
    "tinyint": "tinyint",
    "smallint": "smallint",
    "mediumint": "mediumint",
    "bigint": "bigint",
    "bigInteger": "bigint",
    "text": "text",
    "string": "varchar",
    "float": "float",
    "double": "double precision",
    "decimal": "decimal",
    "boolean": "boolean",
    "bool": "boolean",
    "date": "date",
    "dateTime": "timestamp",
    "datetime": "timestamp",
    "timestamp": "timestamp",
    "time": "time",
    "binary": "blob",
    "enum": "enum",
    "enu": "enum",
    "json": "json",
    "jsonb": "jsonb",
    "uuid": "uuid",
    "geometry": "geometry",
    "geography": "geography",
    "point": "point",
    "increments": "integer",
    "bigIncrements": "bigint",
    "bigincrements": "bigint",
    "specificType": "*",
}
_COUNTING = frozenset({"increments", "bigIncrements", "bigincrements"})
_SIZED = {"string": "255", "decimal": "8,2"}


class _Table(NamedTuple):
    """A table whose builder says things, one after the other."""

    table: TableName
    parts: Parts

    def said(self, call: Call) -> tuple[SchemaEvent, ...]:
        """Note what one statement adds; the events of what it changes."""
        if not isinstance(root(call), Name):
            return ()
        first, *rest = links(call)
        name = method(first)
        modifiers = {method(each): each for each in rest}
        if name in _TYPES:
            return self._column(first, modifiers)
        if name in _CHANGES:
            return tuple(_CHANGES[name](self.table, first, modifiers))
        if name == "timestamps":
            self._timestamps(first)
        elif name == "primary":
            self.parts.primary = names_of(argument(first, 0))
        elif name == "foreign":
            self._foreign(names_of(argument(first, 0)), modifiers, string(argument(first, 1)) or "")
        elif name in ("unique", "index"):
            unique = ("unique",) if name == "unique" else ()
            kind = "unique.add" if unique else "index.add"
            called = string(argument(first, 1)) or string(entries(argument(first, 1)).get("indexName")) or ""
            self.parts.others.append(SchemaEvent(kind, self.table, names=names_of(argument(first, 0)), object=called))
        elif name == "check":
            self.parts.others.append(SchemaEvent("check.add", self.table))
        return ()

    def _column(self, first: Call, modifiers: Mapping[str, Call]) -> tuple[SchemaEvent, ...]:
        kind = method(first)
        name = name_of(argument(first, 0)) if first.arguments and string(argument(first, 0)) is not None else "id"
        counting = kind in _COUNTING
        options = entries(argument(first, 1))
        primary = "primary" in modifiers or (counting and constant(options.get("primaryKey")) is not False)
        default = modifiers.get("defaultTo")
        required = primary or "notNullable" in modifiers or "notNull" in modifiers
        column = Column(
            name,
            self._type(first),
            not required,
            default_of(argument(default, 0)) if default is not None else None,
            generated=counting or any(each.startswith("generatedAlways") for each in modifiers),
            primary_key=primary,
        )
        if "alter" in modifiers:
            kept = entries(argument(modifiers["alter"], 0))
            if constant(kept.get("alterNullable")) is False:
                column = Column(column.name, column.type, None, column.default)
            # Restated as a whole: what is not said again, default included, is gone.
            return tuple(altered(self.table, column))
        self.parts.columns.append(column)
        if "references" in modifiers:
            self._foreign((name,), modifiers, "")
        for word, event in (("unique", "unique.add"), ("index", "index.add")):
            if word in modifiers:
                self.parts.others.append(SchemaEvent(event, self.table, names=(name,)))
        return ()

    @staticmethod
    def _type(first: Call) -> str:
        kind = method(first)
        if kind == "specificType":
            return (string(argument(first, 1)) or "*").lower()
        if kind in ("text", "enum", "enu", "timestamp", "dateTime", "datetime", "time"):
            return _TYPES[kind]
        found = sized(_TYPES[kind], first.arguments[1:])
        return f"{found}({_SIZED[kind]})" if kind in _SIZED and "(" not in found else found

    def _timestamps(self, first: Call) -> None:
        options = entries(argument(first, 0))
        camel = constant(options.get("useCamelCase") or argument(first, 2)) is True
        default = constant(options.get("defaultToNow") or argument(first, 1)) is True
        for name in ("createdAt", "updatedAt") if camel else ("created_at", "updated_at"):
            self.parts.columns.append(Column(name, "timestamp", not default, "now()" if default else None))

    def _foreign(self, columns: tuple[str, ...], modifiers: Mapping[str, Call], name: str) -> None:
        given = modifiers.get("references")
        remote = names_of(argument(given, 0)) if given is not None else ()
        table = string(argument(modifiers["inTable"], 0)) if "inTable" in modifiers else None
        if table is None and len(remote) == 1 and "." in remote[0]:
            table, _, last = remote[0].rpartition(".")
            remote = (last,)
        if table is not None:
            called = string(argument(modifiers["withKeyName"], 0)) if "withKeyName" in modifiers else None
            gone = deletion(argument(modifiers["onDelete"], 0) if "onDelete" in modifiers else "")
            self.parts.keys.append(ForeignKey(columns, qualified(table), remote, name=called or name, on_delete=gone))


Modified = Mapping[str, Call]


def _drop_columns(table: TableName, call: Call, _modifiers: Modified) -> Iterator[SchemaEvent]:
    for each in call.arguments:
        for name in names_of(each):
            yield SchemaEvent("column.drop", table, (Column(name),))


def _drop_timestamps(table: TableName, call: Call, _modifiers: Modified) -> Iterator[SchemaEvent]:
    camel = constant(argument(call, 0)) is True
    for name in ("createdAt", "updatedAt") if camel else ("created_at", "updated_at"):
        yield SchemaEvent("column.drop", table, (Column(name),))


def _rename_column(table: TableName, call: Call, _modifiers: Modified) -> Iterator[SchemaEvent]:
    new = TableName(name_of(argument(call, 1)))
    yield SchemaEvent("column.rename", table, (Column(name_of(argument(call, 0))),), new_name=new)


def _nullable(flag: str) -> Callable[[TableName, Call, Modified], Iterator[SchemaEvent]]:
    def told(table: TableName, call: Call, _modifiers: Modified) -> Iterator[SchemaEvent]:
        column = Column(name_of(argument(call, 0)), nullable=flag == "drop-not-null")
        yield SchemaEvent("column.nullable", table, (column,), flags=(flag,))

    return told


def _drop_key(kind: str) -> Callable[[TableName, Call, Modified], Iterator[SchemaEvent]]:
    def told(table: TableName, call: Call, _modifiers: Modified) -> Iterator[SchemaEvent]:
        first: Expression | None = argument(call, 0)
        if kind == "pk.drop":
            yield SchemaEvent(kind, table, object=string(first) or "")
        else:
            yield SchemaEvent(kind, table, names=names_of(first), object=string(argument(call, 1)) or "")

    return told


_CHANGES: Mapping[str, Callable[[TableName, Call, Modified], Iterator[SchemaEvent]]] = {
    "dropColumn": _drop_columns,
    "dropColumns": _drop_columns,
    "dropTimestamps": _drop_timestamps,
    "renameColumn": _rename_column,
    "setNullable": _nullable("drop-not-null"),
    "dropNullable": _nullable("set-not-null"),
    "dropUnique": _drop_key("unique.drop"),
    "dropIndex": _drop_key("index.drop"),
    "dropForeign": _drop_key("fk.drop"),
    "dropPrimary": _drop_key("pk.drop"),
}

TOOL = Tool("knex", _recognise, read=reader(_is_known, _events))
