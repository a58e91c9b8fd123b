"""`dblint rules test`: the examples of rules, run."""

from collections.abc import Iterator
from pathlib import Path

from dblint.cli.configuring import configured, mistaken
from dblint.cli.errors import CannotRun, Exit
from dblint.cli.output import emit
from dblint.config import ConfigurationError
from dblint.judge.rules import Rule, read
from dblint.judge.rules import load as load_rules
from dblint.query import QueryError
from dblint.report.coverage import count
from dblint.report.escape import show
from dblint.trial import Place, Trial, trials


def test(folder: Path | None) -> Exit:
    """Try the rules in a folder, or all rules of the project; exit code 1 if an example does not give what it says.

    Raises:
        CannotRun: with every mistake in a rule file, or if there is none.
    """
    tried = failed = 0
    try:
        for rule, text in _rules(folder):
            for trial in trials(rule, text):
                tried += 1
                if not trial.passed:
                    failed += 1
                    emit(_told(trial))
    except ConfigurationError as error:
        raise mistaken(error) from None
    except QueryError as error:
        raise CannotRun(f"the query of a rule cannot be answered: {error}") from None
    emit(f"{count(tried, 'example')}, {failed} failed\n")
    return Exit.FINDINGS if failed else Exit.CLEAN


def _rules(folder: Path | None) -> Iterator[tuple[Rule, str]]:
    """The rules to try, each with the text of its file unless it comes with dblint."""
    if folder is None:
        here = Path()
        for rule in load_rules(configured(here, None), here):
            yield rule, (here / rule.path).read_text("utf-8") if "/" in rule.path else ""
        return
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise CannotRun(f"the folder '{folder}' holds no rule (*.yaml)")
    for file in files:
        try:
            text = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            raise CannotRun(f"{file} cannot be read as UTF-8 text") from None
        yield read(file.as_posix(), text), text


def _told(trial: Trial) -> str:
    head = f"{show(trial.rule.path)}: {show(trial.rule.name)}, {trial.kind} example {trial.number}\n"
    lines = [f"  {trial.mistake}\n"] if trial.mistake else []
    lines += [f"  not found: {_place(place)}\n" for place in trial.missing]
    lines += [f"  not expected: {_place(place)}\n" for place in trial.unexpected]
    return head + "".join(lines)


def _place(place: Place) -> str:
    service, table, path, line = place
    return show(f"{{service: {service}, table: {table}, path: {path}, line: {line}}}")
