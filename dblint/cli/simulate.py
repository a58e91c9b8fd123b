"""`dblint simulate`: what would be if tables or services were cut another way."""
# ruff: noqa: A002 - a parameter is called what its option is called

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from dblint import graph
from dblint.cli.analysing import analysed
from dblint.cli.configuring import configured
from dblint.cli.errors import CannotRun
from dblint.cli.options import did_you_mean
from dblint.cli.output import colour, emit
from dblint.config import Configuration
from dblint.judge.whatif import Outcome, allowing, whatif
from dblint.model.facts import TableId
from dblint.model.system import System
from dblint.pipeline import Analysis
from dblint.report import View
from dblint.report.progress import progress
from dblint.report.simulation import SIMULATION, SUGGESTIONS


class _Bench:
    """A judged tree on which changes are tried."""

    def __init__(self, path: Path, config: Path | None) -> None:
        self.configuration = configured(path, config)
        # What the baseline accepts counts: it is what a better cut would end.
        self.analysis: Analysis = analysed(path, self.configuration)
        self.system = self.analysis.system

    def service(self, name: str) -> str:
        """The name, if there is such a service."""
        known = {service.name for service in self.system.services}
        if name not in known:
            raise CannotRun(f"there is no service '{name}'{did_you_mean(name, known)}", "`dblint facts` lists all services")
        return name

    def table(self, name: str) -> TableId:
        """The one table that is called so."""
        coupling = graph.Coupling(self.system)
        found = coupling.find(name)
        named = [table for table in found if coupling.is_named(table, name)]
        if not named:
            similar = ", ".join(dict.fromkeys(map(str, found)))
            raise CannotRun(
                f"there is no table '{name}'", f"did you mean {similar}?" if similar else "`dblint facts` lists all"
            )
        if len(named) > 1:
            places = "\n".join(f"  {table} in {table.database or 'an unknown database'}" for table in named)
            raise CannotRun(f"several tables are called '{name}':\n{places}", "give its schema too, as in billing.invoices")
        return named[0]

    def tried(self, title: str, system: System, configuration: Configuration | None = None) -> Outcome:
        """The outcome of having another system."""
        hidden = [one for one in self.analysis.findings if one.suppressed]
        now = (self.system, self.configuration)
        then = (system, configuration or self.configuration)
        return whatif(title, now, then, self.analysis.rules, hidden, datetime.now(tz=UTC).date())

    def moved(self, table: TableId, to: str) -> Outcome:
        """The outcome of giving a table another owner."""
        owner = graph.Coupling(self.system).owner_of(table) or "nobody"
        return self.tried(f"move {table} from {owner} to {to}", graph.moved(self.system, {table}, to))

    def merged(self, names: Sequence[str], into: str) -> Outcome:
        """The outcome of making services one."""
        configuration = allowing(self.configuration, dict.fromkeys(names, (into,)))
        title = f"merge {', '.join(names)}" + (f" as {into}" if into not in names else "")
        return self.tried(title, graph.merged(self.system, names, into), configuration)


def move(table: str, path: Path, to: str, config: Path | None, format: str, color: str) -> None:
    """Print what moving a table would do."""
    bench = _Bench(path, config)
    _tell([bench.moved(bench.table(table), bench.service(to))], bench, format, color)


def merge(
    service: str, path: Path, others: tuple[str, ...], name: str | None, config: Path | None, format: str, color: str
) -> None:
    """Print what merging services would do."""
    bench = _Bench(path, config)
    names = [bench.service(one) for one in dict.fromkeys((service, *others))]
    _tell([bench.merged(names, name or service)], bench, format, color)


def split(service: str, path: Path, by: tuple[str, ...], config: Path | None, format: str, color: str) -> None:
    """Print what splitting a service would do."""
    patterns = [(part, pattern) for part, mark, pattern in (word.partition("=") for word in by) if mark and part and pattern]
    if not patterns and (len(by) > 1 or by[0] not in graph.WAYS):
        hint = did_you_mean(by[0], graph.WAYS)
        raise CannotRun(f"'{by[0]}' is no way to split{hint}", f"give one of {', '.join(graph.WAYS)}, or NAME=PATTERN of files")
    if patterns and len(patterns) < len(by):
        raise CannotRun("--by takes one way, or only NAME=PATTERN", "for example --by billing='services/shop/billing/*'")
    bench = _Bench(path, config)
    bench.service(service)
    division = graph.assigned(bench.system, service, patterns) if patterns else graph.divided(bench.system, service, by[0])
    part = graph.part_in(division.files, service)
    parts = graph.parts_of(bench.system, service, part, division.tables)
    if len(parts) < 2:
        raise CannotRun(
            f"{service} has only one part by {', '.join(by)}", "try another way: --by use finds what is used together"
        )
    system = graph.split(bench.system, service, part, division.tables)
    configuration = allowing(bench.configuration, {service: parts})
    _tell([bench.tried(f"split {service} into {', '.join(parts)}", system, configuration)], bench, format, color)


def suggest(path: Path, most: int, config: Path | None, format: str, color: str) -> None:
    """Print the suggestions with the greatest gain, each tried."""
    bench = _Bench(path, config)
    found = graph.suggestions(graph.survey(graph.Coupling(bench.system), bench.analysis.tree.services))
    owners, boundaries = found.owners[:most], found.boundaries[:most]
    outcomes = []
    with progress() as tell:
        for one in owners:
            outcomes.append(bench.moved(one.table, one.better))
            if tell:
                tell("simulate", len(outcomes), len(owners) + len(boundaries))
        for group in boundaries:
            outcomes.append(bench.merged(group.services, group.services[0]))
            if tell:
                tell("simulate", len(outcomes), len(owners) + len(boundaries))
    emit(SUGGESTIONS[format](outcomes, bench.system.coverage, View(colour=colour(color))))


def _tell(outcomes: Sequence[Outcome], bench: _Bench, format: str, color: str) -> None:
    emit(SIMULATION[format](outcomes, bench.system.coverage, View(colour=colour(color))))
