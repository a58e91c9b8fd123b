"""Attributes of JSX that are called like words of the language, which tree-sitter's grammars cannot read.

`<i class="x">` and `<label for="y">` are valid, and React only warns of them: a page copied from HTML is full of them. Their
names are written in another way before the file is parsed; no place moves. Seen with tree-sitter-javascript 0.25 and
tree-sitter-typescript 0.23.
"""

import re

_VALUE = rb"(?:\"[^\"]*+\"|'[^']*+'|\{[^{}]*+\})"
_TAG = re.compile(rb"<[A-Za-z][\w.-]*+(?:\s++[\w:-]++(?:=" + _VALUE + rb")?)*+")
_NAME = re.compile(rb"(?<=\s)(?:class|for)(?==[\"'{])")


def without_words(data: bytes) -> bytes:
    """The source with other names in place of these attributes."""
    if b" class=" not in data and b" for=" not in data:
        return data
    return _TAG.sub(lambda tag: _NAME.sub(lambda name: name[0].upper(), tag[0]), data)
