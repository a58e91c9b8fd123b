"""What `dblint simulate` answers: the findings that would vanish, those that would appear, and the figures before and after."""

from collections import Counter
from collections.abc import Callable, Sequence

from dblint.graph import SystemFigures
from dblint.judge.whatif import Outcome
from dblint.model.coverage import Coverage
from dblint.model.findings import Finding
from dblint.report.contract import coverage_record, encode
from dblint.report.coverage import closing_line, count
from dblint.report.escape import show
from dblint.report.json import record
from dblint.report.names import coupling
from dblint.report.ownership.content import share
from dblint.report.ownership.json import figures
from dblint.report.paint import paint
from dblint.report.shapes import OutcomeRecord, Simulation
from dblint.report.view import View


def as_json(outcomes: Sequence[Outcome], coverage: Coverage, view: View) -> str:  # noqa: ARG001 - the signature of every format
    """The simulation document."""
    records = tuple(
        OutcomeRecord(
            title=one.title,
            vanished=tuple(map(record, one.vanished)),
            appeared=tuple(map(record, one.appeared)),
            stayed=one.stayed,
            before=figures(one.before),
            after=figures(one.after),
        )
        for one in outcomes
    )
    return encode(Simulation(schema="dblint-simulation/1", outcomes=records, coverage=coverage_record(coverage)))


def as_text(outcomes: Sequence[Outcome], coverage: Coverage, view: View) -> str:
    """Each outcome in full, then the closing line."""
    blocks = ["\n".join(_block(one, view)) for one in outcomes]
    return "\n\n".join([*blocks, closing_line(coverage)]) + "\n"


def as_summary(outcomes: Sequence[Outcome], coverage: Coverage, view: View) -> str:
    """Each outcome in a line, as suggestions are told: they are computed from who uses what, and are no verdict."""
    if not outcomes:
        return f"no suggestion: no table is used more by another service than by its owner\n\n{closing_line(coverage)}\n"
    note = (
        "These are suggestions, computed from who uses what by communities of the graph of services and tables. They know\n"
        "nothing of what the data means: a reason to look, no verdict."
    )
    lines = [
        f"{paint(show(one.title), 'path', view.colour)}\n"
        f"  {count(len(one.vanished), 'finding')} would vanish, {len(one.appeared):,} would appear;"
        f" foreign uses {one.before.foreign_uses:,} → {one.after.foreign_uses:,}"
        for one in outcomes
    ]
    return "\n\n".join([note, "\n".join(lines), closing_line(coverage)]) + "\n"


SIMULATION: dict[str, Callable[[Sequence[Outcome], Coverage, View], str]] = {"text": as_text, "json": as_json}
SUGGESTIONS: dict[str, Callable[[Sequence[Outcome], Coverage, View], str]] = {"text": as_summary, "json": as_json}


def _block(one: Outcome, view: View) -> list[str]:
    return [
        paint(show(one.title), "path", view.colour),
        *_findings("would vanish", one.vanished, view),
        *_findings("would appear", one.appeared, view),
        f"{count(one.stayed, 'finding')} would stay",
        *_figures(one.before, one.after),
    ]


def _findings(what: str, findings: Sequence[Finding], view: View) -> list[str]:
    if not findings:
        return [f"no finding {what}"]
    rules = Counter(finding.rule for finding in findings)
    counted = ", ".join(f"{rule} ×{number}" for rule, number in sorted(rules.items()))
    return [
        f"{count(len(findings), 'finding')} {what}: {counted}",
        *(
            f"  {show(str(f.place))}: {paint(f.severity, f.severity, view.colour)} {f.rule} {f.id} {coupling(f)}"
            for f in sorted(findings, key=lambda f: (f.place, f.id, str(f.table), f.service))
        ),
    ]


def _figures(before: SystemFigures, after: SystemFigures) -> list[str]:
    rows = [
        ("services", f"{before.services:,}", f"{after.services:,}"),
        ("uses of others' tables", f"{before.foreign_uses:,}", f"{after.foreign_uses:,}"),
        ("share of foreign accesses", share(before.foreign_share), share(after.foreign_share)),
        ("tables used by others", f"{before.shared_tables:,}", f"{after.shared_tables:,}"),
        ("dependencies", f"{before.pairs:,}", f"{after.pairs:,}"),
        ("coupling density", share(before.density), share(after.density)),
        ("circles", f"{before.cycles:,}", f"{after.cycles:,}"),
    ]
    return [f"  {name:26}{now:>10}  →  {then}" for name, now, then in rows]
