"""The commands that answer questions."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result

from dblint.cli import analysing
from dblint.cli.application import application
from dblint.config import Configuration
from dblint.pipeline import Analysis
from tests.report.factory import system, tree


def run(*arguments: str) -> Result:
    return CliRunner().invoke(application, list(arguments))


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    def analyse(_root: Path, configuration: Configuration, *, progress: object = None, **_: object) -> Analysis:
        del progress
        return Analysis(tree(), system(), (), (), configuration)

    monkeypatch.setattr(analysing, "analyse", analyse)
    return str(tmp_path)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_bare_dblint_prints_help() -> None:
    result = run()
    assert result.exit_code == 0
    assert result.stdout == run("--help").stdout
    assert "check" in result.stdout


def test_a_misspelt_command_is_answered_with_the_one_that_was_meant() -> None:
    result = run("chekc")
    assert result.exit_code == 2
    assert "check" in result.stderr


def test_who_names_owner_and_users(shop: str) -> None:
    result = run("who", "Invoices", shop)
    assert result.exit_code == 0
    assert "owner: billing (explicit)" in result.stdout
    assert "orders/app.py:14" in result.stdout
    assert [t["table"]["name"] for t in json.loads(run("who", "invoices", shop, "--format", "json").stdout)["tables"]] == [
        "invoices"
    ]


def test_who_answers_an_unknown_table_with_similar_ones(shop: str) -> None:
    result = run("who", "invoice", shop)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no table, service or team is called 'invoice'" in result.stderr
    result = run("who", "zzzz", shop)
    assert result.exit_code == 2


@pytest.mark.parametrize("name", ["DBL103", "dbl103", "cross-owner-join", "Cross-Owner-Join"])
def test_a_rule_is_explained_by_name_or_id(name: str) -> None:
    result = run("explain", name)
    assert result.exit_code == 0
    headings = ["What it finds", "Why it matters", "Bad", "Good", "How to fix it", "How to configure it", "How to suppress it"]
    places = [result.stdout.index(f"\n{heading}\n") for heading in headings]
    assert places == sorted(places)


def test_every_rule_has_its_page_in_every_format() -> None:
    rules = json.loads(run("rules", "--format", "json").stdout)
    assert rules["schema"] == "dblint-rules/1"
    schema = json.loads((Path(__file__).parents[2] / "docs" / "schema" / "dblint-rules-1.json").read_text())
    jsonschema.validate(rules, schema, cls=jsonschema.Draft202012Validator)
    for rule in rules["rules"]:
        assert run("explain", rule["id"]).stdout.startswith(f"{rule['name']} ({rule['id']})")
        assert run("explain", rule["id"], "--format", "markdown").stdout.startswith(f"# {rule['name']} ({rule['id']})")
        assert json.loads(run("explain", rule["id"], "--format", "json").stdout) == rule


def test_how_to_configure_a_rule_is_a_valid_configuration(tmp_path: Path) -> None:
    text = run("explain", "DBL101", "--format", "markdown").stdout
    setting = text.split("## How to configure it")[1].split("```yaml\n")[1].split("```")[0]
    (tmp_path / "dblint.yaml").write_text("version: 1\n" + setting)
    assert run("config", "validate").stdout == "dblint.yaml is valid\n"


def test_an_unknown_rule_is_answered_with_the_one_that_was_meant() -> None:
    result = run("explain", "cross-owner-joins")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean 'cross-owner-join'?" in result.stderr


def test_rules_are_listed_one_per_line() -> None:
    lines = run("rules").stdout.splitlines()
    assert [line.split()[0] for line in lines] == sorted(line.split()[0] for line in lines)
    assert any(line.startswith("DBL101  cross-service-read ") for line in lines)


def test_the_schema_of_the_configuration_accepts_a_configuration() -> None:
    schema = json.loads(run("config", "schema").stdout)
    jsonschema.validate({"version": 1, "services": [{"name": "a", "path": "a"}]}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"version": 1, "servces": []}, schema)


def test_validating_without_a_configuration_says_so() -> None:
    result = run("config", "validate")
    assert result.exit_code == 2
    assert "there is no dblint.yaml" in result.stderr


def test_the_effective_configuration_is_shown_without_passwords(tmp_path: Path) -> None:
    (tmp_path / "dblint.yaml").write_text(
        "version: 1\ndatabases:\n  shop: {url: postgresql://app:hunter2@db/shop}\nfail-level: note\n"
    )
    result = run("config", "show")
    assert result.exit_code == 0
    assert "hunter2" not in result.output
    assert yaml.safe_load(result.stdout)["fail-level"] == "note"
