"""A bare folder of SQL files, and the tools that are no more than that: numbered files, `schema.sql`, `<version>/up.sql`."""

import re

from dblint.migrations.file import MigrationFile, is_down, natural, split
from dblint.migrations.script import includes
from dblint.migrations.tool import Tool

_DEFINITION = re.compile(
    r"(?:^|;)[ \t]*(?:create[ \t]+(?:or[ \t]+(?:replace|alter)[ \t]+)?"
    r"(?:(?:unlogged|external|foreign|materialized|unique)[ \t]+|definer[ \t]*=[ \t]*\S+[ \t]+)*"
    r"(?:table|view|index|schema|database|type|domain|sequence|function|procedure|trigger|extension|policy|publication|server)"
    r"|alter[ \t]+(?:(?:foreign|materialized)[ \t]+)?(?:table|view|type|schema|sequence|database|domain|function|procedure)"
    r"|drop[ \t]+(?:(?:foreign|materialized)[ \t]+)?"
    r"(?:table|view|index|schema|type|domain|sequence|function|procedure|trigger|policy|publication)"
    r"|rename[ \t]+table|(?:grant|revoke)[ \t]+|comment[ \t]+on|exec(?:ute)?[ \t]+sp_rename)\b",
    re.IGNORECASE | re.MULTILINE,
)
_WHOLE_FOLDER = frozenset({"up.sql", "down.sql", "migration.sql"})
_TEARDOWN = re.compile(r"(?:^|[^a-z])(?:drop|teardown|clean|cleanup|destroy|reset|purge|uninstall)(?:[^a-z]|$)", re.IGNORECASE)
_DOWN_FOLDERS = frozenset({"down", "undo", "rollback", "rollbacks", "revert"})
_NUMBERED = re.compile(r"[0-9]")


def _recognise(path: str, text: str) -> MigrationFile | None:
    folder, name = split(path)
    if not _DEFINITION.search(text) and not (_NUMBERED.match(name) and includes(text)):
        return None
    if name in _WHOLE_FOLDER and "/" in path:
        history, version = split(folder)
        # Prisma sorts folders as texts, where `2025062` comes after `20250523100511`; Diesel and Hasura count.
        order = (version,) if name == "migration.sql" else natural(version)
        return MigrationFile(path, "sql", history, order, "down" if name == "down.sql" else "up")
    stem = name.rpartition(".")[0]
    # `drop.sql` beside `create.sql` empties the database for a fresh start; a numbered `005_drop_x.sql` is a step forward.
    down = (
        is_down(stem)
        or folder.rpartition("/")[2].lower() in _DOWN_FOLDERS
        or (not _NUMBERED.match(stem) and _TEARDOWN.search(stem) is not None)
    )
    return MigrationFile(path, "sql", folder, natural(name), "down" if down else "up")


TOOL = Tool("sql", _recognise)
