"""golang-migrate (and sqlx's reversible migrations): `<version>_<title>.up.sql` with its `.down.sql`."""

import re

from dblint.migrations.file import MigrationFile, split
from dblint.migrations.tool import Tool

_NAME = re.compile(r"([0-9]+)_(.*)\.(down|up)\.(.*)", re.ASCII)


def _recognise(path: str, _text: str) -> MigrationFile | None:
    folder, name = split(path)
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    return MigrationFile(path, "golang-migrate", folder, (int(match[1]),), "down" if match[3] == "down" else "up")


TOOL = Tool("golang-migrate", _recognise)
