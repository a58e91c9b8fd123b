"""The programs of one Go module: several `main` packages in folders of their own are several services."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from dblint.discover.folders import is_auxiliary
from dblint.discover.listing import Listing, parent
from dblint.discover.roles import is_test_folder, role
from dblint.discover.titles import Title
from dblint.model.facts import Evidence
from dblint.model.place import Place

_MAIN = re.compile(r"^package\s+main\b.*^func\s+main\s*\(\s*\)", re.MULTILINE | re.DOTALL)
# Parts of one service: what its programs are called where a folder above has the service's name.
_PARTS = frozenset(
    {
        *("cmd", "api", "rpc", "mq", "server", "main", "app", "job", "jobs", "http", "grpc", "rest", "worker", "consumer"),
        *("producer", "cron", "scheduler", "web", "cli", "migrate", "migration", "migrations", "seed", "seeder", "src"),
        "internal",
    }
)
# Programs that prepare a database, whoever uses it.
_PREPARING = frozenset(
    {"migrations", "migration", "migrate", "migrator", "seed", "seeds", "seeder", "mock", "mocks", "database", "db"}
)
# Programs that people run, or that run once: the last word of `shop-cli`, `shop-migrate`.
_TOOLS = _PREPARING | {"cli", "ctl", "loadtest", "bench", "benchmark", "gen", "generator", "tool", "tools", "test", "lint"}
# Where the packages of services stand that one program starts by their names: `shop run orders`.
_STARTED_BY_NAME = ("svc", "services", "service", "apps")
_INSIDE = ("internal/services", "internal/service", "internal/svc", "internal", "pkg", "cmd")
# https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies: the name of the program and the package it is made of.
_BUILT = re.compile(r"\bgo\s+build\b[^\n]*?\s-o[= ]*([^\s\"']+)[^\n]*?\s(?:\./)?((?:[\w.\-]+/)+[\w.\-]+)")
PACKAGE = "package"
"""The kind of evidence of a folder whose code the programs of a module share."""

BESIDE_COMMANDS = (
    ("internal",), ("internal", "app"), ("internal", "services"), ("internal", "service"), ("pkg",), ("app",), ("services",),
)  # fmt: skip
"""The folders in which the packages of a command stand under its name."""
_BUILD_FILES = frozenset({"go.mod", "package.json", "pyproject.toml", "Cargo.toml", "pom.xml", "build.gradle"})
_MOST = 3_000


def programs(listing: Listing) -> Mapping[str, list[Evidence]]:
    """The folders of the services of a Go module, each with its main files; nothing where there are fewer than two.

    Source: the layout that https://go.dev/doc/modules/layout gives for several commands; go-zero's `app/<service>/cmd/rpc`.
    """
    found: defaultdict[str, list[Evidence]] = defaultdict(list)
    for path, folder in _units(main_files(listing)).items():
        if folder and not _PREPARING & {part.lower() for part in parent(path).split("/")}:
            found[folder].append(_evidence(path))
    return dict(found) if len(found) > 1 else {}


def main_files(listing: Listing) -> tuple[str, ...]:
    """The files of a Go module at the root that start a program, tools of developers left out."""
    if "go.mod" not in listing.sizes:
        return ()
    modules = {parent(path) for path in listing.by_name.get("go.mod", ())} - {"."}
    sources = [path for path in listing.paths if path.endswith(".go") and not path.endswith("_test.go")]
    return tuple(
        path
        for path in sources[:_MOST]
        if not _is_apart(parent(path).split("/"))
        and not any(path.startswith(f"{module}/") for module in modules)
        and _MAIN.search(listing.text(path, 50_000))
    )


def is_package_of_module(folder: str, listing: Listing) -> bool:
    """Whether a folder holds code of the Go module at the root and no build file of its own."""
    if "go.mod" not in listing.sizes:
        return False
    files = listing.below(folder)
    built = any(PurePosixPath(path).name in _BUILD_FILES and parent(path) == folder for path in files)
    return not built and any(path.endswith(".go") for path in files)


def only_program(listing: Listing) -> tuple[str, ...]:
    """The files that start the programs of the Go module at the root if these are one service; none where they are several.

    Commands of one product share its packages; those of several services have packages or images of their own.
    """
    found = programs(listing)
    apart = [folder for folder in found if _stands_apart(folder, listing)]
    return () if len(apart) > 1 else main_files(listing)


def _stands_apart(folder: str, listing: Listing) -> bool:
    """Whether a program has a package of its own name, an image of its own, or a folder that is not one of commands."""
    *above, inner, name = PurePosixPath(folder).parts if "/" in folder else ("", folder)
    if inner != "cmd":
        return True
    root = "/".join(above)
    packages = ("/".join(part for part in (root, *middle, name) if part) for middle in ((), *BESIDE_COMMANDS))
    images = (f"{folder}/Dockerfile", f"Dockerfile.{name}", f"{name}.Dockerfile")
    return any(listing.below(package) for package in packages) or any(image in listing.sizes for image in images)


def deployed_programs(listing: Listing, titles: Iterable[Title]) -> Mapping[str, list[Evidence]]:
    """The folders of the Go module at the root that deployments run under names of their own; nothing for fewer than two.

    Each is a program of that name, or the package of a service that the only program starts by its name.
    """
    mains = main_files(listing)
    if not mains:
        return {}
    own = _own_words(listing)
    titles = tuple(title for title in titles if title.evidence is not None)
    units = {path: unit or parent(path) for path, unit in _units(mains).items()}
    programs = {folder: [_evidence(path)] for path, folder in units.items() if folder != "."}
    names = {name: folder for folder in programs for name in _names(PurePosixPath(folder).name, own)}
    names |= {PurePosixPath(name).name: folder for name, folder in _binaries(listing) if folder in programs}
    names = {name: folder for name, folder in names.items() if not {*re.split(r"[-_]", name)[-1:]} & _TOOLS}
    found: defaultdict[str, list[Evidence]] = defaultdict(list)
    for title in titles:
        if not _is_built_apart(title):
            called = (names[name] for said in _said(title) for name in _names(said, own) if name in names)
            if (program := next(called, "")) and title.evidence is not None:
                found[program].append(title.evidence)
    if len(found) > 1:
        return {folder: [*programs[folder], *proofs] for folder, proofs in found.items()}
    started = _started_by_name(listing, [title for title in titles if _is_own(title, titles, own)], own)
    return started if len(started) > 1 else {}


def _started_by_name(listing: Listing, titles: Iterable[Title], own: frozenset[str]) -> Mapping[str, list[Evidence]]:
    """The packages that the only program of a module starts where it is told their names, or that images are called after."""
    folders = {parent(path) for path in listing.paths if path.endswith(".go") and not path.endswith("_test.go")}
    folders |= {str(above) for folder in folders for above in PurePosixPath(folder).parents}
    found: defaultdict[str, list[Evidence]] = defaultdict(list)
    for title in titles:
        said = [name for word in (title.image, title.name) for name in _names(word, own)]
        said += [name.rpartition("-")[0] for name in said if name.rpartition("-")[2] in _PARTS]
        places = [f"{above}/{name}" for name in said for above in _STARTED_BY_NAME]
        for word in title.words:
            if re.fullmatch(r"[a-z][\w-]*", word):
                places += [*(f"{above}/{word}" for above in (*_STARTED_BY_NAME, *_INSIDE)), word]
        folder = next((place for place in places if place in folders and not _is_apart(place.split("/"))), None)
        if folder and title.evidence is not None:
            found[folder].append(title.evidence)
    return dict(found)


def _own_words(listing: Listing) -> frozenset[str]:
    """What names of images and programs may begin with: the module's name and its organisation's, the folder's name."""
    module = re.search(r"^module\s+(\S+)", listing.text("go.mod", 20_000), re.MULTILINE)
    parts = module[1].split("/")[-2:] if module else []
    return frozenset(part.lower() for part in (*parts, listing.root.resolve().name) if len(part) > 2)


