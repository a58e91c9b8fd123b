"""What deployments call the services of a tree: the names that people use, where folders only repeat the project's name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from dblint.config.document import DocumentError, Node, documents
from dblint.discover.deployment import command_words
from dblint.discover.kinds import is_compose, suffix
from dblint.discover.listing import Listing
from dblint.model.facts import Evidence
from dblint.model.place import Place

_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_WORKLOAD = re.compile(
    r"^kind:[ \t]*[\"']?(?:Deployment|StatefulSet|DaemonSet|DeploymentConfig|Rollout|CronJob|Job|Pod)\b", re.MULTILINE
)
_NAME = re.compile(r"^metadata:.*?^[ \t]+name:[ \t]*[\"']?([A-Za-z0-9][\w.\-]*)[\"']?[ \t]*$", re.MULTILINE | re.DOTALL)
_IMAGE = re.compile(r"^[ \t\-]*image:[ \t]*[\"']?([^\s\"'#{}]+)", re.MULTILINE)
_ASPIRE = re.compile(r"\.AddProject<\s*(?:global::)?Projects\.(\w+)\s*>\(\s*\"([\w.\-]+)\"")
# A command in one line, or as a list below it.
_COMMAND = re.compile(r"^[ \t\-]*(?:command|args):((?:[ \t]*\[[^\]]*\])|(?:(?:\n[ \t]*-[ \t]+[^\n:]+)+))", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z/][\w./\-]*")
# Alone, these say what a program is and not which one.
_VAGUE = frozenset({"service", "api", "app", "server", "web", "backend", "worker", "src", "main", "application"})


class Title(NamedTuple):
    """A name in a deployment, and the last part of the image or the project that runs under it.

    `whole` is the image as written, `words` are those of its command and the values of its build arguments. `built` is what
    Compose builds it from, as written. `evidence` is where all that stands.
    """

    name: str
    image: str = ""
    whole: str = ""
    words: tuple[str, ...] = ()
    built: str = ""
    evidence: Evidence | None = None


def titles(listing: Listing, paths: Iterable[str]) -> tuple[Title, ...]:
    """What the deployment files among `paths` call the things that they start, Compose's names first."""
    composed: list[Title] = []
    others: list[Title] = []
    for path in paths:
        if is_compose(path):
            composed += _compose(path, listing.text(path))
        elif suffix(path) in (".yml", ".yaml"):
            others += _manifests(path, listing.text(path))
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


def _compose(path: str, text: str) -> Iterator[Title]:
    try:
        roots = documents(text)
    except DocumentError:
        return  # told where the services of the file are read
    for root in roots:
        for name, service in root.children("services"):
            image, build = service.get("image"), service.get("build")
            whole = image.text if image is not None else ""
            context = build if build is None or build.kind == "scalar" else build.get("context")
            words = [*command_words(service.get("entrypoint")), *command_words(service.get("command"))]
            yield Title(
                name.text,
                _last(whole),
                whole,
                (*words, *(_arguments(build) if build is not None else ())),
                (context.text if context is not None else ".") if build is not None else "",
                Evidence("compose", Place(path, name.line, name.column), f"service {name.text}"),
            )


def _arguments(build: Node) -> Iterator[str]:
    """The values of build arguments: `SVC: auth` or `- SVC=auth`."""
    arguments = build.get("args")
    for _, value in arguments.pairs if arguments is not None else ():
        yield value.text
    for item in arguments.words() if arguments is not None else ():
        yield item.text.partition("=")[2]


def _manifests(path: str, text: str) -> Iterator[Title]:
    """The workloads of a manifest, read line by line: it may be a template."""
    line = 1
    for document in re.split(r"^---", text, flags=re.MULTILINE):
        named = _NAME.search(document) if _WORKLOAD.search(document) else None
        if named:
            evidence = Evidence(
                "kubernetes", Place(path, line + document.count("\n", 0, named.start(1))), f"workload {named[1]}"
            )
            words = tuple(word for found in _COMMAND.finditer(document) for word in _WORD.findall(found[1]))
            images = _IMAGE.findall(document) or [""]
            yield from (Title(named[1], _last(image), image, words, "", evidence) for image in images)
        line += document.count("\n")


def _last(image: str) -> str:
    """The last part of an image's name, without its tag."""
    return re.split(r"[:@]", image.rpartition("/")[2], maxsplit=1)[0]


def _words(name: str) -> list[str]:
    return [word.lower() for word in _TOKEN.findall(name)]
