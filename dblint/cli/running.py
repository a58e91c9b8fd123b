"""One run of the command line: streams, signals, and every way to end turned into an exit code."""

import contextlib
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
        _silence_stdout()
        return Exit.READER_GONE
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
    except Exception as error:  # noqa: BLE001 - our bug, whatever it is, becomes a report
        sys.stderr.write(_shown(bug_report(error, arguments, tuple(application.commands))))
    return Exit.FAILED


def _tell(error: click.ClickException) -> None:
    lines = [f"dblint: {error.format_message()}"]
    if isinstance(error, CannotRun) and error.remedy:
        lines.append(f"help: {error.remedy}")
    if isinstance(error, click.UsageError) and error.ctx:
        lines.append(f"help: '{error.ctx.command_path} --help' shows how it is used")
    sys.stderr.write(_shown("\n".join(lines) + "\n"))


def _shown(text: str) -> str:
    """The text for a terminal, its own line breaks kept."""
    from dblint.report.escape import show  # noqa: PLC0415 - only a mistake needs it, --help does not

    return "\n".join(map(show, text.split("\n")))


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


def _silence_stdout() -> None:
    """Nothing that is still buffered may complain when the interpreter closes the stream."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
