"""Commands that a shell script hands to Redis's client: as words, in a here-document, or in front of a pipe.

Source: https://redis.io/docs/latest/develop/tools/cli/ ("Command line usage", "Getting input from other programs").
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from dblint.languages.shell.commands import piped_or_here
from dblint.languages.shell.words import Word, in_quotes, words

CLIENT = "redis-cli"
_VALUED = re.compile(
    r"-[hptsauridDnX]|--(?:user|pass|cacert|cacertdir|cert|key|sni|tls-ciphers|tls-ciphersuites|eval|show-pushes)"
)
_KEPT = re.compile(rf"^[ \t]*(?:(?:export|local|readonly|declare)[ \t]+)?(\w+)=[\"']?(?:[\w./-]*/)?{CLIENT}\b", re.MULTILINE)
# What another script has set is known by its name: `${REDIS_CMDLINE} SET state 1`.
_CALLED_SO = r"(?i:\w*redis_?(?:cli|cmd|command)(?:_?line)?)"
_SAYS = re.compile(r"(?:^|[;&|({\s])(?:echo|printf|log\w*|info|warn|error|die|fail)\b[^;|&]*\"[^\"]*\Z")
# Where every argument from the first on is a key, or every other one.
_KEYS = {
    **dict.fromkeys(("del", "unlink", "mget", "exists", "touch", "sinter", "sunion", "sdiff", "pfcount", "watch"), 1),
    **dict.fromkeys(("mset", "msetnx"), 2),
}
_LINE = re.compile(r"(?:(?!\\n)[^\n])+")
_SUBCOMMANDS = frozenset({"xgroup", "xinfo", "object", "memory"})


class Command(NamedTuple):
    """A command of Redis: its name in small letters, its arguments, those that are keys of several keys, and its line."""

    name: str
    keys: tuple[Word, ...]
    arguments: tuple[Word, ...]
    line: int


def is_used(script: str) -> bool:
    """Whether a script calls Redis's client, as far as a look at its text tells."""
    return CLIENT in script or re.search(rf"\$\{{?{_CALLED_SO}\b", script) is not None


def redis_commands(script: str) -> Iterator[Command]:
    """Every command that the client is given; the script's comments are blanked already."""
    kept = "|".join([_CALLED_SO, *sorted({re.escape(found[1]) for found in _KEPT.finditer(script)})])
    client = re.compile(rf"(?:(?<![\w./-])(?:[\w./-]*/)?{CLIENT}|\$(?:\{{(?:{kept})\}}|(?:{kept})))(?=[ \t\n;|&<)\\]|\Z)")
    for found in client.finditer(script):
        line = script.count("\n", 0, found.start()) + 1
        before = script[script.rfind("\n", 0, found.start()) + 1 : found.start()]
        quoted = in_quotes(before)
        if quoted and _SAYS.search(before):
            continue  # a message to a person
        if command := _command(_without_options(words(script, found.end(), quoted=quoted)), line):
            yield command
        for given in piped_or_here(script, CLIENT, found.start(), found.end()):
            for each in _LINE.finditer(given.text):
                text = each[0] if given.expands else each[0].replace("$", "\\$")
                here = given.line + given.text.count("\n", 0, each.start())
                if command := _command(list(words(text, 0, quoted=False)), here):
                    yield command


def _without_options(given: Iterator[Word]) -> list[Word]:
    """The words of a command line behind the client's own options."""
    found = list(given)
    while found and found[0][0].startswith("-"):
        del found[: 2 if _VALUED.fullmatch("".join(found[0])) else 1]
    return found


def _command(given: list[Word], line: int) -> Command | None:
    if not given or not re.fullmatch(r"[A-Za-z]+", "".join(given[0])):
        return None
    name, *arguments = ("".join(given[0]).lower(), *given[1:])
    step = _KEYS.get(name, 0)
    if name in _SUBCOMMANDS:
        arguments = arguments[1:]
    if name in {"xread", "xreadgroup"}:
        texts = ["".join(each).lower() for each in arguments]
        streams = arguments[texts.index("streams") + 1 :] if "streams" in texts else []
        return Command(name, tuple(streams[: len(streams) // 2]), (), line)
    return Command(name, tuple(arguments[::step]) if step else (), tuple(arguments), line)
