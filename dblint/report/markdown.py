"""A comment on a pull request and the summary of a job, in the Markdown that GitHub and GitLab share.

The first line marks the comment, so that a later run can find and replace it. Hosts refuse comments of 65,536 characters.
"""

from collections import Counter
from collections.abc import Iterable

from dblint.model.findings import Finding, Severity
from dblint.report.coverage import count, not_analysed
from dblint.report.escape import code, markdown, mask
from dblint.report.names import reason, table_name
from dblint.report.text import shown, summary
from dblint.report.told import closing
from dblint.report.view import SEVERITIES, Report, View

MARKER = "<!-- dblint -->"
_LIMIT = 60_000
_SIGNS: dict[Severity, str] = {"error": "🔴 error", "warning": "🟡 warning", "note": "🔵 note"}


def render(report: Report, view: View) -> str:
    """The comment: the numbers, a table of findings, why and what to do, what was not analysed, the coverage."""
    findings = tuple(sorted(shown(report, view), key=lambda f: SEVERITIES.index(f.severity)))  # stable: by place within
    last = f"{markdown(closing(report))}\n"
    parts = [MARKER, f"### dblint: {summary(report, view)[0]}"]
    room = _LIMIT - len(last) - sum(map(len, parts))
    for part in (_table(findings, room * 5 // 10), _reasons(findings, room * 3 // 10), _unread(report, room * 2 // 10)):
        parts += [part] if part else []
    return "\n\n".join([*parts, last])


def _table(findings: tuple[Finding, ...], room: int) -> str:
    if not findings:
        return ""
    rows = [
        f"| {_SIGNS.get(f.severity, '')} | {code(str(f.place))} | {code(f.service)} → {code(table_name(f.table))}"
        f" {f'({code(f.owner)})' if f.owner else '(no owner)'} | {markdown(mask(f.message))} {code(f.rule)} |"
        for f in findings
    ]
    head = "| | where | who → whose | what |\n|---|---|---|---|"
    return _cut(head, rows, room, "finding")


def _reasons(findings: tuple[Finding, ...], room: int) -> str:
    """Each rule once, with its remedy and the proofs of ownership."""
    if not findings:
        return ""
    tally = Counter(f.rule for f in findings)
    lines = []
    for rule, number in sorted(tally.items(), key=lambda item: (-item[1], item[0])):
        members = [f for f in findings if f.rule == rule]
        lines.append(
            f"- **{markdown(rule)}** ({number:,}): "
            + " ".join(dict.fromkeys("<br>".join(map(markdown, f.remedy.splitlines())) for f in members))
        )
    proofs = dict.fromkeys(markdown(reason(proof)) for f in findings for proof in f.evidence)
    lines += [f"- {proof}" for proof in proofs]
    return _details("Why, and what to do instead", lines, room, "reason")


def _unread(report: Report, room: int) -> str:
    unread = not_analysed(report.problems)
    lines = [f"- {markdown(line)}" for line in unread]
    return _details(f"{count(len(unread), 'file')} not analysed", lines, room, "file") if unread else ""


def _details(title: str, lines: Iterable[str], room: int, noun: str) -> str:
    return _cut(f"<details><summary>{title}</summary>\n", list(lines), room, noun) + "\n\n</details>"


def _cut(head: str, lines: list[str], room: int, noun: str) -> str:
    """The lines that fit, and how many do not."""
    kept: list[str] = []
    left = room - len(head)
    for line in lines:
        left -= len(line) + 1
        if left < 0:
            break
        kept.append(line)
    more = [f"\n… and {count(len(lines) - len(kept), f'more {noun}')}"] if len(kept) < len(lines) else []
    return "\n".join([head, *kept, *more])
