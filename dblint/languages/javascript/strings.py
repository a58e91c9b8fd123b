"""JavaScript string literals, decoded, with the places where their source goes to a new line."""

import re

# ECMA-262, "String Literals": any other escaped character stands for itself.
_ESCAPE = re.compile(r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\s\S])")
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_LARGEST = 0x10FFFF


def decoded(raw: str) -> tuple[str, tuple[int, ...]]:
    """The value of the text between two quotes, and the offsets in it at which a new source line begins."""
    if "\\" not in raw:
        return raw, tuple(_line_starts(raw, 0))
    pieces: list[str] = []
    breaks: list[int] = []
    length = position = 0
    for escape in _ESCAPE.finditer(raw):
        plain = raw[position : escape.start()]
        breaks += _line_starts(plain, length)
        value = _value(escape.group(1))
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


def _value(code: str) -> str:
    """What an escape stands for; an impossible one stands for itself."""
    if code in _SIMPLE:
        return _SIMPLE[code]
    if len(code) > 1:
        number = int(code[1:].strip("{}"), 16)
        # A lone surrogate is legal in JavaScript, but can be written to no report.
        return chr(number) if number <= _LARGEST and not 0xD800 <= number <= 0xDFFF else f"\\{code}"
    return code
