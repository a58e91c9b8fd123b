"""The documentation as a site: generated pages are current, every link leads somewhere."""

import datetime as dt
import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config as mkdocs_config

from dblint.config import Configuration, schema
from dblint.config import load as load_configuration
from dblint.judge.rules import Rule, load
from dblint.report import EXPLAIN, View
from tests.conftest import Golden
from tests.docs import commands, keys

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
RULES = load(Configuration(), ROOT)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_page_of_a_rule_is_current(rule: Rule, golden: Golden) -> None:
    golden(REFERENCE / "rules" / f"{rule.name}.md", EXPLAIN["markdown"](rule, View()))


def test_the_list_of_rules_is_current(golden: Golden) -> None:
    rows = [f"| {rule.id} | [{rule.name}]({rule.name}.md) | {rule.severity} | {rule.summary} |" for rule in RULES]
    own = "[A rule of your own](../../howto/write-a-rule.md) is one YAML file."
    head = f"# Rules\n\nEach page is what `dblint explain RULE` prints. {own}\n"
    table = "\n".join(["| id | rule | severity | finds |", "|---|---|---|---|", *rows])
    golden(REFERENCE / "rules" / "index.md", f"{head}\n{table}\n")
    assert {path.stem for path in (REFERENCE / "rules").iterdir()} == {"index", *(rule.name for rule in RULES)}


def test_the_page_about_commands_is_current(golden: Golden) -> None:
    golden(REFERENCE / "commands.md", commands.page())


def test_the_page_about_keys_and_their_schema_are_current(golden: Golden) -> None:
    golden(REFERENCE / "configuration-keys.md", keys.page())
    golden(ROOT / "docs" / "schema" / "dblint-config-1.json", json.dumps(schema(), indent=2) + "\n")


def test_every_key_is_explained_in_the_schema() -> None:
    rows = [line.split(" | ") for line in keys.page().splitlines() if line.startswith("| `")]
    assert [row[0] for row in rows if not row[-1].strip(" |")] == []


def test_the_example_of_the_guide_is_a_valid_configuration(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    (tmp_path / "dblint.yaml").write_text(text.split("```yaml\n")[1].split("```")[0], "utf-8")
    for folder in (
        "services/orders",
        "services/billing",
        "libs/common",
        "database",
        "architecture/rules",
        "architecture/frameworks",
    ):
        (tmp_path / folder).mkdir(parents=True)
    rule = ROOT / "rules" / "cross-service-read.yaml"
    own = rule.read_text("utf-8").replace("DBL101", "OWN101").replace("name: cross-service-read", "name: own-read")
    (tmp_path / "architecture" / "rules" / "own.yaml").write_text(own, "utf-8")
    configuration = load_configuration(None, tmp_path)
    assert {setting.name for setting in configuration.rules} <= {rule.name for rule in load(configuration, tmp_path)}
    jsonschema.validate(_plain(yaml.safe_load((tmp_path / "dblint.yaml").read_text("utf-8"))), schema())


def test_every_page_is_in_the_site_and_every_link_leads_somewhere(tmp_path: Path) -> None:
    configuration = mkdocs_config(str(ROOT / "mkdocs.yml"), site_dir=str(tmp_path / "site"), strict=True)
    build(configuration)
    page = (tmp_path / "site" / "reference" / "rules" / "cross-service-read.html").read_text("utf-8")
    assert "How to fix it" in page
    loaded = re.findall(r'<(?:script|link|img)\b[^>]*?(?:src|href)="(?:https?:)?//[^"]*"', page)
    assert loaded == []


def _plain(value: object) -> object:
    """YAML's value as JSON has it: days are texts."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return "off" if value is False else value.isoformat() if isinstance(value, dt.date) else value
