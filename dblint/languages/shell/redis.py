"""Commands that Redis's client is given, as words.

Source: https://redis.io/docs/latest/develop/tools/cli/ ("Command line usage"), https://redis.io/docs/latest/commands/.
"""

import re
from typing import NamedTuple

from dblint.languages.shell.words import Word, literal

CLIENT = "redis-cli"
_VALUED = re.compile(
    r"-[hptsauridDnX]|--(?:user|pass|cacert|cacertdir|cert|key|sni|tls-ciphers|tls-ciphersuites|eval|show-pushes)"
)
# Where every argument from the first on is a key, or every other one.
_KEYS = {
    **dict.fromkeys(("del", "unlink", "mget", "exists", "touch", "sinter", "sunion", "sdiff", "pfcount", "watch"), 1),
    **dict.fromkeys(("mset", "msetnx"), 2),
}
_SUBCOMMANDS = frozenset({"xgroup", "xinfo", "object", "memory"})


class Command(NamedTuple):
    """A command of Redis: its name in small letters, its arguments, and those that are keys of several keys."""

    name: str
    keys: tuple[Word, ...]
    arguments: tuple[Word, ...]


def command_of(words: tuple[Word, ...]) -> Command | None:
    """The command that the client's arguments are, behind its own options."""
    given = list(words)
    while given and literal(given[0]).startswith("-"):
        del given[: 2 if _VALUED.fullmatch(literal(given[0])) else 1]
    if not given or not re.fullmatch(r"[A-Za-z]+", literal(given[0])):
        return None
    name, arguments = literal(given[0]).lower(), given[1:]
    step = _KEYS.get(name, 0)
    if name in _SUBCOMMANDS:
        arguments = arguments[1:]
    if name in {"xread", "xreadgroup"}:
        texts = [literal(each).lower() for each in arguments]
        streams = arguments[texts.index("streams") + 1 :] if "streams" in texts else []
        return Command(name, tuple(streams[: len(streams) // 2]), ())
    return Command(name, tuple(arguments[::step]) if step else (), tuple(arguments))
