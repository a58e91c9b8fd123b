"""String literals of every form as texts and templates."""

from tree_sitter import Node

from dblint.languages.csharp import strings
from dblint.languages.reader import Convert, Reader, line_of, meaningful
from dblint.model.syntax import Expression, Opaque, Template, Text


def _text(reader: Reader, value: str, line: int, *, lines: bool) -> Text:
    return reader.literal(value, line, strings.breaks(value) if lines else ())


def _string(reader: Reader, node: Node, _: int) -> Expression:
    written = reader.text(node)
    if written.endswith("u8"):
        return Opaque(line_of(node))  # bytes
    return _text(reader, strings.regular(written[1:-1]), line_of(node), lines=False)


def _character(reader: Reader, node: Node, _: int) -> Expression:
    return Text(strings.regular(reader.text(node)[1:-1]), line_of(node))


def _verbatim(reader: Reader, node: Node, _: int) -> Expression:
    written = reader.text(node)
    return _text(reader, strings.verbatim(written[written.find('"') + 1 : -1]), line_of(node), lines=True)


def _raw(reader: Reader, node: Node, _: int) -> Expression:
    written = reader.text(node)
    quotes = len(written) - len(written.lstrip('"'))
    raw = written[quotes : len(written) - quotes]
    value, skipped = strings.dedented(raw, strings.indentation(raw), first=True, last=True)
    return _text(reader, value, line_of(node) + skipped, lines=True)


def _interpolated(reader: Reader, node: Node, depth: int) -> Expression:
    """An interpolated string, regular, verbatim or raw; a text if it has no holes."""
    opening = [child for child in node.children if child.type in {"interpolation_start", "interpolation_quote"}]
    written = reader.text(node)
    mark = written[: len(written) - len(written.lstrip("$@"))]
    is_raw = "@" not in mark and any(
        child.type == "interpolation_quote" and child.end_byte - child.start_byte > 2 for child in opening
    )
    start = node.start_byte + len(mark) + 1
    end = node.end_byte - 1
    if is_raw:
        quotes = len(written[len(mark) :]) - len(written[len(mark) :].lstrip('"'))
        start, end = node.start_byte + len(mark) + quotes, node.end_byte - quotes
    holes = [child for child in node.children if child.type == "interpolation"]
    whole = reader.data[start:end].decode("utf-8", "replace")
    indent = strings.indentation(whole) if is_raw else ""
    parts: list[Expression] = []
    line = line_of(node)
    for number, hole in enumerate([*holes, None]):
        stop = hole.start_byte if hole else end
        raw = reader.data[start:stop].decode("utf-8", "replace")
        first, last = number == 0, hole is None
        if is_raw:
            value, skipped = strings.dedented(raw, indent, first=first, last=last)
        else:
            value, skipped = strings.unbraced(strings.verbatim(raw) if "@" in mark else strings.regular(raw)), 0
        if value:
            parts.append(_text(reader, value, line + skipped, lines=is_raw or "@" in mark))
        if hole:
            parts.append(_hole(reader, hole, depth))
            start, line = hole.end_byte, hole.end_point[0] + 1
    if len(parts) > 1 or (parts and not isinstance(parts[0], Text)):
        return Template(tuple(parts), line_of(node))
    return parts[0] if parts else Text("", line_of(node))


def _hole(reader: Reader, node: Node, depth: int) -> Expression:
    held = [child for child in meaningful(node) if child.type != "interpolation_brace"]
    return reader.read(held[0], depth) if held else Opaque(line_of(node))


KINDS: dict[str, Convert] = {
    "string_literal": _string,
    "character_literal": _character,
    "verbatim_string_literal": _verbatim,
    "raw_string_literal": _raw,
    "interpolated_string_expression": _interpolated,
}
