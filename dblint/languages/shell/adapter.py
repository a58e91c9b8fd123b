"""A shell script as common syntax facts: every piece of SQL for a database's client is a call of that client.

A command of Redis is a call of that name, a method of a MongoDB collection a call with the collection's name. Of variables and
functions only those are kept that lead to such a call; the arguments of a function are called `1`, `2` and so on.
"""

import re
from collections.abc import Iterable, Iterator

from dblint.languages.shell.clients import MONGO, Clients, Found, Given, Passed, Ran
from dblint.languages.shell.mongo import documents_of
from dblint.languages.shell.redis import CLIENT as REDIS
from dblint.languages.shell.redis import command_of
from dblint.languages.shell.script import Assignment, Script, parse
from dblint.languages.shell.words import UNKNOWN, Word, joined
from dblint.model.syntax import (
    Binding,
    Call,
    Comment,
    Evaluation,
    Expression,
    Function,
    Import,
    Items,
    Module,
    Name,
    Opaque,
    Parameter,
    Template,
    Text,
)

ARGUMENTS = tuple(str(place) for place in range(1, 10))

_COMMENT = re.compile(r"#+\s*(dblint:.*)")
# Clients, variables that hold one, and functions that run one are called after them or after what they ask.
_WORTH_READING = re.compile(r"(?i:sql|cql|query|maria|postgres|mongo|redis|clickhouse)")


def read(path: str, text: str) -> Module:
    """Everything that a script says."""
    script = parse(text) if _WORTH_READING.search(text) else Script((), (), ())
    clients = Clients(script)
    found = list(clients.given())
    stores = {store for each in found if (store := _store(each))}
    passes = {each.name for each in found if isinstance(each, Passed)}
    return Module(
        path,
        "shell",
        imports=tuple(Import(name, name, "", "", 1) for name in sorted(stores)),
        functions=tuple(
            Function(_scope(each.name), "", tuple(map(Parameter, ARGUMENTS)), (), (), each.line, each.end)
            for each in script.functions
            if each.name in passes
        ),
        bindings=tuple(_bindings(clients.assignments, found)),
        evaluations=tuple(each for one in found for each in _evaluations(one)),
        comments=tuple(_comments(text)),
    )


def uses_database(text: str) -> bool:
    """Whether a script hands anything to a database's client: statements, commands or methods of collections."""
    return any(not isinstance(each, Passed) for each in Clients(parse(text)).given()) if _WORTH_READING.search(text) else False


def _evaluations(found: Found) -> Iterator[Evaluation]:
    for name, arguments, line in _calls(found):
        yield Evaluation(Call(Name(name, line), arguments, (), line), _scope(found.scope), line)


def _calls(found: Found) -> Iterator[tuple[str, tuple[Expression, ...], int]]:
    """The name of what is called, its arguments and its line."""
    match found:
        case Given(client=client, word=word, line=line):
            if not client.startswith(MONGO):
                yield client, (_expression(word, line),), line
                return
            for each in documents_of(found):
                yield each.method, (Text(each.collection, each.line),), each.line
        case Ran(words=words, line=line):
            if command := command_of(words):
                keys, rest = (tuple(_expression(each, line) for each in some) for some in (command.keys, command.arguments))
                yield command.name, (Items(keys, line),) if keys else rest, line
        case Passed(name=name, arguments=words, line=line):
            yield _scope(name), tuple(_expression(each, line) for each in words), line


def _store(found: Found) -> str:
    """The package whose names a script uses: those of Redis's and MongoDB's commands are too common to stand alone."""
    if isinstance(found, Ran):
        return REDIS
    return "mongosh" if isinstance(found, Given) and found.client.startswith(MONGO) else ""


def _bindings(assignments: Iterable[Assignment], found: Iterable[Found]) -> Iterator[Binding]:
    """The variables that lead to what clients and functions are given."""
    used = {piece.name for each in found for word in _words(each) for piece in word if piece.name}
    named: dict[str, list[Assignment]] = {}
    for each in assignments:
        named.setdefault(each.name, []).append(each)
    pending = list(used)
    while pending:
        for each in named.get(pending.pop(), ()):
            further = {piece.name for word in each.words for piece in word if piece.name} - used
            used |= further
            pending += further
    for each in assignments:
        if each.name in used:
            value = _expression(joined(each.words), each.line)
            yield Binding(each.name, _scope(each.scope), each.operator, value, each.line)


def _words(found: Found) -> tuple[Word, ...]:
    match found:
        case Given(word=word):
            return (word,)
        case Ran(words=words) | Passed(arguments=words):
            return words


def _scope(function: str) -> str:
    """The scope of a function, in which dots would part names."""
    return function.replace(".", "_")


def _expression(word: Word, line: int) -> Expression:
    parts = tuple(
        Text(piece.text, piece.line, piece.breaks)
        if not piece.name
        else Opaque(piece.line)
        if piece.name == UNKNOWN
        else Name(piece.name, piece.line)
        for piece in word
    )
    return parts[0] if len(parts) == 1 else Template(parts, line) if parts else Text("", line)


def _comments(text: str) -> Iterator[Comment]:
    for number, line in enumerate(text.split("\n"), start=1):
        if "dblint:" in line and (found := _COMMENT.search(line)):
            yield Comment(found[1].strip(), number, own_line=not line[: found.start()].strip())
