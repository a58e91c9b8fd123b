"""Looks through bodies of routines, triggers and blocks: PL/pgSQL, PL/SQL, MySQL's and SQL Server's language alike.

A body is cut into its SQL statements; the control flow between them is skipped, but for subqueries in its conditions.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from msgspec.structs import replace

from dblint.sql.cursor import Cursor, close, folded
from dblint.sql.gate import is_sql
from dblint.sql.holes import BIND, HOLE
from dblint.sql.reading import Context, Reading
from dblint.sql.splitter import split
from dblint.sql.statement import read_tokens
from dblint.sql.templates import Template, template
from dblint.sql.tokens import Token, lex, string_body

MAX_NESTING = 6
_VERBS = frozenset(
    {
        "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "WITH", "REPLACE", "PERFORM", "EXECUTE", "EXEC",
        "CREATE", "ALTER", "DROP", "LOCK", "COPY", "REFRESH", "GRANT", "REVOKE", "CALL", "PREPARE", "BULK",
    }
)  # fmt: skip
_BEFORE_VERB = frozenset(
    {
        ";", "THEN", "ELSE", "LOOP", "BEGIN", "DO", "AS", "IS", "QUERY", "FOR", "IN", "ATOMIC", "RETURN", "REPEAT",
        "DECLARE", "ROW", "DATA", "DETERMINISTIC", "SQL", "STATEMENT", "INVOKER", "DEFINER",
    }
)  # fmt: skip
_STOPS = frozenset(
    {
        "END", "ELSE", "BEGIN", "IF", "WHILE", "RETURN", "DECLARE", "PRINT", "USE", "RAISERROR", "COMMIT", "ROLLBACK", "THROW",
        "CLOSE", "DEALLOCATE",
    }
)  # fmt: skip
_JOINS_SELECT = frozenset({"UNION", "ALL", "EXCEPT", "INTERSECT", "MINUS", "AS", "EXPLAIN", "FOR", "IS"})
_CLAUSE_BEFORE = frozenset(
    {
        "FOR", "ON", "DO", "THEN", "OR", ",", "AFTER", "BEFORE", "OF", "KEY", "INSTEAD", "NO", "GRANT", "REVOKE", "DENY",
        "AND", "BULK",
    }
)  # fmt: skip
_OBJECTS = frozenset(
    {
        "TABLE", "VIEW", "PROCEDURE", "PROC", "FUNCTION", "TRIGGER", "SCHEMA", "TYPE", "SEQUENCE", "DATABASE", "UNIQUE",
    }
)  # fmt: skip
_PARTS = frozenset({"INDEX", "CLUSTERED", "NONCLUSTERED", "COLUMN", "CONSTRAINT", "SYNONYM", "USER", "ROLE", "LOGIN"})
_BEFORE_ASSIGNMENT = frozenset({";", "SET", "THEN", "ELSE", "BEGIN", "LOOP", ","})
_LANGUAGES = frozenset({"sql", "plpgsql", "edbspl", "spl", "plmysql", "tsql", "pltsql"})


class Piece(NamedTuple):
    """An SQL statement of a body, or (with a `name`) an expression assigned to a variable."""

    tokens: list[Token]
    name: str = ""


def routine_body(cursor: Cursor, context: Context) -> Reading:
    """What a routine does, from its header on: a body in a string of a known language, or one in plain sight."""
    cursor.group()
    tokens = cursor.rest()
    for index, token in enumerate(tokens[:-1]):
        if token.key == "LANGUAGE":
            following = tokens[index + 1]
            name = cursor.text[following.start : following.end].strip("'\"").lower()
            if name not in _LANGUAGES:
                return Reading(reason="foreign-language")
    for index, token in enumerate(tokens[:-1]):
        if token.key == "AS" and tokens[index + 1].kind == "string":
            start, end = string_body(cursor.text, tokens[index + 1])
            return read_text(cursor.text, start, end, context)
    return read_body(cursor.text, tokens, context)


def read_text(text: str, start: int, end: int, context: Context) -> Reading:
    """What the SQL in a stretch of the text (a body in a string) says."""
    body = text[start:end]
    if text[start - 1] == "'":
        body = body.replace("''", " '")
    return read_body(body, lex(body, context.dialect), context).shifted(start)


def read_sql(text: str, context: Context) -> Reading:
    """What a text of plain statements says (the argument of `dblink`, of EXECUTE)."""
    reading = Reading()
    for tokens in split(lex(text, context.dialect)):
        reading += read_tokens(text, tokens, context)
    return reading


def read_body(text: str, tokens: list[Token], context: Context) -> Reading:
    """What the statements of a body say together."""
    if context.depth > MAX_NESTING:
        return Reading(reason="too-deep")
    context = replace(context, body=True)
    reading, known = Reading(), set[str]()
    for piece in pieces([token for token in tokens if token.kind != "end"], context):
        context = replace(context, temporary=context.temporary | reading.temporary)
        if piece.name:
            made = template(text, piece.tokens)
            if made and is_sql(made.text):
                known.add(piece.name)
                reading += _softened(executed(made, context))
            continue
        reading += _softened(_piece(text, piece.tokens, context, known))
    return replace(reading, filled=reading.filled | _filled(text, tokens, context))


def _filled(text: str, tokens: list[Token], context: Context) -> frozenset[str]:
    """The columns that a body sets in the row that comes: `NEW.total := …`, `SET NEW.total = …`."""
    found = set()
    for index in range(len(tokens) - 3):
        new, dot, column, sign = tokens[index : index + 4]
        if new.key == "NEW" and dot.key == "." and column.kind in ("word", "quoted"):
            before = tokens[index - 1].key if index else ";"
            if sign.key == ":=" or (sign.key == "=" and before in _BEFORE_ASSIGNMENT):
                found.add(folded(text, column, context))
    return frozenset(found)


def _piece(text: str, tokens: list[Token], context: Context, known: set[str]) -> Reading:
    if tokens and tokens[0].key in ("EXECUTE", "EXEC", "PREPARE"):
        return dynamic(text, tokens, context, known)
    return read_tokens(text, tokens, context)


def _softened(reading: Reading) -> Reading:
    """A statement that cannot be read costs its body nothing else."""
    return replace(reading, reason="opaque-body") if reading.reason in ("syntax-error", "unknown-statement") else reading


def dynamic(text: str, tokens: list[Token], context: Context, known: set[str] | None = None) -> Reading:
    """EXECUTE of a text that the body builds, or a call of a stored procedure."""
    rest = tokens[1:]
    if tokens[0].key == "PREPARE":
        rest = next((tokens[i + 1 :] for i, token in enumerate(tokens) if token.key in ("FROM", "AS")), [])
        if rest and rest[0].kind == "word" and rest[0].key in _VERBS:
            return read_tokens(text, rest, context)
    elif rest and rest[0].key == "IMMEDIATE":
        rest = rest[1:]
    elif executing := next((i for i, token in enumerate(rest[:3]) if token.key == "SP_EXECUTESQL"), -1) + 1:
        rest = rest[executing:]
    elif (
        (tokens[0].key == "EXEC" or context.dialect == "tsql")
        and rest
        and rest[0].key != "("
        and rest[0].kind in ("word", "quoted")
    ):
        return Reading()
    if len(rest) == 1 and rest[0].kind == "word" and known and rest[0].key in known:
        return Reading()
    made = template(text, rest)
    if made is None or not made.literal:
        if rest and rest[0].kind == "word" and rest[0].key in (known or ()):
            return Reading()
        return Reading(reason="dynamic-statement")
    return executed(made, context)


def executed(made: Template, context: Context) -> Reading:
    """What a text built from literals and holes says, at the places where the literals stand."""
    reading = read_sql(made.text, context.within()).placed(made.offsets)
    return replace(reading, partial=reading.partial or made.text) if HOLE in made.text else reading


def pieces(tokens: list[Token], context: Context) -> Iterator[Piece]:
    """The SQL statements, subqueries in conditions, and assignments of a body in source order."""
    batch = context.dialect == "tsql"
    index, before = 0, ";"
    while index < len(tokens):
        token = tokens[index]
        key = token.key
        following = tokens[index + 1].key if index + 1 < len(tokens) else ""
        if key == "(" and following in ("SELECT", "WITH"):
            end = close(tokens, index)
            if end > index + 1:
                yield Piece(tokens[index + 1 : end])
            index = end
        elif key in _VERBS and (before in _BEFORE_VERB or (batch and _starts(key, before, following))):
            end = _end(tokens, index, batch)
            yield Piece(tokens[index:end])
            index = end - 1
        elif batch and key == "SET" and any(t.key in ("ON", "OFF") for t in tokens[index + 1 : index + 4]):
            index += next(i for i in range(1, 4) if tokens[index + i].key in ("ON", "OFF"))
            key = ";"
        elif key == ":=" or (key == "=" and _assigns(tokens, index)):
            end = _expression_end(tokens, index + 1, batch)
            if any(t.kind == "string" for t in tokens[index + 1 : end]):
                yield Piece(tokens[index + 1 : end], _assigned(tokens, index))
                index = end - 1
        before = ";" if key == ";" else tokens[index].key if index < len(tokens) else ""
        index += 1


def _starts(key: str, before: str, following: str) -> bool:
    """Whether a verb opens a statement of SQL Server, where nothing need stand between two statements."""
    if key == "SELECT":
        return True
    if key in ("WITH", "REPLACE", "GRANT", "REVOKE", "CREATE", "ALTER", "DROP", "EXECUTE", "UPDATE") and following in (
        "(",
        "AS",
    ):
        return False
    return before not in _CLAUSE_BEFORE


def _assigns(tokens: list[Token], index: int) -> bool:
    """Whether `=` sets a variable: `SET @x =`, `DECLARE @x nvarchar(max) =`."""
    before = tokens[max(0, index - 6) : index]
    return any(a.key in ("SET", "DECLARE") and _is_variable(b) for a, b in pairwise(before))


def _is_variable(token: Token) -> bool:
    return token.key[:1] in ("@", BIND)


def _assigned(tokens: list[Token], index: int) -> str:
    """The variable before `:=`, or that of `SET @x =` and `DECLARE @x type =`."""
    for token in reversed(tokens[max(0, index - 8) : index]):
        if _is_variable(token) or (tokens[index].key == ":=" and token.kind == "word"):
            return token.key
    return "?"


def _expression_end(tokens: list[Token], index: int, batch: bool) -> int:
    while index < len(tokens) and tokens[index].key != ";":
        if batch and (tokens[index].key in _STOPS or tokens[index].key in _VERBS or tokens[index].key == "SET"):
            return index
        index = close(tokens, index) + 1 if tokens[index].key == "(" else index + 1
    return min(index, len(tokens))


def _end(tokens: list[Token], start: int, batch: bool) -> int:
    """The index after the last token of the statement that begins at `start`."""
    verb, index, case, main = tokens[start].key, start + 1, 0, tokens[start].key != "WITH"
    while index < len(tokens):
        key, before = tokens[index].key, tokens[index - 1].key
        if key == "(":
            index = close(tokens, index) + 1
            continue
        if key == ";":
            return index
        case += key == "CASE"
        if case:
            case -= key == "END"
        elif key == "LOOP" or (
            batch and _ends(verb, key, before, tokens[index + 1].key if index + 1 < len(tokens) else "", main)
        ):
            return index
        if not main and key in ("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"):
            verb, main = key, True
        elif verb == "INSERT" and key in ("SELECT", "VALUES", "EXEC", "EXECUTE"):
            verb = key
        index += 1
    return len(tokens)


def _ends(verb: str, key: str, before: str, following: str, main: bool) -> bool:
    """Whether a word ends a statement of SQL Server that runs without `;`."""
    if key in _STOPS:
        return not (key == "IF" and following == "EXISTS" and verb in ("DROP", "ALTER", "CREATE"))
    if key == "SET":
        return verb not in ("UPDATE", "MERGE", "ALTER", "INSERT")
    if key not in _VERBS or before in _CLAUSE_BEFORE or not main:
        return False
    if key == "SELECT":
        return before not in _JOINS_SELECT and verb != "INSERT"
    if key in ("EXEC", "EXECUTE"):
        return verb != "INSERT" and before not in ("AS", "WITH")
    if key in ("WITH", "REPLACE", "LOCK", "COPY", "REFRESH", "CALL", "PREPARE", "PERFORM"):
        return (
            key == "WITH"
            and following not in ("(", "TIES", "ROLLUP", "CUBE", "CHECK", "NOCHECK", "")
            and before != "AS"
            and _is_cte(following)
        )
    if key in ("ALTER", "CREATE", "DROP"):
        return following in _OBJECTS or (verb != "ALTER" and following in _PARTS)
    return verb not in ("GRANT", "REVOKE", "MERGE")


def _is_cte(following: str) -> bool:
    return bool(following) and following.isidentifier() and following not in ("NOLOCK", "SCHEMABINDING", "RECOMPILE")
