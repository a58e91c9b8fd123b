"""FluentMigrator: `[Migration(20200101)] class X : Migration { void Up() { Create.Table("t").WithColumn("id").AsInt32(); } }`.

Source of the methods: FluentMigrator's documentation; a column is required unless it says `Nullable()`.
"""

import re
from collections.abc import Iterator, Sequence

from dblint.migrations.chains import links, root
from dblint.migrations.code import Code
from dblint.migrations.definitions import Parts, default_of, sized, sql_in
from dblint.migrations.embedded import Found
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.tool import Tool
from dblint.migrations.ups import reader
from dblint.migrations.written import argument, method, name_of, table_name
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Name

_MARK = re.compile(r"\[\s*(?:\w*Migration)\s*\(\s*(?P<number>[0-9_]+)")
_UP = re.compile(r"\bvoid\s+Up\s*\(\s*\)")
_ROOTS = frozenset({"Create", "Alter", "Delete", "Rename", "Execute", "Insert", "Update"})
_TYPES = {
    "AsInt16": "smallint",
    "AsInt32": "integer",
    "AsInt64": "bigint",
    "AsByte": "tinyint",
    "AsString": "varchar",
    "AsAnsiString": "varchar",
    "AsFixedLengthString": "char",
    "AsFixedLengthAnsiString": "char",
    "AsBoolean": "boolean",
    "AsDate": "date",
    "AsDateTime": "timestamp",
    "AsDateTime2": "timestamp",
    "AsDateTimeOffset": "timestamp with time zone",
    "AsTime": "time",
    "AsDecimal": "decimal",
    "AsDouble": "double precision",
    "AsFloat": "real",
    "AsCurrency": "money",
    "AsGuid": "uuid",
    "AsBinary": "blob",
    "AsXml": "xml",
}


def _recognise(path: str, text: str) -> MigrationFile | None:
    match = _MARK.search(text)
    if match is None or not _UP.search(text):
        return None
    folder, name = split(path)
    return MigrationFile(path, "fluentmigrator", folder, (int(match["number"].replace("_", "") or 0), *natural(name)))


def _is_known(call: Call) -> bool:
    """The last link, which is the whole chain."""
    start = root(call)
    return isinstance(start, Name) and start.name in _ROOTS


def _whole(call: Call) -> str:
    start = root(call)
    return start.name if isinstance(start, Name) else ""


def _events(_code: Code, call: Call, dialect: Dialect) -> Iterator[Found]:
    verb, said = _whole(call), links(call)
    first, rest = said[0], said[1:]
    if verb == "Execute":
        if method(first) == "Sql":
            yield from sql_in(argument(first, 0), first.line, dialect)
        else:
            yield Found(SchemaEvent("opaque", TableName(""), object="script"), first.line)
        return
    yield from (Found(event, first.line) for event in _told(verb, method(first), first, rest))


def _told(  # noqa: C901 -- one case for each form
    verb: str, what: str, first: Call, rest: Sequence[Call]
) -> Iterator[SchemaEvent]:
    schema = next((name_of(argument(each, 0)) for each in rest if method(each) in ("InSchema", "FromSchema")), None)
    name = name_of(argument(first, 0))
    on = next((each for each in rest if method(each) in ("OnTable", "FromTable", "ToTable") and each is not None), None)
    holder = table_name(name_of(argument(on, 0)), schema) if on is not None else TableName("")
    table = table_name(name, schema)
    columns = tuple(name_of(argument(each, 0)) for each in rest if method(each) in ("OnColumn", "Column"))
    match verb, what:
        case "Create", "Table":
            yield from _columns(table, rest).created(table)
        case "Alter", "Table":
            yield from _altered(table, rest)
        case (("Create" | "Alter"), "Column"):
            parts = _columns(holder, (first, *rest))
            yield from parts.added(holder) if verb == "Create" else _restated(holder, parts)
        case "Delete", "Table":
            yield SchemaEvent("table.drop", table)
        case "Delete", "Column":
            names = (name, *(name_of(argument(each, 0)) for each in rest if method(each) == "Column"))
            yield from (SchemaEvent("column.drop", holder, (Column(each),)) for each in names)
        case "Rename", ("Table" | "Column"):
            new = next((name_of(argument(each, 0)) for each in rest if method(each) == "To"), "*")
            if what == "Table":
                yield SchemaEvent("table.rename", table, new_name=table_name(new, schema))
            else:
                yield SchemaEvent("column.rename", holder, (Column(name),), new_name=TableName(new))
        case (("Create" | "Delete"), "Index"):
            flags = ("unique",) if any(method(each) == "Unique" for each in rest) else ()
            yield SchemaEvent(
                "index.add" if verb == "Create" else "index.drop", holder, names=columns, object=name, flags=flags
            )
        case (("Create" | "Delete"), ("UniqueConstraint" | "PrimaryKey")):
            kind = f"{'unique' if what == 'UniqueConstraint' else 'pk'}.{'add' if verb == 'Create' else 'drop'}"
            columns = columns or tuple(name_of(each) for link in rest if method(link) == "Columns" for each in link.arguments)
            yield SchemaEvent(kind, holder, names=columns, object=name if name != "*" else "")
        case (("Create" | "Delete"), "ForeignKey"):
            yield from _foreign_key(verb, name, rest)
        case (("Create" | "Delete"), "Schema"):
            yield SchemaEvent("schema.create" if verb == "Create" else "schema.drop", TableName(name))
        case (("Insert" | "Update" | "Delete"), ("IntoTable" | "Table" | "FromTable")):
            yield SchemaEvent(f"data.{verb.lower()}", table)


