"""Which database a connection string means; the password is dropped before anything is kept."""

import re

from dblint.config.engines import FILES, PORTS, engine, engine_at
from dblint.config.secrets import cleaned, user_of
from dblint.model.base import Fact

# The names by which libpq, ADO.NET, ODBC, JDBC and PDO parameters call the same things.
_BROKER = frozenset({"virtualhost", "publisherconfirms", "prefetchcount", "requestedheartbeat"})
_SQLITE = frozenset({"mode", "cache", "foreignkeys", "recursivetriggers", "version", "defaulttimeout", "pooling"})
_HOST = ("host", "hostaddr", "server", "datasource", "address", "addr", "networkaddress", "servername", "hostname")
_DATABASE = ("dbname", "database", "initialcatalog", "databasename", "db", "service_name", "sid")
_USER = ("user", "userid", "uid", "username")
_PORT = ("port", "portnumber")
_SCHEMA = ("currentschema", "search_path", "searchpath", "schema", "current_schema")
# Of `dbname= sslmode=disable` the first has no value: what follows blanks is one only if it is no name itself.
_SETTING = re.compile(
    r"([A-Za-z][A-Za-z_ ]{0,30}?)\s{0,9}=(?:\s{1,9}(?![A-Za-z_]{1,30}\s{0,9}=))?('[^']*'|\"[^\"]*\"|[^\s;']*)"
)
_GO = re.compile(r"\A(tcp|tcp6|unix)\(([^)]*)\)(.*)\Z", re.DOTALL)
_MEMORY = re.compile(r"\A(?:mem(?:ory)?:|:memory:|file::memory:|file:[^?]*\?(?:.*&)?mode=memory)", re.IGNORECASE)
_WRAPPERS = re.compile(r"\A(?:jdbc|r2dbc|p6spy|log4jdbc|aws-wrapper|pool|vertx-reactive|otel|dbi):(?:\s*)", re.IGNORECASE)
_ORACLE = re.compile(r"\A(?:oracle:)?(?:thin|oci|oci8):(.*)", re.IGNORECASE | re.DOTALL)
_EZ_CONNECT = re.compile(r"\A[^=]*[\w.-]+(?::\d+)?/[\w.]+\Z")
_FILE = re.compile(r"(sqlite3?|duckdb|h2|hsqldb|derby):(.+)", re.IGNORECASE | re.DOTALL)
_PDO = re.compile(r"(mysql|pgsql|sqlsrv|Pg|mariadb):(?=\w+=)")
_DESCRIPTION = re.compile(r"\(\s*(HOST|PORT|SERVICE_NAME|SID)\s*=\s*([^()\s]+)\s*\)", re.IGNORECASE)
_SQL_SERVER = ("initialcatalog", "integratedsecurity", "trustedconnection", "trusted_connection", "multipleactiveresultsets")


# `${?}` is a part that is not known, and begins no query.
_UNKNOWN = "${?}"
_QUERY = re.compile(r"(?<!\$\{)\?")
# What an example leaves to whoever copies it: `postgresql://<user>:<password>@<host>/<name>`.
_TO_FILL_IN = re.compile(r"[@/=]<[\w .\-]+>")


class Dsn(Fact, frozen=True):
    """A connection without its password; empty where the text does not say.

    `str()` is the database's identity: without user, and without the engine's default port. `memory` is a database that lives
    and dies with its process.
    """

    scheme: str = ""
    host: str = ""
    port: str = ""
    database: str = ""
    user: str = ""
    schema: str = ""
    read_only: bool = False
    memory: bool = False

    def __str__(self) -> str:
        if self.memory:
            return f"{self.scheme}:memory:{self.database}"
        if self.scheme in FILES or (not self.host and self.scheme in ("h2", "hsqldb", "derby")):
            return f"{self.scheme}:///{self.database}"
        host = f"{self.host}:{self.port}" if self.port and self.port != PORTS.get(self.scheme) else self.host
        return f"{self.scheme}://{host}" + (f"/{self.database}" if self.database else "")


def database_of(url: str) -> str:
    """The database that `url` names, as `postgresql://db/shop`; empty where it is no connection string."""
    dsn = parse(url)
    return str(dsn) if dsn else ""


