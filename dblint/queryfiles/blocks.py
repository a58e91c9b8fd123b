"""Files of named queries: aiosql and anosql (`-- name: get_user^`), PugSQL (`-- :name find_user :one`), sqlc, yesql and HugSQL.

Sources: aiosql's and PugSQL's documentation on their SQL files; sqlc's on query annotations.
"""

import re

_HEADER = re.compile(
    r"^[ \t]*--[ \t]*(?:name[ \t]*:[ \t]*|:name[ \t]+)(?P<name>[A-Za-z_][\w\-]*)"
    r"[ \t]*(?:\([\w, \t]*\))?[ \t]*(?:\^|\$|<!|\*!|!|\#|(?:[ \t]*:[\w!*?<>\-]+)+)?[ \t]*\r?$",
    re.MULTILINE,
)


def blocks(text: str) -> tuple[tuple[str, int, int], ...]:
    """(name, start, end) of the text of each named query; empty for a file that names none."""
    headers = list(_HEADER.finditer(text)) if "name" in text else []
    ends = [*(header.start() for header in headers[1:]), len(text)][: len(headers)]
    return tuple((header["name"], header.end(), end) for header, end in zip(headers, ends, strict=True))
