"""Sequel of Ruby: `Sequel.migration do change do … end end`, or `up do … end` with a `down` that never counts.

A block without parameters leaves no trace of where it ends, so what a line means follows from what stands before it: inside
`create_table` and `alter_table` the table is not named again. Source: "Schema modification methods" and "Migrations" of
Sequel's documentation.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from dblint.migrations.code import Code
from dblint.migrations.definitions import Parts, altered, default_of, names_of, qualified, sql_in
from dblint.migrations.embedded import Found, change_of
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.tool import Tool
from dblint.migrations.written import argument, constant, method, name_of, receiver, string
from dblint.model.facts import Change
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Expression, Items, Member, Module, Name

_MARK = re.compile(r"^\s*Sequel\.migration\b", re.MULTILINE)
_TYPES = {
    "Integer": "integer",
    "Fixnum": "integer",
    "Bignum": "bigint",
    "String": "varchar",
    "Float": "double precision",
    "BigDecimal": "numeric",
    "Numeric": "numeric",
    "Date": "date",
    "DateTime": "timestamp",
    "Time": "timestamp",
    "TrueClass": "boolean",
    "FalseClass": "boolean",
    "File": "blob",
}
_SIZED = ("varchar", "char", "numeric", "decimal")


def _recognise(path: str, text: str) -> MigrationFile | None:
    if not _MARK.search(text):
        return None
    folder, name = split(path)
    return MigrationFile(path, "sequel", folder, natural(name))


def _read(file: MigrationFile, module: Module, dialect: Dialect) -> tuple[Change, ...]:
    return tuple(change_of(file, found) for found in _Reading(dialect).events(Code(module).module_calls()))


class _Reading:
    """One pass over the calls of a migration, in their order."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.creating: tuple[TableName, Parts, Call] | None = None
        self.altering = TableName("")

    def events(self, calls: Iterator[Call]) -> Iterator[Found]:
        """The events of the way up."""
        counts = False
        for call in calls:
            kind = method(call)
            if receiver(call) is not None:
                continue
            if kind in ("up", "change", "down") and not call.arguments:
                yield from self._created()
                counts = kind != "down"
            elif counts:
                yield from self._said(kind, call)
        yield from self._created()

    def _said(self, kind: str, call: Call) -> Iterator[Found]:
        if self.creating is not None and not self._ends(kind):
            _define(self.creating[0], self.creating[1], call)
            return
        yield from self._created()
        if kind.rstrip("?!") == "create_table":
            self.creating = (_table(argument(call, 0)), Parts(), call)
        elif kind == "alter_table":
            self.altering = _table(argument(call, 0))
        elif kind in ("run", "execute", "execute_ddl"):
            yield from sql_in(argument(call, 0), call.line, self.dialect)
        elif kind in _OPERATIONS:
            usual, operation = _OPERATIONS[kind]
            inside = len(call.arguments) < usual
            table = self.altering if inside else _table(argument(call, 0))
            given = call.arguments if inside else call.arguments[1:]
            yield from (Found(event, call.line) for event in operation(table, given, dict(call.keywords)))
        elif kind in _STATEMENTS:
            yield from (Found(event, call.line) for event in _STATEMENTS[kind](call))

    def _ends(self, kind: str) -> bool:
        """Whether a call can only stand outside the block that defines a table."""
        return kind in _STATEMENTS or kind in _OPERATIONS or kind.rstrip("?!") in _OPENING

    def _created(self) -> Iterator[Found]:
        if self.creating is not None:
            table, parts, call = self.creating
            self.creating = None
            flags = ("if-not-exists",) if method(call).endswith("?") else ()
            yield from (Found(event, call.line) for event in parts.created(table, flags))


_OPENING = ("create_table", "alter_table", "run", "execute", "execute_ddl", "create_join_table")
Options = Mapping[str, Expression]
Arguments = tuple[Expression, ...]


def _table(expression: Expression | None) -> TableName:
    """A table by its symbol; `Sequel[:schema][:table]` is read as far as it is known."""
    return qualified(name_of(expression).replace("__", ".", 1))


