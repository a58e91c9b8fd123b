"""Where something stands in the scanned tree."""

from dblint.model.base import Fact


class Place(Fact, frozen=True, order=True):
    """A line in a file; `path` is relative to the scanned root with `/`, `line` and `column` count from 1."""

    path: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


def in_common(one: str, other: str) -> int:
    """How many leading parts two paths have in common."""
    count = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count
