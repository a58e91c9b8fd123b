"""The report for people: one block per finding, then what was not analysed, then the closing line."""

from collections import Counter

from dblint.model.findings import Finding
from dblint.report.coverage import closing, count, not_analysed
from dblint.report.escape import mask, show, steps
from dblint.report.frame import frame
from dblint.report.names import coupling, reason
from dblint.report.paint import paint
from dblint.report.view import SEVERITIES, Report, View, reading_order

_EVIDENCE_SHOWN = 5


def render(report: Report, view: View) -> str:
    """The whole report as text, ending with the coverage line."""
    blocks = [_services(report, view)] if view.verbose else []
    blocks += [_block(finding, view) for finding in shown(report, view)]
    if unread := not_analysed(report.problems):
        blocks.append(["not analysed:", *unread])
    if view.statistics:
        blocks.append(statistics(report, view))
    blocks.append([*summary(report, view), *closing(report.tree, report.system)])
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def shown(report: Report, view: View) -> tuple[Finding, ...]:
    """The findings that a reader sees: open ones, without notes if the view is quiet, with accepted ones if it is verbose."""
    found = (f for f in report.findings if not f.suppressed and (view.verbose or not f.baselined))
    return tuple(sorted((f for f in found if not (view.quiet and f.severity == "note")), key=reading_order))


def headline(finding: Finding, view: View) -> str:
    """`path:line:col  rule (ID)  severity  service → table (owner)`, on one line."""
    place = f"{finding.place.path}:{finding.place.line}:{finding.place.column}"
    parts = [
        paint(show(place), "path", view.colour),
        f"{paint(show(finding.rule), 'rule', view.colour)} ({show(finding.id)})",
        paint(finding.severity, finding.severity, view.colour),
        coupling(finding),
        *(["(in the baseline)"] if finding.baselined else []),
    ]
    return "  ".join(parts)


def summary(report: Report, view: View) -> list[str]:
    """The number of findings of each severity, and of those that are not shown; a clean report says so."""
    tally = Counter(f.severity for f in report.open_findings)
    parts = [paint(count(tally[severity], severity), severity, view.colour) for severity in SEVERITIES if tally[severity]]
    hidden = [
        (sum(1 for f in report.findings if f.suppressed), "suppressed"),
        (sum(1 for f in report.findings if f.baselined and not f.suppressed), "in the baseline"),
        (tally["note"] if view.quiet else 0, "not shown (-q)"),
    ]
    notes = ", ".join(f"{number:,} {word}" for number, word in hidden if number)
    return [(", ".join(parts) or "no findings") + (f" ({notes})" if notes else "")]


def statistics(report: Report, view: View) -> list[str]:
    """The number of findings of each rule, most frequent first."""
    tally = Counter((f.id, f.rule) for f in shown(report, view))
    width = max((len(f"{number:,}") for number in tally.values()), default=0)
    rows = sorted(tally.items(), key=lambda item: (-item[1], item[0]))
    return [f"{f'{number:,}'.rjust(width)}  {show(rule)} ({show(id_)})" for (id_, rule), number in rows]


def _block(finding: Finding, view: View) -> list[str]:
    word = finding.table.name
    lines = [headline(finding, view), f"  {show(mask(finding.message))}"]
    lines += frame(view.sources, finding.place, word, view.colour)
    limit = len(finding.evidence) if view.verbose else _EVIDENCE_SHOWN
    proof = next((e for e in finding.evidence if e.place != finding.place), None)
    for evidence in finding.evidence[:limit]:
        lines.append(f"  {paint('why:', 'dim', view.colour)} {reason(evidence, finding.place)}")
        if evidence is proof:
            lines += frame(view.sources, evidence.place, word, view.colour)
    if more := len(finding.evidence[limit:]):
        lines.append(f"  {paint('why:', 'dim', view.colour)} and {count(more, 'more place')} (-v shows all)")
    if finding.remedy:
        first, *rest = steps(finding.remedy)
        lines.append(f"  {paint('help:', 'help', view.colour)} {first}")
        lines += [f"        {step}" for step in rest]
    return lines


def _services(report: Report, view: View) -> list[str]:
    rows = [f"{count(len(report.tree.services), 'service')} detected:"]
    for service in report.tree.services:
        declared = ", declared" if service.declared else ""
        rows.append(f"  {paint(show(service.name), 'path', view.colour)} ({show(service.path)}, {service.kind}{declared})")
        rows += [f"    because {reason(evidence)}" for evidence in service.evidence]
    return rows
