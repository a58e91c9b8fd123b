"""The commands that look at no code: rules, explain and config."""
# ruff: noqa: A002 - a parameter is called what its option is called

import json
from pathlib import Path

from dblint.cli.configuring import configured, rules_for
from dblint.cli.errors import CannotRun
from dblint.cli.output import colour, emit
from dblint.config import effective, schema
from dblint.judge.rules import suggestion
from dblint.report import EXPLAIN, RULES, View

HERE = Path()


def rules(config: Path | None, format: str, color: str) -> None:
    """Print all rules."""
    emit(RULES[format](rules_for(HERE, configured(HERE, config)), View(colour=colour(color))))


def explain(rule: str, config: Path | None, format: str, color: str) -> None:
    """Print the page of one rule.

    Raises:
        CannotRun: if there is no such rule, with the name that is similar.
    """
    known = rules_for(HERE, configured(HERE, config))
    found = next((one for one in known if rule.casefold() in (one.name.casefold(), one.id.casefold())), None)
    if found is None:
        raise CannotRun(f"no rule is called '{rule}'{suggestion(rule, known)}", "`dblint rules` lists them")
    emit(EXPLAIN[format](found, View(colour=colour(color))))


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
