"""The processor time of every stage of one cold run, as JSON: `python -m tests.benchmarks.stages TREE`.

That of the workers counts in the stage that waits for their end.
"""
# ruff: noqa: T201 - a script that prints

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dblint.config import load
from dblint.engine.settings import Settings
from dblint.engine.stopwatch import Stopwatch
from dblint.pipeline import analyse

START = "start"


class Processor(Stopwatch):
    """A stopwatch that stands still while the processor does something else."""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """A part of the run, whose processor time is added to that which it has."""
        began = spent()
        try:
            yield
        finally:
            self.stages[name] += spent() - began


def spent() -> float:
    """The processor time of this process and of all that it started and that are gone."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> None:
    """Analyse a tree and print what each stage cost; `start` is what it took to get here."""
    tree = Path(sys.argv[1])
    watch = Processor()
    analyse(tree, load(None, tree), settings=Settings(jobs=1), watch=watch)
    print(json.dumps({START: watch.started, **watch.stages}))


if __name__ == "__main__":
    main()
