"""Column definitions and table constraints of CREATE TABLE and ALTER TABLE, alike for every dialect."""

from itertools import pairwise

import msgspec
from msgspec.structs import replace

from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.sql.cursor import Cursor, commas
from dblint.sql.tokens import Token

_AFTER_TYPE = frozenset(
    {
        "NOT", "NULL", "DEFAULT", "PRIMARY", "UNIQUE", "REFERENCES", "CHECK", "CONSTRAINT", "GENERATED", "AS", "COLLATE",
        "AUTO_INCREMENT", "AUTOINCREMENT", "IDENTITY", "COMMENT", "ON", "KEY", "INDEX", "FIRST", "AFTER", "CHARSET",
        "STORAGE", "COMPRESSION", "VISIBLE", "INVISIBLE", "ENCODE", "VIRTUAL", "STORED", "PERSISTED", "SPARSE",
        "ROWGUIDCOL", "OPTIONS", "USING", "DEFERRABLE", "INITIALLY", "ENABLE", "DISABLE", "MATCH", "FOREIGN", "CODEC",
        "TTL", "ALIAS", "MATERIALIZED", "ENFORCED", "NO", "DISTKEY", "SORTKEY", "SRID",
    }
)  # fmt: skip
_SERIAL = frozenset({"serial", "bigserial", "smallserial", "serial4", "serial8", "serial2"})
_TABLE_ITEMS = frozenset(
    {
        "CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE", "LIKE", "PERIOD", "FULLTEXT", "SPATIAL",
    }
)  # fmt: skip


class Items(msgspec.Struct):
    """What stands between the parentheses of CREATE TABLE."""

    columns: list[Column] = []
    foreign_keys: list[ForeignKey] = []
    events: list[SchemaEvent] = []
    like: list[TableName] = []

    def finished(self) -> tuple[Column, ...]:
        """The columns, those of a table-level primary key marked."""
        keys = {name for event in self.events if event.kind == "pk.add" for name in event.names}
        return tuple(replace(c, primary_key=True, nullable=False) if c.name in keys else c for c in self.columns)


def read_items(cursor: Cursor, table: TableName, tokens: list[Token]) -> Items:
    """The columns and constraints of a table's definition."""
    items = Items()
    for item in commas(tokens):
        part = cursor.sub(item)
        if part.accept("LIKE"):
            if named := part.name():
                items.like.append(named.table)
        elif not constraint(part, table, items):
            column(part, table, items)
    return items


def constraint(cursor: Cursor, table: TableName, items: Items) -> bool:  # noqa: C901 -- one branch per kind of constraint
    """Read a table-level constraint or index into `items`; False if it is none."""
    if cursor.done:
        return False
    start = cursor.at
    offset = cursor.tokens[start].start
    name = ""
    if cursor.accept("CONSTRAINT"):
        name = "" if cursor.key() in _TABLE_ITEMS else cursor.identifier()
    key = cursor.key()
    cursor.at += 1
    flags = _flags(cursor)
    if key == "PRIMARY" and cursor.accept("KEY"):
        items.events.append(SchemaEvent("pk.add", table, names=_listed(cursor), object=name, offset=offset, flags=flags))
    elif key == "UNIQUE":
        cursor.accept_any("KEY", "INDEX")
        _key("unique.add", cursor, table, items, name, offset, flags)
    elif key == "FOREIGN" and cursor.accept("KEY"):
        if cursor.key() != "(" and cursor.identifier() and not name:
            name = cursor.word(-1)
        columns = tuple(_names(cursor))
        if cursor.find("REFERENCES"):
            _reference(cursor, columns, items, name)
    elif key in ("CHECK", "EXCLUDE"):
        items.events.append(SchemaEvent("check.add", table, object=name, offset=offset, flags=flags))
    elif key in ("FULLTEXT", "SPATIAL") or (key in ("KEY", "INDEX") and _is_index(cursor)):
        cursor.accept_any("KEY", "INDEX")
        _key("index.add", cursor, table, items, name, offset, flags)
    elif key == "PERIOD" and cursor.key() == "FOR":
        pass
    else:
        cursor.at = start
        return False
    return True


def _key(kind: str, cursor: Cursor, table: TableName, items: Items, name: str, offset: int, flags: tuple[str, ...]) -> None:
    if cursor.kind() in ("word", "quoted") and cursor.key() not in ("USING", "NULLS", "CLUSTERED", "NONCLUSTERED"):
        name = cursor.identifier()
    names = _listed(cursor)
    items.events.append(SchemaEvent(kind, table, names=names, object=name, offset=offset, flags=flags))


def _listed(cursor: Cursor) -> tuple[str, ...]:
    return tuple(_names(cursor)) if cursor.find("(") else ()


def _flags(cursor: Cursor) -> tuple[str, ...]:
    keys = [token.key for token in cursor.tokens]
    return ("not-valid",) if any(a == "NOT" and b == "VALID" for a, b in pairwise(keys)) else ()


def _is_index(cursor: Cursor) -> bool:
    """Whether `KEY`/`INDEX` opens an index, not a column of that name: `KEY (a)`, `KEY name (a)`, `KEY name USING …`."""
    if cursor.key() == "(":
        return True
    return (cursor.key(1) == "(" and cursor.kind(2) != "number") or cursor.key(1) == "USING"


