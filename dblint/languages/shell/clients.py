"""Command-line clients of databases, and the SQL that the commands of a script give them.

A client is given SQL by its options, as an argument, from a here-document and in front of a pipe; by its name, a variable that
holds it, a function around it, and a shell that is started for it. Sources: the manuals of the clients.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from dblint.languages.lookups import queries
from dblint.languages.shell.redis import CLIENT as REDIS
from dblint.languages.shell.script import Assignment, Command, Script, parse
from dblint.languages.shell.words import Piece, Word, fields, joined, literal, plain, variable_of, without_first, written
from dblint.languages.vocabulary import looks_like_sql

# The options of each client that take statements; a client without any takes them as its second argument and all that follow.
_OPTIONS = {
    "psql": re.compile(r"-[A-Za-z]*c|--command"),
    "mysql": re.compile(r"-[A-Za-z]*e|--execute"),
    "mariadb": re.compile(r"-[A-Za-z]*e|--execute"),
    "sqlcmd": re.compile(r"-[Qq]"),
    "clickhouse-client": re.compile(r"-q|--query"),
    "cqlsh": re.compile(r"-e|--execute"),
    "mongosh": re.compile(r"--eval"),
    "mongo": re.compile(r"--eval"),
    "sqlite3": None,
    REDIS: None,
}
CLIENTS = tuple(_OPTIONS)
MONGO = "mongo"
"""What the names of clients begin with that take JavaScript."""
SQL_CLIENTS = frozenset(client for client in CLIENTS if not client.startswith(MONGO) and client != REDIS)
"""The clients that take SQL or CQL."""

# What another script has set, or runs, is known by its name: `echo "…" | ${MYSQL_CMD}`, `"${mysql[@]}" <<EOF`, `run_psql "…"`.
_HELD = re.compile(
    r"(?i:\w*?(psql|mysql|mariadb|sqlite3|redis)(?:_?(?:cli|cmd|command|exec|run|client|bin|root|admin|base|args|opts))*(?:_?line)?)"
)
_ASKING = re.compile(r"(?i:[\w-]*?(psql|pgsql|postgres|mysql|mariadb|sqlite)[\w-]*|[\w-]*(?:sql|query)[\w-]*)")
_OF_IMAGES = frozenset({"docker_process_sql"})
"""Functions that the official images of databases define for the scripts that fill them."""
_KINDS = {"pgsql": "psql", "postgres": "psql", "sqlite": "sqlite3", "redis": REDIS}
UNNAMED = "sql"
"""What a client is called whose database the script does not tell."""

_SHELL = re.compile(rf"(?:^|[\s;&|(/])(?:{'|'.join(map(re.escape, CLIENTS))})\s")
_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh"})
_SPEAKING = frozenset({"echo", "printf"})
_WRITING = frozenset({"cat", "tee", *_SPEAKING})
_REACH = 3
_SQLITE = 2


class Given(NamedTuple):
    """Statements that a client is given, and the function that gives them."""

    client: str
    word: Word
    line: int
    scope: str


class Ran(NamedTuple):
    """The words of a command that Redis's client is given."""

    words: tuple[Word, ...]
    line: int
    scope: str


class Passed(NamedTuple):
    """A call of a function of the script, which may hand its arguments to a client."""

    name: str
    arguments: tuple[Word, ...]
    line: int
    scope: str


Found = Given | Ran | Passed


def name_of(word: Word) -> str:
    """What the file of a program is called that a word names; empty where a variable does."""
    return literal(word).rpartition("/")[2]


