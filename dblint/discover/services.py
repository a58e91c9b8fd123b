"""The services of a tree that declares none."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Literal

from msgspec.structs import replace

from dblint.discover.builds import built_into_others
from dblint.discover.candidates import Candidates, Grounds, candidates, is_package
from dblint.discover.deployment import Started, dockerfiles, started
from dblint.discover.entries import can_start, is_crate, is_host
from dblint.discover.folders import CONTAINERS, LIBRARY_NAMES, is_for_tests, is_schema_name, is_schema_script
from dblint.discover.images import is_of_database, migrates
from dblint.discover.kinds import LANGUAGES, language, name_of, suffix
from dblint.discover.libraries import DEPLOYED, classify_libraries, imports_between, runnable
from dblint.discover.listing import Listing, parent
from dblint.discover.mounted import with_mounted
from dblint.discover.programs import BESIDE_COMMANDS, PACKAGE, only_program
from dblint.discover.roles import role
from dblint.discover.titles import renamed
from dblint.model.facts import Evidence, Problem
from dblint.model.place import Place
from dblint.model.tree import Service


def detect(listing: Listing, settings: Iterable[str]) -> tuple[tuple[Service, ...], tuple[Problem, ...]]:
    """The services, libraries and schema folders of a tree, and the deployment files that could not be read.

    `settings` are the files that may configure services. A tree without parts is one service, called after its folder.
    """
    own = tuple(path for path in settings if role(path.split("/")) == "source" and not is_for_tests(path))
    processes, problems = started(listing, own)
    grounds = Grounds(listing, own, processes)
    alone = (_of_project(each, grounds) for each in dockerfiles(listing, own, grounds.code_folders))
    return with_mounted(_services(Grounds(listing, own, (*processes, *alone))), own, listing), problems


def _of_project(image: Started, grounds: Grounds) -> Started:
    """An image as it speaks for folders: one that only brings a schema up to date is that of the project around its own."""
    above = (str(folder) for folder in PurePosixPath(image.base).parents)
    around = next((folder for folder in above if folder != "." and folder in grounds.built_folders), "")
    migrating = around and migrates(image.evidence.place.path, grounds.listing)
    return replace(image, base=around, file=None, copied="") if migrating else image


def _services(grounds: Grounds) -> tuple[Service, ...]:
    """The services of a tree, or the tree as one service."""
    found = candidates(grounds)
    proofs = found.pop(".", [])
    services = _named(found, grounds)
    services = _with_libraries(services, grounds)
    real = [service for service in services if service.kind == "service"]
    guessed = all(proof.kind == "folder" for service in services for proof in service.evidence)
    if (
        not real
        or (len(real) == 1 and (guessed or real[0].path in (*CONTAINERS, "app")))
        or (guessed and _is_one_program(services, grounds))
    ):
        return (_whole(grounds, (*proofs, *(proof for service in real[:1] if not guessed for proof in service.evidence))),)
    parts = tuple(service for service in services if all(proof.kind == "folder" for proof in service.evidence))
    if _is_one_program(parts, grounds) or _is_apart(only_program(grounds.listing), services) or is_crate(grounds.listing):
        # A program at the root with its packages, beside folders that are deployed on their own.
        crate = is_crate(grounds.listing)
        taken = {service for service in parts if not crate or service.kind == "schema"}
        return tuple(sorted((*(set(services) - taken), _whole(grounds, proofs)), key=lambda service: service.name))
    return services


def _is_apart(mains: Iterable[str], services: tuple[Service, ...]) -> bool:
    """Whether the files that start a program stand in no folder that is known as a service."""
    known = [service for service in services if any(proof.kind != "folder" for proof in service.evidence)]
    owners = assigned(mains, known)
    return bool(owners) and not any(owners.values()) and not any(_is_package(service.evidence) for service in services)


def _whole(grounds: Grounds, evidence: Iterable[Evidence]) -> Service:
    """The tree as one service."""
    name = grounds.listing.root.resolve().name or "root"
    return Service(name, ".", tuple(evidence) or (Evidence("root", Place(".", 1)),))


def assigned(paths: Iterable[str], services: Iterable[Service]) -> dict[str, str]:
    """The name of the service that each path belongs to by the longest of the services' paths; empty for none."""
    folders = {folder: service.name for service in services for folder in (service.path, *service.paths)}
    return {path: folders.get(_longest(path, folders), "") for path in paths}


