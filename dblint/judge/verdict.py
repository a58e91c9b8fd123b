"""From drafts to findings: severity, allowances, suppressions, fingerprints and order."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fnmatch import fnmatchcase

from msgspec import structs

from dblint.config.model import Configuration, PairSeverity
from dblint.graph import Coupling
from dblint.judge import agreements
from dblint.judge.checks import CHECKS
from dblint.judge.draft import Draft
from dblint.judge.rules import Rule
from dblint.judge.waivers import Allowances, Suppressions
from dblint.model.facts import Confidence
from dblint.model.findings import Finding, Severity, Suppression
from dblint.model.system import System

_LOWER: dict[Severity, Severity] = {"error": "warning", "warning": "note", "note": "note", "off": "off"}

Judged = tuple[Rule, Draft]


def judge(
    system: System,
    coupling: Coupling,
    rules: tuple[Rule, ...],
    configuration: Configuration,
    suppressions: tuple[Suppression, ...],
    today: date,
) -> tuple[Finding, ...]:
    """The findings in the order of path, line, rule and table; suppressed ones are among them, allowed ones are not."""
    active = active_rules(rules, configuration)
    allowances = Allowances(configuration.allow, today, agreements.allowances(configuration.sharing))
    suppressed = Suppressions(suppressions, rules, active, today, require_reason=configuration.require_reason)
    coupling = coupling.sanctioning(lambda crossing: allowances.sanction(crossing, active))

    # Code of no service (an operator's script) is known to whoever asks, but nobody can be told to mend it.
    agreed = tuple(agreements.broken(coupling, configuration.sharing, today))
    judged = _once(
        (rule, draft)
        for rule in active
        for draft in (agreed if rule.check == "agreement" else CHECKS[rule.check].drafts(coupling, rule.options))
        if draft.service
    )
    findings = [
        suppressed.applied(_finding(rule, draft, print_, allowances, configuration.severities))
        for (rule, draft), print_ in _fingerprinted(judged)
        if not allowances.permits(rule, draft)
    ]
    waivers = [rule for rule in active if rule.check == "waiver"]
    # Only a complete system can tell that a waiver is of no use to anybody.
    late = [(rule, draft) for rule in waivers for draft in (*suppressed.drafts(system), *allowances.drafts(system))]
    findings += [
        suppressed.applied(_finding(rule, draft, print_, allowances, configuration.severities))
        for (rule, draft), print_ in _fingerprinted(late)
    ]
    return tuple(sorted(findings, key=_order))


def active_rules(rules: Iterable[Rule], configuration: Configuration) -> tuple[Rule, ...]:
    """The rules that are not off, each with the severity that the project gives it."""
    chosen = {setting.name.casefold(): setting.severity for setting in configuration.rules}
    found = (
        structs.replace(rule, severity=chosen.get(rule.name.casefold(), chosen.get(rule.id.casefold(), rule.severity)))
        for rule in rules
    )
    return tuple(rule for rule in found if rule.severity != "off")


def severity(rule: Severity, lowered: int, confidence: Confidence) -> Severity:
    """How bad a draft is: a guess is never the only ground for an error."""
    for _ in range(lowered):
        rule = _LOWER[rule]
    return "warning" if rule == "error" and confidence == "guess" else rule


def _once(judged: Iterable[Judged]) -> list[Judged]:
    """One draft for each rule, service, table and statement, the best-founded first; two on one line are one as well."""
    found: dict[tuple[object, ...], Judged] = {}
    lines: set[tuple[object, ...]] = set()
    for rule, draft in sorted(judged, key=lambda one: (one[0].id, one[0].name, one[1].place, one[1].shape)):
        place = (draft.place.path, draft.place.line)
        about = (rule.name, draft.service, draft.table, draft.mode in ("reference", "ddl") and draft.shape)
        statement = (*about, draft.statement if draft.statement is not None else place)
        if statement not in found and (*about, place) not in lines:
            found[statement] = (rule, draft)
            lines.add((*about, place))
    return list(found.values())


def _fingerprinted(judged: Sequence[Judged]) -> Iterator[tuple[Judged, str]]:
    """Each draft with a hash that stays the same when lines move; equal drafts in one file are counted from the top."""
    seen: Counter[tuple[str, ...]] = Counter()
    for rule, draft in sorted(judged, key=lambda one: (one[1].place, one[0].id)):
        table = draft.table
        key = (
            rule.name,
            draft.service,
            table.store,
            table.database or "",
            str(table),
            draft.mode,
            draft.place.path,
            draft.shape,
        )
        text = "\0".join((*key, str(seen[key])))
        seen[key] += 1
        yield (rule, draft), hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def _finding(rule: Rule, draft: Draft, fingerprint: str, allowances: Allowances, severities: Sequence[PairSeverity]) -> Finding:
    return Finding(
        rule=rule.name,
        id=rule.id,
        severity=_of_pair(rule, draft, severities) or severity(rule.severity, draft.lowered, draft.confidence),
        service=draft.service,
        owner=draft.owner,
        table=draft.table,
        place=draft.place,
        message=draft.message,
        remedy=draft.remedy or rule.remedy,
        evidence=(*draft.evidence, *allowances.expired(rule, draft)),
        confidence=draft.confidence,
        fingerprint=fingerprint,
        mode=draft.mode,
        shape=draft.shape,
        plan=draft.plan,
    )


def _of_pair(rule: Rule, draft: Draft, severities: Sequence[PairSeverity]) -> Severity | None:
    """The severity that the project gives to findings of this pair, None where it says nothing; the last entry counts."""
    names = {"", rule.name.casefold(), rule.id.casefold()}
    found = [
        entry.severity
        for entry in severities
        if entry.rule.casefold() in names
        and fnmatchcase(draft.service, entry.service)
        and fnmatchcase(draft.owner or "", entry.owner)
    ]
    return found[-1] if found else None


def _order(finding: Finding) -> tuple[object, ...]:
    return (
        finding.place.path,
        finding.place.line,
        finding.id,
        finding.rule,
        str(finding.table),
        finding.service,
        finding.fingerprint,
    )
