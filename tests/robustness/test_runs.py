"""Whole runs as processes: the same bytes whatever the circumstances, and signals that leave nothing behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHOP = ROOT / "fixtures" / "shop"


def _environment(**others: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "DBLINT_NO_CACHE": "1", **others}


def _json(cwd: Path, *arguments: str, **environment: str) -> bytes:
    command = [sys.executable, "-m", "dblint", "check", str(SHOP), "--format", "json", "-q", *arguments]
    done = subprocess.run(command, cwd=cwd, env=_environment(**environment), capture_output=True, check=False, timeout=120)
    assert done.stderr == b""
    return done.stdout


def test_reports_are_equal_whatever_the_circumstances(tmp_path: Path) -> None:
    reports = {
        _json(cwd, "--jobs", jobs, PYTHONHASHSEED=seed, LC_ALL=locale)
        for cwd, jobs, seed, locale in [
            (tmp_path, "1", "0", "C"),
            (ROOT, "2", "1", "C.UTF-8"),
            (tmp_path, "4", "2", "C.UTF-8"),
            (ROOT, "4", "12345", "C"),
            (Path("/"), "2", "random", "tr_TR.UTF-8"),
            (tmp_path, "1", "random", "POSIX"),
        ]
    }
    assert len(reports) == 1
    assert len(reports.pop()) > 1000


def _children(pid: int) -> set[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return set()
    return {int(word) for word in text.split()}


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="tells children by /proc")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_signal_ends_all_workers_and_leaves_no_report(number: signal.Signals, code: int, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for service in ("a", "b"):
        (tree / service).mkdir(parents=True)
        (tree / service / "Dockerfile").write_text("FROM scratch\n")
        for file in range(60):
            # Long enough to be found at work, and far below every limit.
            (tree / service / f"{file}.py").write_text(
                "".join(f"def f{line}(cursor):\n    cursor.execute('TRUNCATE t{line}')\n" for line in range(4000))
            )
    report = tmp_path / "report.json"
    running = subprocess.Popen(
        [sys.executable, "-m", "dblint", "check", str(tree), "-o", f"json={report}", "--jobs", "3"],
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    workers: set[int] = set()
    deadline = time.monotonic() + 60
    while len(workers) < 3 and time.monotonic() < deadline and running.poll() is None:
        workers = _children(running.pid)
        time.sleep(0.02)
    assert len(workers) == 3
    time.sleep(0.3)
    running.send_signal(number)
    out, _ = running.communicate(timeout=20)
    ended = time.monotonic()
    while any(map(_alive, workers)) and time.monotonic() < ended + 15:
        time.sleep(0.02)
    assert not any(map(_alive, workers))
    assert running.returncode == code
    assert out == b""
    assert [path.name for path in tmp_path.iterdir()] == ["tree"]


def test_a_tree_that_cannot_be_written_to_is_read_as_any(tmp_path: Path) -> None:
    tree = tmp_path / "shop"
    subprocess.run(["cp", "-r", str(SHOP), str(tree)], check=True)
    for path in [tree, *tree.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = sorted(str(path) for path in tree.rglob("*"))
    command = [sys.executable, "-m", "dblint", "check", ".", "--format", "json", "-q"]
    done = subprocess.run(command, cwd=tree, env=_environment(), capture_output=True, check=False, timeout=120)
    assert done.stdout == _json(tmp_path)
    assert sorted(str(path) for path in tree.rglob("*")) == before
