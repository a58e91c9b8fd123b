"""The databases that a .NET Aspire app host gives to the projects that it starts.

Source: the fluent calls `AddPostgres("server").AddDatabase("name", "database")` and
`AddProject<Projects.X>("x").WithReference(…)`.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from dblint.config.engines import engine, store_of
from dblint.connections.forms import Entry

_SERVERS = {
    "Postgres": "postgresql", "AzurePostgresFlexibleServer": "postgresql", "SqlServer": "sqlserver",
    "AzureSqlServer": "sqlserver", "MySql": "mysql", "MongoDB": "mongodb", "Oracle": "oracle", "Redis": "redis",
    "Valkey": "redis", "Garnet": "redis", "Elasticsearch": "elasticsearch", "Sqlite": "sqlite",
}  # fmt: skip
_STATEMENT = re.compile(
    r"""(?:(?:var|[\w.]+(?:<[^;=()]*>)?)\s+(?P<name>\w+)\s*=\s*)?(?P<source>\w+)\s*
        (?P<chain>(?:\.\s*\w+\s*(?:<[^;()]*>)?\s*\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)\s*)+)""",
    re.VERBOSE,
)
_CALL = re.compile(
    r"\.\s*(\w+)\s*(?:<\s*(?:global::)?(?:Projects\.)?(\w+)\s*>)?\s*\(((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*)\)"
)
_TEXT = re.compile(r"(?:(\w+)\s*:\s*)?\"([^\"\\]*)\"")
_MAX = 200_000


class Given(NamedTuple):
    """A connection that a started project gets: `project` and `called` name it, `key` is the connection's name there."""

    project: str
    called: str
    key: str
    entry: Entry


class _Resource(NamedTuple):
    name: str
    url: str


class _Chain(NamedTuple):
    """What a chain of calls has made so far: a server (engine and host), a resource, a project (type and name)."""

    server: tuple[str, str] | None = None
    resource: _Resource | None = None
    project: tuple[str, str] | None = None


def given(text: str) -> Iterator[Given]:
    """What the app host in `text` gives to its projects; nothing where it is none."""
    if "DistributedApplication" not in text:
        return
    text = re.sub(r"//[^\n]*", lambda found: " " * len(found[0]), text[:_MAX])
    known: dict[str, _Chain] = {}
    for statement in _STATEMENT.finditer(text):
        chain = known.get(statement["source"], _Chain())
        for call in _CALL.finditer(statement["chain"]):
            used = re.match(r"\s*(?:source\s*:\s*)?(\w+)", call[3]) if call[1] == "WithReference" else None
            found = known[used[1]].resource if used and used[1] in known else None
            if found is not None and chain.project is not None:
                key = _first(call[3]) or found.name
                line = text.count("\n", 0, statement.start("chain") + call.start()) + 1
                yield Given(*chain.project, key, Entry(key, found.url, line))
            chain = _after(chain, call, starts=statement["source"] == "builder")
        if statement["name"]:
            known[statement["name"]] = chain


def _after(chain: _Chain, call: re.Match[str], *, starts: bool) -> _Chain:
    """The chain with one more call."""
    word, kind, arguments = call.groups()
    first = _first(arguments)
    if word.startswith("Add") and word[3:] in _SERVERS:
        scheme = _SERVERS[word[3:]]
        is_database = store_of(engine(scheme)) != "sql"
        return chain._replace(server=(scheme, first), resource=_Resource(first, f"{scheme}://{first}") if is_database else None)
    if word == "AddDatabase" and chain.server and first:
        texts = _TEXT.findall(arguments)
        named = next((written for name, written in texts[1:] if name in ("", "databaseName")), first)
        return chain._replace(resource=_Resource(first, f"{chain.server[0]}://{chain.server[1]}/{named}"))
    if starts and word.startswith("Add") and first and chain.project is None and chain.server is None:
        return chain._replace(project=(kind or "", first))
    return chain


def _first(arguments: str) -> str:
    """The first text among the arguments of a call."""
    found = _TEXT.search(arguments)
    return found[2] if found else ""
