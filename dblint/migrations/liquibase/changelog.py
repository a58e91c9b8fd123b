"""A changelog in XML, YAML or JSON: its changesets in order, what is included between them, and what never counts."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dblint.config.document import DocumentError
from dblint.migrations.embedded import Found, change_of
from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.liquibase.changes import events_of, file_event
from dblint.migrations.liquibase.columns import truth
from dblint.migrations.liquibase.documents import Element, element
from dblint.model.facts import Change
from dblint.model.sql import Dialect

_PLACEHOLDER = re.compile(r"\$\{([\w.-]+)\}")
_WORDS = re.compile(r"[\w.-]+")
_TESTING = re.compile(r"(?:unit|integration|it)?[-_.]?tests?(?:ing|data)?|it", re.IGNORECASE)
# Databases in memory, which tests and demonstrations start.
_IN_MEMORY = frozenset({"h2", "hsqldb", "derby"})
_DIALECTS: Mapping[str, Dialect] = {
    "postgresql": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlite": "sqlite",
    "oracle": "oracle",
    "mssql": "tsql",
}


class Changelog(NamedTuple):
    """What a changelog says; `reason` and `line` tell why and where it could not be read."""

    changes: tuple[Change, ...] = ()
    reason: str = ""
    line: int = 1


def from_changelog(path: str, text: str, dialect: Dialect = "generic") -> Changelog:
    """The changes of a changelog in order; `dialect` is that of the SQL inside it where a changeset names no database."""
    folder, name = split(path)
    file = MigrationFile(path, "liquibase", folder, natural(name))
    try:
        root = element(path, text)
        return Changelog(tuple(_changes(file, root, dialect)))
    except DocumentError as error:
        return Changelog((), error.reason, error.line)
    except RecursionError:
        return Changelog((), "too-deep")


def _changes(file: MigrationFile, root: Element, dialect: Dialect) -> Iterator[Change]:
    properties = dict(reversed([_property(each) for each in sorted(root.all("property"), key=_is_for_tests)]))
    for written in root.children:
        each = written.mapped(lambda text: _PLACEHOLDER.sub(lambda match: properties.get(match[1], match[0]), text))
        if each.name in ("include", "includeAll"):
            path = each.get("file", "path")
            if path and not _is_for_tests(each):
                yield change_of(file, Found(file_event(each, path, "all" if each.name == "includeAll" else "file"), each.line))
        elif each.name == "changeSet":
            yield from _changeset(file, each, dialect)


def _property(each: Element) -> tuple[str, str]:
    return each.get("name"), each.get("value")


def _changeset(file: MigrationFile, changeset: Element, dialect: Dialect) -> Iterator[Change]:
    yield from _revoked(file, changeset)
    if truth(changeset.get("ignore")) is True or _is_for_tests(changeset):
        return
    again = truth(changeset.get("runOnChange")) is True or truth(changeset.get("runAlways")) is True
    name = f"{changeset.get('author')}:{changeset.get('id')}{' again' if again else ''}"
    known = [_DIALECTS[each] for each in _WORDS.findall(changeset.get("dbms").lower()) if each in _DIALECTS]
    for each in changeset.children:
        own = [_DIALECTS[word] for word in _WORDS.findall(each.get("dbms").lower()) if word in _DIALECTS]
        if _is_for_tests(each):
            continue
        for found in events_of(each, next(iter((*own, *known)), dialect)):
            yield change_of(file, found, changeset=name)


def _revoked(file: MigrationFile, changeset: Element) -> Iterator[Change]:
    """The files of SQL that only a rollback runs: what they say never counts."""
    for rollback in changeset.all("rollback"):
        for each in (rollback, *rollback.children):
            if each.get("path"):
                yield change_of(file, Found(file_event(each, each.get("path"), "rollback"), each.line))


def _is_for_tests(element: Element) -> bool:
    """Whether only tests, or only databases in memory, see an element."""
    contexts = element.get("context", "contexts", "contextFilter", "labels")
    words = [word for word in _WORDS.findall(contexts) if word.lower() not in ("or", "and")]
    if words and "!" not in contexts and all(word.lower() != "not" and _TESTING.fullmatch(word) for word in words):
        return True
    servers = {word for word in re.split(r"[\s,]+", element.get("dbms").lower()) if word}
    return bool(servers) and servers <= _IN_MEMORY
