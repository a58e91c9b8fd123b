"""One dblint.yaml, read and checked; every mistake is collected with the place of the node that it is about."""

import difflib
import os
import posixpath
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from dblint.config.document import MAX_BYTES, DocumentError, Node, at, documents, duplicates, plain
from dblint.config.dsn import parse
from dblint.config.keys import FileKeys
from dblint.config.model import (
    Accepted,
    Allowance,
    Configuration,
    ConfigurationError,
    DatabaseEntry,
    Mistake,
    RuleSetting,
    ServiceEntry,
    WrapperFunction,
)
from dblint.model.place import Place

Location = tuple[str | int, ...]


def read(file: Path, root: Path, base: Path) -> Configuration:
    """The configuration in `file`, whose paths are relative to `base`, turned into paths relative to `root`.

    Raises:
        ConfigurationError: with every mistake in the file.
    """
    reader = _Reader(_name(file, root), root.resolve(), base.resolve())
    node = reader.node(file)
    keys = reader.keys(node)
    if keys is None or reader.mistakes:
        raise ConfigurationError(reader.sorted())
    configuration = reader.configuration(keys, node)
    if reader.mistakes:
        raise ConfigurationError(reader.sorted())
    return configuration


def _name(file: Path, root: Path) -> str:
    """How messages call the file: relative to the scanned root where that is short."""
    relative = os.path.relpath(file, root)
    return (file.as_posix() if relative.startswith(("../..", "..\\..")) else Path(relative).as_posix()) or file.name


