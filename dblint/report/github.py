"""Workflow commands of GitHub Actions: each finding as an annotation at its line.

Source: GitHub, "Workflow commands for GitHub Actions"; the runner shows the first ten errors and ten warnings of a step.
"""

from collections.abc import Mapping

from dblint.model.findings import Severity
from dblint.report.coverage import not_analysed
from dblint.report.escape import show, workflow_data, workflow_property
from dblint.report.text import shown
from dblint.report.told import body, closing, title
from dblint.report.view import Report, View

_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report, view: View) -> str:
    """One command per finding, one for all files that were not analysed, and one with the coverage."""
    lines = [
        command(
            _COMMANDS.get(finding.severity, "notice"),
            {
                "file": show(finding.place.path),
                "line": str(finding.place.line),
                "endLine": str(finding.place.line),
                "title": title(finding),
            },
            body(finding),
        )
        for finding in shown(report, view)
    ]
    if unread := not_analysed(report.problems):
        lines.append(command("warning", {"title": "dblint: not analysed"}, "\n".join(unread)))
    lines.append(command("notice", {"title": "dblint"}, closing(report)))
    return "\n".join(lines) + "\n"


def command(name: str, properties: Mapping[str, str], text: str) -> str:
    """The workflow command on one line."""
    given = ",".join(f"{key}={workflow_property(value)}" for key, value in properties.items())
    return f"::{name} {given}::{workflow_data(text)}"
