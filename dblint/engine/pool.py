"""Spreads tasks over workers; a dead or hanging worker costs exactly the task it was busy with."""

import os
import select
import struct
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator

from dblint.engine.settings import Settings
from dblint.engine.worker import DONE, REASONS, Answer, Work, Worker, attempt

Task = Callable[[int], bytes]
"""What is done with the number of a task."""

_NUMBER = struct.Struct("<I")


def answers(
    work: Task,
    tasks: Iterable[int],
    settings: Settings,
    workers: int = 0,
    meanwhile: Callable[[], None] = lambda: None,
) -> Generator[tuple[int, Answer], None, None]:
    """Every task with its answer, in the order in which they are done; it is best to begin with the longest.

    `meanwhile` is done in this process when there are tasks, while the workers do the first of them.

    Reasons: `parser-crash` (the worker died), `timeout`, `memory`, `too-deep`, `internal-error`.
    All workers are gone when this ends, however it ends. Where there is no fork, the work is done in this process.
    """
    waiting = deque(tasks)

    def numbered(question: bytes) -> bytes:
        return work(*_NUMBER.unpack(question))

    if not hasattr(os, "fork"):
        for task in waiting:
            kind, data = attempt(numbered, _NUMBER.pack(task))
            yield task, data if kind == DONE else REASONS[kind]
        return
    pool = _Pool(numbered, settings)
    try:
        yield from pool.run(waiting, workers or settings.workers, meanwhile)
    finally:
        pool.close()


class _Pool:
    """The workers of one run; at most one task is in flight in each."""

    def __init__(self, work: Work, settings: Settings) -> None:
        self._work = work
        self._settings = settings
        self._workers: list[Worker] = []

    def run(self, waiting: deque[int], most: int, meanwhile: Callable[[], None]) -> Iterator[tuple[int, Answer]]:
        for _ in range(min(most, len(waiting))):
            self._ask(self._start(), waiting.popleft())
        if self._workers:
            meanwhile()
        while self._workers:
            for worker, answer in self._outcomes():
                task = worker.task
                if isinstance(answer, bytes) and waiting:
                    self._ask(worker, waiting.popleft())
                else:
                    self._end(worker)
                    if waiting:
                        self._ask(self._start(), waiting.popleft())
                yield task, answer

    def close(self) -> None:
        """Kill all workers that are left."""
        for worker in tuple(self._workers):
            self._end(worker)

    def _start(self) -> Worker:
        worker = Worker(self._work, self._settings.memory, self._workers)
        self._workers.append(worker)
        return worker

    def _end(self, worker: Worker) -> None:
        self._workers.remove(worker)
        worker.end()

    def _ask(self, worker: Worker, task: int) -> None:
        worker.task = task
        worker.ask(_NUMBER.pack(task), self._settings.seconds)

    def _outcomes(self) -> list[tuple[Worker, Answer]]:
        """The workers that are done, dead or too late, after some time of waiting for the first of them."""
        heard = select.poll()
        by_end = {worker.answer_end: worker for worker in self._workers}
        for end in by_end:
            heard.register(end, select.POLLIN | select.POLLHUP)
        first = min(worker.deadline for worker in self._workers)
        ready = heard.poll(max(0.0, first - time.monotonic()) * 1000 + 1)
        found = [(by_end[end], answer) for end, _ in ready if (answer := by_end[end].answer()) is not None]
        done = {worker for worker, _ in found}
        late = [worker for worker in self._workers if worker not in done and worker.is_late(self._settings.seconds)]
        found += [(worker, "timeout") for worker in late]
        return found
