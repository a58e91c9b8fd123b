"""Source lines for code frames, read safely from the scanned tree."""

from functools import lru_cache
from pathlib import Path

from dblint.discover.listing import location
from dblint.extract.reading import read_bytes
from dblint.languages.decoding import decode
from dblint.report.view import may_be_framed


class Sources:
    """Reads lines of source files below `root`; `hidden` are files whose lines must never be shown (configuration)."""

    def __init__(self, root: Path, hidden: frozenset[str] = frozenset()) -> None:
        self._root = root
        self._hidden = hidden
        self._read = lru_cache(maxsize=16)(self._read_lines)

    def lines(self, path: str) -> tuple[str, ...]:
        """The lines of the file, decoded as the analysis does; empty if it is configuration, outside the root or unreadable."""
        return self._read(path)

    def _read_lines(self, path: str) -> tuple[str, ...]:
        if path in self._hidden or not may_be_framed(path):
            return ()
        try:
            real = location(self._root, path).resolve()
            inside = real.is_relative_to(self._root.resolve())
        except (OSError, ValueError, RuntimeError):  # RuntimeError for a loop of links
            return ()
        suffix = real.suffix.removeprefix(".").lower()
        data, _ = read_bytes(real, suffix) if inside else (b"", "")
        text, _ = decode(data, "python" if suffix in ("py", "pyi") else suffix)
        return tuple(line.removesuffix("\r") for line in text.split("\n")) if text else ()
