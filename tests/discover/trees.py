"""Small trees for the tests of discovery."""

import os
import subprocess
from pathlib import Path

from dblint.config import Configuration
from dblint.discover.tree import discover
from dblint.model.tree import Tree

PYTHON = "import os\n"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def scan(root: Path, configuration: Configuration | None = None) -> Tree:
    return discover(root, configuration or Configuration())


def services(root: Path) -> dict[str, str]:
    """Path by name of the services of kind `service`."""
    return {service.name: service.path for service in scan(root).services if service.kind == "service"}


def kinds(root: Path) -> dict[str, str]:
    """Kind by name of everything detected."""
    return {service.name: service.kind for service in scan(root).services}


def roles(root: Path, configuration: Configuration | None = None) -> dict[str, str]:
    return {file.path: file.role for file in scan(root, configuration).files}


def git(root: Path, *words: str) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@t", *words], cwd=root, check=True, capture_output=True, env=environment
    )


def plant(root: Path, *names: str, contents: dict[str, str] | None = None) -> Path:
    """A tree of files: `names` with a line of their language, `contents` with their text."""
    for name in names:
        write(root / name, "SELECT 1;\n" if name.endswith(".sql") else PYTHON)
    for name, text in (contents or {}).items():
        write(root / name, text)
    return root
