"""SeaORM: `manager.create_table(Table::create().table(Post::Table).col(ColumnDef::new(Post::Id).integer()))` in `up`.

Names are variants of enumerations: `Post::Table` is the table `post`, `Post::CreatedAt` the column `created_at`.
Source: https://www.sea-ql.org/SeaORM/docs/migration/writing-migration/ and the builders of sea-query.
"""

import re
from collections.abc import Iterator

from dblint.migrations.chains import known_calls, links
from dblint.migrations.code import Code
from dblint.migrations.definitions import Parts, altered, default_of, qualified, sql_in
from dblint.migrations.embedded import Found, change_of
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.tool import Tool
from dblint.migrations.written import argument, method, name_of, string
from dblint.model.facts import Change
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Expression, Items, Member, Module, Name
from dblint.naming import sea_query

_MIGRATION = re.compile(r"\bimpl\s+MigrationTrait\s+for\b")
_SQL = frozenset({"execute_unprepared", "from_string", "from_sql_and_values"})
_STATEMENTS = frozenset(
    [
        "create_table", "alter_table", "drop_table", "rename_table", "truncate_table", "create_index", "drop_index",
        "create_foreign_key", "drop_foreign_key",
    ]
)  # fmt: skip
_TYPES = {
    "string": "varchar",
    "string_len": "varchar",
    "big_integer": "bigint",
    "small_integer": "smallint",
    "tiny_integer": "smallint",
    "big_unsigned": "bigint",
    "unsigned": "integer",
    "double": "double precision",
    "date_time": "timestamp",
    "timestamp_with_time_zone": "timestamptz",
    "json_binary": "jsonb",
    "binary": "bytea",
    "var_binary": "bytea",
}
_PLAIN = frozenset(
    ["char", "text", "integer", "float", "decimal", "money", "boolean", "date", "time", "timestamp", "json", "blob", "uuid"]
)
_SUFFIX = re.compile(r"_(?:null|uniq|auto|len)\b|_(?:null|uniq|auto|len)(?=_)")


def _recognise(path: str, text: str) -> MigrationFile | None:
    if not _MIGRATION.search(text) or "sea_orm" not in text:
        return None
    folder, name = split(path)
    return MigrationFile(path, "sea-orm", folder, natural(name))


def _read(file: MigrationFile, module: Module, dialect: Dialect) -> tuple[Change, ...]:
    code = Code(module)
    calls = [call for function in module.functions if function.name == "up" for call in code.calls(function)]
    known = known_calls(code, calls, lambda call: method(call) in _STATEMENTS | _SQL)
    return tuple(change_of(file, found) for call in known for found in _events(call, dialect))


def _events(call: Call, dialect: Dialect) -> Iterator[Found]:
    if method(call) in _SQL:
        yield from sql_in(argument(call, 0 if method(call) == "execute_unprepared" else 1), call.line, dialect)
        return
    given = argument(call, 0)
    said = links(given) if isinstance(given, Call) else ()
    table = next((_table(argument(each, 0)) for each in said if method(each) in ("table", "table_auto")), TableName("*"))
    yield from (Found(event, call.line) for event in _statement(method(call), table, said))


def _statement(kind: str, table: TableName, said: tuple[Call, ...]) -> Iterator[SchemaEvent]:
    match kind:
        case "create_table":
            yield from _created(table, said)
        case "alter_table":
            for each in said:
                yield from _alter(table, each)
        case "drop_table":
            yield SchemaEvent("table.drop", table)
        case "rename_table":
            new = next((_table(argument(each, 1)) for each in said if method(each) == "table"), TableName("*"))
            yield SchemaEvent("table.rename", table, new_name=new)
        case "create_index" | "drop_index":
            yield _index("index.add" if kind == "create_index" else "index.drop", table, said)
        case "create_foreign_key" if (found := _foreign_key(said)) is not None:
            holder, key = found
            yield SchemaEvent("fk.add", holder, foreign_keys=(key,), names=key.columns, object=key.name)
        case "drop_foreign_key":
            yield SchemaEvent("constraint.drop", table, object=_called(said) or "*")


def _created(table: TableName, said: tuple[Call, ...]) -> Iterator[SchemaEvent]:
    parts = Parts()
    if any(method(each) == "table_auto" for each in said):  # of sea_orm_migration::schema
        parts.columns += [Column("created_at", "timestamp", False), Column("updated_at", "timestamp", False)]
    for each in said:
        _define(table, parts, each)
    yield from parts.created(table, ("if-not-exists",) if "if_not_exists" in map(method, said) else ())


