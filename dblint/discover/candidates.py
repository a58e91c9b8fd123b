"""The folders that may be services, each with the evidence for it: strongest first, nested ones settled."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from dblint.discover.deployment import Started
from dblint.discover.folders import CONTAINERS, LIBRARY_NAMES, is_auxiliary, is_for_developers, is_schema_name
from dblint.discover.images import of_scripts
from dblint.discover.kinds import language
from dblint.discover.listing import Listing, above, parent
from dblint.discover.programs import PACKAGE, deployed_programs, is_package_of_module, only_program, programs
from dblint.discover.projects import is_one_package, members, projects
from dblint.discover.roles import is_test_folder, role
from dblint.discover.sbt import projects_of
from dblint.discover.titles import Title, titles
from dblint.model.facts import Evidence
from dblint.model.place import Place

Candidates = dict[str, list[Evidence]]
# Under these names folders are services even if one image holds them all.
_SERVICE_FOLDERS = frozenset({"services", "microservices", "apps"})
# What solutions of .NET call the folders of their layers, which hold projects that services refer to.
_LAYERS = frozenset({"infrastructure", "data"})
_SOURCE_FOLDERS = frozenset({"src", "app", "source", "code"})


@dataclass(frozen=True)
class Grounds:
    """What a tree offers as evidence: its files, those of them that configure something, and what they start."""

    listing: Listing
    settings: tuple[str, ...]
    processes: tuple[Started, ...]

    @cached_property
    def code(self) -> tuple[str, ...]:
        """The source files, of any language."""
        return tuple(path for path in self.listing.paths if language(path) not in ("", "shell"))

    @cached_property
    def built_folders(self) -> frozenset[str]:
        """Every folder with a build file of its own."""
        return frozenset((*self.net_folders, *(folder for folder, _ in projects(self.listing, self.settings))))

    @cached_property
    def net_folders(self) -> frozenset[str]:
        """Every folder with a project file of .NET."""
        return frozenset(parent(path) for path in self.listing.paths if path.endswith((".csproj", ".fsproj", ".vbproj")))

    @cached_property
    def titles(self) -> tuple[Title, ...]:
        """What deployments call the things that they start."""
        return titles(self.listing, self.settings)

    @cached_property
    def direct_folders(self) -> frozenset[str]:
        """Every folder that itself holds a source file."""
        return frozenset(parent(path) for path in self.code if language(path) != "sql")

    @cached_property
    def code_folders(self) -> frozenset[str]:
        """Every folder with a source file somewhere below it."""
        folders = {parent(path) for path in self.code}
        return frozenset(str(above) for folder in folders for above in (folder, *PurePosixPath(folder).parents))


def candidates(grounds: Grounds) -> Candidates:
    """The candidates of a tree; only `.`, or nothing, where no folder of it is a service of its own."""
    found = _whole(_repositories(grounds) or _settled(grounds), grounds)
    if run := deployed_programs(grounds.listing, grounds.titles):
        found = dict(run) | _apart_from_module(found, run, grounds)
        return found | _packages(run, grounds) | _outside_module(_beside(found, grounds), grounds)
    several = {} if only_program(grounds.listing) else programs(grounds.listing)
    if several and {PurePosixPath(folder).name for folder in found if folder != "."} <= {*map(_name, several)}:
        return _merged(several, found) | _beside(several, grounds)
    if not any(folder != "." for folder in found):
        if is_one_package(grounds.listing) or only_program(grounds.listing):
            return found
        folders = _folders(grounds)
        below = {folder: proofs for folder, proofs in folders.items() if parent(folder).split("/")[-1] in _SERVICE_FOLDERS}
        deployed = any(proof.kind not in ("project", "workspace", "repository") for proof in found.get(".", ()))
        if deployed and len(below) < 2:
            return found
        found = folders or found
    found = _lifted(found)
    return _whole(found | _beside(found, grounds), grounds)


def _whole(found: Candidates, grounds: Grounds) -> Candidates:
    """The candidates, folders of one application (Rails, Laravel …) taken together, and packages that nothing runs left to it.

    Only what has a build file of its own is another service inside of an application.
    """
    built = list(projects(grounds.listing, grounds.settings))
    applications = {folder for folder, evidence in built if evidence.kind == "application"}
    own = {folder for folder, _ in built}
    result: Candidates = {}
    for folder, proofs in found.items():
        around = next((each for each in above(folder) if each in applications), "")
        home = around if around and folder not in own else folder
        result.setdefault(home, []).extend(proof for proof in proofs if home == folder or proof.kind != "folder")
    for folder in applications & result.keys():
        result[folder] = result[folder] or [evidence for above, evidence in built if above == folder]
    packages = {each for each in result if each not in {".", *applications} and is_package(each, grounds.listing)}
    run = {each for each in result.keys() - packages - {"."} if any(proof.kind != "folder" for proof in result[each])}
    # A repository that is a package made of packages is one product: they have one schema between them.
    root = next((evidence for folder, evidence in built if folder == "."), None)
    if len(packages) > 1 and root is not None and (not run or is_package(".", grounds.listing)):
        return {".": [root]}
    return result


def is_package(folder: str, listing: Listing) -> bool:
    """Whether a folder is a Ruby gem, which others load."""
    return any(path.endswith(".gemspec") and parent(path) == folder for path in listing.below(folder))


def _name(folder: str) -> str:
    return PurePosixPath(folder).name


def _apart_from_module(found: Candidates, run: Iterable[str], grounds: Grounds) -> Candidates:
    """The candidates that are no part of the Go module at the root: a web client, a program in another language."""
    return {
        folder: proofs
        for folder, proofs in _outside_module(found, grounds).items()
        if folder != "." and not any(_inside(other, folder) or _inside(folder, other) for other in run)
    }


def _outside_module(found: Candidates, grounds: Grounds) -> Candidates:
    """The candidates that hold no package of the Go module at the root."""
    return {folder: proofs for folder, proofs in found.items() if not is_package_of_module(folder, grounds.listing)}


def _packages(run: Iterable[str], grounds: Grounds) -> Candidates:
    """The other code of a Go module: folders at its top and beside programs, which are there to be shared or are tools."""
    above = {".", *(parent(folder) for folder in run)}
    return {
        folder: [Evidence(PACKAGE, Place(folder, 1))]
        for folder in sorted(grounds.code_folders - {"."})
        if parent(folder) in above
        and _may_be_service(folder, grounds)
        and is_package_of_module(folder, grounds.listing)
        and not any(_inside(other, folder) or other == folder for other in run)
    }


def _merged(several: Mapping[str, list[Evidence]], found: Candidates) -> Candidates:
    """The programs of a Go module, with what deployments say of folders of their names (`cmd/orders`, `internal/orders`)."""
    by_name = {_name(folder): proofs for folder, proofs in found.items() if folder != "."}
    return {folder: [*proofs, *by_name.get(_name(folder), ())] for folder, proofs in several.items()}


def _lifted(found: Candidates) -> Candidates:
    """The candidates, that which is only the source folder of another folder replaced by that one: `cart` for `cart/src`."""
    held = Counter(outer for folder in found for outer in above(folder))
    result: Candidates = {}
    for folder, proofs in found.items():
        around = parent(folder)
        is_source = _name(folder).lower() in _SOURCE_FOLDERS and around != "."
        lift = is_source and held[around] == 1 and around not in found and _name(around) not in CONTAINERS
        result[around if lift else folder] = proofs
    return result


def _repositories(grounds: Grounds) -> Candidates:
    """Repositories side by side, with or without their `.git`: each is one service, whatever it consists of."""
    listing = grounds.listing
    loose = not (listing.root / ".git").exists() and not any("/" not in path for path in grounds.code)
    clones = [folder for folder in listing.repositories if folder in grounds.code_folders]
    if loose and len(clones) > 1:
        return {folder: [Evidence("repository", Place(folder, 1))] for folder in clones}
    found: Candidates = defaultdict(list)
    for folder, evidence in projects(listing, grounds.settings):
        if "/" not in folder and _may_be_service(folder, grounds):
            found[folder].append(evidence)
    rooted = not loose or any("/" not in path for path in grounds.settings)
    split = any(f"{folder}/{name}" in grounds.code_folders for folder in found for name in _SERVICE_FOLDERS)
    # What is deployed from beside the projects shows that they are parts of one repository.
    apart = any(
        folder not in found and not _inside_any(folder, found)
        for by in (True, False)
        for folder, _ in _deployed(grounds, by_dockerfile=by)
    )
    return dict(found) if len(found) > 1 and not rooted and not split and not apart else {}


def _settled(grounds: Grounds) -> Candidates:
    """The candidates for which a file speaks; what lies inside a stronger one belongs to it."""
    found: Candidates = defaultdict(list)
    for folder, evidence in _deployed(grounds, by_dockerfile=False):
        found[folder].append(evidence)
    composed = set(found) - {"."}
    by_dockerfile = tuple(_deployed(grounds, by_dockerfile=True))
    programs = {folder for folder, _ in by_dockerfile if folder in grounds.direct_folders}
    for folder, evidence in by_dockerfile:
        # An image inside the folder of a program is for building or testing that program.
        if not _inside_any(folder, composed) and not _inside_any(folder, programs - {folder, "."}):
            found[folder].append(evidence)
    deployed = _around(set(found) - {"."})
    listing = grounds.listing
    clones = ((folder, Evidence("repository", Place(folder, 1))) for folder in listing.repositories)
    built = (*members(listing, grounds.settings), *clones, *projects(listing, grounds.settings))
    for folder, evidence in sorted(built, key=lambda pair: (pair[0].count("/"), pair[1].kind != "workspace")):
        if folder != "." and _only_gathers(folder, grounds):
            continue
        nested = folder in deployed or any(outer in found for outer in above(folder) if outer != ".")
        if folder in found or (not nested and (folder == "." or _may_be_service(folder, grounds))):
            found[folder].append(evidence)
    if any(folder != "." for folder in found):
        found.pop(".", None)
    _take_in_projects(found, grounds)
    found |= of_scripts(found, grounds.settings, grounds.code_folders, listing)
    holding = _around(found)
    return {
        folder: proofs for folder, proofs in found.items() if folder not in holding or not _only_holds(folder, found, grounds)
    }


def _take_in_projects(found: Candidates, grounds: Grounds) -> None:
    """Make the .NET project that the image of a folder starts a part of that folder: `Shop/Shop.Api` of `Shop`."""
    for process in grounds.processes:
        folder, project = process.folder or process.base, process.project
        apart = folder not in grounds.built_folders and _inside(project, folder)
        if apart and {folder, project} <= found.keys():
            found[folder] += found.pop(project)


def _only_holds(folder: str, found: Container[str], grounds: Grounds) -> bool:
    """Whether all the code of a folder is that of other candidates inside it: what is built there is no program of the tree."""
    code = (path for path in grounds.code if _inside(path, folder))
    return all(any(outer in found and outer != folder and _inside(outer, folder) for outer in above(path)) for path in code)


def _deployed(grounds: Grounds, *, by_dockerfile: bool) -> Iterator[tuple[str, Evidence]]:
    """The folder that each process runs, of those that a Dockerfile alone speaks for or of all others."""
    groups: dict[str, list[Started]] = defaultdict(list)
    for process in grounds.processes:
        groups[process.base].append(process)
    for base, processes in groups.items():
        # A folder from which all images are built is as good as the root, and each image starts the project it names.
        several = len(groups) == 1 and len({process.project for process in processes} - {"", base}) > 1
        units = {process: _unit(process, grounds) for process in processes}
        if several:
            units = {
                process: process.project if process.project and unit in (None, base) else unit
                for process, unit in units.items()
            }
        apart = {unit for unit in units.values() if unit and unit != base}
        split = (several or _is_shared(base, processes, grounds)) and len(apart) > (0 if base == "." and len(groups) > 1 else 1)
        for process, unit in units.items():
            folder = _project_of(unit if split and unit else base, grounds)
            # An image of everything that starts nothing we know may be a database or a tool.
            if unit is None and (base == "." or split):
                continue
            if (
                folder in grounds.code_folders
                and not _is_foreign(parent(folder) if folder == process.base else folder)
                and not any(is_for_developers(part) for part in PurePosixPath(folder).parts)
                and not (_is_auxiliary(folder, grounds) and language(process.file or "") in ("", "shell"))
                and (process.evidence.kind == "dockerfile") is by_dockerfile
            ):
                yield folder, process.evidence


def _project_of(folder: str, grounds: Grounds) -> str:
    """The project whose sources hold a folder: an image of `orders/src/main/resources/db` migrates the tables of orders.

    Source: https://maven.apache.org/guides/introduction/introduction-to-the-standard-directory-layout.html
    """
    around, below, _ = folder.partition("/src/main/")
    return around if below and around in grounds.built_folders else folder


def _is_auxiliary(folder: str, grounds: Grounds) -> bool:
    """Whether a folder is called like one for tools and has neither a build file nor code directly in it."""
    direct = folder in grounds.direct_folders or folder in grounds.built_folders
    return is_auxiliary(_name(folder)) and not direct


def _is_shared(base: str, processes: Iterable[Started], grounds: Grounds) -> bool:
    """Whether the processes built from `base` may be services of their own, each in its folder.

    That is so for an image of the whole tree, and where several Dockerfiles stand beside build files below it.
    The processes of one service's folder, or of one Django project, share its code.
    """
    apart = {process.folder for process in processes if process.folder in grounds.built_folders and process.folder != base}
    whole = base.lower() in {".", "backend", "server", *CONTAINERS} or len(apart) > 1
    return whole and _join(base, "manage.py") not in grounds.listing.sizes


def _unit(process: Started, grounds: Grounds) -> str | None:
    """The folder directly below the build context that a process's file is in; the Dockerfile's folder without a file."""
    if process.folder in grounds.built_folders:
        return process.folder  # a project with its own Dockerfile, whatever scripts of others that starts first
    # A script beside everything else that starts nothing we know says as little as no command.
    idle = process.file is not None and language(process.file) in ("", "shell") and parent(process.file) == process.base
    if process.file is None or idle:
        folder = process.folder or process.base
        return folder if folder != "." and folder in grounds.code_folders else process.copied or None
    if not _inside(process.file, process.base):
        return None
    parts = PurePosixPath(process.file).parts[:-1]
    end = len(PurePosixPath(process.base).parts)
    while end + 1 < len(parts) and parts[end] in CONTAINERS:
        end += 1
    unit = "/".join(parts[: end + 1]) if end < len(parts) else process.base
    if unit in grounds.built_folders or unit in grounds.direct_folders:
        return unit
    # A folder without code or a build file only gathers the projects below it.
    below = ("/".join(parts[:length]) for length in range(end + 2, len(parts) + 1))
    copied = (
        process.copied if process.copied and _inside(process.copied, unit) and _inside(process.file, process.copied) else ""
    )
    copied = "" if _name(copied).lower() in _SOURCE_FOLDERS else copied
    return next((folder for folder in below if folder in grounds.built_folders), copied or unit)


def _folders(grounds: Grounds) -> Candidates:
    """The last resort: top-level folders with source code, and those below `services/`, `src/` and their like."""
    found: Candidates = {}
    direct = {parent(path) for path in grounds.code if not path.endswith("/__init__.py")}
    for folder in sorted(grounds.code_folders - {"."}):
        *above, name = PurePosixPath(folder).parts
        top = all(part in CONTAINERS for part in above) or (above[-1] in _SERVICE_FOLDERS and len(above) < 3)
        container = name in CONTAINERS and folder not in direct
        holds = any(f"{folder}/{inner}" in grounds.code_folders for inner in _SERVICE_FOLDERS)
        if top and not container and not holds and not _inside_any(folder, found) and _may_be_service(folder, grounds):
            found[folder] = [Evidence("folder", Place(folder, 1))]
    return found


def _beside(found: Mapping[str, object], grounds: Grounds) -> Candidates:
    """Folders beside the candidates, and shared or schema folders at the top, that hold source code."""
    parents, around = {parent(folder) for folder in found}, _around(found)
    result: Candidates = {}
    for folder in sorted(grounds.code_folders - {"."}):
        at_top = "/" not in folder and (folder.lower() in LIBRARY_NAMES or is_schema_name(folder))
        beside = parent(folder) in parents and PurePosixPath(folder).name not in CONTAINERS
        if not (at_top or beside) or not _may_be_service(folder, grounds):
            continue
        if folder not in found and folder not in around and not _inside_any(folder, found):
            result[folder] = [Evidence("folder", Place(folder, 1))]
    return result


def _may_be_service(folder: str, grounds: Grounds) -> bool:
    """Whether a folder holds source code and is neither for tests nor for tools."""
    layers = _LAYERS if folder in grounds.net_folders else frozenset[str]()
    parts = [part for part in PurePosixPath(folder).parts if part.lower() not in layers]
    auxiliary = any(is_auxiliary(part) or is_for_developers(part) for part in parts)
    # https://www.scala-sbt.org/1.x/docs/Organizing-Build.html: what stands in `project` beside a build builds it.
    builds = (
        PurePosixPath(folder).name == "project" and f"{parent(folder)}/build.sbt".removeprefix("./") in grounds.listing.sizes
    )
    return folder in grounds.code_folders and not (auxiliary or builds or _is_foreign(folder))


def _only_gathers(folder: str, grounds: Grounds) -> bool:
    """Whether a folder of a Maven, sbt or Cargo build has modules and no code of its own."""
    cargo = f"{folder}/Cargo.toml"
    if cargo in grounds.listing.sizes:
        text = grounds.listing.text(cargo, 100_000)
        return "[workspace]" in text and "[package]" not in text
    build, pom = f"{folder}/build.sbt", f"{folder}/pom.xml"
    if build in grounds.listing.sizes and not {f"{folder}/src", f"{folder}/app"} & grounds.code_folders:
        return bool(projects_of(build, grounds.listing))
    if pom not in grounds.listing.sizes or f"{folder}/src" in grounds.code_folders:
        return False
    return "<modules>" in grounds.listing.text(pom, 100_000)


def _is_foreign(folder: str) -> bool:
    """Whether a folder is for tests, documentation or other people's code."""
    return any(is_test_folder(part) or role((part, "x.py")) == "vendored" for part in PurePosixPath(folder).parts)


def _inside(path: str, folder: str) -> bool:
    """Whether `path` is below `folder`."""
    return folder == "." or path.startswith(folder + "/")


def _inside_any(path: str, folders: Container[str]) -> bool:
    """Whether `path` is below one of `folders`."""
    return any(outer in folders for outer in above(path))


def _around(folders: Iterable[str]) -> set[str]:
    """Every folder that holds one of `folders`."""
    return {outer for folder in folders for outer in above(folder)}


def _join(base: str, path: str) -> str:
    """`path` below `base`, where `.` is the root."""
    return path if base == "." else f"{base}/{path}"
