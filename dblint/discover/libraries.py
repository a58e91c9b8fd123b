"""Which folders are shared code rather than services."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

import msgspec

from dblint.discover.folders import LIBRARY_NAMES
from dblint.discover.kinds import name_of
from dblint.discover.listing import Listing, Question
from dblint.model.tree import Service

DEPLOYED = frozenset({"compose", "kubernetes", "procfile", "dockerfile", "declared", "django", "application"})
_ENTRY_POINTS = frozenset(
    {"__main__.py", "main.py", "manage.py", "wsgi.py", "asgi.py", "app.py", "server.py", "worker.py", "run.py", "main.go"}
)
_HISTORIES = frozenset({"migrations", "alembic", "versions", "migrate_repo"})
_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([A-Za-z_][\w.]*)[ \t]+import\b|import[ \t]+([A-Za-z_][\w., \t]*))", re.MULTILINE)
_LINES = 200


def classify_libraries(services: Iterable[Service], imports: Mapping[str, set[str]], runnable: set[str]) -> tuple[Service, ...]:
    """The services, those of kind `library` that nothing deploys and that others import.

    `imports` are the names of the services that each service imports from; `runnable` names those that have an entry point.
    A folder called `common`, `lib` … that nothing deploys is a library even if no import was seen.
    """
    services = tuple(services)
    users = Counter(target for importer, targets in imports.items() for target in targets if target != importer)
    imported, common = set(users), {target for target, count in users.items() if count > 1}
    return tuple(
        msgspec.structs.replace(service, kind="library") if _is_library(service, imported, common, runnable) else service
        for service in services
    )


def _is_library(service: Service, imported: set[str], common: set[str], runnable: set[str]) -> bool:
    """Whether nothing deploys a service and its name or its users say that it is shared code."""
    if service.kind != "service" or service.declared or any(evidence.kind in DEPLOYED for evidence in service.evidence):
        return False
    *above, name = [part.lower() for part in PurePosixPath(service.path).parts]
    # A workspace keeps under `packages` what its applications are made of, scripts to try it out included.
    if above[-1:] == ["packages"] and service.name in common:
        return True
    named = name in LIBRARY_NAMES or bool(LIBRARY_NAMES.intersection(above[-1:]))
    return (named and (service.name in imported or service.name not in runnable)) or service.name in imported - runnable


def imports_between(services: Iterable[Service], files: Mapping[str, str], listing: Listing) -> dict[str, set[str]]:
    """Who imports whom, by the import lines at the head of each Python file; `files` are those files with their service's name.

    Files of no service import under the name "".
    """
    owners = _modules(services, files)
    result: dict[str, set[str]] = defaultdict(set)
    for path, service in files.items():
        for module in listing.says(path, IMPORTED).split():
            target = _owner(module, owners)
            if target and target != service:
                result[service].add(target)
    return dict(result)


def _imported(text: str) -> str:
    """The modules that the import lines at the head of a Python file name, a space between them."""
    head = "\n".join(text.split("\n")[:_LINES])
    found = (re.split(r"[,\s]+(?:as\s+\w+)?", written[0] or written[1]) for written in _IMPORT.findall(head))
    return " ".join(module for modules in found for module in modules if module)


IMPORTED = Question("imported", 20_000, _imported)


def runnable(files: Mapping[str, str]) -> set[str]:
    """The services with a file that is made to be started, or with migrations of their own.

    `files` are Python files with their service's name. A folder called `common` may keep migrations and is shared all the same.
    """
    return {
        name
        for path, name in files.items()
        if name_of(path) in _ENTRY_POINTS or (name.lower() not in LIBRARY_NAMES and _HISTORIES & set(path.split("/")[:-1]))
    }


def _modules(services: Iterable[Service], files: Mapping[str, str]) -> dict[str, str]:
    """The service that each importable dotted prefix belongs to; a name that two of them use (`app`) says nothing."""
    found: dict[str, set[str]] = defaultdict(set)
    for service in services:
        parts = PurePosixPath(service.path).parts
        for start in range(len(parts)):
            found[".".join(parts[start:])].add(service.name)
    paths = {service.name: service.path for service in services}
    for path, name in files.items():
        folders = path.split("/")[:-1][len(PurePosixPath(paths.get(name, ".")).parts) :]
        inside = folders[1:] if folders[:1] == ["src"] else folders
        if name and inside:
            found[inside[0]].add(name)
    return {module: next(iter(names)) for module, names in found.items() if len(names) == 1}


def _owner(module: str, owners: Mapping[str, str]) -> str:
    """The service that a dotted module belongs to; empty for a foreign one."""
    parts = module.split(".")
    return next((owners[prefix] for end in range(len(parts), 0, -1) if (prefix := ".".join(parts[:end])) in owners), "")
