"""One finding with the plan of its way out: what is wrong, how we know, what to do step by step, and what that costs."""

from textwrap import wrap

from dblint.judge.rules import Rule
from dblint.model.findings import Finding
from dblint.report.contract import FindingPlan, encode
from dblint.report.escape import show
from dblint.report.json import record
from dblint.report.paint import paint
from dblint.report.view import View

_WIDTH = 110


def as_text(finding: Finding, rule: Rule, view: View) -> str:
    """The finding and its plan for the terminal."""
    place = f"{show(finding.place.path)}:{finding.place.line}:{finding.place.column}"
    lines = [f"{paint(place, 'path', view.colour)}  {finding.rule} ({finding.id})  {finding.severity}", ""]
    for title, paragraphs in _sections(finding, rule):
        lines.append(paint(title, "rule", view.colour))
        lines += [f"  {line}" for paragraph in paragraphs for line in _wrapped(show(paragraph))]
        lines.append("")
    return "\n".join(lines)


def as_markdown(finding: Finding, rule: Rule, view: View) -> str:  # noqa: ARG001 - the signature of every format
    """The finding and its plan for a ticket."""
    lines = [f"# {finding.rule} at `{show(finding.place.path)}:{finding.place.line}`", ""]
    for title, paragraphs in _sections(finding, rule):
        lines += [f"## {title}", "", *(line for paragraph in paragraphs for line in (show(paragraph), ""))]
    return "\n".join(lines)


def as_json(finding: Finding, rule: Rule, view: View) -> str:  # noqa: ARG001 - the signature of every format
    """The finding with its plan as a document."""
    return encode(FindingPlan(schema="dblint-plan/1", finding=record(finding), rationale=rule.rationale, plan=finding.plan))


def _wrapped(paragraph: str) -> list[str]:
    """The lines of a paragraph; those of a numbered step stand below its first word."""
    return wrap(paragraph, _WIDTH, subsequent_indent="   " if paragraph[:1].isdigit() else "")


def _sections(finding: Finding, rule: Rule) -> list[tuple[str, list[str]]]:
    known = [one.message if str(one.place) in one.message else f"{one.message} ({one.place})" for one in finding.evidence]
    return [
        ("What it is", [finding.message]),
        ("How we know", known or [str(finding.place)]),
        ("Why it matters", [" ".join(rule.rationale.split())]),
        ("The way out", list(finding.plan) or finding.remedy.splitlines()),
    ]
