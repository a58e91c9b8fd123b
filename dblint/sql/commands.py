"""Statements that sqlglot leaves unread: a second look by their tokens."""

from collections.abc import Callable, Iterator

from dblint.model.schema import Column, SchemaEvent, TableName
from dblint.model.sql import Action, Join, Mode, TableUse
from dblint.sql.bodies import dynamic, read_body, read_text
from dblint.sql.cursor import Cursor, Named, commas
from dblint.sql.names import is_system
from dblint.sql.reading import Reading
from dblint.sql.statement import read_tokens
from dblint.sql.tokens import Token, string_body

SILENT = frozenset(
    {
        "SHOW", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "START", "ABORT", "END", "LISTEN", "NOTIFY",
        "UNLISTEN", "USE", "VACUUM", "ANALYZE", "ANALYSE", "REINDEX", "CLUSTER", "CHECKPOINT", "DISCARD", "RESET",
        "DEALLOCATE", "CLOSE", "FETCH", "MOVE", "PRAGMA", "DESCRIBE", "DESC", "KILL", "FLUSH", "OPTIMIZE", "PRINT",
        "UNLOCK", "SECURITY", "DENY", "ATTACH", "DETACH", "OPEN", "RETURN", "RAISERROR", "THROW", "WHENEVER", "PROMPT",
        "SPOOL", "EXIT", "QUIT", "CONNECT", "DISCONNECT", "SHUTDOWN", "BACKUP", "RESTORE", "CHECK", "REPAIR", "HELP", "CALL",
        "DBCC", "WAITFOR", "XA", "PURGE", "CACHE", "UNCACHE", "ADD", "SIGNAL", "HANDLER", "INSTALL", "UNINSTALL", "SAVE",
        "GO", "DELIMITER", "BINLOG", "CHANGE", "STOP", "REASSIGN", "REM", "REMARK", "SOURCE",
        "SYSTEM", "EXCHANGE",
    }
)  # fmt: skip


def _use(
    cursor: Cursor, named: Named | None, mode: Mode, action: Action, shape: str, columns: tuple[str, ...] | None = ()
) -> Reading:
    if named is None or is_system(named.table, cursor.context.folding):
        return Reading()
    if named.table.schema is None and (named.table.name in cursor.context.temporary or named.table.name[:1] in "#@"):
        return Reading()
    return Reading(uses=(TableUse(named.table, mode, action, shape, columns, named.offset, cursor.context.via),))


def _columns(cursor: Cursor) -> tuple[str, ...] | None:
    names = tuple(cursor.sub(item).word() for item in commas(cursor.group()))
    return names or None


def truncate(cursor: Cursor) -> Reading:
    """TRUNCATE a, b CASCADE."""
    cursor.at += 1
    cursor.accept("TABLE")
    reading = Reading()
    for item in commas(cursor.rest()):
        part = cursor.sub(item)
        part.accept("IF", "EXISTS")
        part.accept("ONLY")
        reading += _use(part, part.name(), "write", "truncate", "truncate")
    return reading


def copy(cursor: Cursor) -> Reading:
    """COPY t (cols) FROM …, COPY t TO …, COPY (query) TO …, COPY INTO t."""
    cursor.at += 1
    if cursor.key() == "(":
        return read_tokens(cursor.text, cursor.group(), cursor.context)
    if cursor.accept("INTO"):
        return _use(cursor, cursor.name(), "write", "copy", "insert.nolist", None)
    cursor.accept("BINARY")
    named = cursor.name()
    columns = _columns(cursor)
    if cursor.find("FROM", "TO") and cursor.key() == "FROM":
        return _use(cursor, named, "write", "copy", "insert.cols" if columns else "insert.nolist", columns)
    return _use(cursor, named, "read", "copy", "cols" if columns else "star", columns or ("*",))


def load(cursor: Cursor) -> Reading:
    """MySQL's LOAD DATA … INTO TABLE t (cols)."""
    if not cursor.find("INTO"):
        return Reading(reason="unknown-statement" if cursor.key(1) == "DATA" else "")
    cursor.at += 1
    cursor.accept("TABLE")
    named = cursor.name()
    columns = _columns(cursor) if cursor.find("(") else None
    return _use(cursor, named, "write", "copy", "insert.cols" if columns else "insert.nolist", columns)


def bulk(cursor: Cursor) -> Reading:
    """SQL Server's BULK INSERT t FROM."""
    cursor.at += 2
    return _use(cursor, cursor.name(), "write", "copy", "insert.nolist", None)


def unload(cursor: Cursor) -> Reading:
    """Redshift's UNLOAD ('select …')."""
    cursor.at += 1
    tokens = cursor.group()
    if not tokens or tokens[0].kind != "string":
        return Reading()
    start, end = string_body(cursor.text, tokens[0])
    return read_text(cursor.text, start, end, cursor.context.within())


