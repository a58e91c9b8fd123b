"""What elements of JSX may hold and tree-sitter's grammars cannot read, rewritten before a file is parsed; no place moves.

`<i class="x">` and `<label for="y">` are called like words of the language; React only warns of them, and a page copied from
HTML is full of them. `<b>Terms & conditions</b>` has an ampersand that begins no entity. Seen with tree-sitter-javascript 0.25
and tree-sitter-typescript 0.23, which lose the whole function around such an element.
"""

import re

_VALUE = rb"(?:\"[^\"]*+\"|'[^']*+'|\{[^{}]*+\})"
_TAG = re.compile(rb"<[A-Za-z][\w.-]*+(?:\s++[\w:-]++(?:=" + _VALUE + rb")?)*+")
_NAME = re.compile(rb"(?<=\s)(?:class|for)(?==[\"'{])")
# Up to a closing tag, which no expression holds: there an ampersand is an operator.
_TEXT = re.compile(rb"(?<=[>}])[^<>{}&]*+&[^<>{}]*+(?=</)")
_AMPERSAND = re.compile(rb"&(?!#?\w{1,31};)")


def readable(data: bytes) -> bytes:
    """The source with other names in place of these attributes, and another sign in place of these ampersands."""
    if b" class=" in data or b" for=" in data:
        data = _TAG.sub(lambda tag: _NAME.sub(lambda name: name[0].upper(), tag[0]), data)
    if b"&" in data and b"</" in data:
        data = _TEXT.sub(lambda text: _AMPERSAND.sub(b"+", text[0]), data)
    return data
