"""Which findings would vanish and which appear if the system were another."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from msgspec.structs import replace

from dblint.config.model import Allowance, Configuration
from dblint.graph import Coupling, SystemFigures, survey
from dblint.judge.rules import Rule
from dblint.judge.verdict import judge
from dblint.model.base import Fact
from dblint.model.findings import Finding
from dblint.model.system import System


class Outcome(Fact, frozen=True):
    """What a change of the system does to its open findings and to its figures; `title` says which change."""

    title: str
    vanished: tuple[Finding, ...]
    appeared: tuple[Finding, ...]
    stayed: int
    before: SystemFigures
    after: SystemFigures


def whatif(
    title: str,
    now: tuple[System, Configuration],
    then: tuple[System, Configuration],
    rules: tuple[Rule, ...],
    hidden: Sequence[Finding],
    today: date,
) -> Outcome:
    """The outcome of a change from one system to another; `hidden` findings are suppressed and count in neither.

    A finding is the same if its rule, its place and its table are, whatever its service is called afterwards.
    """
    closed = {_key(finding) for finding in hidden}
    useful = tuple(rule for rule in rules if rule.check != "waiver")
    old, new = (
        [one for one in judge(system, Coupling(system), useful, configuration, (), today) if _key(one) not in closed]
        for system, configuration in (now, then)
    )
    before, after = Counter(map(_key, old)), Counter(map(_key, new))
    return Outcome(
        title,
        _surplus(old, before - after),
        _surplus(new, after - before),
        (before & after).total(),
        survey(Coupling(now[0]), now[0].services).system,
        survey(Coupling(then[0]), then[0].services).system,
    )


def allowing(configuration: Configuration, renamed: dict[str, tuple[str, ...]]) -> Configuration:
    """The configuration whose allowances follow services that got other names."""

    def followed(entry: Allowance) -> tuple[Allowance, ...]:
        owner, dot, table = entry.table.partition(".")
        tables = [f"{name}.{table}" for name in renamed[owner]] if dot and owner in renamed else [entry.table]
        return tuple(
            replace(entry, service=name, table=pattern)
            for name in renamed.get(entry.service, (entry.service,))
            for pattern in tables
        )

    return replace(configuration, allow=tuple(one for entry in configuration.allow for one in followed(entry)))


def _key(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.place.path, finding.place.line, finding.table, finding.mode


def _surplus(findings: Sequence[Finding], wanted: Counter[tuple[object, ...]]) -> tuple[Finding, ...]:
    left, found = Counter(wanted), []
    for finding in findings:
        if left[_key(finding)] > 0:
            left[_key(finding)] -= 1
            found.append(finding)
    return tuple(found)
