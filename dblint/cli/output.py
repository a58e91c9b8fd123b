"""Where reports go: the standard output, or files that are either whole or not there."""

import contextlib
import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import click

from dblint.cli.errors import CannotRun


def emit(text: str) -> None:
    """Write a payload to the standard output, to the last byte.

    Raises:
        BrokenPipeError: if nobody reads any more.
        CannotRun: if it could not be written.
    """
    if sys.stdout is None or sys.stdout.closed:
        raise CannotRun("the report was not written: the standard output is closed", "use --output FORMAT=PATH")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        silence(sys.stdout)
        raise _not_written("the standard output", error) from None


def silence(stream: TextIO) -> None:
    """Let what a stream still holds go nowhere: it would fail again when the stream is flushed or closed."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def write_files(reports: Sequence[tuple[Path, str | bytes]]) -> None:
    """Write every report to its file; each file appears whole or not at all.

    Raises:
        CannotRun: naming each report that could not be written, after all others were.
    """
    failures = []
    for path, text in reports:
        try:
            write_file(path, text if isinstance(text, bytes) else text.encode("utf-8", errors="backslashreplace"))
        except OSError as error:
            failures.append(str(_not_written(str(path), error)))
    if failures:
        raise CannotRun("\n".join(failures), "nothing was left half-written; check the path and the space left")


def write_file(path: Path, data: bytes) -> None:
    """Write a file by way of a temporary one beside it; a device or pipe is written to directly.

    Raises:
        OSError: if it could not be written; the file is then as it was before.
    """
    target = Path(os.path.realpath(path))
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISREG(target.stat().st_mode):
            target.write_bytes(data)
            return
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError):
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        temporary.replace(target)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def colour(choice: str) -> bool:
    """Whether the standard output is to be coloured: as chosen, else NO_COLOR and FORCE_COLOR, else if it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def say(text: str) -> None:
    """Tell the user something that is not payload."""
    click.echo(text, err=True)


def _not_written(name: str, error: OSError) -> CannotRun:
    return CannotRun(f"the report was not written to {name}: {os.strerror(error.errno) if error.errno else 'unknown error'}")
