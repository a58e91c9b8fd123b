"""Which files are Compose files, by their names."""

import posixpath
import re

_COMPOSE = re.compile(r"\A(?:docker-|podman-)?compose(?:[.\-_]([\w.\-]+))?\.ya?ml\Z", re.IGNORECASE)
_IN_FOLDER = re.compile(r"(?:\A|/)(?:docker-|podman-)?compose/([\w.\-]+)\.ya?ml\Z", re.IGNORECASE)


def variant_of(path: str) -> str | None:
    """The word by which a Compose file is told from the others of its project, empty for the first; None for any other file.

    Files of a folder that is called so are such files whatever their names: `docker-compose/infra.yml`.
    """
    if found := _COMPOSE.match(posixpath.basename(path)):
        return found[1] or ""
    inside = _IN_FOLDER.search(path)
    return inside[1] if inside else None
