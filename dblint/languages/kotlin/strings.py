"""Kotlin string literals, with their `$names` and `${expressions}`."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from dblint.languages.reader import Reader, field, line_of, meaningful
from dblint.languages.vocabulary import looks_like_sql
from dblint.model.syntax import Expression, Name, Opaque, Template, Text

# https://kotlinlang.org/docs/strings.html
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|[tbnr'\"\\$])")
_SIMPLE = {"t": "\t", "b": "\b", "n": "\n", "r": "\r"}
# The grammar takes `$name` for text.
_NAMED = re.compile(r"\$(`[^`]+`|[^\W\d]\w*)")
_NAMED_ESCAPING = re.compile(r"(?<!\\)\$(`[^`]+`|[^\W\d]\w*)")


def string(reader: Reader, node: Node, depth: int) -> Expression:
    """A string: a text, or a template if it has holes."""
    raw = node.type == "multiline_string_literal"
    quote = 3 if raw else 1
    parts: list[Expression] = []
    start, line = node.start_byte + quote, line_of(node)
    for child in [*(each for each in node.children if each.type == "interpolation"), None]:
        end = child.start_byte if child is not None else max(node.end_byte - quote, start)
        parts += _pieces(reader, reader.data[start:end].decode(), line, escapes=not raw)
        if child is not None:
            inner = meaningful(child)
            parts.append(reader.read(inner[0], depth) if inner else Opaque(line_of(child)))
            start, line = child.end_byte, child.end_point[0] + 1
    if not parts:
        return Text("", line_of(node))
    return parts[0] if len(parts) == 1 and isinstance(parts[0], Text) else Template(tuple(parts), line_of(node))


def _pieces(reader: Reader, written: str, line: int, *, escapes: bool) -> Iterator[Expression]:
    """The texts of a stretch without expressions, and the names between them."""
    position = 0
    for found in (_NAMED_ESCAPING if escapes else _NAMED).finditer(written):
        at = line + written.count("\n", 0, found.start())
        yield from _text(reader, written[position : found.start()], line + written.count("\n", 0, position), escapes=escapes)
        yield Name(found.group(1).strip("`"), at)
        position = found.end()
    yield from _text(reader, written[position:], line + written.count("\n", 0, position), escapes=escapes)


def _text(reader: Reader, written: str, line: int, *, escapes: bool) -> Iterator[Text]:
    if not written:
        return
    value = _ESCAPE.sub(_value, written) if escapes and "\\" in written else written
    if not reader.found and looks_like_sql(value):
        reader.found = True
    breaks = () if escapes else tuple(found.end() for found in re.finditer("\n", value))
    yield Text(value, line, breaks)


def _value(escape: re.Match[str]) -> str:
    code = escape.group(1)
    if code[0] == "u":
        number = int(code[1:], 16)
        return escape.group() if 0xD800 <= number <= 0xDFFF else chr(number)
    return _SIMPLE.get(code, code)


def character(reader: Reader, node: Node, depth: int) -> Expression:
    """A character, as the text that it makes in a concatenation."""
    _ = depth
    return Text(_ESCAPE.sub(_value, reader.text(node)[1:-1]), line_of(field(node, "value")))
