"""Which physical database a service talks to, as far as it is declared or found in its connection settings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from dblint.config import Configuration
from dblint.config.dsn import database_of as database_in
from dblint.config.engines import FILES
from dblint.connections.model import relaxed
from dblint.model.facts import Connection
from dblint.model.tree import Service

ASSUMED = "assumed:"
"""Begins the label of a database whose address is unknown but which is certainly not that of a certain other service."""

# The stores that are no SQL databases, by the words for them in URLs.
_STORES = {
    "cassandra": "cassandra",
    "dynamodb": "dynamodb",
    "elasticsearch": "elasticsearch",
    "influxdb": "influxdb",
    "mongo": "mongodb",
    "mongodb": "mongodb",
    "mongodb+srv": "mongodb",
    "neo4j": "neo4j",
    "opensearch": "elasticsearch",
    "redis": "redis",
    "rediss": "redis",
    "scylla": "cassandra",
}


# The alias of the connection that Django and Flask take where none is named.
_DEFAULT = "default"


class Known(NamedTuple):
    """A known database of a service; `names` are the words by which code may call it."""

    label: str
    store: str
    names: frozenset[str]
    schema: str | None
    tables: tuple[str, ...]


class Databases:
    """The known databases of each service: those that the configuration declares, else those that its settings name."""

    def __init__(
        self, configuration: Configuration, services: Iterable[Service], connections: Sequence[Connection] = ()
    ) -> None:
        entries = {entry.name: entry for entry in configuration.databases}
        settings = known_databases(connections)
        self._elsewhere = _elsewhere(connections, settings)
        self._schemas = _schemas(connections)
        self._files = _beside_servers(connections, settings)
        self._of: dict[str, tuple[Known, ...]] = {}
        services = tuple(services)
        self._folders = frozenset(service.name for service in services if service.kind == "schema")
        for service in services:
            declared = []
            for name in service.databases:
                entry = entries.get(name)
                url = entry.url if entry else database_in(name)
                label = url or name
                keys = {_word(link.key) for link in connections if (link.service, link.database) == (service.name, label)}
                words = frozenset({_word(name), _word(label.rpartition("/")[2]), *(keys - {""})})
                schema, tables = (entry.schema or None, entry.tables) if entry else (None, ())
                declared.append(Known(label, _store(label.partition(":")[0]), words, schema, tables))
            self._of[service.name] = tuple(declared) or settings.get(service.name, ())

    def of(self, service: str, connection: str = "", store: str = "sql", table: str = "") -> tuple[Known, ...]:
        """The databases that a use may speak to: one where it is known, several where it is one of them, none where unknown."""
        found = tuple(known for known in self._of.get(service, ()) if known.store == _store(store))
        word = _word(connection) or _DEFAULT
        if connection and (service, word) in self._elsewhere and not any(word in known.names for known in found):
            return ()
        if service in self._files and _store(store) == "sql" and not any(word in known.names for known in found):
            return ()
        if len(found) < 2:
            return self._named(service, word) or found if connection and service in self._folders else found
        named = tuple(known for known in found if word in known.names)
        holding = tuple(known for known in found if any(fnmatchcase(table, pattern) for pattern in known.tables))
        return named or holding or found

    def _named(self, service: str, word: str) -> tuple[Known, ...]:
        """The only database of the tree that is called as a script of a folder says (`USE stock`)."""
        found = {
            known.label: known
            for other, owned in self._of.items()
            for known in owned
            if other != service and known.store == "sql" and _word(known.label.rpartition("/")[2]) == word
        }
        return tuple(found.values()) if len(found) == 1 else ()

    def schema(self, service: str) -> str | None:
        """The schema in which a service has its tables though their database is unknown; None where that is not told."""
        return self._schemas.get(service)

    def labels(self) -> dict[str, str]:
        """The relational databases by their names, those of which only one is called so."""
        found: dict[str, set[str]] = defaultdict(set)
        for known in self._of.values():
            for each in known:
                if each.store == "sql":
                    found[each.label.rpartition("/")[2].casefold()].add(each.label)
        return {name: label for name, labels in found.items() if name and len(labels) == 1 for label in labels}

    def adopt(self, service: str, known: Known) -> None:
        """Settle the database of a service that has none."""
        self._of[service] = (known,)

    def database_of(self, service: str, connection: str = "", store: str = "sql") -> str | None:
        """The database of a service (URL without user and password, or its declared name), None where it is unknown."""
        found = self.of(service, connection, store)
        return found[0].label if len(found) == 1 else None


def known_databases(connections: Iterable[Connection]) -> dict[str, tuple[Known, ...]]:
    """The databases that settings name completely, all of one environment: that in which most services have one."""
    complete = [each for each in connections if each.complete]
    services: dict[str, set[str]] = defaultdict(set)
    for each in complete:
        services[each.environment].add(each.service)
    usual = min(services, key=lambda name: (-len(services[name]), name), default="")
    found: dict[str, dict[tuple[str, str], Known]] = defaultdict(dict)
    for service in {each.service for each in complete}:
        own = [each for each in complete if each.service == service]
        here = next(same for name in (usual, "", None) if (same := [each for each in own if name in (each.environment, None)]))
        for each in sorted(here, key=lambda link: (link.read_only, link.place)):
            store = _store(each.store)
            words = {_word(word) for word in (each.key, each.database.rpartition("/")[2]) if word}
            if (known := found[service].get((store, each.database))) is not None:
                words |= known.names
            found[service][store, each.database] = Known(each.database, store, frozenset(words), each.schema, ())
    return {service: tuple(known.values()) for service, known in found.items()}


def _schemas(connections: Iterable[Connection]) -> dict[str, str]:
    """The default schema of every service whose relational connections all have the same one (`?currentSchema=orders`)."""
    found: dict[str, set[str | None]] = defaultdict(set)
    for link in connections:
        if _store(link.store) == "sql":
            found[link.service].add(link.schema)
    return {service: schema for service, schemas in found.items() for schema in schemas if schema and len(schemas) == 1}


def _elsewhere(connections: Iterable[Connection], known: Mapping[str, tuple[Known, ...]]) -> frozenset[tuple[str, str]]:
    """The connections, by service and key, to databases of which only the name is known, where it is that of no known one."""
    found = set()
    for link in connections:
        name = link.database.rpartition("/")[2].casefold()
        if not link.complete and link.key and name and "$" not in name:
            labels = {each.label.rpartition("/")[2].casefold() for each in known.get(link.service, ())}
            if name not in labels:
                found.add((link.service, _word(link.key)))
    return frozenset(found)


def _beside_servers(connections: Iterable[Connection], known: Mapping[str, tuple[Known, ...]]) -> frozenset[str]:
    """The services of which only database files are known, and that reach servers besides whose address nothing tells.

    Which of them a use speaks to that names no connection nobody knows.
    """
    files, servers = set(), set()
    for link in connections:
        if _store(link.store) == "sql":
            of_file = link.database.partition(":")[0] in FILES
            if not of_file and not link.complete:
                servers.add((link.service, link.environment))
            elif of_file and link.complete:
                files.add((link.service, link.environment))
    only = {
        service
        for service, found in known.items()
        if all(each.label.partition(":")[0] in FILES for each in found if each.store == "sql")
    }
    return frozenset(service for service, _ in files & servers if service in only)


def is_known(database: str | None) -> bool:
    """Whether the label stands for a database that is declared or found, rather than inferred or unknown."""
    return database is not None and not database.startswith(ASSUMED)


def _word(name: str) -> str:
    """Equal for the spellings of one setting: `ConnectionStrings:Shop`, `ConnectionStrings__Shop`."""
    return relaxed(name).casefold()


def _store(name: str) -> str:
    """One word for all SQL databases, and one for each other kind of store."""
    return _STORES.get(name.lower(), "sql")
