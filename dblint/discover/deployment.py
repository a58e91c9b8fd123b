"""What the deployment files of a tree start: Compose, Kubernetes and OpenShift, Procfiles, Dockerfiles."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from dblint.config.document import DocumentError, Node, documents
from dblint.discover import commands
from dblint.discover.folders import CONTAINERS, LIBRARY_NAMES
from dblint.discover.kinds import is_compose, is_dockerfile, is_manifest, language, suffix
from dblint.discover.listing import Listing, parent
from dblint.model.base import Fact
from dblint.model.facts import Evidence, Problem
from dblint.model.place import Place

_WORKLOADS = re.compile(r"^\s*-?\s*(?:command|args)\s*:", re.MULTILINE)
_PACKAGES = ("pyproject.toml", "setup.py", "package.json", "Cargo.toml", "go.mod")
_VARIABLE = re.compile(r"\$\{(\w+)(?::?-([^{}]*))?\}|\$(\w+)")


class Started(Fact, frozen=True):
    """One container or process: it is built from `base`, and runs `file` where the command says so.

    `folder` is that of its own Dockerfile where it is another than `base`, `project` that of the .NET project which it starts.
    `copied` is the only folder with a program that its Dockerfile copies.
    """

    base: str
    file: str | None
    evidence: Evidence
    folder: str = ""
    project: str = ""
    copied: str = ""


def started(listing: Listing, paths: tuple[str, ...]) -> tuple[tuple[Started, ...], tuple[Problem, ...]]:
    """Everything that the deployment files among `paths` start, and the Compose files that could not be read."""
    found: list[Started] = []
    problems: list[Problem] = []
    for path in paths:
        name = PurePosixPath(path).name
        if name == "Procfile":
            found += _procfile(path, listing)
        elif is_compose(path):
            try:
                for document in documents(listing.text(path)):
                    found += _compose(path, document, listing)
            except DocumentError as error:
                problems.append(Problem(path, error.reason, error.line))
        elif suffix(path) in (".yml", ".yaml"):
            text = listing.text(path)
            if is_manifest(path, text[:4000]) and _WORKLOADS.search(text):
                found += _manifest(path, text, listing)
    return tuple(found), tuple(problems)


def running(listing: Listing, paths: tuple[str, ...]) -> tuple[tuple[Place, str], ...]:
    """Where the deployment files among `paths` start a process, and the file that it runs or the folder it is built from."""
    found, _ = started(listing, paths)
    ran = ((process.evidence.place, process.file or process.folder or process.base) for process in found)
    return tuple(sorted((place, path) for place, path in ran if path != "."))


def dockerfiles(listing: Listing, paths: tuple[str, ...], code_folders: frozenset[str]) -> tuple[Started, ...]:
    """What each Dockerfile among `paths` starts, built from its own folder; from the root if that folder holds no code."""
    found: list[Started] = []
    for path in paths:
        if not is_dockerfile(path):
            continue
        folder = parent(path)
        base = folder if folder in code_folders else "."
        file, evidence = _dockerfile_starts(path, base, [], listing), Evidence("dockerfile", Place(path, 1))
        found.append(Started(base, file, evidence, project=_project(path, listing), copied=_only_copied(path, base, listing)))
    return tuple(found)


def _compose(path: str, document: Node, listing: Listing) -> Iterator[Started]:
    """The services of one Compose file that run code of this tree."""
    here = parent(path)
    for name, service in document.children("services"):
        build, command = service.get("build"), command_words(service.get("entrypoint")) + command_words(service.get("command"))
        image = service.get("image")
        if build is None and image is None and not command:
            continue
        context, dockerfile = (_filled(word, here, listing) for word in _build(build))
        base = _normal(here, context)
        if base is None:
            continue
        evidence = Evidence("compose", Place(path, name.line, name.column), f"service {name.text}")
        docker = _normal(base, dockerfile) or ""
        there = docker in listing.sizes
        if build is not None and not there and parent(docker) != base and not listing.below(parent(docker)):
            continue  # what was built there is gone, or is in a repository of its own
        folder = parent(docker) if build is not None and docker else ""
        file = commands.started_file(
            command, [*mounted(service, path, listing), base, *([folder] if folder else []), "."], listing
        )
        if file is None and not command and there:
            file = _dockerfile_starts(docker, base, [folder] if folder else [], listing)
        if build is not None or file is not None:
            project, copied = (_project(docker, listing), _only_copied(docker, base, listing)) if there else ("", "")
            yield Started(base, file, evidence, "" if folder == base else folder, project, copied)


def built_from(service: Node, path: str, listing: Listing) -> tuple[str, str]:
    """The folder and the Dockerfile that a service of the Compose file `path` is built from; both empty for none."""
    if service.get("build") is None:
        return "", ""
    context, dockerfile = (_filled(word, parent(path), listing) for word in _build(service.get("build")))
    base = _normal(parent(path), context)
    return (base, _normal(base, dockerfile) or "") if base is not None else ("", "")


def _build(build: Node | None) -> tuple[str, str]:
    """Context and Dockerfile of a `build` entry, both as written."""
    if build is None or build.kind == "scalar":
        return (build.text if build is not None else "."), "Dockerfile"
    context, dockerfile = build.get("context"), build.get("dockerfile")
    return (context.text if context else "."), (dockerfile.text if dockerfile else "Dockerfile")


def _filled(text: str, here: str, listing: Listing) -> str:
    """`text` with the variables that `.env` beside the Compose file sets, or that have a default."""
    if "$" not in text or "PWD" in text:
        return text
    known = dict(re.findall(r"^\s*(?:export\s+)?(\w+)\s*=\s*[\"']?([^\s\"'#]*)", _dotenv(here, listing), re.MULTILINE))
    return _VARIABLE.sub(lambda found: known.get(found[1] or found[3]) or found[2] or found[0], text)


def _dotenv(here: str, listing: Listing) -> str:
    path = ".env" if here == "." else f"{here}/.env"
    return listing.text(path, 100_000) if path in listing.sizes else ""


def command_words(node: Node | None) -> list[str]:
    """The words of a `command` of Compose or Kubernetes, which may be one string or a list."""
    if node is None or node.empty:
        return []
    return commands.split(node.text) if node.kind == "scalar" else [word.text for word in node.words()]


def _manifest(path: str, text: str, listing: Listing) -> Iterator[Started]:
    """The containers of a manifest whose command starts code of this tree; init containers only prepare."""
    try:
        pending = list(documents(text))
    except DocumentError:
        return  # a Helm or Jinja template: its values are not known here
    seen: set[int] = set()
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        pending += node.items
        pending += [value for name, value in node.pairs if name.text != "initContainers"]
        words = command_words(node.get("command")) + command_words(node.get("args")) if node.kind == "mapping" else []
        if not words or node.get("image") is None:
            continue
        file = commands.started_file(words, ["."], listing)
        if file:
            yield Started(
                ".", file, Evidence("kubernetes", Place(path, (node.get("command") or node.get("args") or node).line))
            )


def _procfile(path: str, listing: Listing) -> Iterator[Started]:
    """The processes of a Procfile."""
    for number, line in enumerate(listing.text(path, 20_000).split("\n"), 1):
        name, colon, command = line.partition(":")
        if colon and re.fullmatch(r"[\w-]+", name) and name != "release":
            file = commands.started_file(commands.split(command), [parent(path)], listing)
            yield Started(parent(path), file, Evidence("procfile", Place(path, number), f"process {name}"))


def mounted(service: Node, path: str, listing: Listing) -> list[str]:
    """The folders and files of the tree that a service of the Compose file `path` mounts, never the whole tree.

    Source: https://docs.docker.com/reference/compose-file/services/#volumes, the short form and the long one.
    """
    here = parent(path)
    sources = ((item, item.get("source")) for item in (service.get("volumes") or service).items)
    written = (_filled(source.text if source else item.text, here, listing) for item, source in sources)
    local = (text.partition(":")[0] for text in written if text.startswith((".", "$PWD", "${PWD}")))
    return [inner for text in local if (inner := _normal(here, text)) not in (None, ".")]


def _dockerfile_starts(path: str, base: str, further: list[str], listing: Listing) -> str | None:
    """The file that the last ENTRYPOINT and CMD of a Dockerfile start, which is built from the folder `base`.

    It is looked for first in the folders that the Dockerfile copies.
    """
    text = _instructions(path, listing)
    folders = [folder for folder in _copied(text, base) if folder != "." and listing.below(folder)]
    return commands.started_file(_last_words(text), list(dict.fromkeys([*folders, base, *further, "."])), listing)


def _copied(text: str, base: str) -> Iterator[str]:
    """What a Dockerfile copies into its image, out of the tree and not of another image."""
    for instruction in re.findall(r"^[ \t]*(?:COPY|ADD)[ \t]+(.+)$", text, re.MULTILINE | re.IGNORECASE):
        if "--from" not in instruction:
            sources = (source.lstrip("/") for source in _exec_form(instruction)[:-1] if not source.startswith("--"))
            yield from (path for source in sources if (path := _normal(base, source)) is not None)


def _only_copied(path: str, base: str, listing: Listing) -> str:
    """The only folder with a program that a Dockerfile copies: `backend` of `COPY ./backend/main.py /app/`; empty for none.

    What is copied beside it as a package of its own is installed for it (`COPY ./shared /shared`, `RUN pip install /shared`).
    """
    sources: dict[str, list[str]] = {}
    for source in _copied(_instructions(path, listing), base):
        if not PurePosixPath(source).is_relative_to(base):
            return ""  # built from a folder above, which only its caller knows
        is_file = source in listing.sizes
        parts = PurePosixPath(source).relative_to(base).parts
        folders = parts[:-1] if is_file else parts
        if not is_file and all(part in CONTAINERS for part in folders):
            return ""  # everything, or a folder of several services
        end = next((place for place, part in enumerate(folders) if part not in CONTAINERS), len(folders) - 1)
        if folders:
            around = posixpath.normpath(posixpath.join(base, *folders[: end + 1]))
            sources.setdefault(around, []).append(posixpath.normpath(posixpath.join(base, *folders)))
    outermost = [unit for unit in sources if not any(unit.startswith(f"{other}/") for other in sources)]
    units = [unit for unit in outermost if posixpath.basename(unit) not in LIBRARY_NAMES and _holds_code(unit, listing)]
    if len(units) > 1:
        packages = {parent(file) for name in _PACKAGES for file in listing.by_name.get(name, ())}
        units = [unit for unit in units if unit not in packages]
    return posixpath.commonpath(sources[units[0]]) if len(units) == 1 else ""


def _holds_code(folder: str, listing: Listing) -> bool:
    """Whether a folder, which a file is not, holds a program and not only SQL or scripts."""
    return any(path != folder and language(path) not in ("", "shell", "sql") for path in listing.below(folder))


def _project(path: str, listing: Listing) -> str:
    """The folder of the .NET project whose program a Dockerfile starts, `shop/Shop.Api` for `Shop.Api.dll`; empty for none.

    Source: https://learn.microsoft.com/dotnet/core/project-sdk/msbuild-props#assemblyname, the project's file name by default.
    """
    names = [PurePosixPath(word).stem for word in _last_words(_instructions(path, listing)) if word.endswith(".dll")]
    found = [project for name in names[:1] for project in listing.by_name.get(f"{name}.csproj", ())]
    return parent(found[0]) if len(found) == 1 else ""


def _instructions(path: str, listing: Listing) -> str:
    """The text of a Dockerfile, each instruction on one line."""
    return re.sub(r"\\\r?\n", " ", listing.text(path, 200_000))


def _last_words(text: str) -> list[str]:
    """The words of the last ENTRYPOINT and CMD of a Dockerfile."""
    words: list[str] = []
    for instruction in ("ENTRYPOINT", "CMD"):
        written = re.findall(rf"^[ \t]*{instruction}[ \t]+(.+)$", text, re.MULTILINE | re.IGNORECASE)
        words += _exec_form(written[-1]) if written else []
    return words


def _exec_form(written: str) -> list[str]:
    """The words of `["python", "main.py"]` or of the shell form."""
    if written.lstrip().startswith("["):
        return re.findall(r"\"((?:[^\"\\]|\\.)*)\"", written)
    return commands.split(written)


def _normal(base: str, path: str) -> str | None:
    """`path` relative to `base`, as a path below the root; None if it is elsewhere."""
    if not path or "://" in path or path.startswith("git@"):
        return None
    normal = posixpath.normpath(posixpath.join(base, path.replace("${PWD}", ".").replace("$PWD", ".")))
    return None if normal.startswith(("..", "/")) or "$" in normal else normal
