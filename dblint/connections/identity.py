"""Which physical databases the settings of a service mean, in each of its environments (decision 0005)."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from dblint.config.dsn import Dsn, parse
from dblint.config.engines import FILES, PORTS, engine, engine_at, engine_in, is_engine, store_of
from dblint.connections.hosts import LOCAL, Hosts, Machine
from dblint.connections.kubernetes import ENVIRONMENT as KUBERNETES
from dblint.connections.model import DEPLOYED, LITERAL, SCRIPT, SHARED, WEAK, Environment, Setting, Settings
from dblint.connections.names import Part, engine_named, is_replica, part, words
from dblint.connections.workloads import Owners
from dblint.model.facts import Connection
from dblint.model.place import Place
from dblint.model.tree import Tree

_HTTP = frozenset({"http", "https"})
_BY_HTTP = frozenset({"elasticsearch", "influxdb", "couchdb", "clickhouse", "dynamodb", "neo4j"})
_FOR_TESTS = re.compile(r"(?:\A|[_\-])(?:unit)?tests?(?:db)?(?:[_\-]|\Z)", re.IGNORECASE)
_UNKNOWN = "$"
_STANDS_IN = re.compile(r"placeholder|\A[<{\[]|\Ayour[_-]", re.IGNORECASE)
"""The name of a user that is put in when the service starts (`USER_ID_PLACEHOLDER`, `<user>`)."""
_NOTHING = "${?}"
_REDIS = re.compile(r"\A([\w.\-]+)(?::(\d+))?((?:,[^,:/]*)*)\Z")
_DEFAULT_SCHEMA = (
    "spring.jpa.properties.hibernate.default_schema",
    "spring.flyway.default-schema",
    "quarkus.hibernate-orm.database.default-schema",
    "hibernate.default_schema",
)
_OF_FRAMEWORKS = {("SPRING", "DATASOURCE"), ("QUARKUS", "DATASOURCE")}
"""What properties of further data sources begin with: `spring.datasource.orders.url`, `quarkus.datasource.orders.jdbc.url`."""
_UNTOUCHED = frozenset({"laravel", "homestead", "forge"})
"""The databases that Laravel's `.env.example` and `config/database.php` name before anybody has chosen one."""
_TOOLS = frozenset({"alembic", "flyway", "liquibase"})


def databases(reader: "Identities", tree: Tree) -> tuple[Connection, ...]:
    """The connection of every service to every database that its settings name, in each environment that says so.

    An environment that only repeats what the default says gives no connection of its own.
    """
    found: list[Connection] = []
    for service in tree.services:
        if service.kind != "service":
            continue
        known: dict[tuple[str, str], Connection] = {}
        for environment in reader.environments(service.name):
            for link in reader.connections(service.name, environment):
                same = known.setdefault((link.store, link.database), link)
                if same is link or environment.startswith(KUBERNETES) or (same.environment and same.environment != environment):
                    found.append(link)
    return tuple(dict.fromkeys(found))


