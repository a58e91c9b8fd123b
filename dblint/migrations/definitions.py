"""Tables and columns as migrations in code define them: what all builders of schemas have in common."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from msgspec.structs import replace

from dblint.migrations.embedded import Found, sql_events, unreadable
from dblint.migrations.written import constant, is_none, method, name_of, string, table_name, written
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.model.sql import Dialect
from dblint.model.syntax import Call, Expression, Items, Literal, Member, Name

_DOTTED = re.compile(r"\s*[\"`]?(?P<table>[\w.*\-]+)[\"`]?\s*(?:\(\s*[\"`]?(?P<columns>[\w, *]+)[\"`]?\s*\))?\s*\Z")


@dataclass
class Parts:
    """What the definition of a table has said so far."""

    columns: list[Column] = field(default_factory=list)
    keys: list[ForeignKey] = field(default_factory=list)
    others: list[SchemaEvent] = field(default_factory=list)
    primary: tuple[str, ...] = ()
    partial: bool = False

    def created(self, table: TableName, flags: tuple[str, ...] = ()) -> Iterator[SchemaEvent]:
        """The creation of the table, then what it is given besides columns."""
        primary = {name.casefold() for name in self.primary}
        columns = tuple(
            replace(each, primary_key=True, nullable=False) if each.name.casefold() in primary else each
            for each in self.columns
        )
        partial = ("partial",) if self.partial else ()
        yield SchemaEvent("table.create", table, columns, foreign_keys=tuple(self.keys), flags=(*flags, *partial))
        yield from self.others

    def added(self, table: TableName) -> Iterator[SchemaEvent]:
        """The same as additions to a table that there is."""
        for column in self.columns:
            keys = tuple(key for key in self.keys if key.columns == (column.name,))
            yield SchemaEvent("column.add", table, (column,), foreign_keys=keys)
        known = {column.name for column in self.columns}
        for key in self.keys:
            if not (len(key.columns) == 1 and key.columns[0] in known):
                yield SchemaEvent("fk.add", table, foreign_keys=(key,), names=key.columns, object=key.name)
        if self.primary:
            yield SchemaEvent("pk.add", table, names=self.primary)
        yield from self.others


_DELETIONS = {
    "": "", "restrict": "", "noaction": "", "nothing": "", "clientnoaction": "", "clientcascade": "", "clientsetnull": "",
    "cascade": "cascade", "deleteall": "cascade", "setnull": "set null", "nullify": "set null", "nilifyall": "set null",
    "setdefault": "set default", "defaultall": "set default",
}  # fmt: skip


def deletion(given: Expression | str | None) -> str | None:
    """What a foreign key does to the rows of a row that goes, as `ForeignKey.on_delete`; nothing said keeps the row."""
    if isinstance(given, Member):
        given = given.name
    said = given if isinstance(given, str) else "" if given is None or is_none(given) else string(given)
    return None if said is None else _DELETIONS.get(re.sub(r"[\s_]", "", said).lower())


def qualified(name: str, schema: str | None = None) -> TableName:
    """A table by a name that may hold its schema (`shop.orders`)."""
    if schema is None and name.count(".") == 1:
        schema, _, name = name.partition(".")
    return table_name(name, schema or None)


def reference(text: str) -> tuple[TableName, tuple[str, ...]] | None:
    """The table and columns of a reference as SQL writes it: `users`, `users(id)`."""
    match = _DOTTED.match(text)
    if match is None:
        return None
    columns = tuple(each.strip().strip('"`') for each in (match["columns"] or "").split(",") if each.strip())
    return qualified(match["table"]), columns


def default_of(expression: Expression | None) -> str | None:
    """The database's default as SQL, None without one, `*` where it is only known that there is one."""
    if expression is None or is_none(expression):
        return None
    if isinstance(expression, Literal):
        return str(expression.value).lower()
    if isinstance(expression, Call):
        text = string(expression.arguments[0]) if expression.arguments else None
        if text is not None and method(expression).lower() in ("raw", "literal", "func", "fn", "expression", "sql"):
            return text
        return "now()" if method(expression).lower() in ("now", "currenttimestamp") else "*"
    if isinstance(expression, Member | Name):
        return "now()" if expression.name.upper() in ("NOW", "CURRENT_TIMESTAMP") else "*"
    text = string(expression)
    return "'" + text.replace("'", "''") + "'" if text is not None else "*"


def sized(word: str, sizes: Iterable[Expression]) -> str:
    """A type with the sizes that are given for it."""
    numbers = []
    for size in islice(sizes, 2):
        value = constant(size)
        if not isinstance(value, int) or isinstance(value, bool):
            break
        numbers.append(str(value))
    return f"{word}({','.join(numbers)})" if numbers else word


def names_of(expression: Expression | None) -> tuple[str, ...]:
    """The names of columns in a list, or the one that stands alone."""
    if expression is None or is_none(expression):
        return ()
    if isinstance(expression, Items):
        return tuple(map(name_of, expression.values))
    return (name_of(expression),)


def altered(table: TableName, column: Column, *, default: bool = True) -> Iterator[SchemaEvent]:
    """The events of a column that is stated anew: its type, whether it is nullable, its default where that is meant."""
    if column.type is not None:
        yield SchemaEvent("column.type", table, (Column(column.name, column.type),))
    if column.nullable is not None:
        flag = "drop-not-null" if column.nullable else "set-not-null"
        yield SchemaEvent("column.nullable", table, (Column(column.name, nullable=column.nullable),), flags=(flag,))
    if default:
        flags = ("drop-default",) if column.default is None else ()
        yield SchemaEvent("column.default", table, (Column(column.name, default=column.default),), flags=flags)


def sql_in(expression: Expression | None, line: int, dialect: Dialect) -> Iterator[Found]:
    """The events of SQL text in an argument; `opaque` where it is not known."""
    texts = expression.values if isinstance(expression, Items) else (expression,)
    for each in texts:
        text = written(each)
        if text is not None:
            yield from sql_events(text, dialect)
        else:
            yield unreadable(line)
