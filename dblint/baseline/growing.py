"""What a baseline becomes when today's findings are accepted, or only the solved ones dropped."""

from collections import Counter
from collections.abc import Collection, Mapping

from dblint.baseline.applying import Applied, summed
from dblint.baseline.model import Baseline, Entry, key_of
from dblint.model.findings import Finding
from dblint.model.place import Place


def updated(
    was: Baseline, now: Applied, coverage: Baseline, *, strict: Collection[str], exempt: Collection[str] = ()
) -> tuple[Baseline, tuple[Finding, ...]]:
    """The baseline that accepts every finding, and the findings that it does not: those by or against a `strict` service.

    `coverage` says what is not understood today.
    """
    entries = list(now.needed)
    refused: list[Finding] = []
    for finding in now.findings:
        if finding.suppressed or finding.baselined or finding.rule in exempt:
            continue
        if finding.service in strict or finding.owner in strict:
            refused.append(finding)
        else:
            entries.append(Entry(key_of(finding), 1, finding.owner, Place("", 1)))
    unresolved = dict(coverage.unresolved)
    before = dict(was.unresolved)
    for service in strict:
        if unresolved.get(service, 0) > before.get(service, 0):
            unresolved[service] = before.get(service, 0)
    return _made(_owned_now(entries, now), unresolved, dict(coverage.unread)), tuple(refused)


def pruned(was: Baseline, now: Applied, coverage: Baseline) -> Baseline:
    """The baseline without what is solved; nothing is added to it."""
    today = dict(coverage.unresolved)
    unresolved = {service: min(count, today.get(service, 0)) for service, count in was.unresolved}
    unread = {path: reason for path, reason in was.unread if path in dict(coverage.unread)}
    return _made(now.needed, unresolved, unread)


def _owned_now(entries: Collection[Entry], now: Applied) -> tuple[Entry, ...]:
    """The entries in the files of today's owners."""
    owners = {key_of(finding): finding.owner for finding in now.findings}
    return tuple(Entry(entry.key, entry.count, owners.get(entry.key, entry.owner), entry.place) for entry in entries)


def _made(entries: Collection[Entry], unresolved: Mapping[str, int], unread: Mapping[str, str]) -> Baseline:
    counted = Counter({service: count for service, count in unresolved.items() if count > 0})
    return Baseline(summed(entries), tuple(sorted(counted.items())), tuple(sorted(unread.items())))