class Identities:
    """Connections with the physical database that each of them reaches."""

    def __init__(self, settings: Settings, tree: Tree) -> None:
        self._folders = {service.name: service.path for service in tree.services}
        hosts = Hosts(settings, (service.path for service in tree.services if service.path != "."))
        self._settings, self._hosts, self._owners = settings, hosts, Owners(tree)
        own: defaultdict[str, list[Setting]] = defaultdict(list)
        for setting in settings.settings:
            own[setting.service].append(setting)
        self._own = {service: replace(settings, settings=tuple(found)) for service, found in own.items()}
        self._environments: dict[tuple[str, str], Environment] = {}

    def environments(self, service: str) -> tuple[str, ...]:
        """The environments for which a service has settings, the default first."""
        return self._own[service].environments(service) if service in self._own else ("",)

    def connections(self, service: str, environment: str) -> Iterator[Connection]:
        """The connections that the settings of a service make by themselves in one environment.

        Where a deployment names the server, what stands in `alembic.ini` or names the code's own machine is for a developer.
        """
        found = tuple(self._settled(service, environment))
        deployed = {link.store for link in found if link.how in DEPLOYED}
        local = {each.place for each in self._known(service, environment).settings.values() if _is_local(each)}
        yield from (
            link
            for link in found
            if link.store not in deployed or not (link.how == "alembic" or (link.how == LITERAL and link.place in local))
        )

    def _settled(self, service: str, environment: str) -> Iterator[Connection]:
        """The connections of every setting."""
        known = self._known(service, environment)
        default = next((known.value(name) for name in _DEFAULT_SCHEMA if known.get(name)), "")
        taken: set[tuple[str, ...]] = set()
        for setting in known.settings.values():
            link = self._by_string(known, setting) if not setting.kind.startswith(SHARED) else None
            if link is not None:
                named = part(setting.name)
                taken.add(named.group if named else words(setting.name))
                taken.update(_referred(known, setting.value))
                if setting.environment == environment or _touched(known, setting, environment):
                    yield replace(link, schema=link.schema or default or None)
        for group, parts in _grouped(known).items():
            if group not in taken and any(each.environment == environment for each in parts.values()):
                for link in self._by_parts(known, group, parts):
                    yield replace(link, schema=link.schema or default or None)

    def reached(
        self, service: str, environment: str, text: str, place: Place, how: str, hint: str = "", key: str = ""
    ) -> Connection | None:
        """The database that a connection string reaches when a service uses it; None where it names none.

        `text` may refer to settings as `${NAME}` and `${NAME-default}`.
        """
        known = self._known(service, environment)
        dsn = parse(known.resolve(text), hint)
        if dsn is None or ({dsn.host, dsn.database} == {_NOTHING} and not dsn.schema):
            return None
        return self._link(known, dsn, place, how, key)

    def _known(self, service: str, environment: str) -> Environment:
        """The settings of a service in an environment, put together once."""
        if (service, environment) not in self._environments:
            known = self._own.get(service, self._settings)
            self._environments[service, environment] = known.of(service, environment)
        return self._environments[service, environment]

    def _by_string(self, known: Environment, setting: Setting) -> Connection | None:
        """The connection of a setting that is a connection string by itself."""
        value = known.resolve(setting.value).strip()
        named = part(setting.name)
        hint = engine_named(words(setting.name))
        if self._is_foreign(known.service, setting.name):
            return None
        if value.startswith("${secret/") and named is not None and named.role == "url":
            return self._kept_secret(known, setting, value, hint)
        stack = _REDIS.match(value) if "REDIS" in words(setting.name) else None
        if stack and (stack[2] or stack[3]):  # StackExchange.Redis' own form
            number = re.search(r"defaultDatabase=(\d+)", value, re.IGNORECASE)
            address = Dsn("redis", stack[1], stack[2] or "", number[1] if number else "")
            return self._link(known, address, setting.place, setting.kind, _key(setting.name))
        if (
            "://" not in value
            and "=" not in value
            and not re.match(r"(?:jdbc|r2dbc):|\S*@(?:tcp|unix)\(|(?:sqlite|duckdb|h2|hsqldb):", value)
        ):
            return None
        if re.search(r"\s", value) and not re.search(r"=", value):
            return None
        for one in _several(value):
            dsn = parse(one, "" if "://" in one else hint)
            if dsn is None or (dsn.scheme in _HTTP and not (hint in _BY_HTTP and named is not None)):
                continue
            if dsn.scheme in _HTTP:
                dsn = replace(dsn, scheme=hint)
            if not is_engine(dsn.scheme) or (named is None and "=" in one and "://" not in one and not _is_settings(dsn)):
                continue
            dsn = self._filled(known, dsn, named, setting)
            return self._link(known, dsn, setting.place, setting.kind, _key(setting.name))
        return None

    def _filled(self, known: Environment, dsn: Dsn, named: Part | None, setting: Setting) -> Dsn:
        """A connection string with what other settings of the same connection say."""
        named = named or part(f"{setting.name}.url")
        parts = _grouped(known).get(named.group, {}) if named else {}
        texts = {role: known.resolve(each.value) for role, each in parts.items()}
        database = dsn.database or (texts.get("database", "") if not dsn.memory else "")
        return replace(
            dsn,
            database=database,
            user=dsn.user or texts.get("user", ""),
            schema=dsn.schema or texts.get("schema", ""),
            read_only=dsn.read_only or is_replica(setting.name),
        )

    def _by_parts(self, known: Environment, group: tuple[str, ...], parts: dict[str, Setting]) -> Iterator[Connection]:
        """The connections that separate settings make together: the one for writing, and that of a replica."""
        texts = {role: known.resolve(each.value) for role, each in parts.items()}
        if self._is_foreign(known.service, "_".join(group)):
            return
        for replica in (False, True):
            host = texts.get("replica.host" if replica else "host", "")
            file = "" if replica else texts.get("file", "")
            if not host and not (file and not replica):
                continue
            name, _, port = host.rpartition(":") if re.fullmatch(r"[^:]+:\d+", host) else (host, "", "")
            port = port or texts.get("replica.port" if replica else "port", "") or texts.get("port", "")
            written = engine(re.sub(r".*[.:]", "", texts.get("engine", "")).lower().removesuffix("driver"))
            scheme = next((word for word in (written, engine_named(group), engine_at(port)) if is_engine(word)), "")
            if "://" in host:
                found = parse(host)
                name, port = (found.host, found.port) if found else (host, port)
            place = parts["replica.host" if replica and "replica.host" in parts else "host" if "host" in parts else "file"]
            machine = self._machine(known, name, port)
            scheme = scheme or engine_in(machine.image)
            if file and not host and scheme not in FILES:
                continue
            dsn = Dsn(
                scheme=scheme or "sql",
                host=name,
                port=port,
                database=texts.get("replica.database")
                if replica and texts.get("replica.database")
                else texts.get("database", file),  # type: ignore[arg-type]  # a text wherever it is set
                user=texts.get("user", ""),
                schema=texts.get("schema", ""),
                read_only=replica,
            )
            if scheme and store_of(scheme) == "sql" and not dsn.database:
                dsn = replace(dsn, database=self._default(known, name, port, scheme, dsn.user))
            if (scheme and store_of(scheme) != "sql") or dsn.database:
                link = self._link(known, dsn, place.place, place.kind, "_".join(group))
                if link is not None:
                    yield link

    def _default(self, known: Environment, host: str, port: str, scheme: str, user: str) -> str:
        """The database that a server takes where none is named."""
        made = self._machine(known, host, port).default
        return made or (user if scheme == "postgresql" else "")

    def _machine(self, known: Environment, host: str, port: str) -> Machine:
        return self._hosts.find(known.service, self._folders.get(known.service, "."), known.name, host, port)

    def _kept_secret(self, known: Environment, setting: Setting, value: str, hint: str) -> Connection:
        """The database behind a connection string that a Secret keeps: whoever reads the same Secret reaches the same."""
        label = value.strip("${}")
        return Connection(
            known.service, store_of(hint), label, setting.place, setting.kind, None, "", _key(setting.name), setting.environment
        )

    def _link(self, known: Environment, dsn: Dsn, place: Place, how: str, key: str) -> Connection | None:
        """The connection to a database, its host and file resolved."""
        store, complete = store_of(dsn.scheme), True
        if dsn.memory:
            # Each process has its own; no other service can ever reach it.
            label = f"{dsn.scheme}:memory:{known.service}"
        elif dsn.scheme in FILES or (not dsn.host and dsn.scheme in ("h2", "hsqldb", "derby")):
            label = f"{dsn.scheme}:///{self._file(known, dsn.database)}"
            complete = _UNKNOWN not in dsn.database
        elif dsn.host in LOCAL and (dsn.database in _UNTOUCHED or dsn.scheme == "memcached"):
            return None  # as a new project says it: nobody has said yet which database it is, or whether it has a cache
        else:
            port = dsn.port or PORTS.get(dsn.scheme, "")
            # A script says which database it is for, and nothing about the server.
            machine = Machine("", port, known=False) if how == SCRIPT else self._machine(known, dsn.host, port)
            database = dsn.database or ("0" if store == "redis" else "")
            if not database and store == "sql":
                database = machine.default
            scheme = dsn.scheme if dsn.scheme != "sql" else engine_in(machine.image) or "sql"
            if store == "sql":
                complete = bool(database) and _UNKNOWN not in database
            label = str(Dsn(scheme, machine.name, machine.port, database))
            complete = complete and machine.known
            if store == "sql" and (not database or _FOR_TESTS.search(database)):
                return None  # a server is no database, and a database for tests is not what the services run on
        return Connection(
            known.service,
            store,
            label,
            place,
            how,
            dsn.schema or None,
            "" if _UNKNOWN in dsn.user or _STANDS_IN.search(dsn.user) else dsn.user,
            key,
            known.name,
            dsn.read_only or is_replica(dsn.host) or is_replica(dsn.user),
            # The file of a migration tool often keeps an example that its code replaces.
            complete and not (how in _TOOLS and dsn.scheme in FILES),
        )

    def _file(self, known: Environment, path: str) -> str:
        """A database file by its path below the root of the tree, or inside the container of the service."""
        folder = self._folders.get(known.service, ".")
        if path.startswith("/"):
            for inner, outer in sorted(self._mounted(known), key=lambda pair: -len(pair[0])):
                if path == inner or path.startswith(inner.rstrip("/") + "/"):
                    return outer + path[len(inner.rstrip("/")) :]
            return f"{known.service}{posixpath.normpath(path)}"
        normal = posixpath.normpath(posixpath.join(folder, path.removeprefix("~/")))
        return normal.removeprefix("./")

    def _mounted(self, known: Environment) -> Iterator[tuple[str, str]]:
        base = {below for above, below in self._settings.based if above == known.name}
        for service, environment, inner, outer in self._settings.mounts:
            if service == known.service and environment in (known.name, *base):
                yield inner, outer

    def _is_foreign(self, service: str, name: str) -> bool:
        """Whether a setting is called after another service: it is for reaching that one, or stands here for all.

        A property of a framework says what its program connects to, whatever the connection is called.
        """
        said = words(name)
        if said[:2] in _OF_FRAMEWORKS:
            return False
        return bool(self._owners.mentioned([word.lower() for word in said], service))


