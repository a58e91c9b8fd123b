"""Source lines for code frames, read safely from the scanned tree."""

import os
import stat
from functools import lru_cache
from pathlib import Path

from dblint.report.view import may_be_framed

_LARGEST = 4_000_000


class Sources:
    """Reads lines of source files below `root`; `hidden` are files whose lines must never be shown (configuration)."""

    def __init__(self, root: Path, hidden: frozenset[str] = frozenset()) -> None:
        self._root = root
        self._hidden = hidden
        self._read = lru_cache(maxsize=16)(self._read_lines)

    def lines(self, path: str) -> tuple[str, ...]:
        """The lines of the file, decoded with replacement; empty if it is configuration, outside the root or unreadable."""
        return self._read(path)

    def _read_lines(self, path: str) -> tuple[str, ...]:
        if path in self._hidden or not may_be_framed(path):
            return ()
        try:
            real = (self._root / path).resolve()
            if not real.is_relative_to(self._root.resolve()):
                return ()
            data = _regular_file(real)
        except (OSError, ValueError, RuntimeError):  # resolve() raises RuntimeError for a loop of links
            return ()
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            text = data.decode("utf-16", errors="replace")
        else:
            text = data.decode("utf-8-sig", errors="replace")
        return tuple(line.removesuffix("\r") for line in text.split("\n"))


def _regular_file(path: Path) -> bytes:
    # Without O_NONBLOCK opening a named pipe waits for ever.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as file:  # noqa: PTH123 - opened by descriptor
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return b""
        return file.read(_LARGEST)
