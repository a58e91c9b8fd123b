"""How much of a tree was understood, in numbers that add up."""

from dblint.model.base import Fact


class Coverage(Fact, frozen=True):
    """How much of the tree was understood; `declared_out` counts tests, vendored, generated and unsupported files."""

    files_seen: int = 0
    files_read: int = 0
    files_partly_read: int = 0
    declared_out: int = 0
    statements_found: int = 0
    statements_resolved: int = 0
    dynamic: int = 0
    opaque: int = 0