def _longest(path: str, folders: Mapping[str, str]) -> str:
    """The longest of `folders` that holds `path`; `.` if none does."""
    while path != "." and path not in folders:
        path = parent(path)
    return path


def _named(found: Candidates, grounds: Grounds) -> tuple[Service, ...]:
    """A service per folder, called after it or as deployments call it; folders of one name are told apart by their parents."""
    schemas = frozenset(folder for folder in found if _is_schema(folder, found[folder], grounds))
    names = {folder: PurePosixPath(folder).name for folder in found}
    programs = {names[folder] for folder in found if not _is_package(found[folder])}
    # Where a package has the name of the program, it is called as Go imports it.
    shared = {folder for folder in found if _is_package(found[folder]) and names[folder] in programs}
    names |= {folder: f"{grounds.listing.root.resolve().name}/{folder}" for folder in shared}
    depth = 2
    while clashes := {name for name, count in Counter(names.values()).items() if count > 1}:
        names |= {folder: "/".join(PurePosixPath(folder).parts[-depth:]) for folder, name in names.items() if name in clashes}
        depth += 1
    names = renamed(names, found, grounds.titles, schemas)
    return tuple(
        Service(
            name=names[folder],
            path=folder,
            paths=_further(folder, found, grounds),
            evidence=tuple(sorted(set(found[folder]), key=lambda proof: (proof.kind, proof.place, proof.message))),
            kind="schema" if folder in schemas else "service",
        )
        for folder in sorted(found)
    )


def _is_package(proofs: Iterable[Evidence]) -> bool:
    """Whether a folder is only code that the programs of a Go module share."""
    return all(proof.kind == PACKAGE for proof in proofs)


def _further(folder: str, found: Candidates, grounds: Grounds) -> tuple[str, ...]:
    """The folders that belong to a program of a Go module: `internal/orders` to `cmd/orders`.

    Source: the layout that https://go.dev/doc/modules/layout gives for several commands.
    """
    *above, inner, name = PurePosixPath(folder).parts if "/" in folder else ("", "", "")
    if inner != "cmd":
        return ()
    root = "/".join(above)
    same = ("/".join(part for part in (root, *middle, name) if part) for middle in BESIDE_COMMANDS)
    return tuple(path for path in same if path in grounds.code_folders and path not in found)


def kind_of(folder: str, listing: Listing) -> Literal["service", "schema"]:
    """What a declared folder is by what it holds: one that only defines database objects is no service that owns them.

    A library is never assumed: who declares a folder among the services wants its accesses told as its own.
    """
    only_defines = folder != "." and is_schema_name(folder) and _is_schema(folder, [], Grounds(listing, (), ()))
    return "schema" if only_defines else "service"


def _is_schema(folder: str, proofs: list[Evidence], grounds: Grounds) -> bool:
    """Whether a folder only defines database objects: SQL, migrations, and scripts that run them."""
    if f"{folder}/dbt_project.yml" in grounds.listing.sizes:
        return False  # dbt builds tables of its own, whatever its image is called
    if is_of_database(folder, grounds.listing) or _is_database_project(folder, grounds.listing):
        return True
    files = [path for path in grounds.listing.below(folder) if language(path) not in ("", "shell")]
    files = [path for path in files if not path.endswith("__init__.py") and role(path.split("/")) == "source"]
    others = [path for path in files if not _defines(path)]
    if f"{folder}/schema.prisma" in grounds.listing.sizes and all(map(_brings_data, others)):
        return True  # Prisma's own layout: a schema, its migrations and what fills tables, though an image may run them
    if len(others) == len(files):
        return False
    if is_schema_name(folder) or (proofs and _is_package(proofs)):
        return len(others) * 2 <= len(files) or all(map(is_schema_script, others))
    # A deployed folder, or one among services, is a service that keeps its SQL apart from a program we cannot see.
    guessed = all(proof.kind == "folder" for proof in proofs) and "/" not in folder
    return guessed and all(map(is_schema_script, others))


