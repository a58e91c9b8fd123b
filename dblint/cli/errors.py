"""What ends a run without a verdict, and how each is told."""

import os
import platform
import sys
import traceback
from collections.abc import Sequence
from enum import IntEnum
from pathlib import PurePath

import click

from dblint import __version__


class Exit(IntEnum):
    """The exit codes; where several apply the first of 2, 1, 3, 0 is taken."""

    CLEAN = 0
    FINDINGS = 1
    FAILED = 2
    INCOMPLETE = 3
    INTERRUPTED = 130
    READER_GONE = 141
    TERMINATED = 143


class CannotRun(click.ClickException):
    """dblint could not do its job; `remedy` says what to do about it."""

    exit_code = Exit.FAILED

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class Terminated(BaseException):
    """SIGTERM; not an Exception, so that no stage mistakes it for a bad file."""


def bug_report(error: BaseException, arguments: Sequence[str], commands: Sequence[str]) -> str:
    """A report of our own bug that can be pasted anywhere: it holds no message, value, path or source text of the user."""
    words = [_public(word, commands) for word in arguments]
    lines = [
        "dblint: internal error. This is a bug in dblint, not in your code; nothing was decided about your code.",
        "Please report it with the text below, which holds nothing of your code, its names or its secrets.",
        "",
        f"dblint {__version__} · Python {platform.python_version()} · {platform.platform()}",
        f"command: {' '.join(['dblint', *words])}",
    ]
    for link in _chain(error):
        lines.append(f"{type(link).__module__}.{type(link).__qualname__} (its message is left out)")
        lines += [
            f"  {_module(frame.filename)}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(link.__traceback__)
        ]
    if os.environ.get("DBLINT_DEBUG"):
        from dblint.report.escape import mask  # noqa: PLC0415 - only a crash needs it, --help does not

        told = map(mask, traceback.format_exception(error))
        lines += ["", "DBLINT_DEBUG is set; what follows may hold text of your code:", *told]
    return "\n".join(lines) + "\n"


def _public(word: str, commands: Sequence[str]) -> str:
    if word in commands:
        return word
    option = word.partition("=")[0]
    return option if option.startswith("-") and option.lstrip("-").replace("-", "").isalpha() and option.isascii() else "…"


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what caused it, the first cause first."""
    links: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in links:
        links.append(link)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return links[::-1]


def _module(filename: str) -> str:
    """The file of a frame from the name of its package on: where Python is installed is nobody's business."""
    path = PurePath(filename)
    for folder in sorted(map(PurePath, sys.path), key=lambda p: len(p.parts), reverse=True):
        if folder.parts and path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return path.name
