"""The services of a tree that declares none: evidence is collected, strongest first, and nested candidates are settled."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import PurePosixPath

from dblint.discover.deployment import Started, dockerfiles, started
from dblint.discover.kinds import ANALYSABLE, language, suffix
from dblint.discover.libraries import DEPLOYED, LIBRARY_NAMES, classify_libraries, imports_between, runnable
from dblint.discover.listing import Listing, parent
from dblint.discover.projects import django_apps, members, projects
from dblint.discover.roles import is_test_folder, role
from dblint.model.facts import Evidence
from dblint.model.place import Place
from dblint.model.tree import Service

# Folders that hold services rather than being one.
CONTAINERS = frozenset(
    {"services", "service", "microservices", "apps", "packages", "src", "cmd", "backend", "components", "modules"}
)
SCHEMA_NAMES = frozenset(
    {
        "database",
        "databases",
        "db",
        "schema",
        "schemas",
        "sql",
        "ddl",
        "migration",
        "migrations",
        "flyway",
        "liquibase",
        "alembic",
    }
)
_SCHEMA_NAME = re.compile(r"[-_]")
# Names under which no service is looked for unless a deployment file says so.
_AUXILIARY = frozenset(
    {
        "ansible",
        "assets",
        "benchmark",
        "benchmarks",
        "bin",
        "build",
        "cd",
        "certs",
        "chart",
        "charts",
        "ci",
        "conf",
        "config",
        "configs",
        "configuration",
        "data",
        "deploy",
        "deployment",
        "deployments",
        "dist",
        "docker",
        "env",
        "envs",
        "grafana",
        "hack",
        "helm",
        "infra",
        "infrastructure",
        "k8s",
        "kubernetes",
        "locust",
        "log",
        "logs",
        "manifests",
        "media",
        "monitoring",
        "notebooks",
        "openapi",
        "openshift",
        "output",
        "perf",
        "prometheus",
        "proto",
        "protos",
        "public",
        "script",
        "scripts",
        "secrets",
        "static",
        "temp",
        "templates",
        "terraform",
        "tmp",
        "tool",
        "tools",
    }
)
_SCHEMA_SCRIPT = re.compile(r"(?:migrat|upgrade|init|setup|seed|apply|env\.py|schema|create|load|run)", re.IGNORECASE)


class Detection:
    """The evidence in one tree."""

    def __init__(self, listing: Listing, configuration_files: tuple[str, ...]) -> None:
        self.listing = listing
        self.settings = tuple(path for path in configuration_files if role(PurePosixPath(path).parts) == "source")
        self.processes, self.problems = started(listing, tuple(path for path in self.settings if not _for_tests(path)))

    @cached_property
    def code(self) -> tuple[str, ...]:
        """The source files, of any language."""
        return tuple(path for path in self.listing.paths if language(path) and suffix(path) not in (".sh", ".bash"))

    @cached_property
    def code_folders(self) -> frozenset[str]:
        """Every folder with a source file somewhere below it."""
        return frozenset(str(folder) for path in self.code for folder in PurePosixPath(path).parents)

    def services(self) -> tuple[Service, ...]:
        """The services, libraries and schema folders of the tree."""
        found = self._repositories() or self._settled()
        django = self._django(found)
        if django:
            return _named(django, self.listing, frozenset())
        weak = not any(folder != "." for folder in found)
        if weak:
            found |= self._last_resort()
        found |= self._siblings(found)
        schemas = frozenset(folder for folder in found if self._is_schema(folder, found[folder]))
        services = self._libraries(_named(found, self.listing, schemas))
        real = [service for service in services if service.kind == "service"]
        if (weak and (len(real) < 2 or self._one_program(services))) or not real:
            evidence = tuple(proof for proofs in [found.get(".", [])] for proof in proofs) or (Evidence("root", Place(".", 1)),)
            return (Service(self.listing.root.resolve().name or "root", ".", evidence),)
        return services

    def _repositories(self) -> dict[str, list[Evidence]]:
        """Repositories side by side: each is one service, whatever it consists of."""
        own = [folder for folder in self.listing.repositories if folder in self.code_folders]
        if len(own) >= 2:
            return {folder: [Evidence("repository", Place(folder, 1))] for folder in own}
        folders: dict[str, list[Evidence]] = defaultdict(list)
        for folder, evidence in projects(self.listing, self.settings):
            if "/" not in folder and folder != "." and self._may_be_service(folder):
                folders[folder].append(evidence)
        joined = any("/" not in process.evidence.place.path for process in self.processes)
        rooted = joined or any("/" not in path for path in (*self.code, *self.settings))
        split = any(
            f"{folder}/{container}" in self.code_folders
            for folder in folders
            for container in ("services", "microservices", "apps")
        )
        return dict(folders) if len(folders) >= 2 and not rooted and not split else {}

    def _settled(self) -> dict[str, list[Evidence]]:
        """The candidates for which a file speaks, nested ones settled."""
        found: dict[str, list[Evidence]] = defaultdict(list)
        for folder, evidence in self._deployed():
            found[folder].append(evidence)
        composed = {folder for folder in found if folder != "."}
        for process in dockerfiles(self.listing, self.settings):
            if (
                process.base in self.code_folders
                and not _inside_any(process.base, composed)
                and not _for_tests(process.evidence.place.path)
            ):
                found[process.base].append(process.evidence)
        deployed = set(found)
        for folder, evidence in (*members(self.listing, self.settings), *projects(self.listing, self.settings)):
            if not self._may_be_service(folder):
                continue
            inner = any(_inside(other, folder) for other in deployed if other != folder)
            if folder in found or not (inner or _inside_any(folder, {*deployed, *found} - {"."})):
                found[folder].append(evidence)
        if any(folder != "." for folder in found):
            found.pop(".", None)
        return dict(found)

    def _deployed(self) -> Iterable[tuple[str, Evidence]]:
        """The folder that each container or process runs."""
        groups: dict[str, list[Started]] = defaultdict(list)
        for process in self.processes:
            groups[process.base].append(process)
        for base, processes in groups.items():
            units = {process: self._unit(process) for process in processes}
            apart = {unit for unit in units.values() if unit and unit != base}
            manage = f"{base}/manage.py".removeprefix("./") in self.listing.sizes
            for process, unit in units.items():
                if base != "." and (len(apart) < 2 or manage):
                    folder = base
                elif unit and (len(apart) > 1 or len(groups) > 1) and not manage:
                    folder = unit
                else:
                    folder = base
                if folder in self.code_folders and not (unit is None and base == "."):
                    yield folder, process.evidence

    def _unit(self, process: Started) -> str | None:
        """The folder directly below the build context that a process's file is in; the Dockerfile's folder without a file."""
        if process.file is None:
            return process.folder if process.folder in self.code_folders else None
        if process.base != "." and not _inside(process.file, process.base):
            return None
        parts = PurePosixPath(process.file).parts[:-1]
        end = 0 if process.base == "." else len(PurePosixPath(process.base).parts)
        while end < len(parts) and parts[end] in CONTAINERS and end + 1 < len(parts):
            end += 1
        return "/".join(parts[: end + 1]) if end < len(parts) else process.base

    def _django(self, found: Mapping[str, list[Evidence]]) -> dict[str, list[Evidence]]:
        """The apps of the only Django project, where nothing else is a service."""
        folders = [folder for folder, evidence in projects(self.listing, self.settings) if evidence.kind == "django"]
        if len(set(folders)) != 1 or any(folder not in (".", folders[0]) for folder in found):
            return {}
        apps = {app: [evidence] for app, evidence in django_apps(self.listing, folders[0]) if self._may_be_service(app)}
        return apps if len(apps) > 1 else {}

    def _last_resort(self) -> dict[str, list[Evidence]]:
        """Top-level folders with source code, and those below `services/`, `apps/` and their like."""
        found: dict[str, list[Evidence]] = {}
        for folder in sorted(self.code_folders):
            parts = PurePosixPath(folder).parts
            if (
                parts
                and all(part in CONTAINERS for part in parts[:-1])
                and self._is_leaf(folder)
                and self._may_be_service(folder)
            ):
                found[folder] = [Evidence("folder", Place(folder, 1))]
        return found

    def _is_leaf(self, folder: str) -> bool:
        """Whether a folder is not merely a container of further folders."""
        if PurePosixPath(folder).name not in CONTAINERS:
            return True
        return any(parent(path) == folder and PurePosixPath(path).name != "__init__.py" for path in self.code)

    def _siblings(self, found: Mapping[str, list[Evidence]]) -> dict[str, list[Evidence]]:
        """Folders beside the candidates, and shared or schema folders at the top, that hold source code."""
        parents = {parent(folder) for folder in found}
        result: dict[str, list[Evidence]] = {}
        for folder in sorted(self.code_folders - {"."}):
            at_top = "/" not in folder and (folder.lower() in LIBRARY_NAMES or _schema_named(folder))
            beside = parent(folder) in parents and PurePosixPath(folder).name not in CONTAINERS
            nested = any(folder == other or _inside(folder, other) or _inside(other, folder) for other in found)
            if (at_top or beside) and not nested and self._may_be_service(folder):
                result[folder] = [Evidence("folder", Place(folder, 1))]
        return result

    def _may_be_service(self, folder: str) -> bool:
        """Whether a folder holds source code and is neither for tests nor for tools."""
        parts = PurePosixPath(folder).parts
        if folder not in self.code_folders or any(part.startswith(".") and part != "." for part in parts):
            return False
        if any(is_test_folder(part) or role((part, "x.py")) == "vendored" for part in parts):
            return False
        return not any(part.lower() in _AUXILIARY for part in parts)

    def _is_schema(self, folder: str, proofs: list[Evidence]) -> bool:
        """Whether a folder only defines database objects: SQL, migrations, and scripts that run them."""
        files = [path for path in self.listing.below(folder) if language(path) and role(PurePosixPath(path).parts) == "source"]
        code = [path for path in files if not path.endswith(("__init__.py", ".sh"))]
        defining = [path for path in code if _defines(path)]
        others = [path for path in code if path not in set(defining)]
        if not defining or any(proof.kind in ("project", "workspace", "django") for proof in proofs):
            return False
        scripts = all(_SCHEMA_SCRIPT.search(PurePosixPath(path).name) for path in others)
        return scripts or (_schema_named(folder) and len(others) <= len(defining))

    def _libraries(self, services: tuple[Service, ...]) -> tuple[Service, ...]:
        """The services, with shared code recognised by who imports it."""
        if all(evidence.kind in DEPLOYED for service in services for evidence in service.evidence):
            return services
        python = [path for path in self.code if ANALYSABLE.get(suffix(path)) == "python"]
        files = {path: name for path, name in assigned(python, services).items() if role(PurePosixPath(path).parts) == "source"}
        return classify_libraries(services, imports_between(services, files, self.listing), runnable(services, files))

    def _one_program(self, services: tuple[Service, ...]) -> bool:
        """Whether the folders are the packages of one program: a file at the root imports one of them."""
        if any(PurePosixPath(service.path).parts[0] in ("services", "microservices") for service in services):
            return False
        python = [path for path in self.code if "/" not in path and suffix(path) == ".py" and role((path,)) == "source"]
        files = {path: "" for path in python if path != "setup.py"}
        inside = {path: name for path, name in assigned(self.code, services).items() if suffix(path) == ".py" and name}
        return bool(files and imports_between(services, {**inside, **files}, self.listing).get(""))


def assigned(paths: Iterable[str], services: Iterable[Service]) -> dict[str, str]:
    """The name of the service that each path belongs to by the longest of the services' paths; empty for none."""
    folders = {folder: service.name for service in services for folder in (service.path, *service.paths)}
    return {path: folders[found] if (found := _longest(path, folders)) else "" for path in paths}


