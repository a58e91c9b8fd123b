"""What build files say about the parts of a tree: workspaces, packages, Django projects."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from dblint.config.document import DocumentError, documents
from dblint.discover.listing import Listing, parent
from dblint.discover.sbt import projects_of
from dblint.model.facts import Evidence
from dblint.model.place import Place

_PROJECT_FILES = frozenset(
    {
        "pyproject.toml",
        "setup.py",
        "setup.cfg",
        "package.json",
        "project.json",
        "go.mod",
        "pom.xml",
        "build.gradle",
        "build.gradle.kts",
        "build.sbt",
        "Cargo.toml",
        "mix.exs",
        "Gemfile",
        "composer.json",
        "manage.py",
        "dbt_project.yml",
        "dbt_project.yaml",
    }
)
# What stands beside the build file of an application of Rails, Laravel, Symfony or Phoenix.
_APPLICATIONS = {
    "Gemfile": ("config/application.rb", "config.ru", "config/environment.rb"),
    "composer.json": ("artisan", "bin/console", "app/console", "config/bundles.php"),
    "mix.exs": ("config/config.exs",),
}
Candidate = tuple[str, Evidence]


def projects(listing: Listing, paths: tuple[str, ...]) -> Iterator[Candidate]:
    """Each folder with a build file of its own."""
    for path in paths:
        name = PurePosixPath(path).name
        if name in _PROJECT_FILES or name.endswith((".csproj", ".fsproj", ".vbproj")):
            if name == "setup.cfg" and "[metadata]" not in listing.text(path, 100_000):
                continue
            # https://www.scala-sbt.org/1.x/docs/Organizing-Build.html: what stands in `project` builds the build.
            if name == "build.sbt" and parent(path).rpartition("/")[2] == "project":
                continue
            if kind := _kind(parent(path), name, listing):
                yield parent(path), Evidence(kind, Place(path, 1), name)


def _kind(folder: str, name: str, listing: Listing) -> str:
    """What a build file makes of its folder: one application of a framework, whatever its folders are, or any project.

    Empty for a file that is only called like one.
    """
    if name == "project.json":
        return "project" if project_type(listing.text(f"{folder}/{name}", 100_000)) else ""
    if name == "manage.py":
        # https://docs.djangoproject.com/en/stable/ref/django-admin/: Django's own names its settings.
        text = listing.text(name if folder in ("", ".") else f"{folder}/{name}", 20_000)
        settings = any("/settings" in f"/{path}" for path in listing.below(folder or "."))
        return "django" if settings or re.search(r"\bdjango\b|DJANGO_SETTINGS_MODULE", text) else ""
    beside = _APPLICATIONS.get(name, ())
    whole = any((f"{folder}/{other}" if folder not in ("", ".") else other) in listing.sizes for other in beside)
    return "application" if whole else "project"


def project_type(text: str) -> str:
    """What a project of an Nx workspace is, `application` or `library`; empty for a file that is none's.

    Source: https://nx.dev/reference/project-configuration.
    """
    written = _at(_json(text), "projectType")
    return written if written in ("application", "library") else ""


def is_one_package(listing: Listing) -> bool:
    """Whether the tree is a Python project that is called after the package in its root: its folders are parts of it.

    Source: the names that https://packaging.python.org/en/latest/specifications/pyproject-toml/ and setuptools give.
    """
    project = _toml(listing.text("pyproject.toml")) if "pyproject.toml" in listing.sizes else {}
    names = [_at(project, "project", "name"), _at(project, "tool", "poetry", "name")]
    for file in ("setup.cfg", "setup.py"):
        if file in listing.sizes:
            names += re.findall(r"^\s*name\s*=\s*[\"']?([\w.\-]+)", listing.text(file, 100_000), re.MULTILINE)[:1]
    packages = {re.sub(r"[-_.]+", "_", name).lower() for name in names if isinstance(name, str)}
    return any(f"{folder}{name}/__init__.py" in listing.sizes for name in packages for folder in ("", "src/"))


def members(listing: Listing, paths: tuple[str, ...]) -> Iterator[Candidate]:
    """Each folder that a workspace names as its member."""
    for path in paths:
        if PurePosixPath(path).name == "build.sbt":
            found = (project.folder for project in projects_of(path, listing))
            yield from ((folder, Evidence("workspace", Place(path, 1), "build.sbt")) for folder in found)
        patterns = _patterns(path, listing)
        if not patterns:
            continue
        here = parent(path)
        above = "" if here == "." else f"{here}/"
        meant = re.compile("|".join(map(_expression, patterns)))
        for folder in sorted(_folders(listing.below(here), above)):
            if meant.fullmatch(folder, len(above)):
                yield folder, Evidence("workspace", Place(path, 1), PurePosixPath(path).name)


def _folders(files: tuple[str, ...], above: str) -> set[str]:
    """The folders around files, as far as they are below the folder whose path is `above`."""
    found: set[str] = set()
    for file in files:
        folder = file.rpartition("/")[0]
        while folder.startswith(above) and folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _expression(pattern: str) -> str:
    """What the folders that a workspace's pattern means match; `**` stands for any number of folders."""
    expression = re.escape(pattern.strip().removeprefix("./").rstrip("/"))
    return expression.replace(r"\*\*", ".+").replace(r"\*", "[^/]*").replace(r"\?", "[^/]")


