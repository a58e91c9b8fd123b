"""How a framework's words say which database is meant: the `connections:` key of a framework file."""

from typing import Literal

from dblint.model.base import Fact

Argument = int | str
"""An argument of a call, by position or by keyword."""

Part = Literal["engine", "host", "port", "database", "user", "schema", "url"]


class OpenedBy(Fact, frozen=True, forbid_unknown_fields=True):
    """Calls that open a connection, or make the pool or engine that will.

    `calls` are last names; `engine` is the kind of database where no URL says it. The other keys are the arguments that
    hold the
    parts, the first that is given counts. `url` may be any connection string; `mapping` holds the parts in a
    dictionary, under the
    words of the other keys; `prefix` begins them (`sqlalchemy.url`). `named`: the argument that names the connection.
    """

    calls: tuple[str, ...]
    engine: str = ""
    url: tuple[Argument, ...] = ()
    host: tuple[Argument, ...] = ()
    port: tuple[Argument, ...] = ()
    database: tuple[Argument, ...] = ()
    user: tuple[Argument, ...] = ()
    schema: tuple[Argument, ...] = ()
    provider: tuple[Argument, ...] = ()
    mapping: tuple[Argument, ...] = ()
    prefix: str = ""
    named: str = ""


class WrittenAs(Fact, frozen=True, forbid_unknown_fields=True):
    """A name in settings that holds connections: one `url`, `urls` by the names of connections, or Django's dictionary."""

    name: str
    holds: Literal["url", "urls", "django", "routers"] = "url"


class FromEnvironment(Fact, frozen=True, forbid_unknown_fields=True):
    """Calls that give an environment variable, as patterns of dotted paths (`environ.Env().*`).

    `name` and `default` are arguments; `variable` is the variable where none is named. `items`: the path is read by `[...]`.
    """

    paths: tuple[str, ...]
    name: tuple[Argument, ...] = (0,)
    default: tuple[Argument, ...] = (1, "default")
    variable: str = ""
    items: bool = False


class UrlOf(Fact, frozen=True, forbid_unknown_fields=True):
    """Calls that put a URL together from parts, or pass one on (`URL.create`, `dj_database_url.parse`)."""

    calls: tuple[str, ...]
    url: tuple[Argument, ...] = ()
    engine: tuple[Argument, ...] = ()
    host: tuple[Argument, ...] = ()
    port: tuple[Argument, ...] = ()
    database: tuple[Argument, ...] = ()
    user: tuple[Argument, ...] = ()


class Connections(Fact, frozen=True, forbid_unknown_fields=True):
    """Everything a framework says about connections.

    `chosen_by` are methods whose argument names the connection that a query takes, and `keyword` keywords that do;
    `holders` are
    dictionaries of connections by name. `settings_classes` are base classes whose fields are environment variables.
    """

    opened_by: tuple[OpenedBy, ...] = ()
    settings: tuple[WrittenAs, ...] = ()
    environment: tuple[FromEnvironment, ...] = ()
    urls: tuple[UrlOf, ...] = ()
    chosen_by: tuple[str, ...] = ()
    keyword: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    settings_classes: tuple[str, ...] = ()

    @property
    def calls(self) -> frozenset[str]:
        """The last names of the calls, and the names in settings, that must be kept of a file."""
        opened = {name for rule in self.opened_by for name in rule.calls}
        return frozenset(opened | {rule.name for rule in self.settings} | set(self.chosen_by))

    @property
    def markers(self) -> frozenset[str]:
        """Words of a file that may say something about connections."""
        read = {path.rpartition(".")[2] for rule in self.environment if rule.paths[0].startswith("os.") for path in rule.paths}
        return frozenset(rule.name for rule in self.settings) | (read - {"get", "pop", "setdefault"})
