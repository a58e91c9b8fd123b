"""What the source says about tables: `Raw…` before resolution, plain names after it."""

from bisect import bisect_right
from typing import Literal

from dblint.model.base import Fact
from dblint.model.history import ModelOperation, Revision
from dblint.model.place import Place
from dblint.model.schema import Column, ForeignKey, SchemaEvent, TableName
from dblint.model.sql import Action, Called, Mode, Statement, Transaction
from dblint.model.syntax import Comment, Module

Confidence = Literal["explicit", "configured", "convention", "guess"]


QUEUE = "queue"
"""The shape of an access that puts messages into a queue, stream or channel or takes them out, and the kind of such a table."""


class Problem(Fact, frozen=True):
    """A file (or part of it) that was not analysed, with a short kebab-case reason such as `syntax-error`."""

    path: str
    reason: str
    line: int = 1
    detail: str = ""


class RawAccess(Fact, frozen=True):
    """One use of one table, as one file writes it.

    `connection` is the logical database where the code names one (a Django alias, a bind key, an engine variable), else empty.
    `besides` are columns of the table if it has any so called, as in `TableUse`.
    """

    table: TableName
    mode: Mode
    action: Action
    shape: str
    columns: tuple[str, ...] | None
    place: Place
    how: str
    confidence: Confidence
    store: str = "sql"
    connection: str = ""
    via: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()


class RawStatement(Fact, frozen=True):
    """One statement or ORM query: the accesses it makes together, and which of their tables it joins.

    `scope` is the class or function that runs it, so that a shared library can be charged by what is imported from it, and
    `file` the file of that one where its text stands in another. `givers` are the (file, scope) of other code that has to run
    for it: a caller that passes the name of the table. `events` are schema changes that code issues at run time.
    """

    place: Place
    how: str
    accesses: tuple[RawAccess, ...]
    joins: tuple[tuple[tuple[TableName, ...], str, Place], ...] = ()
    scope: str = ""
    events: tuple[SchemaEvent, ...] = ()
    file: str = ""
    givers: tuple[tuple[str, str], ...] = ()

    @property
    def runner(self) -> tuple[str, str]:
        """The (file, scope) of the code that runs it."""
        return self.file or self.place.path, self.scope


class RawCall(Fact, frozen=True):
    """Code or a script calls a routine of the database, or takes numbers from a sequence; the rest as in `RawStatement`."""

    called: Called
    place: Place
    scope: str = ""
    connection: str = ""
    file: str = ""


class Declaration(Fact, frozen=True):
    """A model class or table object that describes a table.

    `managed` is false for reflected, external or unmanaged mappings (never ownership). `creates` is true where the
    service's own code
    or settings create the table from this declaration (`create_all`, a migrations folder of the same framework).
    """

    table: TableName
    columns: tuple[Column, ...]
    foreign_keys: tuple[tuple[ForeignKey, Place], ...]
    place: Place
    how: str
    confidence: Confidence
    name: str = ""
    managed: bool = True
    creates: bool = False
    store: str = "sql"
    connection: str = ""


class Change(Fact, frozen=True):
    """A schema event at its place in a history.

    `tool` is flyway, alembic, django …, `sql` for a bare folder, `runtime` for DDL issued by code outside any migration.
    `history` is the folder (or changelog) whose files form one history; `order` sorts the files of one history.
    A change with a `revision` (event kind `revision`) only says where its file stands in a graph of revisions; one with a
    `model`
    (event kind `model`) changes a model, and which table that is depends on what came before: `migrations.ordered` uses up the
    former and turns the latter into plain events. `changeset` is the part of a changelog that holds several.
    """

    event: SchemaEvent
    place: Place
    tool: str
    history: str
    order: tuple[int | str, ...]
    connection: str = ""
    revision: Revision | None = None
    model: ModelOperation | None = None
    changeset: str = ""


class Unresolved(Fact, frozen=True):
    """A database call whose tables could not be established; `partial` shows what is known, with ⟨?⟩ for each hole."""

    place: Place
    reason: str
    partial: str = ""
    scope: str = ""
    store: str = "sql"


class RawConnection(Fact, frozen=True):
    """A connection as code opens it, before anybody knows the environment that the code runs in.

    `url` is a connection string without its password, in which `${NAME}` and `${NAME-default}` are environment variables
    and `${?}`
    is what cannot be known; `engine` is the kind of database where the string does not say it. `key` is what accesses
    through it
    carry as their `connection`: a Django alias, a bind key, the place that opens it. `alternative` is empty, or a word that all
    values of one setting share (the settings for development and those for production). `givers` are the (file, scope) of
    other code that has to run for it to be this one: callers that pass the address.
    """

    url: str
    place: Place
    how: str
    key: str = ""
    engine: str = ""
    scope: str = ""
    alternative: str = ""
    givers: tuple[tuple[str, str], ...] = ()


OPEN = "?"
"""Ends the scope of a type of which only the methods run whose names are selected."""


TWO_PHASE = "two-phase commit"
"""How a transaction is told that code commits in two phases, whatever it writes."""


class RawTransaction(Fact, frozen=True):
    """A transaction scope; `lines` are (file, first line, last line) of everything that runs in it."""

    place: Place
    how: str
    scope: str
    lines: tuple[tuple[str, int, int], ...]


