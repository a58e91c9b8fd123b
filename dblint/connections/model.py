"""Connection settings as deployment and configuration files write them, before anybody knows which databases they mean.

The seam between the readers of configuration files and the interpreter of source code: code that takes its connection from
`os.environ["DATABASE_URL"]` looks the name up here, in every environment of the service that holds the code.
"""

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache

from msgspec.structs import replace

from dblint.model.base import Fact
from dblint.model.facts import Problem
from dblint.model.place import Place

_REFERENCE = re.compile(
    r"""\$\{([A-Z_][A-Z0-9_]*(?=[}:?+\-])|[A-Za-z_][\w.\-]*)(?:(:?[-+?]|:)((?:[^{}]|\{[^{}]*\})*))?\}|\$\(([A-Za-z_]\w*)\)
        |\$([A-Za-z_]\w*)""",
    re.VERBOSE,
)
_MARKS = re.compile(r"[^A-Za-z0-9]+")
_MAX_LENGTH = 8_000
DEPLOYED = frozenset({"compose", "kubernetes", "helm", "terraform", "aspire"})
"""Kinds of settings that a deployment gives to a running service, rather than its own files."""
CONFIGURED = DEPLOYED | {
    "spring", "rails", "appsettings", "alembic", "flyway", "liquibase", "prisma", "settings", "env-file", "env-example",
}  # fmt: skip
"""Kinds of settings that a configuration file states, rather than code."""
INITIAL = "docker-entrypoint-initdb.d"
"""The folder whose scripts the images of PostgreSQL, MySQL, MariaDB and MongoDB run when a database is made."""
SHARED = "shared-"
"""Begins the kind of a setting that several services have, and of which none of them is known to use it."""
SCRIPT = "script"
"""The kind of a setting that a script states, which knows the database and not its server."""
LITERAL = "literal"
"""The kind of a setting that is a connection string in code, which is not followed there."""
WEAK = frozenset({"env-example"})
"""Kinds of settings that only count where nothing else is known."""


class Setting(Fact, frozen=True):
    """One configuration value as written for one service.

    `name` is an environment variable or a property (`DATABASE_URL`, `spring.datasource.url`). `value` is never a password:
    values of secret names are dropped while parsing, credentials are cut out of URLs. `environment` is empty for the default,
    else the name of a profile, an overlay or a variant of a deployment file. `kind` is the form it was written in.
    """

    service: str
    name: str
    value: str
    place: Place
    environment: str = ""
    kind: str = ""


class Host(Fact, frozen=True):
    """A host name inside one network: a Compose project or a Kubernetes namespace.

    `target` is the container or workload that answers to `name`, `image` what runs there, `service` the service of the tree if
    it is one, `ports` pairs of published and inner port. `home` is the network that the container belongs to where `network` is
    one that several projects share. `default` is the database that its image creates, where it is told.
    """

    network: str
    name: str
    target: str
    image: str = ""
    service: str = ""
    ports: tuple[tuple[str, str], ...] = ()
    environment: str = ""
    home: str = ""
    default: str = ""


class Settings(Fact, frozen=True):
    """All settings of all services, the host names of all networks, and what could not be read.

    `networks` are (service, environment, network): where a service runs. `profiles` are (service, environment, profile): which
    profiles a deployment switches on. `based` are (environment, the environment it is laid over). `mounts` are (service,
    environment, path in the container, what is mounted there). `mentions` are (service, folder of migrations that belongs to no
    service, place): whose code or settings name it. `initial` are files and folders that a database's container runs when it
    is made.
    """

    settings: tuple[Setting, ...] = ()
    hosts: tuple[Host, ...] = ()
    networks: tuple[tuple[str, str, str], ...] = ()
    profiles: tuple[tuple[str, str, str], ...] = ()
    based: tuple[tuple[str, str], ...] = ()
    mounts: tuple[tuple[str, str, str, str], ...] = ()
    mentions: tuple[tuple[str, str, Place], ...] = ()
    initial: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    def environments(self, service: str) -> tuple[str, ...]:
        """The environments for which something is set, the default first."""
        return tuple(sorted({"", *(each.environment for each in self.settings if each.service == service)}))

    def of(self, service: str, environment: str = "") -> "Environment":
        """The settings that hold for a service in one environment, the strongest of each name.

        A deployment's variables are stronger than the files of the application, a profile stronger than the default. What
        another deployment sets does not hold.
        """
        own = [each for each in self.settings if each.service == service]
        base = {below for above, below in self.based if above == environment}
        active = [profile for name, where, profile in self.profiles if name == service and where in (environment, *base)]
        layers: list[list[Setting]] = [
            [each for each in own if _is_deployed(each) and each.environment == environment],
            [each for each in own if _is_deployed(each) and each.environment in base],
            *([each for each in own if not _is_deployed(each) and each.environment == profile] for profile in active[::-1]),
            [each for each in own if not _is_deployed(each) and each.environment == environment],
            [each for each in own if not _is_deployed(each) and not each.environment and each.kind not in WEAK],
            [each for each in own if each.kind in WEAK and not each.environment],
        ]
        found: dict[str, Setting] = {}
        for layer in layers:
            for each in layer:
                found.setdefault(relaxed(each.name), each)
        return Environment(service, environment, {each.name: each for each in found.values()})


def _is_deployed(setting: Setting) -> bool:
    return setting.kind.removeprefix(SHARED) in DEPLOYED


class Environment:
    """The settings of one service in one environment, those of the default included where nothing else is said."""

    def __init__(self, service: str, name: str, settings: Mapping[str, Setting]) -> None:
        self.service, self.name, self.settings = service, name, settings

    @cached_property
    def _relaxed(self) -> dict[str, Setting]:
        return {relaxed(name): setting for name, setting in self.settings.items()}

    def get(self, name: str) -> Setting | None:
        """The setting of a name with its references resolved; None where it is not set.

        A property is found under its environment variable too (`spring.datasource.url` as `SPRING_DATASOURCE_URL`).
        """
        found = self.settings.get(name) or self._relaxed.get(relaxed(name))
        return replace(found, value=self.resolve(found.value)) if found is not None else None

    def value(self, name: str, default: str = "") -> str:
        """The resolved value of a name, or `default`."""
        found = self.get(name)
        return found.value if found else default

    def resolve(self, text: str, depth: int = 8) -> str:
        """`text` with `${NAME}`, `${NAME:-default}`, `${NAME:default}`, `$(NAME)` and `$NAME` replaced; unknown ones stay."""
        if "$" not in text or depth < 1 or len(text) > _MAX_LENGTH:
            return text

        def replaced(match: re.Match[str]) -> str:
            name = match[1] or match[4] or match[5]
            known = self.settings.get(name) or self._relaxed.get(relaxed(name))
            operator, word = match[2] or "", match[3] or ""
            if operator.endswith("+"):
                return self.resolve(word, depth - 1) if known and known.value else ""
            if known is not None and re.search(rf"\$[{{(]?{re.escape(name)}\b", known.value):
                known = None  # `elastic.host: ${ELASTIC_HOST:localhost}` is itself found under that name
            if known is not None and (known.value or ":" not in operator):
                return self.resolve(known.value, depth - 1)
            return self.resolve(word, depth - 1) if operator in (":", ":-", "-") else match[0]

        return _REFERENCE.sub(replaced, text)[:_MAX_LENGTH]


@lru_cache(maxsize=65_536)
def relaxed(name: str) -> str:
    """Equal for the forms of one property: `spring.datasource.url`, `SPRING_DATASOURCE_URL`, `ConnectionStrings__Shop`."""
    return _MARKS.sub("_", name).upper()
