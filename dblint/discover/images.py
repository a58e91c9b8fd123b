"""What images are for that run no program of the tree: servers of databases, and scripts that use one."""

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from dblint.config.engines import engine_in
from dblint.discover.kinds import language
from dblint.discover.listing import Listing, parent
from dblint.languages.shell.adapter import uses_database
from dblint.model.facts import Evidence
from dblint.model.place import Place

_FROM = re.compile(r"^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)?(\S+)(?:[ \t]+AS[ \t]+(\S+))?", re.MULTILINE | re.IGNORECASE)
_DEFAULT = re.compile(r"^[ \t]*ARG[ \t]+(\w+)=[\"']?([^\s\"']+)", re.MULTILINE)
# https://hub.docker.com/r/flyway/flyway, …/liquibase/liquibase, …/migrate/migrate, https://github.com/amacneil/dbmate
_MIGRATING = re.compile(r"(?:^|/)(?:flyway|liquibase|migrate/migrate|dbmate|goose)(?:[:@]|$)")
_SEVERAL = 2


def is_of_database(folder: str, listing: Listing) -> bool:
    """Whether a folder builds the image of a database server with what it is to hold, which is no program."""
    docker = next((name for name in ("Dockerfile", "Containerfile") if f"{folder}/{name}" in listing.sizes), "")
    return bool(docker) and bool(engine_in(made_from(f"{folder}/{docker}", listing)))


def migrates(path: str, listing: Listing) -> bool:
    """Whether a Dockerfile builds an image of a tool that brings a schema up to date, and of nothing else."""
    return bool(_MIGRATING.search(made_from(path, listing)))


def made_from(path: str, listing: Listing) -> str:
    """The image that a Dockerfile begins its last stage with, through the stages which that one is made from."""
    text = listing.text(path, 100_000)
    stages, defaults = _FROM.findall(text), dict(_DEFAULT.findall(text))
    made = stages[-1][0] if stages else ""
    for image, name in reversed(stages[:-1]):
        made = image if name and name == made else made
    return re.sub(r"\$\{?(\w+)\}?", lambda found: defaults.get(found[1], ""), made)


def of_scripts(
    found: Mapping[str, Iterable[Evidence]], settings: Sequence[str], code_folders: Container[str], listing: Listing
) -> dict[str, list[Evidence]]:
    """The folders beside several that images are built from, whose own image runs nothing but scripts that use a database.

    A folder of images is one of services where programs, which are `found`, stand among them.
    """
    programs = Counter(
        parent(folder) for folder, proofs in found.items() if any(proof.kind == "dockerfile" for proof in proofs)
    )
    result: dict[str, list[Evidence]] = {}
    for path in settings:
        folder = parent(path)
        if PurePosixPath(path).name != "Dockerfile" or programs[parent(folder)] < _SEVERAL or folder in code_folders:
            continue
        scripts = (each for each in listing.below(folder) if language(each) == "shell")
        if any(uses_database(listing.text(each, 100_000)) for each in scripts) and not is_of_database(folder, listing):
            result[folder] = [Evidence("dockerfile", Place(path, 1))]
    return result
