"""Connection strings in the source of languages that cannot be analysed yet, and databases that SQL scripts switch to."""

import re
from collections.abc import Callable, Iterable, Iterator

from dblint.config.dsn import Dsn, parse
from dblint.config.engines import engine, is_engine
from dblint.config.secrets import cleaned
from dblint.connections import javascript
from dblint.connections.aspire import Given, given
from dblint.connections.forms import Entry
from dblint.model.tree import SourceFile, Tree

TextOf = Callable[[str], str | None]

_SCHEMES = (
    r"(?:jdbc|r2dbc|postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|sqlserver|mssql|cassandra|clickhouse|neo4j|bolt)"
)
_ENDS = (
    "dbc", "postgres", "sql", "mariadb", "mongodb", "srv", "redis", "rediss", "sqlserver", "cassandra", "clickhouse", "neo4j",
    "bolt",
)  # fmt: skip
# One of these stands in every text in which `_MARK` does, and they are found in a fraction of the time.
_SIGNS = (
    *(f"{end}{sign}" for end in _ENDS for sign in (":/", "+")),
    *(f"{word}{space}=" for word in ("server", "host", "source") for space in ("", *" \t\n\r\f\v")),
    "jdbc:",
    "@tcp",
    "@unix",
)
_TEXT = re.compile(
    rf"""(["'`])(?P<text>{_SCHEMES}(?:\+\w+)?:[^"'`\s]{{4,400}}|(?:Server|Host|Data\ Source|Datasource)\s?=[^"'`\n]{{6,400}}"""
    r"""|host=[^"'`\n]{6,400}|[\w.\-]{1,60}(?::[^"'`\n]{0,80})?@(?:tcp6?|unix)\([^"'`\n]{3,300})\1""",
    re.VERBOSE | re.IGNORECASE,
)
_MARK = re.compile(rf"{_SCHEMES}(?:\+\w+)?:/|jdbc:|(?:Server|Host|Data ?Source)\s?=|@(?:tcp|unix)", re.IGNORECASE)
# What documentation of an API or a form shows: OpenAPI's `@Schema(example = "…")`, `placeholder: "…"`.
_SHOWN = re.compile(r"\b(?:examples?|description|placeholder)\s*[=:]\s*[\[({]?\s*$")
_USE = re.compile(r"^[ \t]*USE[ \t]+[`\[\"]?([A-Za-z_][\w$-]*)[`\]\"]?[ \t]*;", re.IGNORECASE | re.MULTILINE)
_VENDORS = ("mysql", "mariadb", "mssql", "sqlserver")
# Python's connections are followed through the code, SQL's are told by the script.
_READ = frozenset({"python", "sql"})
_NO_SERVICE = frozenset({"prisma", "notebook", "shell"})
_LIMIT = 500_000


def in_source(tree: Tree, text_of: TextOf) -> Iterator[tuple[str, Entry, str]]:
    """The connection strings that stand whole in source code: service, entry and path."""
    sources = (file for file in tree.files if file.role == "source" and file.language not in _READ)
    for file in _own(tree, (*sources, *tree.unread_files)):
        text = (text_of(file.path) or "") if file.size <= _LIMIT and file.language not in _NO_SERVICE else ""
        folded = text.casefold()
        if not any(sign in folded for sign in _SIGNS) or not _MARK.search(text):
            continue
        lines = text.split("\n")
        for number, line in enumerate(lines, 1):
            if len(line) > 2_000 or not _MARK.search(line) or line.lstrip().startswith(("//", "*", "#", "/*")):
                continue
            for found in _TEXT.finditer(line):
                dsn = parse(found["text"])
                shown = _SHOWN.search(line[: found.start()])
                if dsn is not None and is_engine(dsn.scheme) and _is_whole(dsn) and not shown:
                    yield file.service, Entry("DATABASE_URL", cleaned(found["text"]), number), file.path


def in_javascript(tree: Tree, text_of: TextOf) -> Iterator[tuple[str, str, str, Entry, str]]:
    """The connections that JavaScript and TypeScript describe: service, environment, name, entry and path."""
    sources = (file for file in (*tree.files, *tree.unread_files) if file.role == "source")
    for file in _own(tree, (file for file in sources if file.language in ("javascript", "typescript"))):
        text = (text_of(file.path) or "") if file.size <= _LIMIT else ""
        for environment, key, item in javascript.connections(text):
            yield file.service, environment, key, item, file.path


def _is_whole(dsn: Dsn) -> bool:
    """Whether a literal is no pattern, example or part of a longer text."""
    return not re.search(r"[%{<$]|example\.(?:com|org)", dsn.host + dsn.database) and bool(
        dsn.host or dsn.database or dsn.memory
    )


def used_by_scripts(tree: Tree, text_of: TextOf) -> Iterator[tuple[str, str, str, int, str]]:
    """The databases that a service's scripts switch to (`USE shop;`): service, engine, database, line and path.

    The server is not named there.
    """
    scripts = (file for file in tree.files if file.language == "sql" and file.role == "source")
    for file in _own(tree, scripts):
        text = (text_of(file.path) or "") if file.size <= _LIMIT else ""
        if "USE" not in text.upper():
            continue
        for found in list(_USE.finditer(text))[:1]:
            vendor = next((word for word in _VENDORS if word in file.path.lower()), "mysql")
            yield file.service, engine(vendor), found[1], text.count("\n", 0, found.start(1)) + 1, file.path


def in_app_host(tree: Tree, text_of: TextOf) -> Iterator[tuple[Given, str]]:
    """The databases that .NET Aspire app hosts give their projects, each with the path."""
    for file in (*tree.files, *tree.unread_files):
        if file.language == "csharp" and file.size <= _LIMIT and file.role == "source":
            yield from ((found, file.path) for found in given(text_of(file.path) or ""))


def _own(tree: Tree, files: Iterable[SourceFile]) -> Iterator[SourceFile]:
    services = {service.name for service in tree.services if service.kind == "service"}
    return (file for file in files if file.service in services)
