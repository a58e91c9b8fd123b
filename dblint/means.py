"""What a run works with; none of it changes what the run says."""

from collections.abc import Callable
from typing import NamedTuple

from dblint.engine.memory import Memories
from dblint.engine.settings import Settings
from dblint.engine.stopwatch import Stopwatch
from dblint.extract.gather import ReadsBeside
from dblint.sql import ReadScript

Progress = Callable[[str, int, int], None]


class Means(NamedTuple):
    """How to use the machine, what is remembered of the tree, what reads the SQL in source code, and whom to tell of it all.

    `beside` reads a few files, if there is a process beside this one.
    """

    settings: Settings
    remembered: Memories
    scripts: ReadScript
    tell: Progress
    watch: Stopwatch | None = None
    beside: ReadsBeside | None = None
