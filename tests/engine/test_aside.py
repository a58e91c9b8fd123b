"""A worker that is asked one question at a time: what it cannot answer is nobody's end."""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from dblint.engine.aside import Aside
from dblint.engine.settings import Settings


def _work(question: bytes) -> bytes:
    if question == b"die":
        os.kill(os.getpid(), signal.SIGKILL)
    if question == b"hang":
        time.sleep(60)
    if question == b"fail":
        raise ValueError
    return b"%d %s" % (os.getpid(), question)


@pytest.fixture
def aside() -> Iterator[Aside]:
    made = Aside(_work, Settings(seconds=0.3))
    yield made
    made.close()


def test_questions_are_answered_by_one_other_process(aside: Aside) -> None:
    answers = [aside.answer(question) or b"" for question in (b"one", b"two")]
    processes = {int(answer.split()[0]) for answer in answers}
    assert [answer.split()[1] for answer in answers] == [b"one", b"two"]
    assert len(processes) == 1
    assert os.getpid() not in processes


@pytest.mark.parametrize("question", [b"die", b"hang", b"fail"])
def test_a_question_that_takes_too_much_has_no_answer_and_neither_have_those_after_it(aside: Aside, question: bytes) -> None:
    assert aside.answer(b"one")
    assert aside.answer(question) is None
    assert aside.answer(b"two") is None


def test_a_question_may_be_larger_than_a_pipe_takes_at_once_but_not_without_end(aside: Aside) -> None:
    assert len(aside.answer(b"x" * 500_000) or b"") > 500_000
    assert aside.answer(b"x" * 2_000_000) is None
    assert aside.answer(b"one")


def test_an_answer_that_nobody_heard_is_forgotten(aside: Aside) -> None:
    aside.ask(b"one")
    aside.ask(b"two")
    assert (aside.heard() or b"").endswith(b" two")
    assert aside.heard() is None


def test_a_worker_that_dies_while_nobody_listens_answers_nothing(aside: Aside) -> None:
    aside.ask(b"die")
    assert aside.answer(b"one") is None


def test_a_worker_is_gone_once_it_is_closed(aside: Aside) -> None:
    process = int((aside.answer(b"one") or b"").split()[0])
    aside.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert aside.answer(b"two") is None
