"""What `--timings` says."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dblint.cli.application import application
from dblint.engine.stopwatch import Stopwatch
from dblint.report.timings import render
from tests.adoption.shop import shop


def _rows(text: str, heading: str) -> dict[str, list[str]]:
    """The rows of the table that begins with this heading, by their first word."""
    block = next(block for block in text.split("\n\n") if block.startswith(heading))
    return {line.rsplit("  ", maxsplit=line.count("  "))[0].strip(): line.split() for line in block.splitlines()[1:]}


def _run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(application, ["check", str(root), "--format", "json", *arguments])


def test_the_stages_languages_frameworks_and_slowest_files_are_told_beside_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBLINT_CACHE_DIR", str(tmp_path / "cache"))
    root = shop(tmp_path / "shop")
    plain, timed = _run(root, "--no-cache"), _run(root, "--timings")
    assert timed.stdout == plain.stdout
    assert plain.stderr == ""
    stages = _rows(timed.stderr, "stage ")
    assert {"list files", "discover", "read", "interpret", "resolve", "judge", "baseline", "write", "total"} <= stages.keys()
    assert float(stages["total"][-1]) >= float(stages["read"][-1]) > 0
    assert [_rows(timed.stderr, "language ")[name][1:3] for name in ("python", "sql")] == [["2", "2"], ["1", "1"]]
    assert _rows(timed.stderr, "framework ")["psycopg"][1:3] == ["2", "2"]
    assert "orders/app.py" in timed.stderr.partition("slowest files")[2]


def test_what_was_remembered_is_told_apart_from_what_was_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBLINT_CACHE_DIR", str(tmp_path / "cache"))
    root = shop(tmp_path / "shop")
    _run(root)
    (root / "orders/app.py").write_text("import psycopg\n")
    timed = _run(root, "--timings")
    assert _rows(timed.stderr, "language ")["python"][1:3] == ["2", "1"]


def test_the_slowest_files_come_first_and_names_are_made_visible() -> None:
    watch = Stopwatch()
    watch.read("quick.py", "python", 0.5)
    watch.read("slow\u202e.py", "python", 1.0)
    watch.read("known.sql", "sql", None)
    watch.interpreted("quick.py", 2.0)
    watch.imports("quick.py", ["psycopg", "sqlalchemy"])
    text = render(watch)
    assert list(_rows(text, "slowest files ")) == ["quick.py", "slow\\u202e.py"]
    assert _rows(text, "language ")["sql"] == ["sql", "1", "0", "0.000", "0.000"]
    assert _rows(text, "framework ")["sqlalchemy"] == ["sqlalchemy", "1", "1", "0.500", "2.000"]