def lock(cursor: Cursor) -> Reading:
    """LOCK TABLE a, b IN … MODE; LOCK TABLES a READ, b WRITE."""
    cursor.at += 1
    cursor.accept_any("TABLE", "TABLES")
    reading = Reading()
    for item in commas(cursor.rest()):
        part = cursor.sub(item)
        part.accept("ONLY")
        reading += _use(part, part.name(), "lock", "lock", "lock")
    return reading


def refresh(cursor: Cursor) -> Reading:
    """REFRESH MATERIALIZED VIEW v: writes the view (what it reads is said where it is created)."""
    cursor.at += 1
    if not cursor.accept("MATERIALIZED", "VIEW"):
        return Reading()
    cursor.accept("CONCURRENTLY")
    named = cursor.name()
    return _use(cursor, named, "write", "refresh", "refresh")


def explain(cursor: Cursor) -> Reading:
    """EXPLAIN of a statement is that statement."""
    cursor.at += 1
    cursor.group()
    while cursor.accept_any(
        "ANALYZE",
        "ANALYSE",
        "VERBOSE",
        "QUERY",
        "PLAN",
        "FOR",
        "EXTENDED",
        "PARTITIONS",
        "FORMAT",
        "=",
        "JSON",
        "TREE",
        "TRADITIONAL",
    ):
        pass
    return read_tokens(cursor.text, cursor.rest(), cursor.context) if not cursor.done else Reading()


def declare(cursor: Cursor) -> Reading:
    """DECLARE c CURSOR FOR query, or a block."""
    keys = [token.key for token in cursor.tokens]
    if "CURSOR" in keys[1:8] and "FOR" in keys and "BEGIN" not in keys:
        cursor.find("FOR")
        cursor.at += 1
        return read_tokens(cursor.text, cursor.rest(), cursor.context) if not cursor.done else Reading()
    return read_body(cursor.text, cursor.tokens, cursor.context)


def block(cursor: Cursor) -> Reading:
    """BEGIN … END, IF …, WHILE …; a plain BEGIN opens a transaction."""
    return read_body(cursor.text, cursor.tokens, cursor.context)


def do(cursor: Cursor) -> Reading:
    """PostgreSQL's DO $$ … $$."""
    for token in cursor.tokens:
        if token.kind == "string" and (cursor.text[token.start] == "$" or token.end - token.start > 12):
            start, end = string_body(cursor.text, token)
            return read_text(cursor.text, start, end, cursor.context)
    return Reading(reason="opaque-body")


def execute(cursor: Cursor) -> Reading:
    """EXECUTE of a prepared statement, a procedure, or a built text."""
    if cursor.find("SP_RENAME"):
        return _sp_rename(cursor)
    if (
        cursor.key(1) == "("
        or cursor.key(1) in ("IMMEDIATE", "SP_EXECUTESQL")
        or cursor.kind(1) == "string"
        or cursor.key(1) == "SYS"
    ):
        return dynamic(cursor.text, cursor.tokens, cursor.context)
    return Reading()


def _sp_rename(cursor: Cursor) -> Reading:
    """SQL Server's `sp_rename 'schema.table.column', 'new', 'COLUMN'`."""
    offset = cursor.tokens[cursor.at].start
    strings = [cursor.text[slice(*string_body(cursor.text, token))] for token in cursor.rest() if token.kind == "string"]
    if len(strings) < 2:
        return Reading(reason="dynamic-statement")
    parts = [part.strip('[]"') for part in strings[0].split(".")]
    new = TableName(strings[1].strip('[]"'))
    if len(strings) > 2 and strings[2].upper() == "COLUMN" and len(parts) > 1:
        table = TableName(parts[-2], parts[-3] if len(parts) > 2 else None)
        return Reading(events=(SchemaEvent("column.rename", table, columns=(Column(parts[-1]),), new_name=new, offset=offset),))
    if len(strings) > 2 and strings[2].upper() not in ("OBJECT", ""):
        return Reading()
    table = TableName(parts[-1], parts[-2] if len(parts) > 1 else None)
    return Reading(events=(SchemaEvent("table.rename", table, new_name=new, offset=offset),))


def prepare(cursor: Cursor) -> Reading:
    """PREPARE p AS statement; `PREPARE TRANSACTION` touches no table."""
    if cursor.key(1) == "TRANSACTION":
        return Reading()
    return dynamic(cursor.text, cursor.tokens, cursor.context)


def grant(cursor: Cursor) -> Reading:
    """GRANT and REVOKE: one event per object."""
    return grants(cursor, "grant" if cursor.key() == "GRANT" else "revoke", None)


_SCHEMA_KINDS = frozenset(
    {
        "SCHEMA", "DATABASE", "SEQUENCE", "FUNCTION", "PROCEDURE", "ROUTINE", "LANGUAGE", "TYPE", "DOMAIN", "SERVER",
        "TABLESPACE", "PARAMETER",
    }
)  # fmt: skip


