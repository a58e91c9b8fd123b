"""Ruby's string literals, decoded, with the places where their source goes to a new line."""

import re

# https://docs.ruby-lang.org/en/master/syntax/literals_rdoc.html
_ESCAPE = re.compile(r"\\(\n|u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_SIMPLE = {"\n": "", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "s": " ", "t": "\t", "v": "\v"}


def decoded(raw: str, *, escapes: bool) -> tuple[str, tuple[int, ...]]:
    """Return the value of a literal's source text and the offsets in it at which a new source line begins.

    Without `escapes` only the backslash and the quote can be escaped, as in single quotes.
    """
    if "\\" not in raw:
        return raw, tuple(_line_starts(raw, 0))
    pieces: list[str] = []
    breaks: list[int] = []
    length = position = 0
    for escape in _ESCAPE.finditer(raw):
        plain = raw[position : escape.start()]
        breaks += _line_starts(plain, length)
        value = _value(escape.group(1)) if escapes else _raw(escape.group(1))
        length += len(plain) + len(value)
        if "\n" in escape.group():
            breaks.append(length)
        pieces += (plain, value)
        position = escape.end()
    plain = raw[position:]
    breaks += _line_starts(plain, length)
    return "".join((*pieces, plain)), tuple(breaks)


def _line_starts(text: str, base: int) -> list[int]:
    return [base + match.end() for match in re.finditer("\n", text)] if "\n" in text else []


def _raw(code: str) -> str:
    return code if code in "\\'" else "\\" + code


def _value(code: str) -> str:
    """Return what an escape stands for; any other character stands for itself."""
    if code in _SIMPLE:
        return _SIMPLE[code]
    if code[0] in "ux" and len(code) > 1:
        number = int(code[1:].strip("{}"), 16)
        # A lone surrogate can be written to no report.
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else ""
    return chr(int(code, 8)) if code[0] in "01234567" else code
