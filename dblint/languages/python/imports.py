"""Python's import statements, read as text: the same for a parsed file and for one that is only skimmed."""

import re
from collections.abc import Iterator

from dblint.model.syntax import Import

_NOISE = re.compile(r"#[^\n]*|\\\n|[()]")
_FROM = re.compile(r"from\b\s*(.*?)(?<!\w)import\b(.*)", re.DOTALL)
_STATEMENT = re.compile(
    r"\n[ \t]*+(from\b[^\n#;]*?\bimport\b[ \t]*+(?:\((?:[^)#]|#[^\n]*)*+\)|(?:[^\n;#\\]|\\\n)*+)"
    r"|import\b(?:[^\n;#\\]|\\\n)*+)"
)
_TRIPLE = re.compile(r'"""|\'\'\'')


def imports(statement: str, scope: str, line: int) -> Iterator[Import]:
    """What one import statement binds."""
    text = _NOISE.sub(" ", statement)
    if found := _FROM.match(text):
        module = "".join(found.group(1).split())
        for member, alias in _names(found.group(2)):
            yield Import(alias or member, module, member, scope, line)
    else:
        for module, alias in _names(text.removeprefix("import")):
            yield Import(alias or module, module, "", scope, line)


def _names(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(","):
        name, _, alias = " ".join(part.split()).partition(" as ")
        if name:
            yield name.replace(" ", ""), alias


def skimmed(text: str) -> Iterator[Import]:
    """What all import statements of a file bind, found without parsing it; scopes are not known and left empty."""
    text = "\n" + text
    quoted = _quoted(text) if '"""' in text or "'''" in text else []
    line, seen = 0, 0
    for found in _STATEMENT.finditer(text):
        start = found.start(1)
        if any(first < start < last for first, last in quoted):
            continue
        line, seen = line + text.count("\n", seen, start), start
        yield from imports(found.group(1), "", line)


def _quoted(text: str) -> list[tuple[int, int]]:
    """Where triple-quoted strings stand; a triple quote in a comment can deceive it."""
    spans: list[tuple[int, int]] = []
    end = 0
    for found in _TRIPLE.finditer(text):
        if found.start() >= end:
            closing = text.find(found.group(), found.end())
            end = len(text) if closing < 0 else closing + 3
            spans.append((found.start(), end))
    return spans
