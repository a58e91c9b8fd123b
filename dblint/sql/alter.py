"""ALTER TABLE and what else changes an existing table."""

from collections.abc import Iterator

from msgspec.structs import replace as changed

from dblint.model.schema import Column, SchemaEvent, TableName
from dblint.model.sql import TableUse
from dblint.sql.columns import Items, column, constraint, default_text, type_text
from dblint.sql.cursor import Cursor, commas
from dblint.sql.reading import Reading
from dblint.sql.tokens import Token

_CONSTRAINT_WORDS = frozenset(
    {
        "CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE", "INDEX", "KEY", "FULLTEXT", "SPATIAL",
    }
)  # fmt: skip


def alter_table(cursor: Cursor) -> Reading:
    """`ALTER TABLE t action, …`; the cursor stands after TABLE."""
    flags: tuple[str, ...] = ("if-exists",) if cursor.accept("IF", "EXISTS") else ()
    cursor.accept("ONLY")
    named = cursor.name()
    if not named:
        return Reading(reason="syntax-error")
    cursor.accept("*")
    cursor.skip_cluster()
    items = commas(cursor.rest())
    uses = tuple(_mutation([cursor.sub(item) for item in items], named.table, named.offset))
    events: list[SchemaEvent] = []
    carried = ""
    for item in items:
        part = cursor.sub(item)
        # SQL Server and Oracle say ADD once for several columns.
        if carried and part.key() not in _VERBS:
            events += _add(part, named.table, named.offset) if carried == "ADD" else _drop(part, named.table, named.offset)
            continue
        carried = part.key() if part.key() in ("ADD", "DROP") else ""
        events += _action(part, named.table, named.offset)
    if flags:
        events = [changed(event, flags=tuple(dict.fromkeys((*event.flags, *flags)))) for event in events]
    return Reading(uses, events=tuple(events))


def _mutation(parts: list[Cursor], table: TableName, offset: int) -> Iterator[TableUse]:
    """Yield what ClickHouse does to rows by ALTER: `UPDATE a = 1, b = 2 WHERE …` and `DELETE WHERE …`."""
    first = parts[0] if parts else None
    if first is not None and first.key() == "DELETE" and first.key(1) in ("WHERE", "IN"):
        yield TableUse(table, "write", "delete", "delete", (), offset, first.context.via)
    elif first is not None and first.key() == "UPDATE" and first.key(2) == "=":
        further = [part.word() for part in parts[1:] if part.key(1) == "="]
        yield TableUse(table, "write", "update", "update.cols", (first.word(1), *further), offset, first.context.via)


def _action(cursor: Cursor, table: TableName, offset: int) -> Iterator[SchemaEvent]:  # noqa: C901 -- one branch per verb
    verb = cursor.key()
    cursor.at += 1
    if verb == "ADD":
        yield from _add(cursor, table, offset)
    elif verb == "DROP":
        yield from _drop(cursor, table, offset)
    elif verb == "RENAME":
        yield from _rename(cursor, table, offset)
    elif verb == "ALTER":
        yield from _alter_column(cursor, table, offset)
    elif verb in ("MODIFY", "CHANGE"):
        yield from _redefine(cursor, table, offset, verb)
    elif verb == "SET" and cursor.accept("SCHEMA"):
        schema = cursor.identifier()
        yield SchemaEvent("table.set_schema", table, new_name=TableName(table.name, schema), offset=offset)
    elif verb in ("ATTACH", "DETACH") and cursor.accept("PARTITION"):
        if part := cursor.name():
            yield SchemaEvent(f"table.partition_{verb.lower()}", part.table, base=table, offset=part.offset)
    elif verb == "VALIDATE" and cursor.accept("CONSTRAINT"):
        yield SchemaEvent("constraint.validate", table, object=cursor.identifier(), offset=offset)
    elif verb in ("ENABLE", "DISABLE", "FORCE"):
        yield from _switch(cursor, table, offset, verb)
    elif verb == "WITH" and cursor.accept_any("CHECK", "NOCHECK") and cursor.accept("ADD"):
        yield from _add(cursor, table, offset)
    elif verb == "INHERIT" and (base := cursor.name()):
        yield SchemaEvent("table.partition_attach", table, base=base.table, flags=("inherits",), offset=offset)