def _is_database_project(folder: str, listing: Listing) -> bool:
    """Whether a folder is a project of SQL Server Data Tools, which is built of scripts alone."""
    return any(path.endswith(".sqlproj") and path.rpartition("/")[0] == folder for path in listing.below(folder))


def _defines(path: str) -> bool:
    """Whether a file is SQL or stands in a migrations folder: for Rust, in SeaORM's crate `migration`."""
    folders = path.split("/")[:-1]
    if path.endswith(".rs") and "migration" in folders:
        return True
    return LANGUAGES.get(suffix(path)) == "sql" or any(part in ("migrations", "versions", "changelog") for part in folders)


def _brings_data(path: str) -> bool:
    """Whether a file beside a Prisma schema is a schema itself, or a script that fills or moves data."""
    folders = path.lower().split("/")[:-1]
    return (
        path.endswith(".prisma")
        or is_schema_script(path)
        or name_of(path).lower().startswith(("seed", "clean"))
        or any("migration" in part or part.startswith("seed") for part in folders)
    )


def _with_libraries(services: tuple[Service, ...], grounds: Grounds) -> tuple[Service, ...]:
    """The services, with shared code recognised by who imports it."""
    services = tuple(
        replace(service, kind="library") if service.kind == "service" and _is_package(service.evidence) else service
        for service in services
    )
    if all(evidence.kind in DEPLOYED for service in services for evidence in service.evidence):
        return services
    services = _with_parts_of_programs(_with_packages(services, grounds), grounds)
    files = {path: name for path, name in assigned(_python(grounds), services).items() if name}
    return classify_libraries(services, imports_between(services, files, grounds.listing), runnable(files))


def _with_packages(services: tuple[Service, ...], grounds: Grounds) -> tuple[Service, ...]:
    """The services, packages that nothing runs made libraries."""
    idle = [service for service in services if not any(proof.kind in DEPLOYED for proof in service.evidence)]
    packages = {service.name for service in idle if service.path != "." and is_package(service.path, grounds.listing)}
    return tuple(replace(service, kind="library") if service.name in packages else service for service in services)


def _with_parts_of_programs(services: tuple[Service, ...], grounds: Grounds) -> tuple[Service, ...]:
    """The services, those that nothing deploys and nothing could start made libraries where others can be started."""
    weak = {
        service.name: can_start(service.path, grounds.listing) and not is_host(service.path, grounds.listing)
        for service in services
        if service.kind == "service" and not any(proof.kind in DEPLOYED for proof in service.evidence)
    }
    weak |= dict.fromkeys(built_into_others(services, grounds.listing) & weak.keys(), False)
    starting = any(service.kind == "service" and weak.get(service.name, True) for service in services)
    return tuple(
        replace(service, kind="library") if starting and weak.get(service.name) is False else service for service in services
    )


def _is_one_program(services: tuple[Service, ...], grounds: Grounds) -> bool:
    """Whether the folders are the packages of one program: a file at the root imports one that is not there to be shared."""
    if any(PurePosixPath(service.path).parts[0] in ("services", "microservices", "apps") for service in services):
        return False
    files = {path: name for path, name in assigned(_python(grounds), services).items() if name or "/" not in path}
    used = imports_between(services, files, grounds.listing).get("", set())
    return any(name.lower() not in LIBRARY_NAMES for name in used)


def _python(grounds: Grounds) -> list[str]:
    """The Python files of the project's own code."""
    return [path for path in grounds.code if language(path) == "python" and role(path.split("/")) == "source"]
