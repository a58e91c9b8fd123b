"""Imports, re-exports and calls of `require`, read as text: the same for a parsed file and for one that is only skimmed."""

import re
from collections.abc import Iterator

from dblint.model.syntax import Import

_NOISE = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_CLAUSE = re.compile(
    r"""(?P<word>import|export)\s+(?:type\s+)?
        (?:(?P<default>[\w$]+)\s*,?\s*(?=[{*,]|\bfrom\b))?
        (?:\*\s*(?:as\s+(?P<space>[\w$]+))?|\{(?P<names>[^}]*)\})?
        \s*(?:from\s*)["'](?P<module>[^"'\n]+)["']""",
    re.VERBOSE,
)
_EQUALS = re.compile(r"""import\s+(?P<name>[\w$]+)\s*=\s*require\(\s*["'](?P<module>[^"'\n]+)["']""")
_STATEMENT = re.compile(
    r"""\n[ \t]*+(?P<clause>(?:import|export)\b[^;"'`()=]{0,4000}?\bfrom\s*["'][^"'\n]+["'])
      | \brequire\(\s*["'](?P<required>[^"'\n]+)["']\s*\)
      | \n[ \t]*+import\s*["'](?P<bare>[^"'\n]+)["']""",
    re.VERBOSE,
)


def imports(statement: str, scope: str, line: int) -> Iterator[Import]:
    """What one import or re-export binds."""
    text = _NOISE.sub(" ", statement)
    if equals := _EQUALS.search(text):
        yield Import(equals["name"], equals["module"], "default", scope, line)
        return
    found = _CLAUSE.search(text)
    if found is None:
        return
    module = found["module"]
    if found["default"] and found["default"] != "type":
        yield Import(found["default"], module, "default", scope, line)
    if found["space"]:
        yield Import(found["space"], module, "", scope, line)
    elif found["names"] is not None:
        for member, name in _names(found["names"]):
            yield Import(name, module, member, scope, line)
    elif found["word"] == "export":
        yield Import("*", module, "*", scope, line)


def required(module: str) -> str:
    """The name under which a module stands that an expression requires without giving it a name."""
    return f"require({module})"


def _names(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(","):
        words = part.split()
        if words[:1] == ["type"] and len(words) > 1:
            words = words[1:]
        if words:
            yield words[0], words[-1]


def skimmed(text: str) -> Iterator[Import]:
    """What all imports of a file bind, found without parsing it; scopes are not known and left empty."""
    text = "\n" + text
    line, seen = 0, 0
    for found in _STATEMENT.finditer(text):
        start = found.end()
        line, seen = line + text.count("\n", seen, start), start
        if found["clause"]:
            yield from imports(found["clause"], "", line)
        elif module := found["required"]:
            yield Import(required(module), module, "default", "", line)