def _switch(cursor: Cursor, table: TableName, offset: int, verb: str) -> Iterator[SchemaEvent]:
    state = "disable" if verb == "DISABLE" else "enable"
    cursor.accept_any("REPLICA", "ALWAYS")
    if cursor.accept("ROW", "LEVEL", "SECURITY"):
        yield SchemaEvent(f"rls.{state}", table, offset=offset)
    elif cursor.accept("TRIGGER"):
        yield SchemaEvent(f"trigger.{state}", table, object=cursor.identifier(), offset=offset)


def _add(cursor: Cursor, table: TableName, offset: int) -> Iterator[SchemaEvent]:
    items = Items()
    flags: tuple[str, ...] = ()
    explicit = cursor.accept("COLUMN")
    if cursor.accept("IF", "NOT", "EXISTS"):
        flags = ("if-not-exists",)
    if not explicit and cursor.key() in _CONSTRAINT_WORDS and constraint(cursor, table, items):
        yield from items.events
        for key in items.foreign_keys:
            flags = ("not-valid",) if _not_valid(cursor.tokens) else ()
            yield SchemaEvent(
                "fk.add", table, foreign_keys=(key,), names=key.columns, object=key.name, offset=offset, flags=flags
            )
        return
    if not explicit and cursor.key() in ("PARTITION", "PERIOD"):
        return
    if cursor.key() == "(":
        for item in commas(cursor.group()):
            part = cursor.sub(item)
            if not constraint(part, table, items):
                column(part, table, items)
    else:
        column(cursor, table, items)
    keys = {key.columns: key for key in items.foreign_keys}
    for added in items.columns:
        own = tuple(key for columns, key in keys.items() if columns == (added.name,))
        yield SchemaEvent("column.add", table, columns=(added,), foreign_keys=own, flags=flags, offset=offset)
    yield from items.events


def _not_valid(tokens: list[Token]) -> bool:
    keys = [token.key for token in tokens]
    return "VALID" in keys and keys[keys.index("VALID") - 1] == "NOT"


_DROPS = {"INDEX": "index.drop", "KEY": "index.drop", "CONSTRAINT": "constraint.drop", "CHECK": "check.drop"}


# https://clickhouse.com/docs/sql-reference/statements/alter: what DROP and MODIFY are about besides columns
_NO_COLUMN_DROPPED = frozenset({"PART", "PROJECTION", "STATISTICS"})
_NO_COLUMN = frozenset({"TTL", "QUERY", "SETTING", "ORDER", "SAMPLE", "REFRESH", "COMMENT", "DEFINER", "STATISTICS", "SQL"})


def _drop(cursor: Cursor, table: TableName, offset: int) -> Iterator[SchemaEvent]:
    kind = "column.drop"
    if cursor.accept("PRIMARY", "KEY"):
        yield SchemaEvent("pk.drop", table, offset=offset)
        return
    if cursor.accept("FOREIGN", "KEY"):
        kind = "fk.drop"
    elif cursor.key() in _DROPS and cursor.kind(1) in ("word", "quoted"):
        kind = _DROPS[cursor.key()]
        cursor.at += 1
    elif cursor.kind(1) in ("word", "quoted", "string", "number") and (
        cursor.key() == "PARTITION" or (cursor.key() in _NO_COLUMN_DROPPED and cursor.context.dialect == "clickhouse")
    ):
        return
    else:
        cursor.accept("COLUMN")
    flags: tuple[str, ...] = ("if-exists",) if cursor.accept("IF", "EXISTS") else ()
    cascade = ("cascade",) if any(token.key == "CASCADE" for token in cursor.tokens) else ()
    names = [cursor.sub(item).word() for item in commas(cursor.group())] or [cursor.identifier()]
    for name in names:
        if kind == "column.drop" and name:
            yield SchemaEvent(kind, table, columns=(Column(name),), flags=(*flags, *cascade), offset=offset)
        elif name:
            yield SchemaEvent(kind, table, object=name, flags=(*flags, *cascade), offset=offset)


def _rename(cursor: Cursor, table: TableName, offset: int) -> Iterator[SchemaEvent]:
    if cursor.accept_any("CONSTRAINT", "INDEX", "KEY"):
        kind = "constraint.rename" if cursor.key(-1) == "CONSTRAINT" else "index.rename"
        old = cursor.identifier()
        cursor.accept("TO")
        yield SchemaEvent(kind, table, object=old, new_name=TableName(cursor.identifier()), offset=offset)
        return
    if cursor.accept_any("TO", "AS") or (cursor.kind(1) not in ("word", "quoted") and cursor.key(1) != "TO"):
        if new := cursor.name():
            yield SchemaEvent("table.rename", table, new_name=new.table, offset=offset)
        return
    cursor.accept("COLUMN")
    old = cursor.identifier()
    if cursor.accept("TO") and old:
        yield SchemaEvent(
            "column.rename", table, columns=(Column(old),), new_name=TableName(cursor.identifier()), offset=offset
        )


