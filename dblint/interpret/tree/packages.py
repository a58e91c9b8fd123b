"""Which packages a dotted or slashed path lies in."""

import re
from functools import lru_cache

_STEP = re.compile(r"[./\\:]")


@lru_cache(maxsize=65_536)
def packages_around(path: str) -> frozenset[str]:
    """Return every package that a path lies in, itself included: `org.acme.Db` is in `org`, `org.acme` and `org.acme.Db`.

    Paths of modules of any language: `github.com/jmoiron/sqlx.Open` is in `github.com/jmoiron/sqlx`.
    """
    path = path.replace("()", "")
    return frozenset([*(path[: step.start()] for step in _STEP.finditer(path)), path])
