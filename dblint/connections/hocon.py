"""Settings in HOCON, the form of Play, Akka and most of Scala (`application.conf`): nested keys, references, overrides.

Source: https://github.com/lightbend/config/blob/main/HOCON.md
"""

import re
from collections.abc import Iterator

from dblint.connections.forms import MAX_ENTRIES, Entry, entry

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+|\#[^\n]*|//[^\n]*) | (?P<line>\n) | (?P<long>\"\"\".*?\"\"\") | (?P<quoted>"(?:[^"\\\n]|\\.)*")
      | (?P<reference>\$\{\??[^}\n]*\}) | (?P<sign>\+=|[{}\[\],:=]) | (?P<bare>(?:[^\s{}\[\],:="\#$/]|/(?!/)|\$(?!\{))+)""",
    re.VERBOSE | re.DOTALL,
)
_DEEPEST = 40
_HIDDEN = 2_000
"""Characters of one value beyond which it is no setting of a connection."""


def hocon(text: str) -> Iterator[Entry]:
    """The entries under their dotted names; of a key that is set several times the last, a reference with what it replaces.

    A reference (`${?DATABASE_URL}`) stands as a variable of the environment, or as the value of the key that it names.
    """
    found: dict[str, tuple[str, int]] = {}
    for name, value, line in _assigned(text):
        if len(found) > MAX_ENTRIES:
            break
        before = found.get(name, ("", 0))[0]
        optional = re.fullmatch(r"\$\{\?([\w.\-]+)\}", value)
        found[name] = (f"${{{optional[1]}:-{before}}}" if optional and before else value, line)
    for name, (value, line) in found.items():
        yield from entry(name, _resolved(value, found)[:_HIDDEN], line)


def _assigned(text: str) -> Iterator[tuple[str, str, int]]:  # noqa: C901 -- one case for each kind of token
    """Every key with its value and line, in the order of the text; elements of lists are left out."""
    path: list[str] = []
    key: list[str] = []
    value: list[str] = []
    line, valued, lists = 1, False, 0
    for token in _TOKEN.finditer(text):
        kind, written = token.lastgroup or "", token.group()
        if lists and kind == "sign":
            lists += (written in "{[") - (written in "}]")
        elif lists:
            pass
        elif kind == "line" or (kind == "sign" and written in ",}"):
            if valued and key and "".join(value).strip():
                yield ".".join((*path, *key)), "".join(value).strip(), line
            key, value, valued = [], [], False
            if written == "}" and path:
                path.pop()
        elif kind == "sign" and written == "{":
            if len(path) < _DEEPEST:
                path.append(".".join(key))
            key, value, valued = [], [], False
        elif kind == "sign" and written == "[":
            lists = 1
        elif kind == "sign" and not valued:
            valued = True
        elif valued:
            value.append(_plain(kind, written))
        elif kind in {"bare", "quoted"}:
            key.append(_plain(kind, written).strip("."))
        line += written.count("\n")
    if valued and key and value:
        yield ".".join((*path, *key)), "".join(value).strip(), line


def _plain(kind: str, written: str) -> str:
    if kind == "long":
        return written[3:-3]
    if kind == "quoted":
        return re.sub(r"\\(.)", r"\1", written[1:-1])
    return "" if kind == "space" and written.lstrip()[:1] in ("#", "/") else written


def _resolved(value: str, found: dict[str, tuple[str, int]]) -> str:
    """A value with the other keys of the file that it refers to."""

    def meant(match: re.Match[str]) -> str:
        known = found.get(match[1])
        return known[0] if known is not None and "${" not in known[0] else f"${{{match[1]}{match[2] or ''}}}"

    return re.sub(r"\$\{\??([\w.\-]+)(:-[^}]*)?\}", meant, value)
