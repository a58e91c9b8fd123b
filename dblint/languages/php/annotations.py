"""Doctrine's annotations in doc comments, as the attributes that would say the same.

Source: doctrine/annotations, "Annotations reference".
"""

import re
from collections.abc import Iterator

from dblint.model.syntax import Call, Expression, Items, Literal, Mapping, Name, Opaque, Text

_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"]|"")*")|(?P<annotation>@\\?[A-Za-z_][\w\\]*)|(?P<number>-?\d+(?:\.\d+)?)
    |(?P<word>\\?[A-Za-z_][\w\\]*(?:::\w+)?)|(?P<sign>[(){}=,:])""",
    re.VERBOSE,
)
_START = re.compile(r"^[ \t/*]*@(?=\\?[A-Z][\w\\]*)", re.MULTILINE)
_MARGIN = re.compile(r"\n[ \t]*\*")
_WORDS = {"true": True, "false": False, "null": None}

Token = tuple[str, str, int]


def annotations(comment: str, line: int) -> Iterator[Expression]:
    """Yield the annotations of a doc comment that begins on a line: `Call`s, or `Name`s without arguments."""
    text = _MARGIN.sub(lambda margin: "\n" + " " * (len(margin.group()) - 1), comment)
    position = 0
    while (found := _START.search(text, position)) is not None:
        tokens = _tokens(text, found.end() - 1, line + text.count("\n", 0, found.end()))
        parsed = _Parser(tokens).annotation()
        position = found.end() + 1
        if parsed is not None:
            yield parsed


def _tokens(text: str, start: int, line: int) -> list[Token]:
    """Return the tokens of one annotation: its name, and its arguments up to the closing parenthesis."""
    found: list[Token] = []
    depth, position = 0, start
    while (token := _TOKEN.search(text, position)) is not None:
        gap = text[position : token.start()]
        if (len(found) == 1 and (gap.strip() or token.group() != "(")) or (found and not depth and len(found) > 1):
            break
        found.append((token.lastgroup or "", token.group(), line + text.count("\n", start, token.start())))
        depth += (token.group() in "({") - (token.group() in ")}")
        position = token.end()
    return found


class _Parser:
    """Reads the tokens of one annotation."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = 0

    def annotation(self) -> Expression | None:
        """The annotation at hand."""
        token = self._next()
        if token is None or token[0] != "annotation":
            return None
        name = Name(token[1].lstrip("@\\"), token[2])
        if self._peek() != "(":
            return name
        self._next()
        arguments, keywords = self._inside(")")
        return Call(name, arguments, keywords, token[2])

    def _inside(self, end: str) -> tuple[tuple[Expression, ...], tuple[tuple[str, Expression], ...]]:
        arguments: list[Expression] = []
        keywords: list[tuple[str, Expression]] = []
        while (sign := self._peek()) and sign != end:
            if sign == ",":
                self._next()
                continue
            value = self._value()
            if self._peek() in {"=", ":"} and isinstance(value, Name | Text):
                self._next()
                keywords.append((value.name if isinstance(value, Name) else value.value, self._value()))
            else:
                arguments.append(value)
        self._next()
        return tuple(arguments), tuple(keywords)

    def _value(self) -> Expression:
        kind, text, line = self._tokens[self._place] if self._place < len(self._tokens) else ("", "", 0)
        if kind == "annotation":
            return self.annotation() or Opaque(line)
        self._next()
        match kind:
            case "string":
                return Text(text[1:-1].replace('""', '"'), line)
            case "number":
                return Literal(float(text) if "." in text else int(text), line)
            case "word" if text.lower() in _WORDS:
                return Literal(_WORDS[text.lower()], line)
            case "word":
                return Name(text.removesuffix("::class"), line)
            case "sign" if text == "{":
                arguments, keywords = self._inside("}")
                if keywords:
                    return Mapping(tuple((Text(key, line), value) for key, value in keywords), line)
                return Items(arguments, line)
        return Opaque(line)

    def _next(self) -> Token | None:
        if self._place >= len(self._tokens):
            return None
        self._place += 1
        return self._tokens[self._place - 1]

    def _peek(self) -> str:
        return self._tokens[self._place][1] if self._place < len(self._tokens) else ""
