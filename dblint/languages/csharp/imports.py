"""C#'s using directives, read as text: the same for a parsed file and for one that is only skimmed."""

import re
from collections.abc import Iterator

from dblint.model.syntax import Import

GLOBAL = "global"
"""The scope of a `global using`, which every file of its project sees."""

_USING = re.compile(
    r"^[ \t]*+(global[ \t]+)?using[ \t]+(static[ \t]+)?(?:unsafe[ \t]+)?(?:(@?\w+)[ \t]*=[ \t]*)?(?:global::)?"
    r"([\w.:]+)[^;(={]*;",
    re.MULTILINE,
)


def imports(text: str, line: int = 1) -> Iterator[Import]:
    """What the using directives in a text bring in; a `using` that is a statement has a parenthesis or an assigned value."""
    for found in _USING.finditer(text):
        everywhere, static, alias, path = found.groups()
        module, _, member = path.replace("::", ".").rpartition(".")
        at = line + text.count("\n", 0, found.start())
        scope = GLOBAL if everywhere else ""
        if alias and module:
            yield Import(alias, module, member, scope, at)
        elif not alias:
            whole = path.replace("::", ".")
            yield Import("*", whole, "*", scope, at)
            if static and module:  # the members of a class: constants and functions, named without it
                yield Import(member, module, member, scope, at)
