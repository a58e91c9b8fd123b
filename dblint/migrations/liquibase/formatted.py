"""Liquibase's changelogs in formatted SQL; source of the rules: Liquibase's documentation of SQL changelog files.

The order of files is that of their names, as `includeAll` takes them. What `--rollback` says stands in comments, and so
never counts.
"""

import re

from dblint.migrations.file import MigrationFile, natural, split, without
from dblint.migrations.tool import Tool

_HEAD = re.compile(r"\s*--\s*liquibase\s+formatted\s+sql", re.IGNORECASE)
_CHANGESET = re.compile(
    r"^[ \t]*--[ \t]*changeset[ \t]+(?P<id>[^\s:]+:[^\s]+)(?P<attributes>[^\r\n]*)", re.IGNORECASE | re.MULTILINE
)
_AGAIN = re.compile(r"\brun(?:OnChange|Always)\s*:\s*true\b", re.IGNORECASE)
_ROLLBACK = re.compile(r"^[ \t]*/\*[ \t]*liquibase[ \t]+rollback\b.*?\*/", re.IGNORECASE | re.MULTILINE | re.DOTALL)


def _recognise(path: str, text: str) -> MigrationFile | None:
    if not _HEAD.match(text):
        return None
    folder, name = split(path)
    changesets = tuple((match.start(), _name(match)) for match in _CHANGESET.finditer(text))
    return MigrationFile(path, "liquibase", folder, natural(name), changesets=changesets)


def _name(match: re.Match[str]) -> str:
    """Author and id; one that runs again whenever it changes says so."""
    return f"{match['id']}{' again' if _AGAIN.search(match['attributes']) else ''}"


def _effective(text: str) -> str:
    return without(text, (match.span() for match in _ROLLBACK.finditer(text)))


TOOL = Tool("liquibase", _recognise, _effective)
