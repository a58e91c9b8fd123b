"""Suppression comments: `dblint: ignore[rule, …] reason` on a line or above it, `dblint: file-ignore[…] reason` anywhere."""

import bisect
import difflib
import re
from collections.abc import Iterable, Sequence
from datetime import date

from dblint.model.findings import Suppression
from dblint.model.syntax import Comment

_DIRECTIVE = re.compile(r"\bdblint:\s*(?P<word>[\w-]+)\s*(?:\[(?P<rules>[^\]]*)\])?(?P<rest>.*)", re.DOTALL)
_UNTIL = re.compile(r"\(?\buntil\s*=\s*([\w/.-]+)\)?")

# Quoted text is stepped over; a comment is taken. The bodies of routines (between dollar signs) hold comments like any SQL.
_SQL = re.compile(
    r"""'(?:[^']|'')*+(?:'|\Z) | "(?:[^"]|"")*+(?:"|\Z) | `[^`]*+(?:`|\Z)
      | --[^\n]*+ | /\*(?:[^*]|\*(?!/))*+(?:\*/|\Z) | \#[ \t]*dblint:[^\n]*+""",
    re.VERBOSE,
)


def parse(comments: Iterable[tuple[str, Comment, Sequence[tuple[int, int]]]]) -> tuple[Suppression, ...]:
    """The suppressions that comments state, each with the lines it covers.

    A comment comes with the path of its file and the first and last line of each statement in that file. It covers the line it
    stands on, or the line below if it stands alone, and the whole of every statement that starts there. Comments that stand
    alone above each other cover the same line. A comment that dblint cannot obey is returned with its `mistake`.
    """
    files: dict[str, tuple[list[Comment], Sequence[tuple[int, int]]]] = {}
    for path, comment, ranges in comments:
        files.setdefault(path, ([], ranges))[0].append(comment)
    found = [
        suppression
        for path, (own, ranges) in files.items()
        for suppression in _in_file(path, sorted(own, key=lambda comment: comment.line), sorted(ranges))
    ]
    return tuple(sorted(found, key=lambda one: (one.path, one.line, one.rules)))


def in_sql(text: str) -> tuple[Comment, ...]:
    """The comments inside SQL text that speak to dblint, without the comment signs; lines count from 1 at the text's start."""
    if "dblint:" not in text:
        return ()
    found = []
    breaks = [match.start() for match in re.finditer("\n", text)]
    for match in _SQL.finditer(text):
        written = match[0]
        if written[0] in "'\"`" or "dblint:" not in written:
            continue
        body = written[2:].removesuffix("*/") if written[0] in "-/" else written[1:]
        line = bisect.bisect_left(breaks, match.start()) + 1
        before = text[breaks[line - 2] + 1 if line > 1 else 0 : match.start()]
        after = text[match.end() : breaks[end] if (end := bisect.bisect_left(breaks, match.end())) < len(breaks) else None]
        found.append(Comment(body.strip(), line + written.count("\n"), not before.strip() and not after.strip()))
    return tuple(found)


def _in_file(path: str, comments: Sequence[Comment], ranges: Sequence[tuple[int, int]]) -> Iterable[Suppression]:
    alone = {comment.line for comment in comments if comment.own_line}
    starts = [first for first, _ in ranges]
    for comment in comments:
        directive = _DIRECTIVE.search(comment.text)
        if directive is None:
            continue
        word = directive["word"]
        if word not in ("ignore", "file-ignore"):
            # Prose may well say `dblint: see docs`; only what looks like a misspelt instruction is reported.
            if difflib.get_close_matches(word, ("ignore", "file-ignore"), cutoff=0.7):
                yield Suppression(path, comment.line, (), "", comment.line, comment.line, mistake="unknown-word")
            continue
        target = comment.line
        while comment.own_line and (target == comment.line or target in alone):
            target += 1
        first, last = (0, 0) if word == "file-ignore" else _covered(target, comment, ranges, starts)
        until, reason, mistake = _until(directive["rest"])
        rules = tuple(dict.fromkeys(name.strip() for name in (directive["rules"] or "").split(",") if name.strip()))
        yield Suppression(path, comment.line, rules, reason, first, last, until, mistake if rules else "no-rules")


def _covered(target: int, comment: Comment, ranges: Sequence[tuple[int, int]], starts: Sequence[int]) -> tuple[int, int]:
    """The lines covered: the target and the statements that start there; beside code, also those that end there."""
    low, high = bisect.bisect_left(starts, target), bisect.bisect_right(starts, target)
    covered = [(target, target), *ranges[low:high]]
    if not comment.own_line:
        covered += [found for found in ranges[:low] if found[1] == target]
    return min(first for first, _ in covered), max(last for _, last in covered)


def _until(rest: str) -> tuple[date | None, str, str]:
    """The last day, the reason without it, and the mistake in the date if there is one."""
    found = _UNTIL.search(rest)
    reason = " ".join((_UNTIL.sub(" ", rest) if found else rest).split()).strip(" :-–—")
    if found is None:
        return None, reason, ""
    try:
        return date.fromisoformat(found[1].rstrip(".")), reason, ""
    except ValueError:
        return None, reason, "no-date"
