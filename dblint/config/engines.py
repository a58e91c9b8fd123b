"""The database engines by the names that connection strings give them, with their default ports."""

_ALIASES = {
    "postgres": "postgresql",
    "pg": "postgresql",
    "psql": "postgresql",
    "pgsql": "postgresql",
    "postgis": "postgresql",
    "asyncpg": "postgresql",
    "cockroachdb": "postgresql",
    "timescale": "postgresql",
    "timescaledb": "postgresql",
    "ecto": "postgresql",
    "mysql2": "mysql",
    "aurora": "mysql",
    "mysqlx": "mysql",
    "mariadb": "mysql",
    "percona": "mysql",
    "mssql": "sqlserver",
    "sqlsrv": "sqlserver",
    "sqlite3": "sqlite",
    "hsql": "hsqldb",
    "mongo": "mongodb",
    "rediss": "redis",
    "valkey": "redis",
    "valkeys": "redis",
    "keydb": "redis",
    "opensearch": "elasticsearch",
    "elastic": "elasticsearch",
    "influx": "influxdb",
    "scylla": "cassandra",
    "scylladb": "cassandra",
    "bolt": "neo4j",
}

# https://www.iana.org/assignments/service-names-port-numbers, and the manuals of those that are not registered.
PORTS = {
    "postgresql": "5432",
    "mysql": "3306",
    "sqlserver": "1433",
    "oracle": "1521",
    "db2": "50000",
    "clickhouse": "8123",
    "redshift": "5439",
    "vertica": "5433",
    "firebird": "3050",
    "h2": "9092",
    "hsqldb": "9001",
    "derby": "1527",
    "trino": "8080",
    "snowflake": "443",
    "mongodb": "27017",
    "redis": "6379",
    "memcached": "11211",
    "elasticsearch": "9200",
    "influxdb": "8086",
    "cassandra": "9042",
    "neo4j": "7687",
    "couchdb": "5984",
    "couchbase": "8091",
    "rethinkdb": "28015",
    "dynamodb": "8000",
    "sqlite": "",
    "duckdb": "",
}

WORDS = frozenset({*_ALIASES, *PORTS})
"""Every word that `engine` knows an engine by."""

_OTHER_STORES = frozenset(
    {
        "mongodb", "redis", "memcached", "elasticsearch", "influxdb", "cassandra", "neo4j", "couchdb", "couchbase", "rethinkdb",
        "dynamodb",
    }
)  # fmt: skip
FILES = frozenset({"sqlite", "duckdb"})
_BY_PORT = {port: engine for engine, port in reversed(PORTS.items()) if port not in ("", "443", "8080", "8000")}


def engine(word: str) -> str:
    """The engine that `postgresql+psycopg2`, `postgres`, `mongodb+srv` and their like mean, else the word itself."""
    name = word.lower().partition("+")[0]
    return _ALIASES.get(name, name)


def is_engine(name: str) -> bool:
    """Whether `engine` knows the name: Kafka, AMQP and HTTP are no databases."""
    return name in PORTS


def store_of(name: str) -> str:
    """The store of an engine: `sql` for all relational ones, else the engine itself."""
    return name if name in _OTHER_STORES else "sql"


def engine_at(port: str) -> str:
    """The engine that listens on a port by default; empty if none does."""
    return _BY_PORT.get(port, "")


def engine_in(image: str) -> str:
    """The engine that a container image holds by its name (`postgis/postgis:16`, `docker.io/bitnami/redis`); empty for none."""
    name = image.rpartition("@")[0] or image
    last = name.rpartition("/")[2].partition(":")[0].lower()
    if last == "server" and "mssql" in name.lower():
        return "sqlserver"
    words = [word.rstrip("0123456789") or word for word in last.replace("_", "-").split("-")]
    # `redis-exporter`, `mongo-express` and `postgres-backup` only speak to the database.
    if words[-1] in ("exporter", "express", "backup", "client", "proxy", "operator", "admin", "ui", "insight", "commander"):
        return ""
    found = (engine(word) for word in words)
    return next((name for name in found if is_engine(name) and name not in ("h2", "trino")), "")
