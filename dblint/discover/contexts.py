"""Several programs of one service: an API, a worker and a consumer around the same private code."""

import re
from collections import defaultdict
from collections.abc import Iterable

from msgspec.structs import replace

from dblint.discover.folders import CONTAINERS
from dblint.discover.listing import parent
from dblint.model.tree import Service

_WORD = re.compile(r"[A-Za-z][a-z0-9]+|[A-Z0-9]+|[a-z0-9]+")


def with_programs_together(services: Iterable[Service]) -> tuple[Service, ...]:
    """The services, those that are programs of one service taken together: `Catalog` for `Catalog/Api` and `Catalog/Worker`.

    They are if they lie below one folder, are called after it, and are all built with a library that lies there, too. Whoever
    changes a table of that library changes all of them; nobody is a stranger to it.
    """
    known = tuple(services)
    names = {service.name for service in known}
    result = list(known)
    for folder, members in _groups(known).items():
        inside = {service.name for service in members}
        name = folder.rpartition("/")[2]
        if name in names - inside:
            continue
        programs = [service for service in members if service.kind == "service"]
        whole = Service(
            name=name,
            path=folder,
            evidence=tuple(sorted({proof for each in programs for proof in each.evidence}, key=str)),
            paths=tuple(sorted({path for each in members for path in each.paths})),
            takes=tuple(sorted({other for each in members for other in each.takes} - inside)),
        )
        result = [_renamed(each, inside, name) for each in result if each not in members] + [whole]
    return tuple(sorted(result, key=lambda service: service.path))


def _groups(services: tuple[Service, ...]) -> dict[str, list[Service]]:
    """The folders that are one service, with what lies in each."""
    below: defaultdict[str, list[Service]] = defaultdict(list)
    for service in services:
        folder = parent(service.path)
        while folder not in ("", "."):
            below[folder].append(service)
            folder = parent(folder)
    found: dict[str, list[Service]] = {}
    for folder in sorted(below, key=lambda each: each.count("/")):
        around = any(folder.startswith(f"{other}/") for other in found)
        if not around and folder.rpartition("/")[2].lower() not in CONTAINERS and _is_one(folder, below[folder], services):
            found[folder] = below[folder]
    return found


def _is_one(folder: str, members: list[Service], services: tuple[Service, ...]) -> bool:
    programs = [service for service in members if service.kind == "service"]
    private = {service.name for service in members if service.kind == "library" and _is_called_after(folder, service)}
    others = any(service.kind == "service" and service not in members for service in services)
    return (
        len(programs) > 1
        and others
        and all(_is_called_after(folder, program) for program in programs)
        and all(private & _taken(program, services) for program in programs)
    )


def _taken(program: Service, services: tuple[Service, ...]) -> set[str]:
    """The names of all that a program is built with."""
    takes = {service.name: service.takes for service in services}
    found: set[str] = set()
    waiting = list(program.takes)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += takes.get(name, ())
    return found


def _is_called_after(folder: str, service: Service) -> bool:
    """Whether a service's folder is called after the one that it lies in: `order-worker` or `Shop.Order.Api` after `order`."""
    around, own = ([word.lower() for word in _WORD.findall(path.rpartition("/")[2])] for path in (folder, service.path))
    return around[:1] == own[:1] or f" {' '.join(around)} " in f" {' '.join(own)} "


def _renamed(service: Service, inside: set[str], name: str) -> Service:
    """A service that takes what has become part of another."""
    if inside.isdisjoint(service.takes):
        return service
    return replace(service, takes=tuple(sorted({*service.takes} - inside | {name})))
