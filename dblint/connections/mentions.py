"""Which services name a folder of migrations that belongs to none of them, as those do that run it when they start."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator

from dblint.connections.model import SHARED, Setting
from dblint.model.place import Place
from dblint.model.tree import Tree

_FOLDER = re.compile(r"(?:\A|[/_\-])(?:migrations?|migrate|changelogs?|flyway|goose)(?:[/_\-]|\Z)", re.IGNORECASE)
_LEADING = re.compile(r"[\"'`](?:[^\"'`\s]*/)?\Z")
_LIMIT = 500_000


def mentioned(
    tree: Tree, settings: Iterable[Setting], text_of: Callable[[str], str | None]
) -> Iterator[tuple[str, str, Place]]:
    """Service, folder and place of every mention, the first of each service."""
    services = {service.name for service in tree.services if service.kind == "service"}
    scripts = (file for file in tree.files if file.language == "sql" and file.service not in services)
    folders = sorted({folder for file in scripts if _FOLDER.search(folder := posixpath.dirname(file.path))})
    if not folders:
        return
    seen: set[tuple[str, str]] = set()
    for service, text, path, line in _texts(tree, services, settings, text_of):
        for folder in folders:
            at = _mention(text, folder) if (service, folder) not in seen else -1
            if at >= 0:
                seen.add((service, folder))
                yield service, folder, Place(path, line + text.count("\n", 0, at))


def _texts(
    tree: Tree, services: set[str], settings: Iterable[Setting], text_of: Callable[[str], str | None]
) -> Iterator[tuple[str, str, str, int]]:
    """The texts in which a service may name a folder, each with its path and first line."""
    for file in (*tree.files, *tree.unread_files):
        if file.service in services and file.role == "source" and file.language != "sql" and file.size <= _LIMIT:
            yield file.service, text_of(file.path) or "", file.path, 1
    for setting in settings:
        if "/" in setting.value and not setting.kind.startswith(SHARED):
            yield setting.service, f'"{setting.value}"', setting.place.path, setting.place.line


def _mention(text: str, folder: str) -> int:
    """Where a string is the folder's path, whatever leads to it (`file://db/migrations`, `../db/migrations`); else -1."""
    at = text.find(folder)
    while at >= 0:
        before, after = text[max(0, at - 100) : at], text[at + len(folder) : at + len(folder) + 2]
        if _LEADING.search(before) and re.match(r"/?[\"'`?]", after):
            return at
        at = text.find(folder, at + 1)
    return -1
