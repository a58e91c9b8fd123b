"""CREATE, ALTER, DROP, RENAME and COMMENT, read by their tokens alike for every dialect."""

from collections.abc import Callable

from msgspec.structs import replace

from dblint.model.schema import SchemaEvent, TableName
from dblint.model.sql import Join
from dblint.sql.alter import alter_table
from dblint.sql.columns import Items, read_items
from dblint.sql.cursor import Cursor, commas
from dblint.sql.names import is_system
from dblint.sql.objects import CREATORS, alter_publication
from dblint.sql.reading import Reading
from dblint.sql.statement import read_tokens
from dblint.sql.tokens import Token

_MODIFIERS = frozenset(
    {
        "TEMP", "TEMPORARY", "GLOBAL", "LOCAL", "UNLOGGED", "UNIQUE", "CLUSTERED", "NONCLUSTERED", "FULLTEXT", "SPATIAL",
        "MATERIALIZED", "RECURSIVE", "EXTERNAL", "FOREIGN", "FORCE", "EDITIONABLE", "NONEDITIONABLE", "CONSTRAINT",
        "PUBLIC", "VIRTUAL", "TRANSIENT", "BITMAP", "NO", "ALGORITHM", "DEFINER", "SQL", "SECURITY", "INVOKER",
        "UNDEFINED", "MERGE", "TEMPTABLE", "AGGREGATE", "USER", "OR", "REPLACE", "ALTER", "=", "IF", "NOT", "EXISTS",
        "PRIVATE", "SCOPED", "HYBRID", "DYNAMIC", "ICEBERG", "COLUMN", "COLUMNSTORE",
    }
)  # fmt: skip
_KINDS = frozenset(
    {
        "TABLE", "VIEW", "INDEX", "FUNCTION", "PROCEDURE", "PROC", "TRIGGER", "SEQUENCE", "SCHEMA", "DATABASE", "TYPE",
        "DOMAIN", "EXTENSION", "ROLE", "RULE", "POLICY", "PUBLICATION", "SUBSCRIPTION", "SERVER", "SYNONYM", "EVENT",
        "PACKAGE", "MAPPING", "AGGREGATE", "LINK",
        "STATISTICS", "CAST", "OPERATOR", "COLLATION", "TABLESPACE", "LANGUAGE",
        "CONVERSION", "TEXT", "LOGIN", "ALIAS", "STAGE", "STREAM", "TASK", "DICTIONARY", "QUOTA", "PROFILE",
    }
)  # fmt: skip


def _head(cursor: Cursor) -> tuple[str, tuple[str, ...]]:
    """The kind of object that a CREATE, ALTER or DROP is about and the words before it, taken."""
    words: list[str] = []
    cursor.at += 1
    while not cursor.done and len(words) < 24:
        key = cursor.key()
        if key in _KINDS and not (key == "AGGREGATE" and cursor.key(1) in _KINDS):
            cursor.at += 1
            return key, tuple(words)
        if key in ("USER", "EXTERNAL") and cursor.key(1) not in ("MAPPING", "TABLE", "="):
            return key, tuple(words)
        words.append(key)
        cursor.at += 1
    return "", tuple(words)


def create(cursor: Cursor) -> Reading:
    """CREATE of anything."""
    kind, words = _head(cursor)
    if kind == "TABLE":
        return create_table(cursor, words)
    if kind == "DATABASE" and cursor.accept("LINK"):
        kind = "LINK"
    creator = CREATORS.get(kind)
    return creator(cursor, words) if creator else Reading(reason="" if kind else "unknown-statement")


