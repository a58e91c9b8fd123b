"""What is wrong with a dblint.yaml although each of its values is well-formed."""

import posixpath
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from dblint.config.document import Node, duplicates
from dblint.config.dsn import parse
from dblint.config.words import meant, shown

Complaint = tuple[Node, str]


def check(document: Node, base: Path) -> Iterator[Complaint]:
    """Every mistake between the values of the document, whose paths are relative to the folder `base`."""
    for key in duplicates(document):
        yield key, f"key '{shown(key.text)}' is written twice"
    services = _items(document, "services")
    yield from _names(services)
    yield from _shared_paths(services)
    yield from _databases(document, services)
    yield from _allowed(document, services)
    for node, must_exist in _paths(document, services):
        yield from _path(node, base, must_exist)
    for node in (*_texts(document, "exclude"), *_texts(document, "tests")):
        yield from _pattern(node)


def relative(written: str, base: Path, root: Path) -> str:
    """A checked path relative to `root` instead of `base`; `.` for a folder that contains the root."""
    path = posixpath.relpath((base / written).as_posix(), root.as_posix())
    # A service that contains the scanned folder is, for this run, that folder.
    return "." if set(path.split("/")) == {".."} else path


def _names(services: tuple[Node, ...]) -> Iterator[Complaint]:
    """Services of the same name."""
    first: dict[str, int] = {}
    for service in services:
        name = service.get("name")
        if name is None or name.kind != "scalar":
            continue
        if name.text in first:
            yield name, f"service '{shown(name.text)}' is declared twice, first in line {first[name.text]}"
        elif name.text == "*":
            yield name, "a service cannot be called '*', which stands for every service"
        first.setdefault(name.text, name.line)


def _shared_paths(services: tuple[Node, ...]) -> Iterator[Complaint]:
    """Paths that two services (or one service twice) claim; a folder inside another service's folder is fine."""
    claimed: dict[str, str] = {}
    for service in services:
        name = service.get("name")
        for path in (*_texts(service, "path"), *_texts(service, "paths")):
            normal = posixpath.normpath(path.text)
            if normal in claimed:
                yield path, f"path '{shown(path.text)}' belongs to service '{shown(claimed[normal])}' already"
            claimed.setdefault(normal, name.text if name else "?")


def _databases(document: Node, services: tuple[Node, ...]) -> Iterator[Complaint]:
    """Names of databases that the file does not declare, if it declares any."""
    declared = [name.text for name, _ in document.children("databases")]
    for name in (name for service in services for name in _texts(service, "databases")):
        if declared and name.text not in declared and parse(name.text) is None:
            yield name, f"unknown database '{shown(name.text)}'{meant(name.text, declared)}"


def _allowed(document: Node, services: tuple[Node, ...]) -> Iterator[Complaint]:
    """Allowances, sharing and resources of services that the file does not declare, if it declares any."""
    declared = [name.text for service in services for name in _texts(service, "name")]
    named = [name for allowance in _items(document, "allow") for name in _texts(allowance, "service")]
    named += [name for agreement in _items(document, "sharing") for name in _texts(agreement, "services")]
    named += [name for entry in _items(document, "resources") for key in ("owner", "services") for name in _texts(entry, key)]
    for name in named:
        if declared and name.text not in ("*", *declared):
            yield name, f"unknown service '{shown(name.text)}'{meant(name.text, declared)}"


def _paths(document: Node, services: tuple[Node, ...]) -> Iterator[tuple[Node, bool]]:
    """Every path of the document, and whether it must exist."""
    for service in services:
        for path in (*_texts(service, "path"), *_texts(service, "paths")):
            yield path, True
    for path in (*_texts(document, "rule-folders"), *_texts(document, "framework-folders")):
        yield path, True
    # A file that is accepted as unreadable may be gone, or come from a generator.
    for accepted in _items(document, "accept"):
        for path in _texts(accepted, "path"):
            yield path, False


def _path(node: Node, base: Path, must_exist: bool) -> Iterator[Complaint]:
    """What is wrong with one path."""
    pure = PurePosixPath(node.text)
    if not node.text.strip() or "\0" in node.text:
        return  # an empty text is the models' complaint
    if pure.is_absolute() or "\\" in node.text or node.text[1:2] == ":":
        yield node, f"path '{shown(node.text)}' must be relative, with /"
        return
    normal = posixpath.normpath(node.text)
    if normal == ".." or normal.startswith("../") or not _inside(base / normal, base):
        yield node, f"path '{shown(node.text)}' leaves the scanned folder"
    elif must_exist and not (base / normal).exists():
        yield node, f"path '{shown(node.text)}' does not exist{meant(normal, _neighbours(base, normal))}"


def _pattern(node: Node) -> Iterator[Complaint]:
    """What is wrong with one pattern."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - few files hold patterns

    try:
        GitIgnoreSpec.from_lines([node.text])
    except ValueError:
        yield node, f"'{shown(node.text)}' is no pattern as in .gitignore"


def _inside(target: Path, base: Path) -> bool:
    """Whether `target`, symbolic links followed, lies in `base`."""
    try:
        return target.resolve().is_relative_to(base)
    except (OSError, RuntimeError):
        return False


def _neighbours(base: Path, path: str) -> list[str]:
    """The paths that stand beside one that does not exist."""
    parent = posixpath.dirname(path)
    try:
        return sorted(posixpath.join(parent, entry.name) for entry in (base / parent).iterdir())
    except OSError:
        return []


def _items(node: Node, key: str) -> tuple[Node, ...]:
    """The mappings in the list under `key`."""
    value = node.get(key)
    return tuple(item for item in value.items if item.kind == "mapping") if value else ()


def _texts(node: Node, key: str) -> tuple[Node, ...]:
    """The texts under `key`: one, or a list of them."""
    value = node.get(key)
    return tuple(word for word in value.words() if not word.empty) if value else ()
