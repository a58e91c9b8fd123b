"""Reads a script: split, then each statement by what it is."""

import re
from typing import TypeVar, cast

import msgspec
from msgspec.structs import replace

from dblint.model.schema import TableName
from dblint.model.sql import Dialect, Statement, Status, TableUse
from dblint.sql.bodies import pieces as pieces_of
from dblint.sql.calls import calls, without_sequences
from dblint.sql.dialect import dialect_of_script
from dblint.sql.holes import BIND, HOLE, mark
from dblint.sql.parse import deep_stack
from dblint.sql.reading import Context, Reading
from dblint.sql.searchpath import in_schema, schema_chosen
from dblint.sql.splitter import ROUTINES, split
from dblint.sql.statement import read_tokens
from dblint.sql.tokens import Token, lex

MAX_STATEMENTS = 20_000
_ERRORS = frozenset({"syntax-error", "too-deep", "too-large", "too-many-statements", "internal-error"})
_WHOLE = frozenset(
    {"grant", "revoke", "fdw.import", "publication.create", "publication.add", "publication.set", "publication.drop"}
)
_STRINGS = re.compile(r"'[^']*+'")
_SPACES = re.compile(r"\s+")
_MARKS = re.compile(f"[{HOLE}{BIND}]+")


def read(text: str, dialect: Dialect) -> tuple[Statement, ...]:
    """The statements of a script in order; never raises."""
    grammar = dialect if dialect != "generic" else dialect_of_script(text) or "generic"
    marked = mark(text, grammar)
    context = Context(grammar, dialect)
    pieces = [part for tokens in split(lex(marked, grammar)) for part in _parts(tokens, context)]
    statements: list[Statement] = []
    used = [_used(marked, tokens) for tokens in pieces[:MAX_STATEMENTS]]
    several, database, schema = len(set(filter(None, used))) > 1, "", ""
    with deep_stack():
        for tokens, switched in zip(pieces, used, strict=False):
            reading = _guarded(marked, tokens, context)
            context = replace(context, temporary=context.temporary | reading.temporary)
            database = switched or database
            chosen = schema_chosen(marked, tokens)
            schema = schema if chosen is None else chosen
            statement = replace(_statement(marked, tokens, reading), calls=calls(marked, tokens, context))
            statement = without_sequences(statement)
            statement = in_schema(statement, schema) if schema else statement
            statements.append(in_database(statement, database) if several and database else statement)
    if len(pieces) > MAX_STATEMENTS:
        start = pieces[MAX_STATEMENTS][0].start
        statements.append(Statement("error", start, len(text), reason="too-many-statements"))
    return tuple(statements)


def _used(text: str, tokens: list[Token]) -> str:
    """The database that a statement switches to (`USE shop`); empty for any other statement."""
    if tokens[0].key != "USE" or len(tokens) > 3:
        return ""
    words = [text[token.start : token.end] for token in tokens if token.key != ";"]
    return words[1].strip('`"[]') if len(words) == 2 else ""


Part = TypeVar("Part")


def in_database(part: Part, database: str) -> Part:
    """A statement, or a part of one, with the names that say no database in `database`: `USE` holds for what follows it."""
    if isinstance(part, TableName):
        return part if part.catalog or part.schema else msgspec.structs.replace(part, catalog=database)
    if isinstance(part, tuple):
        return cast("Part", tuple(in_database(each, database) for each in part))
    if isinstance(part, msgspec.Struct):
        changed = {name: in_database(getattr(part, name), database) for name in part.__struct_fields__}
        return msgspec.structs.replace(part, **changed)
    return part


def _parts(tokens: list[Token], context: Context) -> list[list[Token]]:
    """The statements of a SQL Server batch, where nothing need stand between two of them; elsewhere just the one."""
    if context.dialect != "tsql" or (
        tokens[0].key in ("CREATE", "ALTER") and any(token.key in ROUTINES for token in tokens[1:6])
    ):
        return [tokens]
    found = [piece.tokens for piece in pieces_of(tokens, context) if not piece.name and piece.tokens]
    return found or [tokens]


def _guarded(text: str, tokens: list[Token], context: Context) -> Reading:
    try:
        return read_tokens(text, tokens, context)
    except Exception:  # noqa: BLE001 -- sqlglot's tree of an odd statement may lack what it promises; only that statement is lost
        return Reading(reason="internal-error")


def _statement(text: str, tokens: list[Token], reading: Reading) -> Statement:
    start, end = tokens[0].start, tokens[-1].end
    uses, lost = _resolved(reading.uses)
    reason = reading.reason
    marked = any(sign in text[start:end] for sign in (HOLE, BIND)) or bool(reading.partial)
    events = tuple(event for event in reading.events if event.table.name != "*" or not marked or event.kind in _WHOLE)
    # A schema whose name only a setting tells is made without a table.
    naming = [event for event in reading.events if event.kind != "schema.create"]
    lost = (
        lost
        or len([event for event in events if event.kind != "schema.create"]) < len(naming)
        or any("*" in event.table.name and event.kind not in _WHOLE for event in events if event in naming)
    )
    if lost and reason not in _ERRORS:
        reason = "dynamic-table"
    dynamic = reason.startswith("dynamic")
    status: Status = "dynamic" if dynamic else "error" if reason in _ERRORS else "opaque" if reason else "understood"
    joins = tuple(
        msgspec.structs.replace(join, tables=kept)
        for join in reading.joins
        if len(kept := tuple(table for table in join.tables if table.name != "*")) > 1
    )
    partial = (shown(reading.partial) or partial_text(text, tokens)) if dynamic else ""
    return Statement(status, start, end, uses, joins, events, reason, partial)


def _resolved(uses: tuple[TableUse, ...]) -> tuple[tuple[TableUse, ...], bool]:
    """The uses whose table has a name, and whether any name is (partly) unknown."""
    return tuple(use for use in uses if use.table.name != "*"), any("*" in use.table.name for use in uses)


def partial_text(text: str, tokens: list[Token]) -> str:
    """The statement on one line with ⟨?⟩ for holes and … for the content of strings, which may be secrets."""
    parts, length, position = [], 0, tokens[0].start
    for token in tokens:
        parts += [" " if token.start > position else "", "'…'" if token.kind == "string" else text[token.start : token.end]]
        length, position = length + token.end - token.start, token.end
        if length > 400:
            parts.append(" …")
            break
    return shown("".join(parts))


def shown(text: str) -> str:
    """A text with holes on one line, without the content of its strings."""
    return _MARKS.sub("⟨?⟩", _SPACES.sub(" ", _STRINGS.sub("'…'", text))).strip()[:500]
