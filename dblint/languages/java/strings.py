"""Java string literals and text blocks, decoded, with the places where their source goes to a new line."""

import re

# https://docs.oracle.com/javase/specs/jls/se21/html/jls-3.html#jls-3.10.7
_ESCAPE = re.compile(r"\\(\n|[0-3]?[0-7]{1,2}|u+[0-9a-fA-F]{4}|[\\'\"bfnrst])")
_SIMPLE = {"\n": "", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "s": " ", "t": "\t"}


def decoded(raw: str) -> str:
    """The value of the text between two quotes."""
    return _ESCAPE.sub(lambda escape: _value(escape.group(1), escape.group()), raw) if "\\" in raw else raw


def block(raw: str) -> tuple[str, tuple[int, ...]]:
    """The value of the text between the quotes of a text block, and the offsets in it at which a new source line begins.

    The space that all lines have in common is no part of the value (JLS 3.10.6), and neither is that at their ends.
    """
    lines = raw.split("\n")[1:]  # nothing but space stands behind the opening quotes
    counted = [line for line in lines[:-1] if line.strip()] + lines[-1:]
    indent = min((len(line) - len(line.lstrip()) for line in counted), default=0)
    value, breaks = "", []
    for number, line in enumerate(lines):
        last = number == len(lines) - 1
        text = line[indent:] if last and line.strip() else line[indent:].rstrip()
        joined = len(text) - len(text.rstrip("\\"))
        value += decoded(text[:-1]) if joined % 2 else decoded(text) + ("" if last else "\n")
        breaks += [] if last else [len(value)]
    return value, tuple(breaks)


def _value(code: str, written: str) -> str:
    """What an escape stands for; a lone surrogate, which no report can hold, stands for itself."""
    if code in _SIMPLE:
        return _SIMPLE[code]
    if code[0] == "u":
        number = int(code.lstrip("u"), 16)
        return written if 0xD800 <= number <= 0xDFFF else chr(number)
    return chr(int(code, 8)) if code[0].isdigit() else code
