"""sqitch: `deploy/x.sql` counts, `revert/x.sql` and `verify/x.sql` do not; `sqitch.plan` gives the order.

Without the plan the order follows the `-- requires:` lines that `sqitch add` writes into a deploy script.
"""

import re

from dblint.migrations.file import Direction, MigrationFile
from dblint.migrations.tool import Tool
from dblint.model.history import Revision

_PATH = re.compile(r"(?P<project>(?:.*/)?)(?P<folder>deploy|revert|verify)/(?P<change>.+)\.sql")
_HEADER = re.compile(r"\A\s*--[ \t]*(?:Deploy|Revert|Verify)[ \t]+\S", re.IGNORECASE)
_REQUIRES = re.compile(r"^--[ \t]*requires:[ \t]*(\S+)", re.MULTILINE)
_PLANNED = re.compile(r"^(?![%@#\s])(?P<change>\S+)(?:[ \t]+\[[^\]]*\])?[ \t]+[0-9]{4}-", re.MULTILINE)


def plan(text: str) -> tuple[str, ...]:
    """The names of the changes in a `sqitch.plan`, in order; a reworked change stands where it was first."""
    return tuple(dict.fromkeys(match["change"] for match in _PLANNED.finditer(text)))


def _recognise(path: str, text: str) -> MigrationFile | None:
    match = _PATH.fullmatch(path)
    if match is None or not _HEADER.match(text):
        return None
    change = match["change"]
    direction: Direction = "down" if match["folder"] == "revert" else "verify" if match["folder"] == "verify" else "up"
    if "@" in change.rpartition("/")[2] and direction == "up":
        direction = "superseded"
    # `requires` may name another project's change (`project:change`), which is another history.
    requires = tuple(name for name in _REQUIRES.findall(text) if ":" not in name)
    revision = Revision(change, requires) if direction == "up" else None
    return MigrationFile(path, "sqitch", match["project"].rstrip("/") or ".", (change,), direction, revision=revision)


TOOL = Tool("sqitch", _recognise)
