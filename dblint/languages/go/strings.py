"""Go string literals, decoded, and the formats of package fmt."""

import re
from collections.abc import Iterator

# https://go.dev/ref/spec#Rune_literals
_ESCAPE = re.compile(r"\\([0-7]{3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\\'\"abfnrtv])")
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_VERB = re.compile(r"%(?:%|[-+# 0]*(?:\d+|\*)?(?:\.\d+)?(?:\[(\d+)\])?[a-zA-Z])")


def decoded(written: str) -> str:
    """The value of an interpreted string literal, without its quotes."""
    return _ESCAPE.sub(_value, written) if "\\" in written else written


def _value(escape: re.Match[str]) -> str:
    code = escape.group(1)
    if code in _SIMPLE:
        return _SIMPLE[code]
    if code[0] in "01234567":
        return chr(int(code, 8))
    if code[0] in "xuU":
        number = int(code[1:], 16)
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else escape.group()
    return code


def line_starts(text: str) -> tuple[int, ...]:
    """The offsets at which a new line begins in a raw string."""
    return tuple(position + 1 for position, character in enumerate(text) if character == "\n") if "\n" in text else ()


def pieces(template: str) -> Iterator[tuple[int, str, int | None]]:
    """The parts of a format of package `fmt`, as (offset, text, None), or (offset, "", number of the argument) for a verb."""
    position = number = 0
    for verb in _VERB.finditer(template):
        if verb.start() > position:
            yield position, template[position : verb.start()], None
        position = verb.end()
        if verb.group() == "%%":
            yield verb.start(), "%", None
            continue
        number = int(verb.group(1)) if verb.group(1) else number + 1
        yield verb.start(), "", number - 1
    if position < len(template):
        yield position, template[position:], None
