"""Kysely: `db.schema.createTable("t").addColumn("c", "integer", (col) => col.notNull()).execute()`.

Source of the methods: Kysely's schema builder.
"""

import re
from collections.abc import Iterator

from dblint.migrations.chains import inside, links, root
from dblint.migrations.code import Code
from dblint.migrations.definitions import Parts, default_of, names_of, qualified, reference, sql_in
from dblint.migrations.embedded import Found
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.tool import Tool
from dblint.migrations.ups import is_migration, reader
from dblint.migrations.written import argument, is_none, method, name_of, string, written
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Member, Name

_MARK = re.compile(r"\bKysely\b|['\"]kysely['\"]")
_BUILDERS = frozenset(
    [
        "createTable", "alterTable", "dropTable", "createIndex", "dropIndex", "createView", "dropView", "createSchema",
        "dropSchema", "createType", "dropType",
    ]
)  # fmt: skip
_COUNTING = frozenset(
    ["autoIncrement", "identity", "generatedAlwaysAsIdentity", "generatedByDefaultAsIdentity", "generatedAlwaysAs"]
)


def _recognise(path: str, text: str) -> MigrationFile | None:
    if not is_migration(text) or not _MARK.search(text):
        return None
    folder, name = split(path)
    return MigrationFile(path, "kysely", folder, natural(name))


def _is_known(call: Call) -> bool:
    """The last link of a chain, since each link says more about the first."""
    return method(call) in ("execute", "executeTakeFirst")


def _events(code: Code, call: Call, dialect: Dialect) -> Iterator[Found]:
    first, *rest = links(call)
    if method(first) == "sql" or (isinstance(first.function, Member) and root(first) == Name("sql", first.line)):
        yield from sql_in(argument(first, 0), first.line, dialect)
        return
    if method(first) not in _BUILDERS:
        return
    said = [each for each in rest if method(each) not in ("execute", "executeTakeFirst")]
    name = name_of(argument(first, 0))
    if method(first) in ("createIndex", "dropIndex"):
        yield from (Found(event, first.line) for event in _index(method(first), name, said))
    elif method(first) == "createTable":
        table, parts = qualified(name), Parts()
        for each in said:
            _define(code, table, parts, each)
        flags = ("if-not-exists",) if any(method(each) == "ifNotExists" for each in said) else ()
        yield from (Found(event, first.line) for event in parts.created(table, flags))
    elif method(first) == "alterTable":
        for each in said:
            yield from (Found(event, each.line) for event in _change(code, qualified(name), each))
    else:
        yield from _plain(first, name, said, dialect)


def _plain(first: Call, name: str, said: list[Call], dialect: Dialect) -> Iterator[Found]:
    verb, kind = re.fullmatch(r"(create|drop)(\w+)", method(first)).groups()  # type: ignore[union-attr]  # one of the builders
    kind = "matview" if any(method(each) == "materialized" for each in said) else kind.lower()
    flags = tuple(word for word, known in (("cascade", "cascade"), ("if-exists", "ifExists")) if known in map(method, said))
    query = next((written(argument(each, 0)) for each in said if method(each) == "as"), None)
    yield Found(SchemaEvent(f"{kind}.{verb}", qualified(name), flags=flags), first.line)
    if query is not None:
        yield from sql_in(next(argument(each, 0) for each in said if method(each) == "as"), first.line, dialect)


def _index(kind: str, name: str, said: list[Call]) -> Iterator[SchemaEvent]:
    on = next((each for each in said if method(each) == "on"), None)
    table = qualified(name_of(argument(on, 0))) if on is not None else TableName("")
    names = tuple(name for each in said if method(each) in ("column", "columns") for name in names_of(argument(each, 0)))
    flags = ("unique",) if any(method(each) == "unique" for each in said) else ()
    yield SchemaEvent("index.add" if kind == "createIndex" else "index.drop", table, names=names, object=name, flags=flags)


def _type(call: Call, position: int) -> str | None:
    given = argument(call, position)
    text = string(given)
    if text is None and isinstance(given, Call):
        text = string(argument(given, 0))
    return text.lower() if text and text != "*" else None


