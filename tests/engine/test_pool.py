"""Workers: what they cost when they die, hang or eat, and that nothing of them stays behind."""

import ctypes
import os
import signal
import time
from collections.abc import Callable
from contextlib import closing

import pytest

from dblint.engine.limits import processor_time
from dblint.engine.pool import Task, answers
from dblint.engine.settings import Settings
from dblint.engine.worker import Answer

QUICK = Settings(jobs=2, seconds=2.0, memory=256 << 20)


def _results(work: Task, count: int, settings: Settings = QUICK) -> dict[int, Answer]:
    return dict(answers(work, range(count), settings))


def _segfault() -> None:
    ctypes.string_at(0)


def _grow() -> None:
    data = [bytearray(64 << 20)]
    while True:
        data.append(bytearray(64 << 20))


def _recurse() -> None:
    _recurse()


def _hang() -> None:
    time.sleep(60)


def _ignore_everything() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(60)


def _raise() -> None:
    raise ValueError("the text of the file")


def _children() -> list[str]:
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:  # noqa: PTH123 - not a path of ours
        return file.read().split()


def test_every_task_has_its_answer() -> None:
    assert _results(lambda task: b"x" * task, 300) == {task: b"x" * task for task in range(300)}


def test_other_things_are_done_once_while_the_workers_are_busy_if_there_is_anything_to_do() -> None:
    done: list[str] = []
    found = dict(answers(lambda task: b"%d" % task, range(3), QUICK, meanwhile=lambda: done.append("once")))
    assert (found, done) == ({0: b"0", 1: b"1", 2: b"2"}, ["once"])
    assert list(answers(lambda _: b"", (), QUICK, meanwhile=lambda: done.append("again"))) == []
    assert done == ["once"]


def test_an_answer_larger_than_a_pipe_arrives_whole() -> None:
    assert _results(lambda task: bytes([task]) * 5_000_000, 3) == {task: bytes([task]) * 5_000_000 for task in range(3)}


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_the_number_of_workers_changes_nothing(jobs: int) -> None:
    assert _results(lambda task: str(task).encode(), 50, Settings(jobs=jobs)) == {n: str(n).encode() for n in range(50)}


@pytest.mark.parametrize(
    ("mishap", "reason"),
    [
        (_segfault, "parser-crash"),
        (lambda: os._exit(0), "parser-crash"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "parser-crash"),
        (os.abort, "parser-crash"),
        (_hang, "timeout"),
        (_ignore_everything, "timeout"),
        (_grow, "memory"),
        (_recurse, "too-deep"),
        (_raise, "internal-error"),
    ],
)
def test_a_mishap_costs_its_own_task_and_little_time(mishap: Callable[[], None], reason: str) -> None:
    def work(task: int) -> bytes:
        if task == 7:
            mishap()
        return b"good"

    start = time.monotonic()
    settings = QUICK if reason == "timeout" else Settings(jobs=2, seconds=20.0, memory=256 << 20)
    found = _results(work, 20, settings)
    assert found.pop(7) == reason
    assert set(found.values()) == {b"good"}
    assert len(found) == 19
    assert time.monotonic() - start < 40  # far above what it takes, below the sleep


def _sleeps(seconds: float) -> Task:
    def work(_: int) -> bytes:
        time.sleep(seconds)
        return b"good"

    return work


def test_a_worker_that_waits_for_a_processor_has_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dblint.engine.worker.processor_time", lambda _: (0.0, True))
    assert _results(_sleeps(1.2), 1, Settings(seconds=0.8)) == {0: b"good"}


@pytest.mark.parametrize("told", [(0.0, False), (5.0, True)])
def test_a_worker_that_sleeps_or_has_had_its_time_has_not(told: tuple[float, bool], monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([(0.0, False)])
    monkeypatch.setattr("dblint.engine.worker.processor_time", lambda _: next(times, told))
    assert _results(_sleeps(60), 1, Settings(seconds=0.5)) == {0: "timeout"}


def test_a_worker_that_never_gets_a_processor_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dblint.engine.worker.processor_time", lambda _: (0.0, True))
    assert _results(_sleeps(60), 1, Settings(seconds=0.5)) == {0: "timeout"}


def test_processor_time_is_told_of_a_process_that_runs_and_of_one_that_sleeps() -> None:
    while time.process_time() < 0.05:
        pass
    spent, wants_more = processor_time(os.getpid())
    assert (spent > 0, wants_more) == (True, True)
    child = os.fork()
    if not child:
        signal.pause()
    try:
        while processor_time(child)[1]:
            time.sleep(0.01)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert processor_time(child) == (0.0, False)


def test_fifty_crashes_among_a_thousand_lose_nothing_else() -> None:
    def work(task: int) -> bytes:
        if task % 20 == 3:
            os.kill(os.getpid(), signal.SIGSEGV)
        return b"good"

    found = _results(work, 1000)
    assert [task for task, answer in found.items() if answer == "parser-crash"] == [n for n in found if n % 20 == 3]
    assert sum(answer == b"good" for answer in found.values()) == 950


def test_no_worker_outlives_the_run_that_is_given_up() -> None:
    before = _children()

    def work(task: int) -> bytes:
        if task > 2:
            _hang()
        return b""

    with closing(answers(work, range(10), Settings(jobs=3))) as run:
        next(run)
        assert len(_children()) > len(before)
    assert _children() == before


def test_what_a_worker_prints_reaches_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    def work(_: int) -> bytes:
        os.write(1, b"secret")
        os.write(2, b"secret")
        return b""

    _results(work, 2)
    assert capfd.readouterr() == ("", "")
