"""Words of a command line in a shell script, as far as they can be read from the text alone.

Source: POSIX, "Shell Command Language", 2.2 Quoting and 2.6 Word Expansions.
"""

import re
from collections.abc import Iterator

_EXPANSION = r"\$\{[^}\n]*\}|\$\((?:[^()\n]|\([^()\n]*\))*\)|`[^`\n]*`|\$(?:\w+|[@*#?!-])"
_HOLE = re.compile(_EXPANSION)
_PIECE = re.compile(
    rf"""(?P<space>(?:[ \t]|\\\n)+)|'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)"|\\(?P<escaped>.)"""
    rf"""|(?P<hole>{_EXPANSION})|(?P<end>[\n;|&<>()])|(?P<plain>[^\s'"\\$`;|&<>()]+|\$)""",
    re.DOTALL,
)

Word = tuple[str, ...]
"""The pieces of a word, an empty one for what is only known when the script runs."""


def words(script: str, start: int, *, quoted: bool) -> Iterator[Word]:
    """The words from `start` to the end of the command; `quoted` where the whole command stands in double quotes."""
    word: list[str] = []
    if quoted:
        close = re.compile(r"(?<!\\)\"").search(script, start)
        script, start = script[start : close.start() if close else len(script)].replace('\\"', '"'), 0
    while found := _PIECE.match(script, start):
        start = found.end()
        kind = found.lastgroup
        if kind in ("end", "space"):
            redirected = found[0] in "<>" and "".join(word).isdigit()  # 2> says which stream
            if word and not redirected:
                yield tuple(word)
            word = []
            if kind == "end":
                return
        elif kind == "double":
            word += pieces(found["double"])
        elif kind == "hole":
            word.append("")
        else:
            word.append(found[kind or 0] or " ")
    if word:
        yield tuple(word)


def pieces(text: str) -> list[str]:
    """A text in double quotes in pieces, an empty one for each variable."""
    found: list[str] = []
    position = 0
    for hole in _HOLE.finditer(text):
        found += [text[position : hole.start()]] if hole.start() > position else []
        found.append("")
        position = hole.end()
    return found + ([text[position:]] if position < len(text) else [])


def in_quotes(line: str) -> bool:
    """Whether what follows `line`, which begins a command line, stands in double quotes."""
    states = [""]
    for mark in re.findall(r"\\.|\$\(|[\"'()]", line):
        if states[-1] == "'":
            states[-1] = "" if mark == "'" else "'"
        elif mark == "$(":
            states.append("")
        elif mark == ")" and len(states) > 1 and not states[-1]:
            states.pop()
        elif mark == '"':
            states[-1] = "" if states[-1] else '"'
        elif mark == "'" and not states[-1]:
            states[-1] = "'"
    return states[-1] == '"'
