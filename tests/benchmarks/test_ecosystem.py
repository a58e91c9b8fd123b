"""The comparison of two versions tells exactly what differs."""

import sys
from pathlib import Path

import pytest

from tests.benchmarks.ecosystem import Outcome, compare, difference

SHOP = Path(__file__).parents[2] / "fixtures" / "clean"
NEW = [sys.executable, "-m", "dblint"]


def _version(folder: Path, body: str) -> list[str]:
    """A made-up version of dblint."""
    program = folder / "old.py"
    program.write_text(body)
    return [sys.executable, str(program)]


def test_one_version_gives_a_row_for_each_tree(capsys: pytest.CaptureFixture[str]) -> None:
    assert not compare([SHOP], [], NEW, 120)
    row = capsys.readouterr().out.splitlines()[2]
    assert row.startswith("| clean | ")
    assert "→" not in row


def test_findings_that_came_and_went_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    finding = '{"path": "a.py", "rule": "r", "service": "s", "table": "t", "line": 1, "severity": "error", "message": "%s"}'
    coverage = '{"files_seen": 2, "files_read": %d, "statements_found": 3, "statements_resolved": 3}'
    program = "print('''{\"findings\": [%s], \"coverage\": %s}''')"
    old = _version(tmp_path, program % (finding % "gone", coverage % 1))
    (tmp_path / "new").mkdir()
    new = _version(tmp_path / "new", program % (finding % "come", coverage % 2))
    assert compare([SHOP], old, new, 60)
    told = capsys.readouterr().out
    assert "| 1 / 2 → 2 / 2 | 3 / 3 | 1 |" in told
    assert "- a.py:1 error r: gone\n+ a.py:1 error r: come" in told


def test_a_version_that_fails_or_never_answers_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    failing = _version(tmp_path, "import sys; sys.exit('dblint: it broke')")
    compare([SHOP], [], failing, 60)
    assert "| exit 1: dblint: it broke |" in capsys.readouterr().out
    endless = _version(tmp_path, "import time; time.sleep(60)")
    compare([SHOP], [], endless, 0.5)
    assert "| no answer in 0.5 s |" in capsys.readouterr().out


def test_equal_outcomes_have_no_difference() -> None:
    one = Outcome({("a.py", "r", "s", "t", 1): "a finding"}, {}, 1.0)
    assert difference(one, one) == []
