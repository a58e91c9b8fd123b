"""The containers of Compose files, and which service of the tree each of them is."""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from dblint.config.document import DocumentError, documents
from dblint.discover.deployment import built_from, mounted
from dblint.discover.images import made_from
from dblint.discover.kinds import is_compose
from dblint.discover.listing import Listing, parent
from dblint.model.facts import Evidence
from dblint.model.place import Place
from dblint.model.tree import Service


class Container(NamedTuple):
    """A container of Compose: its image, the folders that it is built from and the image which that one is made from.

    `mounts` are the folders and files of the tree that are mounted into it. `evidence` is where it is written.
    """

    name: str
    image: str
    built: tuple[str, ...]
    made_from: str
    mounts: tuple[str, ...]
    evidence: Evidence


def containers(paths: Iterable[str], listing: Listing) -> Iterator[Container]:
    """The containers of the Compose files among `paths`, in their order."""
    for path in paths:
        try:
            roots = documents(listing.text(path)) if is_compose(path) else ()
        except DocumentError:
            continue  # told where the services of the file are read
        for name, service in (pair for root in roots for pair in root.children("services")):
            image = service.get("image")
            base, docker = built_from(service, path, listing)
            yield Container(
                name=name.text,
                image=image.text if image is not None else "",
                built=(base, *([parent(docker)] if docker else [])) if base else (),
                made_from=made_from(docker, listing) if docker in listing.sizes else "",
                mounts=tuple(mounted(service, path, listing)),
                evidence=Evidence("compose", Place(path, name.line, name.column), f"service {name.text}"),
            )


def holder_of(container: Container, services: Iterable[Service]) -> str:
    """The service that a container is: by what it is built from, by its image's name, or by its own; empty for none."""
    real = [service for service in services if service.kind == "service"]
    for service in real:
        if container.evidence in service.evidence:
            return service.name
    for folder in reversed(container.built):
        same = [service for service in real if folder in (service.path, *service.paths)]
        if same:
            return same[0].name
    image = re.split(r"[:@]", PurePosixPath(container.image).name, maxsplit=1)[0]
    for called in (image, container.name):
        same = [service for service in real if called and called in (service.name, PurePosixPath(service.path).name)]
        if len(same) == 1:
            return same[0].name
    return ""
