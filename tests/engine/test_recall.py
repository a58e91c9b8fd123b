"""Answers hold for as long as the texts that they were made from say the same."""

from pathlib import Path

import pytest

from dblint.engine.cache import Cache
from dblint.engine.memory import FORGETFUL, Memory
from dblint.engine.recall import Answering, recalled


class Files:
    """Files, and how often an answer was made of them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        self._cache = Cache(str(folder), pytest.fail)
        self.texts = {"a": "one", "b": "two"}
        self.made = 0

    def joined(self, name: str, *asked: tuple[str, str]) -> str:
        """What the files say that are asked for, remembered under a name."""
        memory = Memory(self._cache, "answers")
        answer = recalled(memory, name, str, self.text, lambda ask: self._join(ask, asked))
        memory.save()
        return answer

    def text(self, path: str, question: str) -> str | None:
        text = self.texts.get(path)
        return str(len(text)) if text is not None and question == "length" else text

    def _join(self, ask: Answering, asked: tuple[tuple[str, str], ...]) -> str:
        self.made += 1
        return " ".join(ask(*each) or "-" for each in asked)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "cache")


def test_an_answer_is_made_once_for_the_same_texts(files: Files) -> None:
    assert [files.joined("x", ("a", ""), ("b", "")) for _ in range(3)] == ["one two"] * 3
    assert files.made == 1


def test_a_text_that_was_asked_for_makes_a_new_answer_when_it_changes(files: Files) -> None:
    files.joined("x", ("a", ""))
    files.texts["a"] = "three"
    assert files.joined("x", ("a", "")) == "three"


def test_a_text_that_nobody_asked_for_may_change(files: Files) -> None:
    files.joined("x", ("a", ""))
    files.texts["b"] = "three"
    files.joined("x", ("a", ""))
    assert files.made == 1


def test_only_the_answer_to_a_question_counts(files: Files) -> None:
    files.joined("x", ("a", "length"))
    files.texts["a"] = "ten"
    assert files.joined("x", ("a", "length")) == "3"
    assert files.made == 1
    files.texts["a"] = "three"
    assert files.joined("x", ("a", "length")) == "5"


def test_a_file_that_comes_or_goes_makes_a_new_answer(files: Files) -> None:
    assert files.joined("x", ("c", "")) == "-"
    files.texts["c"] = ""
    assert files.joined("x", ("c", "")) == "-"
    assert files.made == 2  # an empty file is not a missing one
    del files.texts["c"]
    files.joined("x", ("c", ""))
    assert files.made == 3


def test_answers_of_two_names_do_not_meet(files: Files) -> None:
    assert files.joined("x", ("a", "")) == "one"
    assert files.joined("y", ("b", "")) == "two"


def test_without_a_name_or_a_cache_every_answer_is_made(files: Files) -> None:
    files.joined("", ("a", ""))
    files.joined("", ("a", ""))
    assert files.made == 2
    assert recalled(FORGETFUL, "x", str, files.text, lambda ask: ask("a", "") or "") == "one"


def test_an_answer_of_another_shape_is_made_anew(files: Files, tmp_path: Path) -> None:
    files.joined("x", ("a", ""))
    memory = Memory(Cache(str(tmp_path / "cache"), pytest.fail), "answers")
    assert recalled(memory, "x", tuple[int, ...], files.text, lambda _: (1, 2)) == (1, 2)
