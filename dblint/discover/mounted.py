"""Code that stands in a folder of its own, and that a container runs because the folder is mounted into it.

Source: https://docs.docker.com/reference/compose-file/services/#volumes. An image such as `php:8-fpm` is a runtime: which
program it runs is what is mounted. An image built in the tree may be that of a runtime as well (`FROM php:8-fpm`).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from msgspec.structs import replace

from dblint.discover.containers import Container, containers, holder_of
from dblint.discover.folders import is_for_developers
from dblint.discover.kinds import language
from dblint.discover.listing import Listing, above
from dblint.discover.roles import is_test_folder, role
from dblint.model.facts import Evidence
from dblint.model.tree import Service

# What an image is called that brings the runtime of a language: `php:8.2-fpm`, `acme/phpfpm:1`, `node:20-alpine`, `python3`;
# no tool that is only written in the language (`phpmyadmin`, `node-exporter`, `node-red`).
_RUNTIMES = {
    "php": re.compile(r"(?:^|[/_.-])php(?:fpm)?[\d.]*(?![a-z])"),
    "python": re.compile(r"(?:^|[/_.-])python[\d.]*(?![a-z])"),
    "ruby": re.compile(r"(?:^|[/_.-])j?ruby[\d.]*(?![a-z])"),
    "javascript": re.compile(r"(?:^|[/_.-])(?:node(?:js)?[\d.]*(?![a-z]|-exporter|-red)|bun(?![a-z])|deno(?![a-z]))"),
}
_SAME = {"typescript": "javascript"}


def with_mounted(services: tuple[Service, ...], paths: Iterable[str], listing: Listing) -> tuple[Service, ...]:
    """The services with the code that their containers run from elsewhere in the tree, and those that only mount theirs.

    Code counts that belongs to no service yet, and that one service alone runs; a web server which has the same folder only
    hands out its files.
    """
    mounting: dict[str, list[Container]] = defaultdict(list)
    for container in containers(paths, listing):
        for mount in container.mounts:
            if _is_free(mount, services):
                mounting[mount].append(container)
    runners = {mount: run for mount, found in mounting.items() if (run := _running(found, _languages(mount, listing)))}
    joined: dict[str, list[tuple[str, Evidence]]] = defaultdict(list)
    added: dict[str, list[tuple[str, Evidence]]] = defaultdict(list)
    for mount, found in sorted(runners.items()):
        if any(outer in runners for outer in above(mount)):
            continue  # a file of a folder that is mounted as well
        holders = {holder_of(container, services) for container in found}
        one_image = len({container.image or container.built for container in found}) == 1
        if len(holders) == 1 and (holder := holders.pop()):
            joined[holder].append((mount, found[0].evidence))
        elif not any(holders) and (one_image or len({container.name for container in found}) == 1):
            added[found[0].name].append((mount, found[0].evidence))
    result = [_joined(service, joined[service.name]) if service.name in joined else service for service in services]
    taken = {service.name for service in services}
    return tuple(sorted((*result, *_added(added, taken, listing)), key=lambda service: service.name))


def _added(found: dict[str, list[tuple[str, Evidence]]], taken: set[str], listing: Listing) -> Iterator[Service]:
    """A service for each container whose program is nowhere but in folders that it mounts, called as Compose calls it."""
    for name, mounts in sorted(found.items()):
        folders = [mount for mount, _ in mounts if mount not in listing.sizes]
        if folders and name not in taken:
            yield Service(name, folders[0], (mounts[0][1],), paths=tuple(mount for mount, _ in mounts if mount != folders[0]))


def _joined(service: Service, mounts: Iterable[tuple[str, Evidence]]) -> Service:
    """A service with more folders and files."""
    mounts = tuple(mounts)
    evidence = dict.fromkeys((*service.evidence, *(proof for _, proof in mounts)))
    return replace(service, paths=(*service.paths, *(mount for mount, _ in mounts)), evidence=tuple(evidence))


def _running(mounting: list[Container], languages: Counter[str]) -> list[Container]:
    """The containers that run code in these languages, of which the files are counted.

    Node only builds the pages of a server in another language that a container runs, or that most of the files are in.
    """
    servers = languages.keys() - {"javascript"}
    found = [container for container in mounting if _runs(container) & servers]
    mostly = bool(languages) and languages["javascript"] == max(languages.values())
    return found or [container for container in mounting if mostly and "javascript" in _runs(container)]


def _runs(container: Container) -> frozenset[str]:
    """The languages for which a container has a runtime."""
    images = (container.image, container.made_from)
    return frozenset(each for each, named in _RUNTIMES.items() if any(named.search(image.lower()) for image in images))


def _languages(mount: str, listing: Listing) -> Counter[str]:
    """The languages that are run, of the code in a folder, or of a file, that is the project's own, with numbers of files."""
    parts = PurePosixPath(mount).parts
    if any(is_test_folder(part) or is_for_developers(part) for part in parts):
        return Counter()
    paths = [mount] if mount in listing.sizes else listing.below(mount)
    found = (language(path) for path in paths if role(path.split("/")) == "source")
    return Counter(each for written in found if (each := _SAME.get(written, written)) in _RUNTIMES)


def _is_free(mount: str, services: Iterable[Service]) -> bool:
    """Whether a path is part of no service, and no service of it."""
    held = {folder for service in services for folder in (service.path, *service.paths)}
    around = (mount, *above(mount), ".")
    return not any(each in held for each in around) and not any(each.startswith(f"{mount}/") for each in held)
