"""Kotlin's imports, read as text: the same for a parsed file and for one that is only skimmed."""

import re
from collections.abc import Iterator

from dblint.model.syntax import Import

_STATEMENT = re.compile(r"^[ \t]*import[ \t]+([\w`]+(?:\.[\w`]+)*(?:\.\*)?)(?:[ \t]+as[ \t]+(\w+))?", re.MULTILINE)


def imported(statement: str, line: int) -> Iterator[Import]:
    """What one import binds: a class, a function, a constant, or `*`."""
    found = _STATEMENT.match(statement)
    if found is None:
        return
    module, _, member = found.group(1).replace("`", "").rpartition(".")
    if module:
        yield Import(found.group(2) or member, module, member, "", line)


def skimmed(text: str) -> Iterator[Import]:
    """What all imports of a file bind, found without parsing it."""
    for found in _STATEMENT.finditer(text):
        yield from imported(found.group(), text.count("\n", 0, found.start()) + 1)
