"""The programs of one Go module: several `main` packages in folders of their own are several services."""

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import PurePosixPath

from dblint.discover.folders import is_auxiliary
from dblint.discover.listing import Listing, parent
from dblint.discover.roles import is_test_folder, role
from dblint.model.facts import Evidence
from dblint.model.place import Place

_MAIN = re.compile(r"^package\s+main\b.*^func\s+main\s*\(\s*\)", re.MULTILINE | re.DOTALL)
# Parts of one service: what its programs are called where a folder above has the service's name.
_PARTS = frozenset(
    {
        *("cmd", "api", "rpc", "mq", "server", "main", "app", "job", "jobs", "http", "grpc", "rest", "worker", "consumer"),
        *(
            "producer",
            "cron",
            "scheduler",
            "web",
            "cli",
            "migrate",
            "migration",
            "migrations",
            "seed",
            "seeder",
            "src",
            "internal",
        ),
    }
)
# Programs that prepare a database, whoever uses it.
_PREPARING = frozenset(
    {"migrations", "migration", "migrate", "migrator", "seed", "seeds", "seeder", "mock", "mocks", "database", "db"}
)
_MOST = 3_000


def programs(listing: Listing) -> Mapping[str, list[Evidence]]:
    """The folders of the services of a Go module, each with its main files; nothing where there are fewer than two.

    Source: the layout that https://go.dev/doc/modules/layout gives for several commands; go-zero's `app/<service>/cmd/rpc`.
    """
    if "go.mod" not in listing.sizes:
        return {}
    found: defaultdict[str, list[Evidence]] = defaultdict(list)
    sources = [path for path in listing.paths if path.endswith(".go") and not path.endswith("_test.go") and "/" in path]
    for path in sources[:_MOST]:
        folders = parent(path).split("/")
        if any(is_test_folder(part) or is_auxiliary(part) or role((part, "x.go")) == "vendored" for part in folders):
            continue
        if _PREPARING & {part.lower() for part in folders}:
            continue
        folder = _unit(parent(path))
        if folder and _MAIN.search(listing.text(path, 50_000)):
            found[folder].append(Evidence("project", Place(path, 1), "a program of the module"))
    return dict(found) if len(found) > 1 else {}


def _unit(folder: str) -> str:
    """The folder of the service that a program belongs to; empty where its name says only what kind of program it is."""
    parts = PurePosixPath(folder).parts
    while parts and parts[-1].lower() in _PARTS:
        parts = parts[:-1]
    return "/".join(parts)
