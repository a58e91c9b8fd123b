"""What is gathered while a statement is read, and the circumstances it is read in."""

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from dblint.model.schema import SchemaEvent, TableName
from dblint.model.sql import Action, Dialect, Join, Mode, TableUse


class Context(msgspec.Struct, frozen=True):
    """The circumstances of a statement: dialects, temporary tables so far, and the body it stands in.

    `folding` is the dialect whose rules names follow, `dialect` the one whose grammar is read (a fingerprint may have told it).
    """

    dialect: Dialect = "generic"
    folding: Dialect = "generic"
    temporary: frozenset[str] = frozenset()
    via: tuple[str, ...] = ()
    body: bool = False
    depth: int = 0

    def within(self, via: str = "", temporary: frozenset[str] = frozenset(), body: bool = True) -> "Context":
        """The context of a statement inside this one."""
        chain = (*self.via, via) if via else self.via
        return replace(self, via=chain, temporary=self.temporary | temporary, body=body or self.body, depth=self.depth + 1)


class Use(msgspec.Struct):
    """A use whose columns are still being collected; `columns` is None once unknown."""

    table: TableName
    mode: Mode
    action: Action
    shape: str
    offset: int
    columns: dict[str, None] | None = {}
    open: bool = True
    via: tuple[str, ...] = ()
    besides: dict[str, None] = {}

    def name(self, column: str) -> None:
        """Note that a column is named; of a write that has its columns, that it is read on the way."""
        if not self.open:
            self.beside(column)
        elif self.columns is not None and self.shape != "star":
            self.columns[column] = None

    def beside(self, column: str) -> None:
        """Note a name that is a column of this table if it has one so called."""
        self.besides[column] = None

    def note(self, column: str) -> None:
        """Note a column that is written; a hole makes the list unknown."""
        self.forget() if "*" in column else self.name(column)

    def star(self) -> None:
        """Note that all columns are taken."""
        if self.open:
            self.shape, self.columns = "star", {"*": None}

    def forget(self) -> None:
        """Note that the columns cannot be known."""
        if self.open:
            self.columns = None

    def fact(self, via: tuple[str, ...]) -> TableUse:
        """The finished fact."""
        columns = None if self.columns is None else tuple(self.columns)
        besides = tuple(name for name in self.besides if name not in (columns or ()) and "*" not in name)
        return TableUse(self.table, self.mode, self.action, self.shape, columns, self.offset, (*via, *self.via), besides)


class Reading(msgspec.Struct, frozen=True):
    """What one statement says; an empty `reason` means that it was understood.

    `filled` are the columns that a trigger's body sets in the row that comes (`NEW.total := …`). `outputs` are the names of a
    query's columns, empty where some are not known.
    """

    uses: tuple[TableUse, ...] = ()
    joins: tuple[Join, ...] = ()
    events: tuple[SchemaEvent, ...] = ()
    reason: str = ""
    temporary: frozenset[str] = frozenset()
    partial: str = ""
    filled: frozenset[str] = frozenset()
    outputs: tuple[str, ...] = ()

    def upserted(self) -> "Reading":
        """The same with each insert as an upsert: `REPLACE INTO` deletes the row that is in the way."""
        return replace(self, uses=tuple(replace(use, action="upsert") if use.action == "insert" else use for use in self.uses))

    def shifted(self, by: int) -> "Reading":
        """The same with every offset moved, for a text cut out of a longer one."""
        return self.moved(lambda offset: offset + by) if by else self

    def placed(self, offsets: tuple[int, ...]) -> "Reading":
        """The same with every offset looked up, for a text put together from pieces."""
        return self.moved(lambda offset: offsets[min(offset, len(offsets) - 1)] if offsets else 0)

    def moved(self, to: Callable[[int], int]) -> "Reading":
        """The same with every offset changed."""
        return replace(
            self,
            uses=tuple(replace(use, offset=to(use.offset)) for use in self.uses),
            joins=tuple(replace(join, offset=to(join.offset)) for join in self.joins),
            events=tuple(
                replace(
                    event,
                    offset=to(event.offset),
                    foreign_keys=tuple(replace(key, offset=to(key.offset)) for key in event.foreign_keys),
                )
                for event in self.events
            ),
        )

    def __add__(self, other: "Reading") -> "Reading":
        return Reading(
            self.uses + other.uses,
            self.joins + other.joins,
            self.events + other.events,
            self.reason or other.reason,
            self.temporary | other.temporary,
            self.partial or other.partial,
            self.filled | other.filled,
            self.outputs or other.outputs,
        )
