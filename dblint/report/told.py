"""A finding in plain lines, for formats that show it inside another program."""

from collections import Counter
from collections.abc import Iterable, Iterator

from dblint.model.findings import Finding
from dblint.report.coverage import closing_line, unsupported
from dblint.report.escape import mask, show, steps
from dblint.report.names import coupling, reason
from dblint.report.view import Report

# Where a format can only speak about files, what concerns the whole run is said about the file in which it can be changed.
WHOLE_RUN = "dblint.yaml"


def title(finding: Finding) -> str:
    """`rule (ID): service → table (owner)`."""
    return f"{show(finding.rule)} ({show(finding.id)}): {coupling(finding)}"


def message(finding: Finding) -> str:
    """The consequence, on one line."""
    return show(mask(finding.message))


def body(finding: Finding, *, evidence: int = 5) -> str:
    """The consequence, the evidence and the remedy, one line each."""
    lines = [message(finding), *(f"why: {reason(proof, finding.place)}" for proof in finding.evidence[:evidence])]
    if finding.remedy:
        lines.append("help: " + "\n".join(steps(finding.remedy)))
    return "\n".join(lines)


def closing(report: Report) -> str:
    """What was read and understood, on one line."""
    unread = f"not read: {unsupported(report.tree)} · " if report.tree.unsupported else ""
    return unread + closing_line(report.system.coverage)


def numbered(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """Each finding with a fingerprint that no other has: some hosts show only one of those that share it."""
    seen: Counter[str] = Counter()
    for finding in findings:
        seen[finding.fingerprint] += 1
        count = seen[finding.fingerprint]
        yield finding, finding.fingerprint if count == 1 else f"{finding.fingerprint}-{count}"
