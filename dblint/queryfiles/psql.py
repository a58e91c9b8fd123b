r"""Variables of psql scripts: what `\set schema 'shop'` says of `:schema.orders`, `:"schema".orders` and `:'schema'`.

Source: PostgreSQL's documentation of psql, "SQL Interpolation".
"""

import re

from dblint.queryfiles.jinja import Rendering

_SET = re.compile(r"^\\set[ \t]+(\w+)[ \t]+(?:'([^'\n]*)'|([\w.$-]+))[ \t\r]*$", re.MULTILINE)
_USE = re.compile(r"(?<![:\w'\"]):(?:(?P<bare>[A-Za-z_]\w*)|\"(?P<name>\w+)\")")


def variables(text: str) -> dict[str, str]:
    r"""What each variable is that a script sets to a literal once; what it sets twice is unknown."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for name, quoted, bare in _SET.findall(text) if "\\set" in text else ():
        twice |= {name} & found.keys()
        found[name] = quoted or bare
    return {name: value for name, value in found.items() if name not in twice and value}


def interpolated(text: str, values: dict[str, str]) -> Rendering:
    """The text with the variables that are known."""
    parts: list[str] = []
    marks: list[tuple[int, int, bool]] = []
    position = length = 0
    for found in _USE.finditer(text):
        value = values.get(found["bare"] or found["name"])
        if value is None:
            continue
        kept = text[position : found.start()]
        marks += [(length, position, True), (length + len(kept), found.start(), False)]
        written = f'"{value}"' if found["name"] else value
        parts += [kept, written]
        length += len(kept) + len(written)
        position = found.end()
    marks.append((length, position, True))
    return Rendering("".join([*parts, text[position:]]), tuple(marks))
