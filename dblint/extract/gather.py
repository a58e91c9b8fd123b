"""The facts of every file of a tree: each read in a process of its own, in the order of the files."""

import contextlib
import struct
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from dblint.engine.keys import key
from dblint.engine.memory import FORGETFUL, Memory
from dblint.engine.pool import answers
from dblint.engine.settings import Settings
from dblint.engine.stopwatch import Stopwatch
from dblint.engine.worker import Answer
from dblint.extract.reading import CommentReader, read_bytes
from dblint.languages import Vocabulary, supported
from dblint.model.base import Fact
from dblint.model.facts import FileFacts, Problem

SECONDS = struct.Struct("<d")
"""What a worker's answer begins with: how long it took."""
FRAMES = 20_000  # facts are as deep as source is, and so is whatever walks them
_FEW = 250_000  # bytes that are read before a second worker has started
_DECODER = msgspec.msgpack.Decoder(FileFacts)
_BESIDE = 3  # files that one process reads faster than workers are started
_MANY = 20  # files for which it pays to load the parsers once, before the workers start


class ReadsBeside(Protocol):
    """A process beside this one that reads one file at a time."""

    def ask(self, source: "Source", vocabulary: Vocabulary) -> None:
        """Ask for the facts of a file, to be heard later."""

    def heard(self) -> bytes | None:
        """The facts that were asked for, as a worker gives them; None if they cannot be had from there."""

    def files_are_read(self) -> None:
        """Say that no file will be asked for any more."""


class Source(Fact, frozen=True):
    """A file to read: `location` is where it really is, `path` what it is called in facts."""

    path: str
    language: str
    location: Path
    size: int


class Reader(Fact, frozen=True):
    """What it takes to read a file; `identity` differs whenever any of this does."""

    vocabularies: Mapping[str, Vocabulary]
    comments_of_sql: CommentReader
    identity: str = ""

    def read(self, source: Source) -> FileFacts:
        """Return what one file says."""
        data, reason = read_bytes(source.location, source.language)
        if reason:
            return unread(source, reason)
        from dblint.extract.file import extract  # noqa: PLC0415 - only whoever reads a file needs it, mostly a worker

        return extract(source.path, source.language, data, self.vocabularies[source.language], self.comments_of_sql)

    def name(self, source: Source) -> tuple[str, str]:
        """Return what the facts of a file are remembered under: all that they depend on. Or why it cannot be read."""
        data, reason = read_bytes(source.location, source.language)
        if reason:
            return "", reason
        return key((self.identity.encode(), source.language.encode(), source.path.encode(), data)), ""


def gather(
    sources: Sequence[Source],
    reader: Reader,
    settings: Settings,
    remembered: Memory = FORGETFUL,
    done: Callable[[int], None] = lambda _: None,
    watch: Stopwatch | None = None,
    meanwhile: Callable[[], None] = lambda: None,
    beside: ReadsBeside | None = None,
) -> tuple[FileFacts, ...]:
    """Return the facts of all files in their order; `done` is told how many there are so far, `meanwhile` done if any is read.

    A few files are read by the process `beside` this one where there is one, more of them by workers. A file whose content is
    `remembered` is not read again. One whose reader died, or took too long or too much, gives the problem `parser-crash`,
    `timeout` or `memory`; that is not remembered, since another run may have more room.
    """
    sys.setrecursionlimit(max(sys.getrecursionlimit(), FRAMES))
    encode, decode = msgspec.msgpack.Encoder().encode, _DECODER.decode

    def work(task: int) -> bytes:
        began = time.perf_counter()
        answer = encode(reader.read(sources[task]))
        return SECONDS.pack(time.perf_counter() - began) + answer

    names = [reader.name(source) if remembered.usable else ("", "") for source in sources]
    found = dict(_known(sources, names, remembered, watch))
    missing = [task for task in range(len(sources)) if task not in found]
    missing.sort(key=lambda task: -sources[task].size)
    if len(missing) >= _MANY:
        _load({sources[task].language for task in missing})
    workers = 1 if sum(sources[task].size for task in missing) < _FEW else settings.workers
    answered: Iterator[tuple[int, Answer]] = answers(work, missing, settings, workers, meanwhile)
    if beside is not None and len(missing) <= _BESIDE:
        answered = _beside(beside, missing, sources, reader, meanwhile, lambda left: answers(work, left, settings, workers))
    for task, answer in answered:
        if isinstance(answer, str):
            found[task] = unread(sources[task], answer)
        else:
            said = answer[SECONDS.size :]
            if watch:
                watch.read(sources[task].path, sources[task].language, SECONDS.unpack_from(answer)[0])
            found[task] = decode(said)
            # What was read must be what was named: the file may have changed in between.
            name, _ = names[task]
            if name and names[task] == reader.name(sources[task]):
                remembered.put(name, said)
        done(len(found))
    return tuple(found[task] for task in range(len(sources)))


def _beside(
    beside: ReadsBeside,
    missing: Sequence[int],
    sources: Sequence[Source],
    reader: Reader,
    meanwhile: Callable[[], None],
    by_workers: Callable[[Sequence[int]], Iterator[tuple[int, Answer]]],
) -> Iterator[tuple[int, Answer]]:
    """Yield the answers of the process beside this one, and from the first that it does not give on those of workers."""
    for number, task in enumerate(missing):
        beside.ask(sources[task], reader.vocabularies[sources[task].language])
        if not number:
            meanwhile()
        answer = beside.heard()
        if answer is None:
            yield from by_workers(missing[number:])
            return
        yield task, answer
    beside.files_are_read()


def _known(
    sources: Sequence[Source], names: Sequence[tuple[str, str]], remembered: Memory, watch: Stopwatch | None
) -> Iterator[tuple[int, FileFacts]]:
    """Yield the facts that need no reading, with the number of the file: what is remembered, and what cannot be read."""
    for task, (name, reason) in enumerate(names):
        known = remembered.get(name) if name else None
        if reason:
            yield task, unread(sources[task], reason)
        elif known is not None:
            with contextlib.suppress(msgspec.MsgspecError):
                yield task, _DECODER.decode(known)
                if watch:
                    watch.read(sources[task].path, sources[task].language, None)


def unread(source: Source, reason: str) -> FileFacts:
    """Return the facts of a file that was not read."""
    return FileFacts(source.path, source.language, problems=(Problem(source.path, reason),))


def _load(languages: set[str]) -> None:
    """Import what the workers need, so that it is loaded once and not in each of them."""
    from importlib import import_module  # noqa: PLC0415 - only for many files

    import_module("dblint.sql.script")
    import_module("dblint.extract.file")
    for language in sorted(languages & supported()):
        import_module(f"dblint.languages.{language}.adapter")
