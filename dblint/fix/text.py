"""Edits of files as lines of text: SQL, and SQL inside the strings of other languages."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dblint.fix.comments import directive, without

if TYPE_CHECKING:
    from dblint.fix.edits import Insertion, Removal

_COMMENT = re.compile(
    r"(?P<block>/\*(?:(?!\*/).)*\bdblint:.*?\*/)|(?P<line>(?:--|//|\#)(?:(?!--|//|\#).)*?\bdblint:.*)", re.DOTALL
)


def edited(data: bytes, removals: Sequence["Removal"], insertions: Sequence["Insertion"]) -> bytes:
    """The file with these edits; bytes, line ends and everything else stay as they are."""
    lines = data.decode("latin-1").splitlines(keepends=True)  # every byte is a character there and comes back as it was
    found: list[str | None] = list(lines)
    for removal in removals:
        if 0 < removal.line <= len(lines):
            found[removal.line - 1] = line_without(lines[removal.line - 1], removal.rules)
    above: dict[int, list[str]] = {}
    for insertion in insertions:
        if 0 < insertion.line <= len(lines) and not insertion.attempt:
            words = directive(insertion.rule, insertion.reason).encode().decode("latin-1")
            line = lines[insertion.line - 1]
            margin = line[: len(line) - len(line.lstrip(" \t"))]
            above.setdefault(insertion.line - 1, []).append(f"{margin}-- {words}{_end(line)}")
    return "".join("".join(above.get(number, [])) + (line or "") for number, line in enumerate(found)).encode("latin-1")


def line_without(line: str, rules: Sequence[str]) -> str | None:
    """A line whose comment does not suppress these rules any more; None where nothing of the line is left."""
    end = _end(line)
    body = line.removesuffix(end) if end else line
    found = _COMMENT.search(body)
    if found is None:
        return line
    became = without(found[0], rules)
    if became is None or became == found[0]:
        return line
    if became and found["block"]:
        became = became if became.endswith("*/") else f"{became} */"
    before, after = body[: found.start()], body[found.end() :]
    whole = before + became + after if became or after.strip() else before.rstrip()
    return whole + end if whole.strip() else None


def _end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]
