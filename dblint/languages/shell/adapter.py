"""A shell script as common syntax facts: every piece of SQL for a database's client is a call of that client.

A script is searched for clients and never parsed.
"""

import re
from collections.abc import Iterator

from dblint.languages.shell.commands import CLIENTS, Given, commands, parts
from dblint.model.syntax import Call, Comment, Evaluation, Expression, Module, Name, Opaque, Template, Text

_COMMENT = re.compile(r"#+\s*(dblint:.*)")


def read(path: str, text: str) -> Module:
    """Everything that a script says."""
    given = commands(text) if any(client in text for client in CLIENTS) else ()
    calls = [Call(Name(each.client, each.line), (_sql(each),), (), each.line) for each in given]
    evaluations = tuple(Evaluation(call, "", call.line) for call in calls)
    return Module(path, "shell", evaluations=evaluations, comments=tuple(_comments(text)))


def _sql(given: Given) -> Expression:
    found: list[Expression] = []
    for piece, line in parts(given):
        breaks = tuple(index + 1 for index, character in enumerate(piece) if character == "\n")
        found.append(Text(piece, line, breaks) if piece else Opaque(line))
    return found[0] if len(found) == 1 and isinstance(found[0], Text) else Template(tuple(found), given.line)


def _comments(text: str) -> Iterator[Comment]:
    for number, line in enumerate(text.split("\n"), start=1):
        if "dblint:" in line and (found := _COMMENT.search(line)):
            yield Comment(found[1].strip(), number, own_line=not line[: found.start()].strip())
