"""The content of one dblint.yaml, checked by pydantic: what does not fit, or else the facts."""

import posixpath
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dblint.config.checks import Complaint, relative
from dblint.config.document import Node, at, plain
from dblint.config.dsn import Dsn, parse
from dblint.config.keys import FileKeys
from dblint.config.model import (
    Accepted,
    Agreement,
    Allowance,
    Configuration,
    DatabaseEntry,
    PairSeverity,
    Resource,
    RuleSetting,
    ServiceEntry,
    WrapperFunction,
)
from dblint.config.words import meant, shown
from dblint.model.place import Place
from dblint.model.system import Deprecation

Location = tuple[str | int, ...]

_KINDS = {
    "list_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "string_type": "must be a text",
    "string_too_short": "must not be empty",
}


def checked(document: Node) -> tuple[FileKeys | None, tuple[Complaint, ...]]:
    """The content of a document, or every value that does not fit with what is wrong."""
    try:
        return FileKeys.model_validate(_written(plain(document))), ()
    except ValidationError as error:
        # The library's own messages quote input, and an input may be a URL with its password.
        details = error.errors(include_url=False, include_input=False)
        told = (_explained(document, detail["type"], detail["loc"], detail.get("ctx", {})) for detail in details)
        return None, tuple(told)


def _written(value: object) -> object:
    """The document without the keys that have no value, which YAML users leave as a heading for what is commented out."""
    if isinstance(value, dict):
        return {key: _written(item) for key, item in value.items() if item is not None}
    return [_written(item) for item in value] if isinstance(value, list) else value


def _explained(document: Node, kind: str, location: Location, context: dict[str, Any]) -> Complaint:
    """One validation error in our words, at its node."""
    if location and location[-1] == "[key]":
        node, key = at(document, location[:-1])
        return key or node, "a name must not be empty"
    node, key = at(document, location)
    texts = [part for part in location if isinstance(part, str)]
    name = shown(texts[-1]) if texts else "the file"
    if kind == "extra_forbidden":
        return key or node, f"unknown key '{name}'{meant(texts[-1], _known(location[:-1]))}"
    if kind == "missing":
        return at(document, location[:-1])[0], f"missing key '{name}'"
    if kind == "literal_error" and node.kind == "scalar":
        options = [option.strip("'") for option in str(context.get("expected", "")).replace(" or ", ", ").split(", ")]
        return node, f"'{shown(node.text)}' must be {', '.join(options[:-1])} or {options[-1]}{meant(node.text, options)}"
    if kind == "own":
        return node, f"'{name}' {context['message']}"
    return node, f"'{name}' {_KINDS.get(kind, 'has the wrong form')}"


def _known(location: Location) -> list[str]:
    """The keys that may stand in the mapping at `location`."""
    annotation: Any = FileKeys
    for step in location:
        if hasattr(annotation, "model_fields"):
            annotation = next((field.annotation for field in annotation.model_fields.values() if field.alias == step), None)
        else:
            annotation = next(reversed(getattr(annotation, "__args__", ())), None)  # of a list or dict: its elements
    return [field.alias for field in annotation.model_fields.values()] if hasattr(annotation, "model_fields") else []


class Places:
    """The places of the values of one file, and its paths as the scanned root sees them."""

    def __init__(self, name: str, document: Node, root: Path, base: Path) -> None:
        self.name, self.document, self.root, self.base = name, document, root, base

    def of(self, *location: str | int) -> Place:
        """The place of a value, or of its key where it has one of its own name."""
        node, key = at(self.document, location)
        return Place(self.name, (key or node).line, (key or node).column)

    def paths(self, written: Sequence[str]) -> tuple[str, ...]:
        """Paths relative to the root."""
        return tuple(relative(path, self.base, self.root) for path in written)

    def prefix(self) -> str:
        """The root relative to the folder that patterns are written against."""
        path = posixpath.relpath(self.root.as_posix(), self.base.as_posix())
        return "" if path == "." else path + "/"


def converted(keys: FileKeys, places: Places) -> Configuration:
    """The checked content as facts."""
    return Configuration(
        path=places.name,
        prefix=places.prefix(),
        services=tuple(_services(keys, places)),
        databases=tuple(_databases(keys, places)),
        allow=tuple(
            Allowance(
                service=entry.service,
                table=entry.table,
                reason=entry.reason,
                place=places.of("allow", index),
                modes=tuple(entry.mode),
                rule=entry.rule or "",
                until=entry.until,
            )
            for index, entry in enumerate(keys.allow)
        ),
        sharing=tuple(
            Agreement(
                pattern=entry.pattern,
                tables=tuple(entry.table),
                reason=entry.reason,
                place=places.of("sharing", index),
                services=tuple(entry.services),
                feeder=tuple(entry.feeder),
                source=entry.source or "",
                staleness=entry.staleness or "",
                until=entry.until,
            )
            for index, entry in enumerate(keys.sharing)
        ),
        resources=tuple(
            Resource(
                entry.name, entry.kind, entry.owner, places.of("resources", index), tuple(entry.services), entry.reason or ""
            )
            for index, entry in enumerate(keys.resources)
        ),
        rules=tuple(RuleSetting(name, severity, places.of("rules", name)) for name, severity in keys.rules.items()),
        severities=tuple(
            PairSeverity(entry.service, entry.owner, entry.severity, places.of("severities", index), entry.rule or "")
            for index, entry in enumerate(keys.severities)
        ),
        exclude=tuple(keys.exclude),
        accept=tuple(
            Accepted(relative(entry.path, places.base, places.root), entry.reason, places.of("accept", index))
            for index, entry in enumerate(keys.accept)
        ),
        deprecated=tuple(
            Deprecation(entry.column, places.of("deprecated", index), entry.since, entry.reason or "")
            for index, entry in enumerate(keys.deprecated)
        ),
        tests=tuple(keys.tests),
        require_reason=keys.suppressions.require_reason,
        rule_folders=places.paths(keys.rule_folders),
        framework_folders=places.paths(keys.framework_folders),
        sql_functions=tuple(
            WrapperFunction(entry.call, entry.argument, places.of("sql-functions", index), entry.kind)
            for index, entry in enumerate(keys.sql_functions)
        ),
        fail_level=keys.fail_level,
    )


def _services(keys: FileKeys, places: Places) -> Iterator[ServiceEntry]:
    """The declared services."""
    for index, entry in enumerate(keys.services):
        yield ServiceEntry(
            name=entry.name,
            path=relative(entry.path, places.base, places.root),
            place=places.of("services", index),
            paths=places.paths(entry.paths),
            owns=tuple(entry.owns),
            databases=tuple(str(parse(name) or name) for name in entry.databases),
            kind=entry.kind or "",
            strict=entry.strict,
        )


def _databases(keys: FileKeys, places: Places) -> Iterator[DatabaseEntry]:
    """The declared databases."""
    for name, entry in keys.databases.items():
        url: Dsn = entry.url or Dsn()
        yield DatabaseEntry(
            name=name,
            place=places.of("databases", name),
            url=str(url) if entry.url else "",
            user=url.user,
            dialect=entry.dialect or "",
            schema=entry.default_schema or "",
            tables=tuple(entry.tables),
        )