def create_table(cursor: Cursor, words: tuple[str, ...]) -> Reading:
    """A table with its columns, keys and where its rows or structure come from."""
    flags = {"if-not-exists"} if cursor.accept("IF", "NOT", "EXISTS") else set[str]()
    named = cursor.name()
    if not named:
        return Reading(reason="syntax-error")
    table = named.table
    cursor.skip_cluster()
    if is_system(table, cursor.context.folding):
        return Reading(temporary=frozenset({table.name}))
    if _is_temporary(cursor, table, words):
        flags.add("temporary")
    base, items, like = _structure(cursor, table, flags)
    foreign = bool({"FOREIGN", "EXTERNAL"} & set(words)) or any(token.key == "FEDERATED" for token in cursor.rest())
    server = _option(cursor, "SERVER") if foreign else ""
    inner = _as_query(cursor, table, temporary="temporary" in flags)
    if inner.uses or inner.reason:
        flags.add("as-select")
    if foreign:
        flags.add("foreign")
    reads = tuple(dict.fromkeys((*like, *(use.table for use in inner.uses if use.mode == "read"))))
    event = SchemaEvent(
        "fdw.create_foreign_table" if foreign else "table.create",
        table,
        columns=items.finished(),
        foreign_keys=tuple(items.foreign_keys),
        base=base,
        object=server,
        flags=tuple(sorted(flags)),
        offset=named.offset,
        reads=reads or (_remote(cursor) if foreign else ()),
    )
    keys = tuple(each for each in items.events if each.kind not in ("pk.add", "check.add"))
    temporary = frozenset({table.name}) if "temporary" in flags else frozenset[str]()
    return Reading(inner.uses, inner.joins, (event, *keys), inner.reason, temporary | inner.temporary)


def _is_temporary(cursor: Cursor, table: TableName, words: tuple[str, ...]) -> bool:
    """Whether the table lasts for a session only; Oracle's global temporary tables have a lasting definition."""
    if table.name[:1] == "#" or table.schema == "pg_temp":
        return True
    lasting = cursor.context.dialect == "oracle" and "PRIVATE" not in words
    return bool({"TEMP", "TEMPORARY"} & set(words)) and not lasting


def _structure(cursor: Cursor, table: TableName, flags: set[str]) -> tuple[TableName | None, Items, list[TableName]]:
    """The table's root, what stands in its parentheses, and the tables it is like; adds to `flags`."""
    roots = [cursor.name()] if cursor.accept("PARTITION", "OF") else []
    if roots:
        flags.add("partition")
    items, like = Items(), []
    if cursor.key() == "(" and cursor.key(1) not in ("SELECT", "WITH"):
        items = read_items(cursor, table, cursor.group())
        like += items.like
    if cursor.accept("LIKE") or cursor.accept("CLONE"):
        source = cursor.name()
        like += [source.table] if source else []
    if like:
        flags.add("like")
    if cursor.accept("INHERITS"):
        roots = [cursor.sub(item).name() for item in commas(cursor.group())]
        flags.add("inherits")
    if cursor.key() == "PARTITION" and cursor.key(1) == "BY":
        flags.add("partitioned")
    return (roots[0].table if roots and roots[0] else None), items, like


def _remote(cursor: Cursor) -> tuple[TableName, ...]:
    """The table that a foreign table stands for: `OPTIONS (schema_name 'x', table_name 'y')`."""
    options = {}
    for item in commas(cursor.group() if cursor.find("OPTIONS") and cursor.accept("OPTIONS") else []):
        part = cursor.sub(item)
        key = part.key()
        part.at += 1
        options[key] = part.string()
    name = options.get("TABLE_NAME") or options.get("TABLE")
    return (TableName(name, options.get("SCHEMA_NAME") or options.get("SCHEMA") or None),) if name else ()


def _option(cursor: Cursor, word: str) -> str:
    return cursor.identifier() if cursor.find(word) and cursor.accept(word) else ""


def _as_query(cursor: Cursor, table: TableName, temporary: bool) -> Reading:
    """The query behind CREATE TABLE … AS, with the join between the new table and its sources."""
    found = cursor.find("AS", "SELECT", "WITH")
    while found and not _begins_query(cursor, 1 if cursor.key() == "AS" else 0):
        cursor.at += 1
        found = cursor.find("AS", "SELECT", "WITH")
    if not found:
        return Reading()
    cursor.accept("AS")
    inner = read_tokens(cursor.text, _without_tail(cursor), cursor.context.within(body=False))
    return inner if temporary else with_join(inner, table, "create-as")


