"""A shell script as common syntax facts: every piece of SQL for a database's client is a call of that client.

A command of Redis is a call of that name, a method of a MongoDB collection a call with the collection's name.

A script is searched for clients and never parsed.
"""

import re
from collections.abc import Iterator

from dblint.languages.shell.commands import CLIENTS, SQL_CLIENTS, Given, commands, parts, without_comments
from dblint.languages.shell.mongo import Document, documents_of
from dblint.languages.shell.redis import CLIENT as REDIS
from dblint.languages.shell.redis import Command, is_used, redis_commands
from dblint.languages.shell.words import Word
from dblint.model.syntax import Call, Comment, Evaluation, Expression, Import, Items, Module, Name, Opaque, Template, Text

MONGO = "mongosh"

_COMMENT = re.compile(r"#+\s*(dblint:.*)")


def read(path: str, text: str) -> Module:
    """Everything that a script says."""
    given = list(commands(text)) if any(client in text for client in CLIENTS) else []
    calls = [Call(Name(each.client, each.line), (_sql(each),), (), each.line) for each in given if each.client in SQL_CLIENTS]
    documents = [_document(each) for one in given if one.client not in SQL_CLIENTS for each in documents_of(one)]
    keys = [_redis(each) for each in redis_commands(without_comments(text))] if is_used(text) else []
    used = ((REDIS, keys), (MONGO, documents))
    return Module(
        path,
        "shell",
        imports=tuple(Import(name, name, "", "", 1) for name, found in used if found),
        evaluations=tuple(Evaluation(call, "", call.line) for call in (*calls, *documents, *keys)),
        comments=tuple(_comments(text)),
    )


def uses_database(text: str) -> bool:
    """Whether a script hands anything to a database's client: statements, commands or methods of collections."""
    return bool(read("", text).evaluations)


def _redis(command: Command) -> Call:
    keys = Items(tuple(_word(each, command.line) for each in command.keys), command.line)
    arguments = (keys,) if command.keys else tuple(_word(each, command.line) for each in command.arguments)
    return Call(Name(command.name, command.line), arguments, (), command.line)


def _document(found: Document) -> Call:
    return Call(Name(found.method, found.line), (Text(found.collection, found.line),), (), found.line)


def _word(word: Word, line: int) -> Expression:
    parts = tuple(Text(piece, line) if piece else Opaque(line) for piece in word)
    return parts[0] if len(parts) == 1 else Template(parts, line)


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
