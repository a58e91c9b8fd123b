"""What every format of the ownership report is made from, and the words that they share."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property

from dblint.config.model import Agreement, Allowance, Resource
from dblint.graph import MODES, Step, Suggestions, Survey, Tie, TieMode, separation, suggestions
from dblint.model.base import Fact
from dblint.model.facts import Connection, Problem, TableId
from dblint.model.findings import Finding
from dblint.model.system import System
from dblint.model.tree import Tree
from dblint.report.ownership.trend import Trend
from dblint.report.view import problems

WORDS: dict[TieMode, str] = {
    "read": "read",
    "write": "write",
    "join": "join",
    "reference": "foreign key",
    "lock": "lock",
    "ddl": "change",
}
LETTERS: dict[TieMode, str] = {"read": "R", "write": "W", "join": "J", "reference": "F", "lock": "L", "ddl": "C"}


class Ownership(Fact, frozen=True, dict=True):
    """The analysis as the report sees it.

    `today` decides which allowances have expired. `source` is the address to which a path and `#L` with a line can be appended.
    `teams` are services with who answers for them. `trend` is there where an earlier report is compared with. `agreed` is
    sharing by a pattern, `resources` what services share besides tables, both as the project declares them.
    """

    tree: Tree
    system: System
    survey: Survey
    findings: tuple[Finding, ...]
    allow: tuple[Allowance, ...]
    today: date
    source: str = ""
    teams: tuple[tuple[str, str], ...] = ()
    trend: Trend | None = None
    agreed: tuple[Agreement, ...] = ()
    resources: tuple[Resource, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that was not analysed."""
        return problems(self.tree, self.system)

    @property
    def allowances(self) -> tuple[Allowance, ...]:
        """The sanctioned sharing, what expires first in front."""
        return tuple(sorted(self.allow, key=lambda a: (a.until is None, a.until or date.max, a.service, a.table, a.place)))

    @property
    def databases(self) -> tuple[tuple[str, str, tuple[Connection, ...]], ...]:
        """Each known database by its store, with who connects to it; those that most share are first."""
        groups: dict[tuple[str, str], list[Connection]] = {}
        for link in self.survey.connections:
            groups.setdefault((link.store, link.database), []).append(link)
        found = ((store, database, tuple(links)) for (store, database), links in groups.items())
        return tuple(sorted(found, key=lambda one: (-len({link.service for link in one[2]}), one[0], one[1])))

    @cached_property
    def steps(self) -> dict[str, tuple[Step, ...]]:
        """What must change before each service can have its own database."""
        return separation(self.survey)

    @cached_property
    def suggestions(self) -> Suggestions:
        """Better owners and boundaries, as far as the graph tells."""
        return suggestions(self.survey)

    @cached_property
    def open(self) -> frozenset[tuple[str, TableId]]:
        """The services and tables that open findings are about."""
        return frozenset((f.service, f.table) for f in self.findings if not f.suppressed and not f.baselined)

    def is_expired(self, allowance: Allowance) -> bool:
        """Whether the last day of an allowance is over."""
        return allowance.until is not None and self.today > allowance.until


def modes(ties: Iterable[Tie]) -> str:
    """`read ×3, write ×1`: how often each, in the order of the modes."""
    counted = dict.fromkeys(MODES, 0)
    for tie in ties:
        counted[tie.mode] += len(tie.places)
    return ", ".join(f"{WORDS[mode]} ×{number:,}" for mode, number in counted.items() if number)


def letters(ties: Sequence[Tie]) -> str:
    """`RW`: one letter for each mode."""
    return "".join(LETTERS[mode] for mode in MODES if any(tie.mode == mode for tie in ties))


def share(value: float | None) -> str:
    """`12.5 %`, or a dash where there is nothing to divide by."""
    return "–" if value is None else f"{100 * value:.1f} %"
