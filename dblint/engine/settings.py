"""How a run may use the machine."""

import os

from dblint.model.base import Fact


class Settings(Fact, frozen=True):
    """How many workers there may be (0 for one per processor), what one file may cost, and where answers are kept.

    `seconds` is wall time (longer for a file that waited for a processor) and `memory` bytes of address space on top of what a
    worker starts with. An empty `cache` keeps nothing. With `trust_times`, files whose times, sizes and inodes are as before
    are taken to be as before.
    """

    jobs: int = 0
    seconds: float = 10.0
    memory: int = 1 << 30
    cache: str = ""
    trust_times: bool = True

    @property
    def workers(self) -> int:
        """How many workers there may be at a time."""
        return self.jobs or processors()


def processors() -> int:
    """How many processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
