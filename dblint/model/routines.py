"""What a database does by itself: views, triggers and routines that touch tables, and who calls them."""

from typing import Literal

from dblint.model.base import Fact
from dblint.model.facts import TableId
from dblint.model.place import Place
from dblint.model.sql import Mode


class RoutineUse(Fact, frozen=True):
    """A view, routine or trigger that one service creates at `defined` touches a physical table at `place`.

    `columns` is None where unknown; names that may be another table's are among them.
    """

    service: str
    object: str
    kind: Literal["view", "routine", "trigger", "publication"]
    table: TableId
    mode: Mode
    place: Place
    defined: Place
    columns: tuple[str, ...] | None = None


class RoutineCall(Fact, frozen=True):
    """A service calls a routine of a database, or takes numbers from a sequence; `table` is the name of either.

    `holder` is the view, trigger, routine or default that does so (`trigger stamp`), empty for a statement of its own.
    `former`: only the base does.
    """

    service: str
    kind: Literal["routine", "sequence"]
    table: TableId
    place: Place
    holder: str = ""
    via: tuple[str, ...] = ()
    former: bool = False
