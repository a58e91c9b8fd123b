"""Code frames: a few source lines with a caret under the word that matters."""

import re
from unicodedata import combining, east_asian_width

from dblint.model.place import Place
from dblint.report.escape import mask, show
from dblint.report.paint import paint
from dblint.report.view import Lines

_CONTEXT = 2
_WIDEST = 160


def frame(sources: Lines, place: Place, word: str, colour: bool) -> list[str]:
    """The line of `place` with two lines around it and carets under `word`; nothing where the lines may not be shown."""
    lines = sources.lines(place.path)
    if not 1 <= place.line <= len(lines):
        return []
    first, last = max(1, place.line - _CONTEXT), min(len(lines), place.line + _CONTEXT)
    while last > place.line and not lines[last - 1].strip():
        last -= 1
    while first < place.line and not lines[first - 1].strip():
        first += 1
    margin = len(str(last))
    bar = paint("|", "frame", colour)
    rows = []
    for number in range(first, last + 1):
        raw = mask(lines[number - 1][:10_000])
        start, end = _find(raw, word, place.column) if number == place.line else (0, 0)
        text, start, end = _window(raw, start, end)
        rows.append(f"  {paint(str(number).rjust(margin), 'frame', colour)} {bar} {text}".rstrip())
        if end > start:
            carets = paint("^" * _width(text[start:end]), "error", colour)
            rows.append(f"  {' ' * margin} {bar} {' ' * _width(text[:start])}{carets}")
    return rows


def marked(sources: Lines, place: Place, word: str) -> tuple[int, int]:
    """The columns, from 1, at which `word` begins and has ended in the line of `place`, else those of the line's text."""
    lines = sources.lines(place.path)
    if not 1 <= place.line <= len(lines):
        return place.column, place.column + 1
    line = lines[place.line - 1]
    start, end = _find(line[:10_000], word, place.column)
    if end > start:
        return start + 1, end + 1
    text = line.rstrip()
    return (len(text) - len(text.lstrip()) + 1, len(text) + 1) if text else (1, 1)


def _find(line: str, word: str, column: int) -> tuple[int, int]:
    """Where `word` stands in the line: at or after the column if it does, else its first occurrence, else nowhere."""
    if not re.search(r"\w", word):  # `*` or `?` where the table is not one or not known
        return 0, 0
    pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
    found = pattern.search(line, column - 1) or pattern.search(line)
    return found.span() if found else (0, 0)


def _window(raw: str, start: int, end: int) -> tuple[str, int, int]:
    """The line made safe and, where it is very long, cut around the marked part; with the marked part's new position."""
    cut = max(0, min(start - 40, len(raw) - _WIDEST)) if len(raw) > _WIDEST and start > _WIDEST // 2 else 0
    parts = [raw[cut:start], raw[start:end], raw[end : cut + _WIDEST]] if end > start else [raw[cut : cut + _WIDEST], "", ""]
    before, marked, after = (show(part.expandtabs(4)) for part in parts)
    if cut:
        before = f"…{before}"
    if cut + _WIDEST < len(raw):
        after = f"{after}…"
    return before + marked + after, len(before), len(before) + len(marked)


def _width(text: str) -> int:
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)
