"""`dblint report`: the ownership report."""
# ruff: noqa: A002 - a parameter is called what its option is called

from datetime import UTC, datetime
from pathlib import Path

from dblint import catalogue
from dblint.cli.analysing import analysed
from dblint.cli.configuring import configured
from dblint.cli.output import emit, write_files
from dblint.graph import Coupling, survey
from dblint.report import REPORT
from dblint.report.ownership.content import Ownership


def report(path: Path, config: Path | None, format: str, output: Path | None) -> None:
    """Write the report."""
    configuration = configured(path, config)
    analysis = analysed(path, configuration)
    found = survey(Coupling(analysis.system), analysis.tree.services)
    today = datetime.now(tz=UTC).date()
    content = Ownership(
        analysis.tree, analysis.system, found, analysis.findings, configuration.allow, today, catalogue.source(path)
    )
    text = REPORT[format](content)
    if output is None:
        emit(text)
    else:
        write_files([(output, text)])
