"""A process beside the run, which reads what an edit has: a few files, and the SQL texts in them."""

import time
from importlib import import_module
from pathlib import Path

import msgspec

from dblint.engine.aside import Aside
from dblint.engine.settings import Settings
from dblint.extract.gather import SECONDS, Reader, Source
from dblint.languages import Vocabulary
from dblint.model.base import Fact
from dblint.model.sql import Dialect, Statement
from dblint.sql import read_script


class _File(Fact, frozen=True, tag=True):
    """A file to read, with the vocabulary of its language."""

    path: str
    language: str
    location: str
    size: int
    vocabulary: Vocabulary


class _Text(Fact, frozen=True, tag=True):
    """An SQL text to read."""

    text: str
    dialect: Dialect


class _Ready(Fact, frozen=True, tag=True):
    """What reads files is to be loaded, or what reads SQL; nobody waits for the answer."""

    files: bool


_PARSERS = {True: ("dblint.extract.file", "dblint.languages.driver"), False: ("dblint.sql.script",)}
_QUESTION = msgspec.msgpack.Decoder(_File | _Text | _Ready)
_STATEMENTS = msgspec.msgpack.Decoder(tuple[Statement, ...])


class Beside:
    """The process beside the run; what it does not answer, the run does as if there was none.

    The parsers take longer to load than an edit to read, so that they are loaded there while the run loads everything else;
    those of files come first, as they are asked for first.
    """

    def __init__(self, settings: Settings) -> None:
        self._aside = Aside(_answer, settings)
        self._aside.ask(msgspec.msgpack.encode(_Ready(files=True)))

    def ask(self, source: Source, vocabulary: Vocabulary) -> None:
        """Ask for the facts of a file, to be heard later."""
        named = _File(source.path, source.language, str(source.location), source.size, vocabulary)
        try:
            self._aside.ask(msgspec.msgpack.encode(named))
        except UnicodeEncodeError:
            self._aside.close()  # a name that is no text

    def heard(self) -> bytes | None:
        """The facts that were asked for, as a worker gives them; None if this process cannot."""
        return self._aside.heard()

    def files_are_read(self) -> None:
        """Load what reads SQL."""
        self._aside.ask(msgspec.msgpack.encode(_Ready(files=False)))

    def script(self, text: str, dialect: Dialect) -> tuple[Statement, ...]:
        """The statements of an SQL text."""
        try:
            answer = self._aside.answer(msgspec.msgpack.encode(_Text(text, dialect)))
        except UnicodeEncodeError:
            answer = None
        return read_script(text, dialect) if answer is None else _STATEMENTS.decode(answer)

    def close(self) -> None:
        """End the process."""
        self._aside.close()


def _answer(question: bytes) -> bytes:
    asked = _QUESTION.decode(question)
    if isinstance(asked, _File):
        from dblint.judge.suppress import in_sql  # noqa: PLC0415 - known here already, as a process of its own

        began = time.perf_counter()
        source = Source(asked.path, asked.language, Path(asked.location), asked.size)
        facts = Reader({asked.language: asked.vocabulary}, in_sql).read(source)
        answer = msgspec.msgpack.encode(facts)
        return SECONDS.pack(time.perf_counter() - began) + answer
    if isinstance(asked, _Text):
        return msgspec.msgpack.encode(read_script(asked.text, asked.dialect))
    for module in _PARSERS[asked.files]:
        import_module(module)
    return b""
