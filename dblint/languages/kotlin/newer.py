"""Syntax that is newer than the grammar, and one that it takes for another, rewritten so that no place moves.

Sources: https://kotlinlang.org/docs/whatsnew22.html (guards, multi-dollar interpolation), whatsnew23.html (explicit backing
fields), https://kotlinlang.org/docs/context-parameters.html; a call of `get` after a property is no getter.
"""

import re

# `is Paid if late ->`: the guard says nothing that we need.
_GUARD = re.compile(rb"^([ \t]*(?:is[ \t]+)?[\w.]+(?:<[^>\n]*>)?)([ \t]+if\b[^\n{]*?)(?=[ \t]*->)", re.MULTILINE)
_DOLLARS = re.compile(rb'\$\$+(?=")')
_CONTEXT = re.compile(rb"^[ \t]*context\([^()\n]*:[^()\n]*\)(?=[ \t]*$)", re.MULTILINE)
_FIELD = re.compile(rb"^([ \t]+)field =", re.MULTILINE)
# `List<@Serializable(with = X::class) UUID>`
_ANNOTATED = re.compile(rb"(?<=<)\s*@[\w.]+(?:\([^()\n]*\))?(?=\s)")
# `val db by inject()` or `val logger = …`, and on a line of its own `get("/orders") { … }`
_CALL = re.compile(
    rb"^([ \t]*(?:\w+[ \t]+)?va[lr][ \t][^\n]*[^\s{(,=]\n(?:[ \t]*\n)*[ \t]*)[ \t](?=get[ \t]*(?:\([ \t]*[^)\s]|\{|<))",
    re.MULTILINE,
)
# `@JsonCreator(mode = DELEGATING)` on a line of its own, before a primary constructor
_BEFORE = re.compile(
    rb"^[ \t]*@[\w.]+(?:\([^()\n]*\))?(?=[ \t]*\n[ \t]*(?:(?:internal|private|protected)[ \t]+)?constructor\()", re.MULTILINE
)
# `object Orders : Table("orders") { val id = integer("id") }`: a property needs an end that the brace is none of
_LAST = re.compile(rb"(\{[^{}\n]*\bva[lr][ \t][^{}\n]*?)[ \t](?=\})")
# `List<\n    UUID,\n>`
_TRAILING = re.compile(rb",(?=\s*\n\s*>)")


def readable(data: bytes) -> bytes:
    """The source as the grammar reads it."""
    if b" if " in data:
        data = _GUARD.sub(lambda found: found[1] + b" " * len(found[2]), data)
    if b'$$"' in data:
        data = _DOLLARS.sub(lambda found: b" " * len(found[0]), data)
    if b"context(" in data:
        data = _CONTEXT.sub(lambda found: b" " * len(found[0]), data)
    if b"field =" in data:
        data = _FIELD.sub(rb"\1get() =", data)
    if b"constructor(" in data:
        data = _BEFORE.sub(_blank, data)
    if b"@" in data:
        data = _ANNOTATED.sub(_blank, data)
    if b"List<\n" in data or b"Set<\n" in data or b"Map<\n" in data:
        data = _TRAILING.sub(b" ", data)
    if b" }" in data:
        data = _LAST.sub(rb"\1;", data)
    if b"get" in data:
        data = _CALL.sub(rb"\1;", data)
    return data


def _blank(found: re.Match[bytes]) -> bytes:
    return re.sub(rb"[^\n]", b" ", found[0])
