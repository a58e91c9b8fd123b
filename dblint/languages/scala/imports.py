"""Scala's imports, read as text: the same for a parsed file and for one that is only skimmed."""

import re
from collections.abc import Iterator

from dblint.model.syntax import Import

_STATEMENT = re.compile(r"^[ \t]*import[ \t]+([^\n{;]*(?:\{[^}]*\})?(?:[ \t]*,[^\n{;]*(?:\{[^}]*\})?)*)", re.MULTILINE)
_ONE = re.compile(r"\s*([\w$`]+(?:\.[\w$`]+)*)(?:\.(\{[^}]*\}|_|\*|given))?(?:\s+as\s+(\w+))?\s*(?:,|$)")
_RENAMED = re.compile(r"\s*([\w$`]+)\s*(?:=>|\bas\b)\s*([\w$`]+)\s*")
# The words of a profile are imported from a value that holds it (`import dbConfig.profile.api._`).
# Source: https://scala-slick.org/doc/stable/database.html
_PROFILE = re.compile(r"^(?:[\w$]+\.)*(?:profile|driver|jdbcProfile|[\w$]*Profile|[\w$]*Driver)\.(?:api|simple|blockingApi)$")
PROFILE = "slick.profile.api"


def imported(statement: str, line: int) -> Iterator[Import]:
    """Yield what one import binds: classes, members, or all of a package or value."""
    found = _STATEMENT.match(statement)
    for clause in _ONE.finditer(found.group(1)) if found is not None else ():
        path, selected, renamed = clause.groups()
        path = path.replace("`", "").removeprefix("_root_.")
        if selected is None and path.endswith("._"):
            yield Import("*", _module(path[:-2]), "*", "", line)
        elif selected is None:
            above, _, last = path.rpartition(".")
            if above:
                yield Import(renamed or last, _module(above), last, "", line)
        elif selected.startswith("{"):
            for each in selected[1:-1].split(","):
                yield from _selector(_module(path), each.strip(), line)
        else:
            yield Import("*", _module(path), "*", "", line)


def _selector(module: str, written: str, line: int) -> Iterator[Import]:
    if written in {"_", "*", "given"}:
        yield Import("*", module, "*", "", line)
    elif renamed := _RENAMED.fullmatch(written):
        if renamed.group(2) != "_":
            yield Import(renamed.group(2), module, renamed.group(1), "", line)
    elif written:
        yield Import(written.strip("`"), module, written.strip("`"), "", line)


def _module(path: str) -> str:
    return PROFILE if _PROFILE.match(path) else path


def skimmed(text: str) -> Iterator[Import]:
    """Yield what all imports of a file bind, found without parsing it."""
    for found in _STATEMENT.finditer(text):
        yield from imported(found.group(), text.count("\n", 0, found.start()) + 1)
