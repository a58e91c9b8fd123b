"""What is inside the statements of scripts: where a key or a table stands, and which columns the statement names."""

from collections.abc import Iterable

from dblint.model.facts import FileFacts
from dblint.model.place import Place
from dblint.model.schema import ForeignKey, TableName
from dblint.model.sql import Mode


class Lines:
    """The places of keys and tables in the scripts of a tree."""

    def __init__(self, scripts: Iterable[FileFacts]) -> None:
        self._scripts = {facts.path: facts for facts in scripts}
        self._uses: dict[tuple[Place, TableName, Mode], Place] = {}
        self._columns: dict[tuple[Place, TableName, Mode], tuple[str, ...] | None] = {}
        for facts in self._scripts.values():
            for statement in facts.script:
                for event in statement.events:
                    at = Place(facts.path, facts.place(event.offset).line)
                    for use in statement.uses:
                        key = (at, use.table, use.mode)
                        self._uses.setdefault(key, facts.place(use.offset))
                        known = self._columns.get(key, ())
                        self._columns[key] = (
                            None if known is None or use.columns is None else (*known, *use.columns, *use.besides)
                        )

    def of_key(self, key: ForeignKey, place: Place) -> Place:
        """The line of a foreign key whose statement stands at `place`."""
        facts = self._scripts.get(place.path)
        return facts.place(key.offset) if facts is not None and key.offset else place

    def of_use(self, table: TableName, mode: Mode, place: Place) -> Place:
        """The line on which the object created at `place` names a table."""
        return self._uses.get((place, table, mode), place)

    def columns_of_use(self, table: TableName, mode: Mode, place: Place) -> tuple[str, ...] | None:
        """The columns of a table that the object created at `place` names; None where that is not known."""
        found = self._columns.get((place, table, mode))
        return tuple(dict.fromkeys(found)) if found is not None else None