def _index(verb: str, table: TableName, said: tuple[Call, ...]) -> SchemaEvent:
    names = tuple(_name(argument(each, 0)) for each in said if method(each) == "col")
    flags = ("unique",) if "unique" in map(method, said) else ()
    return SchemaEvent(verb, table, names=names, object=_called(said), flags=flags)


def _called(said: tuple[Call, ...]) -> str:
    return next((name_of(argument(each, 0)) for each in said if method(each) == "name"), "")


def _define(table: TableName, parts: Parts, call: Call) -> None:
    """Note what one link of `Table::create()` says."""
    given = argument(call, 0)
    if not isinstance(given, Call):
        return
    if method(call) == "col":
        parts.columns.append(_column(table, parts, given))
    elif method(call) == "foreign_key" and (found := _foreign_key(links(given))) is not None:
        parts.keys.append(found[1])
    elif method(call) == "primary_key":
        parts.primary = tuple(_name(argument(each, 0)) for each in links(given) if method(each) == "col")


def _alter(table: TableName, call: Call) -> Iterator[SchemaEvent]:
    kind, given = method(call), argument(call, 0)
    if kind in ("add_column", "add_column_if_not_exists") and isinstance(given, Call):
        parts = Parts()
        parts.columns.append(_column(table, parts, given))
        yield from parts.added(table)
    elif kind == "modify_column" and isinstance(given, Call):
        yield from altered(table, _column(table, Parts(), given), default=False)
    elif kind == "drop_column":
        yield SchemaEvent("column.drop", table, (Column(_name(given)),))
    elif kind == "rename_column":
        yield SchemaEvent("column.rename", table, (Column(_name(given)),), new_name=TableName(_name(argument(call, 1))))
    elif kind == "add_foreign_key" and isinstance(given, Call) and (found := _foreign_key(links(given))) is not None:
        key = found[1]
        yield SchemaEvent("fk.add", table, foreign_keys=(key,), names=key.columns, object=key.name)
    elif kind == "drop_foreign_key":
        yield SchemaEvent("constraint.drop", table, object=_name(given))


def _column(table: TableName, parts: Parts, call: Call) -> Column:
    """The column of `ColumnDef::new(Post::Id).integer().not_null()`, or of `string_null(Post::Title)` of the schema helpers."""
    first, *rest = links(call)
    helper = method(first)
    words = {method(each): each for each in rest}
    if helper in ("new", "new_with_type"):
        kind = next((word for word in words if word in _TYPES or word in _PLAIN), None)
        nullable = not {"not_null", "primary_key"} & words.keys()
    else:
        kind = _SUFFIX.sub("", helper.removeprefix("pk_"))
        nullable = "_null" in helper
    name = _name(argument(first, 0))
    if "unique_key" in words or "_uniq" in helper:
        parts.others.append(SchemaEvent("unique.add", table, names=(name,)))
    return Column(
        name,
        _TYPES.get(kind, kind) if kind and (kind in _TYPES or kind in _PLAIN) else None,
        nullable,
        default_of(argument(words["default"], 0)) if "default" in words else None,
        generated="auto_increment" in words or helper == "pk_auto",
        primary_key="primary_key" in words or helper.startswith("pk_"),
    )


def _foreign_key(said: tuple[Call, ...]) -> tuple[TableName, ForeignKey] | None:
    """The table that holds a key, and the key."""
    given: dict[str, list[Expression | None]] = {}
    for each in said:
        match method(each):
            case "from" | "to" as side:
                given[f"{side}_tbl"], given[f"{side}_col"] = [argument(each, 0)], [argument(each, 1)]
            case "from_tbl" | "from_col" | "to_tbl" | "to_col" as part:
                given.setdefault(part, []).append(argument(each, 0))
    if not {"from_col", "to_tbl"} <= given.keys():
        return None
    holder = _table(next(iter(given.get("from_tbl", ())), None))
    columns = tuple(_name(each) for each in given["from_col"])
    remote = tuple(_name(each) for each in given.get("to_col", ()))
    return holder, ForeignKey(columns, _table(given["to_tbl"][0]), remote, name=_called(said))


def _table(written: Expression | None) -> TableName:
    """A table: `Post::Table`, `Alias::new("post")`, a text, or one with its schema, `(Alias::new("shop"), Post::Table)`."""
    if isinstance(written, Items) and len(written.values) > 1:
        return TableName(_name(written.values[-1]), _name(written.values[0]))
    return qualified(_name(written))


def _name(written: Expression | None) -> str:
    match written:
        case Member(value=Name(name=holder) | Member(name=holder), name=variant):
            return sea_query(holder if variant == "Table" else variant)
        case Call():
            return string(argument(written, 0)) or "*"
    return string(written) or "*"


TOOL = Tool("sea-orm", _recognise, read=_read)