def _begins_query(cursor: Cursor, ahead: int) -> bool:
    while cursor.key(ahead) == "(":
        ahead += 1
    key = cursor.key(ahead)
    return key in ("SELECT", "VALUES", "TABLE") or (
        (key == "WITH" and cursor.key(ahead + 2) in ("AS", "(")) or (key == "WITH" and cursor.key(ahead + 1) == "RECURSIVE")
    )


def _without_tail(cursor: Cursor) -> list[Token]:
    tokens = cursor.rest()
    if len(tokens) > 3 and tokens[-1].key == "DATA" and any(t.key == "WITH" for t in tokens[-3:-1]):
        tokens = tokens[: -3 if tokens[-2].key == "NO" else -2]
    return tokens


def with_join(reading: Reading, table: TableName, kind: str) -> Reading:
    """The reading with a join between a written table and everything that is read for it."""
    sources = tuple(dict.fromkeys(use.table for use in reading.uses if use.mode == "read"))
    if not sources or sources == (table,):
        return reading
    join = Join(tuple(dict.fromkeys((table, *sources))), kind, reading.uses[0].offset)
    return replace(reading, joins=(*reading.joins, join))


def alter(cursor: Cursor) -> Reading:
    """ALTER of anything."""
    if cursor.key(1) == "DEFAULT" and cursor.key(2) == "PRIVILEGES":
        return _default_privileges(cursor)
    kind, words = _head(cursor)
    if kind == "TABLE":
        return alter_table(cursor)
    if kind == "PUBLICATION":
        return alter_publication(cursor)
    if kind in ("FUNCTION", "PROCEDURE", "PROC", "TRIGGER", "VIEW") and cursor.context.dialect in ("tsql", "mysql", "generic"):
        at = cursor.at
        altered = CREATORS[kind](cursor, (*words, "REPLACE"))
        if altered.uses:
            return altered
        cursor.at = at
    return _alter_other(cursor, kind, words)


def _default_privileges(cursor: Cursor) -> Reading:
    schema = cursor.word(1) if cursor.find("SCHEMA") else None
    cursor.at = 0
    verb = "grant" if cursor.find("GRANT") else "revoke"
    if not cursor.find("GRANT", "REVOKE"):
        return Reading()
    from dblint.sql.commands import grants  # noqa: PLC0415 -- commands read statements, too

    return grants(cursor, verb, schema)


_RENAMED = {
    "VIEW": "view",
    "SCHEMA": "schema",
    "SEQUENCE": "sequence",
    "TYPE": "type",
    "INDEX": "index",
    "DOMAIN": "domain",
    "FUNCTION": "routine",
    "PROCEDURE": "routine",
}


def _alter_other(cursor: Cursor, kind: str, words: tuple[str, ...]) -> Reading:
    prefix = "matview" if "MATERIALIZED" in words else _RENAMED.get(kind, "")
    cursor.accept("IF", "EXISTS")
    named = cursor.name()
    if not prefix or not named:
        return Reading()
    if prefix == "routine":
        cursor.group()
    if cursor.accept("RENAME", "TO") and (new := cursor.name()):
        return _one(SchemaEvent(f"{prefix}.rename", named.table, new_name=new.table, offset=named.offset))
    if cursor.accept("SET", "SCHEMA"):
        new_name = TableName(named.table.name, cursor.identifier())
        return _one(SchemaEvent(f"{prefix}.set_schema", named.table, new_name=new_name, offset=named.offset))
    if kind == "TYPE" and cursor.accept("ADD", "VALUE"):
        cursor.accept("IF", "NOT", "EXISTS")
        return _one(SchemaEvent("enum.add_value", named.table, names=(cursor.string(),), offset=named.offset))
    if kind == "TYPE" and cursor.accept("RENAME", "VALUE"):
        old = cursor.string()
        cursor.accept("TO")
        return _one(SchemaEvent("enum.rename_value", named.table, names=(old, cursor.string()), offset=named.offset))
    if kind == "SEQUENCE":
        event = "sequence.owned_by" if cursor.find("OWNED") else "sequence.alter"
        return _one(SchemaEvent(event, named.table, offset=named.offset))
    return Reading()


