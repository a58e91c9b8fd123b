"""The files of a folder, each with its language, role and service."""

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable
from dataclasses import replace
from pathlib import Path

from dblint.config.model import Configuration
from dblint.discover.containers import containers, holder_of
from dblint.discover.dbt import dbt_files
from dblint.discover.deployment import running
from dblint.discover.folders import is_for_tests
from dblint.discover.harnesses import harnesses
from dblint.discover.kinds import (
    CHANGELOG,
    LANGUAGES,
    MAPPER,
    is_changelog,
    is_compose,
    is_configuration,
    is_dockerfile,
    is_manifest,
    is_mapper,
    is_readable,
    is_settings,
    language,
    mapping,
    may_be_changelog,
    may_look_up,
    name_of,
    shebang,
    suffix,
)
from dblint.discover.listing import Listing, above, listed, parent
from dblint.discover.references import with_references
from dblint.discover.roles import GENERATED, LICENSED, PUBLISHED, is_served, parts_of, role
from dblint.discover.services import assigned, detect, kind_of
from dblint.discover.together import with_programs_together
from dblint.discover.umbrellas import with_pages, with_releases
from dblint.languages.traits import MAPPING_DOCUMENTS
from dblint.model.facts import Evidence, Problem
from dblint.model.place import Place
from dblint.model.tree import CARRIER, LOOKUPS, Role, Service, SourceFile, Tree
from dblint.queryfiles.carried import carries_sql, configures_lookups


def discover(root: Path, configuration: Configuration, everything: Listing | None = None) -> Tree:
    """The services and files below `root`, of which `everything` is the listing if there is one already.

    Declared services switch detection off.

    Raises:
        DiscoveryError: if `root` does not exist or is not a folder.
    """
    everything = everything or listed(root)
    declared, patterns = _matcher(configuration.exclude, configuration.prefix), _patterns_of_projects(everything)

    def excluded(path: str) -> bool:
        return declared(path) or path.startswith(patterns)

    listing = replace(
        everything,
        sizes={path: size for path, size in everything.sizes.items() if not excluded(path)},
        problems=tuple(problem for problem in everything.problems if not excluded(problem.path)),
    )
    settings = tuple(path for path in listing.paths if _configures(path, listing))
    apart = _harnesses(listing, configuration)
    services, problems = _services(listing, settings, configuration, apart)
    services = with_references(services, listing)
    if not configuration.services:
        services = with_programs_together(with_pages(with_releases(services, listing), listing))
    declared_tests = _matcher(configuration.tests, configuration.prefix)

    def tests(path: str) -> bool:
        return declared_tests(path) or path.startswith(apart)

    files, unread = _files(listing, services, tests)
    configuring = _own_settings(listing, settings, services, tests)
    return Tree(
        root=str(root),
        services=services,
        files=files,
        configuration_files=configuring,
        problems=tuple(sorted((*_own(listing.problems, services), *problems), key=lambda found: (found.path, found.line))),
        unsupported=tuple(sorted(Counter(file.language for file in unread).items())),
        excluded=sum(1 for path in everything.sizes if path not in listing.sizes and language(path)),
        started=running(listing, tuple(path for path in settings if path in set(configuring))),
        unread_files=unread,
        dbt_files=dbt_files(listing),
        commanded=_commanded(files, services, listing),
    )


def _commanded(files: Iterable[SourceFile], services: tuple[Service, ...], listing: Listing) -> tuple[tuple[Place, str], ...]:
    """Where the containers begin of Compose files with SQL in them, and which service each is."""
    carriers = [file.path for file in files if file.language == CARRIER]
    return tuple((each.evidence.place, holder_of(each, services)) for each in containers(carriers, listing))


def _patterns_of_projects(everything: Listing) -> tuple[str, ...]:
    """The folders of templates that `dotnet new` makes projects of, with a slash, where other projects stand beside them.

    Source: https://learn.microsoft.com/dotnet/core/tools/custom-templates
    """
    found = (parent(parent(path)) for path in everything.by_name.get("template.json", ()))
    folders = tuple(f"{folder}/" for folder in found if f"{folder}/.template.config/template.json" in everything.sizes)
    others = (path for path in everything.paths if path.endswith(".csproj") and not path.startswith(folders))
    return folders if any(True for _ in others) else ()


def _harnesses(listing: Listing, configuration: Configuration) -> tuple[str, ...]:
    """The folders of programs that test others, with a slash; what is declared as a service is one."""
    declared = {entry.path for entry in configuration.services}
    return tuple(f"{folder}/" for folder in harnesses(listing) if folder not in declared)


def _services(
    listing: Listing, settings: tuple[str, ...], configuration: Configuration, apart: tuple[str, ...]
) -> tuple[tuple[Service, ...], tuple[Problem, ...]]:
    """The declared services, or else the detected ones, none in the folders `apart`, and what could not be read for them."""
    if not configuration.services:
        others = {path: size for path, size in listing.sizes.items() if not path.startswith(apart)}
        return detect(replace(listing, sizes=others) if apart else listing, [path for path in settings if path in others])
    declared = (
        Service(
            name=entry.name,
            path=entry.path,
            evidence=(Evidence("declared", entry.place),),
            kind=entry.kind or kind_of(entry.path, listing),
            paths=entry.paths,
            owns=entry.owns,
            databases=entry.databases,
            declared=True,
        )
        for entry in configuration.services
    )
    return tuple(sorted(declared, key=lambda service: service.name)), ()


