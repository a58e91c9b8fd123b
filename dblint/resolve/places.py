"""Lines inside the statements of scripts: where a key or a table stands, rather than where its statement begins."""

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
        for facts in self._scripts.values():
            for statement in facts.script:
                for event in statement.events:
                    at = Place(facts.path, facts.place(event.offset).line)
                    for use in statement.uses:
                        self._uses.setdefault((at, use.table, use.mode), facts.place(use.offset))

    def of_key(self, key: ForeignKey, place: Place) -> Place:
        """The line of a foreign key whose statement stands at `place`."""
        facts = self._scripts.get(place.path)
        return facts.place(key.offset) if facts is not None and key.offset else place

    def of_use(self, table: TableName, mode: Mode, place: Place) -> Place:
        """The line on which the object created at `place` names a table."""
        return self._uses.get((place, table, mode), place)
