"""SQL that a deployment file hands to a database's client in the commands of containers.

Sources: https://docs.docker.com/reference/compose-file/services/#command (a string or a list of words; `$$` is a dollar sign),
https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/.
"""

import re
from collections.abc import Iterator

from dblint.languages.shell.clients import SQL_CLIENTS, Clients, Given
from dblint.languages.shell.script import Command, Script, parse
from dblint.languages.shell.words import Word, plain
from dblint.sql import HOLE

_DEPLOYS = re.compile(r"^(?:services|[ \t-]*(?:initContainers|containers)):", re.MULTILINE)
_COMMAND = re.compile(
    r"^(?P<indent>[ \t]+(?:- )?)(?:command|entrypoint|args):(?P<inline>[^\n]*)"
    r"(?P<block>(?:\n(?:(?P=indent)[ \t]+[^\n]*|(?P=indent)-[^\n]*|[ \t]*(?=\n)))*)",
    re.MULTILINE,
)
_COMMENT = re.compile(r"(?m)^[ \t]*#[^\n]*")
_ITEM = re.compile(r"\n(?P<indent>[ \t]*)-[ \t]+(?P<value>[^\n]*(?:\n(?:(?P=indent)[ \t]+[^\n]*|[ \t]*(?=\n|\Z)))*)")
_FLOW = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|[^\s,\[\]\"']+", re.DOTALL)
_SCALAR = re.compile(r"\A[ \t]*[|>][0-9+-]*[ \t]*(?=\n)")
_ESCAPES = {"n": "\n", "t": "\t"}
_SHELL = "sh"


def given_sql(text: str) -> Iterator[tuple[int, str]]:
    """Yield each piece of SQL with its line, from 1; what is only known when it runs is a hole."""
    if not any(client in text for client in SQL_CLIENTS) or not _DEPLOYS.search(text):
        return
    for found in _COMMAND.finditer(_COMMENT.sub("", text).replace("$$", "$")):
        for given in Clients(_script(found, text.count("\n", 0, found.start("inline")) + 1)).given():
            if isinstance(given, Given) and given.client in SQL_CLIENTS:
                yield given.line, "".join(HOLE if piece.name else piece.text for piece in given.word)


def _script(found: re.Match[str], line: int) -> Script:
    """What a container is to run, as a script whose first line is `line`."""
    inline, block = found["inline"].strip(), found["block"]
    items = list(_ITEM.finditer(block)) if not inline else []
    if inline.startswith("["):
        written = found["inline"] + block
        words = [_scalar(each[0], line + written.count("\n", 0, each.start())) for each in _FLOW.finditer(written)]
    elif items:
        words = [_scalar(each["value"], line + block.count("\n", 0, each.start("value"))) for each in items]
    else:
        return parse("".join(piece.text for piece in _scalar(found["inline"] + block, line)), line)
    return Script((Command((plain(_SHELL, line), *filter(None, words)), line, ""),), (), ())


def _scalar(written: str, line: int) -> Word:
    """A value of YAML as a word, on the lines where it stands."""
    if scalar := _SCALAR.match(written):
        return plain(written[scalar.end() :], line)
    text = written.strip()
    if text[:1] == '"' and text[-1:] == '"' and len(text) > 1:
        text = re.sub(r"\\(.)", lambda escaped: _ESCAPES.get(escaped[1], escaped[1]), text[1:-1], flags=re.DOTALL)
    elif text[:1] == "'" and text[-1:] == "'" and len(text) > 1:
        text = text[1:-1].replace("''", "'")
    return plain(text, line)
