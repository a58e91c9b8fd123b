"""yoyo: `step(apply, rollback)` in Python, or `x.sql` with `x.rollback.sql`; only the first argument of a step counts."""

import re

from dblint.migrations.file import MigrationFile, natural, split
from dblint.migrations.tool import Tool
from dblint.model.history import Revision

_SQL_DEPENDS = re.compile(r"^--[ \t]*depends:(?P<names>.*)$", re.MULTILINE)
_PYTHON = re.compile(r"^(?:from[ \t]+yoyo[ \t]+import\b|import[ \t]+yoyo\b)", re.MULTILINE)
_DEPENDS = re.compile(r"^__depends__[ \t]*=[ \t]*[\[{(](?P<names>[^\]})]*)[\]})]", re.MULTILINE)


def _recognise(path: str, text: str) -> MigrationFile | None:
    folder, name = split(path)
    if name.endswith(".rollback.sql"):
        return MigrationFile(path, "yoyo", folder, natural(name), "down")
    if name.endswith(".sql"):
        match = _SQL_DEPENDS.search(text)
        requires = match["names"].split() if match else None
    elif name.endswith(".py") and _PYTHON.search(text):
        match = _DEPENDS.search(text)
        requires = re.findall(r"[\"']([^\"']+)[\"']", match["names"]) if match else []
    else:
        requires = None
    if requires is None:
        return None
    # yoyo sorts by name and then by dependency, and calls a migration by its file name without the ending.
    revision = Revision(name.rpartition(".")[0], tuple(requires))
    return MigrationFile(path, "yoyo", folder, natural(name), revision=revision)


TOOL = Tool("yoyo", _recognise)
