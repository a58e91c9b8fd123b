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


class Frame:
    """Takes down the files, questions of indexes and other answers that something rests on while it is worked out.

    `besides` is what came out besides. `passing`: it was cut short by what was being asked just then (something that leads
    back to itself, or is nested too deeply), and may be another in another place.
    """

    __slots__ = ("besides", "files", "inner", "passing", "questions")

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.questions: set[int] = set()
        self.inner: set[Grounded[Any]] = set()
        self.besides: set[tuple[str, ...]] = set()
        self.passing = False

    def whole(self) -> tuple[set[str], set[int]]:
        """Return the files and questions that it rests on, by whatever answers."""
        files, questions = set(self.files), set(self.questions)
        seen, pending = set(self.inner), list(self.inner)
        while pending:
            each = pending.pop()
            files.update(each.files)
            questions.update(each.questions)
            fresh = [inner for inner in each.inner if inner not in seen]
            seen.update(fresh)
            pending += fresh
        return files, questions


class Grounded(Generic[Answer]):
    """An answer with what it rests on; there are very many of them, so that each is small."""

    __slots__ = ("answer", "besides", "files", "inner", "passing", "questions")

    def __init__(self, answer: Answer, frame: Frame) -> None:
        self.answer = answer
        self.files, self.questions, self.inner = tuple(frame.files), tuple(frame.questions), tuple(frame.inner)
        self.besides = tuple(frame.besides)
        self.passing = frame.passing


class Grounds:
    """Takes down what is looked at while something is worked out."""

    __slots__ = ("_opened", "_passing", "_within")

    def __init__(self) -> None:
        self._within = Frame()
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
            cut = Frame()
            cut.passing = True
            known[question] = Grounded(meanwhile, cut)
            try:
                with self.apart() as frame:
                    answer = make()
            except BaseException:
                known.pop(question, None)
                raise
            found = known[question] = Grounded(answer, frame)
            if found.passing:
                self._passing.append((known, question))
        return self._taken(found)

    def kept(self, known: dict[Question, Grounded[Answer]], question: Question, make: Callable[[], Answer]) -> Answer:
        """Return the answer to a question as `remembered` does, but made anew each time that it is cut short."""
        found = known.get(question)
        if found is None:
            with self.apart() as frame:
                answer = make()
            found = Grounded(answer, frame)
            if not found.passing:
                known[question] = found
        return self._taken(found)

    def _taken(self, found: Grounded[Answer]) -> Answer:
        within = self._within
        if found not in within.inner:
            within.inner.add(found)
            within.besides.update(found.besides)
            within.passing |= found.passing
        return found.answer

    @contextmanager
    def apart(self) -> Iterator[Frame]:
        """Give what is taken down from now on, which begins with no file looked into."""
        around = self._within
        self._close()
        self._within = Frame()
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