def _alter_column(cursor: Cursor, table: TableName, offset: int) -> Iterator[SchemaEvent]:
    if cursor.accept_any("CONSTRAINT", "INDEX", "CHECK"):
        return
    cursor.accept("COLUMN")
    name = cursor.identifier()
    if cursor.accept("SET", "DEFAULT"):
        yield SchemaEvent("column.default", table, columns=(Column(name, default=default_text(cursor)),), offset=offset)
    elif cursor.accept("DROP", "DEFAULT"):
        yield SchemaEvent("column.default", table, columns=(Column(name),), flags=("drop-default",), offset=offset)
    elif cursor.accept("SET", "NOT", "NULL"):
        yield SchemaEvent(
            "column.nullable", table, columns=(Column(name, nullable=False),), flags=("set-not-null",), offset=offset
        )
    elif cursor.accept("DROP", "NOT", "NULL"):
        yield SchemaEvent(
            "column.nullable", table, columns=(Column(name, nullable=True),), flags=("drop-not-null",), offset=offset
        )
    elif cursor.accept("SET", "DATA", "TYPE") or cursor.accept("TYPE"):
        yield SchemaEvent("column.type", table, columns=(Column(name, type_text(cursor)),), offset=offset)
    elif cursor.key() not in ("SET", "DROP", "ADD", "RESET", "RESTART", "") and name:
        # SQL Server restates type and nullability.
        items = Items()
        cursor.at -= 1
        if said := column(cursor, table, items):
            yield SchemaEvent("column.type", table, columns=(said,), offset=offset)
            yield _nullability(table, said, offset)


def _nullability(table: TableName, said: Column, offset: int) -> SchemaEvent:
    flag = "drop-not-null" if said.nullable else "set-not-null"
    return SchemaEvent("column.nullable", table, columns=(said,), flags=(flag,), offset=offset)


def _redefine(cursor: Cursor, table: TableName, offset: int, verb: str) -> Iterator[SchemaEvent]:
    """MySQL's and Oracle's MODIFY, MySQL's CHANGE: the whole definition is said anew."""
    if cursor.key() in _NO_COLUMN and cursor.context.dialect == "clickhouse":
        return
    cursor.accept("COLUMN")
    cursor.accept("IF", "EXISTS")
    old = cursor.identifier() if verb == "CHANGE" else ""
    parts = [cursor.sub(item) for item in commas(cursor.group())] if cursor.key() == "(" else [cursor]
    for part in parts:
        said = column(part, table, items := Items())
        if not said:
            continue
        if old and old != said.name:
            yield SchemaEvent("column.rename", table, columns=(Column(old),), new_name=TableName(said.name), offset=offset)
        if said.type:
            yield SchemaEvent("column.type", table, columns=(said,), offset=offset)
        if cursor.context.dialect not in _PARTIAL or _says_null(part.tokens):
            yield _nullability(table, said, offset)
        if said.default is not None:
            yield SchemaEvent("column.default", table, columns=(said,), offset=offset)
        yield from items.events
        words = [token.key for token in part.tokens[-2:]]
        if words[-1:] == ["FIRST"] or words[:1] == ["AFTER"]:
            before = part.word(-1) if words[:1] == ["AFTER"] else ""
            yield SchemaEvent("column.move", table, columns=(Column(said.name),), object=before, offset=offset)


_PARTIAL = frozenset({"oracle", "clickhouse"})
"""Dialects whose MODIFY changes only what it says."""


def _says_null(tokens: list[Token]) -> bool:
    return any(token.key == "NULL" for token in tokens)


_VERBS = frozenset(
    {
        "ADD", "DROP", "RENAME", "ALTER", "MODIFY", "CHANGE", "SET", "RESET", "OWNER", "ATTACH", "DETACH", "ENABLE",
        "DISABLE", "VALIDATE", "CONVERT", "ENGINE", "AUTO_INCREMENT", "NO", "INHERIT", "CLUSTER", "REPLICA", "FORCE",
        "PARTITION", "WITH", "SWITCH", "ORDER", "COMMENT", "ALGORITHM", "LOCK", "DEFAULT", "CHARACTER", "ROW_FORMAT",
        "NOT", "OPTIONS", "COLLATE",
    }
)  # fmt: skip
