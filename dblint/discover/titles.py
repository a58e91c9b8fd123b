"""What deployments call the services of a tree: the names that people use, where folders only repeat the project's name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from dblint.config.document import DocumentError, documents
from dblint.discover.kinds import is_compose, suffix
from dblint.discover.listing import Listing
from dblint.model.facts import Evidence

_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_WORKLOAD = re.compile(
    r"^kind:[ \t]*[\"']?(?:Deployment|StatefulSet|DaemonSet|DeploymentConfig|Rollout|CronJob|Job|Pod)\b", re.MULTILINE
)
_NAME = re.compile(r"^metadata:.*?^[ \t]+name:[ \t]*[\"']?([A-Za-z0-9][\w.\-]*)[\"']?[ \t]*$", re.MULTILINE | re.DOTALL)
_IMAGE = re.compile(r"^[ \t\-]*image:[ \t]*[\"']?([^\s\"'#{}]+)", re.MULTILINE)
_ASPIRE = re.compile(r"\.AddProject<\s*(?:global::)?Projects\.(\w+)\s*>\(\s*\"([\w.\-]+)\"")
# Alone, these say what a program is and not which one.
_VAGUE = frozenset({"service", "api", "app", "server", "web", "backend", "worker", "src", "main", "application"})


class Title(NamedTuple):
    """A name in a deployment, and the last part of the image or the project that runs under it."""

    name: str
    image: str = ""


def titles(listing: Listing, paths: Iterable[str]) -> tuple[Title, ...]:
    """What the deployment files among `paths` call the things that they start, Compose's names first."""
    composed: list[Title] = []
    others: list[Title] = []
    for path in paths:
        if is_compose(path):
            composed += _compose(listing.text(path))
        elif suffix(path) in (".yml", ".yaml"):
            others += _manifests(listing.text(path))
    hosts = (path for path in listing.paths if path.endswith((".AppHost/Program.cs", "/AppHost/Program.cs", "/AppHost.cs")))
    others += [Title(found[2], found[1].replace("_", "-")) for path in hosts for found in _ASPIRE.finditer(listing.text(path))]
    return tuple(dict.fromkeys((*composed, *others)))


def renamed(
    names: Mapping[str, str], evidence: Mapping[str, Iterable[Evidence]], known: Iterable[Title], kept: frozenset[str]
) -> dict[str, str]:
    """The names of folders as deployments write them; `kept` are the folders that are not renamed.

    A deployment's name is taken where it is the folder's name in another spelling, or its end: `customers-service` of the
    folder `shop-customers-service`, if its image is called so or it is built from there. No name is given twice.
    """
    known = tuple(known)
    wanted: dict[str, str] = {}
    for folder, name in names.items():
        if folder not in kept:
            wanted[folder] = next(_fitting(name, evidence.get(folder, ()), known), name)
    holders: dict[str, list[str]] = defaultdict(list)
    for folder, name in names.items():
        holders[wanted.get(folder, name)].append(folder)
    unique = {folders[0]: name for name, folders in holders.items() if len(folders) == 1}
    return {folder: unique.get(folder, name) for folder, name in names.items()}


def _fitting(name: str, proofs: Iterable[Evidence], known: tuple[Title, ...]) -> Iterator[str]:
    """The deployments' names that mean a folder, the surest first."""
    words = _words(name)
    built = {proof.message.removeprefix("service ") for proof in proofs if proof.kind == "compose"}
    if any(title.name == name for title in known):
        return
    for title in known:
        if _words(title.name) == words:
            yield title.name
    for title in known:
        own = _words(title.name)
        surely = title.name in built or _words(title.image) == words
        if own and surely and words[-len(own) :] == own and not set(own) <= _VAGUE:
            yield title.name


def _compose(text: str) -> Iterator[Title]:
    try:
        roots = documents(text)
    except DocumentError:
        return  # told where the services of the file are read
    for root in roots:
        for name, service in root.children("services"):
            image = service.get("image")
            yield Title(name.text, _last(image.text) if image is not None else "")


def _manifests(text: str) -> Iterator[Title]:
    """The workloads of a manifest, read line by line: it may be a template."""
    for document in re.split(r"^---.*$", text, flags=re.MULTILINE):
        named = _NAME.search(document) if _WORKLOAD.search(document) else None
        if named:
            images = _IMAGE.findall(document) or [""]
            yield from (Title(named[1], _last(image)) for image in images)


def _last(image: str) -> str:
    """The last part of an image's name, without its tag."""
    return re.split(r"[:@]", image.rpartition("/")[2], maxsplit=1)[0]


def _words(name: str) -> list[str]:
    return [word.lower() for word in _TOKEN.findall(name)]
