"""The scanned tree: services and files."""

from collections.abc import Iterable
from typing import Literal

from dblint.model.base import Fact
from dblint.model.facts import Evidence, Problem
from dblint.model.place import Place

Role = Literal["source", "test", "vendored", "generated"]

CARRIER = "carrier"
"""The language of a file in which SQL scripts stand among other things."""
LOOKUPS = "lookups"
"""The language of a file that configures a server with queries."""


class SourceFile(Fact, frozen=True):
    """A file that may hold database access; `service` is empty for a file of no service (a shared library, a script)."""

    path: str
    language: str
    role: Role
    service: str
    size: int


class Service(Fact, frozen=True):
    """A deployable unit; `path` is its folder relative to the root (`.` for the root), `paths` are further folders or files.

    `kind` is `service`, or `schema` for a folder that only defines database objects, or `library` for shared code that is
    charged to the services importing it. `takes` are the services and libraries whose code it has as a whole. `databases`
    are names or URLs from the configuration. `evidence` says how it was detected.
    """

    name: str
    path: str
    evidence: tuple[Evidence, ...]
    kind: Literal["service", "library", "schema"] = "service"
    paths: tuple[str, ...] = ()
    owns: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()
    declared: bool = False
    takes: tuple[str, ...] = ()


def libraries_taken(services: Iterable[Service]) -> dict[str, frozenset[str]]:
    """The libraries that each service has the whole code of, through other libraries too, by their names."""
    services = tuple(services)
    takes = {each.name: each.takes for each in services if each.kind == "library"}
    found: dict[str, frozenset[str]] = {}
    for service in services:
        if service.kind == "service":
            waiting, seen = list(service.takes), set[str]()
            while waiting:
                name = waiting.pop()
                if name in takes and name not in seen:
                    seen.add(name)
                    waiting += takes[name]
            found[service.name] = frozenset(seen)
    return found


class Tree(Fact, frozen=True):
    """What `discover` found: `files` are those to analyse and those declared out.

    `unsupported` counts the source files of each language that dblint cannot read, `excluded` those that the configuration
    leaves out. `started` are the places in deployment files that start a process, each with the file or folder it runs.
    `unread_files` are source files of languages that cannot be analysed, in which only connection strings are looked for.
    `dbt_files` are the YAML and CSV files of dbt projects. `commanded` are the places where containers begin in Compose files
    with SQL in them, each with the service that it is, empty for none.
    """

    root: str
    services: tuple[Service, ...]
    files: tuple[SourceFile, ...]
    configuration_files: tuple[str, ...]
    problems: tuple[Problem, ...]
    unsupported: tuple[tuple[str, int], ...] = ()
    excluded: int = 0
    started: tuple[tuple[Place, str], ...] = ()
    unread_files: tuple[SourceFile, ...] = ()
    dbt_files: tuple[str, ...] = ()
    commanded: tuple[tuple[Place, str], ...] = ()
