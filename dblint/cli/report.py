"""`dblint report`: the ownership report."""
# ruff: noqa: A002 - a parameter is called what its option is called

from datetime import UTC, datetime
from pathlib import Path

from dblint import catalogue
from dblint.cli.analysing import analysed
from dblint.cli.configuring import configured
from dblint.cli.engine import stage
from dblint.cli.errors import CannotRun
from dblint.cli.output import emit, write_files
from dblint.graph import Coupling, survey
from dblint.pipeline import Analysis
from dblint.report import REPORT
from dblint.report.ownership.content import Ownership
from dblint.report.ownership.trend import Earlier, earlier, trend
from dblint.report.progress import progress


def report(path: Path, config: Path | None, format: str, output: Path | None, compare: Path | None) -> None:
    """Write the report.

    Raises:
        CannotRun: if the report to compare with is none.
    """
    before = _earlier(compare) if compare else None
    configuration = configured(path, config)
    analysis = analysed(path, configuration)
    with progress() as tell:
        watch = tell or (lambda _stage, _done, _all: None)
        watch("survey", 0, 2)
        with stage("survey"):
            found = survey(Coupling(analysis.system), analysis.tree.services)
        watch("report", 1, 2)
        with stage("write"):
            text = REPORT[format](
                Ownership(
                    analysis.tree,
                    analysis.system,
                    found,
                    analysis.findings,
                    configuration.allow,
                    datetime.now(tz=UTC).date(),
                    catalogue.source(path),
                    _teams(path, analysis),
                    trend(before, found) if before else None,
                    configuration.sharing,
                    configuration.resources,
                )
            )
    if output is None:
        emit(text)
    else:
        write_files([(output, text)])


def _teams(path: Path, analysis: Analysis) -> tuple[tuple[str, str], ...]:
    """Who answers for each service, as far as it is known."""
    known = catalogue.read(path, analysis.tree)
    found = ((service.name, known.team_of(service.name)) for service in analysis.tree.services)
    return tuple((name, team[0]) for name, team in found if team)


def _earlier(file: Path) -> Earlier:
    try:
        return earlier(file.read_bytes())
    except OSError:
        raise CannotRun(f"'{file}' cannot be read") from None
    except ValueError as error:
        remedy = "write one with `dblint report --format json -o FILE` and keep it for the next comparison"
        raise CannotRun(f"'{file}' cannot be compared with: {error}", remedy) from None
