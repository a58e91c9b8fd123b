"""`dblint diff`: what a branch changes."""
# ruff: noqa: A002 - a parameter is called what its option is called

from pathlib import Path

from dblint.cli.output import emit
from dblint.cli.scene import both
from dblint.model.system import System
from dblint.report.diff import DIFF, difference


def diff(path: Path, base: str, config: Path | None, format: str) -> None:
    """Print what is different in the tree from the commit at which it left `base`."""
    before, after = both(path, config, base)
    breaking = tuple(
        finding for finding in after.findings if finding.rule == "breaking-schema-change" and not finding.suppressed
    )
    emit(DIFF[format](difference(before.system if before else System(), after.system, breaking)))
