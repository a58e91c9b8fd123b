"""Logging commands of Azure Pipelines: each error and warning as an issue of the build.

Source: Microsoft, "Logging commands", `task.logissue`; it knows errors and warnings only, so that notes are plain lines.
"""

from collections.abc import Mapping

from dblint.report.coverage import not_analysed
from dblint.report.escape import pipelines_data, pipelines_property, show
from dblint.report.text import shown
from dblint.report.told import body, closing, message, title
from dblint.report.view import Report, View


def render(report: Report, view: View) -> str:
    """One line per finding, one for all files that were not analysed, and one with the coverage."""
    lines = []
    for finding in shown(report, view):
        if finding.severity == "note":
            lines.append(_plain(f"{show(str(finding.place))}: note: {title(finding)}: {message(finding)}"))
            continue
        place = {"sourcepath": show(finding.place.path), "linenumber": str(finding.place.line), "code": show(finding.id)}
        text = f"{title(finding)}\n{body(finding)}"
        lines.append(_issue({"type": finding.severity, **place}, text))
    if unread := not_analysed(report.problems):
        lines.append(_issue({"type": "warning"}, "\n".join(["dblint could not analyse:", *unread])))
    lines.append(_plain(closing(report)))
    return "\n".join(lines) + "\n"


def _issue(properties: Mapping[str, str], text: str) -> str:
    given = "".join(f"{key}={pipelines_property(value)};" for key, value in properties.items())
    return f"##vso[task.logissue {given}]{pipelines_data(text)}"


def _plain(text: str) -> str:
    """A line of the log: a command may stand anywhere in one, and a name from the tree must not give any."""
    return text.replace("##", "# #")
