"""The table objects that calls make (`Table("orders", …)`, `sequelize.define("order", …)`), each made once, where it stands."""

from collections.abc import Callable, Iterable

from dblint.interpret.mapping.entities import Model
from dblint.interpret.tree.grounds import Grounded, Grounds

Key = tuple[str, int, str]
"""File, line and, where calls there define several, the name."""


class TableObjects:
    """Keeps them with what they rest on; those that are made before files are asked are known to all of them."""

    def __init__(self, grounds: Grounds) -> None:
        self._grounds = grounds
        self._made: dict[Key, Grounded[Model | None]] = {}
        self._common: dict[Key, None] = {}

    def at(self, key: Key, make: Callable[[], Model | None]) -> Model | None:
        """Return the table object of a place."""

        def made() -> Model | None:
            self._grounds.tell("table", key[0], str(key[1]), key[2])
            return make()

        return self._grounds.remembered(self._made, key, made, None)

    def begun(self, key: Key, model: Model) -> None:
        """Let a table object be known while it is being made: its own fields may lead back to it."""
        self._made[key].answer = model

    def all(self) -> list[Model]:
        """Return those that have been made by now."""
        return [each.answer for each in self._made.values() if each.answer is not None]

    def settle(self) -> None:
        """Take those that have been made by now for known to all files, also those that lead back to themselves."""
        self._common = dict.fromkeys(self._made)
        for each in self._made.values():
            each.passing = False

    def common(self) -> list[Model]:
        """Return those that all files know."""
        return [found for key in self._common if (found := self._made[key].answer) is not None]

    def among(self, besides: Iterable[tuple[str, ...]]) -> list[Model]:
        """Return those among what came out besides something, less those that all files know."""
        keys = ((path, int(line), name) for path, line, name in (each[1:] for each in besides if each[0] == "table"))
        return [found for key in sorted(keys) if key not in self._common and (found := self._made[key].answer) is not None]
