"""sql-migrate: one file with `-- +migrate Up` and `-- +migrate Down` sections."""

import re

from dblint.migrations.file import MigrationFile, natural, sections, split
from dblint.migrations.tool import Tool

_MARKER = re.compile(r"^[ \t]*--[ \t]*\+migrate[ \t]+(up|down)\b", re.IGNORECASE | re.MULTILINE)


def _recognise(path: str, text: str) -> MigrationFile | None:
    if not _MARKER.search(text):
        return None
    folder, name = split(path)
    return MigrationFile(path, "sql-migrate", folder, natural(name))


def _effective(text: str) -> str:
    return sections(text, _MARKER, lambda marker: marker[1].lower() == "up")


TOOL = Tool("sql-migrate", _recognise, _effective)
