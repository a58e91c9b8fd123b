"""SARIF 2.1.0, as code scanning of GitHub and Azure DevOps and the viewers of editors read it.

Sources: OASIS SARIF 2.1.0; GitHub, "SARIF support for code scanning". GitHub matches alerts by the fingerprint
`primaryLocationLineHash` alone, and shows a related place only where the message links to it.
"""

from dblint import __version__
from dblint.judge.rules import Rule
from dblint.model.facts import Evidence
from dblint.model.findings import Finding, Severity
from dblint.model.place import Place
from dblint.report.contract import coverage_record, encode
from dblint.report.coverage import not_analysed
from dblint.report.escape import mask, show, uri
from dblint.report.frame import marked
from dblint.report.names import table_name
from dblint.report.rules import explain_as_markdown, explain_as_text
from dblint.report.told import closing, numbered
from dblint.report.view import Report, View

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "note", "off": "none"}
_PROBLEMS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "recommendation", "off": "recommendation"}
_PRECISION = {"explicit": "very-high", "configured": "high", "convention": "high", "guess": "low"}
_ROOT = "%SRCROOT%"
_LONGEST = 1024  # what GitHub takes of a description


def render(report: Report, view: View) -> str:
    """The log with one run; suppressed and baselined findings are results that say so."""
    rules = report.rules
    indices = {rule.name: index for index, rule in enumerate(rules)}
    has_baseline = any(finding.baselined for finding in report.findings)
    results = [
        _result(finding, print_, indices.get(finding.rule), view, has_baseline=has_baseline)
        for finding, print_ in numbered(report.told_findings)
    ]
    driver = {
        "name": "dblint",
        "version": __version__,
        "semanticVersion": __version__,
        "shortDescription": {"text": "Finds shared-database coupling between services."},
        "rules": [_rule(rule) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder that was analysed."}}},
        "automationDetails": {"id": "dblint/", "description": {"text": "The coupling of all services that were analysed."}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notifications(report)}],
        "results": results,
        "properties": {"coverage": coverage_record(report.system.coverage)},
    }
    return encode({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": show(rule.id),
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": _short(rule.summary)},
        "fullDescription": {"text": _short(rule.rationale)},
        "help": {"text": explain_as_text(rule, View()), "markdown": explain_as_markdown(rule, View())},
        "defaultConfiguration": {"level": _LEVELS[rule.severity], "enabled": rule.severity != "off"},
        "properties": {
            "tags": ["maintainability", "database", "coupling", show(rule.name)],
            "precision": "high",
            "problem.severity": _PROBLEMS[rule.severity],
        },
    }


def _result(finding: Finding, fingerprint: str, index: int | None, view: View, *, has_baseline: bool) -> dict[str, object]:
    start, end = marked(view.sources, finding.place, finding.table.name)
    region = {"startLine": finding.place.line, "startColumn": start, "endLine": finding.place.line, "endColumn": end}
    links = [proof for proof in finding.evidence if proof.place.path]
    suppressions = [{"kind": "inSource", "justification": show(finding.suppressed)}] if finding.suppressed else []
    if finding.baselined:
        suppressions.append({"kind": "external", "justification": "accepted in the baseline"})
    return {
        "ruleId": show(finding.id),
        **({} if index is None else {"ruleIndex": index}),
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding, links)},
        "locations": [{"physicalLocation": _location(finding.place.path, region)}],
        "relatedLocations": [_related(number, proof) for number, proof in enumerate(links, 1)],
        "partialFingerprints": {"primaryLocationLineHash": f"{fingerprint}:1", "dblint/v1": fingerprint},
        "suppressions": suppressions,
        **({"baselineState": "unchanged" if finding.baselined else "new"} if has_baseline else {}),
        "properties": {
            "service": show(finding.service),
            "owner": show(finding.owner or ""),
            "table": table_name(finding.table),
            "confidence": finding.confidence,
            "precision": _PRECISION[finding.confidence],
        },
    }


def _message(finding: Finding, links: list[Evidence]) -> str:
    """The consequence, the proofs as links to their places, and the remedy."""
    text = f"{_text(mask(finding.message))}."
    if links:
        proofs = "; ".join(f"[{_text(mask(proof.message or proof.kind))}]({number})" for number, proof in enumerate(links, 1))
        text += f" Why: {proofs}."
    remedy = "\n".join(map(_text, finding.remedy.splitlines()))
    return f"{text} {remedy}".rstrip()


def _text(text: str) -> str:
    """Text in a message that holds links: brackets and backslashes would make others (SARIF 2.1.0, 3.11.6)."""
    return show(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _related(number: int, proof: Evidence) -> dict[str, object]:
    location = _location(proof.place.path, _line(proof.place))
    return {"id": number, "physicalLocation": location, "message": {"text": show(mask(proof.message or proof.kind))}}


def _location(path: str, region: dict[str, int]) -> dict[str, object]:
    return {"artifactLocation": {"uri": uri(path), "uriBaseId": _ROOT}, "region": region}


def _line(place: Place) -> dict[str, int]:
    return {"startLine": place.line}


def _notifications(report: Report) -> list[dict[str, object]]:
    """Each file that was not analysed, then the coverage."""
    found: list[dict[str, object]] = [
        {
            "level": "warning",
            "descriptor": {"id": "not-analysed"},
            "message": {"text": f"Not analysed: {not_analysed((problem,))[0]}."},
            "locations": [{"physicalLocation": _location(problem.path, {"startLine": problem.line})}],
        }
        for problem in report.problems
    ]
    return [*found, {"level": "note", "descriptor": {"id": "coverage"}, "message": {"text": closing(report)}}]


def _short(text: str) -> str:
    """The text on one line, no longer than a description may be."""
    line = show(" ".join(text.split()))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
