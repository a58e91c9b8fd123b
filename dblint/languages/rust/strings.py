"""Rust string literals, decoded, and the formats of `format!`."""

import re
from collections.abc import Iterator

# https://doc.rust-lang.org/reference/tokens.html#string-literals
_ESCAPE = re.compile(r"\\(\n\s*|x[0-7][0-9a-fA-F]|u\{[0-9a-fA-F_]{1,8}\}|[nrt\\0'\"])")
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "0": "\0", "'": "'", '"': '"'}
_HOLE = re.compile(r"\{\{|\}\}|\{\s*(\w*)\s*(?::[^{}]*)?\}")


def decoded(raw: str, *, escapes: bool) -> tuple[str, tuple[int, ...]]:
    """The value of the text between two quotes, and the offsets in it at which a new source line begins."""
    pieces: list[str] = []
    breaks: list[int] = []
    length = position = 0
    for escape in _ESCAPE.finditer(raw) if escapes else ():
        plain = raw[position : escape.start()]
        breaks += _starts(plain, length)
        value = _value(escape.group(1))
        length += len(plain) + len(value)
        breaks += [length] * escape.group(1).count("\n")
        pieces += (plain, value)
        position = escape.end()
    plain = raw[position:]
    breaks += _starts(plain, length)
    return "".join((*pieces, plain)), tuple(breaks)


def _starts(text: str, base: int) -> list[int]:
    return [base + found.end() for found in re.finditer("\n", text)]


def _value(code: str) -> str:
    if code in _SIMPLE:
        return _SIMPLE[code]
    if code[0] == "x":
        return chr(int(code[1:], 16))
    if code[0] == "u":
        number = int(code[2:-1].replace("_", ""), 16)
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else ""
    return ""  # a line that goes on


def pieces(template: str) -> Iterator[tuple[int, str, str | None]]:
    """The parts of a format, as (offset, text, None), or (offset, "", name or number of the argument) for a hole."""
    position, number = 0, 0
    for hole in _HOLE.finditer(template):
        if hole.start() > position:
            yield position, template[position : hole.start()], None
        position = hole.end()
        if hole.group() in {"{{", "}}"}:
            yield hole.start(), hole.group()[0], None
            continue
        name = hole.group(1)
        if not name:
            name, number = str(number), number + 1
        yield hole.start(), "", name
    if position < len(template):
        yield position, template[position:], None
