"""`dblint explain --finding`: one finding with the plan of its way out."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dblint.cli.application import application

SHOP = str(Path(__file__).parents[2] / "fixtures" / "shop")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(application, list(arguments))


@pytest.fixture(scope="module")
def join() -> dict[str, str]:
    findings = json.loads(run("check", SHOP, "--format", "json").stdout)["findings"]
    return next(each for each in findings if each["rule"] == "cross-owner-join")


def test_the_plan_says_each_step_and_its_cost(join: dict[str, str]) -> None:
    told = run("explain", "--finding", join["fingerprint"], "--path", SHOP)
    assert told.exit_code == 0
    assert "1. Let the owners publish" in told.stdout
    assert "What it costs:" in told.stdout


def test_the_beginning_of_a_fingerprint_is_enough_where_it_is_the_only_one(join: dict[str, str]) -> None:
    document = json.loads(run("explain", "--finding", join["fingerprint"][:12], "--path", SHOP, "--format", "json").stdout)
    assert document["finding"]["fingerprint"] == join["fingerprint"]
    assert document["plan"][0] == "Pattern: build a read model (CQRS)."


def test_a_fingerprint_of_nothing_is_refused() -> None:
    told = run("explain", "--finding", "feedfacefeed", "--path", SHOP)
    assert told.exit_code == 2
    assert "no finding has a fingerprint beginning with" in told.stderr


def test_explain_wants_a_rule_or_a_finding() -> None:
    assert run("explain").exit_code == 2