def _grouped(known: Environment) -> dict[tuple[str, ...], dict[str, Setting]]:
    """The settings that give parts of connections, by connection and role."""
    found: dict[tuple[str, ...], dict[str, Setting]] = {}
    for setting in known.settings.values():
        named = part(setting.name)
        if named is None or not setting.value or setting.kind.startswith(SHARED):
            continue
        role = f"replica.{named.role}" if named.replica else named.role
        if named.role != "url":
            found.setdefault(named.group, {}).setdefault(role, setting)
    return found


def _referred(known: Environment, text: str, depth: int = 4) -> Iterator[tuple[str, ...]]:
    """The connections whose parts a connection string is put together from, so that they are none by themselves."""
    for name in re.findall(r"\$[{(]?([A-Za-z_][\w.\-]*)", text):
        setting = known.settings.get(name)
        if setting is not None and (named := part(name)) is not None:
            yield named.group
        if setting is not None and depth:
            yield from _referred(known, setting.value, depth - 1)


def _touched(known: Environment, setting: Setting, environment: str) -> bool:
    """Whether a value refers to something that this environment sets, or is set for it by a profile."""
    names = re.findall(r"\$[{(]?([A-Za-z_][\w.\-]*)", setting.value)
    inner = (known.settings.get(name) for name in names)
    return (
        setting.kind in WEAK or any(each is not None and each.environment == environment for each in inner) or not environment
    )


def _several(value: str) -> Iterable[str]:
    """The single connection strings of a list of them."""
    return [value] if value.count("://") < 2 else [one for one in re.split(r"[,\s]+(?=\w[\w+.\-]*://)", value) if one]


def _is_local(setting: Setting) -> bool:
    """Whether a connection string in code names the machine that the code runs on."""
    dsn = parse(setting.value) if setting.kind == LITERAL and "://" in setting.value else None
    return dsn is not None and dsn.host in LOCAL


def _is_settings(dsn: Dsn) -> bool:
    """Whether `key=value` text names both a server and a database, as nothing but a connection string does."""
    return bool(dsn.host and dsn.database)


def _key(name: str) -> str:
    return re.sub(r"\[\d+\]", "", name)


__all__ = ["LOCAL", "Identities", "databases"]
