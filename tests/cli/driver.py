"""dblint as a process of its own, with a made-up analysis: `python -m tests.cli.driver MODE arguments…`."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from dblint.cli import analysing, main
from dblint.config import Configuration
from dblint.pipeline import Analysis
from tests.report.factory import FINDINGS, system, tree

Progress = Callable[[str, int, int], None] | None
PRIVATE = "hunter2 /home/alice/shop/orders.py"


def shop(root: Path, configuration: Configuration, *, progress: Progress = None, **_: object) -> Analysis:
    """Two services and five findings."""
    del root, progress
    return Analysis(tree(), system(), FINDINGS, (), configuration)


def bug(root: Path, configuration: Configuration, *, progress: Progress = None, **_: object) -> Analysis:
    """A bug whose messages hold what nobody else may see."""
    del root, configuration, progress
    try:
        raise KeyError(PRIVATE)
    except KeyError as error:
        raise RuntimeError(f"SELECT '{PRIVATE}'") from error


def orphan(root: Path, configuration: Configuration, *, progress: Progress = None, **_: object) -> Analysis:
    """A bug: a pipe to a process of our own is broken."""
    del root, configuration, progress
    raise BrokenPipeError(32, PRIVATE)


def hang(root: Path, configuration: Configuration, *, progress: Progress = None, **_: object) -> Analysis:
    """An analysis that is still running when a signal comes."""
    del root, configuration, progress
    sys.stderr.write("running\n")
    sys.stderr.flush()
    time.sleep(60)
    raise AssertionError("no signal came")


if __name__ == "__main__":
    mode = sys.argv.pop(1)
    setattr(analysing, "analyse", {"shop": shop, "bug": bug, "orphan": orphan, "hang": hang}[mode])  # noqa: B010 - not an export
    sys.exit(main())
