"""Statements that say in which schema names without one are looked for, and what follows them."""

from msgspec.structs import replace

from dblint.model.schema import SchemaEvent, TableName
from dblint.model.sql import Statement
from dblint.sql.holes import BIND, HOLE
from dblint.sql.names import is_system
from dblint.sql.tokens import Token, string_body

# Where names without a schema go anyway.
_DEFAULTS = frozenset({"", "public", "dbo", "default"})
_LONGEST = 40


def schema_chosen(text: str, tokens: list[Token]) -> str | None:
    """The first schema of the search path that a statement sets, empty for the default one; None for any other statement.

    Source: https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH; `SET SCHEMA` is standard SQL, DB2's and
    H2's, `ALTER SESSION SET CURRENT_SCHEMA` Oracle's.
    """
    if len(tokens) > _LONGEST:
        return None
    said = [token for token in tokens if token.key != ";"]
    keys = [token.key for token in said]
    if keys[:2] == ["RESET", "SEARCH_PATH"] or keys == ["DISCARD", "ALL"]:
        return ""
    if keys[:3] == ["ALTER", "SESSION", "SET"]:
        return _first(text, said[4:]) if keys[3:4] == ["CURRENT_SCHEMA"] else None
    if keys[:1] == ["SELECT"] and "SET_CONFIG" in keys:
        given = said[keys.index("SET_CONFIG") + 2 :]
        named = bool(given) and given[0].kind == "string" and _content(text, given[0]).lower() == "search_path"
        return _first(text, given[2:]) if named else None
    if keys[:1] != ["SET"]:
        return None
    at = 2 if keys[1:2] in (["SESSION"], ["LOCAL"]) else 1
    if keys[at : at + 1] not in (["SEARCH_PATH"], ["SCHEMA"], ["CURRENT_SCHEMA"]):
        return None
    return _first(text, said[at + 1 :])


def _content(text: str, token: Token) -> str:
    """What a name or string says, without its quotes."""
    start, end = string_body(text, token) if token.kind == "string" else (token.start, token.end)
    return text[start:end].strip('"')


def _first(text: str, tokens: list[Token]) -> str:
    """The first schema of a list of names or strings; `$user` stands for nothing that is known."""
    for token in tokens:
        if token.key in ("TO", "=", ","):
            continue
        if token.kind not in ("string", "quoted", "word"):
            break
        spelled = _content(text, token)
        name = spelled.lower() if token.kind == "word" else spelled
        for part in (each.strip().strip('"') for each in name.split(",")):
            if part != "$user":
                known = not any(mark in part for mark in (HOLE, BIND)) and part.lower() not in _DEFAULTS
                return part if known else ""
    return ""


def in_schema(statement: Statement, schema: str) -> Statement:
    """A statement with the tables that say no schema in `schema`."""

    def placed(name: TableName) -> TableName:
        apart = name.schema or name.catalog or not name.name or name.name[:1] in "#@*" or is_system(name, "postgres")
        return name if apart else replace(name, schema=schema)

    def changed(event: SchemaEvent) -> SchemaEvent:
        if event.kind.startswith(("schema.", "extension.")):
            return event
        return replace(
            event,
            table=placed(event.table),
            base=placed(event.base) if event.base is not None else None,
            foreign_keys=tuple(replace(key, target=placed(key.target)) for key in event.foreign_keys),
            reads=tuple(map(placed, event.reads)),
            writes=tuple(map(placed, event.writes)),
        )

    return replace(
        statement,
        uses=tuple(replace(use, table=placed(use.table)) for use in statement.uses),
        joins=tuple(replace(join, tables=tuple(map(placed, join.tables))) for join in statement.joins),
        events=tuple(map(changed, statement.events)),
    )
