"""Names that are too long: what a framework or a database makes of them."""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

# Longest table name that Django gives by itself; the other backends set none.
LIMITS: Mapping[str, int] = MappingProxyType({"postgres": 63, "mysql": 64, "oracle": 30})

_POSTGRES_BYTES = 63


def truncated(name: str, limit: int) -> str:
    """Default table name as Django cuts it: `limit` characters, the last four of which are a digest of the whole name.

    Source: django `db/backends/utils.py`, `truncate_name`. An explicit `db_table` is not cut.
    """
    if len(name) <= limit:
        return name
    digest = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
    return name[: limit - 4] + digest[:4]


def clipped(name: str) -> str:
    """Name as PostgreSQL keeps it: at most 63 bytes of UTF-8, never half a character."""
    return name.encode()[:_POSTGRES_BYTES].decode(errors="ignore")
