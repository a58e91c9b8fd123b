"""Scala's strings: plain ones, those of three quotes, and interpolated ones with their `$names` and `${expressions}`."""

import re

from tree_sitter import Node

from dblint.languages.reader import Reader, line_of, meaningful
from dblint.model.syntax import PARAMETER, Call, Expression, Name, Opaque, Operation, Template, Text

# https://docs.scala-lang.org/scala3/reference/syntax.html, "EscapeSeq"
_ESCAPE = re.compile(r"\\(u+[0-9a-fA-F]{4}|[btnfrs'\"\\])")
_SIMPLE = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "s": " "}
_PLAIN = frozenset({"s", "f", "raw"})
_MARGIN = re.compile(r"(\A|\n)[ \t]*\|")
_LATER_MARGIN = re.compile(r"(\n)[ \t]*\|")


def string(reader: Reader, node: Node, _: int) -> Expression:
    """Return a string without holes."""
    written = reader.text(node)
    raw = written.startswith('"""')
    value = written[3:-3] if raw else _ESCAPE.sub(_value, written[1:-1])
    return _text(reader, value, line_of(node), breaks=raw)


def character(reader: Reader, node: Node, _: int) -> Expression:
    """Return a character, as the text that it makes in a concatenation."""
    return Text(_ESCAPE.sub(_value, reader.text(node)[1:-1]), line_of(node))


def interpolated(reader: Reader, node: Node, depth: int) -> Expression:
    """Return an interpolated string: a text or a template; one of a library (`sql"…"`) is a call of its interpolator."""
    tag = node.child_by_field_name("interpolator")
    name = reader.text(tag) if tag is not None else "s"
    held = next((child for child in node.named_children if child.type == "interpolated_string"), None)
    text = _pieces(reader, held, depth, name) if held is not None else Opaque(line_of(node))
    if name in _PLAIN or tag is None:
        return text
    if name in reader.calls:
        reader.found = True
    return Call(Name(name, line_of(tag)), (_spaced(text) if name == "fr" else text,), (), line_of(tag))


def _spaced(text: Expression) -> Expression:
    """Return a fragment of doobie's with the space that it ends with, so that others can follow.

    Source: https://typelevel.org/doobie/docs/08-Fragments.html
    """
    match text:
        case Text(value=value, line=line, breaks=breaks):
            return Text(f"{value} ", line, breaks)
        case Template(parts=parts, line=line):
            return Template((*parts, Text(" ", line)), line)
    return text


def _pieces(reader: Reader, node: Node, depth: int, tag: str) -> Expression:
    quote = 3 if reader.data[node.start_byte : node.start_byte + 3] == b'"""' else 1
    parts: list[Expression] = []
    start, line = node.start_byte + quote, line_of(node)
    holes = [child for child in node.named_children if child.type == "interpolation"]
    for hole in [*holes, None]:
        end = hole.start_byte if hole is not None else max(node.end_byte - quote, start)
        written = reader.data[start:end].decode().replace("$$", "$")
        spliced = hole is not None and written.endswith("#")  # `#$table` puts text in, where `$id` is a parameter
        written = written[:-1] if spliced else written
        if written:
            value = _ESCAPE.sub(_value, written) if tag in {"s", "f"} and quote == 1 else written
            parts.append(_text(reader, value, line, breaks=quote == 3))
        if hole is not None:
            inner = meaningful(hole)
            read = reader.read(inner[-1], depth) if inner else Opaque(line_of(hole))
            parts.append(read if spliced or tag in _PLAIN else Call(Name(PARAMETER, line_of(hole)), (read,), (), line_of(hole)))
            start, line = hole.end_byte, hole.end_point[0] + 1
    if not parts:
        return Text("", line_of(node))
    return parts[0] if len(parts) == 1 and isinstance(parts[0], Text) else Template(tuple(parts), line_of(node))


def _text(reader: Reader, value: str, line: int, *, breaks: bool) -> Text:
    return reader.literal(value, line, tuple(found.end() for found in re.finditer("\n", value)) if breaks else ())


def _value(escape: re.Match[str]) -> str:
    code = escape.group(1)
    if code[0] == "u":
        number = int(code.lstrip("u"), 16)
        return escape.group() if 0xD800 <= number <= 0xDFFF else chr(number)
    return _SIMPLE.get(code, code)


def without_margin(expression: Expression) -> Expression:
    """Return what `stripMargin` makes of a text: every line without the space and the bar it begins with."""
    match expression:
        case Text():
            return _stripped(expression, _MARGIN)
        case Template(parts=parts, line=line):
            stripped = [_stripped(part, _LATER_MARGIN if at else _MARGIN) for at, part in enumerate(parts)]
            return Template(tuple(stripped), line)
        case Call(function=function, arguments=(text,), keywords=keywords, line=line):
            return Call(function, (without_margin(text),), keywords, line)
    return expression


def _stripped(part: Expression, margin: re.Pattern[str]) -> Expression:
    if not isinstance(part, Text):
        return part
    value = margin.sub(r"\1", part.value)
    return Text(value, part.line, tuple(found.end() for found in re.finditer("\n", value)))


def joined(left: Expression, right: Expression, line: int) -> Expression | None:
    """Return two fragments of SQL as one (`fr"select …" ++ where`), None where the first is none."""
    match left:
        case Call(function=Name() as tag, arguments=(Text() | Template() | Operation() as text,), keywords=()):
            match right:
                case Call(function=Name(), arguments=(Text() | Template() | Operation() as more,), keywords=()):
                    return Call(tag, (Operation("+", text, more, line),), (), tag.line)
            return Call(tag, (Operation("+", text, right, line),), (), tag.line)
    return None