def _names(name: str, own: frozenset[str]) -> tuple[str, ...]:
    """A name, and what is left of it without the project's own name before it."""
    name = name.lower().replace("_", "-")
    shorter = (name.removeprefix(f"{word}-") for word in own)
    return tuple(dict.fromkeys((name, *(each for each in shorter if each))))


def _said(title: Title) -> Iterator[str]:
    """The names that a deployment says: of a program in its command, of a build argument, of its image, its own."""
    yield from (PurePosixPath(word).name for word in title.words if not word.startswith("-"))
    yield from (title.image, title.name)


def _binaries(listing: Listing) -> Iterator[tuple[str, str]]:
    """The programs that Dockerfiles and makefiles build, each with the folder of its package."""
    for path in listing.paths:
        name = PurePosixPath(path).name
        if name in ("Makefile", "Dockerfile") or name.endswith(".Dockerfile"):
            text = re.sub(r"\\\r?\n", " ", listing.text(path, 100_000))
            yield from ((built[1], built[2].removesuffix("/main.go")) for built in _BUILT.finditer(text))


def _is_own(title: Title, titles: Iterable[Title], own: frozenset[str]) -> bool:
    """Whether a deployment runs an image of this module: one that another builds, or that has the project's name."""
    built = {other.whole for other in titles if other.built and other.whole and not _is_built_apart(other)}
    words = {word for part in title.whole.lower().split(":")[0].split("/") for word in _names(part, frozenset())}
    mentioned = any(word == name or word.startswith(f"{name}-") for word in words for name in own)
    return bool(title.built and not _is_built_apart(title)) or title.whole in built or mentioned


def _is_built_apart(title: Title) -> bool:
    """Whether a deployment is built from a folder of its own rather than from the whole tree."""
    return any(part not in ("", ".", "..") and "$" not in part for part in PurePosixPath(title.built).parts)


def _is_apart(folders: list[str]) -> bool:
    """Whether a folder is for tests, tools or other people's code."""
    return any(
        is_test_folder(part) or is_auxiliary(part) or role((part, "x.go")) == "vendored" for part in folders if part != "."
    )


def _evidence(path: str) -> Evidence:
    return Evidence("project", Place(path, 1), "a program of the module")


def _units(mains: Iterable[str]) -> Mapping[str, str]:
    """The folder of the service of each main file; `modules/api` has its own where `modules` holds others."""
    units = {path: _unit(parent(path)) for path in mains}
    above = {parent(unit) for path, unit in units.items() if unit == parent(path)}
    return {path: parent(path) if unit == parent(parent(path)) in above else unit for path, unit in units.items()}


def _unit(folder: str) -> str:
    """The folder of the service that a program belongs to; empty where its name says only what kind of program it is."""
    parts = PurePosixPath(folder).parts
    while parts and parts[-1].lower() in _PARTS:
        parts = parts[:-1]
    return "/".join(parts)
