"""The database servers of DDEV's projects, each of which has one of its own that is called `db`.

Source: https://ddev.readthedocs.io/en/stable/users/usage/database-management (`db` is the host inside of the project, whose
containers are called `ddev-<project>-db`).
"""

import posixpath
import re
from collections.abc import Iterable, Iterator

from dblint.connections.compose import TextOf
from dblint.connections.model import Host

_NAME = re.compile(r"^name:[ \t]*[\"']?([\w.\-]+)", re.MULTILINE)
_ENGINE = re.compile(r"^database:[^\n]*\n[ \t]+type:[ \t]*[\"']?(\w+)", re.MULTILINE)
_OMITTED = re.compile(r"^omit_containers:[^\n]*\bdb\b", re.MULTILINE)


def hosts(paths: Iterable[str], text_of: TextOf) -> Iterator[Host]:
    """The server of each project whose settings stand among `paths`."""
    for path in paths:
        folder, name = posixpath.split(path)
        if posixpath.basename(folder) != ".ddev" or name not in ("config.yaml", "config.yml"):
            continue
        text = text_of(path) or ""
        called, engine = _NAME.search(text), _ENGINE.search(text)
        if not _OMITTED.search(text):
            project = posixpath.dirname(folder)
            network = f"compose:{project or '.'}:{called[1] if called else posixpath.basename(project)}"
            yield Host(network, "db", "db", engine[1] if engine else "mariadb", home=network)
