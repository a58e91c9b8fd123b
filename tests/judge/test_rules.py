"""The rule files themselves: their examples are run from the source to the finding."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from dblint.config.model import Configuration
from dblint.judge import Rule, load
from dblint.judge.checks import CHECKS
from dblint.judge.rules import Example
from dblint.trial import found

RULES = load(Configuration(), Path())
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.name}-{kind}-{number}")
    for rule in RULES
    for kind, examples in (("bad", rule.bad), ("good", rule.good))
    for number, example in enumerate(examples)
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_an_example_gives_what_it_says(rule: Rule, example: Example, tmp_path: Path) -> None:
    there = [
        (finding.service, str(finding.table.name), finding.place.path, finding.place.line)
        for finding in found(rule, example, tmp_path)
        if not finding.suppressed
    ]
    expected = [(one.service, one.table, one.path, one.line) for one in example.expect]
    assert sorted(there) == sorted(expected)


def test_rules_say_the_same_without_their_examples() -> None:
    brief = load(Configuration(), Path(), examples=False)
    assert not any(rule.bad or rule.good for rule in brief)
    assert brief == tuple(replace(rule, bad=(), good=()) for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_has_examples_of_both_kinds(rule: Rule) -> None:
    assert rule.bad
    assert rule.good
    assert all(example.expect for example in rule.bad)
    assert not any(example.expect for example in rule.good)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_lines_that_an_example_expects_name_the_table(rule: Rule) -> None:
    for example in rule.bad:
        for one in example.expect:
            line = example.files[one.path].splitlines()[one.line - 1]
            assert one.table in ("*", "?") or one.table in line


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_called_as_its_file_and_reads_well_after_allow(rule: Rule) -> None:
    assert Path(rule.path).stem == rule.name
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.name)
    assert not rule.name.startswith(("no-", "disallow-", "avoid-", "prefer-", "check-", "must-", "forbid-"))
    assert re.fullmatch(r"DBL[1-5]\d\d", rule.id)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_says_what_it_finds_why_and_what_to_do(rule: Rule) -> None:
    assert rule.summary.endswith(".")
    assert len(rule.summary) < 160
    assert len(rule.rationale) > 150
    assert 40 < len(rule.remedy) < 320


def test_every_check_is_used_by_a_rule() -> None:
    assert {rule.check for rule in RULES} == set(CHECKS) - {"query"}


def test_the_rules_of_the_plan_are_there() -> None:
    assert {rule.id: rule.name for rule in RULES}.items() >= {
        "DBL101": "cross-service-read",
        "DBL102": "cross-service-write",
        "DBL103": "cross-owner-join",
        "DBL104": "cross-owner-foreign-key",
        "DBL106": "cross-owner-routine",
        "DBL107": "foreign-mapping",
        "DBL202": "foreign-migration",
        "DBL203": "fragile-read",
        "DBL301": "shared-database",
        "DBL401": "contested-owner",
        "DBL402": "ownerless-table",
        "DBL403": "ownership-cycle",
        "DBL501": "unresolved-access",
        "DBL502": "unused-suppression",
    }.items()
