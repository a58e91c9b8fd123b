"""Entity Framework Core: `Migrations/<time>_<Name>.cs` with `Up(MigrationBuilder)`.

`Down` never counts, and neither do the designer's file and the model snapshot. Source of the operations, and of what holds
where they say nothing: EF Core's `MigrationBuilder`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from dblint.migrations.chains import entries, inside, links
from dblint.migrations.code import Code
from dblint.migrations.definitions import Parts, default_of, deletion, names_of, sql_in
from dblint.migrations.embedded import Found
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.tool import Tool
from dblint.migrations.ups import reader
from dblint.migrations.written import argument, constant, is_none, method, name_of, string, table_name
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Expression, Item, Items, Lambda, Member, Name
from dblint.model.syntax import Mapping as Pairs

_MARK = re.compile(r"\bMigrationBuilder\b")
_UP = re.compile(r"\bvoid\s+Up\s*\(\s*MigrationBuilder\b")
_TYPES = {
    "int": "integer",
    "long": "bigint",
    "short": "smallint",
    "byte": "tinyint",
    "string": "text",
    "bool": "boolean",
    "DateTime": "timestamp",
    "DateTimeOffset": "timestamp with time zone",
    "DateOnly": "date",
    "TimeOnly": "time",
    "TimeSpan": "interval",
    "decimal": "decimal",
    "double": "double precision",
    "float": "real",
    "Guid": "uuid",
    "byte[]": "blob",
}
_COUNTING = ("Identity", "ValueGeneration", "Autoincrement", "AutoIncrement", "Serial")


def _recognise(path: str, text: str) -> MigrationFile | None:
    folder, name = split(path)
    marked = "MigrationBuilder" in text and _MARK.search(text) and _UP.search(text)
    if not marked or name.endswith((".Designer.cs", "ModelSnapshot.cs")):
        return None
    return MigrationFile(path, "efcore", folder, natural(name))


def _is_known(call: Call) -> bool:
    return method(call) in _OPERATIONS or method(call) in ("CreateTable", "Sql")


def _events(code: Code, call: Call, dialect: Dialect) -> Iterator[Found]:
    given = _Given(call)
    if method(call) == "Sql":
        yield from sql_in(given.at(0, "sql"), call.line, dialect)
    elif method(call) == "CreateTable":
        yield from (Found(event, call.line) for event in _create_table(code, given))
    else:
        yield from (Found(event, call.line) for event in _OPERATIONS[method(call)](given))


class _Given(NamedTuple):
    """The arguments of an operation, mostly named."""

    call: Call

    def at(self, position: int, *names: str) -> Expression | None:
        """An argument by name, else by its position."""
        return argument(self.call, position, *names)

    def text(self, name: str) -> str:
        """A named text, empty where there is none."""
        return string(argument(self.call, -1, name)) or ""

    def is_true(self, name: str) -> bool:
        """Whether a named argument is true."""
        return constant(argument(self.call, -1, name)) is True

    def table(self, position: int = 1, name: str = "table") -> TableName:
        """The table that is changed."""
        return table_name(name_of(self.at(position, name)), self.text("schema") or None)

    def columns(self, position: int = 2) -> tuple[str, ...]:
        """The columns of a key."""
        return names_of(self.at(position, "column", "columns"))


def _type(given: _Given, old: str = "") -> str | None:
    """The type that is said, else what providers mostly make of the type in C#."""
    said = given.text(f"{old}Type" if old else "type")
    if said:
        return said.lower()
    generic = argument(given.call, -1, "oldClrType" if old else "<>")
    if isinstance(generic, Call) and method(generic) == "typeof":
        generic = argument(generic, 0) or argument(generic, -1, "<>")
    word = _clr(generic)
    found = _TYPES.get(word)
    length = constant(argument(given.call, -1, f"{old}MaxLength" if old else "maxLength"))
    if found == "text" and isinstance(length, int):
        return f"varchar({length})"
    sizes = [constant(argument(given.call, -1, f"{old}{each.title()}" if old else each)) for each in ("precision", "scale")]
    known = [str(size) for size in sizes if isinstance(size, int)]
    return f"{found}({','.join(known)})" if found == "decimal" and known else found


