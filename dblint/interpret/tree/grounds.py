"""What an answer rests on: the files that were looked into for it, and what was asked of the whole tree.

Answers that several files ask for are worked out once. What a file says can still be remembered by itself, since each such
answer is kept with what it rests on, and with what else came out while it was worked out.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from dblint.interpret.tree.units import Unit

Answer = TypeVar("Answer")
Question = TypeVar("Question", bound=Hashable)


class Grounded(Generic[Answer]):
    """An answer with the files, questions of indexes and other answers that it rests on, and what came out besides.

    `passing`: it was cut short by what was being asked just then (something that leads back to itself, or is nested too
    deeply), and may be another in another place.
    """

    __slots__ = ("answer", "besides", "files", "inner", "passing", "questions")

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.files: set[str] = set()
        self.questions: set[int] = set()
        self.inner: set[Grounded[Any]] = set()
        self.besides: set[tuple[str, ...]] = set()
        self.passing = False


class Grounds:
    """Takes down what is looked at while something is worked out."""

    __slots__ = ("_opened", "_passing", "_within")

    def __init__(self) -> None:
        self._within: Grounded[Any] = Grounded(None)
        self._opened: list[Unit] = []
        self._passing: list[tuple[dict[Any, Any], Any]] = []

    def look(self, path: str) -> None:
        """Take down that something in a file is known."""
        self._within.files.add(path)

    def opened(self, unit: "Unit") -> None:
        """Take down that a file is looked into for the first time."""
        self._within.files.add(unit.path)
        self._opened.append(unit)

    def ask(self, question: int) -> None:
        """Take down a question of an index."""
        self._within.questions.add(question)

    def tell(self, *what: str) -> None:
        """Take down what came out besides the answer."""
        self._within.besides.add(what)

    def cut(self) -> None:
        """Take down that what is being worked out is cut short."""
        self._within.passing = True

    def remembered(
        self, known: dict[Question, Grounded[Answer]], question: Question, make: Callable[[], Answer], meanwhile: Answer
    ) -> Answer:
        """Return the answer to a question: the one that is known, or else the one that is made now.

        Who asks again while it is being made is told what it is `meanwhile`.
        """
        found = known.get(question)
        if found is None:
            placeholder = known[question] = Grounded(meanwhile)
            placeholder.passing = True
            try:
                with self.apart() as found:
                    found.answer = make()
            except BaseException:
                known.pop(question, None)
                raise
            known[question] = found
            if found.passing:
                self._passing.append((known, question))
        within = self._within
        if found not in within.inner:
            within.inner.add(found)
            within.besides |= found.besides
            within.passing |= found.passing
        return found.answer

    @contextmanager
    def apart(self) -> Iterator[Grounded[Any]]:
        """Give what is taken down from now on, which begins with no file looked into."""
        around = self._within
        self._close()
        self._within = Grounded(None)
        try:
            yield self._within
        finally:
            self._close()
            self._within = around

    def began(self) -> None:
        """Forget the answers that were cut short by what was asked just then."""
        for known, question in self._passing:
            if question in known and known[question].passing:
                del known[question]
        self._passing = []

    def _close(self) -> None:
        for unit in self._opened:
            unit.close()
        self._opened = []


def whole(grounded: Grounded[Any]) -> Grounded[None]:
    """Return all that an answer rests on, by whatever answers."""
    found: Grounded[None] = Grounded(None)
    seen, pending = {grounded}, [grounded]
    while pending:
        each = pending.pop()
        found.files |= each.files
        found.questions |= each.questions
        fresh = each.inner - seen
        seen |= fresh
        pending += fresh
    return found
