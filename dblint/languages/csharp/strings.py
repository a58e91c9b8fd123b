"""C# string literals, decoded, with the places where their source goes to a new line."""

import re

# https://learn.microsoft.com/dotnet/csharp/language-reference/language-specification/lexical-structure#6456-string-literals
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{1,4}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\\'\"0abefnrtv])")
_SIMPLE = {"0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}

QUOTE = "\x02\x02"
"""Stands for the doubled quote of a verbatim string where the grammar cannot read it; as long, and in no source."""


def regular(raw: str) -> str:
    """The value of the text between the quotes of a string that knows escapes."""
    return _ESCAPE.sub(_value, raw) if "\\" in raw else raw


def verbatim(raw: str) -> str:
    """The value of the text between the quotes of `@"…"`, where a doubled quote is a quote."""
    return raw.replace('""', '"').replace(QUOTE, '"')


def unbraced(raw: str) -> str:
    """The text of an interpolated string between two holes, where a doubled brace is a brace."""
    return raw.replace("{{", "{").replace("}}", "}")


def breaks(value: str) -> tuple[int, ...]:
    """The offsets at which a new line begins in a string without escapes, where each is a new line of the source."""
    return tuple(match.end() for match in re.finditer("\n", value)) if "\n" in value else ()


def indentation(raw: str) -> str:
    """The space before the closing quotes of a raw string, which every one of its lines begins with."""
    last = raw.rpartition("\n")[2]
    return last if "\n" in raw and not last.strip() else ""


def dedented(raw: str, indent: str, *, first: bool, last: bool) -> tuple[str, int]:
    """A part of a raw string without indentation, and how many of its source lines were left out at its beginning.

    `first` and `last` say whether the opening and the closing quotes stand at its ends; the line ends beside them do not count.
    """
    skipped = 0
    if first and (opening := re.match(r"[ \t]*\n", raw)):
        raw, skipped = raw[opening.end() :], 1
        raw = raw.removeprefix(indent)
    if last and (closing := re.search(r"\n[ \t]*\Z", raw)):
        raw = raw[: closing.start()]
    elif last and skipped and not raw.strip():
        raw = ""
    return (raw.replace(f"\n{indent}", "\n") if indent else raw), skipped


def _value(escape: re.Match[str]) -> str:
    code = escape.group(1)
    if code in _SIMPLE:
        return _SIMPLE[code]
    if code[0] in "xuU" and len(code) > 1:
        number = int(code[1:], 16)
        # A lone surrogate is legal in C#, but can be written to no report.
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else escape.group()
    return code
