"""JUnit XML: one suite per service, one case per rule, file and table, so that a case keeps its name when lines move.

Source: the schema of the Jenkins xUnit plugin, which GitLab, Azure and CircleCI read as well.
"""

from collections import defaultdict
from xml.etree import ElementTree as ET

from dblint.model.findings import Finding
from dblint.report.coverage import not_analysed
from dblint.report.escape import xml
from dblint.report.names import table_name
from dblint.report.told import body, closing
from dblint.report.view import Report, View

_Case = tuple[str, str, str]


def render(report: Report, view: View) -> str:  # noqa: ARG001 - the signature of every format
    """The document; a note is a case that passes, a suppressed finding one that is skipped, an unread file an error."""
    root = ET.Element("testsuites", name="dblint")
    services: dict[str, dict[_Case, list[Finding]]] = {service.name: {} for service in report.tree.services}
    for finding in report.told_findings:
        case = (finding.rule, finding.place.path, table_name(finding.table))
        services.setdefault(finding.service, {}).setdefault(case, []).append(finding)
    for name, cases in sorted(services.items()):
        suite = ET.SubElement(root, "testsuite", name=xml(name))
        for (rule, path, table), findings in sorted(cases.items()):
            _case(suite, xml(f"{name}.{rule}"), xml(f"{path}: {table}"), findings)
        if not cases:
            ET.SubElement(suite, "testcase", classname=xml(name), name="reaches into nobody's data")
        _count(suite)
    _reading(root, report)
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _case(suite: ET.Element, classname: str, name: str, findings: list[Finding]) -> None:
    case = ET.SubElement(suite, "testcase", classname=classname, name=name)
    told = [finding for finding in findings if not finding.suppressed and not finding.baselined]
    text = "\n\n".join(f"{xml(str(finding.place))}\n{_lines(body(finding))}" for finding in told)
    bad = [finding for finding in told if finding.severity != "note"]
    if bad:
        failure = ET.SubElement(case, "failure", message=_lines(body(bad[0]).split("\n")[0]), type=bad[0].severity)
        failure.text = text
    elif not told:
        ET.SubElement(case, "skipped", message=xml(findings[0].suppressed) or "in the baseline")
    else:
        ET.SubElement(case, "system-out").text = text


def _reading(root: ET.Element, report: Report) -> None:
    """The suite that says what was read."""
    suite = ET.SubElement(root, "testsuite", name="dblint")
    about = defaultdict(list)
    for problem in report.problems:
        about[problem.path].append(problem)
    for path, problems in sorted(about.items()):
        case = ET.SubElement(suite, "testcase", classname="dblint.read", name=xml(path))
        ET.SubElement(case, "error", message=_lines("; ".join(not_analysed(tuple(problems)))), type=xml(problems[0].reason))
    case = ET.SubElement(suite, "testcase", classname="dblint.read", name="coverage")
    ET.SubElement(case, "system-out").text = xml(closing(report))
    _count(suite)


def _count(suite: ET.Element) -> None:
    for key, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(key, str(sum(1 for _ in suite.iter(tag))))


def _lines(text: str) -> str:
    """Text of several lines, each made safe for XML."""
    return "\n".join(map(xml, text.split("\n")))
