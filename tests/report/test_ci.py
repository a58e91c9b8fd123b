"""The CI files of the documentation are run as far as that goes without their hosts."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from dblint.cli.application import application
from dblint.report.markdown import MARKER

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
TEMPLATES = sorted((ROOT / "docs" / "ci").glob("*.yml"))
STEPS = {step.get("name", step.get("uses")): step for step in ACTION["runs"]["steps"]}


def commands(value: object) -> list[str]:
    """The calls of dblint in the scripts of a CI file."""
    if isinstance(value, str):
        return [line for line in value.splitlines() if line.startswith("dblint ")]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [found for item in items for found in commands(item)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_what_a_template_runs_is_understood(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "fixtures" / "clean", tmp_path, dirs_exist_ok=True)
    given = yaml.safe_load(path.read_text("utf-8"))
    found = commands(given)
    assert found or path.name == "github.yml"
    for command in found:
        words = shlex.split(command.partition(" | ")[0].replace("$DBLINT_PATH", "."))
        run = CliRunner().invoke(application, words[1:])
        assert run.exit_code == 0, run.output
        assert run.output
        for word in words:
            if "=" in word and not word.startswith("-"):
                assert (tmp_path / word.partition("=")[2]).stat().st_size > 0


def test_the_github_workflow_uses_inputs_and_outputs_that_the_action_has() -> None:
    workflow = yaml.safe_load((ROOT / "docs" / "ci" / "github.yml").read_text("utf-8"))
    steps = workflow["jobs"]["dblint"]["steps"]
    (used,) = [step for step in steps if "OWNER/dblint" in step["uses"]]
    assert set(used["with"]) <= set(ACTION["inputs"])
    assert {"findings", "sarif"} <= set(ACTION["outputs"])


def test_no_input_is_text_of_a_script() -> None:
    for step in STEPS.values():
        assert "${{" not in step.get("run", "")


@pytest.mark.skipif(not shutil.which("jq") or not shutil.which("bash"), reason="jq and bash are on the runners of GitHub")
@pytest.mark.parametrize(("fixture", "fail_level", "expected"), [("shop", "", 1), ("shop", "never", 0), ("clean", "", 0)])
def test_the_action_checks_and_reports(fixture: str, fail_level: str, expected: int, tmp_path: Path) -> None:
    run = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", STEPS["Check"]["run"]],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=tmp_path,
        env={
            "PATH": f"{_door(tmp_path)}:{os.environ['PATH']}",
            "SERVICES": str(ROOT / "fixtures" / fixture),
            "FAIL_LEVEL": fail_level,
            "ARGUMENTS": "--ignore DBL301",
            "SARIF": "out.sarif",
            "RUNNER_TEMP": str(tmp_path),
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        },
    )
    assert run.returncode == 0, run.stderr
    outputs = dict(line.split("=", 1) for line in (tmp_path / "output").read_text("utf-8").splitlines())
    results = json.loads((tmp_path / "out.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert outputs == {"exit-code": str(expected), "findings": str(len(results))}
    assert all(result["suppressions"] == [] and result["ruleId"] != "DBL301" for result in results)
    assert (tmp_path / "summary").read_text("utf-8").startswith(MARKER)
    assert run.stdout.splitlines()[-1].startswith("::notice title=dblint::")


def test_the_action_ends_with_the_exit_code_of_the_check() -> None:
    run = subprocess.run(["bash", "-c", STEPS["Verdict"]["run"]], check=False, env={"CODE": "3"})
    assert run.returncode == 3


def _door(folder: Path) -> Path:
    """A folder with the command dblint as this interpreter runs it."""
    door = folder / "bin"
    door.mkdir()
    (door / "dblint").write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -P -m dblint "$@"\n')
    (door / "dblint").chmod(0o755)
    return door