def _names(cursor: Cursor) -> list[str]:
    """The first name of each item of a parenthesised list."""
    return [cursor.sub(item).word() for item in commas(cursor.group()) if is_column(item)]


def is_column(item: list[Token]) -> bool:
    """Whether an item of a key is a column, of which MySQL may take the beginning only (`name(20)`), and no expression."""
    called = len(item) > 1 and item[1].key == "("
    return item[0].kind in ("word", "quoted") and (
        not called or (len(item) > 3 and item[2].kind == "number" and item[3].key == ")")
    )


def _reference(cursor: Cursor, columns: tuple[str, ...], items: Items, name: str) -> None:
    cursor.at += 1
    target = cursor.name()
    if target:
        names = tuple(_names(cursor))
        key = ForeignKey(columns, target.table, names, offset=target.offset, name=name, on_delete=_on_delete(cursor))
        items.foreign_keys.append(key)


def _on_delete(cursor: Cursor) -> str:
    """What `ON DELETE` says further on; empty for what keeps a row from going."""
    keys = [token.key for token in cursor.tokens[cursor.at :]]
    at = next((at for at, pair in enumerate(pairwise(keys)) if pair == ("ON", "DELETE")), None)
    said = " ".join(keys[at + 2 : at + 4]) if at is not None else ""
    return next((action for action in ("cascade", "set null", "set default") if said.lower().startswith(action)), "")


def column(cursor: Cursor, table: TableName, items: Items) -> Column | None:  # noqa: C901 -- one branch per clause
    """Read a column's definition into `items`."""
    name = cursor.identifier()
    if not name:
        return None
    offset = cursor.tokens[cursor.at - 1].start
    kind = type_text(cursor)
    found = Column(name, kind, True, generated=kind in _SERIAL, primary_key=False)
    if found.generated:
        found = replace(found, nullable=False)
    constraint_name = ""
    while not cursor.done:
        key = cursor.key()
        cursor.at += 1
        if key == "CONSTRAINT":
            constraint_name = cursor.identifier()
            continue
        if key == "NOT" and cursor.accept("NULL"):
            found = replace(found, nullable=False)
        elif key == "DEFAULT":
            found = replace(found, default=default_text(cursor))
        elif key == "PRIMARY" and cursor.accept("KEY"):
            found = replace(found, primary_key=True, nullable=False)
        elif key == "UNIQUE":
            items.events.append(SchemaEvent("unique.add", table, names=(name,), object=constraint_name, offset=offset))
        elif key == "CHECK":
            items.events.append(SchemaEvent("check.add", table, names=(name,), object=constraint_name, offset=offset))
            cursor.group()
        elif key == "REFERENCES":
            cursor.at -= 1
            _reference(cursor, (name,), items, constraint_name)
        elif key in ("GENERATED", "AUTO_INCREMENT", "AUTOINCREMENT", "IDENTITY") or (key == "AS" and cursor.key() == "("):
            while cursor.accept_any("ALWAYS", "BY", "DEFAULT", "ON", "NULL", "AS"):
                pass
            identity = key in ("AUTO_INCREMENT", "AUTOINCREMENT", "IDENTITY") or cursor.accept("IDENTITY")
            found = replace(found, generated=True, nullable=False if identity else found.nullable)
            cursor.group()
        elif key == "(":
            cursor.at -= 1
            cursor.group()
        elif key == "ON" and cursor.key() in ("DELETE", "UPDATE"):
            cursor.at += 2
        constraint_name = ""
    items.columns.append(found)
    return found


def type_text(cursor: Cursor) -> str | None:
    """The type that comes next in lower case (`varchar(20)`, `timestamp with time zone`), taken; None if there is none."""
    start = cursor.at
    while not cursor.done:
        key = cursor.key()
        if key == "(":
            cursor.group()
            continue
        if key in _AFTER_TYPE or (key == "SET" and cursor.at > start) or (key == "CHARACTER" and cursor.key(1) == "SET"):
            break
        if key == "WITH" and cursor.key(1) not in ("TIME", "LOCAL"):
            break
        cursor.at += 1
    return joined(cursor, cursor.tokens[start : cursor.at]) or None


def joined(cursor: Cursor, tokens: list[Token]) -> str:
    """The tokens as lower-case text with single spaces between words only."""
    text, before = "", ""
    for token in tokens:
        piece = cursor.source(token)
        piece = piece.lower() if token.kind == "word" else piece
        if before and (before[-1].isalnum() or before[-1] in ")]_\"'") and (piece[0].isalnum() or piece[0] in "_\"'"):
            text += " "
        text += piece
        before = piece
    return text


def default_text(cursor: Cursor) -> str:
    """The default's expression as written, taken."""
    start = cursor.at
    first = True
    while not cursor.done:
        if cursor.key() == "(":
            cursor.group()
        elif not first and cursor.key() in _AFTER_TYPE:
            break
        else:
            cursor.at += 1
        first = False
    taken = cursor.tokens[start : cursor.at]
    return cursor.text[taken[0].start : taken[-1].end] if taken else ""
