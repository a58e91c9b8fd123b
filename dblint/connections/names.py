"""What the names of variables and properties say: which belong to one connection, what each of them gives, and for what."""

import re
from functools import lru_cache
from typing import NamedTuple

from dblint.config.engines import engine, is_engine

_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_GLUED = re.compile(
    r"\A(PG|DB|MYSQL|MONGO|REDIS|POSTGRES|DATABASE|MSSQL|SQL)(HOST|PORT|DATABASE|USER|USERNAME|NAME|URL|URI|DSN|SERVER|SCHEMA)\Z"
)
_TORN = re.compile(r"\b(?:MY SQL|POSTGRE SQL|MONGO DB|MARIA DB|R 2 DBC|NO SQL|DATA SOURCE|MS SQL)\b")
_SUFFIXES = {
    "host": ("HOST", "HOSTNAME", "SERVER", "ADDR", "ADDRESS", "ENDPOINT", "HOSTS", "NODES", "NODE", "POINTS"),
    "port": ("PORT",),
    "database": ("DB", "DATABASE", "DBNAME", "NAME", "SID", "KEYSPACE", "BUCKET", "CATALOG", "INDEX"),
    "user": ("USER", "USERNAME", "LOGIN"),
    "schema": ("SCHEMA",),
    "engine": ("ENGINE", "DRIVER", "DIALECT", "ADAPTER", "TYPE", "CLIENT", "PROVIDER", "CONNECTION", "VENDOR"),
    "url": ("URL", "URI", "DSN", "STRING", "URIS"),
    "file": ("FILENAME", "STORAGE", "PATH", "FILE"),
}
_ROLES = {word: role for role, words in _SUFFIXES.items() for word in words}
_DATABASE_WORDS = frozenset(
    {
        "DB",
        "DATABASE",
        "DATASOURCE",
        "DATABASES",
        "SQLALCHEMY",
        "JDBC",
        "SQL",
        "PERSISTENCE",
        "R2DBC",
        "KNEX",
        "SEQUELIZE",
        "TYPEORM",
    }
)
_SYNONYMS = {
    "DATABASE": "DB",
    "DATABASES": "DB",
    "POSTGRESQL": "POSTGRES",
    "PG": "POSTGRES",
    "PSQL": "POSTGRES",
    "PGSQL": "POSTGRES",
    "MONGODB": "MONGO",
}
_REPLICA = frozenset({"REPLICA", "REPLICAS", "READONLY", "RO", "READER", "SLAVE", "STANDBY", "SECONDARY", "FOLLOWER"})
_QUALIFIERS = frozenset(
    {
        "READ",
        "ONLY",
        "WRITE",
        "PRIMARY",
        "MASTER",
        "RW",
        "WRITER",
        "MAIN",
        "INTERNAL",
        "JDBC",
        "DSN",
        "HIKARI",
        "CONNECTION",
        "APP",
        "SERVICE",
    }
)
_NO_DATABASES = frozenset(
    {
        "KAFKA", "RABBITMQ", "AMQP", "NATS", "MQTT", "SMTP", "MAIL", "LDAP", "ZOOKEEPER", "CONSUL", "EUREKA", "JAEGER",
        "ZIPKIN", "OTEL", "OTLP", "GRPC", "STATSD", "SENTRY", "PROMETHEUS", "GRAFANA", "VAULT", "ADMINER", "HTTP", "RABBIT",
    }
)  # fmt: skip


class Part(NamedTuple):
    """What a setting gives to a connection: `role` is host, port, database …, `group` the words of the connection's name."""

    group: tuple[str, ...]
    role: str
    replica: bool


@lru_cache(maxsize=4_096)  # the names of settings are few, and asked for in every environment of every service
def words(name: str) -> tuple[str, ...]:
    """The words of a name in capitals: of `spring.datasource.url`, `DB_HOST`, `MongoOptions.DatabaseName` or `PGHOST`."""
    found: list[str] = []
    for piece in re.split(r"[^A-Za-z0-9]+", name):
        glued = _GLUED.match(piece.upper()) if piece.isupper() or piece.islower() else None
        found += glued.groups() if glued else [token.upper() for token in _TOKEN.findall(piece)]
    return tuple(_joined(found))


def _joined(tokens: list[str]) -> list[str]:
    """`My Sql`, `Postgre Sql`, `Mongo Db` as the one word that they are."""
    return _TORN.sub(lambda found: found.group().replace(" ", ""), " ".join(tokens)).split()


@lru_cache(maxsize=4_096)
def part(name: str) -> Part | None:
    """What the setting of this name gives to a connection; None for one that has nothing to do with databases."""
    all_words = words(name)
    if not all_words or _NO_DATABASES & set(all_words):
        return None
    replica = bool(_REPLICA & set(all_words))
    own = [word for word in all_words if word not in _REPLICA and word != "READ"]
    while len(own) > 1 and own[-1] in ("ONLY", "1"):
        own.pop()
    if not own:
        return None
    if own[-2:] in (["KEYSPACE", "NAME"], ["BUCKET", "NAME"]):
        own.pop()
    if own[-2:] == ["CONTACT", "POINTS"]:
        del own[-2]
    # `POSTGRES_HOST_READ_REPLICA` ends with its qualifier, which is gone by now.
    role = _ROLES.get(own[-1], "")
    rest = own[:-1]
    if not role or not _speaks_of_databases(own if role in ("database", "url") else rest):
        return None
    if role == "database" and own[-1] in ("NAME", "INDEX") and not _speaks_of_databases(rest[-2:]):
        return None
    return Part(group_of(rest), role, replica)


def group_of(rest: list[str]) -> tuple[str, ...]:
    """The words of a connection's name that every one of its settings has."""
    found = [_SYNONYMS.get(word, word) for word in rest if word not in _QUALIFIERS]
    while len(found) > 1 and found[-1] in ("DB", "NAME"):
        found.pop()
    return tuple(found)


def engine_named(group: tuple[str, ...]) -> str:
    """The engine that the words of a connection's name tell; empty for none."""
    for word in group:
        known = engine("postgres" if word in ("POSTGRES", "PG") else word.lower())
        if is_engine(known):
            return known
    return ""


def is_replica(name: str) -> bool:
    """Whether a host, a user or a variable is called after reading alone."""
    return bool(_REPLICA & set(words(name))) or bool(
        re.search(r"(?:\A|[-_.])(?:ro|read|reader|readonly)(?:[-_.\d]|\Z)", name.lower())
    )


def _speaks_of_databases(found: list[str]) -> bool:
    return any(word in _DATABASE_WORDS or word in ("POSTGRES", "PG") or is_engine(engine(word.lower())) for word in found)
