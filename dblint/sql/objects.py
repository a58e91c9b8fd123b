"""CREATE of views, routines, triggers, indexes and everything else that is no table."""

from collections.abc import Callable

from msgspec.structs import replace

from dblint.model.schema import ROW, Column, SchemaEvent, TableName
from dblint.sql.bodies import read_body, routine_body
from dblint.sql.columns import is_column
from dblint.sql.cursor import Cursor, Named, commas
from dblint.sql.names import is_system
from dblint.sql.reading import Reading
from dblint.sql.statement import read_tokens

_TAIL = frozenset({"CHECK", "OPTION", "DATA", "NO", "WITH", "LOCAL", "CASCADED", "READ", "ONLY"})


def _touched(reading: Reading, mode: str) -> tuple[TableName, ...]:
    names = (use.table for use in reading.uses if use.mode == mode and use.table.name != "*")
    return tuple(dict.fromkeys(names))


def _filled(reading: Reading) -> tuple[str, ...]:
    return tuple(f"{ROW}{column}" for column in sorted(reading.filled))


def _flags(cursor: Cursor, words: tuple[str, ...]) -> tuple[str, ...]:
    flags: tuple[str, ...] = ("replace",) if "REPLACE" in words or ("OR" in words and "ALTER" in words) else ()
    return (*flags, "if-not-exists") if cursor.accept("IF", "NOT", "EXISTS") else flags


def _view(cursor: Cursor, words: tuple[str, ...]) -> Reading:
    flags = _flags(cursor, words)
    named = cursor.name()
    if not named:
        return Reading(reason="syntax-error")
    temporary = "TEMP" in words or "TEMPORARY" in words
    columns = tuple(cursor.sub(item).word() for item in commas(cursor.group()))
    if not cursor.find("AS"):
        return Reading(reason="syntax-error")
    cursor.at += 1
    tokens = cursor.rest()
    while tokens and tokens[-1].key in _TAIL and any(token.key == "WITH" for token in tokens[-5:]):
        last = tokens.pop()
        if last.key == "WITH":
            break
    if not tokens:
        return Reading(reason="syntax-error")
    inner = read_tokens(cursor.text, tokens, cursor.context.within(f"view {named.table}"))
    kind = "matview" if "MATERIALIZED" in words else "view"
    verb = "replace" if "replace" in flags and kind == "view" else "create"
    event = SchemaEvent(
        f"{kind}.{verb}", named.table, tuple(map(Column, columns or inner.outputs)), names=columns, flags=flags,
        offset=named.offset, reads=_touched(inner, "read"), writes=_touched(inner, "write"),
    )  # fmt: skip
    if temporary:
        return replace(inner, events=(), temporary=frozenset({named.table.name}))
    return replace(inner, events=(event,))


def _routine(cursor: Cursor, words: tuple[str, ...]) -> Reading:
    flags = _flags(cursor, words)
    cursor.accept("BODY")
    named = cursor.name()
    if not named:
        return Reading(reason="syntax-error")
    inner = routine_body(cursor, cursor.context.within(f"routine {named.table}"))
    verb = "replace" if "replace" in flags else "create"
    event = SchemaEvent(
        f"routine.{verb}", named.table, object=named.table.name, names=_filled(inner), flags=flags, offset=named.offset,
        reads=_touched(inner, "read"), writes=_touched(inner, "write"),
    )  # fmt: skip
    return replace(inner, events=(event,), temporary=frozenset(), filled=frozenset())


def _trigger(cursor: Cursor, words: tuple[str, ...]) -> Reading:
    flags = _flags(cursor, words)
    named = cursor.name()
    # `UPDATE OF a, b ON t`; in an event trigger ON names an event.
    start = cursor.at
    if not named or not cursor.find("ON"):
        return Reading(reason="syntax-error")
    if any(token.key == "INSERT" for token in cursor.tokens[start : cursor.at]):
        flags = (*flags, "insert")
    cursor.at += 1
    owner = cursor.name()
    if not owner or owner.table.name.lower() in ("database", "schema", "all") or "EVENT" in words:
        return Reading()
    transition = frozenset(
        cursor.word(i + 2) for i in range(20) if cursor.key(i) in ("NEW", "OLD") and cursor.key(i + 1) == "TABLE"
    )
    transition |= frozenset(cursor.word(i + 3) for i in range(20) if cursor.key(i + 1) == "TABLE" and cursor.key(i + 2) == "AS")
    called: tuple[str, ...] = ()
    context = cursor.context.within(f"trigger {named.table.name}", temporary=transition | {"inserted", "deleted"})
    if cursor.find("EXECUTE") and cursor.key(1) in ("FUNCTION", "PROCEDURE"):
        cursor.at += 2
        routine = cursor.name()
        inner, called = Reading(), ((str(routine.table),) if routine else ())
    else:
        inner = routine_body(cursor, context)
    event = SchemaEvent(
        "trigger.create", owner.table, object=named.table.name, names=(*called, *_filled(inner)), flags=flags,
        offset=owner.offset, reads=_touched(inner, "read"), writes=_touched(inner, "write"),
    )  # fmt: skip
    return replace(inner, events=(event,), temporary=frozenset(), filled=frozenset())


