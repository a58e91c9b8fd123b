import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml

import dblint
from dblint import config
from dblint.judge import rules
from tests.conftest import Golden
from tests.packaging.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")

EXAMPLE = (
    ("DBL101", "services/orders/orders/repository.py"),
    ("DBL202", "services/billing/migrations/0002_invoice_of_order.sql"),
)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(requirements: list[str]) -> set[str]:
    found = (re.match(r"[\w.-]+", requirement) for requirement in requirements)
    return {normal(match[0]) for match in found if match}


def imported(folder: str) -> set[str]:
    """The distributions that the modules below `folder` import."""
    modules = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.partition(".")[0])
    providers = packages_distributions()
    ours = {"dblint", "tests", "__future__"}
    return {normal(providers[module][0]) for module in modules - ours - set(sys.stdlib_module_names)}


def test_what_dblint_imports_is_declared() -> None:
    # pydantic pins the one version of its core that it works with.
    assert imported("dblint") - {"pydantic-core"} <= declared(PROJECT["dependencies"])


def test_what_the_tests_import_is_declared() -> None:
    assert imported("tests") <= declared(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"])


def test_the_version_is_written_once_more_in_the_package_and_agrees() -> None:
    assert dblint.__version__ == PROJECT["version"]


@pytest.mark.parametrize("path", ["README.md", "CONTRIBUTING.md"])
def test_ci_runs_the_test_command_of_the_documents(path: str) -> None:
    command = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/python -m pytest -n auto"
    assert command in (ROOT / path).read_text(encoding="utf-8")
    assert re.search(rf"^\s*{re.escape(command)}$", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_readme_lists_the_rules_as_they_are() -> None:
    shipped = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "rules").glob("*.yaml"))]
    expected = sorted((rule["id"], rule["name"], rule["severity"], " ".join(rule["summary"].split())) for rule in shipped)
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|")) for line in README.splitlines() if line.startswith("| DBL")
    ]
    assert rows == expected


def test_the_example_in_the_readme_is_a_part_of_the_real_report(golden: Golden) -> None:
    report = (ROOT / "fixtures" / "shop" / "expected" / "check.txt").read_text(encoding="utf-8")
    *blocks, closing = report.rstrip("\n").split("\n\n")
    shown = [next(block for block in blocks if f"({rule})" in block and block.startswith(place)) for rule, place in EXAMPLE]
    example = "\n\n…\n\n".join([*shown, closing])
    golden(
        ROOT / "README.md",
        re.sub(r"(?<=```text\n).*?(?=\n```\n<!-- end of example -->)", lambda _: example, README, flags=re.DOTALL),
    )


def test_the_configuration_in_the_readme_is_valid(tmp_path: Path) -> None:
    (example,) = [block for block in re.findall(r"```yaml\n(.*?)```", README, re.DOTALL) if block.startswith("version:")]
    assert len(example.splitlines()) <= 12
    for service in ("orders", "billing"):
        (tmp_path / "services" / service).mkdir(parents=True)
    (tmp_path / "dblint.yaml").write_text(example, encoding="utf-8")
    configuration = config.load(None, tmp_path)
    assert [service.name for service in configuration.services] == ["orders", "billing"]
    rules.load(configuration, tmp_path)
