"""What a report is made from and how it is to be shown."""

import re
from typing import Protocol

from dblint.judge.rules import Rule
from dblint.model.base import Fact
from dblint.model.facts import Problem
from dblint.model.findings import Finding, Severity
from dblint.model.system import System
from dblint.model.tree import Tree

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


_SOURCE_CODE = re.compile(
    r"\.(pyi?|sql|ddl|psql|pgsql|mysql|java|kts?|scala|groovy|go|[cm]?[jt]s|[jt]sx|rb|php|cs|rs|exs?|prisma)$", re.IGNORECASE
)


class Lines(Protocol):
    """A reader of source lines."""

    def lines(self, path: str) -> tuple[str, ...]:
        """The lines of a file of the scanned tree, empty if it must not or cannot be shown."""
        ...


class NoLines(Fact, frozen=True):
    """A reader that shows nothing: reports made from facts alone."""

    def lines(self, path: str) -> tuple[str, ...]:  # noqa: ARG002 - the protocol's parameter
        """No lines."""
        return ()


class Report(Fact, frozen=True):
    """The result of one check; `rules` are those that were judged by."""

    tree: Tree
    system: System
    findings: tuple[Finding, ...]
    rules: tuple[Rule, ...] = ()

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """The findings that are neither suppressed nor in the baseline, in reading order."""
        return tuple(sorted((f for f in self.findings if not f.suppressed and not f.baselined), key=reading_order))

    @property
    def told_findings(self) -> tuple[Finding, ...]:
        """All findings, those that are suppressed or in the baseline included, in reading order."""
        return tuple(sorted((f for f in self.findings if f.severity != "off"), key=reading_order))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that was not analysed, whichever stage met it."""
        return problems(self.tree, self.system)


class View(Fact, frozen=True):
    """How to show a report: `verbose` says why services were detected, `quiet` omits notes, `statistics` counts by rule."""

    sources: Lines = NoLines()
    colour: bool = False
    verbose: bool = False
    quiet: bool = False
    statistics: bool = False


def problems(tree: Tree, system: System) -> tuple[Problem, ...]:
    """The problems of all stages, each once, sorted by place."""
    return tuple(sorted({*tree.problems, *system.problems}, key=lambda p: (p.path, p.line, p.reason, p.detail)))


def reading_order(finding: Finding) -> tuple[object, ...]:
    """A sort key: by place, then by rule, service and table."""
    table = finding.table
    key = (finding.place, finding.id, finding.service, table.store, table.database or "", table.schema or "", table.name)
    return (*key, finding.fingerprint)


def may_be_framed(path: str) -> bool:
    """Whether lines of this file may be shown: source code may, configuration (which holds secrets) may not."""
    return _SOURCE_CODE.search(path) is not None
