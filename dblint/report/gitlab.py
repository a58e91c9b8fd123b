"""GitLab's code quality report: a list of issues, each at the first line of its file and place.

Source: GitLab, "Code Quality", custom tools. Of several issues with one fingerprint GitLab shows the first only.
"""

from dblint.model.findings import Severity
from dblint.model.place import Place
from dblint.report.contract import encode
from dblint.report.coverage import not_analysed
from dblint.report.escape import show
from dblint.report.text import shown
from dblint.report.told import WHOLE_RUN, body, closing, numbered
from dblint.report.view import Report, View

_SEVERITIES: dict[Severity, str] = {"error": "major", "warning": "minor", "note": "info"}


def render(report: Report, view: View) -> str:
    """The list; files that were not analysed and the coverage are issues of severity `info`."""
    issues = [
        _issue(body(finding), finding.rule, print_, _SEVERITIES.get(finding.severity, "info"), finding.place)
        for finding, print_ in numbered(shown(report, view))
    ]
    about: dict[str, list[str]] = {}
    for problem in report.problems:
        about.setdefault(problem.path, []).append(problem.reason)
    for path in about:
        unread = [problem for problem in report.problems if problem.path == path]
        text = f"not analysed: {'; '.join(not_analysed(tuple(unread)))}"
        issues.append(_issue(text, "not-analysed", f"not-analysed:{show(path)}", "info", Place(path, unread[0].line)))
    issues.append(_issue(closing(report), "coverage", "dblint-coverage", "info", Place(WHOLE_RUN, 1)))
    return encode(issues)


def _issue(description: str, check: str, fingerprint: str, severity: str, place: Place) -> dict[str, object]:
    return {
        "description": description,
        "check_name": show(check),
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": show(place.path), "lines": {"begin": place.line}},
    }
