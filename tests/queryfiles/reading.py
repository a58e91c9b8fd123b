"""Short forms of what a SQL file says."""

from dblint.model.sql import Dialect
from dblint.queryfiles.reading import read


def uses(text: str, dialect: Dialect = "generic") -> list[str]:
    """`action table @ line` of every use, in order."""
    statements, _ = read(text, dialect)
    return [
        f"{use.action} {use.table} @{text.count(chr(10), 0, use.offset) + 1}"
        for statement in statements
        for use in statement.uses
    ]


def statuses(text: str) -> list[str]:
    return [statement.status for statement in read(text, "generic")[0]]
