"""Java's import declarations, read as text: the same for a parsed file and for one that is only skimmed."""

import re
from collections.abc import Iterator

from dblint.model.syntax import Import

_NOISE = re.compile(r"//[^\n]*|/\*.*?\*/|\s+", re.DOTALL)
_STATEMENT = re.compile(r"^[ \t]*import\s[^;]*;", re.MULTILINE)


def imported(declaration: str, line: int) -> Iterator[Import]:
    """What one import declaration binds: a class, a static member, or `*`."""
    text = _NOISE.sub(" ", declaration).strip().removesuffix(";").removeprefix("import ").removeprefix("static ")
    module, _, member = text.replace(" ", "").rpartition(".")
    if module:
        yield Import(member, module, member, "", line)


def skimmed(text: str) -> Iterator[Import]:
    """What all import declarations of a file bind, found without parsing it."""
    for found in _STATEMENT.finditer(text):
        yield from imported(found.group(), text.count("\n", 0, found.start()) + 1)
