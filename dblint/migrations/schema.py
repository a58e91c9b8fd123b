"""The present schema: what a database looks like after every migration has run."""

from typing import Literal

from dblint.model.base import Fact
from dblint.model.place import Place
from dblint.model.schema import Column, ForeignKey, TableName

Kind = Literal["table", "view", "matview", "foreign"]

_DEFAULT_SCHEMAS = frozenset({"public", "dbo", "main", "default"})


def key(table: TableName) -> tuple[str, str]:
    """Equal for two names of one table; the default schemas of the databases count as no schema."""
    schema = table.schema or ""
    return ("" if schema.lower() in _DEFAULT_SCHEMAS else schema, table.name)


class Creation(Fact, frozen=True, order=True):
    """Where a history creates a table."""

    place: Place
    tool: str
    history: str


class Key(Fact, frozen=True):
    """A primary key, unique constraint or index (`kind`), with the constraint's name where it is written."""

    kind: Literal["primary", "unique", "index"]
    columns: tuple[str, ...]
    name: str = ""


def names_of(table: TableName, found: Key) -> tuple[str, ...]:
    """The names by which a key or index may be dropped: its own, else those that databases choose for it.

    PostgreSQL calls a constraint after its table and columns, MySQL a key after its first column.
    """
    if found.name:
        return (found.name,)
    if found.kind == "primary":
        return (f"{table.name}_pkey",)
    chosen = (f"{table.name}_{'_'.join(found.columns)}_key",) if found.kind == "unique" else ()
    return (*chosen, *found.columns[:1])


class Grant(Fact, frozen=True):
    """Privileges that roles hold on a table."""

    privileges: tuple[str, ...]
    roles: tuple[str, ...]
    place: Place


class TableState(Fact, frozen=True):
    """A table or view as it is now.

    `created` lists every statement that creates it (more than one history means two owners), `former` the names it had.
    `partial`: something that is not known happened to it, or it was changed without ever being created here. `base` is the root
    table of a partition. `reads` are the tables that a view reads.
    """

    table: TableName
    kind: Kind = "table"
    columns: tuple[Column, ...] = ()
    keys: tuple[Key, ...] = ()
    foreign_keys: tuple[tuple[ForeignKey, Place], ...] = ()
    created: tuple[Creation, ...] = ()
    former: tuple[TableName, ...] = ()
    base: TableName | None = None
    reads: tuple[TableName, ...] = ()
    grants: tuple[Grant, ...] = ()
    partial: bool = False

    def column(self, name: str) -> Column | None:
        """The column of this name, upper and lower case alike."""
        return next((column for column in self.columns if column.name.lower() == name.lower()), None)


class Schema(Fact, frozen=True):
    """All tables and views, sorted by name; `dropped` are those that are gone, with the place of the drop."""

    tables: tuple[TableState, ...] = ()
    dropped: tuple[tuple[TableName, Place], ...] = ()

    def table(self, name: TableName) -> TableState | None:
        """The table that a name means: in its schema, else the only one of that name where the name has no schema."""
        wanted = key(name)
        for state in self.tables:
            if key(state.table) == wanted:
                return state
        others = [state for state in self.tables if state.table.name.lower() == name.name.lower()]
        return others[0] if len(others) == 1 and (not wanted[0] or not key(others[0].table)[0]) else None
