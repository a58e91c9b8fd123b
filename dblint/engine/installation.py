"""Which dblint this is: what it finds may change with any of its own files and with every library beside it."""

import os
import sys
from functools import cache

from dblint import __version__
from dblint.engine.keys import key


@cache
def identity() -> str:
    """A name that differs whenever a file of dblint, or the version of a library beside it, does."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside, beside = f"{package}/rules", f"{os.path.dirname(package)}/rules"
    parts = [__version__, sys.version, package, *_files(package)]
    if not os.path.isdir(inside):
        parts += _files(beside)
    # Installed distributions carry their version in the name of a folder.
    for folder in sys.path:
        if os.path.isdir(folder):
            parts += sorted(name for name in os.listdir(folder) if name.endswith(".dist-info"))
    return key(part.encode("utf-8", "surrogateescape") for part in parts)


def _files(folder: str) -> list[str]:
    found: list[str] = []
    pending = [folder]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in sorted(entries, key=lambda each: each.name):
                if entry.is_dir():
                    if entry.name != "__pycache__":
                        pending.append(entry.path)
                    continue
                status = entry.stat()
                found.append(f"{entry.path} {status.st_size} {status.st_mtime_ns}")
    return found
