"""A worker that gets ready while this process goes on, and then answers it one question at a time."""

import os
import select
import time

from dblint.engine.settings import Settings
from dblint.engine.worker import Work, Worker

READY = b""
"""The first question: what takes long to load is loaded, and nobody waits for the answer."""
_LONGEST = 32_000  # bytes of a question, which a pipe takes at once


class Aside:
    """Answers to questions that `work` gives in another process; None for all of them where there is no fork.

    It is for work that this process could do as well: whoever gets no answer does it here.
    """

    def __init__(self, work: Work, settings: Settings) -> None:
        self._seconds = settings.seconds
        self._worker: Worker | None = None
        self._is_ready = False
        if hasattr(os, "fork"):
            self._worker = Worker(work, settings.memory, [])
            self._worker.ask(READY, self._seconds)

    def answer(self, question: bytes) -> bytes | None:
        """What the work gives; None for a question that is too long, and once a question took too much."""
        if len(question) > _LONGEST:
            return None
        if not self._is_ready:
            self._heard()
            self._is_ready = True
        if self._worker is not None:
            self._worker.ask(question, self._seconds)
        return self._heard()

    def close(self) -> None:
        """End the worker, whatever it does."""
        if self._worker is not None:
            self._worker.end()
            self._worker = None

    def _heard(self) -> bytes | None:
        """What the worker says to the last question; after a failure it is gone."""
        while self._worker is not None:
            heard = select.poll()
            heard.register(self._worker.answer_end, select.POLLIN | select.POLLHUP)
            heard.poll(max(0.0, self._worker.deadline - time.monotonic()) * 1000 + 1)
            found = self._worker.answer()
            if isinstance(found, bytes):
                return found
            if found is not None or self._worker.is_late(self._seconds):
                self.close()
        return None
