"""The whole system after resolution: the one value that graph, rules and reports work from."""

from datetime import date

from dblint.model.base import Fact
from dblint.model.changes import PendingChange, SchemaChange
from dblint.model.coverage import Coverage
from dblint.model.facts import (
    Access,
    Connection,
    Mapping,
    Problem,
    Reference,
    ServiceUnresolved,
    SharedHistory,
    Table,
    TableJoin,
    TableTransaction,
)
from dblint.model.place import Place
from dblint.model.routines import RoutineCall, RoutineUse
from dblint.model.tree import Service


class Deprecation(Fact, frozen=True):
    """A column that nobody should use any more; `column` is `table.column` or `schema.table.column`."""

    column: str
    place: Place
    since: date | None = None
    reason: str = ""


class System(Fact, frozen=True):
    """All resolved facts, each tuple sorted, so that equal trees give equal values.

    `pending` is what is new against a base, `former` are the accesses that the base makes to the changed tables and this tree
    no longer does; both are empty where there is no base. `deprecated` are the columns that comments mark. `departures` are the
    changes by which routines and sequences go or get another name; those of tables are `changes`.
    """

    services: tuple[Service, ...] = ()
    tables: tuple[Table, ...] = ()
    accesses: tuple[Access, ...] = ()
    joins: tuple[TableJoin, ...] = ()
    transactions: tuple[TableTransaction, ...] = ()
    references: tuple[Reference, ...] = ()
    mappings: tuple[Mapping, ...] = ()
    changes: tuple[SchemaChange, ...] = ()
    pending: tuple[PendingChange, ...] = ()
    former: tuple[Access, ...] = ()
    routines: tuple[RoutineUse, ...] = ()
    calls: tuple[RoutineCall, ...] = ()
    departures: tuple[SchemaChange, ...] = ()
    connections: tuple[Connection, ...] = ()
    histories: tuple[SharedHistory, ...] = ()
    unresolved: tuple[ServiceUnresolved, ...] = ()
    problems: tuple[Problem, ...] = ()
    coverage: Coverage = Coverage()
    deprecated: tuple[Deprecation, ...] = ()
