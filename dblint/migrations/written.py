"""Values written in Python source: texts with the lines they stand on, constants, arguments."""

import re
from bisect import bisect_right
from typing import NamedTuple

from dblint.model.schema import TableName
from dblint.model.syntax import Call, Choice, Expression, Items, Literal, Member, Name, Operation, Template, Text
from dblint.sql import HOLE

_WRAPPERS = frozenset(
    {"text", "f", "DDL", "literal_column", "quoted_name", "SQL", "QueryString", "dedent", "cleandoc", "str", "Identifier"}
)
_PERCENT = re.compile(r"%(?:\((\w+)\))?[sdr]|%%")
_BRACES = re.compile(r"\{(\w*)[^{}]*\}|\{\{|\}\}")


class Written(NamedTuple):
    """A text as far as it is known, with `HOLE` for the rest; `lines` are (offset, line) of every line begun in the source."""

    text: str
    lines: tuple[tuple[int, int], ...]

    def line(self, offset: int) -> int:
        """The source line on which the character at `offset` stands."""
        index = bisect_right(self.lines, offset, key=lambda pair: pair[0]) - 1
        return self.lines[max(index, 0)][1]


def _hole(line: int) -> Written:
    return Written(HOLE, ((0, line),))


def _joined(parts: list[Written]) -> Written:
    lines: list[tuple[int, int]] = []
    length = 0
    for part in parts:
        lines += ((offset + length, line) for offset, line in part.lines)
        length += len(part.text)
    return Written("".join(part.text for part in parts), tuple(lines))


def written(expression: Expression | None) -> Written | None:  # noqa: C901 -- one case for each kind of expression
    """The text that a closed expression stands for, None if it is no text; a part that is not known becomes a hole."""
    match expression:
        case Text():
            breaks = ((offset, expression.line + count) for count, offset in enumerate(expression.breaks, 1))
            return Written(expression.value, ((0, expression.line), *breaks))
        case Template():
            return _joined([_part(part) for part in expression.parts])
        case Operation(operator="+"):
            left, right = written(expression.left), written(expression.right)
            if left is None and right is None:
                return None
            return _joined([left or _hole(expression.line), right or _hole(expression.line)])
        case Operation(operator="%", left=left, right=right):
            values = right.values if isinstance(right, Items) else (right,)
            return _formatted(left, _PERCENT, values, {})
        case Choice():
            return next(filter(None, map(written, expression.options)), None)
        case Call(function=Member(value=inner, name="format")):
            return _formatted(inner, _BRACES, expression.arguments, dict(expression.keywords))
        case Call(function=Member(value=inner, name="strip" | "rstrip" | "lstrip" | "lower" | "upper")):
            return written(inner)
        case Call(function=Member(value=Text(value=separator), name="join"), arguments=(Items(values=values),)):
            parts = [part for value in values for part in (_part(value), Written(separator, ((0, value.line),)))]
            return _joined(parts[:-1])
        case Call(function=Member(value=inner, name="columns" | "bindparams" | "execution_options" | "as_string")):
            return written(inner)
        case Call(function=Name(name=name) | Member(name=name), arguments=(first, *_)) if name in _WRAPPERS:
            return written(first)
    return None


def _part(expression: Expression) -> Written:
    found = written(expression)
    if found is None and isinstance(expression, Literal) and isinstance(expression.value, int):
        return Written(str(expression.value), ((0, expression.line),))
    return found or _hole(expression.line)


def _formatted(
    template: Expression, pattern: re.Pattern[str], values: tuple[Expression, ...], named: dict[str, Expression]
) -> Written | None:
    """A `%` or `{}` template with what is known filled in."""
    base = written(template)
    if base is None:
        return None
    rest = list(values)
    parts: list[Written] = []
    position = 0
    for match in pattern.finditer(base.text):
        parts.append(_slice(base, position, match.start()))
        position = match.end()
        if match.group() in ("%%", "{{", "}}"):
            parts.append(Written(match.group()[0], ((0, base.line(match.start())),)))
            continue
        key = match[1] or ""
        if key.isdecimal():
            value = values[int(key)] if int(key) < len(values) else None
        elif key:
            value = named.get(key)
        else:
            value = rest.pop(0) if rest else None
        filled = _part(value).text if value is not None else HOLE
        parts.append(Written(filled, ((0, base.line(match.start())),)))
    parts.append(_slice(base, position, len(base.text)))
    return _joined(parts)


def _slice(base: Written, start: int, end: int) -> Written:
    inside = tuple((offset - start, line) for offset, line in base.lines if start < offset < end)
    return Written(base.text[start:end], ((0, base.line(start)), *inside))


def string(expression: Expression | None) -> str | None:
    """The text of a closed expression, `*` for each unknown part; None if it is no text."""
    found = written(expression)
    return re.sub(f"{HOLE}+", "*", found.text) if found is not None else None


def name_of(expression: Expression | None) -> str:
    """A name that a migration must have written somewhere: its text, `*` where nothing is known."""
    return string(expression) or "*"


def constant(expression: Expression | None) -> bool | int | float | str | None:
    """The value of a literal; None for `None` and for anything else."""
    if isinstance(expression, Literal):
        return expression.value
    return string(expression)


def is_none(expression: Expression | None) -> bool:
    """Whether the source writes `None`."""
    return isinstance(expression, Literal) and expression.value is None


def strings(expression: Expression | None) -> tuple[str, ...]:
    """The names in a literal list, or the one name that stands alone."""
    if isinstance(expression, Items):
        return tuple(name_of(value) for value in expression.values)
    single = string(expression)
    return (single,) if single is not None else ()


def argument(call: Call, position: int, *names: str) -> Expression | None:
    """The argument given under one of the names, else by its position (a negative position: by name only)."""
    for name, value in call.keywords:
        if name in names:
            return value
    return call.arguments[position] if 0 <= position < len(call.arguments) else None


def method(call: Call) -> str:
    """The last name of what is called."""
    return call.function.name if isinstance(call.function, Name | Member) else ""


def receiver(call: Call) -> Expression | None:
    """What a method is called on."""
    return call.function.value if isinstance(call.function, Member) else None


def table_name(name: str, schema: str | None = None) -> TableName:
    """A table that a framework names; frameworks quote what a database would fold."""
    return TableName(name, schema, quoted=name != name.lower())
