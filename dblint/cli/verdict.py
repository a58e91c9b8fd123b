"""From findings to an exit code: which findings count, and what the run says about the code."""

from collections.abc import Iterable

import click

from dblint.cli.errors import Exit
from dblint.cli.options import did_you_mean
from dblint.config import Configuration
from dblint.judge.rules import Rule
from dblint.model.facts import Problem
from dblint.model.findings import Finding
from dblint.report.view import SEVERITIES


def named_rules(words: Iterable[str], rules: Iterable[Rule], option: str) -> frozenset[str]:
    """The ids of the rules that `--select` or `--ignore` names: by name, by id, or by the beginning of ids (`DBL1`).

    Raises:
        click.BadParameter: for a word that names no rule.
    """
    rules = tuple(rules)
    chosen: set[str] = set()
    for word in (part.strip() for given in words for part in given.split(",")):
        folded = word.casefold()
        found = {rule.id for rule in rules if folded in (rule.name.casefold(), rule.id.casefold())}
        if not found and len(folded) >= 3:
            found = {rule.id for rule in rules if rule.id.casefold().startswith(folded)}
        if not found:
            hint = did_you_mean(word, (known for rule in rules for known in (rule.name, rule.id)))
            raise click.BadParameter(f"no rule is called '{word}'{hint or '; `dblint rules` lists them'}", param_hint=option)
        chosen |= found
    return frozenset(chosen)


# What is missing from settings, mostly a file that nobody commits: it hides where a database is, never that it is used.
_OF_SETTINGS = frozenset({"missing-env-file", "missing-file", "template", "cyclic-extends", "cyclic-include"})


def exit_code(findings: Iterable[Finding], fail_level: str, *, incomplete: bool) -> Exit:
    """What open findings and unread files amount to; a finding at the gate outweighs an unread file."""
    gating = SEVERITIES[: SEVERITIES.index(fail_level) + 1] if fail_level in SEVERITIES else ()
    if any(finding.severity in gating for finding in findings):
        return Exit.FINDINGS
    return Exit.INCOMPLETE if incomplete else Exit.CLEAN


def unaccepted(problems: Iterable[Problem], configuration: Configuration) -> tuple[Problem, ...]:
    """The problems with files that the configuration does not accept as unreadable; settings hold no access to a database."""
    accepted = {entry.path for entry in configuration.accept}
    return tuple(problem for problem in problems if problem.path not in accepted and problem.reason not in _OF_SETTINGS)
