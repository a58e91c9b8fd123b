"""Which findings a baseline accepts, and which of its entries nothing needs any more."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

from msgspec.structs import replace

from dblint.baseline.model import Baseline, Entry, Key, key_of
from dblint.model.base import Fact
from dblint.model.facts import TableId
from dblint.model.findings import Finding

# A finding about the baseline or about a waiver costs one command to solve; accepting it would only hide the command.
CHECKS_NEVER_ACCEPTED = ("baseline", "waiver")


class Stale(Fact, frozen=True):
    """An entry that accepts more than there is."""

    entry: Entry
    found: int


class Applied(Fact, frozen=True):
    """The findings, accepted ones marked; the entries that accept more than there is; all entries as they now ought to be."""

    findings: tuple[Finding, ...]
    stale: tuple[Stale, ...]
    needed: tuple[Entry, ...]


def applied(
    baseline: Baseline,
    findings: Sequence[Finding],
    files: Collection[str],
    *,
    unread: Collection[str] = (),
    known: Collection[str] = (),
    exempt: Collection[str] = (),
) -> Applied:
    """What a baseline makes of findings.

    `files` are the files that there are: what is accepted in a file that is gone covers equal findings in another file, so that
    a renamed file needs no new baseline; nor does a finding about a service as a whole, which is shown in any of its files.
    `unread` files keep their entries. Of equal findings in one file those whose fingerprints are `known` are accepted first,
    then the first ones. Findings of the rules `exempt` are never accepted.
    """
    open_: defaultdict[Key, list[Finding]] = defaultdict(list)
    for finding in sorted(findings, key=lambda one: (one.fingerprint not in known, one.place, one.fingerprint)):
        if not finding.suppressed and finding.rule not in exempt:
            open_[key_of(finding)].append(finding)
    accepted: list[tuple[Entry, Finding]] = []
    left: Counter[Entry] = Counter()
    for entry in baseline.entries:
        taken = open_[entry.key][: entry.count]
        del open_[entry.key][: entry.count]
        accepted += [(entry, finding) for finding in taken]
        left[entry] = entry.count - len(taken)
    accepted += _moved(left, open_, files)
    found = Counter(entry for entry, _ in accepted)
    stale = tuple(
        Stale(entry, found[entry]) for entry in baseline.entries if found[entry] < entry.count and entry.key.path not in unread
    )
    needed = [replace(entry, key=key_of(finding), count=1) for entry, finding in accepted]
    needed += [
        replace(entry, count=entry.count - found[entry])
        for entry in baseline.entries
        if found[entry] < entry.count and entry.key.path in unread
    ]
    marked = {id(finding) for _, finding in accepted}
    return Applied(
        tuple(replace(finding, baselined=True) if id(finding) in marked else finding for finding in findings),
        stale,
        summed(needed),
    )


def summed(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """One entry for each owner and key, sorted."""
    found: dict[tuple[str | None, Key], Entry] = {}
    for entry in entries:
        about = (entry.owner, entry.key)
        before = found.get(about)
        found[about] = entry if before is None else replace(before, count=before.count + entry.count)
    return tuple(found[about] for about in sorted(found, key=lambda one: (one[0] is None, one[0] or "", one[1])))


def stale_finding(stale: Stale, rule: Finding, command: str) -> Finding:
    """The finding about a stale entry, made from `rule`, a finding with the rule's name, id and severity."""
    key, place = stale.entry.key, stale.entry.place
    left = f"{stale.found} of them are left" if stale.found else "none of them is left"
    times = f"{stale.entry.count} findings" if stale.entry.count > 1 else "one finding"
    left = left if stale.entry.count > 1 else "it is solved"
    message = (
        f"the baseline accepts {times} of {key.rule} by {key.service or 'no service'} on {key.table} in {key.path}, and {left}"
    )
    print_ = hashlib.blake2b("\0".join(("stale", *key)).encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()
    return replace(
        rule,
        service=key.service,
        owner=stale.entry.owner,
        table=TableId("sql", None, None, key.table),
        place=place,
        message=message,
        remedy=f"Run `{command}` and commit what it writes, so that what is paid off cannot come back unseen.",
        fingerprint=print_,
        mode=key.mode,
        shape=key.path,
    )


def _moved(left: Counter[Entry], open_: dict[Key, list[Finding]], files: Collection[str]) -> list[tuple[Entry, Finding]]:
    """Findings in new places for entries whose file is gone."""
    elsewhere: defaultdict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for key in sorted(open_):
        elsewhere[key[:-1]] += open_[key]
    found: list[tuple[Entry, Finding]] = []
    for entry, count in left.items():
        somewhere = entry.key.mode == "other" and entry.key.table != "?"
        if count and (somewhere or entry.key.path not in files):
            same = elsewhere[entry.key[:-1]]
            found += [(entry, finding) for finding in same[:count]]
            del same[:count]
    return found
