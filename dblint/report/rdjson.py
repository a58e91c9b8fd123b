"""Reviewdog's diagnostic format: one document that it can tell to every host of code reviews.

Source: reviewdog, `proto/rdf/reviewdog.proto`. Columns there count bytes, ours characters, so that only lines are given.
"""

from dblint.model.findings import Severity
from dblint.report.contract import encode
from dblint.report.coverage import not_analysed
from dblint.report.escape import show
from dblint.report.text import shown
from dblint.report.told import WHOLE_RUN, body, closing
from dblint.report.view import Report, View

_SEVERITIES: dict[Severity, str] = {"error": "ERROR", "warning": "WARNING", "note": "INFO"}


def render(report: Report, view: View) -> str:
    """The document; files that were not analysed are warnings, the coverage is an information."""
    diagnostics = [
        _diagnostic(
            body(finding), finding.place.path, finding.place.line, _SEVERITIES.get(finding.severity, "INFO"), finding.rule
        )
        for finding in shown(report, view)
    ]
    for problem in report.problems:
        text = f"not analysed: {not_analysed((problem,))[0]}"
        diagnostics.append(_diagnostic(text, problem.path, problem.line, "WARNING", "not-analysed"))
    diagnostics.append(_diagnostic(closing(report), WHOLE_RUN, 1, "INFO", "coverage"))
    return encode({"source": {"name": "dblint"}, "diagnostics": diagnostics})


def _diagnostic(message: str, path: str, line: int, severity: str, rule: str) -> dict[str, object]:
    return {
        "message": message,
        "location": {"path": show(path), "range": {"start": {"line": line}}},
        "severity": severity,
        "code": {"value": show(rule)},
    }
