"""What a run spends its time on, for `--timings`."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from dblint.model.base import Fact


class FileTime(Fact, frozen=True):
    """The seconds that one file took: to read it (in a worker) and to interpret it; `remembered` if it was not read again."""

    path: str
    language: str
    reading: float = 0.0
    interpreting: float = 0.0
    remembered: bool = False
    frameworks: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """All of its seconds."""
        return self.reading + self.interpreting


class Stopwatch:
    """Collects the seconds of one run; `stages` are in the order in which they began, `started` is what it took to get here."""

    def __init__(self) -> None:
        self.started = time.process_time()
        self.stages: defaultdict[str, float] = defaultdict(float)
        self._began = time.perf_counter()
        self._languages: dict[str, str] = {}
        self._reading: defaultdict[str, float] = defaultdict(float)
        self._interpreting: defaultdict[str, float] = defaultdict(float)
        self._remembered: set[str] = set()
        self._frameworks: dict[str, tuple[str, ...]] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """A part of the run, whose seconds are added to those that it has."""
        began = time.perf_counter()
        self.stages[name] += 0
        try:
            yield
        finally:
            self.stages[name] += time.perf_counter() - began

    def read(self, path: str, language: str, seconds: float | None) -> None:
        """Take down what it took to read a file; None if it was remembered."""
        self._languages[path] = language
        if seconds is None:
            self._remembered.add(path)
        else:
            self._reading[path] += seconds

    def interpreted(self, path: str, seconds: float) -> None:
        """Take down what it took to interpret a file."""
        self._interpreting[path] += seconds

    def imports(self, path: str, frameworks: Iterable[str]) -> None:
        """Take down which frameworks a file names."""
        self._frameworks[path] = tuple(frameworks)

    @property
    def total(self) -> float:
        """The seconds since the stopwatch was made."""
        return time.perf_counter() - self._began

    def files(self) -> tuple[FileTime, ...]:
        """Every file with its seconds, the slowest first."""
        found = [
            FileTime(
                path,
                language,
                self._reading[path],
                self._interpreting[path],
                path in self._remembered,
                self._frameworks.get(path, ()),
            )
            for path, language in self._languages.items()
        ]
        return tuple(sorted(found, key=lambda one: (-one.seconds, one.path)))