def _longest(path: str, folders: Mapping[str, str]) -> str:
    """The longest of `folders` that holds `path`; empty if none does."""
    candidate = path
    while candidate != ".":
        if candidate in folders:
            return candidate
        candidate = parent(candidate)
    return "." if "." in folders else ""


def _named(found: Mapping[str, list[Evidence]], listing: Listing, schemas: frozenset[str]) -> tuple[Service, ...]:
    """A service per folder, called after it; folders of the same name are told apart by their parents."""
    names = {folder: PurePosixPath(folder).name or listing.root.resolve().name for folder in found}
    depth = 2
    while clashes := [name for name, count in Counter(names.values()).items() if count > 1]:
        longer = {folder: "/".join(PurePosixPath(folder).parts[-depth:]) for folder, name in names.items() if name in clashes}
        names |= longer
        depth += 1
    return tuple(
        Service(
            name=names[folder],
            path=folder,
            evidence=tuple(sorted(set(found[folder]), key=lambda proof: (proof.kind, proof.place, proof.message))),
            kind="schema" if folder in schemas else "service",
        )
        for folder in sorted(found)
    )


def _defines(path: str) -> bool:
    """Whether a file is SQL or stands in a migrations folder."""
    return ANALYSABLE.get(suffix(path)) == "sql" or any(
        part in ("migrations", "versions", "changelog") for part in path.split("/")[:-1]
    )


def _schema_named(folder: str) -> bool:
    """Whether a folder is called after database objects: `database`, `db-schema`, `sql_migrations`."""
    return all(word in SCHEMA_NAMES for word in _SCHEMA_NAME.split(PurePosixPath(folder).name.lower()))


def _for_tests(path: str) -> bool:
    """Whether a deployment file starts tests: `docker-compose.test.yml`, `Dockerfile.test`."""
    return re.search(r"(?:\A|[.\-_])(?:tests?|ci|e2e|lint)(?:[.\-_]|\Z)", PurePosixPath(path).name, re.IGNORECASE) is not None


def _inside(path: str, folder: str) -> bool:
    """Whether `path` is below `folder`."""
    return folder == "." or path.startswith(folder + "/")


def _inside_any(path: str, folders: Iterable[str]) -> bool:
    """Whether `path` is below one of `folders`."""
    return any(_inside(path, folder) for folder in folders)
