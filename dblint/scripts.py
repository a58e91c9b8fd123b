"""Reads the SQL texts of source code, in a process of its own where this one has other things to do until it knows them."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from dblint.engine.aside import READY, Aside
from dblint.engine.settings import Settings
from dblint.model.sql import Dialect, Statement
from dblint.sql import ReadScript, read_script


@contextmanager
def beside(settings: Settings) -> Iterator[ReadScript]:
    """What reads SQL texts while the context is open.

    The parser takes longer to load than the few texts of an edit to read, so that another process loads it meanwhile; where
    there is only one processor, or that process fails, this one does what it would have done.
    """
    if settings.workers == 1:
        yield read_script
        return
    aside = Aside(_answer, settings)
    kind = tuple[Statement, ...]

    def read(text: str, dialect: Dialect) -> tuple[Statement, ...]:
        answer = aside.answer(f"{dialect}\n{text}".encode("utf-8", "surrogatepass"))
        return read_script(text, dialect) if answer is None else msgspec.msgpack.decode(answer, type=kind)

    try:
        yield read
    finally:
        aside.close()


def _answer(question: bytes) -> bytes:
    """The statements of a text, whose dialect stands in its first line."""
    if question == READY:
        import dblint.sql.script  # noqa: F401, PLC0415 - loading it is the answer

        return b""
    dialect, _, text = question.decode("utf-8", "surrogatepass").partition("\n")
    return msgspec.msgpack.encode(read_script(text, msgspec.convert(dialect, Dialect)))
