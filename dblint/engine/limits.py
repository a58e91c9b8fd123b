"""What a worker may use, and what it must not inherit."""

import faulthandler
import gc
import os
import signal
import sys

_STACK = 256 << 20
_FRAMES = 20_000


def confine(memory: int) -> None:
    """Take from this process what a worker must not have: memory without end, core dumps, our streams, our signal handlers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; our parent decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _silence()
    _limit(memory)
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _FRAMES))
    gc.disable()


def processor_time(pid: int) -> tuple[float, bool]:
    """Return the processor seconds that a process has had, and whether it wants more at this moment.

    No time and no where the system does not tell (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html).
    """
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 - no pathlib needed for this
            state, *others = file.read().rpartition(b") ")[2].split()
        return sum(map(int, others[10:12])) / os.sysconf("SC_CLK_TCK"), state == b"R"
    except (OSError, ValueError, IndexError):
        return 0.0, False


def _silence() -> None:
    """What a dying library says is nobody's business: it may quote the file."""
    faulthandler.disable()  # it may write to a copy of our standard error
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    if nowhere > 2:
        os.close(nowhere)


def _limit(memory: int) -> None:
    try:
        import resource  # noqa: PLC0415 - not there on every system that has fork
    except ImportError:
        return
    for kind, wanted in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_STACK, _STACK),
        (resource.RLIMIT_AS, _address_space() + memory),
    ):
        _, most = resource.getrlimit(kind)
        allowed = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        try:
            resource.setrlimit(kind, (allowed, most))
        except (OSError, ValueError):
            continue  # a system that does not enforce it; the wall clock still does its part


def _address_space() -> int:
    """The bytes of address space that this process already has."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - no pathlib needed for this
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 1 << 30