def _column(code: Code, table: TableName, parts: Parts, call: Call) -> Column:
    """The column that `addColumn(name, type, (col) => …)` adds."""
    said = [link for each in inside(code, argument(call, 2)) for link in links(each)]
    words = {method(each): each for each in said}
    spelling, name = _type(call, 1), name_of(argument(call, 0))
    counting = spelling in ("serial", "bigserial") or bool(
        {"autoIncrement", "identity", "generatedAlwaysAsIdentity"} & set(words)
    )
    counting = counting or "generatedByDefaultAsIdentity" in words or "generatedAlwaysAs" in words
    default = words.get("defaultTo")
    if "references" in words and (found := _reference(string(argument(words["references"], 0)) or "")):
        parts.keys.append(ForeignKey((name,), *found))
    if "unique" in words:
        parts.others.append(SchemaEvent("unique.add", table, names=(name,)))
    if "check" in words:
        parts.others.append(SchemaEvent("check.add", table))
    nullable = not ("notNull" in words or "primaryKey" in words)
    return Column(
        name,
        {"serial": "integer", "bigserial": "bigint"}.get(spelling or "", spelling),
        nullable,
        default_of(argument(default, 0)) if default is not None else None,
        generated=counting,
        primary_key="primaryKey" in words,
    )


def _reference(text: str) -> tuple[TableName, tuple[str, ...]] | None:
    """`person.id`, `schema.person.id`."""
    table, _, column = text.rpartition(".")
    found = reference(table)
    return (found[0], (column,)) if found is not None and table else None


def _define(code: Code, table: TableName, parts: Parts, call: Call) -> None:
    """Note what one link of a chain says about a table that is created or altered."""
    kind = method(call)
    if kind == "addColumn":
        parts.columns.append(_column(code, table, parts, call))
    elif kind == "addPrimaryKeyConstraint":
        parts.primary = names_of(argument(call, 1))
    elif kind == "addUniqueConstraint":
        event = SchemaEvent("unique.add", table, names=names_of(argument(call, 1)), object=name_of(argument(call, 0)))
        parts.others.append(event)
    elif kind == "addCheckConstraint":
        parts.others.append(SchemaEvent("check.add", table, object=name_of(argument(call, 0))))
    elif kind == "addForeignKeyConstraint":
        target, remote = qualified(name_of(argument(call, 2))), names_of(argument(call, 3))
        parts.keys.append(ForeignKey(names_of(argument(call, 1)), target, remote, name=name_of(argument(call, 0))))


def _change(code: Code, table: TableName, call: Call) -> Iterator[SchemaEvent]:
    kind, name = method(call), name_of(argument(call, 0))
    if kind == "dropColumn":
        yield SchemaEvent("column.drop", table, (Column(name),))
    elif kind == "renameColumn":
        yield SchemaEvent("column.rename", table, (Column(name),), new_name=TableName(name_of(argument(call, 1))))
    elif kind == "renameTo":
        new = qualified(name, table.schema)
        yield SchemaEvent("table.rename", table, new_name=new)
    elif kind == "setSchema":
        yield SchemaEvent("table.set_schema", table, new_name=TableName(table.name, name))
    elif kind == "dropConstraint":
        yield SchemaEvent("constraint.drop", table, object=name)
    elif kind in ("alterColumn", "modifyColumn"):
        yield from _alter_column(code, table, name, call)
    else:
        parts = Parts()
        _define(code, table, parts, call)
        yield from parts.added(table)


def _alter_column(code: Code, table: TableName, name: str, call: Call) -> Iterator[SchemaEvent]:
    if method(call) == "modifyColumn":
        yield SchemaEvent("column.type", table, (Column(name, _type(call, 1)),))
        return
    for each in (link for one in inside(code, argument(call, 1)) for link in links(one)):
        kind = method(each)
        if kind == "setDataType":
            yield SchemaEvent("column.type", table, (Column(name, _type(each, 0)),))
        elif kind in ("setNotNull", "dropNotNull"):
            flag = "set-not-null" if kind == "setNotNull" else "drop-not-null"
            yield SchemaEvent("column.nullable", table, (Column(name, nullable=kind == "dropNotNull"),), flags=(flag,))
        elif kind in ("setDefault", "dropDefault"):
            given = argument(each, 0)
            default = default_of(given) if given is not None and not is_none(given) else None
            flags = ("drop-default",) if kind == "dropDefault" else ()
            yield SchemaEvent("column.default", table, (Column(name, default=default),), flags=flags)


TOOL = Tool("kysely", _recognise, read=reader(_is_known, _events))
