"""What interpretation has written down so far."""

from collections.abc import Iterable

from dblint.interpret.evaluation.values import Environment
from dblint.model.facts import RawStatement, Unresolved
from dblint.model.place import Place
from dblint.sql import HOLE


class Record:
    """Collects statements and unresolved places; a place is told once."""

    def __init__(self) -> None:
        self.statements: list[RawStatement] = []
        self._unresolved: dict[Unresolved, None] = {}

    @property
    def unresolved(self) -> tuple[Unresolved, ...]:
        """The unresolved places in the order they were met."""
        return tuple(self._unresolved)

    def unknown(self, place: Place, reason: str, text: str, at: Environment) -> None:
        """Add a database call whose tables could not be established; the text may have holes."""
        partial = " ".join(text.replace(HOLE, "⟨?⟩").split())[:200]
        self._unresolved[Unresolved(place, reason, partial, at.scope)] = None


def others(givers: Iterable[tuple[str, str]], at: Environment) -> tuple[tuple[str, str], ...]:
    """Return the code that has to run for a statement besides the code in which it stands."""
    return tuple(giver for giver in givers if giver != (at.unit.path, at.scope))
