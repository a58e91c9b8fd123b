"""dbmate: one file with `-- migrate:up` and `-- migrate:down` sections, several pairs allowed."""

import re

from dblint.migrations.file import MigrationFile, natural, sections, split
from dblint.migrations.tool import Tool

_MARKER = re.compile(r"^--[ \t]*migrate:(up|down)\b", re.MULTILINE)


def _recognise(path: str, text: str) -> MigrationFile | None:
    if not _MARKER.search(text):
        return None
    folder, name = split(path)
    return MigrationFile(path, "dbmate", folder, natural(name))


def _effective(text: str) -> str:
    return sections(text, _MARKER, lambda marker: marker[1] == "up")


TOOL = Tool("dbmate", _recognise, _effective)
