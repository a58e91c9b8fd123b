"""Which database a connection string means; the password is dropped before anything is kept."""

import re

from dblint.model.base import Fact

_SCHEMES = {
    "postgres": "postgresql",
    "psql": "postgresql",
    "pgsql": "postgresql",
    "postgis": "postgresql",
    "mysql2": "mysql",
    "mssql": "sqlserver",
    "sqlite3": "sqlite",
}
_FOLDER_FREE = frozenset({"sqlite", "duckdb", "file"})
# The names by which libpq, ADO.NET, ODBC and JDBC parameters call the same four things.
_HOST = ("host", "hostaddr", "server", "datasource", "address", "addr", "networkaddress", "servername")
_DATABASE = ("dbname", "database", "initialcatalog", "databasename", "db")
_USER = ("user", "userid", "uid", "username")
_PORT = ("port", "portnumber")
_SETTING = re.compile(r"([A-Za-z][A-Za-z ]{0,30}?)\s{0,9}=\s{0,9}('[^']*'|\"[^\"]*\"|[^\s;']*)")
_GO = re.compile(r"\A(?:tcp|tcp6|unix)\(([^)]*)\)(.*)\Z", re.DOTALL)


class Dsn(Fact, frozen=True):
    """A connection without its password; empty where the text does not say. `str()` leaves the user out."""

    scheme: str = ""
    host: str = ""
    port: str = ""
    database: str = ""
    user: str = ""

    def __str__(self) -> str:
        if self.scheme in _FOLDER_FREE:
            return f"{self.scheme}:///{self.database}"
        host = f"{self.host}:{self.port}" if self.port else self.host
        return f"{self.scheme}://{host}" + (f"/{self.database}" if self.database else "")


def database_of(url: str) -> str:
    """The database that `url` names, as `postgresql://db:5432/shop`; empty where it is no connection string."""
    dsn = parse(url)
    return str(dsn) if dsn else ""


def parse(text: str) -> Dsn | None:
    """The parts of a URL, a JDBC URL, or a `key=value` connection string; None where it is none of them.

    Placeholders such as `${DB_HOST}` stay as written.
    """
    text = text.strip()
    if text.lower().startswith("jdbc:"):
        text = text[5:]
    scheme, separator, rest = text.partition("://")
    if separator and re.fullmatch(r"[A-Za-z][\w+.-]*", scheme):
        return _url(_scheme(scheme), rest)
    if oracle := re.match(r"oracle:(?:thin|oci):(.*)", text, re.IGNORECASE | re.DOTALL):
        return _url("oracle", oracle[1].rpartition("@")[2].removeprefix("//"))
    if file := re.match(r"(sqlite|duckdb):([^;?]+)", text, re.IGNORECASE):
        return Dsn(scheme=file[1].lower(), database=file[2])
    if "=" in text:
        return _settings(text)
    return None


def _scheme(written: str) -> str:
    """The database's name in `postgresql+psycopg2`, `postgres`, `jdbc:postgresql` and their like."""
    name = written.lower().partition("+")[0]
    return _SCHEMES.get(name, name)


def _url(scheme: str, rest: str) -> Dsn:
    """The parts of what follows `scheme://`."""
    # A raw `@`, `/`, `?` or `#` may stand in a password: only what follows the last `@` is certainly not secret.
    credentials, _, location = rest.rpartition("@")
    user = credentials.partition(":")[0]
    location, _, query = location.partition("?")
    location, _, more = location.partition(";")
    settings = {**_pairs(more, ";"), **_pairs(query, "&")}
    if scheme in _FOLDER_FREE:
        return Dsn(scheme=scheme, database=location.removeprefix("/"))
    if go := _GO.match(location):
        location = go[1] + go[2]
    address, _, database = location.partition("/")
    host, port = _address(address)
    return Dsn(
        scheme=scheme,
        host=host or _first(settings, _HOST),
        port=port or _first(settings, _PORT),
        database=database.partition("#")[0].strip("/") or _first(settings, _DATABASE),
        user=user or _first(settings, _USER),
    )


def _address(address: str) -> tuple[str, str]:
    """Host and port of `host:port`, `[::1]:5432`, `${HOST}:${PORT}`, `${HOST:-db}:5432`."""
    match = re.fullmatch(r"(\[[^\]]*\]|(?:\$\{[^}]*\}|[^:$])*)(?::(.*))?", address, re.DOTALL)
    return (match[1], match[2] or "") if match else (address, "")


def _settings(text: str) -> Dsn | None:
    """The parts of libpq's `host=… dbname=…` or of ADO.NET's `Server=…;Database=…`."""
    found = {key.lower().replace(" ", ""): value.strip("'\"") for key, value in _SETTING.findall(text)}
    host, database = _first(found, _HOST), _first(found, _DATABASE)
    if not host and not database:
        return None
    ado = ";" in text and any(key in found for key in ("server", "datasource", "initialcatalog"))
    host, comma, port = host.removeprefix("tcp:").partition(",")
    return Dsn(
        scheme="sqlserver" if ado else "postgresql",
        host=host,
        port=port if comma else _first(found, _PORT),
        database=database,
        user=_first(found, _USER),
    )


def _pairs(text: str, separator: str) -> dict[str, str]:
    """Parameters of a URL by their lower-case name."""
    pairs = (part.partition("=") for part in text.split(separator))
    return {key.strip().lower().replace(" ", ""): value for key, _, value in pairs if key}


def _first(settings: dict[str, str], names: tuple[str, ...]) -> str:
    """The value of the first of `names` that is set."""
    return next((settings[name] for name in names if settings.get(name)), "")
