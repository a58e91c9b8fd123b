"""Which services take the code of others as a whole: those that they are built with.

Sources: MSBuild's `ProjectReference`, and what Maven, Gradle, sbt and Mix depend on. A reference brings a whole assembly along,
and what stands in it may be found by reflection alone, as handlers of messages and the components of Spring are.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from posixpath import dirname, join, normpath

import msgspec

from dblint.discover.builds import built_with
from dblint.discover.listing import Listing
from dblint.discover.roles import role
from dblint.discover.services import assigned
from dblint.model.tree import Service

_PROJECTS = (".csproj", ".fsproj", ".vbproj")
_REFERENCE = re.compile(r"<ProjectReference\s+Include\s*=\s*\"([^\"]+)\"", re.IGNORECASE)


def with_references(services: Iterable[Service], listing: Listing) -> tuple[Service, ...]:
    """The services, each with the names of those that its own projects refer to or depend on."""
    known = tuple(services)
    projects = [path for path in listing.sizes if path.endswith(_PROJECTS) and role(path.split("/")) == "source"]
    referred = {path: list(_referred(path, listing)) for path in projects}
    owners = assigned({*projects, *(other for others in referred.values() for other in others)}, known)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path, others in referred.items():
        found[owners[path]].update(owners[other] for other in others if owners[other] not in {"", owners[path]})
    for name, built in built_with(known, listing).items():
        found[name] |= built
    return tuple(
        msgspec.structs.replace(service, takes=tuple(sorted(found[service.name]))) if found[service.name] else service
        for service in known
    )


def _referred(path: str, listing: Listing) -> Iterable[str]:
    """The project files that a project file refers to, as paths of the tree."""
    for written in _REFERENCE.findall(listing.text(path, 100_000)):
        target = normpath(join(dirname(path), written.replace("\\", "/")))
        if not target.startswith(".."):
            yield target
