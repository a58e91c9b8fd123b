"""What one SQL statement says, in dblint's own words; sqlglot never appears outside `dblint.sql`."""

from typing import Literal

from dblint.model.base import Fact
from dblint.model.schema import SchemaEvent, TableName

Mode = Literal["read", "write", "lock", "ddl"]
Action = Literal[
    "select",
    "insert",
    "update",
    "delete",
    "upsert",
    "truncate",
    "lock",
    "copy",
    "create",
    "alter",
    "drop",
    "refresh",
    "reference",
]
Status = Literal["understood", "dynamic", "opaque", "error"]
Dialect = Literal[
    "postgres", "mysql", "sqlite", "tsql", "oracle", "snowflake", "bigquery", "clickhouse", "redshift", "duckdb", "generic"
]


class TableUse(Fact, frozen=True):
    """One statement uses one table in one way.

    `shape` is one of (`cols`, `star`, `insert.cols`, `insert.nolist`, `update.cols`, `delete`,
    `truncate`, `exists`, `count`, `conflict`). `columns` are the names written, `("*",)` for a star, None where unknown.
    `offset` counts characters in the text that was read. `via` names the view or routine looked through. `besides` are names
    which are columns of this table if it has one so called: those that stand without a table among several, and those that a
    write only reads (in its condition, in what it returns, in what an upsert sets).
    """

    table: TableName
    mode: Mode
    action: Action
    shape: str
    columns: tuple[str, ...] | None
    offset: int
    via: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()


class Join(Fact, frozen=True):
    """Two or more base tables combined by one statement; `kind` is inner, outer, cross, semi, anti, union, insert-select."""

    tables: tuple[TableName, ...]
    kind: str
    offset: int


class Called(Fact, frozen=True):
    """A statement calls a routine of somebody's, or takes numbers from a sequence; `offset` as in `TableUse`."""

    kind: Literal["routine", "sequence"]
    name: TableName
    offset: int = 0


class Statement(Fact, frozen=True):
    """One SQL statement.

    `dynamic`: a table name could not be established (`partial` shows the text with ⟨?⟩ for holes); `opaque`: understood by
    nobody
    here; `error`: not valid SQL. Uses found all the same are kept. `reason` is short and kebab-case, never a library's message.
    `offset` and `end` count characters in the text that was read.
    """

    status: Status
    offset: int
    end: int
    uses: tuple[TableUse, ...] = ()
    joins: tuple[Join, ...] = ()
    events: tuple[SchemaEvent, ...] = ()
    reason: str = ""
    partial: str = ""
    calls: tuple[Called, ...] = ()


class Transaction(Fact, frozen=True):
    """A transaction that a script begins at offset `first` and ends at `last`, or the first step of a commit in two phases."""

    first: int
    last: int
    in_two_phases: bool = False
