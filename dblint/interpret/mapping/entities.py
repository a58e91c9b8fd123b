"""Models and their relations, while they are put together."""

import msgspec

from dblint.frameworks.schema import Framework
from dblint.interpret.tree.units import Unit
from dblint.model.facts import Confidence
from dblint.model.schema import Column, TableName
from dblint.model.syntax import Class


class Relation(msgspec.Struct, eq=False):
    """A relation of a model: `column` is the local key, `through` the join table, `joined` if every load joins it.

    `cascades`: a change of the row changes the other side as well.
    """

    name: str
    kind: str
    target: "Model | None"
    line: int
    path: str
    column: str = ""
    target_table: TableName | None = None
    target_columns: tuple[str, ...] = ()
    through: "Model | None" = None
    enforced: bool = True
    joined: bool = False
    cascades: bool = False


class Model(msgspec.Struct, eq=False):
    """A model class or table object; `table` is None for an abstract one, `definition` for a table object."""

    framework: Framework
    unit: Unit
    name: str
    line: int
    definition: Class | None = None
    table: TableName | None = None
    confidence: Confidence = "explicit"
    columns: dict[str, Column] = {}
    relations: dict[str, Relation] = {}
    parents: list["Model"] = []
    managed: bool = True
    connection: str = ""
    base: bool = False
    subclassed: bool = False
    shares: bool = False
    key: str = ""

    def __repr__(self) -> str:
        """Return the class and table alone: a model refers to others without end."""
        return f"Model({self.name}: {self.table})"

    def physical(self) -> tuple[str, ...]:
        """Return the physical names of all mapped columns."""
        return tuple(column.name for column in self.columns.values())

    def column_of(self, name: str) -> str:
        """Return the physical column that an attribute, a physical name or `pk` means, or an empty string."""
        if name == "pk":
            return self.key or "id"
        found = self.columns.get(name)
        if found is not None:
            return found.name
        if name.endswith("_id") and (relation := self.relations.get(name[:-3])) is not None and relation.column:
            return relation.column
        return name if any(known.name == name for known in self.columns.values()) else ""
