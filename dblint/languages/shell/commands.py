"""Command lines of database clients in a shell script, with the SQL that they are given.

Only what stands as an argument, in a here-document or in front of a pipe is found; variables in it are holes. Source: POSIX,
"Shell Command Language", 2.2 Quoting and 2.7.4 Here-Document; the manuals of the clients.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from dblint.languages.vocabulary import looks_like_sql

# The options of each client that take SQL; a client without any takes it as an argument.
_OPTIONS = {
    "psql": r"-[A-Za-z]*c|--command",
    "mysql": r"-[A-Za-z]*e|--execute",
    "mariadb": r"-[A-Za-z]*e|--execute",
    "sqlcmd": r"-[Qq]",
    "clickhouse-client": r"-q|--query",
    "cqlsh": r"-e|--execute",
    "mongosh": r"--eval",
    "mongo": r"--eval",
    "sqlite3": "",
}
CLIENTS = tuple(_OPTIONS)
SQL_CLIENTS = tuple(client for client in CLIENTS if not client.startswith("mongo"))
"""The clients that take SQL or CQL; MongoDB's take JavaScript."""
_CLIENT = re.compile(rf"(?<![\w./-])(?:[\w./-]*/)?({'|'.join(map(re.escape, CLIENTS))})(?=[ \t\n;|&<)]|\\\n|\Z)")
_BEFORE_SQL = {
    client: re.compile(rf"(?<=\s)(?:{options})(?:=|(?:\s|\\\n)*)(?=[\"'$])" if options else r"(?<=\s)(?=[\"'])")
    for client, options in _OPTIONS.items()
}
_HERE = re.compile(r"<<-?[ \t]*([\"']?)(\w+)\1")
_PIPED = re.compile(r"(?:echo|printf)[ \t]+(?:-\w+[ \t]+)*(?=[\"'])")
_META = re.compile(r"^[ \t]*\\[^\n]*", re.MULTILINE)
_HOLE = re.compile(r"\$(?:\{[^}\n]*\}|\([^)\n]*\)|\w+|[@*#?])")


# A variable that holds a client with its options, and a function that runs one: `psql_query "SELECT 1"`.
_NAMES = "|".join(map(re.escape, _OPTIONS))
_KEPT = re.compile(
    rf"^[ \t]*(?:(?:export|local|readonly|declare)[ \t]+)?(\w+)=\(?[\"']?(?:[\w./-]*/)?({_NAMES})[ \t\n]", re.MULTILINE
)
_FUNCTION = re.compile(
    r"^[ \t]*(?:function[ \t]+([\w-]+)(?:[ \t]*\(\))?|([\w-]+)[ \t]*\(\))[ \t\n]*\{(.*?)^[ \t]*\}", re.MULTILINE | re.DOTALL
)
_ARGUMENT = re.compile(r"(?<=\s)(?=[\"'])")


class Given(NamedTuple):
    """SQL that a client is given: the text as it stands there, its line, and whether variables are replaced in it."""

    client: str
    text: str
    line: int
    expands: bool


def commands(script: str) -> Iterator[Given]:
    """Every piece of SQL that a client is given, in the order of the clients."""
    script = without_comments(script)
    for name, start, behind in _clients(script):
        line = script[behind : _end(script, behind)]
        for option in _BEFORE_SQL[name].finditer(line):
            yield from _quoted(script, name, behind + option.end())
        yield from piped_or_here(script, name, start, behind)
    for name, behind in _calls_of_functions(script):
        for option in _ARGUMENT.finditer(script[behind : _end(script, behind)]):
            yield from (given for given in _quoted(script, name, behind + option.end()) if looks_like_sql(given.text))


def _clients(script: str) -> Iterator[tuple[str, int, int]]:
    """Every place where a client is called, by its name or by a variable that holds it: which, its start and end."""
    for found in _CLIENT.finditer(script):
        yield found[1], found.start(), found.end()
    for name, client in dict.fromkeys((kept[1], kept[2]) for kept in _KEPT.finditer(script)):
        for used in re.finditer(rf"\"?\$(?:\{{{name}(?:\[@\])?\}}|{name}\b)\"?(?=[ \t]|\\\n)", script):
            yield client, used.start(), used.end()


def _calls_of_functions(script: str) -> Iterator[tuple[str, int]]:
    """Every call of a function of the script that runs a client which takes SQL: the client, and where the name ends."""
    for function in _FUNCTION.finditer(script):
        client = _CLIENT.search(function[3])
        if client and client[1] in SQL_CLIENTS:
            name = re.escape(function[1] or function[2])
            for call in re.finditer(rf"(?<![\w./$-]){name}(?=[ \t]+[\"'$\w-])", script):
                yield client[1], call.end()


def piped_or_here(script: str, client: str, start: int, behind: int) -> Iterator[Given]:
    """What the client that stands between two offsets is given in front of a pipe and in a here-document."""
    first = max(script.rfind("\n", 0, start), script.rfind(";", 0, start)) + 1
    before = script[first:start]
    if "|" in before and (piped := _PIPED.search(before)):
        yield from _quoted(script, client, first + piped.end())
    end = _end(script, behind)
    if here := _HERE.search(script[behind:end]):
        yield from _document(script, client, end, here)


def parts(given: Given) -> Iterator[tuple[str, int]]:
    """The text in pieces with their lines, an empty piece for each variable."""
    line, position = given.line, 0
    for hole in _HOLE.finditer(given.text) if given.expands else ():
        piece = given.text[position : hole.start()]
        if piece:
            yield piece, line
        line += piece.count("\n")
        yield "", line
        position = hole.end()
    if position < len(given.text):
        yield given.text[position:], line


def without_comments(script: str) -> str:
    """The script with whole-line comments blanked, so that an example in one is no command."""
    return re.sub(r"^[ \t]*#[^\n]*", lambda found: " " * len(found[0]), script, flags=re.MULTILINE)


def _end(script: str, start: int) -> int:
    """Where the command line ends that goes on at `start`: at a line end outside quotes that no backslash continues."""
    quote = ""
    for found in re.finditer(r"\\.|[\"'\n]", script[start:], re.DOTALL):
        mark = found[0]
        if mark == "\n" and not quote:
            return start + found.start()
        if mark in ("'", '"'):
            quote = "" if quote == mark else quote or mark
    return len(script)


def _quoted(script: str, client: str, start: int) -> Iterator[Given]:
    """The quoted string that begins at `start`."""
    start += script[start] == "$" and script[start + 1 : start + 2] in "'\""
    quote = script[start]
    if quote not in "'\"":
        return
    pattern = re.compile(r"[^']*" if quote == "'" else r"(?:[^\"\\]|\\.)*", re.DOTALL)
    body = pattern.match(script, start + 1)
    if body:
        text = body[0] if quote == "'" else re.sub(r"\\([\"$`\\])", r"\1", body[0])
        yield Given(client, text, script.count("\n", 0, start) + 1, quote == '"')


def _document(script: str, client: str, end: int, here: re.Match[str]) -> Iterator[Given]:
    """The here-document behind the command line that ends at `end`; meta-commands of the client are blanked."""
    closing = re.compile(rf"^\t*{re.escape(here[2])}[ \t]*$", re.MULTILINE).search(script, end)
    if closing:
        text = _META.sub("", script[end + 1 : closing.start()])
        yield Given(client, text, script.count("\n", 0, end + 1) + 1, not here[1])