def _columns(table: TableName, said: Sequence[Call]) -> Parts:
    """The columns that a chain defines: each link after a name says more about it."""
    parts = Parts()
    for each in said:
        kind = method(each)
        if kind in ("WithColumn", "AddColumn", "AlterColumn", "Column"):
            parts.columns.append(Column(name_of(argument(each, 0)), None, nullable=False))
        elif parts.columns:
            parts.columns[-1] = _described(table, parts, parts.columns[-1], each)
    return parts


def _described(table: TableName, parts: Parts, column: Column, link: Call) -> Column:
    """The column after one more link."""
    kind = method(link)
    spelling, nullable, default, generated, primary = (
        column.type,
        column.nullable,
        column.default,
        column.generated,
        column.primary_key,
    )
    if kind in _TYPES:
        spelling = sized(_TYPES[kind], link.arguments)
    elif kind == "AsCustom":
        spelling = name_of(argument(link, 0)).lower()
    elif kind in ("Nullable", "NotNullable"):
        nullable = kind == "Nullable"
    elif kind == "WithDefaultValue":
        default = default_of(argument(link, 0))
    elif kind == "WithDefault":
        default = "*"
    elif kind in ("Identity", "Computed"):
        generated = True
    elif kind == "PrimaryKey":
        primary, nullable = True, False
    elif kind in ("Unique", "Indexed"):
        parts.others.append(SchemaEvent("unique.add" if kind == "Unique" else "index.add", table, names=(column.name,)))
    elif kind == "ForeignKey" and len(link.arguments) >= 2:
        target, remote = link.arguments[-2:]
        parts.keys.append(ForeignKey((column.name,), table_name(name_of(target)), (name_of(remote),)))
    return Column(column.name, spelling, nullable, default, generated, primary)


def _altered(table: TableName, said: Sequence[Call]) -> Iterator[SchemaEvent]:
    """`Alter.Table(…)`: runs of links that add or alter one column."""
    runs: list[list[Call]] = []
    for each in said:
        if method(each) in ("AddColumn", "AlterColumn"):
            runs.append([each])
        elif runs:
            runs[-1].append(each)
    for run in runs:
        parts = _columns(table, run)
        yield from parts.added(table) if method(run[0]) == "AddColumn" else _restated(table, parts)


def _restated(table: TableName, parts: Parts) -> Iterator[SchemaEvent]:
    for column in parts.columns:
        if column.type is not None:
            yield SchemaEvent("column.type", table, (Column(column.name, column.type),))
        flag = "drop-not-null" if column.nullable else "set-not-null"
        yield SchemaEvent("column.nullable", table, (Column(column.name, nullable=column.nullable),), flags=(flag,))
    yield from parts.others


def _foreign_key(verb: str, name: str, rest: Sequence[Call]) -> Iterator[SchemaEvent]:
    said = {method(each): each for each in rest}

    def names(*words: str) -> tuple[str, ...]:
        return tuple(name_of(each) for word in words if word in said for each in said[word].arguments)

    if verb == "Delete":
        table = next((argument(said[word], 0) for word in ("OnTable", "FromTable") if word in said), None)
        yield SchemaEvent("fk.drop", table_name(name_of(table)), object=name if name != "*" else "")
        return
    table, target = (argument(said[word], 0) if word in said else None for word in ("FromTable", "ToTable"))
    columns = names("ForeignColumn", "ForeignColumns")
    key = ForeignKey(
        columns, table_name(name_of(target)), names("PrimaryColumn", "PrimaryColumns"), name=name if name != "*" else ""
    )
    yield SchemaEvent("fk.add", table_name(name_of(table)), foreign_keys=(key,), names=columns, object=key.name)


TOOL = Tool("fluentmigrator", _recognise, read=reader(_is_known, _events, whole=True))
