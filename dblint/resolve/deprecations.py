"""Columns that comments mark: `dblint: deprecated[users.email] moved to contacts.email, since=2026-05-01`."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from dblint.model.place import Place
from dblint.model.syntax import Comment
from dblint.model.system import Deprecation

_MARK = re.compile(r"\bdblint:\s*deprecated\s*\[(?P<columns>[^\]]*)\](?P<rest>.*)", re.DOTALL)
_SINCE = re.compile(r",?\s*\(?\bsince\s*=\s*(\d{4}-\d{2}-\d{2})\)?")


def deprecations(comments: Iterable[tuple[str, Comment]]) -> tuple[Deprecation, ...]:
    """The columns that comments of files mark, in the order of their places."""
    return tuple(sorted((mark for path, comment in comments for mark in _marks(path, comment)), key=lambda mark: mark.place))


def _marks(path: str, comment: Comment) -> Iterator[Deprecation]:
    found = _MARK.search(comment.text)
    if found is None:
        return
    since = _SINCE.search(found["rest"])
    reason = " ".join(_SINCE.sub(" ", found["rest"]).split()).strip(" :-–—,")
    for column in filter(None, map(str.strip, found["columns"].split(","))):
        yield Deprecation(column, Place(path, comment.line), _day(since[1]) if since else None, reason)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