def parse(text: str, hint: str = "") -> Dsn | None:
    """The parts of a connection string of any common form; None where it is none of them.

    URLs, JDBC and R2DBC, libpq's and ADO.NET's `key=value`, Go's `user@tcp(host)/name`, PDO's, Oracle's. Placeholders such as
    `${DB_HOST}` stay as written. `hint` is the engine where something else tells it.
    """
    text = cleaned(text.strip())
    while wrapper := _WRAPPERS.match(text):
        text = text[wrapper.end() :]
    if _TO_FILL_IN.search(text):
        return None
    if text.lower().startswith("tc:"):  # a container that a test starts for itself
        return Dsn(scheme=engine(text[3:].partition(":")[0]), memory=True)
    scheme, separator, rest = text.partition("://")
    if separator and re.fullmatch(r"[A-Za-z][\w+.-]*(?::[a-z]+)?", scheme):
        outer, _, inner = scheme.partition(":")
        # `mysql:replication://`, `jtds:sqlserver://`, `h2:tcp://`, `hsqldb:hsql://`
        return _url(engine(inner if outer.lower() == "jtds" else outer), rest)
    return _other(text, hint)


def _other(text: str, hint: str) -> Dsn | None:
    """The parts of a connection string that is no URL."""
    if oracle := _ORACLE.match(text):
        return _oracle(oracle[1])
    if file := _FILE.match(text):
        return _file(engine(file[1]), file[2])
    if pdo := _PDO.match(text):
        return _settings(text[pdo.end() :], engine("postgres" if pdo[1] == "Pg" else pdo[1]))
    if re.match(r"[^\s/:@]*(?::.*)?@(?:tcp6?|unix)\(", text, re.DOTALL):
        return _url("mysql", text)
    if "(DESCRIPTION" in text.upper() or (hint == "oracle" and _EZ_CONNECT.search(text)):
        return _oracle(text)
    return _settings(text, hint) if "=" in text else None


def _url(scheme: str, rest: str) -> Dsn:
    """The parts of what follows `scheme://`."""
    credentials, _, location = rest.rpartition("@")
    user = user_of(credentials)
    location, query = [*_QUERY.split(location, maxsplit=1), ""][:2]
    location, _, more = location.partition(";")
    settings = {**_pairs(more, ";"), **_pairs(query, "&")}
    if scheme in FILES:
        return _file(scheme, location.removeprefix("/") + (f"?{query}" if query else ""))
    if go := _GO.match(location):
        # The path of a Unix socket names the server as well as a host does.
        location = (f"{{{go[2]}}}" if go[1] == "unix" else go[2]) + go[3]
    address, _, database = (
        ("", "", location.partition("}")[2].lstrip("/")) if location.startswith("{/") else location.partition("/")
    )
    host, port = _addresses(address, scheme)
    port = port.replace(_UNKNOWN, "")
    database = database.partition("#")[0].strip("/") or _first(settings, _DATABASE)
    user = user or _first(settings, _USER)
    return Dsn(
        scheme=scheme,
        host=host or _first(settings, _HOST),
        port=port or _first(settings, _PORT),
        database=_defaulted(scheme, database, user),
        user=user,
        schema=_schema(settings),
        read_only=_read_only(settings),
    )


def _addresses(address: str, scheme: str) -> tuple[str, str]:
    """Host and port; several hosts of one cluster in a fixed order, without their ports where these are all the default."""
    if "," not in address or "{" in address:
        host, port = _address(address)
        return host.partition("\\")[0] or host, port
    parts = sorted({_address(part) for part in address.split(",") if part})
    ports = {port or PORTS.get(scheme, "") for _, port in parts}
    return ",".join(dict.fromkeys(host for host, _ in parts)), ports.pop() if len(ports) == 1 else ""


def _address(address: str) -> tuple[str, str]:
    """Host and port of `host:port`, `[::1]:5432`, `${HOST}:${PORT}`, `${HOST:-db}:5432`."""
    match = re.fullmatch(r"(\[[^\]]*\]|(?:[\w.\\-]*\$\{[^}]*\}|\$\([^)]*\)|[^:$])*)(?::(.*))?", address, re.DOTALL)
    return (match[1], match[2] or "") if match else (address, "")


def _file(scheme: str, location: str) -> Dsn:
    """A database in a file or in memory: `data/app.db`, `:memory:`, `mem:test`, `tcp://host/db` is no file."""
    location = location.strip()
    if _MEMORY.match(location) or not location.strip("/"):
        return Dsn(scheme=scheme, memory=True)
    path = re.split(r"[?;]", location.removeprefix("file:").removeprefix("res:"), maxsplit=1)[0]
    if path.lstrip("/").startswith(":memory:"):
        return Dsn(scheme=scheme, memory=True)
    return Dsn(scheme=scheme, database=path)