class _Reader:
    """The mistakes found so far in one file."""

    def __init__(self, name: str, root: Path, base: Path) -> None:
        self.name, self.root, self.base = name, root, base
        self.mistakes: list[Mistake] = []

    def complain(self, node: Node | None, message: str) -> None:
        """Remember a mistake at `node`."""
        line, column = (node.line, node.column) if node else (1, 1)
        self.mistakes.append(Mistake(self.name, line, column, message))

    def sorted(self) -> tuple[Mistake, ...]:
        """The mistakes in the order of the file."""
        return tuple(sorted(dict.fromkeys(self.mistakes), key=lambda mistake: (mistake.line, mistake.column, mistake.message)))

    def node(self, file: Path) -> Node:
        """The root mapping of the file."""
        try:
            with file.open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
            found = documents(data.decode("utf-8-sig"))
        except OSError:
            self.complain(None, "cannot be read")
        except UnicodeDecodeError:
            self.complain(None, "is not UTF-8 text")
        except DocumentError as error:
            self.mistakes.append(Mistake(self.name, error.line, error.column, error.message))
        else:
            if not found or found[0].empty:
                self.complain(None, "is empty: at least `version: 1` is needed")
            elif len(found) > 1:
                self.complain(found[1], "holds a second YAML document")
            elif found[0].kind != "mapping":
                self.complain(found[0], "must be a mapping of keys such as `version` and `services`")
            else:
                for key in duplicates(found[0]):
                    self.complain(key, f"key '{shown(key.text)}' is written twice")
                return found[0]
        raise ConfigurationError(self.sorted())

    def keys(self, node: Node) -> FileKeys | None:
        """The validated content, or None after remembering what is wrong with it."""
        try:
            return FileKeys.model_validate(_written(plain(node)))
        except ValidationError as error:
            # The library's own messages quote input, and an input may be a URL with its password.
            for detail in error.errors(include_url=False, include_input=False):
                self._explain(node, detail["type"], detail["loc"], detail.get("ctx", {}))
        return None

    def _explain(self, node: Node, kind: str, location: Location, context: dict[str, Any]) -> None:
        """Remember one validation error in our words, at its node."""
        if location and location[-1] == "[key]":
            self.complain(at(node, location[:-1])[1], "a name must not be empty")
            return
        value, key = at(node, location)
        name = shown(str(location[-1])) if location else ""
        if kind == "extra_forbidden":
            known = _known(location[:-1])
            self.complain(key or value, f"unknown key '{name}'{meant(str(location[-1]), known)}")
        elif kind == "missing":
            self.complain(at(node, location[:-1])[0], f"missing key '{name}'")
        elif kind == "literal_error":
            options = [option.strip("'") for option in str(context.get("expected", "")).replace(" or ", ", ").split(", ")]
            choice = f"must be {', '.join(options[:-1])} or {options[-1]}"
            self.complain(value, f"'{shown(value.text)}' {choice}{meant(value.text, options)}")
        elif kind == "own":
            self.complain(value, f"{_label(location)} {context['message']}")
        else:
            self.complain(value, f"{_label(location)} must be {_KINDS.get(kind, 'written differently')}")

    def configuration(self, keys: FileKeys, node: Node) -> Configuration:
        """The configuration, after the checks that need more than one value."""
        services = tuple(self._services(keys, node))
        databases = tuple(self._databases(keys, node))
        self._check_names(services, [database.name for database in databases], node)
        prefix = posixpath.relpath(self.root.as_posix(), self.base.as_posix())
        return Configuration(
            path=self.name,
            prefix="" if prefix == "." or prefix.startswith("..") else prefix + "/",
            services=services,
            databases=databases,
            allow=tuple(
                Allowance(
                    service=entry.service,
                    table=entry.table,
                    reason=entry.reason,
                    place=self._place(node, ("allow", index)),
                    modes=tuple(entry.mode),
                    rule=entry.rule or "",
                    until=entry.until,
                )
                for index, entry in enumerate(keys.allow)
            ),
            rules=tuple(
                RuleSetting(name, severity, self._key_place(node, ("rules", name))) for name, severity in keys.rules.items()
            ),
            exclude=tuple(keys.exclude),
            accept=tuple(
                Accepted(self._path(entry.path, node, ("accept", index, "path"), must_exist=False), entry.reason, place)
                for index, entry in enumerate(keys.accept)
                for place in [self._place(node, ("accept", index))]
            ),
            tests=tuple(keys.tests),
            require_reason=keys.suppressions.require_reason,
            rule_folders=self._paths(keys.rule_folders, node, ("rule-folders",)),
            framework_folders=self._paths(keys.framework_folders, node, ("framework-folders",)),
            sql_functions=tuple(
                WrapperFunction(entry.call, entry.argument, self._place(node, ("sql-functions", index)), entry.kind)
                for index, entry in enumerate(keys.sql_functions)
            ),
            fail_level=keys.fail_level,
        )

    def _services(self, keys: FileKeys, node: Node) -> Iterator[ServiceEntry]:
        """The declared services."""
        for index, entry in enumerate(keys.services):
            here: Location = ("services", index)
            yield ServiceEntry(
                name=entry.name,
                path=self._path(entry.path, node, (*here, "path")),
                place=self._place(node, here),
                paths=self._paths(entry.paths, node, (*here, "paths")),
                owns=tuple(entry.owns),
                databases=tuple(str(parse(name) or name) for name in entry.databases),
                kind=entry.kind,
            )

    def _databases(self, keys: FileKeys, node: Node) -> Iterator[DatabaseEntry]:
        """The declared databases."""
        for name, entry in keys.databases.items():
            yield DatabaseEntry(
                name=name,
                place=self._key_place(node, ("databases", name)),
                url=str(entry.url) if entry.url else "",
                user=entry.url.user if entry.url else "",
                dialect=entry.dialect or "",
                schema=entry.default_schema or "",
                tables=tuple(entry.tables),
            )

    def _check_names(self, services: tuple[ServiceEntry, ...], databases: list[str], node: Node) -> None:
        """Complain about services that share a name or a folder, and about databases and services that are not declared."""
        names: dict[str, Place] = {}
        paths: dict[str, str] = {}
        for index, service in enumerate(services):
            if service.name in names:
                message = f"service '{shown(service.name)}' is declared twice, first in line {names[service.name].line}"
                self.complain(at(node, ("services", index, "name"))[0], message)
            names.setdefault(service.name, service.place)
            for path in dict.fromkeys((service.path, *service.paths)):
                if path in paths and path:
                    message = f"path '{shown(path)}' belongs to service '{shown(paths[path])}' already"
                    self.complain(at(node, ("services", index, "path"))[0], message)
                paths.setdefault(path, service.name)
            for position, name in enumerate(service.databases):
                if databases and name not in databases and parse(name) is None:
                    found = at(node, ("services", index, "databases", position))[0]
                    self.complain(found, f"unknown database '{shown(name)}'{meant(name, databases)}")
        for entry in _items(node, "allow"):
            written = entry.get("service")
            if names and written and written.text != "*" and written.text not in names:
                self.complain(written, f"unknown service '{shown(written.text)}'{meant(written.text, list(names))}")

    def _paths(self, written: Sequence[str], node: Node, location: Location) -> tuple[str, ...]:
        """Several paths of one key."""
        return tuple(self._path(path, node, (*location, index)) for index, path in enumerate(written))

    def _path(self, written: str, node: Node, location: Location, *, must_exist: bool = True) -> str:
        """A path relative to the scanned root; empty after remembering what is wrong with it."""
        found = at(node, location)[0]
        pure = PurePosixPath(written)
        if pure.is_absolute() or "\\" in written or written[1:2] == ":":
            self.complain(found, f"path '{shown(written)}' must be relative, with /")
            return ""
        normal = posixpath.normpath(written)
        target = self.base / normal
        if normal == ".." or normal.startswith("../") or not _inside(target, self.base):
            self.complain(found, f"path '{shown(written)}' leaves the scanned folder")
            return ""
        if must_exist and not target.exists():
            self.complain(found, f"path '{shown(written)}' does not exist{self._similar(normal)}")
            return ""
        relative = posixpath.relpath(target.as_posix(), self.root.as_posix())
        # A service that contains the scanned folder is, for this run, that folder.
        return "." if set(relative.split("/")) == {".."} else relative

    def _similar(self, path: str) -> str:
        """A hint at an existing neighbour of a path that does not exist."""
        parent = posixpath.dirname(path)
        try:
            names = [posixpath.join(parent, entry.name) for entry in os.scandir(self.base / parent)]
        except OSError:
            return ""
        return meant(path, sorted(names))

    def _place(self, node: Node, location: Location) -> Place:
        """The place of a value."""
        found = at(node, location)[0]
        return Place(self.name, found.line, found.column)

    def _key_place(self, node: Node, location: Location) -> Place:
        """The place of a key."""
        found, key = at(node, location)
        return Place(self.name, (key or found).line, (key or found).column)


