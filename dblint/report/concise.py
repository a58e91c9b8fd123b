"""One line per finding, for grep and for editors that jump to `path:line`."""

from dblint.model.findings import Finding
from dblint.report.coverage import closing, not_analysed
from dblint.report.escape import mask, show
from dblint.report.names import coupling
from dblint.report.text import shown, statistics, summary
from dblint.report.view import Report, View


def render(report: Report, view: View) -> str:
    """One line per finding and per file that was not analysed, then the closing lines."""
    lines = [_line(finding) for finding in shown(report, view)]
    lines += not_analysed(report.problems)
    if view.statistics:
        lines += statistics(report, view)
    return "\n".join([*lines, *summary(report, view), *closing(report.tree, report.system)]) + "\n"


def _line(finding: Finding) -> str:
    place = show(f"{finding.place.path}:{finding.place.line}:{finding.place.column}")
    rule = f"{show(finding.rule)} ({show(finding.id)}) {finding.severity}"
    return f"{place}: {rule}: {coupling(finding)}: {show(mask(finding.message))}"
