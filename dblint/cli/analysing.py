"""From the arguments of a command to an analysis: the folder, its configuration, its rules, and nothing without a reason."""

from pathlib import Path

from dblint.cli.errors import CannotRun
from dblint.config import Configuration, ConfigurationError, load
from dblint.judge.rules import Rule
from dblint.judge.rules import load as load_rules
from dblint.pipeline import Analysis, analyse
from dblint.report.coverage import unsupported
from dblint.report.progress import progress, unwatched


def configured(path: Path, config: Path | None) -> Configuration:
    """The configuration for a folder.

    Raises:
        CannotRun: if the folder is not there, or with every mistake in the configuration.
    """
    if not path.exists():
        raise CannotRun(f"there is no '{path}'", "give the folder that holds the services")
    if not path.is_dir():
        raise CannotRun(f"'{path}' is not a folder", "dblint judges a whole system: give the folder that holds the services")
    try:
        return load(config, path)
    except ConfigurationError as error:
        raise mistaken(error) from None


def rules_for(path: Path, configuration: Configuration) -> tuple[Rule, ...]:
    """The rules that apply to a folder.

    Raises:
        CannotRun: with every mistake in a rule, or in what the configuration says about rules.
    """
    try:
        return load_rules(configuration, path)
    except ConfigurationError as error:
        raise mistaken(error) from None


def analysed(path: Path, configuration: Configuration, *, quiet: bool = False) -> Analysis:
    """The analysis of a folder.

    Raises:
        CannotRun: if there is nothing to analyse, which must not look like a clean result.
    """
    try:
        with unwatched() if quiet else progress() as tell:
            analysis = analyse(path, configuration, progress=tell)
    except ConfigurationError as error:
        raise mistaken(error) from None
    refuse_emptiness(path, analysis)
    return analysis


def refuse_emptiness(path: Path, analysis: Analysis) -> None:
    """Nothing, if there was something to analyse.

    Raises:
        CannotRun: saying what is missing and what to do about it.
    """
    tree = analysis.tree
    if not any(file.role == "source" for file in tree.files) and not tree.problems and not analysis.system.problems:
        seen = f"; seen but not read: {unsupported(tree)}" if tree.unsupported else ""
        remedy = "give the folder that holds the services, and check that neither .gitignore nor `exclude` leaves them out"
        raise CannotRun(f"there is nothing to analyse in '{path}'{seen}", remedy)
    if not any(service.kind == "service" for service in tree.services):
        raise CannotRun(
            f"no service was found in '{path}'",
            "declare them in dblint.yaml, for example\n  version: 1\n  services:\n    - {name: orders, path: services/orders}",
        )


def mistaken(error: Exception) -> CannotRun:
    """The refusal that lists the mistakes of a ConfigurationError, one per line."""
    return CannotRun(f"the configuration cannot be used\n{error}", "`dblint config schema` prints what it may hold")