def _index(cursor: Cursor, words: tuple[str, ...]) -> Reading:
    flags: tuple[str, ...] = ("concurrently",) if cursor.accept("CONCURRENTLY") else ()
    flags += _flags(cursor, ())
    flags += ("unique",) if "UNIQUE" in words else ()
    name = "" if cursor.key() == "ON" else cursor.identifier()
    while cursor.key() == ".":
        cursor.at += 1
        name = cursor.identifier()
    if not cursor.find("ON"):
        return Reading(reason="syntax-error")
    cursor.at += 1
    cursor.accept("ONLY")
    owner = cursor.name()
    if not owner or is_system(owner.table, cursor.context.folding) or owner.table.name in cursor.context.temporary:
        return Reading()
    items = commas(cursor.group() if cursor.find("(") else [])
    names = tuple(cursor.sub(item).word() for item in items if is_column(item))
    flags += ("where",) if cursor.find("WHERE") else ()
    return _one(SchemaEvent("index.add", owner.table, names=names, object=name, flags=flags, offset=owner.offset))


def _plain(kind: str) -> Callable[[Cursor, tuple[str, ...]], Reading]:
    def read(cursor: Cursor, words: tuple[str, ...]) -> Reading:
        flags = _flags(cursor, words)
        named = cursor.name()
        return _one(SchemaEvent(kind, named.table, flags=flags, offset=named.offset)) if named else Reading()

    return read


def _type(cursor: Cursor, words: tuple[str, ...]) -> Reading:
    flags = _flags(cursor, words)
    named = cursor.name()
    if not named:
        return Reading()
    labels: tuple[str, ...] = ()
    if cursor.accept("AS", "ENUM"):
        parts = [cursor.sub(item) for item in commas(cursor.group())]
        labels, flags = tuple(part.string() for part in parts), (*flags, "enum")
    return _one(SchemaEvent("type.create", named.table, names=labels, flags=flags, offset=named.offset))


def _schema(cursor: Cursor, words: tuple[str, ...]) -> Reading:
    flags = _flags(cursor, words)
    named = None if cursor.key() == "AUTHORIZATION" else cursor.name()
    role = cursor.identifier() if cursor.accept("AUTHORIZATION") else ""
    if not named and not role:
        return Reading(reason="syntax-error")
    table = named.table if named else TableName(role)
    offset = named.offset if named else cursor.tokens[-1].start
    return _one(SchemaEvent("schema.create", table, roles=(role,) if role else (), flags=flags, offset=offset))


def _rule(cursor: Cursor, words: tuple[str, ...]) -> Reading:
    del words
    name = cursor.identifier()
    if not cursor.find("TO"):
        return Reading(reason="syntax-error")
    cursor.at += 1
    owner = cursor.name()
    if not owner or not cursor.find("DO"):
        return Reading(reason="syntax-error")
    cursor.at += 1
    cursor.accept_any("ALSO", "INSTEAD")
    tokens = cursor.group() if cursor.key() == "(" else cursor.rest()
    inner = read_body(cursor.text, tokens, cursor.context.within(f"trigger {name}"))
    event = SchemaEvent(
        "rule.create",
        owner.table,
        object=name,
        offset=owner.offset,
        reads=_touched(inner, "read"),
        writes=_touched(inner, "write"),
    )
    return replace(inner, events=(event,))