_KINDS = {
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "string_type": "a text",
    "string_too_short": "written: it is empty",
}


def _items(node: Node, key: str) -> tuple[Node, ...]:
    """The elements of the list under `key`."""
    value = node.get(key)
    return value.items if value else ()


def _written(value: object) -> object:
    """The document without the keys that have no value, which YAML users write as a heading for what is commented out."""
    if isinstance(value, dict):
        return {key: _written(item) for key, item in value.items() if item is not None}
    return [_written(item) for item in value] if isinstance(value, list) else value


def _known(location: Location) -> list[str]:
    """The keys that may stand in the mapping at `location`."""
    model: Any = FileKeys
    for step in location:
        if isinstance(step, str) and hasattr(model, "model_fields"):
            found = next((field for field in model.model_fields.values() if field.alias == step), None)
            model = _model_in(found.annotation) if found else None
    return [field.alias for field in model.model_fields.values()] if model else []


def _model_in(annotation: Any) -> Any:
    """The model in `Model`, `list[Model]` or `dict[str, Model]`."""
    if hasattr(annotation, "model_fields"):
        return annotation
    return next((found for part in getattr(annotation, "__args__", ()) if (found := _model_in(part))), None)


def _label(location: Location) -> str:
    """How a message calls the value at `location`."""
    names = [part for part in location if isinstance(part, str)]
    return f"'{shown(names[-1])}'" if names else "the file"


def _inside(target: Path, base: Path) -> bool:
    """Whether `target`, symbolic links followed, lies in `base`."""
    try:
        return target.resolve().is_relative_to(base)
    except (OSError, RuntimeError):
        return False


def meant(word: str, options: Sequence[str]) -> str:
    """The hint ` (did you mean '…'?)`, or nothing where no option is close."""
    close = difflib.get_close_matches(word, options, n=1, cutoff=0.6)
    return f" (did you mean '{shown(close[0])}'?)" if close else ""


def shown(text: str) -> str:
    """A short text that is safe to print; what may be a connection string is not shown at all."""
    if "://" in text or "password" in text.lower():
        return "…"
    escaped = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)
    return escaped if len(escaped) <= 60 else escaped[:59] + "…"