def _oracle(text: str) -> Dsn:
    """The parts of `user/password@//host:1521/service`, `@host:1521:sid` and `(DESCRIPTION=…)`."""
    credentials, _, location = text.rpartition("@")
    user = user_of(re.split(r"[/:]", credentials, maxsplit=1)[0])
    found = {key.lower(): value for key, value in _DESCRIPTION.findall(text)}
    if found:
        return Dsn("oracle", found.get("host", ""), found.get("port", ""), _first(found, _DATABASE), user)
    address, slash, database = location.removeprefix("//").partition("/")
    host, port = _address(address)
    if not slash and ":" in port:
        port, _, database = port.partition(":")
    return Dsn(scheme="oracle", host=host, port=port, database=re.split(r"[:?;]", database, maxsplit=1)[0], user=user)


def _settings(text: str, hint: str = "") -> Dsn | None:
    """The parts of libpq's `host=… dbname=…` or of ADO.NET's `Server=…;Database=…`."""
    found = {key.lower().replace(" ", ""): value.strip("'\"") for key, value in _SETTING.findall(text)}
    host, database = _first(found, _HOST), _first(found, _DATABASE)
    file = found.get("filename") or (host if _is_file(found, host) else "")
    if file:
        return _file("sqlite", file)
    if (not host and not database) or _is_broker(found, host):
        return None
    host, comma, port = host.removeprefix("tcp:").partition(",")
    if not comma:
        host, _, port = host.partition(":") if host.count(":") == 1 and "$" not in host else (host, "", "")
    port = port or _first(found, _PORT)
    scheme = hint or _engine_of(text, found, port)
    user = _first(found, _USER)
    return Dsn(
        scheme=scheme,
        host=host.partition("\\")[0],
        port=port,
        database=_defaulted(scheme, database, user),
        user=user,
        schema=_schema(found),
        read_only=_read_only(found),
    )


def _is_broker(found: dict[str, str], host: str) -> bool:
    """Whether a string with a host is one of RabbitMQ's: EasyNetQ's has keys of its own, or AMQP's port."""
    ports = {_first(found, _PORT), host.rpartition(":")[2]}
    return bool(_BROKER & found.keys() or {"5672", "5671"} & ports)


def _is_file(found: dict[str, str], host: str) -> bool:
    """Whether `Data Source=` names a SQLite file rather than a server."""
    words = {"database", "initialcatalog", "userid", "uid", "user", "integratedsecurity"}
    named = "datasource" in found and not words & set(found)
    if "datasource" in found and host and not found.keys() - {"datasource", *_SQLITE}:
        return True  # Microsoft.Data.Sqlite takes a name without an ending, too
    return named and (host == ":memory:" or re.search(r"\.(?:db3?|sqlite3?|sdb)\Z", host) is not None)


def _engine_of(text: str, found: dict[str, str], port: str) -> str:
    """The engine of a `key=value` string: its port tells, else the words that only one driver knows."""
    by_port = engine_at(port)
    if by_port in ("postgresql", "mysql", "sqlserver", "oracle"):
        return by_port
    if ";" not in text or "host" in found or ("server" in found and "username" in found):
        return "postgresql"
    if any(key in found for key in _SQL_SERVER):
        return "sqlserver"
    if "uid" in found and "pwd" in found and "port" in found:
        return "mysql"
    return "sqlserver" if any(key in found for key in ("server", "datasource", "address", "addr")) else "postgresql"


def _defaulted(scheme: str, database: str, user: str) -> str:
    """The database; PostgreSQL takes that of the user's name where none is given."""
    return database or (user if scheme == "postgresql" and "$" not in user else "")


def _schema(settings: dict[str, str]) -> str:
    """The schema that unqualified names mean, as far as the connection says it."""
    written = _first(settings, _SCHEMA)
    if options := re.search(r"search_path(?:\s*=|%3[Dd])\s*([^\s&]+)", settings.get("options", "")):
        written = options[1]
    return re.split(r",|%2[Cc]", written, maxsplit=1)[0].strip("\"' ")


def _read_only(settings: dict[str, str]) -> bool:
    """Whether the connection is for reading only."""
    words = {
        settings.get(name, "").lower()
        for name in ("targetservertype", "target_session_attrs", "applicationintent", "readpreference", "access_mode")
    }
    reading = {"secondary", "preferslave", "prefersecondary", "slave", "read-only", "standby", "prefer-standby", "readonly"}
    return bool(words & (reading | {"secondarypreferred", "read_only"})) or settings.get("readonly", "").lower() == "true"


def _pairs(text: str, separator: str) -> dict[str, str]:
    """Parameters of a URL by their lower-case name."""
    pairs = (part.partition("=") for part in text.split(separator))
    return {key.strip().lower().replace(" ", ""): value for key, _, value in pairs if key}


def _first(settings: dict[str, str], names: tuple[str, ...]) -> str:
    """The value of the first of `names` that is set."""
    return next((settings[name] for name in names if settings.get(name)), "")
