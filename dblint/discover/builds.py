"""Which modules of a Maven, Gradle, sbt or Mix build others depend on, by the build files alone."""

import re
from collections import defaultdict
from collections.abc import Iterable

from dblint.discover.entries import starts_a_server
from dblint.discover.listing import Listing, parent
from dblint.discover.sbt import projects_of
from dblint.model.tree import Service

# https://maven.apache.org/pom.html#dependencies; management of versions is no use of them.
_MANAGED = re.compile(r"<dependencyManagement>.*?</dependencyManagement>|<plugin>.*?</plugin>|<parent>.*?</parent>", re.DOTALL)
_DEPENDENCY = re.compile(r"<dependency>.*?</dependency>", re.DOTALL)
_ARTIFACT = re.compile(r"<artifactId>\s*([\w.\-]+)\s*</artifactId>")
_GROUP = re.compile(r"<groupId>\s*([\w.\-]+)\s*</groupId>")
# https://docs.gradle.org/current/userguide/declaring_dependencies.html#sub:project_dependencies
_PROJECT = re.compile(r"project\s*\(\s*(?:path\s*[:=]\s*)?[\"']:?([\w.\-:]+)[\"']|\bprojects\.([\w.]+)")
# What only tests take says nothing of the program: https://docs.gradle.org/current/userguide/java_testing.html.
_OF_TESTS = re.compile(
    r"^[ \t]*\"?\w*[tT]est\w*(?:Implementation|Api|CompileOnly|RuntimeOnly|Compile|Runtime)\b[^\n]*", re.MULTILINE
)
_TEST_SCOPE = re.compile(r"<scope>\s*test\s*</scope>")
# https://docs.gradle.org/current/userguide/fine_tuning_project_layout.html: `child.name = "shop-${child.name}"`
_PREFIX = re.compile(r"\.name\s*=\s*\"([^\"\n]*)\$\{\w+\.name\}\"")
_ROOT_NAME = re.compile(r"rootProject\.name\s*=\s*[\"']([^\"']+)[\"']")
# https://hexdocs.pm/mix/Mix.Tasks.Deps.html
_APP = re.compile(r"\bapp:\s*:(\w+)")
_TAKEN = re.compile(r"\{\s*:(\w+)\s*,[^{}]*\b(?:in_umbrella:\s*true|path:)")


def built_with(services: Iterable[Service], listing: Listing, *, tests: bool = False) -> dict[str, set[str]]:
    """The names of the services that each service is built with, as its own build file says; `tests`: in its tests as well."""
    services = tuple(services)
    names: defaultdict[str, set[str]] = defaultdict(set)
    for service in services:
        for name in _names(service, listing):
            names[name].add(service.name)
    by_folder = {service.path: service.name for service in services}
    found: dict[str, set[str]] = {}
    for service in services:
        # Two modules may be called the same in different groups of Maven.
        wanted = (
            names.get(name) or names.get(name.rpartition(":")[2], set()) for name in _wanted(service, listing, tests=tests)
        )
        found[service.name] = set[str]().union(*wanted) - {service.name}
    for path in (path for path in listing.paths if path.endswith("build.sbt")):
        for project in projects_of(path, listing):
            if project.folder in by_folder:
                found[by_folder[project.folder]] |= {by_folder[folder] for folder in project.depends if folder in by_folder}
    return found


def built_into_others(services: Iterable[Service], listing: Listing) -> set[str]:
    """The names of the services that others depend on in their builds or tests and that no framework for servers starts."""
    services = tuple(services)
    used = set[str]().union(*built_with(services, listing, tests=True).values())
    return {service.name for service in services if service.name in used and not starts_a_server(service.path, listing)}


def _names(service: Service, listing: Listing) -> set[str]:
    """What builds call a module: its artifact, with its group of Maven too, or its folder."""
    text = _text(service, "pom.xml", listing)
    pom = _DEPENDENCY.sub("", _MANAGED.sub("", text))
    artifact, group = _ARTIFACT.search(pom), _GROUP.search(pom) or _GROUP.search(text)  # else that of the parent
    app = _APP.search(_text(service, "mix.exs", listing))
    found = {service.path.rpartition("/")[2], *(each.group(1) for each in (artifact, app) if each)}
    return found | ({f"{group.group(1)}:{artifact.group(1)}"} if artifact and group else set())


def _wanted(service: Service, listing: Listing, *, tests: bool) -> set[str]:
    """What a module depends on."""
    pom = _MANAGED.sub("", _text(service, "pom.xml", listing))
    found: set[str] = set()
    for block in _DEPENDENCY.findall(pom):
        if not tests and _TEST_SCOPE.search(block):
            continue
        group = _GROUP.search(block)
        found.update(f"{group.group(1)}:{name}" if group else name for name in _ARTIFACT.findall(block)[:1])
    found.update(_TAKEN.findall(_text(service, "mix.exs", listing)))
    for file in ("build.gradle", "build.gradle.kts"):
        text = _text(service, file, listing)
        for written, accessor in _PROJECT.findall(text if tests else _OF_TESTS.sub("", text)):
            found.add(written.rpartition(":")[2] if written else _folder(accessor))
    return found | {name.removeprefix(prefix) for prefix in _prefixes(service, listing) for name in found}


def _prefixes(service: Service, listing: Listing) -> set[str]:
    """What the Gradle builds around a module put before the names of folders to name their projects."""
    found: set[str] = set()
    for path in (path for name in ("settings.gradle", "settings.gradle.kts") for path in listing.by_name.get(name, ())):
        if "/" not in path or service.path.startswith(f"{parent(path)}/"):
            text = listing.text(path, 100_000)
            root = _ROOT_NAME.search(text)
            found.update(each.replace("${rootProject.name}", root.group(1) if root else "") for each in _PREFIX.findall(text))
    return found


def _folder(accessor: str) -> str:
    """The folder of a project in a type-safe accessor: `sharedKernel` is `shared-kernel`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"-\1", accessor.rpartition(".")[2]).lower()


def _text(service: Service, file: str, listing: Listing) -> str:
    path = file if service.path == "." else f"{service.path}/{file}"
    return listing.text(path, 200_000) if path in listing.sizes else ""
