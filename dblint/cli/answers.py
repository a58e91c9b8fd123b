"""The commands that answer questions: facts, who, rules, explain, config."""

import json
from pathlib import Path

from dblint.cli.analysing import analysed, configured, rules_for
from dblint.cli.errors import CannotRun, Exit
from dblint.cli.output import colour, emit, write_files
from dblint.cli.verdict import exit_code, unaccepted
from dblint.config import effective, schema
from dblint.graph import Coupling
from dblint.judge.rules import suggestion
from dblint.report import EXPLAIN, FACTS, RULES, WHO, View
from dblint.report.view import problems

HERE = Path()


def facts(
    path: Path, config: Path | None, format_: str, outputs: tuple[tuple[str, Path], ...], *, allow_incomplete: bool, color: str
) -> Exit:
    """Print what was established about a tree; the exit code says whether all of it could be read."""
    configuration = configured(path, config)
    analysis = analysed(path, configuration)
    tree, system = analysis.tree, analysis.system
    write_files([(file, FACTS[name](tree, system, View())) for name, file in outputs])
    emit(FACTS[format_](tree, system, View(colour=colour(color))))
    unread = () if allow_incomplete else unaccepted(problems(tree, system), configuration)
    return exit_code((), "never", incomplete=bool(unread))


def who(table: str, path: Path, config: Path | None, format_: str, color: str) -> None:
    """Print who owns and who uses every table of that name.

    Raises:
        CannotRun: if there is none, with the names that are similar.
    """
    system = analysed(path, configured(path, config)).system
    coupling = Coupling(system)
    found = coupling.find(table)
    named = tuple(one for one in found if coupling.is_named(one, table))
    if not named:
        similar = ", ".join(dict.fromkeys(map(str, found)))
        remedy = f"did you mean {similar}?" if similar else "`dblint facts` lists all tables"
        raise CannotRun(f"no service uses or declares a table called '{table}'", remedy)
    emit(WHO[format_](system, named, View(colour=colour(color))))


def rules(config: Path | None, format_: str, color: str) -> None:
    """Print all rules."""
    emit(RULES[format_](rules_for(HERE, configured(HERE, config)), View(colour=colour(color))))


def explain(rule: str, config: Path | None, format_: str, color: str) -> None:
    """Print the page of one rule.

    Raises:
        CannotRun: if there is no such rule, with the name that is similar.
    """
    known = rules_for(HERE, configured(HERE, config))
    found = next((one for one in known if rule.casefold() in (one.name.casefold(), one.id.casefold())), None)
    if found is None:
        raise CannotRun(f"no rule is called '{rule}'{suggestion(rule, known)}", "`dblint rules` lists them")
    emit(EXPLAIN[format_](found, View(colour=colour(color))))


def config_schema() -> None:
    """Print the JSON Schema of dblint.yaml."""
    emit(json.dumps(schema(), indent=2) + "\n")


def config_validate(path: Path, config: Path | None) -> None:
    """Say that the configuration and its rules are valid.

    Raises:
        CannotRun: with every mistake, or if there is no configuration.
    """
    configuration = configured(path, config)
    if not configuration.path:
        raise CannotRun(f"there is no dblint.yaml in '{path}' or above it", "dblint works without one; --config names another")
    rules_for(path, configuration)
    emit(f"{configuration.path} is valid\n")


def config_show(path: Path, config: Path | None) -> None:
    """Print the effective configuration."""
    emit(effective(configured(path, config)))
