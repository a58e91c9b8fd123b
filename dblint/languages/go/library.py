"""What the functions of Go's standard library make of strings, in the words of the common syntax."""

from dblint.languages.go.strings import pieces
from dblint.model.syntax import Call, Expression, Items, Member, Name, Opaque, Operation, Template, Text

_SAME = frozenset({"TrimSpace", "TrimLeft", "TrimRight", "Trim", "TrimSuffix", "TrimPrefix", "Title"})
_CASE = {"ToLower": "lower", "ToUpper": "upper"}
BUILDERS = frozenset({"WriteString", "Fprintf", "Fprint", "Fprintln"})
"""Calls that add text to a `strings.Builder` or `bytes.Buffer`."""


def text(function: Member, arguments: tuple[Expression, ...]) -> Expression | None:
    """The text that a call makes; None for any other call.

    Source: https://pkg.go.dev/fmt, https://pkg.go.dev/strings, https://pkg.go.dev/bytes.
    """
    name, line = function.name, function.line
    if name == "String" and not arguments:
        return function.value  # of a builder or a buffer; of anything else it is no SQL
    package = function.value.name if isinstance(function.value, Name) else ""
    if package == "fmt":
        if name == "Sprintf" and arguments:
            return formatted(arguments, line)
        return _run_on(arguments, line) if name in {"Sprint", "Sprintln"} and arguments else None
    if package not in {"strings", "bytes"}:
        return None
    if name in _SAME and arguments:
        return arguments[0]
    if name in _CASE and arguments:
        return Call(Member(arguments[0], _CASE[name], line), (), (), line)
    if name == "Join" and len(arguments) == 2:
        return Call(Member(arguments[1], "join", line), arguments[:1], (), line)
    if name in {"Replace", "ReplaceAll"} and len(arguments) > 2:
        return Call(Member(arguments[0], "replace", line), arguments[1:3], (), line)
    if name == "NewReader" or name in {"NewBufferString", "NewBuffer"}:
        return arguments[0] if arguments else None
    return None


def added(function: Member, arguments: tuple[Expression, ...]) -> tuple[Expression, Expression] | None:
    """(builder, text) of a call that adds text to a builder; None for any other call."""
    name, line = function.name, function.line
    if name == "WriteString" and len(arguments) == 1:
        return function.value, arguments[0]
    if isinstance(function.value, Name) and function.value.name == "fmt" and len(arguments) > 1:
        if name == "Fprintf":
            return arguments[0], formatted(arguments[1:], line)
        if name in {"Fprint", "Fprintln"}:
            return arguments[0], _run_on(arguments[1:], line)
    return None


def formatted(arguments: tuple[Expression, ...], line: int) -> Expression:
    """What a format gives for its arguments: a template where the format is written down."""
    template, *values = arguments
    if not isinstance(template, Text):
        return Operation("%", template, Items(tuple(values), line), line)
    parts: list[Expression] = []
    for offset, written, number in pieces(template.value):
        before = [start for start in template.breaks if start <= offset]
        at = template.line + len(before)
        if number is None:
            breaks = tuple(start - offset for start in template.breaks if offset < start <= offset + len(written))
            parts.append(Text(written, at, breaks))
        else:
            parts.append(values[number] if number < len(values) else Opaque(at))
    return parts[0] if len(parts) == 1 and isinstance(parts[0], Text) else Template(tuple(parts), template.line)


def _run_on(arguments: tuple[Expression, ...], line: int) -> Expression:
    return arguments[0] if len(arguments) == 1 else Template(arguments, line)