def _clr(generic: Expression | None) -> str:
    match generic:
        case Name(name=name) | Member(name=name):
            return name
        case Item(value=Name(name=name)) if name != "byte":
            return name
        case Item():
            return "byte[]"
    return string(generic) or ""


def _default(given: _Given, old: str = "") -> str | None:
    written = given.text(f"{old}DefaultValueSql" if old else "defaultValueSql")
    if written:
        return written
    value = argument(given.call, -1, f"{old}DefaultValue" if old else "defaultValue")
    return default_of(value) if value is not None and not is_none(value) else None


def _column(call: Call, name: str, nullable: str = "nullable") -> Column:
    """The column of `Column<T>(…)` or `AddColumn<T>(…)`, with the annotations after it."""
    first, *rest = links(call) if isinstance(call.function, Member) else (call,)
    said = next((each for each in (first, *rest) if method(each) in ("Column", "AddColumn")), first)
    given = _Given(said)
    notes = " ".join(string(argument(each, 0)) or "" for each in rest if method(each).endswith("Annotation"))
    generated = any(word in notes for word in _COUNTING) or bool(given.text("computedColumnSql")) or given.is_true("rowVersion")
    return Column(name, _type(given), given.is_true(nullable), _default(given), generated=generated)


def _create_table(code: Code, given: _Given) -> Iterator[SchemaEvent]:
    table, parts = given.table(0, "name"), Parts()
    columns = given.at(1, "columns")
    body = columns.body if isinstance(columns, Lambda) else None
    physical: dict[str, str] = {}
    for name, said in entries(body).items():
        if isinstance(said, Call):
            own = next((each for each in links(said) if method(each) == "Column"), said)
            physical[name] = string(argument(own, -1, "name")) or name
            parts.columns.append(_column(said, physical[name]))
    parts.partial = not isinstance(body, Pairs)
    for call in inside(code, given.at(3, "constraints")):
        _constrain(table, parts, physical, links(call)[0])
    yield from parts.created(table)


def _meant(given: Expression | None, physical: Mapping[str, str]) -> tuple[str, ...]:
    """The columns of `x => x.Id`, `x => new { x.A, x.B }`, or by name."""
    body = given.body if isinstance(given, Lambda) else given
    if isinstance(body, Member):
        return (physical.get(body.name, body.name),)
    if isinstance(body, Pairs):
        return tuple(physical.get(name, name) for name in entries(body))
    if isinstance(body, Items):
        return tuple(name for each in body.values for name in _meant(each, physical))
    return names_of(body)


def _constrain(table: TableName, parts: Parts, physical: Mapping[str, str], call: Call) -> None:
    given, name = _Given(call), string(argument(call, 0, "name")) or ""
    columns = _meant(given.at(1, "column", "columns"), physical)
    if method(call) == "PrimaryKey":
        parts.primary = columns
    elif method(call) == "UniqueConstraint":
        parts.others.append(SchemaEvent("unique.add", table, names=columns, object=name))
    elif method(call) == "CheckConstraint":
        parts.others.append(SchemaEvent("check.add", table, object=name))
    elif method(call) == "ForeignKey":
        target = table_name(name_of(given.at(2, "principalTable")), given.text("principalSchema") or None)
        remote = names_of(given.at(3, "principalColumn", "principalColumns"))
        gone = deletion(argument(call, -1, "onDelete"))
        parts.keys.append(ForeignKey(columns, target, remote, name=name, on_delete=gone))


def _add_column(given: _Given) -> Iterator[SchemaEvent]:
    yield SchemaEvent("column.add", given.table(), (_column(given.call, name_of(given.at(0, "name"))),))


def _alter_column(given: _Given) -> Iterator[SchemaEvent]:
    """The column as it is to be, with all that it was: only what differs changes."""
    table, name = given.table(), name_of(given.at(0, "name"))
    new, old = _type(given), _type(given, "old")
    if new is not None and new != old:
        yield SchemaEvent("column.type", table, (Column(name, new),))
    nullable = given.is_true("nullable")
    if nullable != given.is_true("oldNullable"):
        flag = "drop-not-null" if nullable else "set-not-null"
        yield SchemaEvent("column.nullable", table, (Column(name, nullable=nullable),), flags=(flag,))
    default = _default(given)
    if default != _default(given, "old"):
        flags = ("drop-default",) if default is None else ()
        yield SchemaEvent("column.default", table, (Column(name, default=default),), flags=flags)