def grants(cursor: Cursor, kind: str, schema: str | None) -> Reading:
    """The events of `GRANT privileges ON objects TO roles`; `schema` where default privileges name one."""
    start = cursor.at
    cursor.at += 1
    cursor.accept("GRANT", "OPTION", "FOR")
    first = cursor.at
    if not cursor.find("ON"):
        return Reading()
    privileges = tuple(
        " ".join(token.key.lower() for token in item if token.kind == "word" and token.key != "PRIVILEGES")
        for item in commas(list(_outside(cursor, first, cursor.at)))
    )
    cursor.at += 1
    targets_at = cursor.at
    if not cursor.find("TO", "FROM"):
        return Reading()
    targets = cursor.tokens[targets_at : cursor.at]
    cursor.at += 1
    roles = tuple(_roles(cursor))
    part = cursor.sub(targets)
    found: list[tuple[TableName, int]] = []
    offset = cursor.tokens[start].start
    if schema is not None or part.key() == "TABLES":
        found += [(TableName("*", schema), offset)] if part.key() == "TABLES" else []
    elif part.accept("ALL"):
        if part.accept("TABLES", "IN", "SCHEMA"):
            found += [(TableName("*", cursor.sub(item).word()), item[0].start) for item in commas(part.rest())]
    elif part.key() not in _SCHEMA_KINDS or part.key(1) in ("", ".", ","):
        part.accept("TABLE")
        if part.key() == "*" or (part.key(1) == "." and part.key(2) == "*"):
            found.append((TableName("*", part.word() if part.key() != "*" else None), part.tokens[0].start))
        else:
            names = (cursor.sub(item).name() for item in commas(part.rest()))
            found += [(name.table, name.offset) for name in names if name and not is_system(name.table, cursor.context.folding)]
    events = tuple(
        SchemaEvent(kind, table, object=roles[0] if roles else "", roles=roles, privileges=privileges, offset=at)
        for table, at in found
    )
    return Reading(events=events)


def _outside(cursor: Cursor, start: int, end: int) -> Iterator[Token]:
    depth = 0
    for token in cursor.tokens[start:end]:
        depth += (token.key == "(") - (token.key == ")")
        if not depth and token.key != ")":
            yield token


def _roles(cursor: Cursor) -> Iterator[str]:
    for item in commas(cursor.rest()):
        part = cursor.sub(item)
        part.accept_any("GROUP", "USER", "ROLE")
        if part.kind() in ("word", "quoted", "string"):
            yield part.string() if part.kind() == "string" else part.word()


def import_foreign(cursor: Cursor) -> Reading:
    """IMPORT FOREIGN SCHEMA x LIMIT TO (a, b) FROM SERVER s INTO y."""
    if not cursor.accept("IMPORT", "FOREIGN", "SCHEMA"):
        return Reading(reason="syntax-error")
    offset = cursor.tokens[-1].start if cursor.done else cursor.tokens[cursor.at].start
    remote = cursor.identifier()
    listed = [cursor.sub(item).word() for item in commas(cursor.group())] if cursor.accept("LIMIT", "TO") else []
    server = cursor.word(1) if cursor.find("SERVER") else ""
    local = cursor.word(1) if cursor.find("INTO") else None
    events = tuple(
        SchemaEvent(
            "fdw.import", TableName(name, local), base=TableName(name, remote), object=server, flags=("foreign",), offset=offset
        )
        for name in listed or ["*"]
    )
    return Reading(events=events)


def _exchange(cursor: Cursor) -> Reading:
    """UPSERT INTO t … of CockroachDB, HANA, Phoenix."""
    cursor.find("INTO")
    cursor.at += 1
    named = cursor.name()
    columns = _columns(cursor)
    written = _use(cursor, named, "write", "upsert", "insert.cols" if columns else "insert.nolist", columns)
    if cursor.key() in ("SELECT", "WITH"):
        source = read_tokens(cursor.text, cursor.rest(), cursor.context)
        tables = tuple(dict.fromkeys(use.table for use in (*written.uses, *source.uses)))
        joins = (Join(tables, "insert-select", written.uses[0].offset),) if written.uses and len(tables) > 1 else ()
        return written + source + Reading(joins=joins)
    return written


READERS: dict[str, Callable[[Cursor], Reading]] = {
    "TRUNCATE": truncate,
    "COPY": copy,
    "LOAD": load,
    "BULK": bulk,
    "UNLOAD": unload,
    "LOCK": lock,
    "REFRESH": refresh,
    "EXPLAIN": explain,
    "DECLARE": declare,
    "BEGIN": block,
    "IF": block,
    "WHILE": block,
    "SET": block,
    "DO": do,
    "EXEC": execute,
    "EXECUTE": execute,
    "PREPARE": prepare,
    "GRANT": grant,
    "REVOKE": grant,
    "IMPORT": import_foreign,
    "UPSERT": _exchange,
}
