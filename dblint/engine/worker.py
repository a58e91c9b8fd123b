"""One process that answers one question at a time; its parent may kill it at any moment and loses just that question."""

import contextlib
import gc
import os
import signal
import struct
import time
from collections.abc import Callable

from dblint.engine.limits import confine, processor_time

Work = Callable[[bytes], bytes]
"""What a worker does with a question. It is inherited by fork, so that only bytes travel."""
Answer = bytes | str
"""What became of a question: the bytes that the work gave, or the reason why there are none."""

_LENGTH = struct.Struct("<I")
ANSWER = struct.Struct("<BI")
DONE, MEMORY, DEEP, FAILED = range(4)
REASONS = {MEMORY: "memory", DEEP: "too-deep", FAILED: "internal-error"}

_BLOCKED = {signal.SIGINT, signal.SIGTERM}
_COLLECT = 64 << 20  # bytes of answers after which a worker looks for garbage


class Worker:
    """A child process with a pipe to it and a pipe from it; `task` is the number of what it is busy with."""

    def __init__(self, work: Work, memory: int, others: "list[Worker]") -> None:
        question, self.ask_end = os.pipe()
        self.answer_end, answer = os.pipe()
        # No signal may come between the fork and the child's own handlers: it would unwind our parent's stack in the child.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _BLOCKED)
        self.pid = os.fork()
        if not self.pid:
            code = 1
            try:
                for end in (self.ask_end, self.answer_end, *(end for other in others for end in other.ends)):
                    os.close(end)
                confine(memory)
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
                _serve(work, question, answer)
                code = 0
            finally:
                os._exit(code)
        os.close(question)
        os.close(answer)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.set_blocking(self.answer_end, False)
        self.task = -1
        self.deadline = self._asked = self._spent = 0.0
        self._received = bytearray()

    @property
    def ends(self) -> tuple[int, int]:
        """Our ends of the pipes."""
        return self.ask_end, self.answer_end

    def ask(self, question: bytes, seconds: float) -> None:
        """Give the worker a question and the time for it; one that has died in the meantime is found out by its silence."""
        self._asked = time.monotonic()
        self.deadline = self._asked + seconds
        self._spent = processor_time(self.pid)[0]
        self._received.clear()
        with contextlib.suppress(BrokenPipeError):
            _write(self.ask_end, _LENGTH.pack(len(question)) + question)

    def answer(self) -> Answer | None:
        """What the worker says, once it has said all of it."""
        try:
            heard = self._hear()
        except EOFError:
            return "parser-crash"
        if heard is None:
            return None
        kind, data = heard
        return data if kind == DONE else REASONS[kind]

    def is_late(self, seconds: float) -> bool:
        """Whether the time for the task is over.

        On a machine with too much to do, one that waits for a processor has longer: until it has had half of the time, and
        three times the time at most.
        """
        now = time.monotonic()
        if now <= self.deadline:
            return False
        spent, waits = processor_time(self.pid)
        missing = seconds / 2 - (spent - self._spent)
        if waits and missing > 0 and now < self._asked + 3 * seconds:
            self.deadline = now + missing
            return False
        return True

    def _hear(self) -> tuple[int, bytes] | None:
        """The answer if it is complete, else None.

        Raises:
            EOFError: if the worker is dead.
        """
        while True:
            try:
                piece = os.read(self.answer_end, 1 << 20)
            except BlockingIOError:
                return None
            if not piece:
                raise EOFError
            self._received += piece
            if len(self._received) < ANSWER.size:
                continue
            kind, length = ANSWER.unpack_from(self._received)
            if len(self._received) == ANSWER.size + length:
                return kind, bytes(memoryview(self._received)[ANSWER.size :])

    def end(self) -> None:
        """Kill the worker, whatever it does, and clear it away."""
        for end in self.ends:
            os.close(end)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def _serve(work: Work, question: int, answer: int) -> None:
    """Answer until nobody asks any more."""
    said = 0
    while len(asked := _read(question, _LENGTH.size)) == _LENGTH.size:
        kind, data = attempt(work, _read(question, *_LENGTH.unpack(asked)))
        _write(answer, ANSWER.pack(kind, len(data)) + data)
        said += len(data)
        if said > _COLLECT:
            said = 0
            gc.collect()


def attempt(work: Work, question: bytes) -> tuple[int, bytes]:
    """How the work on a question ends, and the answer if there is one."""
    try:
        return DONE, work(question)
    except MemoryError:
        return MEMORY, b""
    except RecursionError:
        return DEEP, b""
    except Exception:  # noqa: BLE001 - whatever it is, it costs this question only, and no library's message reaches the user
        return FAILED, b""


def _read(end: int, length: int) -> bytes:
    """So many bytes, fewer only where the other end is closed."""
    data = b""
    while len(data) < length and (piece := os.read(end, length - len(data))):
        data += piece
    return data


def _write(end: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(end, view) :]
