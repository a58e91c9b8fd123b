"""Parts of a statement that only run time knows, put into a form that a parser reads, without moving a single character."""

import re

from dblint.model.sql import Dialect
from dblint.sql.tokens import Token

HOLE = "\ue000"
"""One character standing for an unresolved part of a text built by code."""
BIND = "\ue001"
"""One character standing for (a part of) a bound value."""

_BAD = re.compile("[\x00\ufeff\ud800-\udfff]")
_JINJA_LINE = re.compile(r"\{%(?:[^%{]|%(?!\})|\{(?!%)){0,2000}+%\}|\{\#(?:[^\#{]|\#(?!\})|\{(?!\#)){0,2000}+\#\}")
_PLACEHOLDER = re.compile(
    r"(?P<hole>\$?\{\{[^{}\n]{0,200}\}\}|\$\{[^{}\n]{0,200}\}|(?<![\w'])\$\([\w.]{1,60}\)|\{[\w.!:\[\]]{0,80}\})"
    r"|(?P<bind>\#\{[^{}\n]{0,200}\}|%\(\w{1,60}\)[sdif]|%[sdif](?![A-Za-z0-9])|(?<![\w:?@$])\$\d{1,4}"
    r"|(?<=[(,=\s])&&?[A-Za-z_]\w{0,60}"  # SQL*Plus
    r"|(?<![\w:\]\)'\"]):[A-Za-z_]\w{0,60}|:'\w{1,60}'|(?<![\w@'\"`\]])@[A-Za-z_]\w{0,60}|\?(?![|&?-])\d{0,4})"
    r"|(?P<percent>%%)"
)


def clean(text: str) -> str:
    """The text with characters that no parser takes replaced one to one."""
    if not _BAD.search(text):
        return text
    return _BAD.sub(lambda bad: " " if bad.group() in "\x00\ufeff" else "\ufffd", text)


def mark(text: str, dialect: Dialect) -> str:
    """The text with template tags blanked and placeholders written as marks of the same length.

    `HOLE` runs stand for what code puts into the text, `BIND` runs for bound values.
    """
    text = clean(text)
    if "{%" in text or "{#" in text:
        text = _JINJA_LINE.sub(lambda tag: _blank(tag.group()), text)
    if dialect == "mysql" or "/*!" in text:
        text = _open_versioned(text)
    if not any(sign in text for sign in "{%$?:@&"):
        return text
    return _PLACEHOLDER.sub(_marked_tsql if dialect == "tsql" else _marked, text)


def _marked_tsql(found: re.Match[str]) -> str:
    """In SQL Server an `@` name is a variable that its parser knows (a table variable where a table is due)."""
    return found.group() if found.group()[0] == "@" else _marked(found)


def _marked(found: re.Match[str]) -> str:
    if found.lastgroup == "percent":
        return "% "
    return (HOLE if found.lastgroup == "hole" else BIND) * len(found.group())


def _blank(text: str) -> str:
    return "".join("\n" if character == "\n" else " " for character in text)


def _open_versioned(text: str) -> str:
    """MySQL runs what stands in `/*!40101 … */`."""
    parts, position = [], 0
    for found in re.finditer(r"/\*!\d*+", text):
        close = text.find("*/", found.end())
        if close < 0:
            break
        if found.start() < position:
            continue
        parts += [text[position : found.start()], " " * len(found.group()), text[found.end() : close], "  "]
        position = close + 2
    return "".join([*parts, text[position:]])


_TABLE_LEADS = frozenset(
    {
        "FROM", "JOIN", "INTO", "UPDATE", "TABLE", "ONLY", "USING", "EXISTS", ".", "TRUNCATE", "LATERAL", "REFERENCES",
        "AS",
    }
)  # fmt: skip
_CLAUSES = frozenset(
    {
        "FROM", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "UNION", "EXCEPT", "INTERSECT", "JOIN", "INNER",
        "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "ON", "USING", "SET", "VALUES", "SELECT", "AND", "OR", "RETURNING",
        "FETCH", "FOR", "AS", "THEN", "ELSE", "END", "WHEN", "ASC", "DESC", "IN", "IS", "NOT", "LIKE", "ILIKE", "BETWEEN",
        "DO", "WITH", "INTO", "BY", "CASE", "DISTINCT", "ALL", "UPDATE", "DELETE", "INSERT", "NULLS", "COLLATE", "OVER",
        "DEFAULT", "TABLE", "ONLY", "EXISTS", "TOP", "INTERVAL", "ANY", "SOME", "SIMILAR", "REGEXP", "RLIKE", "WINDOW",
        "QUALIFY", "CONFLICT", "DUPLICATE", "KEY", "LATERAL", "APPLY", "OUTER", "MATCHED", "PARTITION", "ROWS", "RANGE",
        "ESCAPE", "DIV", "MOD", "XOR", "ROW", "DATE", "TIMESTAMP", "TIME", "MERGE", "REPLACE",
    }
)  # fmt: skip


def settle(tokens: list[Token]) -> list[tuple[int, int, str]]:
    """The edits that make lone marks harmless which stand where a parser allows no operand (a trailing clause, an operator).

    A mark after a complete operand becomes blank, between two operands `+`; a mark where a name or value is due stays.
    """
    edits: list[tuple[int, int, str]] = []
    ended, before = False, ""
    for index, token in enumerate(tokens):
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.kind != "word" or not _is_mark(token.key) or before in _TABLE_LEADS:
            ended = _ends_operand(token)
        elif before == "INTERVAL":  # `INTERVAL ? DAY`
            ended = True
        elif ended and after and _starts_operand(after):
            edits.append((token.start, token.end, "+"))
            ended = False
        elif ended or (after and _starts_operand(after) and after.key != "("):
            edits.append((token.start, token.end, " "))
        else:
            ended = True
        before = token.key
    return edits


def replaced(text: str, edits: list[tuple[int, int, str]]) -> str:
    """The text with each (start, end) stretch replaced, padded to its length; stretches are in order and apart."""
    parts, position = [], 0
    for start, end, sign in edits:
        parts += [text[position:start], sign.ljust(end - start)]
        position = end
    return "".join([*parts, text[position:]])


def _is_mark(word: str) -> bool:
    return not word.strip(HOLE + BIND)


def _ends_operand(token: Token) -> bool:
    if token.kind == "word":
        return token.key not in _CLAUSES or token.key in ("END", "ASC", "DESC")
    return token.kind in ("quoted", "string", "number") or token.key in (")", "]")


def _starts_operand(token: Token) -> bool:
    if token.kind == "word":
        return token.key not in _CLAUSES or token.key in ("CASE", "EXISTS", "INTERVAL")
    return token.kind in ("quoted", "string", "number") or token.key == "("
