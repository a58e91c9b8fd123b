"""What a project declares about itself, as the other stages see it."""

from datetime import date
from typing import Literal

from dblint.model.base import Fact
from dblint.model.findings import Severity
from dblint.model.place import Place
from dblint.model.system import Deprecation

Use = Literal["read", "write", "join", "any"]
Pattern = Literal["event-fed-copy", "read-model", "replica", "reference-data", "outbox", "shared-kernel"]
FailLevel = Literal["error", "warning", "note", "never"]


class Mistake(Fact, frozen=True):
    """Something wrong in the configuration; `path` is relative to the scanned root where the file lies in it."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column} {self.message}"


class ServiceEntry(Fact, frozen=True):
    """A declared service; `path` and `paths` are relative to the scanned root (`.` for the root), an empty `kind` is detected.

    The baseline of a `strict` one may not grow.
    """

    name: str
    path: str
    place: Place
    paths: tuple[str, ...] = ()
    owns: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()
    kind: Literal["service", "library", "schema", ""] = ""
    strict: bool = False


class DatabaseEntry(Fact, frozen=True):
    """A declared database; `url` has neither user nor password, `tables` are patterns of the tables that live in it."""

    name: str
    place: Place
    url: str = ""
    user: str = ""
    dialect: str = ""
    schema: str = ""
    tables: tuple[str, ...] = ()


class Allowance(Fact, frozen=True):
    """Sanctioned sharing: `service` (`*` for all) may use `table` (a pattern) in `modes`; empty `rule` means every rule."""

    service: str
    table: str
    reason: str
    place: Place
    modes: tuple[Use, ...] = ("any",)
    rule: str = ""
    until: date | None = None


class Agreement(Fact, frozen=True):
    """Sharing that follows a pattern: `services` share the `tables` (patterns), only files that match `feeder` may write them.

    `source` is what a copy or read model is made from, `staleness` how old it may be, both in the project's own words.
    """

    pattern: Pattern
    tables: tuple[str, ...]
    reason: str
    place: Place
    services: tuple[str, ...] = ("*",)
    feeder: tuple[str, ...] = ()
    source: str = ""
    staleness: str = ""
    until: date | None = None


class Resource(Fact, frozen=True):
    """A topic, a bucket's prefix or the like, as the project declares it: dblint shows it and looks for it in no code."""

    name: str
    kind: str
    owner: str
    place: Place
    services: tuple[str, ...] = ()
    reason: str = ""


class RuleSetting(Fact, frozen=True):
    """The severity that a project gives to a rule; `name` is a rule's name or id, not yet checked against the rules."""

    name: str
    severity: Severity
    place: Place


class PairSeverity(Fact, frozen=True):
    """The severity of findings of one pair: `service` and `owner` are patterns, an empty `rule` means every rule."""

    service: str
    owner: str
    severity: Severity
    place: Place
    rule: str = ""


class Accepted(Fact, frozen=True):
    """A file that is known not to be analysable."""

    path: str
    reason: str
    place: Place


class WrapperFunction(Fact, frozen=True):
    """A function of the project that passes SQL or a table's name on.

    `argument` is a position from 0 (the receiver not counted) or the name of a keyword argument.
    """

    call: str
    argument: int | str
    place: Place
    kind: Literal["sql", "table"] = "sql"


class Configuration(Fact, frozen=True):
    """The effective configuration.

    `path` is the file it comes from (empty without one). `prefix` is the scanned root relative to the folder that patterns of
    files are written against, empty or ending in `/`; it is set where the file was found in a parent folder.
    """

    path: str = ""
    prefix: str = ""
    services: tuple[ServiceEntry, ...] = ()
    databases: tuple[DatabaseEntry, ...] = ()
    allow: tuple[Allowance, ...] = ()
    sharing: tuple[Agreement, ...] = ()
    resources: tuple[Resource, ...] = ()
    rules: tuple[RuleSetting, ...] = ()
    severities: tuple[PairSeverity, ...] = ()
    exclude: tuple[str, ...] = ()
    accept: tuple[Accepted, ...] = ()
    deprecated: tuple[Deprecation, ...] = ()
    tests: tuple[str, ...] = ()
    require_reason: bool = False
    rule_folders: tuple[str, ...] = ()
    framework_folders: tuple[str, ...] = ()
    sql_functions: tuple[WrapperFunction, ...] = ()
    fail_level: FailLevel = "error"


class ConfigurationError(Exception):
    """The configuration cannot be used; `mistakes` are all that were found, in the order of the file."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes
