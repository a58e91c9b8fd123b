"""What the shell and the environment have to do with a run."""

import json
from pathlib import Path

import pytest

from dblint.cli.running import run
from tests.adoption.shop import shop


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = shop(tmp_path / "shop")
    monkeypatch.chdir(root)
    monkeypatch.setenv("DBLINT_CACHE_DIR", str(tmp_path / "cache"))
    return root


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        (["dblint", "che"], ["check"]),
        (["dblint", "baseline", ""], ["prune", "update"]),
        (["dblint", "check", "--for"], ["--format"]),
        (["dblint", "check", "--format", "gi"], ["github", "gitlab"]),
        (["dblint", "check", "--select", "cross-service"], ["cross-service-read", "cross-service-write"]),
        (["dblint", "explain", "dbl50"], ["DBL501", "DBL502", "DBL503", "DBL504"]),
    ],
)
def test_the_shell_completes_commands_options_values_and_rules(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: list[str], proposed: list[str]
) -> None:
    monkeypatch.setenv("_DBLINT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", " ".join(typed))
    monkeypatch.setenv("COMP_CWORD", str(len(typed) - 1))
    assert run([]) == 0
    assert [line.partition(",")[2] for line in capsys.readouterr().out.splitlines()] == proposed


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_its_script(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], shell: str) -> None:
    monkeypatch.setenv("_DBLINT_COMPLETE", f"{shell}_source")
    run([])
    assert f"_DBLINT_COMPLETE={shell}_complete" in capsys.readouterr().out


@pytest.mark.usefixtures("here")
def test_options_come_from_the_environment_and_the_command_line_outweighs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name, value in {
        "CHECK_FORMAT": "json",
        "CHECK_FAIL_LEVEL": "never",
        "CHECK_SELECT": "cross-service-write",
        "CHECK_OUTPUT": f"concise={tmp_path / 'out.txt'}",
        "NO_CACHE": "1",
        "JOBS": "1",
    }.items():
        monkeypatch.setenv(f"DBLINT_{name}", value)
    assert run(["check"]) == 0
    assert {one["rule"] for one in json.loads(capsys.readouterr().out)["findings"]} == {"cross-service-write"}
    assert "cross-service-write" in (tmp_path / "out.txt").read_text()
    assert not (tmp_path / "cache").exists()
    assert run(["check", "--format", "concise", "--fail-level", "error"]) == 1
    assert capsys.readouterr().out.startswith("orders/other.py:5")


@pytest.mark.usefixtures("here")
def test_a_mistake_in_the_environment_is_told_like_one_on_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DBLINT_CHECK_FORMAT", "jsom")
    assert run(["check"]) == 2
    assert "(did you mean 'json'?)" in capsys.readouterr().err
