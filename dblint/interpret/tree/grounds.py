"""What an answer rests on: the files that were looked into for it, and what was asked of the whole tree."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from dblint.interpret.tree.units import Unit

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Grounds:
    """Takes down what is looked at: `files` by their paths, `questions` of indexes by a number for each.

    `everything`: something was worked out from all files at once, so that any change may change it.
    """

    __slots__ = ("_opened", "everything", "files", "questions")

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.questions: set[int] = set()
        self.everything = False
        self._opened: list[Unit] = []

    def began(self) -> None:
        """Begin anew: files count as not looked into yet."""
        self.files, self.questions, self.everything = set(), set(), False
        for unit in self._opened:
            unit.close()
        self._opened = []

    def opened(self, unit: "Unit") -> None:
        """Take down that a file is looked into for the first time."""
        self.files.add(unit.path)
        self._opened.append(unit)

    def remembered(self, known: dict[Answer, "Grounded[Item]"], key: Answer, make: Callable[[], Item]) -> Item:
        """Return the answer to a question that several files ask, and take down what it rests on each time."""
        found = known.get(key)
        if found is None:
            with self._apart() as own:
                answer = make()
            found = known[key] = Grounded(answer, tuple(own[0]), tuple(own[1]))
        self.files.update(found.files)
        self.questions.update(found.questions)
        return found.answer

    @contextmanager
    def _apart(self) -> Iterator[tuple[set[str], set[int]]]:
        files, questions = self.files, self.questions
        self.files, self.questions = set(), set()
        try:
            yield self.files, self.questions
        finally:
            self.files, self.questions = files, questions


class Grounded(Generic[Item]):
    """An answer with what it rests on."""

    __slots__ = ("answer", "files", "questions")

    def __init__(self, answer: Item, files: tuple[str, ...], questions: tuple[int, ...]) -> None:
        self.answer, self.files, self.questions = answer, files, questions
