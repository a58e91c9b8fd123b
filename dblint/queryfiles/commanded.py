"""SQL that a Compose service hands to a database's client in its `command` or `entrypoint`.

Source: https://docs.docker.com/reference/compose-file/services/#command (a string or a list of words; `$$` is a dollar sign).
"""

import re
from collections.abc import Iterator

from dblint.languages.shell.commands import SQL_CLIENTS, commands, parts
from dblint.sql import HOLE

_SERVICES = re.compile(r"^services:", re.MULTILINE)
_COMMAND = re.compile(r"^([ \t]+)(?:command|entrypoint):[^\n]*(?:\n(?:\1[ \t]+[^\n]*|\1-[^\n]*|[ \t]*(?=\n)))*", re.MULTILINE)
_COMMENT = re.compile(r"(?m)^[ \t]*#[^\n]*")
_ITEM = re.compile(r"\n[ \t]*-[ \t]+(?=\S)")
_WORD = re.compile(r"([\"'])([^\s\"']+)\1[ \t]*(?:,|(?=\n|\Z|\\\n))")
_FLOW = re.compile(r"\A[ \t]+\w+:[ \t]*\[")


def given_sql(text: str) -> Iterator[tuple[int, str]]:
    """Yield each piece of SQL with its line, from 1; what is only known when it runs is a hole."""
    if not any(client in text for client in SQL_CLIENTS) or not _SERVICES.search(text):
        return
    for found in _COMMAND.finditer(text):
        first = text.count("\n", 0, found.start())
        for given in commands(_as_script(_COMMENT.sub("", found[0]))):
            if given.client in SQL_CLIENTS:
                yield first + given.line, "".join(piece or HOLE for piece, _ in parts(given))


def _as_script(written: str) -> str:
    """A command as a shell would be given it, on the same lines: lists joined, what YAML escapes and doubles undone."""
    script = written.replace("$$", "$").replace('\\"', ' "')
    if _FLOW.match(script) or (_ITEM.search(script) and re.match(r"[ \t]+\w+:[ \t]*\n", script)):
        script = _WORD.sub(r" \2 ", _ITEM.sub(" \\\\\n ", script).replace("[", " ", 1))
    return script
