"""Go's import declarations, read as text: the same for a parsed file and for one that is only skimmed."""

import re
from collections.abc import Iterator

from dblint.model.syntax import Import

_BLOCK = re.compile(r"^import\s*(?:\(([^)]*)\)|([^\n(]*))", re.MULTILINE)
_SPEC = re.compile(r"^[ \t]*+(?:([\w.]+)[ \t]+)?[\"`]([^\"`\n]+)[\"`]", re.MULTILINE)
# https://go.dev/ref/mod#major-version-suffixes: `/v5` and gopkg.in's `.v3` are no part of a package's name.
_VERSION = re.compile(r"(?:/v\d+|\.v\d+)\Z")
_NOT_A_NAME = re.compile(r"[^\w]+")


def imports(alias: str, module: str, line: int) -> Iterator[Import]:
    """What one import binds: the alias, or every name that the package at the end of the path is likely to have."""
    if alias == ".":
        yield Import("*", module, "*", "", line)
    elif alias:
        yield Import(alias, module, "", "", line)
    else:
        for name in _names(module):
            yield Import(name, module, "", "", line)


def _names(module: str) -> Iterator[str]:
    """The package's name, which the path does not say where its end is no identifier: `go-redis`, `order-service`."""
    last = _VERSION.sub("", module).rpartition("/")[2]
    parts = [part for part in _NOT_A_NAME.split(last) if part]
    if len(parts) < 2:
        yield last
        return
    rest = [part for part in parts if part != "go"] or parts
    yield from dict.fromkeys(("".join(rest), "_".join(rest), rest[-1], "".join(parts), "_".join(parts)))


def skimmed(text: str) -> Iterator[Import]:
    """What all imports of a file bind, found without parsing it."""
    for block in _BLOCK.finditer(text):
        group = 1 if block.group(1) is not None else 2
        for spec in _SPEC.finditer(block.group(group)):
            at = block.start(group) + spec.start(2)
            yield from imports(spec.group(1) or "", spec.group(2), text.count("\n", 0, at) + 1)
