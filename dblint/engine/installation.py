"""Which dblint this is: what it finds may change with any of its own files and with every library that it uses."""

import importlib.util
import os
from functools import cache
from pathlib import Path

from dblint import __version__
from dblint.engine.cache import key


@cache
def identity() -> str:
    """A name that differs whenever a file of dblint, or the version of a library beside it, does."""
    package = Path(__file__).parents[1]
    parts = [__version__, str(package)]
    rules = package / "rules" if (package / "rules").is_dir() else package.parent / "rules"
    parts += _files(package) + _files(rules)
    # Installed distributions carry their version in the name of a folder.
    for library in ("msgspec", "sqlglot", "tree_sitter"):
        found = importlib.util.find_spec(library)
        if found is not None and found.origin:
            parts += sorted(file.name for file in Path(found.origin).parents[1].glob("*.dist-info"))
    return key(part.encode("utf-8", "surrogateescape") for part in parts)


def _files(folder: Path) -> list[str]:
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            status = os.stat(os.path.join(place, name))  # noqa: PTH116, PTH118 - three hundred files at every start
            found += [name, str(status.st_size), str(status.st_mtime_ns)]
    return found
