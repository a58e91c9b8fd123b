"""Connections that JavaScript and TypeScript write as objects and calls: Knex, Sequelize, TypeORM, MikroORM, Drizzle, drivers.

Files are read as tokens, so that settings are found in every file of the language, also in one that nothing imports.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from dblint.config.engines import WORDS, engine, is_engine
from dblint.config.secrets import cleaned
from dblint.connections.forms import Entry
from dblint.connections.tokens import Map, Value, calls_and_objects, tokens, with_constants
from dblint.connections.variants import ENVIRONMENT_WORD

_ENGINE = ("type", "dialect", "client", "driver", "provider", "adapter", "dbms")
_PARTS = {
    "host": ("host", "hostname", "server", "socketPath", "contactPoints", "node"),
    "port": ("port",),
    "database": ("database", "dbName", "db", "storage", "filename", "file", "keyspace"),
    "user": ("user", "username"),
    "schema": ("schema", "searchPath"),
    "url": ("url", "uri", "connectionString", "clientUrl", "use_env_variable", "connection", "filename"),
}
_INNER = ("connection", "dbCredentials", "credentials", "datasource", "master", "write", "replication", "auth", "options")
# A client that says no engine, by what it is called and by the package that its file imports.
_CLIENTS = {
    "Pool": (("pg", "postgresql"),),
    "Client": (("pg", "postgresql"), ("cassandra-driver", "cassandra"), ("@elastic/elasticsearch", "elasticsearch")),
    "createPool": (
        ("mysql2", "mysql"),
        ("mysql", "mysql"),
        ("mariadb", "mysql"),
        ("oracledb", "oracle"),
        ("slonik", "postgresql"),
    ),
    "createConnection": (("mysql2", "mysql"), ("mysql", "mysql"), ("mongoose", "mongodb")),
    "MongoClient": (("mongodb", "mongodb"),),
    "connect": (("mongoose", "mongodb"), ("mongodb", "mongodb"), ("mssql", "sqlserver")),
    "forRoot": (("@nestjs/mongoose", "mongodb"),),
    "createClient": (("redis", "redis"),),
    "Redis": (("ioredis", "redis"),),
    "IORedis": (("ioredis", "redis"),),
    "Database": (("better-sqlite3", "sqlite"), ("sqlite3", "sqlite")),
    "postgres": (("postgres", "postgresql"),),
    "drizzle": (("drizzle-orm", ""),),
    "Sequelize": (("sequelize", ""), ("sequelize-typescript", "")),
    "knex": (("knex", ""),),
    "InfluxDB": (("@influxdata/influxdb-client", "influxdb"), ("influx", "influxdb")),
    "PrismaClient": (("@prisma/client", ""),),
}
_IMPORT = re.compile(r"""(?:from|require\(|import)\s*['"]([^'"]+)['"]""")
_PACKAGES = {package for known in _CLIENTS.values() for package, _ in known}
_ENGINE_WORD = re.compile(rf"""['"`](?:better-)?(?:{"|".join(sorted(WORDS))})(?:\+[^'"`]*)?(?:-native)?['"`]""", re.IGNORECASE)
_DEFAULT_HOSTS = "localhost"
Found: TypeAlias = tuple[str, str, Entry]
"""Environment, key and the connection string."""


class _Context(NamedTuple):
    environment: str
    key: str


def connections(text: str) -> Iterator[Found]:
    """Every connection that a file of JavaScript or TypeScript describes: environment, its name, and the entry for it."""
    imported = set(_IMPORT.findall(text))
    if not any(map(_is_client, imported)):
        folded = text.casefold()
        if not any(word in folded for word in WORDS) or not _ENGINE_WORD.search(text):
            return  # to read tokens takes long, and most files open no connection
    stream = with_constants(tokens(text), text)
    for callee, arguments, line in calls_and_objects(stream):
        for context, url, where in _described(callee, arguments, imported):
            if _says_anything(url):
                yield context.environment, context.key, Entry("DATABASE_URL", cleaned(url), where or line)


def _is_client(module: str) -> bool:
    """Whether a module is one of a package whose clients are known, or a part of it (`drizzle-orm/node-postgres`)."""
    while module and module not in _PACKAGES:
        module = module.rpartition("/")[0]
    return bool(module)


def _described(callee: str, arguments: tuple[Value, ...], imported: set[str]) -> Iterator[tuple[_Context, str, int]]:
    hint = _hint(callee, imported)
    plain = _Context("", "")
    first = arguments[0] if arguments else None
    if hint is not None and isinstance(first, str):
        rest = next((each for each in arguments[1:] if isinstance(each, Map)), None)
        if callee == "Sequelize" and not _is_url(first) and len(arguments) > (2 if first.startswith("$") else 1):
            entries = dict(rest.entries) if rest else {}
            user = arguments[1] if isinstance(arguments[1], str) else ""
            yield plain, _url({**entries, "database": first, "username": user}, "", default_host=True), 0
        elif _is_url(first) or first.startswith("${"):
            yield plain, _with_database(first, rest, hint), 0
        elif hint == "sqlite" and first:
            yield plain, f"sqlite:///{first}", 0
        return
    for argument in arguments:
        if isinstance(argument, Map):
            yield from _objects(argument, hint, plain)


def _objects(found: Map, hint: str | None, context: _Context, depth: int = 0) -> Iterator[tuple[_Context, str, int]]:
    """What an object describes: a connection, or one for each environment or name."""
    entries = dict(found.entries)
    own = _engine(entries)
    named = entries.get("name")
    inner = context._replace(key=named) if isinstance(named, str) and named and "$" not in named else context
    if own or hint:
        url = _url(entries, own or hint or "")
        if url:
            yield inner, url, found.line
            return
    if hint == "" and _url(entries, "") and entries.keys() & {"url", "connectionString", "clientUrl"}:
        yield inner, _url(entries, ""), found.line
        return
    for key, value in entries.items() if depth < 3 else ():
        if isinstance(value, Map) and ENVIRONMENT_WORD.match(key):
            yield from _objects(value, hint, context._replace(environment=key.lower()), depth + 1)


def _engine(entries: Mapping[str, Value]) -> str:
    for name in _ENGINE:
        word = entries.get(name)
        known = engine(word.removeprefix("better-").removesuffix("-native")) if isinstance(word, str) else ""
        if is_engine(known):
            return known
    return ""


def _hint(callee: str, imported: set[str]) -> str | None:
    """The engine of a client, empty where its arguments tell; None for what is no client."""
    last = callee.rpartition(".")[2]
    for package, known in _CLIENTS.get(last, ()):
        if any(name == package or name.startswith(f"{package}/") for name in imported):
            return known
    return None


def _url(entries: Mapping[str, Value], known: str, *, default_host: bool = False) -> str:
    """The connection string of an object's entries; empty where it says too little."""
    flat: dict[str, Value] = dict(entries)
    for name in _INNER * 2:
        if isinstance(value := flat.get(name), Map):
            del flat[name]
            flat |= {key: each for key, each in value.entries if key not in flat}
    known = known or _engine(entries)

    def part(role: str) -> str:
        texts = (value for name in _PARTS[role] if isinstance(value := flat.get(name), str))
        return next((text for text in texts if text), "")

    url = part("url")
    if flat.get("use_env_variable") == url and url:
        return f"${{{url}}}"
    if url and (_is_url(url) or url.startswith("${") or known == "sqlite"):
        return f"sqlite:///{url}" if known == "sqlite" and "://" not in url and "$" not in url else url
    host, database = part("host"), part("database")
    if known == "sqlite":
        return f"sqlite:///{database}" if database else ""
    if not known or not (host or database):
        return ""
    if "://" in host:
        return host if known != "elasticsearch" else re.sub(r"\Ahttps?://", "elasticsearch://", host)
    host = host or (_DEFAULT_HOSTS if default_host or database else "")
    user, port, schema = part("user"), part("port"), part("schema")
    address = f"{user}@{host}" if user else host
    address += f":{port}" if port else ""
    return f"{known}://{address}/{database}" + (f"?schema={schema}" if schema else "")


def _with_database(url: str, options: Map | None, hint: str) -> str:
    """A MongoDB address with the database that its options name."""
    name = dict(options.entries).get("dbName") if options is not None else None
    if hint == "mongodb" and isinstance(name, str) and name and "?" not in url:
        return re.sub(r"\A(\w+(?:\+srv)?://[^/]+)(?:/\w*)?\Z", lambda found: f"{found[1]}/{name}", url)
    return url


def _is_url(text: str) -> bool:
    return re.match(r"\A[a-z][\w+.\-]*://", text) is not None


def _says_anything(url: str) -> bool:
    if re.fullmatch(r"\$\{\w+(?::-[^{}]*)?\}", url):
        return True
    bare = url.replace("${?}", "")
    scheme, _, rest = bare.partition("://")
    return is_engine(engine(scheme)) and bool(rest.strip("@:/"))