class Clients:
    """Finds what the clients of one script are given."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.assignments = dict.fromkeys(script.assignments)
        """Those of the script, and of scripts inside it once what they are given is known."""
        self._values: dict[str, list[Assignment]] = {}
        for each in script.assignments:
            self._values.setdefault(each.name, []).append(each)
        self._functions = {each.name for each in script.functions}
        self._reads_in = any(literal(command.words[0]) in (".", "source") for command in script.commands if command.words)
        self._called = {name_of(command.words[0]) for command in script.commands if command.words}
        self._around: dict[str, _Around] = {}
        for command in script.commands:
            if command.scope in self._functions and (found := self._client(command)):
                client, arguments = found
                passed = [word for word in _by_option(client, arguments) if _all_arguments(word)]
                if passed or any(map(_all_arguments, arguments)) or _reads_alone(client, arguments, command):
                    self._around[command.scope] = _Around(client, bool(passed))

    def given(self) -> Iterator[Found]:
        """Yield everything that a client is given, in the order of the script."""
        for command in self._script.commands:
            yield from self._of_command(command)

    def _of_command(self, command: Command) -> Iterator[Found]:
        called = name_of(command.words[0]) if command.words else ""
        if called in _SPEAKING and not command.target:
            return
        found: list[Found] = []
        if ran := self._client(command):
            found += self._statements(*ran, command)
        elif around := self._around.get(called):
            whole = (joined(command.words[1:]),) if around.whole else ()
            found += self._statements(around.client, command.words[1:], command, further=whole)
        elif called in self._functions:
            found.append(Passed(called, command.words[1:], command.line, command.scope))
        else:
            found += self._elsewhere(called, command)
        if not found and called in _WRITING:
            found += self._written(command)
        yield from found
        if called not in _SPEAKING and (not found or isinstance(found[0], Passed)):
            yield from self._in_shell(command)

    def _client(self, command: Command) -> tuple[str, tuple[Word, ...]] | None:
        """The client that a command runs, and its arguments."""
        words = self._unfolded(command.words)
        if not words or name_of(words[0]) in _SPEAKING:
            return None
        found, before = "", ""
        start = 0
        for index, word in enumerate(words):
            name = literal(word)
            if found and takes_statements(found, name):
                break
            client = name.rpartition("/")[2]
            if client in _SHELLS:
                found = ""  # what was taken for a client is a container that the shell is started in
            elif client in _OPTIONS and (not found or before == "--" or not before.startswith("-")):
                found, start = client, index + 1
            before = name
        if found:
            return found, words[start:]
        for index, word in enumerate(words[:_REACH]):
            if held := _HELD.fullmatch(variable_of(word)):
                kind = held[1].lower()
                return _KINDS.get(kind, kind), words[index + 1 :]
        return None

    def _holds_client(self, name: str) -> bool:
        """Whether a variable holds a client, as far as its value or its name tells."""
        values = (word for value in self._values.get(name, ()) for word in value.words for word in fields(word))
        return _HELD.fullmatch(name) is not None or any(name_of(word) in _OPTIONS for word in values)

    def _unfolded(self, words: tuple[Word, ...]) -> tuple[Word, ...]:
        """The words, and in place of a variable that holds a client the words of its value."""
        for index, word in enumerate(words[:_REACH]):
            for value in reversed(self._values.get(variable_of(word), ())):
                inner = value.words if len(value.words) != 1 else tuple(fields(value.words[0]))
                if any(name_of(each) in _OPTIONS for each in inner):
                    return (*words[:index], *inner, *words[index + 1 :])
        return words

    def _statements(
        self, client: str, arguments: tuple[Word, ...], command: Command, further: tuple[Word, ...] = ()
    ) -> Iterator[Given | Ran]:
        if client == REDIS:
            yield Ran(arguments, command.line, command.scope)
            for word in self._read(command):
                inner = parse(written(word), word[0].line, command.scope)
                yield from (Ran(each.words, each.line, command.scope) for each in inner.commands)
            return
        said = tuple(_by_option(client, arguments))
        for word in (*(said or further), *self._read(command)):
            handed_on = _all_arguments(word) and command.scope in self._called
            if word and not handed_on and _may_be_statement(client, word):
                yield Given(client, word, word[0].line, command.scope)

    def _read(self, command: Command) -> Iterator[Word]:
        """What a command reads: here-documents without commands to the client itself, here-strings, what is piped into it."""
        for document in command.documents:
            yield document._replace(text=_META.sub("", document.text)).word
        yield from filter(None, command.strings)
        for source in command.piped:
            yield from self._output(source)

    def _output(self, command: Command) -> Iterator[Word]:
        """What a command writes that only says something."""
        name = name_of(command.words[0]) if command.words else ""
        if name in _SPEAKING:
            words = command.words[1:]
            while words and literal(words[0]).startswith("-"):
                words = words[1:]
            word = _formatted(words[0]) if name == "printf" and words else joined(words)
            yield from filter(None, (tuple(piece._replace(text=_META.sub("", piece.text)) for piece in word),))
        elif name in _WRITING:
            yield from filter(None, self._read(command))

    def _elsewhere(self, called: str, command: Command) -> Iterator[Given]:
        """What a function of a script that this one reads in is given whose name tells of SQL."""
        asking = _ASKING.fullmatch(called) if self._reads_in or called in _OF_IMAGES else None
        if asking is None:
            return
        kind = (asking[1] or UNNAMED).lower()
        for word in (*command.words[1:], *self._read(command)):
            if word and looks_like_sql(_text(word)):
                yield Given(_KINDS.get(kind, kind), word, word[0].line, command.scope)

    def _written(self, command: Command) -> Iterator[Given]:
        """What a command writes into a file of SQL, or into the configuration of a server that looks things up."""
        target = command.target or next(reversed(command.words))
        if _text(target[-1:]).endswith(".sql"):
            yield from (Given(UNNAMED, word, word[0].line, command.scope) for word in self._output(command) if word)
        for document in command.documents:
            for line, query in queries(document.text) if not document.text.startswith("#!") else ():
                word = document._replace(text=query, line=document.line + line - 1).word
                yield Given(UNNAMED, word, word[0].line, command.scope)

    def _in_shell(self, command: Command) -> Iterator[Found]:
        """What a script says that stands in an argument or here-document, for a shell that the command starts."""
        for word in (*command.words[1:], *(each.word for each in command.documents)):
            text = written(word)
            begins = len(word) > 1 and word[1].text.startswith(" ") and self._holds_client(word[0].name)
            if begins or (" " in text and _SHELL.search(text)):
                inner = parse(text, word[0].line, command.scope)
                last = inner.commands[-1] if inner.commands else command
                if not (last.documents or last.strings or last.piped) and word in command.words:
                    read = last._replace(documents=command.documents, strings=command.strings, piped=command.piped)
                    inner = inner._replace(commands=(*inner.commands[:-1], read))
                clients = Clients(inner._replace(assignments=(*self._script.assignments, *inner.assignments)))
                yield from clients.given()
                self.assignments.update(clients.assignments)


def takes_statements(client: str, option: str) -> bool:
    """Whether what follows an option of a client are statements."""
    options = _OPTIONS.get(client)
    return options is not None and options.fullmatch(option) is not None


_META = re.compile(r"^[ \t]*(?:\\[A-Za-z!?]|\.[a-z])[^\n]*", re.MULTILINE)
_FORMAT = re.compile(r"(%[sdbq])|\\n")
_SETTING = re.compile(r"\w+=")


class _Around(NamedTuple):
    """The client that a function runs, and whether all its arguments are statements (`mysql -e "$*"`)."""

    client: str
    whole: bool


def _all_arguments(word: Word) -> bool:
    """Whether a word holds all arguments of the function around it."""
    return any(piece.name in ("@", "*") for piece in word)


def _reads_alone(client: str, arguments: tuple[Word, ...], command: Command) -> bool:
    """Whether a client is given nothing by its command, so that it reads what the function around it does."""
    given = command.documents or command.strings or command.piped or next(_by_option(client, arguments), None)
    return not given and not any(literal(word) in ("-f", "--file") for word in arguments)


def _by_option(client: str, arguments: tuple[Word, ...]) -> Iterator[Word]:
    """The statements among the arguments of a client."""
    if _OPTIONS.get(client) is None:
        given = [word for word in arguments if word and not literal(word).startswith("-")]
        said = [word for word in given if looks_like_sql(_text(word))]  # the first word is a file, or a function has named it
        yield from said or (word for word in given[1:] if len(given) == _SQLITE and variable_of(word))
        return
    for index, word in enumerate(arguments):
        first = word[0].text if word else ""
        name, equals, _ = first.partition("=")
        if takes_statements(client, literal(word)):
            yield from arguments[index + 1 : index + 2]
        elif equals and takes_statements(client, name):
            yield without_first(word, len(name) + 1)
        elif takes_statements(client, first[:2]) and looks_like_sql(first[2:]):
            yield without_first(word, 2)


def _may_be_statement(client: str, word: Word) -> bool:
    """Whether a text is worth a look; MongoDB's shell is given another language."""
    text = _text(word)
    variable = any(piece.name for piece in word) and not _SETTING.match(text)
    return client not in SQL_CLIENTS or variable or looks_like_sql(text) or "\n" in text or ";" in text


def _text(word: Word) -> str:
    return "".join(piece.text for piece in word)


def _formatted(word: Word) -> Word:
    """What `printf` makes of its format, each value unknown."""
    found: list[Piece] = []
    for piece in word:
        if piece.name:
            found.append(piece)
            continue
        position = 0
        for mark in _FORMAT.finditer(piece.text):
            found += plain(piece.text[position : mark.start()], piece.line + piece.text.count("\n", 0, position))
            found.append(Piece("", piece.line, (), "?") if mark[1] else Piece("\n", piece.line))
            position = mark.end()
        found += plain(piece.text[position:], piece.line + piece.text.count("\n", 0, position))
    return tuple(found)
