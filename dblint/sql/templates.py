"""Texts that a body builds and then executes: literals joined with what only run time knows."""

import re

import msgspec

from dblint.sql.cursor import close, commas
from dblint.sql.holes import BIND, HOLE
from dblint.sql.tokens import Token, string_body

_JOINING = frozenset({"||", "+", "&"})
_FORMAT = re.compile("%(?:(\\d{1,3})\\$)?[-\\d]{0,4}([sIL%])|" + BIND + "{2}|% ")
_STOP = frozenset({"USING", "INTO", "LOOP", "AT"})


class Template(msgspec.Struct, frozen=True):
    """A built text; `offsets` tells for each of its characters where it comes from."""

    text: str = ""
    offsets: tuple[int, ...] = ()
    literal: bool = False

    def __add__(self, other: "Template") -> "Template":
        return Template(self.text + other.text, self.offsets + other.offsets, self.literal or other.literal)


def template(text: str, tokens: list[Token]) -> Template | None:
    """The text that an expression of strings, `||`, `+`, `concat` and `format` builds; None for an empty expression."""
    made: list[Template] = []
    index, unknown = 0, False
    while index < len(tokens) and tokens[index].key not in _STOP:
        token = tokens[index]
        following = tokens[index + 1].key if index + 1 < len(tokens) else ""
        end = close(tokens, index + 1) if following == "(" else index
        if token.kind == "string":
            made.append(_literal(text, token))
            unknown = True
        elif token.key == "(":
            end = close(tokens, index)
            inner = template(text, tokens[index + 1 : end])
            made += [inner] if inner else []
            unknown = True
        elif token.key in _JOINING:
            unknown = False
        elif token.key in ("CONCAT", "FORMAT", "CONCAT_WS") and following == "(":
            made.append(_called(text, token.key, tokens[index + 2 : end]))
            unknown = True
        elif token.key == ",":
            break
        elif not unknown:
            made.append(_hole(token))
            unknown = True
        index = end + 1
    return sum(made[1:], made[0]) if made else None


def _literal(text: str, token: Token) -> Template:
    start, end = string_body(text, token)
    body = text[start:end]
    if text[start - 1] == "'":
        body = body.replace("''", " '")
    return Template(body, tuple(range(start, start + len(body))), literal=True)


def _hole(token: Token) -> Template:
    return Template(HOLE, (token.start,))


def _called(text: str, name: str, tokens: list[Token]) -> Template:
    arguments = [template(text, item) or _hole(item[0]) for item in commas(tokens)]
    if not arguments:
        return Template()
    if name == "CONCAT":
        return sum(arguments[1:], arguments[0])
    if name == "CONCAT_WS":
        return sum(arguments[2:], arguments[1]) if len(arguments) > 1 else Template()
    return _formatted(arguments[0], arguments[1:])


def _formatted(pattern: Template, arguments: list[Template]) -> Template:
    """PostgreSQL's `format`: %I and %s put text in, %L a quoted value."""
    made, position, used = Template(), 0, 0
    for found in _FORMAT.finditer(pattern.text):
        made += _slice(pattern, position, found.start())
        position = found.end()
        if found.group() == "% " or found.group(2) == "%":
            made += Template("%", (pattern.offsets[found.start()],))
            continue
        chosen = int(found.group(1)) - 1 if found.group(1) else used
        used += 1
        here = pattern.offsets[found.start()]
        if found.group(2) == "L" or chosen >= len(arguments):
            made += Template(BIND if found.group(2) == "L" else HOLE, (here,))
        else:
            made += Template(arguments[chosen].text, (here,) * len(arguments[chosen].text))
    return made + _slice(pattern, position, len(pattern.text))


def _slice(whole: Template, start: int, end: int) -> Template:
    return Template(whole.text[start:end], whole.offsets[start:end], whole.literal)
