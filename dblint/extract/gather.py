"""The facts of every file of a tree: each read in a process of its own, in the order of the files."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from dblint.engine.pool import Answer, answers
from dblint.engine.settings import Settings
from dblint.extract import CommentReader, extract
from dblint.extract.reading import read_bytes
from dblint.languages import Vocabulary
from dblint.model.base import Fact
from dblint.model.facts import FileFacts, Problem

FRAMES = 20_000  # facts are as deep as source is, and so is whatever walks them
_FEW = 250_000  # bytes that are read before a second worker has started
_MANY = 20  # files for which it pays to load the parsers once, before the workers start


class Source(Fact, frozen=True):
    """A file to read: `location` is where it really is, `path` what it is called in facts."""

    path: str
    language: str
    location: Path
    size: int


class Reader(Fact, frozen=True):
    """What it takes to read a file."""

    vocabularies: Mapping[str, Vocabulary]
    comments_of_sql: CommentReader

    def read(self, source: Source) -> FileFacts:
        """Return what one file says."""
        data, reason = read_bytes(source.location, source.language)
        if reason:
            return unread(source, reason)
        return extract(source.path, source.language, data, self.vocabularies[source.language], self.comments_of_sql)


def gather(
    sources: Sequence[Source], reader: Reader, settings: Settings, done: Callable[[int], None] = lambda _: None
) -> tuple[FileFacts, ...]:
    """Return the facts of all files in their order; `done` is told how many there are so far.

    A file whose reader died, or took too long or too much, gives the problem `parser-crash`, `timeout` or `memory`.
    """
    sys.setrecursionlimit(max(sys.getrecursionlimit(), FRAMES))
    encode, decode = msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(FileFacts).decode

    def work(task: int) -> bytes:
        return encode(reader.read(sources[task]))

    longest = sorted(range(len(sources)), key=lambda task: -sources[task].size)
    if len(sources) >= _MANY:
        _load({source.language for source in sources})
    workers = 1 if sum(source.size for source in sources) < _FEW else settings.workers
    found: list[FileFacts | None] = [None] * len(sources)
    for number, (task, answer) in enumerate(answers(work, longest, settings, workers), start=1):
        found[task] = _facts(sources[task], answer, decode)
        done(number)
    return tuple(facts for facts in found if facts is not None)


def unread(source: Source, reason: str) -> FileFacts:
    """Return the facts of a file that was not read."""
    return FileFacts(source.path, source.language, problems=(Problem(source.path, reason),))


def _facts(source: Source, answer: Answer, decode: Callable[[bytes], FileFacts]) -> FileFacts:
    return unread(source, answer) if isinstance(answer, str) else decode(answer)


def _load(languages: set[str]) -> None:
    """Import what the workers need, so that it is loaded once and not in each of them."""
    from importlib import import_module  # noqa: PLC0415 - only for many files

    import_module("dblint.sql.script")
    for language in sorted(languages - {"sql"}):
        import_module(f"dblint.languages.{language}.adapter")
