"""A progress line on a terminal, for runs that take longer than a moment."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

_PATIENCE = 1.0


def wanted() -> bool:
    """Whether somebody watches: the standard error is a terminal and neither CI nor pre-commit runs us."""
    watched = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return watched and not os.environ.get("CI") and not os.environ.get("PRE_COMMIT")


@contextmanager
def unwatched() -> Iterator[None]:
    """In place of `progress` where none is wanted."""
    yield None


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None] | None]:
    """A function `(stage, done, total)` that shows a bar after about a second, or None where nobody watches."""
    if not wanted():
        yield None
        return
    bar = _Bar()
    try:
        yield bar.update
    finally:
        bar.close()


class _Bar:
    """The bar on the screen, once it is there."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._shown: Progress | None = None

    def update(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is."""
        if self._shown is None:
            if time.monotonic() - self._start < _PATIENCE:
                return
            self._shown = _started()
        task = self._shown.tasks[0].id
        self._shown.update(task, description=stage, completed=done, total=total or None)

    def close(self) -> None:
        """Take the bar off the screen."""
        if self._shown is not None:
            self._shown.stop()


def _started() -> "Progress":
    from rich.console import Console  # noqa: PLC0415 - rich costs 50 ms, which short runs and pipes need not pay
    from rich.progress import Progress  # noqa: PLC0415 - as above

    shown = Progress(console=Console(stderr=True), transient=True)
    shown.add_task("", total=None)
    shown.start()
    return shown
