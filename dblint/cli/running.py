"""One run of the command line: streams, signals, and every way to end turned into an exit code."""

import contextlib
import errno
import io
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from types import FrameType

import click

from dblint.cli.application import application
from dblint.cli.errors import CannotRun, Exit, Terminated, bug_report
from dblint.cli.output import silence

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What only writing can end with."""


def run(arguments: Sequence[str]) -> int:
    """Run dblint on these arguments; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        with _termination_raises():
            code = _run(arguments)
            _flush()
    except (KeyboardInterrupt, click.Abort):
        return Exit.INTERRUPTED
    except Terminated:
        return Exit.TERMINATED
    except BrokenPipeError:
        silence(sys.stdout)
        return Exit.READER_GONE
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        _tell(CannotRun(f"not everything was written: {os.strerror(error.errno)}"))
        silence(sys.stdout)
        return Exit.FAILED
    return code


def _run(arguments: Sequence[str]) -> int:
    try:
        return int(application.main(list(arguments), prog_name="dblint", standalone_mode=False, obj=tuple(arguments)) or 0)
    except click.ClickException as error:
        _tell(error)
    except SystemExit as stop:
        # click leaves with 1 when the reader of the standard output has gone; shell completion leaves with its own code.
        if stop.code == 1:
            raise BrokenPipeError from None
        return int(stop.code or 0)
    except click.Abort:
        raise
    except Exception as error:  # our bug, whatever it is, becomes a report
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise
        _complain(bug_report(error, arguments, tuple(application.commands)))
    return Exit.FAILED


def _tell(error: click.ClickException) -> None:
    lines = [f"dblint: {error.format_message()}"]
    if isinstance(error, CannotRun) and error.remedy:
        lines.append(f"help: {error.remedy}")
    if isinstance(error, click.UsageError) and error.ctx:
        lines.append(f"help: '{error.ctx.command_path} --help' shows how it is used")
    _complain("\n".join(lines) + "\n")


def _complain(text: str) -> None:
    """Write a text on the standard error, its own line breaks kept; where nothing can be written, the exit code says it all."""
    from dblint.report.escape import show  # noqa: PLC0415 - only a mistake needs it, --help does not

    if sys.stderr is None:  # closed from the start
        return
    try:
        sys.stderr.write("\n".join(map(show, text.split("\n"))))
        sys.stderr.flush()
    except OSError:
        silence(sys.stderr)


@contextlib.contextmanager
def _termination_raises() -> Iterator[None]:
    """SIGTERM unwinds the stack like Ctrl-C does, so that workers are ended and half-written reports removed."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Terminated

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _flush() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()
