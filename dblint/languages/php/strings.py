"""PHP's string literals, decoded, with the places where their source goes to a new line."""

import re

# https://www.php.net/manual/en/language.types.string.php
_ESCAPE = re.compile(r"\\([nrtvef\\$\"]|[0-7]{1,3}|x[0-9a-fA-F]{1,2}|u\{[0-9a-fA-F]+\})")
_SINGLE = re.compile(r"\\([\\'])")
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", "v": "\v", "e": "\x1b", "f": "\f", "\\": "\\", "$": "$", '"': '"'}


def decoded(raw: str, *, escapes: bool, single: bool = False) -> tuple[str, tuple[int, ...]]:
    """Return the value of a literal's source text and the offsets in it at which a new source line begins.

    `escapes` in double quotes and heredocs; `single` quotes know only an escaped quote or backslash, nowdocs nothing.
    """
    if "\\" not in raw or not (escapes or single):
        return raw, tuple(_line_starts(raw, 0))
    pieces: list[str] = []
    breaks: list[int] = []
    length = position = 0
    for escape in (_ESCAPE if escapes else _SINGLE).finditer(raw):
        plain = raw[position : escape.start()]
        breaks += _line_starts(plain, length)
        value = _value(escape.group(1))
        length += len(plain) + len(value)
        pieces += (plain, value)
        position = escape.end()
    plain = raw[position:]
    breaks += _line_starts(plain, length)
    return "".join((*pieces, plain)), tuple(breaks)


def _line_starts(text: str, base: int) -> list[int]:
    return [base + match.end() for match in re.finditer("\n", text)] if "\n" in text else []


def _value(code: str) -> str:
    """Return what an escape stands for."""
    if code in _SIMPLE:
        return _SIMPLE[code]
    if code[0] in "ux" and len(code) > 1:
        number = int(code[1:].strip("{}"), 16)
        # A lone surrogate can be written to no report.
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else ""
    return chr(int(code, 8) & 0xFF) if code[0] in "01234567" else code
