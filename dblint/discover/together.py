"""Several programs of one service: an API, a worker and a consumer around the same private code."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from dblint.discover.folders import CONTAINERS
from dblint.discover.listing import parent
from dblint.model.facts import Evidence
from dblint.model.tree import Service, libraries_taken

_WORD = re.compile(r"[A-Za-z][a-z0-9]+|[A-Z0-9]+|[a-z0-9]+")

# The last word of the names of libraries that hold no rows of anybody: interfaces, messages and tools.
_TOLD = frozenset(
    {"api", "client", "common", "commons", "contract", "contracts", "dto", "dtos", "facade", "interface", "interfaces"}
    | {"proto", "protos", "shared", "util", "utils"}
)


def with_programs_together(services: tuple[Service, ...]) -> tuple[Service, ...]:
    """The services, those that are programs of one service taken together: `Catalog` for `Catalog/Api` and `Catalog/Worker`.

    They are if they lie below one folder, are called after it, and are all built with a library that lies there, too. Whoever
    changes a table of that library changes all of them; nobody is a stranger to it.
    """
    for folder, inside in _groups(services).items():
        members = [service for service in services if service.name in inside]
        services = as_one(services, members, folder.rpartition("/")[2], folder=folder)
    return services


def as_one(
    services: tuple[Service, ...], members: Collection[Service], name: str, proofs: Iterable[Evidence] = (), folder: str = ""
) -> tuple[Service, ...]:
    """The services, some of them and of the libraries made one; all as they were if another has its name.

    It lies in `folder`, or else where its members do, and the evidence of its programs and `proofs` speak for it.
    """
    inside = {service.name for service in members}
    if name in {service.name for service in services} - inside:
        return services
    first, *others = (folder,) if folder else sorted(each.path for each in members)
    whole = Service(
        name=name,
        path=first,
        evidence=tuple(dict.fromkeys((*proofs, *(each for one in members if one.kind == "service" for each in one.evidence)))),
        paths=tuple(sorted({*others, *(path for each in members for path in each.paths)})),
        takes=tuple(sorted({other for each in members for other in each.takes} - inside)),
    )
    return (*(_renamed(each, inside, name) for each in services if each.name not in inside), whole)


def _groups(services: tuple[Service, ...]) -> dict[str, set[str]]:
    """The outermost folders that are one service, with the names of what lies in each."""
    below: defaultdict[str, list[Service]] = defaultdict(list)
    for service in services:
        folder = parent(service.path)
        while folder not in ("", "."):
            below[folder].append(service)
            folder = parent(folder)
    taken = libraries_taken(services)
    everything = sum(service.kind == "service" for service in services)
    first = Counter(word for service in services for word in _words(service.path)[:1])
    found: dict[str, set[str]] = {}
    for folder in sorted(below):  # a folder before those inside it
        inside = any(folder.startswith(f"{other}/") for other in found)
        here = Counter(word for service in below[folder] for word in _words(service.path)[:1])
        common = {word for word in here if first[word] > here[word]}
        if not inside and _is_one(folder, below[folder], taken, everything, common):
            found[folder] = {service.name for service in below[folder]}
    return found


def _is_one(
    folder: str, members: list[Service], taken: Mapping[str, frozenset[str]], everything: int, common: Collection[str]
) -> bool:
    """Whether the members of a folder are one service; never if they are all that the tree has.

    The first words in `common` begin the names of others, too: they name the whole system.
    """
    programs = [service for service in members if service.kind == "service"]
    if folder.rpartition("/")[2].lower() in CONTAINERS or not 1 < len(programs) < everything:
        return False
    private = {
        service.name
        for service in members
        if service.kind == "library" and _is_called_after(folder, service, common) and not _is_told_to_others(folder, service)
    }
    return all(_is_called_after(folder, program, common) and private & taken[program.name] for program in programs)


def _is_called_after(folder: str, service: Service, common: Collection[str]) -> bool:
    """Whether a service's folder is called after the one that it lies in: `order-worker` or `Shop.Order.Api` after `order`."""
    around, own = _words(folder), _words(service.path)
    named = around[:1] == own[:1] and not {*around[:1]} & {*common}
    return named or f" {' '.join(around)} " in f" {' '.join(own)} "


def _is_told_to_others(folder: str, library: Service) -> bool:
    """Whether a library is called what separate services share as well: `orders-api`, `shop-common`."""
    own = [word for word in _words(library.path) if word not in _words(folder)]
    return bool(own) and own[-1] in _TOLD


def _words(path: str) -> list[str]:
    """The words of a folder's name."""
    return [word.lower() for word in _WORD.findall(path.rpartition("/")[2])]


def _renamed(service: Service, inside: set[str], name: str) -> Service:
    """A service that takes what has become part of another."""
    if inside.isdisjoint(service.takes):
        return service
    return replace(service, takes=tuple(sorted({*service.takes} - inside | {name})))
