"""The text of suppressing comments."""

import re
from collections.abc import Collection

_DIRECTIVE = re.compile(r"\bdblint:\s*(?:ignore|file-ignore)\s*\[(?P<rules>[^\]]*)\]")


def without(comment: str, rules: Collection[str]) -> str | None:
    """A comment, its sign included, in which its directive does not name these rules any more; None where it has no directive.

    With the last rule the directive goes, and the reason behind it; what stood before it stays. Empty if nothing did.
    """
    found = _DIRECTIVE.search(comment)
    if found is None:
        return None
    gone = {rule.casefold() for rule in rules}
    names = [name.strip() for name in found["rules"].split(",") if name.strip()]
    kept = [name for name in names if name.casefold() not in gone]
    if len(kept) == len(names):
        return comment
    if kept:
        return comment[: found.start("rules")] + ", ".join(kept) + comment[found.end("rules") :]
    before = comment[: found.start()].rstrip().rstrip("#-/*").rstrip()
    return before if before.strip("#-/* \t") else ""


def directive(rule: str, reason: str) -> str:
    """The words of a comment that suppresses a rule."""
    return f"dblint: ignore[{rule}] {' '.join(reason.split())}"
