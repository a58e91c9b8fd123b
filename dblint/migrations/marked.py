"""Tools whose files hold both directions, with a comment of their own between them.

node-pg-migrate (`-- Up Migration`, `-- Down Migration`), Play evolutions (`# --- !Ups`, `# --- !Downs`), MyBatis Migrations
(`-- //@UNDO`) and rambler (`-- rambler up`). Source: the documentation of each.
"""

import re

from dblint.migrations.file import MigrationFile, natural, sections, split, without
from dblint.migrations.tool import Tool


def _tool(name: str, marker: str, down: str) -> Tool:
    """A tool whose sections begin with a line that matches `marker`; its first group says which direction follows."""
    pattern = re.compile(marker, re.MULTILINE | re.IGNORECASE)

    def recognise(path: str, text: str) -> MigrationFile | None:
        if not pattern.search(text):
            return None
        folder, file = split(path)
        return MigrationFile(path, name, folder, natural(file))

    def effective(text: str) -> str:
        kept = sections(text, pattern, lambda match: match[1].lower() != down)
        # A marker that begins with `#` is a comment to the tool only.
        return without(kept, (match.span() for match in pattern.finditer(kept)))

    return Tool(name, recognise, effective)


TOOLS: tuple[Tool, ...] = (
    _tool("node-pg-migrate", r"^--+[ \t]*(up|down)[ \t]+migration\b.*$", "down"),
    _tool("evolutions", r"^(?:#|--)[ \t]*-*[ \t]*!(ups|downs)\b.*$", "downs"),
    _tool("mybatis-migrations", r"^--[ \t]*//[ \t]*@(undo)\b.*$", "undo"),
    _tool("rambler", r"^--[ \t]*rambler[ \t]+(up|down)\b.*$", "down"),
)