def _patterns(path: str, listing: Listing) -> list[str]:
    """The members that a workspace file names, as patterns relative to its folder."""
    name = PurePosixPath(path).name
    if name in ("pyproject.toml", "Cargo.toml"):
        document = _toml(listing.text(path))
        tables = [_at(document, "tool", "uv", "workspace"), _at(document, "workspace")]
        found = [member for table in tables if isinstance(table, dict) for member in _texts(table.get("members"))]
        return found + _path_dependencies(document)
    if name == "package.json":
        workspaces = _at(_json(listing.text(path)), "workspaces")
        return _texts(workspaces.get("packages") if isinstance(workspaces, dict) else workspaces)
    if name == "nest-cli.json":  # https://docs.nestjs.com/cli/monorepo
        written = _at(_json(listing.text(path)), "projects")
        parts = written.values() if isinstance(written, dict) else ()
        return [root for part in parts if isinstance(root := _at(part, "root"), str) and root.strip("./")]
    if name == "pnpm-workspace.yaml":
        try:
            roots = documents(listing.text(path))
        except DocumentError:
            return []
        packages = roots[0].get("packages") if roots else None
        return [word.text for word in packages.words() if not word.text.startswith("!")] if packages else []
    if name == "go.work":
        return re.findall(r"^\s*(?:use\s+)?(\.[\w./-]*/[\w./-]+)\s*$", listing.text(path), re.MULTILINE)
    if name == "pom.xml":
        return re.findall(r"<module>\s*([^<\s]+)\s*</module>", listing.text(path))
    if name.endswith((".sln", ".slnx")):
        projects = re.findall(r"\"([^\"\n]+\.(?:cs|vb|fs)proj)\"", listing.text(path))
        return [parent(project.replace("\\", "/")) for project in projects]
    return []


def _path_dependencies(document: object) -> list[str]:
    """Poetry's `{path = "libs/common"}` dependencies, its way of writing a workspace."""
    table = _at(document, "tool", "poetry", "dependencies")
    values = table.values() if isinstance(table, dict) else ()
    return [value["path"] for value in values if isinstance(value, dict) and isinstance(value.get("path"), str)]


def _toml(text: str) -> object:
    """A TOML document; empty if it is none."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def _json(text: str) -> object:
    """A JSON document; empty if it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return {}


def _at(document: Any, *keys: str) -> Any:
    """The value under nested keys; None where it is absent."""
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _texts(value: object) -> list[str]:
    """The texts of a list."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