def _drop_column(given: _Given) -> Iterator[SchemaEvent]:
    yield SchemaEvent("column.drop", given.table(), (Column(name_of(given.at(0, "name"))),))


def _rename_column(given: _Given) -> Iterator[SchemaEvent]:
    new = TableName(name_of(given.at(2, "newName")))
    yield SchemaEvent("column.rename", given.table(), (Column(name_of(given.at(0, "name"))),), new_name=new)


def _drop_table(given: _Given) -> Iterator[SchemaEvent]:
    yield SchemaEvent("table.drop", given.table(0, "name"))


def _rename_table(given: _Given) -> Iterator[SchemaEvent]:
    old = given.table(0, "name")
    schema = given.text("newSchema") or old.schema
    new = string(argument(given.call, -1, "newName")) or string(argument(given.call, 2)) or old.name
    yield SchemaEvent("table.rename", old, new_name=table_name(new, schema))


def _add_foreign_key(given: _Given) -> Iterator[SchemaEvent]:
    name, columns = string(given.at(0, "name")) or "", given.columns()
    target = table_name(name_of(given.at(3, "principalTable")), given.text("principalSchema") or None)
    remote = names_of(argument(given.call, -1, "principalColumn", "principalColumns"))
    key = ForeignKey(columns, target, remote, name=name, on_delete=deletion(argument(given.call, -1, "onDelete")))
    yield SchemaEvent("fk.add", given.table(), foreign_keys=(key,), names=columns, object=name)


def _added(kind: str) -> Callable[[_Given], Iterator[SchemaEvent]]:
    def told(given: _Given) -> Iterator[SchemaEvent]:
        flags = ("unique",) if given.is_true("unique") else ()
        names = () if kind == "check.add" else given.columns()
        yield SchemaEvent(kind, given.table(), names=names, object=string(given.at(0, "name")) or "", flags=flags)

    return told


def _dropped(kind: str) -> Callable[[_Given], Iterator[SchemaEvent]]:
    def told(given: _Given) -> Iterator[SchemaEvent]:
        table = given.table() if given.at(1, "table") is not None else TableName("")
        yield SchemaEvent(kind, table, object=string(given.at(0, "name")) or "")

    return told


def _named(kind: str) -> Callable[[_Given], Iterator[SchemaEvent]]:
    def told(given: _Given) -> Iterator[SchemaEvent]:
        yield SchemaEvent(kind, given.table(0, "name"))

    return told


def _data(kind: str) -> Callable[[_Given], Iterator[SchemaEvent]]:
    def told(given: _Given) -> Iterator[SchemaEvent]:
        names = names_of(argument(given.call, -1, "column", "columns")) if kind != "data.delete" else ()
        yield SchemaEvent(kind, given.table(0, "table"), names=names)

    return told


_OPERATIONS: Mapping[str, Callable[[_Given], Iterator[SchemaEvent]]] = {
    "DropTable": _drop_table,
    "RenameTable": _rename_table,
    "AddColumn": _add_column,
    "AlterColumn": _alter_column,
    "DropColumn": _drop_column,
    "RenameColumn": _rename_column,
    "AddForeignKey": _add_foreign_key,
    "DropForeignKey": _dropped("fk.drop"),
    "AddPrimaryKey": _added("pk.add"),
    "DropPrimaryKey": _dropped("pk.drop"),
    "AddUniqueConstraint": _added("unique.add"),
    "DropUniqueConstraint": _dropped("unique.drop"),
    "AddCheckConstraint": _added("check.add"),
    "DropCheckConstraint": _dropped("check.drop"),
    "CreateIndex": _added("index.add"),
    "DropIndex": _dropped("index.drop"),
    "RenameIndex": _dropped("index.rename"),
    "CreateSequence": _named("sequence.create"),
    "AlterSequence": _named("sequence.alter"),
    "RestartSequence": _named("sequence.alter"),
    "RenameSequence": _named("sequence.rename"),
    "DropSequence": _named("sequence.drop"),
    "EnsureSchema": _named("schema.create"),
    "DropSchema": _named("schema.drop"),
    "InsertData": _data("data.insert"),
    "UpdateData": _data("data.update"),
    "DeleteData": _data("data.delete"),
}

TOOL = Tool("efcore", _recognise, read=reader(_is_known, _events))
