"""tern: what stands below `---- create above / drop below ----` takes the migration back."""

import re

from dblint.migrations.file import MigrationFile, natural, sections, split
from dblint.migrations.tool import Tool

_MARKER = re.compile(r"^----[ \t]*create above / drop below[ \t]*----", re.MULTILINE)


def _recognise(path: str, text: str) -> MigrationFile | None:
    if not _MARKER.search(text):
        return None
    folder, name = split(path)
    return MigrationFile(path, "tern", folder, natural(name))


def _effective(text: str) -> str:
    return sections(text, _MARKER, lambda _marker: False)


TOOL = Tool("tern", _recognise, _effective)
