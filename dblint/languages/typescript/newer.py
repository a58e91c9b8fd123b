"""Words of newer TypeScript that say nothing about values, and that tree-sitter-typescript 0.23 cannot read.

`export type * from "./rows"` (TypeScript 5.0) and the variance of type parameters, `interface Box<in out T>` (4.7). They are
blanked before the file is parsed; no place moves.
"""

import re

_EXPORT_TYPES = re.compile(rb"^(\s*export\s+)(type)(?=\s*\*)", re.MULTILINE)
_PARAMETERS = re.compile(rb"\b(?:class|interface|type)\s+[\w$]+\s*<[^{};()]{0,600}")
_VARIANCE = re.compile(rb"(?<=[<,\s])(?:in|out)(?=\s+[A-Za-z_$])")


def without_newer_words(data: bytes) -> bytes:
    """The source with spaces in place of these words."""
    if b"type" in data and b"export" in data:
        data = _EXPORT_TYPES.sub(lambda found: found[1] + b" " * len(found[2]), data)
    if b"<out " in data or b"<in " in data or b" out " in data:
        data = _PARAMETERS.sub(lambda found: _VARIANCE.sub(lambda word: b" " * len(word[0]), found[0]), data)
    return data