def _one(event: SchemaEvent) -> Reading:
    return Reading(events=(event,))


_DROPPED = {
    "TABLE": "table",
    "VIEW": "view",
    "INDEX": "index",
    "FUNCTION": "routine",
    "PROCEDURE": "routine",
    "PROC": "routine",
    "AGGREGATE": "routine",
    "TRIGGER": "trigger",
    "SEQUENCE": "sequence",
    "SCHEMA": "schema",
    "TYPE": "type",
    "DOMAIN": "domain",
    "EXTENSION": "extension",
    "POLICY": "policy",
    "PUBLICATION": "publication",
    "SUBSCRIPTION": "subscription",
    "SYNONYM": "synonym",
    "SERVER": "fdw.server",
    "EVENT": "routine",
    "PACKAGE": "routine",
    "RULE": "rule",
}


def drop(cursor: Cursor) -> Reading:
    """DROP of anything, one event per name."""
    kind, words = _head(cursor)
    word = "matview" if "MATERIALIZED" in words else _DROPPED.get(kind)
    if not word:
        return Reading(reason="" if kind or "OWNED" in words or "USER" in words else "unknown-statement")
    flags: tuple[str, ...] = ("concurrently",) if cursor.accept("CONCURRENTLY") else ()
    flags += ("if-exists",) if cursor.accept("IF", "EXISTS") else ()
    flags += ("cascade",) if any(token.key == "CASCADE" for token in cursor.rest()) else ()
    flags += ("foreign",) if "FOREIGN" in words else ()
    flags += ("temporary",) if "TEMPORARY" in words else ()
    events: list[SchemaEvent] = []
    for item in commas(cursor.rest()):
        part = cursor.sub(item)
        named = part.name()
        if not named:
            continue
        table, name = named.table, ""
        if word in ("index", "trigger", "policy", "rule"):
            owner = part.name() if part.accept("ON") or (part.find("ON") and part.accept("ON")) else None
            name, table = table.name, owner.table if owner else TableName("", table.schema)
        if word == "schema":
            table = TableName(table.name, table.schema, quoted=table.quoted)
        temporary = named.table.name in cursor.context.temporary or named.table.name[:1] == "#"
        if not temporary and not is_system(table, cursor.context.folding):
            events.append(SchemaEvent(f"{word}.drop", table, object=name, flags=flags, offset=named.offset))
    return Reading(events=tuple(events))


def rename(cursor: Cursor) -> Reading:
    """MySQL's RENAME TABLE a TO b, c TO d."""
    cursor.at += 1
    if not cursor.accept("TABLE"):
        return Reading(reason="unknown-statement")
    events = []
    for item in commas(cursor.rest()):
        part = cursor.sub(item)
        old = part.name()
        new = part.name() if part.accept("TO") else None
        if old and new:
            events.append(SchemaEvent("table.rename", old.table, new_name=new.table, offset=old.offset))
    return Reading(events=tuple(events))


def comment(cursor: Cursor) -> Reading:
    """COMMENT ON TABLE t."""
    cursor.at += 1
    if cursor.accept("ON", "TABLE") and (named := cursor.name()):
        return _one(SchemaEvent("table.comment", named.table, offset=named.offset))
    return Reading()


READERS: dict[str, Callable[[Cursor], Reading]] = {
    "CREATE": create,
    "ALTER": alter,
    "DROP": drop,
    "RENAME": rename,
    "COMMENT": comment,
}
