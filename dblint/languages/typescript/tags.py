"""Type arguments of tagged templates, which tree-sitter-typescript 0.23 silently takes for comparisons.

``prisma.$queryRaw<Row>`SELECT …` `` comes out as `prisma.$queryRaw < Row > …` without a parse error (its issues 329, 341), so
the arguments are blanked before the file is parsed. No place moves.
"""

import re

_TAG = re.compile(rb"(?<=>)`")
_WORD = re.compile(rb"[\w$)\]]")
_FIRST = re.compile(rb"[A-Za-z_${\[(\"']")
_LONGEST = 2_000
_CLOSING = {ord(">"): ord("<"), ord(")"): ord("("), ord("]"): ord("["), ord("}"): ord("{")}
_OPENING = frozenset(_CLOSING.values())


def without_type_arguments(data: bytes) -> bytes:
    """The source with spaces in place of the type arguments of tagged templates."""
    found = [span for tag in _TAG.finditer(data) if (span := _span(data, tag.start()))]
    if not found:
        return data
    blanked = bytearray(data)
    for start, end in found:
        blanked[start:end] = bytes(10 if byte == 10 else 32 for byte in data[start:end])
    return bytes(blanked)


def _span(data: bytes, end: int) -> tuple[int, int] | None:
    """Where the type arguments stand that end before a tag's backtick; None if it ends something else, such as text."""
    waiting: list[int] = []
    position = end - 1
    while position >= max(0, end - _LONGEST):
        byte = data[position]
        if byte == ord(">") and data[position - 1 : position] == b"=":
            position -= 1  # the arrow of a function's type
        elif byte in _CLOSING:
            waiting.append(_CLOSING[byte])
        elif byte in _OPENING:
            if not waiting or waiting.pop() != byte:
                return None
            if not waiting:
                return (position, end) if _is_argument(data, position) else None
        elif byte == ord("`"):
            return None
        position -= 1
    return None


def _is_argument(data: bytes, start: int) -> bool:
    """Whether a `<` stands as that of type arguments: between a name and a type, without spaces."""
    before, after = data[start - 1 : start], data[start + 1 : start + 2]
    return bool(_WORD.match(before)) and bool(_FIRST.match(after.strip() or data[start + 1 : start + 40].lstrip()[:1]))
