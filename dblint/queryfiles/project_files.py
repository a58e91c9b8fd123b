"""The files that describe a dbt project: `dbt_project.yml`, profiles, property files with sources, seeds.

A value that dbt would have to compute is left out. Source: dbt's documentation of project and property files.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from dblint.config.document import DocumentError, Node, documents
from dblint.model.schema import TableName

Settings: TypeAlias = dict[str, str]
_PRODUCTION = ("prod", "production", "prd")
_PACKAGES = ("dbt_packages", "dbt_modules")


@dataclass(frozen=True, slots=True)
class Project:
    """A dbt project. `paths` are its folders by what they are for, `configured` the settings of folders of models.

    `properties` are settings by the name of the model; `sources` are tables by folded source and name, with whether their
    schema is stated; `seeds` are files with the names of their tables.
    """

    folder: str
    name: str
    target_schema: str = ""
    custom_schemas: bool = False
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    configured: tuple[tuple[str, Settings], ...] = ()
    properties: Mapping[str, Settings] = field(default_factory=dict)
    sources: Mapping[tuple[str, str], tuple[TableName, bool]] = field(default_factory=dict)
    seeds: tuple[tuple[str, str], ...] = ()

    def holds(self, path: str) -> bool:
        """Whether a file belongs to the project."""
        return not self.folder or path.startswith(f"{self.folder}/")

    def within(self, path: str, *purposes: str) -> bool:
        """Whether a file stands in a folder for one of these purposes."""
        return any(
            path.startswith(f"{_join(self.folder, inner)}/") for purpose in purposes for inner in self.paths.get(purpose, ())
        )

    def builds(self, path: str) -> bool:
        """Whether a SQL file is a model or a snapshot."""
        return path.endswith(".sql") and self.within(path, "model", "snapshot") and not self.leaves_out(path)

    def is_snapshot(self, path: str) -> bool:
        """Whether a file holds snapshots."""
        return self.within(path, "snapshot")

    def leaves_out(self, path: str) -> bool:
        """Whether dbt makes the file, or builds nothing of it."""
        return self.within(path, "target", "package", "analysis", "test")

    def settings(self, path: str, name: str) -> Settings:
        """What the project says about one model, the more particular last."""
        found: Settings = {}
        for folder, settings in self.configured:
            if path.startswith(f"{folder}/") or path.rpartition(".")[0] == folder:
                found |= settings
        return found | self.properties.get(name.casefold(), {})

    def schema_for(self, settings: Settings) -> str:
        """The schema of a relation with these settings."""
        if "target_schema" in settings:
            return settings["target_schema"]
        custom = settings.get("schema")
        if custom is None:
            return self.target_schema
        return custom if self.custom_schemas else f"{self.target_schema}_{custom}"


def read_project(folder: str, files: Sequence[str], scripts: Iterable[str], text_of: Callable[[str], str | None]) -> Project:
    """The project in a folder; `files` are all files that configure something, `scripts` all other ones that were read.

    A file that is no YAML says nothing.
    """
    root = _first(f"{folder}/dbt_project.yml".lstrip("/"), text_of) or _first(f"{folder}/dbt_project.yaml".lstrip("/"), text_of)
    name = _text(root, "name") or folder.rpartition("/")[2] or "dbt"
    paths = {
        "model": _paths(root, ("model-paths", "source-paths"), ("models",)),
        "seed": _paths(root, ("seed-paths", "data-paths"), ("seeds", "data")),
        "snapshot": _paths(root, ("snapshot-paths",), ("snapshots",)),
        "macro": _paths(root, ("macro-paths",), ("macros",)),
        "analysis": _paths(root, ("analysis-paths",), ("analyses", "analysis")),
        "test": _paths(root, ("test-paths",), ("tests",)),
        "target": _paths(root, ("target-path",), ("target",)),
        "package": _paths(root, ("packages-install-path", "modules-path"), _PACKAGES),
    }
    shell = Project(folder, name, paths=paths)
    own = [path for path in files if shell.holds(path) and not shell.within(path, "target", "package")]
    described = [path for path in own if path.endswith((".yml", ".yaml")) and shell.within(path, "model", "seed", "snapshot")]
    properties: dict[str, Settings] = {}
    sources: dict[tuple[str, str], tuple[TableName, bool]] = {}
    for path in described:
        document = _first(path, text_of)
        for kind in ("models", "seeds", "snapshots"):
            for entry in _entries(document, kind):
                properties.setdefault(_text(entry, "name").casefold(), {}).update(_settings(entry.get("config")))
        for source in _entries(document, "sources"):
            sources.update(_tables(source))
    macros = (path for path in scripts if shell.within(path, "macro"))
    return Project(
        folder,
        name,
        _target_schema(_text(root, "profile") or name, files, text_of) or name,
        any("macro generate_schema_name" in (text_of(path) or "") for path in macros),
        paths,
        tuple(_configured(root, folder, paths)),
        properties,
        sources,
        tuple((path, path.rpartition("/")[2][:-4]) for path in own if path.endswith(".csv") and shell.within(path, "seed")),
    )


def _first(path: str, text_of: Callable[[str], str | None]) -> Node | None:
    """The first document of a YAML file; None where it is none."""
    try:
        return next(iter(documents(text_of(path) or "")), None)
    except DocumentError:
        return None


def _text(node: Node | None, key: str) -> str:
    """A literal value of a mapping, empty where there is none or where dbt has to compute it."""
    value = node.get(key) if node is not None else None
    return value.text if value is not None and value.kind == "scalar" and not value.empty and "{{" not in value.text else ""


def _entries(node: Node | None, key: str) -> tuple[Node, ...]:
    value = node.get(key) if node is not None else None
    return tuple(item for item in value.items if item.kind == "mapping") if value is not None else ()


def _paths(root: Node | None, keys: Iterable[str], usual: tuple[str, ...]) -> tuple[str, ...]:
    for key in keys:
        value = root.get(key) if root is not None else None
        if value is not None and (words := tuple(word.text.strip("./") for word in value.words())):
            return words
    return usual


def _settings(node: Node | None) -> Settings:
    """The literal settings of a mapping, with or without the `+` before their names."""
    pairs = node.pairs if node is not None else ()
    return {
        key.text.lstrip("+"): value.text
        for key, value in pairs
        if value.kind == "scalar" and not value.empty and "{{" not in value.text
    }


def _configured(root: Node | None, folder: str, paths: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, Settings]]:
    """The settings of each folder of models, seeds and snapshots, outer folders first."""
    for section, purpose in (("models", "model"), ("seeds", "seed"), ("snapshots", "snapshot")):
        node = root.get(section) if root is not None else None
        for base in paths[purpose] if node is not None else ():
            waiting = [(_join(folder, base), node, 0)]
            while waiting:
                here, level, depth = waiting.pop(0)
                if level is None or level.kind != "mapping" or depth > 20:
                    continue
                yield here, _settings(level)
                for key, value in level.pairs:
                    if value.kind == "mapping" and not key.text.startswith("+"):
                        # The first level names the project, not a folder.
                        waiting.append((here if not depth else f"{here}/{key.text}", value, depth + 1))


def _tables(source: Node) -> Iterator[tuple[tuple[str, str], tuple[TableName, bool]]]:
    """The tables of one source."""
    name = _text(source, "name")
    stated = _text(source, "schema")
    database = _text(source, "database") or None
    for table in _entries(source, "tables"):
        called = _text(table, "name")
        found = TableName(_text(table, "identifier") or called, stated or name, database)
        yield (name.casefold(), called.casefold()), (found, bool(stated))


def _target_schema(profile: str, files: Iterable[str], text_of: Callable[[str], str | None]) -> str:
    """The schema (BigQuery: dataset) of a profile's output: that of production where there is one, else of its target."""
    for path in files:
        if path.rpartition("/")[2] not in ("profiles.yml", "profiles.yaml"):
            continue
        document = _first(path, text_of)
        found = document.get(profile) if document is not None else None
        outputs = found.get("outputs") if found is not None else None
        for name in (*_PRODUCTION, _text(found, "target")):
            output = outputs.get(name) if outputs is not None and name else None
            if schema := _text(output, "schema") or _text(output, "dataset"):
                return schema
    return ""


def _join(folder: str, path: str) -> str:
    return f"{folder}/{path}" if folder else path
