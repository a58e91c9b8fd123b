"""What of an analysis counts: not what the baseline accepts, and in front of a base only what is new."""

import shlex
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from dblint.baseline import Applied, Baseline, applied, read
from dblint.baseline.applying import CHECKS_NEVER_ACCEPTED, stale_finding
from dblint.judge.verdict import active_rules
from dblint.model.base import Fact
from dblint.model.facts import Problem, TableId
from dblint.model.findings import Finding
from dblint.model.place import Place
from dblint.pipeline import Analysis


class Judged(Fact, frozen=True):
    """An analysis in front of its baseline.

    `analysis` has the accepted findings marked, and stale entries as findings. `unread` are the problems that the baseline does
    not accept. `grown` are services with the number of unresolved database calls that the baseline accepts and that there are.
    """

    analysis: Analysis
    baseline: Baseline
    applied: Applied
    unread: tuple[Problem, ...]
    grown: tuple[tuple[str, int, int], ...]


def judged(
    root: Path, analysis: Analysis, *, known: frozenset[str] = frozenset(), whole: bool = True, baseline: bool = True
) -> Judged:
    """The analysis in front of the baseline that lies beside its configuration.

    Only a `whole` run judges the entries of the baseline themselves. `known` are fingerprints that are accepted first. Without
    `baseline` there is none.

    Raises:
        BaselineError: if the baseline is damaged.
    """
    prefix = analysis.configuration.prefix
    accepted = read(home(root, analysis)) if baseline else Baseline()
    found = _relative_to_home(
        applied(
            accepted,
            [_moved(finding, prefix) for finding in analysis.findings],
            {prefix + path for path in _files(analysis)},
            unread={prefix + problem.path for problem in problems(analysis)},
            known=known,
            exempt=exempt(analysis),
        ),
        prefix,
    )
    stale = _stale(analysis, found) if whole and not prefix else ()
    findings = tuple(sorted((*found.findings, *stale), key=_order)) if stale else found.findings
    fine = dict(accepted.unread)
    unread = tuple(one for one in problems(analysis) if fine.get(prefix + one.path) != one.reason)
    return Judged(replace(analysis, findings=findings), accepted, found, unread, _grown(accepted, analysis) if whole else ())


def home(root: Path, analysis: Analysis) -> Path:
    """The folder that the baseline belongs to: that of the configuration where it was found above the root, else the root."""
    above = analysis.configuration.prefix.count("/")
    return root.joinpath(*[".."] * above) if above else root


def exempt(analysis: Analysis) -> frozenset[str]:
    """The names of the rules whose findings no baseline accepts."""
    return frozenset(rule.name for rule in analysis.rules if rule.check in CHECKS_NEVER_ACCEPTED)


def problems(analysis: Analysis) -> tuple[Problem, ...]:
    """The files that were not analysed, whichever stage met them."""
    return tuple(sorted({*analysis.tree.problems, *analysis.system.problems}, key=lambda one: (one.path, one.line, one.reason)))


def coverage(analysis: Analysis) -> Baseline:
    """What of the tree is not understood today, in the form in which a baseline accepts it."""
    unresolved = Counter(one.service for one in analysis.system.unresolved)
    accepted = {entry.path for entry in analysis.configuration.accept}
    unread = {problem.path: problem.reason for problem in problems(analysis) if problem.path not in accepted}
    return Baseline(unresolved=tuple(sorted(unresolved.items())), unread=tuple(sorted(unread.items())))


def command(analysis: Analysis, words: str) -> str:
    """The command line that does something with the scanned tree from where dblint was started."""
    root = analysis.tree.root
    return f"dblint {words}" + ("" if root == "." else f" {shlex.quote(root)}")


def _stale(analysis: Analysis, found: Applied) -> Iterable[Finding]:
    """The findings about entries that accept more than there is."""
    prune = command(analysis, "baseline prune")
    for rule in active_rules(analysis.rules, analysis.configuration):
        if rule.check == "baseline":
            about = Finding(
                rule=rule.name,
                id=rule.id,
                severity=rule.severity,
                service="",
                owner=None,
                table=TableId("sql", None, None, "*"),
                place=Place("", 1),
                message="",
                remedy=rule.remedy,
                evidence=(),
                confidence="explicit",
                fingerprint="",
            )
            yield from (stale_finding(one, about, prune) for one in found.stale)


def _files(analysis: Analysis) -> Iterable[str]:
    return (*(file.path for file in analysis.tree.files), *analysis.tree.configuration_files, analysis.configuration.path)


def _moved(finding: Finding, prefix: str) -> Finding:
    """The finding as it is called from the folder of the baseline."""
    return replace(finding, place=replace(finding.place, path=prefix + finding.place.path)) if prefix else finding


def _relative_to_home(found: Applied, prefix: str) -> Applied:
    """The same with the findings' paths relative to the scanned root again."""
    if not prefix:
        return found
    back = (replace(one, place=replace(one.place, path=one.place.path.removeprefix(prefix))) for one in found.findings)
    return replace(found, findings=tuple(back))


def _grown(baseline: Baseline, analysis: Analysis) -> tuple[tuple[str, int, int], ...]:
    """Services in which more is unresolved than accepted; without a baseline nothing is compared."""
    if not baseline.files:
        return ()
    accepted = dict(baseline.unresolved)
    today = coverage(analysis).unresolved
    return tuple((service, accepted.get(service, 0), count) for service, count in today if count > accepted.get(service, 0))


def _order(finding: Finding) -> tuple[object, ...]:
    return (finding.place.path, finding.place.line, finding.id, finding.rule, str(finding.table), finding.fingerprint)
