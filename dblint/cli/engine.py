"""How a run uses the machine: the options of every command that analyses, as settings of the engine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from dblint.cli.errors import CannotRun
from dblint.cli.output import emit, say
from dblint.engine.cache import remove
from dblint.engine.folder import cache_folder
from dblint.engine.settings import Settings
from dblint.engine.stopwatch import Stopwatch


def settings() -> Settings:
    """The settings that the running command was given."""
    context = click.get_current_context(silent=True)
    given = context.meta if context else {}
    folder = "" if given.get("dblint.no_cache") else cache_folder(os.environ)
    # Where a checkout is made anew for every run, times say nothing, and a cache may come from anywhere.
    return Settings(jobs=given.get("dblint.jobs") or 0, cache=folder, trust_times=not os.environ.get("CI"))


def stopwatch() -> Stopwatch | None:
    """The stopwatch of the running command; None where nobody asked for one."""
    context = click.get_current_context(silent=True)
    return context.meta.get("dblint.stopwatch") if context else None


@contextmanager
def stage(name: str) -> Iterator[None]:
    """A part of the running command, timed where that was asked for."""
    watch = stopwatch()
    if watch is None:
        yield
    else:
        with watch.stage(name):
            yield


def warn(text: str) -> None:
    """Tell the user what the engine could not do."""
    say(f"dblint: {text}")


def clean() -> None:
    """Remove the cache.

    Raises:
        CannotRun: if it could not be removed.
    """
    folder = cache_folder(os.environ)
    try:
        removed = remove(folder) if folder else 0
    except OSError as error:
        raise CannotRun(f"the cache in '{folder}' could not be removed: {os.strerror(error.errno or 0)}") from None
    emit(f"removed {removed} files from {Path(folder)}\n" if removed else "there is no cache\n")
