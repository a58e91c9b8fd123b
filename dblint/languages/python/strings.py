"""Python string literals, decoded, with the places where their source goes to a new line."""

import re
import unicodedata

# https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences
_ESCAPE = re.compile(r"\\(\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[\\'\"abfnrtv])")
_OPENING = re.compile(r"([A-Za-z]*)(\"\"\"|\'\'\'|[\"\'])")
_SIMPLE = {"\n": "", "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def opened(written: str) -> tuple[str, str]:
    """The prefix (in lower case) and the quote of a literal as it stands in the source."""
    opening = _OPENING.match(written)
    return (opening.group(1).lower(), opening.group(2)) if opening else ("", "")


def decoded(raw: str, *, escapes: bool, braces: bool) -> tuple[str, tuple[int, ...]]:
    """The value of the text between two quotes, and the offsets in it at which a new source line begins.

    `escapes` is false in raw strings; `braces` says that `{{` stands for `{`, as in f-strings.
    """
    if braces:
        raw = raw.replace("{{", "{").replace("}}", "}")
    if not escapes or "\\" not in raw:
        return raw, tuple(_line_starts(raw, 0))
    pieces: list[str] = []
    breaks: list[int] = []
    length = position = 0
    for escape in _ESCAPE.finditer(raw):
        plain = raw[position : escape.start()]
        breaks += _line_starts(plain, length)
        value = _value(escape.group(1), escape.group())
        length += len(plain) + len(value)
        if escape.group(1) == "\n":
            breaks.append(length)
        pieces += (plain, value)
        position = escape.end()
    plain = raw[position:]
    breaks += _line_starts(plain, length)
    return "".join((*pieces, plain)), tuple(breaks)


def _line_starts(text: str, base: int) -> list[int]:
    if "\n" not in text:
        return []
    return [base + match.end() for match in re.finditer("\n", text)]


def _value(code: str, written: str) -> str:
    """What an escape stands for; an impossible one stands for itself."""
    if code in _SIMPLE:
        return _SIMPLE[code]
    if code[0] in "01234567":
        return chr(int(code, 8))
    if code[0] in "xuU" and len(code) > 1:
        number = int(code[1:], 16)
        # A lone surrogate is legal in Python, but can be written to no report.
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else written
    if code[0] == "N":
        try:
            return unicodedata.lookup(code[2:-1])
        except KeyError:
            return written
    return code
