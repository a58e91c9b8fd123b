"""Small trees of files, and the databases that dblint finds in their settings."""

from pathlib import Path

from dblint.config.model import Configuration
from dblint.connections.identity import Identities, databases
from dblint.connections.model import Settings
from dblint.connections.reading import written
from dblint.connections.sources import with_sources
from dblint.discover.tree import discover
from dblint.model.facts import Connection
from dblint.model.tree import Tree

APP = "import os\n"


def plant(root: Path, files: dict[str, str]) -> Tree:
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return discover(root, Configuration())


def settings(root: Path, files: dict[str, str]) -> tuple[Tree, Settings]:
    tree = plant(root, files)
    known = {*tree.configuration_files, *(file.path for file in (*tree.files, *tree.unread_files)), *files}

    def text_of(path: str) -> str | None:
        return (root / path).read_text("utf-8", "replace") if path in known and (root / path).is_file() else None

    return tree, with_sources(written(tree, text_of), tree, text_of)


def connections(root: Path, files: dict[str, str]) -> tuple[Connection, ...]:
    tree, found = settings(root, files)
    return databases(Identities(found, tree), tree)


def service(*names: str) -> dict[str, str]:
    """Folders that are certainly services."""
    return {f"{name}/{file}": text for name in names for file, text in (("Dockerfile", "FROM python\n"), ("app.py", APP))}


def told(links: tuple[Connection, ...]) -> set[tuple[str, str, str]]:
    return {(link.service, link.environment, link.database) for link in links}
