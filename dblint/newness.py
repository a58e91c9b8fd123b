"""Which findings of a tree are new in front of its base."""

from collections import Counter
from collections.abc import Iterable, Mapping

from dblint.model.findings import Finding


def old(findings: Iterable[Finding], base: Iterable[Finding], renamed: Mapping[str, str]) -> frozenset[str]:
    """The fingerprints of the findings that the base had already, whichever file changed.

    `renamed` are files with what they were called on the base. A finding that was suppressed there is new once it is not.
    """
    before = [finding for finding in base if not finding.suppressed]
    known = {finding.fingerprint for finding in before}
    everywhere = {_but_for_its_file(finding, "") for finding in before if _is_somewhere(finding)}
    moved = Counter(_but_for_its_file(finding, finding.place.path) for finding in before)
    found: set[str] = set()
    for finding in sorted(findings, key=lambda one: (one.place, one.fingerprint)):
        if finding.fingerprint in known or (_is_somewhere(finding) and _but_for_its_file(finding, "") in everywhere):
            found.add(finding.fingerprint)
        elif path := renamed.get(finding.place.path):
            about = _but_for_its_file(finding, path)
            if moved[about] > 0:
                moved[about] -= 1
                found.add(finding.fingerprint)
    return frozenset(found)


def _is_somewhere(finding: Finding) -> bool:
    """Whether it is about a service as a whole, so that its place is only the first of many that show it."""
    return finding.mode == "other" and finding.table.name not in ("?", "")


def _but_for_its_file(finding: Finding, path: str) -> tuple[object, ...]:
    return (finding.rule, finding.service, finding.table, finding.mode, finding.shape, path)
