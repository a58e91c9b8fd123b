"""The files of a tree that say who answers for what."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from dblint.catalogue.backstage import NAMES, Component, components
from dblint.catalogue.codeowners import PLACES, Entry, entry_for, parse
from dblint.model.base import Fact
from dblint.model.place import Place
from dblint.model.tree import Service, Tree

_LARGEST = 3_000_000  # GitHub's limit for CODEOWNERS


class Catalogue(Fact, frozen=True):
    """Teams and APIs. `prefix` is the scanned root relative to the folder of CODEOWNERS, empty or ending in `/`."""

    services: tuple[Service, ...] = ()
    components: tuple[Component, ...] = ()
    owners: tuple[Entry, ...] = ()
    path: str = ""
    prefix: str = ""

    def team_of_file(self, path: str) -> tuple[str, Place] | None:
        """Who owns a file according to CODEOWNERS, and where it says so."""
        entry = entry_for(self.owners, self.prefix + path)
        return (" ".join(entry.owners), Place(self.path, entry.line)) if entry and entry.owners else None

    def team_of(self, service: str) -> tuple[str, Place] | None:
        """Who owns a service: the owner of its component, else of its folder."""
        component = self.component_of(service)
        if component and component.owner:
            return component.owner, component.owner_place
        found = next((one for one in self.services if one.name == service), None)
        return self.team_of_file("(service)" if found.path == "." else f"{found.path}/(service)") if found else None

    def apis_of(self, service: str) -> tuple[tuple[str, Place], ...]:
        """The APIs that a service provides."""
        component = self.component_of(service)
        return component.apis if component else ()

    def component_of(self, service: str) -> Component | None:
        """The component that describes a service: the one in its folder, else the one of its name."""
        folders = {one.path for one in self.services if one.name == service}
        here = [component for component in self.components if component.folder in folders]
        named = [component for component in (*here, *self.components) if component.name == service]
        return next(iter(named), here[0] if len(here) == 1 else None)


def read(root: Path, tree: Tree) -> Catalogue:
    """What the scanned tree, and the CODEOWNERS of its repository, say about teams and APIs."""
    root = root.absolute()
    top = _top(root)
    path, text = next(((place, text) for place in PLACES if (text := _text(top, place)) is not None), ("", ""))
    found = [component for name in _files(tree) if (given := _text(root, name)) for component in components(name, given)]
    prefix = root.relative_to(top).as_posix()
    return Catalogue(
        services=tree.services,
        components=tuple(found),
        owners=parse(text),
        path=path,
        prefix="" if prefix == "." else f"{prefix}/",
    )


def places(root: Path) -> tuple[Path, ...]:
    """Where the CODEOWNERS of the repository may be, which need not be below `root`."""
    return tuple(_top(root.absolute()) / place for place in PLACES)


def _top(root: Path) -> Path:
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)


def _files(tree: Tree) -> Iterable[str]:
    """The descriptors in the tree's own list of files."""
    return (path for path in tree.configuration_files if PurePosixPath(path).name in NAMES)


def _text(root: Path, path: str) -> str | None:
    """The text of a file below `root`; None if there is none that may be read."""
    file = root / path
    try:
        if not file.is_file() or not file.resolve().is_relative_to(root.resolve()) or file.stat().st_size > _LARGEST:
            return None
        return file.read_text("utf-8-sig", errors="replace")
    except (OSError, ValueError, RuntimeError):  # RuntimeError for a loop of links
        return None