def _type(given: Expression | None, options: Options) -> str | None:
    if given is None:
        return None
    word = given.name if isinstance(given, Name | Member) else string(given) or "*"
    spelled = _TYPES.get(word, word.lower())
    if constant(options.get("text")) is True:
        return "text"
    size = options.get("size")
    sizes = size.values if isinstance(size, Items) else (size,) if size is not None else ()
    numbers = [str(constant(each)) for each in sizes]
    return f"{spelled}({','.join(numbers)})" if numbers and spelled in _SIZED else spelled


def _column(name: Expression | None, kind: Expression | None, options: Options) -> Column:
    """A column: nullable unless it says otherwise."""
    nullable = "null" not in options or constant(options["null"]) is not False
    primary = constant(options.get("primary_key")) is True
    return Column(
        name_of(name), _type(kind, options), nullable and not primary, default_of(options.get("default")), False, primary
    )


def _primary(name: Expression | None, options: Options) -> Column:
    return Column(name_of(name), _type(options.get("type"), options) or "integer", False, None, True, True)


def _reference(name: Expression, table: Expression | None, options: Options) -> tuple[Column, ForeignKey]:
    remote = names_of(options.get("key"))
    target = qualified(name_of(table or options.get("table")))
    key = ForeignKey((name_of(name),), target, remote, name=string(options.get("name")) or "")
    return _column(name, options.get("type") or Name("Integer", name.line), options), key


def _define(table: TableName, parts: Parts, call: Call) -> None:
    """One line of `create_table`; the name of a method that is not known is a type."""
    kind, options, first = method(call), dict(call.keywords), argument(call, 0)
    if first is None or kind in ("constraint", "check", "exclude", "full_text_index", "spatial_index"):
        return
    if kind == "primary_key":
        if isinstance(first, Items):
            parts.primary = names_of(first)
        else:
            parts.columns.append(_primary(first, options))
    elif kind == "foreign_key":
        if isinstance(first, Items):
            target = qualified(name_of(argument(call, 1)))
            parts.keys.append(ForeignKey(names_of(first), target, names_of(options.get("key"))))
        else:
            column, key = _reference(first, argument(call, 1), options)
            parts.columns.append(column)
            parts.keys.append(key)
    elif kind in ("index", "unique"):
        parts.others.append(_key("unique.add" if kind == "unique" else "index.add", table, first, options))
    else:
        given = argument(call, 1) if kind == "column" else Name(kind, call.line)
        parts.columns.append(_column(first, given, options))
        if constant(options.get("unique")) is True:
            parts.others.append(SchemaEvent("unique.add", table, names=(name_of(first),)))


def _key(kind: str, table: TableName, columns: Expression | None, options: Options) -> SchemaEvent:
    flags = ("unique",) if kind == "index.add" and constant(options.get("unique")) is True else ()
    return SchemaEvent(kind, table, names=names_of(columns), object=string(options.get("name")) or "", flags=flags)


def _at(given: Arguments, position: int) -> Expression | None:
    return given[position] if position < len(given) else None


Operation = Callable[[TableName, Arguments, Options], Iterator[SchemaEvent]]


def _add_column(table: TableName, given: Arguments, options: Options) -> Iterator[SchemaEvent]:
    yield SchemaEvent("column.add", table, (_column(_at(given, 0), _at(given, 1), options),))


def _drop_column(table: TableName, given: Arguments, _options: Options) -> Iterator[SchemaEvent]:
    yield SchemaEvent("column.drop", table, (Column(name_of(_at(given, 0))),))


def _rename_column(table: TableName, given: Arguments, _options: Options) -> Iterator[SchemaEvent]:
    new = TableName(name_of(_at(given, 1)))
    yield SchemaEvent("column.rename", table, (Column(name_of(_at(given, 0))),), new_name=new)


def _set_type(table: TableName, given: Arguments, options: Options) -> Iterator[SchemaEvent]:
    yield SchemaEvent("column.type", table, (Column(name_of(_at(given, 0)), _type(_at(given, 1), options)),))


def _set_default(table: TableName, given: Arguments, _options: Options) -> Iterator[SchemaEvent]:
    yield from altered(table, Column(name_of(_at(given, 0)), default=default_of(_at(given, 1))))


