"""The routines that a statement calls and the sequences that it takes numbers from, found by its tokens."""

from collections.abc import Iterator
from functools import cache

from msgspec.structs import replace

from dblint.model.schema import TableName
from dblint.model.sql import Called, Statement
from dblint.sql.cursor import named
from dblint.sql.names import fold, is_system, unquote
from dblint.sql.reading import Context
from dblint.sql.tokens import Token, lex, string_body

_MOST = 20_000
"""Tokens of a statement that are looked at: what comes later is rows of data."""
_DEEPEST = 2
_OF_SEQUENCES = frozenset({"last_value", "log_cnt", "is_called"})
_NAMES = frozenset({"word", "quoted"})
_SIGNS = frozenset({"(", "CALL", "EXEC", "EXECUTE", "NEXT", "NEXTVAL", "CURRVAL"})
_TAKES = frozenset({"NEXTVAL", "CURRVAL", "SETVAL"})
# After these words a name before a parenthesis has columns, or is defined, and is no call.
_NO_CALL = frozenset(
    {
        "INTO", "TABLE", "REFERENCES", "VIEW", "INDEX", "KEY", "CONSTRAINT", "AS", "WITH", "RECURSIVE", "UPDATE", "COPY",
        "TYPE", "DOMAIN", "FUNCTION", "PROCEDURE", "PROC", "AGGREGATE", "TRIGGER", "EXISTS", "ONLY",
    }
)  # fmt: skip
# Words before a parenthesis that are no functions.
_WORDS = frozenset(
    {
        "IN", "VALUES", "AND", "OR", "NOT", "ON", "USING", "FROM", "JOIN", "WHERE", "SELECT", "SET", "BY", "OVER", "FILTER",
        "ANY", "ALL", "SOME", "EXISTS", "AS", "LIMIT", "HAVING", "CHECK", "UNIQUE", "KEY", "INDEX", "DEFAULT", "RETURNING",
        "WITHIN", "PARTITION", "LATERAL", "UNION", "INTERSECT", "EXCEPT", "CASE", "WHEN", "THEN", "ELSE", "IS", "LIKE",
        "BETWEEN",
        "INTERVAL", "DISTINCT", "CONFLICT", "NOW", "LASTVAL", "VARCHAR", "CHAR", "NUMERIC", "DECIMAL", "TIMESTAMP", "TIME",
        "BIT", "INT", "INTEGER", "BIGINT", "FLOAT", "DOUBLE", "ENUM", "VARYING", "RAISE", "IF", "WHILE", "RETURN", "RETURNS",
        "CALL", "EXEC", "EXECUTE", "PERFORM", "INSERT", "VALUE", "EXCLUDE", "GENERATED", "ALWAYS", "MATERIALIZED",
    }
)  # fmt: skip


def calls(text: str, tokens: list[Token], context: Context, depth: int = 0) -> tuple[Called, ...]:
    """The calls of a statement in the order in which they stand, those in quoted bodies of routines too."""
    return tuple(dict.fromkeys(_calls(text, tokens[:_MOST], context, depth)))


def without_sequences(statement: Statement) -> Statement:
    """The statement with those of its tables as sequences of which it asks what only a sequence has (`last_value`)."""
    found = [use for use in statement.uses if use.mode == "read" and use.columns and set(use.columns) <= _OF_SEQUENCES]
    if not found:
        return statement
    names = {use.table for use in found}
    joined = ((join, tuple(table for table in join.tables if table not in names)) for join in statement.joins)
    return replace(
        statement,
        uses=tuple(use for use in statement.uses if use not in found),
        joins=tuple(replace(join, tables=tables) for join, tables in joined if len(tables) > 1),
        calls=(*statement.calls, *(Called("sequence", use.table, use.offset) for use in found)),
    )


