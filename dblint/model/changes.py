"""What migrations do to physical tables, one by one and all that is pending together."""

from dblint.model.base import Fact
from dblint.model.facts import TableId
from dblint.model.place import Place
from dblint.model.schema import Column, SchemaEvent


class SchemaChange(Fact, frozen=True):
    """A service's migration (or runtime DDL) changes a physical table; `pending` if it is new against the base."""

    service: str
    table: TableId
    event: SchemaEvent
    place: Place
    tool: str
    pending: bool = False
    changeset: str = ""


class PendingChange(Fact, frozen=True):
    """What the pending changes of a service come to for one object of a table that existed before them.

    `event` is the net change: a column that is added and renamed is added under its last name, one that comes back is no
    change. `table` is the table as it was called before; `before` are the columns concerned as they were. `dialect` is
    that of the database, empty where unknown.
    An event of kind `migration.edited` says that a migration differs from the one that databases have already run.
    """

    service: str
    table: TableId
    event: SchemaEvent
    place: Place
    tool: str
    before: tuple[Column, ...] = ()
    dialect: str = ""
