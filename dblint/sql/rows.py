"""`INSERT INTO t (a, b) VALUES (1, 'x'), …` of a dump, read by its tokens: it costs a fraction of what a parser takes.

Only what every parser reads alike is read here: plain names, and values that are literals. Anything else is left to sqlglot.
"""

import re

from dblint.model.sql import Dialect, TableUse
from dblint.sql.cursor import Cursor, folded
from dblint.sql.names import is_system
from dblint.sql.reading import Context, Reading
from dblint.sql.tokens import Token

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_QUOTED = re.compile(r"\"[\w -]+\"|`[\w -]+`|\[[\w -]+\]")
# The quotes around names that the parser of a dialect knows; where the dialect is not known, all must be of one kind.
_QUOTES: dict[Dialect, str] = {
    "clickhouse": "\"`", "generic": "\"`", "mysql": "`", "oracle": '"', "postgres": '"', "redshift": '"', "sqlite": "\"`[",
    "tsql": "\"[",
}  # fmt: skip
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_STRING = re.compile(r"'(?:[^'\\]|'')*'")
_WORDS = frozenset({"NULL", "TRUE", "FALSE", "CURRENT_TIMESTAMP"})
_CLOCKS = frozenset({"NOW", "SYSDATE", "GETDATE"})
# What follows a value, the name of a clock and its bracket, and a row.
_AFTER = {
    "more": {",": "value", ")": "end"},
    "clock": {"(": "brackets"},
    "sysdate": {",": "value", ")": "end", "(": "brackets"},
    "brackets": {")": "more"},
    "end": {",": "row"},
}
# Words that some parser takes for something else than a name: such a statement is for a parser to judge.
_RESERVED = frozenset(
    """
    ALL ALTER ANALYZE AND ANTI ANY APPLY ARRAY AS ASC ASOF AT BEGIN BETWEEN BOTH BULK BY CACHE CALL CASE CAST
    CHARACTER CHECK CLUSTER COLLATE COLUMN COMMENT COMMIT CONNECT CONSTRAINT COPY CREATE CROSS CUBE CURRENT
    CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DATABASE DATE DATETIME DEFAULT DELETE DESC DESCRIBE
    DICTIONARY DISTINCT DISTRIBUTE DIV DROP ELSE END ESCAPE EXCEPT EXECUTE EXISTS EXPLAIN EXTRACT FALSE FETCH FILTER
    FINAL FIRST FOR FOREIGN FORMAT FROM FULL FUNCTION GLOBAL GLOB GRANT GROUP GROUPING HAVING HINT IF IGNORE ILIKE IN
    INDEX INNER INSERT INTERSECT INTERVAL INTO IS ISNULL JOIN KEY KILL LATERAL LEADING LEFT LIKE LIMIT LOAD LOCALTIME
    LOCALTIMESTAMP LOCK MAP MATCH MERGE MINUS MOD NATURAL NEXT NOT NOTNULL NULL OBJECT OF OFFSET ON ONLY OPTION OR
    ORDER OUTER OVER OVERLAPS OVERWRITE PARTITION PERCENT PIVOT PRAGMA PREWHERE PRIMARY PROCEDURE PUT QUALIFY RANGE
    RECURSIVE REFERENCES REFRESH RENAME REPLACE RETURNING RIGHT RLIKE ROLLBACK ROLLUP ROW ROWS SCHEMA SELECT SEMI
    SEPARATOR SEQUENCE SESSION_USER SET SETTINGS SHOW SIMILAR SOME SORT START STRAIGHT_JOIN STRUCT SUMMARIZE SYMMETRIC
    TABLE TABLESAMPLE TEMPORARY THEN TIME TIMESTAMP TO TOP TRAILING TRUE TRUNCATE UNCACHE UNION UNIQUE UNNEST UNPIVOT
    UPDATE USE USER USING VALUE VALUES VIEW VOLATILE WHEN WHERE WINDOW WITH XOR
    """.split()  # noqa: SIM905 -- a list of 170 words in as many lines says no more
)


_OF_TRIGGERS = frozenset({"inserted", "deleted"})
"""What SQL Server calls the rows that a trigger is for."""
_LONGEST = 8
"""As many tokens as stand before the columns of a table whose name has three parts."""


def inserted(text: str, tokens: list[Token], context: Context) -> Reading | None:
    """What an INSERT of literal rows says; None for every other statement."""
    if tokens[0].key != "INSERT" or len(tokens) < _LONGEST or tokens[1].key != "INTO":
        return None
    cursor = Cursor(text, tokens, context, 2)
    named = cursor.name()
    parts = tokens[2 : cursor.at : 2]
    listed = cursor.group()
    names, commas = listed[::2], listed[1::2]
    quotes = {text[token.start] for token in (*parts, *names) if token.kind == "quoted"}
    if (
        named is None
        or not all(_is_name(text, token) for token in (*parts, *names))
        or not quotes <= set(_QUOTES.get(context.dialect, ""))
        or (len(quotes) > 1 and context.dialect == "generic")
        or any(token.key != "," for token in commas)
        or len(names) == len(commas) > 0
        or not cursor.accept("VALUES")
        or not _are_rows(text, tokens[cursor.at :])
    ):
        return None
    table = named.table
    passing = table.name in context.temporary or (context.dialect == "tsql" and table.name.lower() in _OF_TRIGGERS)
    if is_system(table, context.folding) or (passing and not table.schema):
        return Reading()
    columns = tuple(dict.fromkeys(folded(text, token, context) for token in names)) or None
    shape = "insert.cols" if columns else "insert.nolist"
    return Reading((TableUse(table, "write", "insert", shape, columns, named.offset, context.via),))


def _is_name(text: str, token: Token) -> bool:
    written = text[token.start : token.end]
    if token.kind == "quoted":
        return _QUOTED.fullmatch(written) is not None
    return token.kind == "word" and token.key not in _RESERVED and _PLAIN.fullmatch(written) is not None


def _are_rows(text: str, tokens: list[Token]) -> bool:
    """Whether these are rows of literals and nothing else."""
    state = "row"
    for token in tokens:
        key = token.key
        if state == "row" and key == "(":
            state = "value"
        elif state == "value" and key == "-":
            state = "number"
        elif state == "value" and key in _CLOCKS:
            state = "sysdate" if key == "SYSDATE" else "clock"
        elif state in ("value", "number") and _is_value(text, token, only_number=state == "number"):
            state = "more"
        elif key in _AFTER.get(state, ()):
            state = _AFTER[state][key]
        else:
            return False
    return state == "end"


def _is_value(text: str, token: Token, *, only_number: bool) -> bool:
    if token.kind == "number":
        return _NUMBER.fullmatch(text, token.start, token.end) is not None
    if only_number or token.kind not in ("word", "string"):
        return False
    return token.key in _WORDS if token.kind == "word" else _STRING.fullmatch(text, token.start, token.end) is not None