def _nullable(*, allowed: bool) -> Operation:
    def told(table: TableName, given: Arguments, _options: Options) -> Iterator[SchemaEvent]:
        free = allowed and not (len(given) > 1 and constant(given[1]) is False)
        yield from altered(table, Column(name_of(_at(given, 0)), nullable=free), default=False)

    return told


def _add_foreign_key(table: TableName, given: Arguments, options: Options) -> Iterator[SchemaEvent]:
    first = _at(given, 0)
    if isinstance(first, Items) or first is None:
        key = ForeignKey(names_of(first), qualified(name_of(_at(given, 1))), names_of(options.get("key")))
        yield SchemaEvent("fk.add", table, names=key.columns, foreign_keys=(key,), object=string(options.get("name")) or "")
    else:
        column, key = _reference(first, _at(given, 1), options)
        yield SchemaEvent("column.add", table, (column,), foreign_keys=(key,))


def _drop_foreign_key(table: TableName, given: Arguments, options: Options) -> Iterator[SchemaEvent]:
    """By the name of its column the column goes too; by a list of columns only the constraint."""
    first = _at(given, 0)
    yield SchemaEvent("fk.drop", table, names=names_of(first), object=string(options.get("name")) or "")
    if not isinstance(first, Items):
        yield SchemaEvent("column.drop", table, (Column(name_of(first)),))


def _add_primary_key(table: TableName, given: Arguments, options: Options) -> Iterator[SchemaEvent]:
    first = _at(given, 0)
    if isinstance(first, Items):
        yield SchemaEvent("pk.add", table, names=names_of(first))
    else:
        yield SchemaEvent("column.add", table, (_primary(first, options),))


def _keyed(kind: str) -> Operation:
    def told(table: TableName, given: Arguments, options: Options) -> Iterator[SchemaEvent]:
        yield _key(kind, table, _at(given, 0), options)

    return told


def _drop_constraint(table: TableName, given: Arguments, _options: Options) -> Iterator[SchemaEvent]:
    yield SchemaEvent("constraint.drop", table, object=name_of(_at(given, 0)))


# How many arguments each has where it names the table itself; within `alter_table` it has fewer.
_OPERATIONS: Mapping[str, tuple[int, Operation]] = {
    "add_column": (3, _add_column),
    "drop_column": (2, _drop_column),
    "rename_column": (3, _rename_column),
    "set_column_type": (3, _set_type),
    "set_column_default": (3, _set_default),
    "set_column_not_null": (2, _nullable(allowed=False)),
    "set_column_allow_null": (3, _nullable(allowed=True)),
    "add_foreign_key": (3, _add_foreign_key),
    "drop_foreign_key": (3, _drop_foreign_key),
    "add_primary_key": (3, _add_primary_key),
    "add_index": (2, _keyed("index.add")),
    "drop_index": (2, _keyed("index.drop")),
    "add_unique_constraint": (3, _keyed("unique.add")),
    "drop_constraint": (3, _drop_constraint),
}


def _drop_table(call: Call) -> Iterator[SchemaEvent]:
    cascade = ("cascade",) if constant(argument(call, -1, "cascade")) is True else ()
    exists = ("if-exists",) if method(call).endswith("?") else ()
    for each in call.arguments:
        yield SchemaEvent("table.drop", _table(each), flags=(*cascade, *exists))


def _rename_table(call: Call) -> Iterator[SchemaEvent]:
    old = _table(argument(call, 0))
    yield SchemaEvent("table.rename", old, new_name=qualified(name_of(argument(call, 1)), old.schema))


def _view(kind: str) -> Callable[[Call], Iterator[SchemaEvent]]:
    def told(call: Call) -> Iterator[SchemaEvent]:
        yield SchemaEvent(kind, _table(argument(call, 0)))

    return told


_STATEMENTS: Mapping[str, Callable[[Call], Iterator[SchemaEvent]]] = {
    "drop_table": _drop_table,
    "drop_table?": _drop_table,
    "rename_table": _rename_table,
    "create_view": _view("view.create"),
    "create_or_replace_view": _view("view.replace"),
    "drop_view": _view("view.drop"),
}

TOOL = Tool("sequel", _recognise, read=_read)
