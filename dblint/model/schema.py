"""Tables, columns and what changes them."""

from dblint.model.base import Fact

ROW = "NEW."
"""Before a column that a trigger or its routine sets in the row that comes, among the `names` of its event."""


SETTING = "${"
"""Begins a part of a name that a setting gives (`${orders.collection}`), in stores other than relational databases."""


class TableName(Fact, frozen=True, order=True):
    """A table as a statement or model names it, before anybody knows which database it is in.

    `name` is folded as its dialect does (PostgreSQL unquoted: lower case). `*` in a name stands for an unresolved part.
    """

    name: str
    schema: str | None = None
    catalog: str | None = None
    quoted: bool = False

    @property
    def is_pattern(self) -> bool:
        """Whether a part of the name is unknown."""
        return "*" in self.name or "*" in (self.schema or "")

    def __str__(self) -> str:
        return ".".join(part for part in (self.catalog, self.schema, self.name) if part)


class Column(Fact, frozen=True):
    """A column; `nullable` and `type` are None where unknown, `default` is the server's default as written."""

    name: str
    type: str | None = None
    nullable: bool | None = None
    default: str | None = None
    generated: bool = False
    primary_key: bool = False


class ForeignKey(Fact, frozen=True):
    """`columns` refer to `target`.`target_columns`; `enforced` is false for a relation that the database does not know.

    `name` is the constraint's, empty where the database chooses it. `on_delete` is what happens to the rows of a row that goes
    (`cascade`, `set null` …), empty where they keep it from going, and None where that is not known.
    """

    columns: tuple[str, ...]
    target: TableName
    target_columns: tuple[str, ...] = ()
    enforced: bool = True
    offset: int = 0
    name: str = ""
    on_delete: str | None = None


class SchemaEvent(Fact, frozen=True):
    """One schema change in our vocabulary (`table.create`, `column.rename`, `view.create`, `grant` …).

    `table` is the table (or view, routine, type …) changed. `columns`: created, added or changed columns, with what is known.
    `new_name`: the name after a rename (with schema for set_schema). `names`: columns of a key, index or constraint;
    of a trigger the routine that it calls and, as of a routine, the columns that it fills in (`NEW.total`).
    `object`: the name of an index, constraint, trigger, routine or role list's first. `reads`/`writes`: tables that the
    body of a view, routine or trigger touches (as `TableUse`s they also stand in the statement's `uses`, with `via`).
    `flags`: `if-exists`, `if-not-exists`, `cascade`, `unique`, `temporary`, `concurrently`, `not-valid`, `replace`,
    `drop-default`, `set-not-null`, `drop-not-null`, `as-select`, `like`, `partition`, `inherits`, `foreign`, `runtime`,
    `insert` (of a trigger that fires on it) …
    `roles` and `privileges` for grants.
    """

    kind: str
    table: TableName
    columns: tuple[Column, ...] = ()
    new_name: TableName | None = None
    foreign_keys: tuple[ForeignKey, ...] = ()
    names: tuple[str, ...] = ()
    object: str = ""
    base: TableName | None = None
    roles: tuple[str, ...] = ()
    privileges: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    offset: int = 0
    reads: tuple[TableName, ...] = ()
    writes: tuple[TableName, ...] = ()
