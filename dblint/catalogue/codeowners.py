r"""CODEOWNERS as GitHub reads it: the last line whose pattern matches a file names its owners.

Source: GitHub, "About code owners": patterns are those of .gitignore without `!`, `[ ]` and `\\#`; `docs/*` does not reach
into folders below. Sections of GitLab (`[Section]`) are left out: their lines are read, their defaults are not.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from dblint.model.base import Fact

# Where the file may be, in the order in which GitHub looks, then GitLab's own.
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")

_WILDCARDS = 8  # more of them in one pattern could make matching slow


class Entry(Fact, frozen=True):
    """One line: who owns the files that match; nobody where `owners` is empty."""

    pattern: str
    owners: tuple[str, ...]
    line: int


def parse(text: str) -> tuple[Entry, ...]:
    """The lines that hold a pattern which GitHub accepts, in the order of the file."""
    entries = []
    for number, line in enumerate(text.splitlines(), 1):
        words = re.findall(r"(?:\\.|[^\s\\])+", re.sub(r"(^|\s)#.*", "", line))
        if words and not words[0].startswith(("!", "[", "^[")) and words[0].count("*") <= _WILDCARDS:
            entries.append(Entry(words[0], tuple(words[1:]), number))
    return tuple(entries)


def entry_for(entries: Sequence[Entry], path: str) -> Entry | None:
    """The line that decides about a file; None where no pattern matches it."""
    return next((entry for entry in reversed(entries) if _expression(entry.pattern).fullmatch(path)), None)


@lru_cache(maxsize=4096)
def _expression(pattern: str) -> re.Pattern[str]:
    is_folder = pattern.endswith("/")
    bare = pattern.strip("/")
    segments = bare.split("/")
    expression = "" if "/" in pattern.rstrip("/") else "(?:.*/)?"
    for index, segment in enumerate(segments):
        last = index == len(segments) - 1
        if segment == "**":
            expression += ".*" if last else "(?:.*/)?"
        else:
            expression += _segment(segment) + ("" if last else "/")
    if is_folder:
        expression += "/.*"
    elif segments[-1] != "*":
        expression += "(?:/.*)?"
    return re.compile(expression, re.DOTALL)


def _segment(segment: str) -> str:
    parts = re.findall(r"\\.|\*+|\?|[^\\*?]+|\\", segment, re.DOTALL)
    return "".join("[^/]*" if p[0] == "*" else "[^/]" if p == "?" else re.escape(re.sub(r"\\(.)", r"\1", p)) for p in parts)
