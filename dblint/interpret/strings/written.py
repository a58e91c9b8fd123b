"""Text that code writes piece by piece, with the source line of every piece."""

import re
from collections.abc import Callable, Iterable, Iterator

import msgspec
from msgspec.structs import replace

from dblint.model.syntax import Text
from dblint.sql import HOLE


class Written(msgspec.Struct, frozen=True):
    """Text that code builds; `marks` are (offset, path, line) by offset, `sure` is false past a default or a guess.

    `givers` are the (path, scope) of other code that has to run for it to become this text: callers that pass a part of it.
    """

    text: str
    marks: tuple[tuple[int, str, int], ...] = ()
    sure: bool = True
    givers: tuple[tuple[str, str], ...] = ()

    def place(self, offset: int) -> tuple[str, int] | None:
        """Return (path, line) of the part that holds an offset."""
        found = None
        for start, path, line in self.marks:
            if start > offset:
                break
            found = (path, line)
        return found

    def __add__(self, other: "Written") -> "Written":
        shift = len(self.text)
        moved = tuple((start + shift, path, line) for start, path, line in other.marks)
        givers = self.givers if self.givers == other.givers else tuple(dict.fromkeys((*self.givers, *other.givers)))
        return Written(self.text + other.text, self.marks + moved, self.sure and other.sure, givers)

    def format(self, change: Callable[[str], str]) -> "Written":
        """Return the text changed in place (same length expected) with its marks."""
        return replace(self, text=change(self.text))

    def given(self, path: str, scope: str) -> "Written":
        """Return the text as code in another scope gives it."""
        return replace(self, givers=tuple(dict.fromkeys((*self.givers, (path, scope)))))

    def unsure(self) -> "Written":
        """Return the text as one that it may be."""
        return replace(self, sure=False)


GAP = Written(HOLE)
_QUOTED = re.compile(r"'(?:[^']|'')*'")


def given_by(variants: Iterable[Written], giver: tuple[str, str] | None) -> Iterator[Written]:
    """Yield texts with the code that gives them, where that is not the code which they stand in."""
    return (each.given(*giver) if giver is not None and each is not GAP else each for each in variants)


def naming(written: Written, path: str) -> tuple[tuple[str, str], ...]:
    """Return the givers of a statement of a file, without those of other files if these give only what stands in quotes.

    Whoever fills in a value (`VALUES ('%s')`) says nothing of the tables, and need not run for them to be used.
    """
    if all(giver == path for giver, _ in written.givers):
        return written.givers
    ends = [*(start for start, _, _ in written.marks[1:]), len(written.text)]
    quoted = [each.span() for each in _QUOTED.finditer(written.text)]
    foreign = [(start, end) for (start, at, _), end in zip(written.marks, ends, strict=True) if at != path]
    values = all(any(opening < start and end <= closing for opening, closing in quoted) for start, end in foreign)
    return tuple(each for each in written.givers if each[0] == path) if foreign and values else written.givers


def literal(text: Text, path: str) -> Written:
    """Return a string literal with a mark at every source line it spans."""
    marks = [(0, path, text.line)]
    for count, offset in enumerate(text.breaks, start=1):
        marks.append((offset, path, text.line + count))
    return Written(text.value, tuple(marks))


def content(text: str, path: str) -> Written:
    """Return the text of a whole file with a mark at every line."""
    starts = [0, *(position + 1 for position, character in enumerate(text) if character == "\n")]
    return Written(text, tuple((offset, path, number) for number, offset in enumerate(starts, start=1)))


def _slice(base: Written, start: int, end: int) -> Written:
    """Return a part of a text with the marks that apply to it."""
    at = base.place(start)
    marks = [(0, *at)] if at else []
    marks += [(offset - start, path, line) for offset, path, line in base.marks if start < offset < end]
    return Written(base.text[start:end], tuple(marks), base.sure, base.givers)


def fill(base: Written, positional: list[list[Written]], named: dict[str, list[Written]]) -> Iterator[list[Written]]:
    """Yield the parts of a `str.format` template, each with its variants."""
    text, position, counter = base.text, 0, 0
    while position < len(text):
        opening = text.find("{", position)
        closing = text.find("}", position)
        if closing != -1 and (opening == -1 or closing < opening):
            yield [_slice(base, position, closing + 1)]
            position = closing + (2 if text[closing : closing + 2] == "}}" else 1)
            continue
        if opening == -1:
            break
        if text[opening : opening + 2] == "{{":
            yield [_slice(base, position, opening + 1)]
            position = opening + 2
            continue
        end = text.find("}", opening)
        if end == -1:
            break
        yield [_slice(base, position, opening)]
        name = text[opening + 1 : end].split("!")[0].split(":")[0]
        if not name:
            name, counter = str(counter), counter + 1
        if name.isdigit():
            yield positional[int(name)] if int(name) < len(positional) else [GAP]
        else:
            yield named.get(name, [GAP])
        position = end + 1
    yield [_slice(base, position, len(text))]


_NUMBERED = re.compile(r"%(\d+)\$[-+ #,0-9.]*[a-zA-Z]")
"""`%2$s`: the second value."""


def interpolate(base: Written, positional: list[list[Written]], named: dict[str, list[Written]]) -> Iterator[list[Written]]:
    """Yield the parts of a `%` template, each with its variants; `%%s` stays a bind parameter."""
    text, position, counter = base.text, 0, 0
    while (found := text.find("%", position)) != -1:
        yield [_slice(base, position, found)]
        following = text[found + 1 : found + 2]
        if following == "%":
            yield [Written("%")]
            position = found + 2
        elif numbered := _NUMBERED.match(text, found):
            place = int(numbered[1]) - 1
            yield positional[place] if 0 <= place < len(positional) else [GAP]
            position = numbered.end()
        elif following == "(" and (end := text.find(")", found)) != -1:
            yield named.get(text[found + 2 : end], [GAP])
            position = end + 2
        else:
            yield positional[counter] if counter < len(positional) else [GAP]
            counter += 1
            position = found + 2
            while position < len(text) and text[position - 1] in "-+ #0123456789.":
                position += 1
    yield [_slice(base, position, len(text))]


def replaced(base: Written, old: str, new: Written) -> Written:
    """Return a text with every `old` replaced."""
    whole, position = Written("", sure=base.sure), 0
    while old and (found := base.text.find(old, position)) != -1:
        whole += _slice(base, position, found) + new
        position = found + len(old)
    return whole + _slice(base, position, len(base.text))


def rewritten(base: Written, pattern: re.Pattern[str], change: Callable[[re.Match[str]], str]) -> Written:
    """Return a text with everything that a pattern matches changed, each part at its own line."""
    whole, position = Written("", sure=base.sure), 0
    for found in pattern.finditer(base.text):
        whole += _slice(base, position, found.start()) + Written(change(found))
        position = found.end()
    return whole + _slice(base, position, len(base.text)) if position else base


_DOLLAR = re.compile(r"\$(?:(?P<escaped>\$)|(?P<name>[A-Za-z_]\w*)|\{(?P<braced>[A-Za-z_]\w*)\})")


def substitute(base: Written, named: dict[str, list[Written]]) -> Iterator[list[Written]]:
    """Yield the parts of a `string.Template`, each with its variants."""
    position = 0
    for match in _DOLLAR.finditer(base.text):
        yield [_slice(base, position, match.start())]
        name = match["name"] or match["braced"]
        yield [Written("$")] if match["escaped"] else named.get(name, [GAP])
        position = match.end()
    yield [_slice(base, position, len(base.text))]
