"""What `dblint check` said the last time, said again where nothing has changed since; most runs of a hook are such."""

import io
import os
import sys

from dblint.engine.replay import Outcome, keep, remembered
from dblint.engine.state import State, UnsureError

TYPE_CHECKING = False  # without loading typing
if TYPE_CHECKING:
    from pathlib import Path

    from dblint.config import Configuration


def again(arguments: list[str]) -> int | None:
    """The exit code of a run on these arguments, after it was told; None if it has to be made."""
    outcome = remembered(arguments)
    if outcome is None or sys.stdout is None or sys.stderr is None:
        return None
    try:
        tell(outcome)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing complains when the stream is closed
        return 141
    except OSError:
        return None  # a disk that is full is told of by the run itself
    return outcome.code


def tell(outcome: Outcome) -> None:
    """Write what a run has to say to the two streams.

    Raises:
        OSError: if it cannot be written.
    """
    for stream, text in ((sys.stdout, outcome.out), (sys.stderr, outcome.err)):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
        stream.write(text)
        stream.flush()


class Recording:
    """Keeps the outcome of a run that is about to begin."""

    def __init__(self, arguments: tuple[str, ...], path: "Path", config: "Path | None", state: State) -> None:
        self._arguments, self._path, self._config, self._state = arguments, path, config, state

    def keep(self, configuration: "Configuration", outcome: Outcome) -> None:
        """Keep the outcome, with what was read besides the tree: configuration, baseline and what the configuration names."""
        from dblint import catalogue  # noqa: PLC0415 - only a run that was made needs them
        from dblint.baseline import FOLDER  # noqa: PLC0415 - only a run that was made needs them
        from dblint.config import places  # noqa: PLC0415

        root = self._path.absolute()
        above = root.joinpath(*[".."] * configuration.prefix.count("/"))
        named = (*configuration.rule_folders, *configuration.framework_folders)
        read = [*places(root), *catalogue.places(root), above / FOLDER, *(root / folder for folder in named)]
        read += [self._config] if self._config else []
        keep(list(self._arguments), self._state, [os.path.normpath(each) for each in read], outcome)


def recorded(arguments: tuple[str, ...], path: "Path", config: "Path | None", *, staged: bool) -> Recording | None:
    """What keeps the outcome of a run that is about to begin; None if nothing is to be kept."""
    from dblint.cli.engine import settings, stopwatch  # noqa: PLC0415 - only a run that is made needs it

    how = settings()
    if not how.cache or not how.trust_times or not path.is_dir() or stopwatch() is not None:
        return None
    try:
        return Recording(arguments, path, config, State(str(path.absolute()), staged=staged))
    except UnsureError:
        return None
