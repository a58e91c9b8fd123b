"""Reading rule files, and every mistake in them."""

from pathlib import Path

import pytest

from dblint.config.model import Allowance, Configuration, ConfigurationError, RuleSetting
from dblint.judge import load
from dblint.judge.checks.access import Options
from dblint.judge.rules import read, shipped
from dblint.model.place import Place

RULE = """id: X1
name: no-payments
severity: error
summary: Payments are private.
rationale: They are.
remedy: Ask.
check: access
options: {modes: [write], tables: ["payment_*"]}
"""
MODES = "read, write, lock (did you mean 'write'?)"


def _mistakes(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        read("x.yaml", text)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_a_rule_is_read_with_the_typed_options_of_its_check() -> None:
    rule = read("x.yaml", RULE)
    assert (rule.id, rule.name, rule.severity, rule.check, rule.path) == ("X1", "no-payments", "error", "access", "x.yaml")
    assert rule.options == Options(tables=("payment_*",), modes=("write",))


def test_options_may_be_left_out() -> None:
    assert read("x.yaml", RULE.replace('options: {modes: [write], tables: ["payment_*"]}\n', "")).options == Options()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("summary:", "sumary:", "x.yaml:4:1 unknown key 'sumary' (did you mean 'summary'?)"),
        ("check: access", "check: acces", "x.yaml:7:8 unknown check 'acces' (did you mean 'access'?)"),
        (
            "severity: error",
            "severity: fatal",
            "x.yaml:3:1 'fatal' is not one of the values that 'severity' can have: error, warning, note, off",
        ),
        ("remedy: Ask.\n", "", "x.yaml:1:1 missing key 'remedy'"),
        ("modes:", "mode:", "x.yaml:8:11 unknown key 'mode' (did you mean 'modes'?)"),
        ("[write]", "[read, wrte]", "x.yaml:8:25 'wrte' is not one of the values that 'options.modes.1' can have: " + MODES),
        ("[write]", "write", "x.yaml:8:11 'options.modes' must be a list"),
        ("options: {", "options: [", "x.yaml:8:48 not valid YAML"),
        ("name: no-payments", "name: [no]", "x.yaml:2:1 'name' must be text"),
        ("remedy:", "name:", "x.yaml:6:1 key 'name' is written twice"),
    ],
)
def test_a_mistake_is_told_with_its_place(old: str, new: str, expected: str) -> None:
    assert old in RULE
    assert _mistakes(RULE.replace(old, new, 1))[0] == expected


def test_all_unknown_keys_are_told_at_once() -> None:
    assert len(_mistakes("idd: x\nnam: y\n" + RULE)) == 2


@pytest.mark.parametrize("text", ["", "- id: X1\n", "just text\n", RULE + "---\nid: X2\n"])
def test_a_file_that_is_no_single_mapping_is_refused(text: str) -> None:
    assert _mistakes(text) == ["x.yaml:1:1 must be one mapping of keys such as `id`, `name` and `check`"]


def test_an_unknown_key_in_an_example_is_told() -> None:
    assert _mistakes(RULE + "bad:\n  - file: {a.py: x}\n")[0].startswith("x.yaml:10:5 ")
    assert _mistakes(RULE + "good:\n  - files: {a.py: x}\n    expect: [{service: a, table: b, path: c, line: d}]\n") == [
        "x.yaml:11:46 'good.0.expect.0.line' must be a number"
    ]


def test_rules_of_a_project_are_read_beside_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "no-payments.yaml").write_text(RULE, "utf-8")
    found = load(Configuration(path="dblint.yaml", rule_folders=("rules",)), tmp_path)
    assert {"no-payments", "cross-service-read"} <= {rule.name for rule in found}
    assert [rule.id for rule in found] == sorted(rule.id for rule in found)
    assert next(rule.path for rule in found if rule.id == "X1") == "rules/no-payments.yaml"


def test_mistakes_of_all_rule_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(RULE.replace("check: access", "check: axes"), "utf-8")
    (tmp_path / "b.yaml").write_bytes(b"\xff")
    (tmp_path / "c.yaml").write_text(RULE.replace("no-payments", "cross-service-read"), "utf-8")
    configuration = Configuration(
        path="dblint.yaml",
        rule_folders=(".", "nowhere"),
        rules=(RuleSetting("shared-databse", "note", Place("dblint.yaml", 3)),),
        allow=(Allowance("orders", "invoices", "why", Place("dblint.yaml", 9), rule="DBL999"),),
    )
    with pytest.raises(ConfigurationError) as caught:
        load(configuration, tmp_path)
    messages = [str(mistake) for mistake in caught.value.mistakes]
    assert [message.split(" ")[0] for message in messages] == [
        "dblint.yaml:1:1",
        "a.yaml:7:8",
        "b.yaml:1:1",
        "c.yaml:1:1",
        "dblint.yaml:3:1",
        "dblint.yaml:9:1",
    ]
    assert "already the name or id of the rule in cross-service-read.yaml" in messages[3]
    assert messages[4].endswith("unknown rule 'shared-databse' (did you mean 'shared-database'?)")


def test_the_shipped_rules_lie_beside_the_package_in_a_checkout() -> None:
    assert (shipped() / "cross-service-read.yaml").is_file()