def _policy(cursor: Cursor, words: tuple[str, ...]) -> Reading:
    del words
    cursor.accept("IF", "NOT", "EXISTS")
    name = cursor.identifier()
    cursor.skip_cluster()
    owner = cursor.name() if cursor.accept("ON") else None
    if not owner:
        return Reading(reason="syntax-error")
    inner = read_body(cursor.text, cursor.rest(), cursor.context.within(f"policy {name}"))
    return replace(
        inner,
        events=(SchemaEvent("policy.create", owner.table, object=name, offset=owner.offset, reads=_touched(inner, "read")),),
    )


def _synonym(cursor: Cursor, words: tuple[str, ...]) -> Reading:
    flags = _flags(cursor, words)
    named = cursor.name()
    base = cursor.name() if cursor.accept("FOR") else None
    if not named or not base:
        return Reading(reason="syntax-error")
    return _one(
        SchemaEvent("synonym.create", named.table, base=base.table, flags=flags, offset=named.offset, reads=(base.table,))
    )


def _publication(cursor: Cursor, words: tuple[str, ...]) -> Reading:
    del words
    name = cursor.identifier()
    offset = cursor.tokens[cursor.at - 1].start
    if not cursor.accept("FOR"):
        return _one(SchemaEvent("publication.create", TableName(name), object=name, offset=offset))
    return publish(cursor, name, "publication.create", offset)


def publish(cursor: Cursor, name: str, kind: str, offset: int) -> Reading:
    """The tables of a publication, one event each: `TABLE a (x), b`, `TABLES IN SCHEMA s`, `ALL TABLES`."""
    if cursor.accept("ALL", "TABLES"):
        return _one(SchemaEvent(kind, TableName("*"), object=name, offset=offset))
    if cursor.accept("TABLES", "IN", "SCHEMA"):
        events = [
            SchemaEvent(kind, TableName("*", cursor.sub(item).word()), object=name, offset=item[0].start)
            for item in commas(cursor.rest())
        ]
        return Reading(events=tuple(events))
    cursor.accept("TABLE")
    found: list[SchemaEvent] = []
    for item in commas(cursor.rest()):
        part = cursor.sub(item)
        part.accept("TABLE")
        part.accept("ONLY")
        if named := part.name():
            names = tuple(part.sub(each).word() for each in commas(part.group()))
            found.append(SchemaEvent(kind, named.table, names=names, object=name, offset=named.offset))
    return Reading(events=tuple(found))


def alter_publication(cursor: Cursor) -> Reading:
    """ALTER PUBLICATION p ADD, SET or DROP TABLE."""
    name = cursor.identifier()
    verb = cursor.accept_any("ADD", "SET", "DROP")
    if not verb or cursor.key() not in ("TABLE", "TABLES", "ALL"):
        return Reading()
    return publish(cursor, name, f"publication.{verb.lower()}", cursor.tokens[cursor.at].start)


def _event(cursor: Cursor, words: tuple[str, ...]) -> Reading:
    """MySQL's scheduled event: its body runs by itself."""
    flags = _flags(cursor, words)
    named: Named | None = cursor.name()
    if not named or not cursor.find("DO"):
        return Reading()
    cursor.at += 1
    inner = read_body(cursor.text, cursor.rest(), cursor.context.within(f"routine {named.table}"))
    event = SchemaEvent(
        "routine.create", named.table, object=named.table.name, flags=flags, offset=named.offset,
        reads=_touched(inner, "read"), writes=_touched(inner, "write"),
    )  # fmt: skip
    return replace(inner, events=(event,))


def _one(event: SchemaEvent) -> Reading:
    return Reading(events=(event,))


CREATORS: dict[str, Callable[[Cursor, tuple[str, ...]], Reading]] = {
    "VIEW": _view,
    "FUNCTION": _routine,
    "PROCEDURE": _routine,
    "PROC": _routine,
    "PACKAGE": _routine,
    "AGGREGATE": _plain("routine.create"),
    "TRIGGER": _trigger,
    "EVENT": _event,
    "INDEX": _index,
    "TYPE": _type,
    "DOMAIN": _plain("domain.create"),
    "SEQUENCE": _plain("sequence.create"),
    "EXTENSION": _plain("extension.create"),
    "SUBSCRIPTION": _plain("subscription.create"),
    "SERVER": _plain("fdw.server"),
    "LINK": _plain("fdw.server"),
    "SCHEMA": _schema,
    "RULE": _rule,
    "POLICY": _policy,
    "SYNONYM": _synonym,
    "PUBLICATION": _publication,
}
