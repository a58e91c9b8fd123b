"""Edits of one file, by its language."""

from collections.abc import Sequence

from dblint.fix import text
from dblint.model.base import Fact


class Removal(Fact, frozen=True):
    """These rules go from the suppressing comment that ends in `line`; with the last of them the comment goes."""

    line: int
    rules: tuple[str, ...]


class Insertion(Fact, frozen=True):
    """A comment of its own above `line` suppresses `rule`; `attempt` counts the places that were tried and did not do."""

    line: int
    rule: str
    reason: str
    attempt: int = 0


def edited(data: bytes, language: str, removals: Sequence[Removal] = (), insertions: Sequence[Insertion] = ()) -> bytes:
    """The file with these edits; what cannot be edited safely is as it was."""
    if language == "python":
        from dblint.fix import python  # noqa: PLC0415 - libcst costs 150 ms and only Python needs it

        return python.edited(data, removals, insertions)
    if language != "sql":
        insertions = ()
    return text.edited(data, removals, insertions)
