"""A worker that gets ready while this process goes on, and then answers it one question at a time."""

import os
import select
import time

from dblint.engine.settings import Settings
from dblint.engine.worker import Work, Worker

_LONGEST = 1_000_000  # bytes of a question


class Aside:
    """Answers to questions that `work` gives in another process; None for all of them where there is no fork.

    It is for work that this process could do as well: whoever gets no answer does it here.
    """

    def __init__(self, work: Work, settings: Settings) -> None:
        self._seconds = settings.seconds
        self._worker = Worker(work, settings.memory, []) if hasattr(os, "fork") else None
        self._is_asked = False

    def ask(self, question: bytes) -> None:
        """Put a question, to be heard later; an answer that nobody heard is forgotten. One that is too long is not put."""
        if self._is_asked:
            self.heard()
        if self._worker is not None and len(question) <= _LONGEST:
            self._worker.ask(question, self._seconds)
            self._is_asked = True

    def heard(self) -> bytes | None:
        """The answer to the last question; None if none was put, and from when on a question took too much."""
        asked, self._is_asked = self._is_asked, False
        while asked and self._worker is not None:
            heard = select.poll()
            heard.register(self._worker.answer_end, select.POLLIN | select.POLLHUP)
            heard.poll(max(0.0, self._worker.deadline - time.monotonic()) * 1000 + 1)
            found = self._worker.answer()
            if isinstance(found, bytes):
                return found
            if found is not None or self._worker.is_late(self._seconds):
                self.close()
        return None

    def answer(self, question: bytes) -> bytes | None:
        """The answer to a question, as `heard` gives it."""
        self.ask(question)
        return self.heard()

    def close(self) -> None:
        """End the worker, whatever it does."""
        if self._worker is not None:
            self._worker.end()
            self._worker = None
