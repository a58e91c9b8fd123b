"""What code of Go selects (`.Save`): with how many values it calls that, and of what package's types where that is known."""

import re
from collections.abc import Container

# `dc := clients.DeviceClientFrom(…)`: what a package's function gives is of that package's types, unless it is asked for by a
# type or a name, as containers of dependencies are.
_MADE = re.compile(r"(?<![\w.])([^\W\d]\w*)(?:\s*,\s*\w+)?\s*(?::=|(?<![:=!<>])=(?!=))\s*(?:([^\W\d]\w*)\.(\w+)\()?")
_ASKED = re.compile(r"(?i:get|resolve|invoke|load|lookup|must|value|provide)")
# A call's values are looked at where they stand in no more than two pairs of parentheses, and no function is among them.
_PLAIN = r"[^()\[\]{}\"'`]++|\"[^\"\\\n]*\"|`[^`]*`|\[[^\[\](){}\"'`]*\]"
_VALUES = rf"\((?:{_PLAIN}|\((?:{_PLAIN}|\((?:{_PLAIN})*+\))*+\))*+\)"
_SELECTED = re.compile(rf"\.\s*+([^\W\d]\w*+)(?=({_VALUES})?)")
_RECEIVER = re.compile(r"(?<![\w.)\]])([^\W\d]\w*)\s*\Z")
_REMARK = re.compile(r"^[ \t]*//[^\n]*", re.MULTILINE)
_WRITTEN = re.compile(r"(\"[^\"\n]*\"|`[^`]*`)|//[^\n]*|\[[^\[\]]*\]")
_PLAINLY = re.compile(r"[A-Za-z_]\w*+(?:\.\w++)*+(?:, &?[A-Za-z_]\w*+(?:\.\w++)*+)*+")
_NAME = 60
"""The longest name of a variable that is looked for before a dot."""
_LITERAL = re.compile(r"\s*(?:@|-?\d)")
_NESTED = re.compile(r"\([^()]*\)")


def selections(text: str, imported: Container[str]) -> list[str]:
    """Return what a text selects: `.Save`, `.Save(2)` for a call with two values, `.Save(2)@pkg` of what package `pkg` made.

    `.Save("2)` passes a number or a string first, which is no context.
    """
    made = _made_by_packages(text, imported)
    found = set()
    # A remark ends with a full stop, and the next line begins with what it is about.
    text = _REMARK.sub("", text)
    for selected in _SELECTED.finditer(text):
        receiver = _RECEIVER.search(text, max(0, selected.start() - _NAME), selected.start()) if made else None
        package = made.get(receiver[1], "") if receiver else ""
        found.add(f".{selected[1]}{_passed(selected[2])}{f'@{package}' if package else ''}")
    return sorted(found)


def _passed(values: str | None) -> str:
    """How many values stand between parentheses, in parentheses; empty where that is not certain, or there is no call.

    `f(g())` passes as many as `g` gives, mostly one: https://go.dev/ref/spec#Calls.
    """
    if not values:
        return ""
    if values == "()":
        return "(0)"
    inner = values[1:-1]
    if _PLAINLY.fullmatch(inner):
        return f"({inner.count(',') + 1})"
    inner = _WRITTEN.sub(lambda found: "@" if found[1] else "", inner)
    while (flat := _NESTED.sub("@", inner)) != inner:
        inner = flat
    each = inner.split(",")
    if not each[-1].strip():
        each.pop()
    if any("..." in value for value in each):
        return ""
    literal = '"' if _LITERAL.match(inner) else ""
    return f"({literal}{len(each)})"


def _made_by_packages(text: str, imported: Container[str]) -> dict[str, str]:
    """Return the variables of a function that hold nothing but what a function of an imported package gives."""
    givers: dict[str, set[str]] = {}
    for variable, package, function in _MADE.findall(text):
        known = package in imported and not _ASKED.match(function)
        givers.setdefault(variable, set()).add(package if known else "")
    return {variable: package for variable, of in givers.items() if len(of) == 1 for package in of if package}