class Interpretation(Fact, frozen=True):
    """What all source code together says about tables, before anybody knows databases or owners.

    `imports` are (importing file, imported file, imported member or "" for the whole module). `reaches` are
    (file, scope, other file, other scope): the first scope calls or uses the second, known inside shared code; a name that is
    selected of anything (`.Save`) has no file.
    `labels` are the Django labels of app folders, where an `AppConfig` overrides them, and the models that settings name
    (`settings.AUTH_USER_MODEL` is `accounts.Customer`). `routes` are the aliases to which routers send the app folders of
    Django. `problems` are files that could not be interpreted.
    """

    statements: tuple[RawStatement, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    imports: tuple[tuple[str, str, str], ...] = ()
    reaches: tuple[tuple[str, str, str, str], ...] = ()
    connections: tuple[RawConnection, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    routes: tuple[tuple[str, str], ...] = ()
    transactions: tuple[RawTransaction, ...] = ()
    calls: tuple[RawCall, ...] = ()
    problems: tuple[Problem, ...] = ()


class FileFacts(Fact, frozen=True):
    """Everything one file says by itself, independent of every other file, so that it can be cached by content.

    `script` are the statements of a SQL file, with offsets into its text, and `lines` the offsets at which its lines start;
    source code gives a `module` instead. `migration` is the tool whose history the file belongs to. `transactions` are those
    that a script begins, with offsets like its statements.
    """

    path: str
    language: str
    module: Module | None = None
    script: tuple[Statement, ...] = ()
    lines: tuple[int, ...] = ()
    changes: tuple[Change, ...] = ()
    migration: str = ""
    comments: tuple[Comment, ...] = ()
    problems: tuple[Problem, ...] = ()
    transactions: tuple[Transaction, ...] = ()

    def place(self, offset: int) -> Place:
        """Return the place of an offset of a SQL file."""
        line = bisect_right(self.lines, offset)
        start = self.lines[line - 1] if line else 0
        return Place(self.path, max(line, 1), offset - start + 1)


class Evidence(Fact, frozen=True):
    """Why we believe something: `kind` is declared, migration, model, grant, schema, lifecycle, writer and the like."""

    kind: str
    place: Place
    message: str = ""


# Begins the label of a database whose address is unknown, but which is certainly not that of a certain other service.
ASSUMED = "assumed:"


class TableId(Fact, frozen=True):
    """A physical table: store, database, schema and name; None where unknown."""

    store: str
    database: str | None
    schema: str | None
    name: str

    @property
    def known_database(self) -> str | None:
        """The database where it is declared or found, None where it is unknown or only assumed."""
        return None if self.database is None or self.database.startswith(ASSUMED) else self.database

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


class Table(Fact, frozen=True):
    """A table with its owner; `contested` are services with evidence as strong as each other's (or as the owner's)."""

    id: TableId
    owner: str | None
    contested: tuple[str, ...]
    confidence: Confidence
    evidence: tuple[Evidence, ...]
    columns: tuple[Column, ...] = ()
    kind: Literal["table", "view", "foreign", "framework", "external", "queue"] = "table"
    creators: tuple[str, ...] = ()


class Access(Fact, frozen=True):
    """One service uses one physical table. `statement` is equal for all accesses of one statement."""

    service: str
    table: TableId
    mode: Mode
    action: Action
    shape: str
    columns: tuple[str, ...] | None
    place: Place
    how: str
    confidence: Confidence
    statement: int
    via: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()


class TableJoin(Fact, frozen=True):
    """One statement of one service combines several physical tables."""

    service: str
    tables: tuple[TableId, ...]
    kind: str
    place: Place
    how: str
    confidence: Confidence
    statement: int
    via: tuple[str, ...] = ()


class TableTransaction(Fact, frozen=True):
    """One transaction of one service writes several physical tables."""

    service: str
    place: Place
    how: str
    writes: tuple[Access, ...]


class Reference(Fact, frozen=True):
    """A foreign key (or an ORM relation that creates one) between physical tables, stated by one service's source."""

    service: str
    table: TableId
    columns: tuple[str, ...]
    target: TableId
    target_columns: tuple[str, ...]
    place: Place
    how: str
    confidence: Confidence
    enforced: bool = True


class Mapping(Fact, frozen=True):
    """A service declares a model for a physical table, with the columns that it maps."""

    service: str
    table: TableId
    name: str
    place: Place
    how: str
    confidence: Confidence
    managed: bool
    columns: tuple[str, ...] = ()


class Connection(Fact, frozen=True):
    """A service connects to a physical database, as a setting at `place` says; `schema` and `user` where it names them.

    `key` is the logical name by which code may call it (a variable, an alias, a named connection). `environment` is empty where
    the setting holds by default, else the profile, overlay or variant it holds in: databases of different environments never
    meet. `complete` is false where the server is unknown, or is whatever machine the program runs on.
    """

    service: str
    store: str
    database: str
    place: Place
    how: str
    schema: str | None = None
    user: str = ""
    key: str = ""
    environment: str = ""
    read_only: bool = False
    complete: bool = True


class SharedHistory(Fact, frozen=True):
    """A service runs the migrations of a folder that belongs to no service, as the code or setting at `place` says."""

    service: str
    folder: str
    place: Place
    tool: str


class ServiceUnresolved(Fact, frozen=True):
    """An unresolved database call, charged to a service."""

    service: str
    place: Place
    reason: str
    partial: str = ""
    store: str = "sql"