def _files(
    listing: Listing, services: tuple[Service, ...], tests: Callable[[str], bool]
) -> tuple[tuple[SourceFile, ...], tuple[SourceFile, ...]]:
    """The files to analyse or declared out, and the source files of languages that cannot be read."""
    owners = assigned(listing.paths, services)
    folders = {service.name: (service.path, *service.paths) for service in services}
    files: list[SourceFile] = []
    unread: list[SourceFile] = []
    for path in listing.paths:
        kind = language(path) or _script_language(path, listing) or _document(path, listing)
        if not kind:
            continue
        plays = "test" if tests(path) else _role(path, folders.get(owners[path], ()))
        if is_readable(kind):
            # SQL that a program wrote still says which tables there are; only generated code repeats what stands elsewhere.
            if (
                kind not in ("sql", CHANGELOG, MAPPER, CARRIER, LOOKUPS, *MAPPING_DOCUMENTS)
                and plays == "source"
                and listing.says(path, GENERATED)
            ):
                plays = "generated"
            if kind == "javascript" and plays == "source" and _is_library(path, listing):
                plays = "vendored"
            files.append(SourceFile(path, kind, plays, owners[path], listing.sizes[path]))
        elif plays == "source":
            unread.append(SourceFile(path, kind, plays, owners[path], listing.sizes[path]))
    return tuple(files), tuple(unread)


def _own_settings(
    listing: Listing, settings: tuple[str, ...], services: tuple[Service, ...], tests: Callable[[str], bool]
) -> tuple[str, ...]:
    """The files that configure what is deployed: those of tests left out, those that a configuration server hands out added."""
    found = {*settings, *(path for path in listing.paths if is_settings(path))}
    found |= _served(listing, found, services)
    folders = _folders(services)
    return tuple(
        path for path in sorted(found) if _role(path, folders) == "source" and not is_for_tests(path) and not tests(path)
    )


def _served(listing: Listing, known: set[str], services: tuple[Service, ...]) -> set[str]:
    """The files that a configuration server may hand out: beside an `application.yml`, or called after several services."""
    beside = {parent(path) for path in known if name_of(path).startswith("application.")}
    files = [path for path in listing.paths if suffix(path) in (".yml", ".yaml", ".properties")]
    names = {service.name.lower() for service in services if service.kind == "service"}
    called: dict[str, set[str]] = defaultdict(set)
    for path in files:
        words = name_of(path).lower().rpartition(".")[0].split("-")
        called[parent(path)].update(names.intersection("-".join(words[:end]) for end in range(1, len(words) + 1)))
    return {
        path
        for path in files
        if parent(path) in beside or len(called[parent(path)]) > 1 or (called[parent(path)] and parent(parent(path)) in beside)
    }


def _own(problems: Iterable[Problem], services: tuple[Service, ...]) -> list[Problem]:
    """The problems of production code: a broken link in a test folder hides nothing."""
    folders = _folders(services)
    return [problem for problem in problems if _role(problem.path, folders) == "source"]


def _folders(services: tuple[Service, ...]) -> set[str]:
    return {folder for service in services for folder in (service.path, *service.paths)}


def _role(path: str, folders: Container[str]) -> Role:
    """The role of a file; only the folders below its service's own folder count."""
    return role(parts_of(path, next((outer for outer in (path, *above(path)) if outer in folders), ".")))


def _is_library(path: str, listing: Listing) -> bool:
    """Whether a script is a published library that was copied into the tree."""
    return bool(listing.says(path, PUBLISHED) or (is_served(path.split("/")) and listing.says(path, LICENSED)))


def _configures(path: str, listing: Listing) -> bool:
    """Whether a file may configure services or databases."""
    if is_configuration(path):
        return True
    return suffix(path) in (".yml", ".yaml") and not listing.is_large(path) and is_manifest(path, listing.text(path, 4000))


def _script_language(path: str, listing: Listing) -> str:
    """The language of an executable file without an extension, by its first line."""
    if path not in listing.executable or "." in name_of(path):
        return ""
    found = shebang(listing.text(path, 100))
    return found if found in LANGUAGES.values() else ""


def _document(path: str, listing: Listing) -> str:
    """The language of a Liquibase changelog, a mapper file, a mapping document or a file that carries SQL, by what it holds."""
    if is_dockerfile(path):
        return CARRIER if carries_sql(listing.text(path, 100_000)) else ""
    if may_look_up(path):
        return LOOKUPS if configures_lookups(listing.text(path, 200_000)) else ""
    head = listing.text(path, 8000) if may_be_changelog(path) else ""
    if head and path.lower().endswith(".xml"):
        if is_mapper(head):
            return MAPPER
        if mapped := mapping(head):
            return mapped
    if head and is_changelog(head):
        return CHANGELOG
    may_carry = is_compose(path) or ".sql" in head or "content:" in head
    return CARRIER if may_carry and carries_sql(listing.text(path, 500_000)) else ""


def _matcher(patterns: tuple[str, ...], prefix: str) -> Callable[[str], bool]:
    """A test for paths below the scanned root, which is `prefix` for the .gitignore patterns."""
    if not patterns:
        return lambda _: False
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - only a configuration with patterns needs it

    spec = GitIgnoreSpec.from_lines(patterns)
    return lambda path: spec.match_file(prefix + path)