def _calls(text: str, tokens: list[Token], context: Context, depth: int) -> Iterator[Called]:
    for at, token in enumerate(tokens):
        key = token.key
        if key not in _SIGNS and token.kind != "string":
            continue
        if key == "(":
            yield from _called(text, tokens, at, context)
        elif key in ("CALL", "EXEC", "EXECUTE"):
            yield from _run(text, tokens, at, context)
        elif key == "NEXT" and [each.key for each in tokens[at + 1 : at + 3]] == ["VALUE", "FOR"]:
            yield from _at(text, tokens, at + 3, context, "sequence")
        elif key in ("NEXTVAL", "CURRVAL") and at > 1 and tokens[at - 1].key == "." and tokens[at - 2].kind in _NAMES:
            start = _start(tokens, at - 2)
            yield Called("sequence", named(text, tokens[start : at - 1 : 2], context).table, tokens[start].start)
        elif token.kind == "string" and text[token.start] == "$" and depth < _DEEPEST:
            first, last = string_body(text, token)
            for each in calls(text[first:last], lex(text[first:last], context.dialect), context, depth + 1):
                yield replace(each, offset=each.offset + first)


def _called(text: str, tokens: list[Token], at: int, context: Context) -> Iterator[Called]:
    """What is called with the parenthesis at a place."""
    last = at - 1
    if last < 0 or tokens[last].kind not in _NAMES or (tokens[last].kind == "word" and tokens[last].key in _WORDS):
        return
    start = _start(tokens, last)
    before = tokens[start - 1].key if start else ""
    if tokens[last].key in _TAKES and at + 1 < len(tokens) and tokens[at + 1].kind == "string":
        yield from _sequence(text, tokens[at + 1], context)
        return
    defined = before in _NO_CALL and not (before in ("FUNCTION", "PROCEDURE") and tokens[start - 2].key == "EXECUTE")
    defined |= before == "ON" and any(token.key == "INDEX" for token in tokens[1:5])
    if not defined and not (start == last and tokens[last].kind == "word" and tokens[last].key in _known()):
        yield from _at(text, tokens, start, context, "routine")


def _run(text: str, tokens: list[Token], at: int, context: Context) -> Iterator[Called]:
    """The procedure that CALL or EXEC runs, perhaps with a variable for what it returns."""
    at += 1
    if at + 1 < len(tokens) and tokens[at].key.startswith("@") and tokens[at + 1].key == "=":
        at += 2
    if at < len(tokens) and tokens[at].key not in ("IMMEDIATE", "FUNCTION", "PROCEDURE", "SP_EXECUTESQL", "ON", "AS"):
        yield from _at(text, tokens, at, context, "routine")


def _at(text: str, tokens: list[Token], start: int, context: Context, kind: str) -> Iterator[Called]:
    """What the name that begins at a place means."""
    end = start
    while end < len(tokens) and tokens[end].kind in _NAMES and end + 1 < len(tokens) and tokens[end + 1].key == ".":
        end += 2
    if end >= len(tokens) or tokens[end].kind not in _NAMES:
        return
    table = named(text, tokens[start : end + 1 : 2], context).table
    if not is_system(table, context.folding) and "*" not in table.name:
        yield Called("routine" if kind == "routine" else "sequence", table, tokens[start].start)


def _sequence(text: str, token: Token, context: Context) -> Iterator[Called]:
    """The sequence that a text names: `'shop."Order_seq"'`."""
    first, last = string_body(text, token)
    parts = [fold(unquote(part), part.startswith('"'), context.folding) for part in text[first:last].split(".")]
    if all(part and part.replace("_", "").replace("$", "").isalnum() for part in parts):
        yield Called("sequence", TableName(parts[-1], parts[-2] if len(parts) > 1 else None), first)


def _start(tokens: list[Token], last: int) -> int:
    """Where the qualified name begins whose last part stands at a place."""
    while last > 1 and tokens[last - 1].key == "." and tokens[last - 2].kind in _NAMES:
        last -= 2
    return last


@cache
def _known() -> frozenset[str]:
    """The functions of the databases themselves."""
    from sqlglot.parser import Parser  # noqa: PLC0415 -- takes long to import

    return frozenset(Parser.FUNCTIONS)
