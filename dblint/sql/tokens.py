"""Cuts SQL text into tokens, for every dialect and without sqlglot.

Only what splitting, schema statements and a second look need: words, quoted names, strings, numbers and single signs.
Comments vanish. Every pattern is possessive or bounded, so the time is linear in the text.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from dblint.model.sql import Dialect

BACKSLASH_DIALECTS = frozenset({"mysql", "bigquery", "clickhouse", "snowflake"})
BRACKET_DIALECTS = frozenset({"tsql", "sqlite"})
MAX_BROKEN = 50


class Token(NamedTuple):
    """A piece of text; `kind` is word, quoted, string, number, sign, end (of a statement, said by a client) or broken.

    `key` is the upper-case word or the sign, and empty for everything that carries a value.
    """

    kind: str
    key: str
    start: int
    end: int


_WORD = r"(?:[^\W\d]|[\ue000\ue001@\#])[\w$@\#\ue000\ue001]*+"
_TEMPLATE = r"""
  (?P<space>\s++)
| (?P<comment>--[^\n]*+ {hash})
| (?P<block>/\*)
| (?P<end>{delimiter})
| (?P<meta>\\[^\n]*+|(?m:^)\.(?:{dots})\b[^\n]*+)
| (?P<go>(?mi:^(?:go(?:[ \t]++\d++)?+|/)[ \t]*+;?+[ \t\r]*+$))
| (?P<string>(?:[eE]'(?:[^'\\]++|''|\\.)*+'|(?:\b[nNxXbBqQ]|\b[uU]&)?+'{body}'{double}))
| (?P<quoted>"(?:[^"]++|"")*+"|`(?:[^`]++|``)*+`{bracket})
| (?P<dollar>\$(?:[^\W\d]\w*+)?+\$)
| (?P<number>\d[\w.]*+)
| (?P<word>{word})
| (?P<broken>['"`])
| (?P<sign>::|:=|\|\||<>|[!<>]=|=>|\$\d++|.)
"""
# Commands to SQLite's client: https://www.sqlite.org/cli.html#special_commands_to_sqlite3_dot_commands_
_DOTS = (
    "backup|bail|changes|databases|dump|echo|exit|explain|headers?|import|indexes|load|mode|nullvalue|once|open|output|parameter"
    "|print|quit|read|restore|save|schema|separator|shell|show|stats|system|tables|timeout|timer|trace|width"
)
_BACKSLASHED = r"(?:[^'\\]++|''|\\.)*+"
_PLAIN = r"(?:[^']++|'')*+"


def _pattern(dialect: Dialect, delimiter: str) -> re.Pattern[str]:
    """The token pattern of a dialect; `re` caches compiled patterns."""
    backslash = dialect in BACKSLASH_DIALECTS
    return re.compile(
        _TEMPLATE.format(
            hash=r"|\#(?!\{)[^\n]*+" if dialect == "mysql" else "",
            delimiter=re.escape(delimiter) if delimiter != ";" else "(?!)",
            body=_BACKSLASHED if backslash else _PLAIN,
            double=r'|"(?:[^"\\]++|""|\\.)*+"' if dialect == "mysql" else "",
            bracket=r"|\[(?:[^\]\n]++|\]\])++\]" if dialect in BRACKET_DIALECTS else "",
            word=_WORD,
            dots=_DOTS,
        ),
        re.VERBOSE | re.DOTALL,
    )


_DELIMITER = re.compile(r"(?mi:^[ \t]*+delimiter[ \t]++(\S++)[^\n]*+)")
_DATA_END = re.compile(r"(?m:^)\\\.[ \t\r]*+(?:\n|\Z)")


def lex(text: str, dialect: Dialect = "generic") -> list[Token]:
    """The tokens of `text`, offsets counted in it; client commands become `end` tokens (that of copy stays a statement)."""
    found: list[Token] = []
    start, delimiter = 0, ";"
    for command in _DELIMITER.finditer(text):
        found += _region(text, start, command.start(), dialect, delimiter)
        found.append(Token("end", "", command.start(), command.end()))
        start, delimiter = command.end(), command.group(1)
    return found + _region(text, start, len(text), dialect, delimiter)


def _region(text: str, start: int, end: int, dialect: Dialect, delimiter: str) -> list[Token]:
    return list(_tokens(text, start, end, dialect, delimiter))


def _tokens(text: str, position: int, end: int, dialect: Dialect, delimiter: str) -> Iterator[Token]:  # noqa: C901 -- one branch per kind of token
    match = _pattern(dialect, delimiter).match
    broken, standard_input, data = 0, False, _DATA_END.search(text, position, end)
    while position < end and (found := match(text, position, end)):
        kind, start, position = found.lastgroup or "sign", position, found.end()
        if kind in ("space", "comment"):
            continue
        if kind == "word":
            key = found.group().upper()
            standard_input |= key == "STDIN"
            yield Token("word", key, start, position)
        elif kind == "sign":
            key = found.group()
            yield Token("sign", key, start, position)
            if key == ";" and standard_input:
                standard_input = False
                if data and data.end() <= position:
                    data = _DATA_END.search(text, position, end)
                position = data.end() if data else position
        elif kind == "block":
            position = _block_end(text, start, end)
        elif kind == "meta":
            yield Token("end", "", start, start)
            if found.group()[:5].lower() == "\\copy":
                yield from _tokens(text, start + 1, position, dialect, delimiter)
                yield Token("end", "", position, position)
        elif kind == "go":
            yield Token("end", "", start, position)
        elif kind == "dollar":
            close = text.find(found.group(), position, end) if broken < MAX_BROKEN else -1
            if close >= 0:
                position = close + len(found.group())
                yield Token("string", "", start, position)
                continue
            broken += 1
            close = text.find(";\n", position, end)
            position = close if close >= 0 else end
            yield Token("broken", "", start, position)
        elif kind == "broken":
            broken += 1
            close = text.find(";\n", position, end) if broken < MAX_BROKEN else -1
            position = close if close >= 0 else end
            yield Token("broken", "", start, position)
        else:
            yield Token(kind, "", start, position)


def _block_end(text: str, start: int, end: int) -> int:
    """Where the comment that opens at `start` ends; comments nest (as in PostgreSQL and SQL Server)."""
    depth, position = 1, start + 2
    while depth:
        close = text.find("*/", position, end)
        if close < 0:
            return end
        depth += text.count("/*", position, close) - 1
        position = close + 2
    return position


def string_body(text: str, token: Token) -> tuple[int, int]:
    """The offsets between which the content of a string token stands."""
    if text[token.start] == "$":
        tag = text.index("$", token.start + 1) + 1 - token.start
        return token.start + tag, token.end - tag
    quote = min(i for i in (text.find("'", token.start, token.end), text.find('"', token.start, token.end)) if i >= 0)
    return quote + 1, token.end - 1
