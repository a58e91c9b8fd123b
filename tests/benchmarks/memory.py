"""What a command's processes hold together at their peak."""

import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

_PROC = Path("/proc")
_BETWEEN = 0.25  # seconds between two looks
_KIB = 1024


def peak(command: Sequence[str], environment: dict[str, str]) -> int:
    """Return the most bytes that a command and all its descendants were seen to hold at one time, 0 where there is no /proc.

    What processes share is counted once (it is the sum of their proportional set sizes).
    """
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ended = threading.Event()
    seen = [0]

    def watch() -> None:
        while not ended.wait(_BETWEEN):
            seen.append(sum(_held(pid) for pid in _family(process.pid)))

    watching = threading.Thread(target=watch)
    watching.start()
    process.wait()
    ended.set()
    watching.join()
    return max(seen)


def _family(first: int) -> list[int]:
    """Return a process and its descendants."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir() if _PROC.is_dir() else ():
        if entry.name.isdigit():
            children.setdefault(_parent(entry), []).append(int(entry.name))
    found = [first]
    for pid in found:
        found += children.get(pid, [])
    return found


def _parent(process: Path) -> int:
    try:
        said = (process / "stat").read_bytes()
    except OSError:
        return 0
    return int(said.rpartition(b")")[2].split()[1])


def _held(pid: int) -> int:
    """Return the proportional set size of a process, 0 if it is gone."""
    try:
        said = (_PROC / str(pid) / "smaps_rollup").read_text()
    except OSError:
        return 0
    sizes = (line.split()[1] for line in said.splitlines() if line.startswith("Pss:"))
    return int(next(sizes, 0)) * _KIB
