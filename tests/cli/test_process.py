"""dblint as other programs meet it: streams, signals, exit codes, and what it imports."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.driver import PRIVATE

ROOT = Path(__file__).parents[2]
HEAVY = ("sqlglot", "networkx", "libcst", "rich", "jinja2", "pydantic", "yaml", "tree_sitter")


def environment(**others: str) -> dict[str, str]:
    unusual = ("CI", "PRE_COMMIT", "NO_COLOR", "FORCE_COLOR", "PYTHONUNBUFFERED")
    kept = {key: value for key, value in os.environ.items() if key not in unusual}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | others


def start(mode: str, *arguments: str, **options: object) -> subprocess.Popen[str]:
    values: dict[str, object] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment()}
    command = [sys.executable, "-m", "tests.cli.driver", mode, *arguments]
    return subprocess.Popen(command, text=True, encoding="utf-8", **(values | options))  # type: ignore[call-overload, no-any-return]


def run(mode: str, *arguments: str, **options: object) -> tuple[int, str, str]:
    process = start(mode, *arguments, **options)
    out, err = process.communicate(timeout=60)
    return process.returncode, out or "", err or ""


@pytest.mark.parametrize(
    "program",
    [
        "import dblint",
        "import dblint.cli.application",
        "import sys; from dblint.cli import main; sys.argv = ['dblint', '--help']; main()",
        "import sys; from dblint.cli import main; sys.argv = ['dblint', 'check', '--help']; main()",
    ],
)
def test_help_imports_nothing_heavy(program: str, tmp_path: Path) -> None:
    code = f"{program}\nimport sys\nprint([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("path", ["", ".", "relative"])
def test_nothing_in_the_working_directory_is_ever_imported(path: str, tmp_path: Path) -> None:
    scanned = tmp_path / "scanned"
    scanned.mkdir()
    for module in ("yaml", "click", "msgspec", "sqlglot", "networkx", "pydantic", "pathspec", "json", "difflib"):
        (scanned / f"{module}.py").write_text("open('PWNED', 'w')\nraise SystemExit('executed')\n")
    entries = {"": "", ".": ".", "relative": "../scanned"}
    program = "import sys; sys.path.insert(0, sys.argv.pop(1)); from dblint.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, entries[path], "rules"],
        cwd=scanned,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert not (scanned / "PWNED").exists()
    assert (done.returncode, "cross-service-read" in done.stdout) == (0, True), done.stderr


def test_run_as_a_module_it_does_not_import_from_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise SystemExit('executed')\n")
    done = subprocess.run(
        [sys.executable, "-m", "dblint", "--version"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("dblint, version ")


def test_the_payload_alone_goes_to_the_standard_output(tmp_path: Path) -> None:
    code, out, err = run("shop", "check", str(tmp_path), "--format", "json", "--fail-level", "never")
    assert code == 3
    assert out.startswith('{\n  "schema": "dblint-findings/1"')
    assert out.endswith("}\n")
    assert err == (
        "dblint: 2 files could not be analysed, so that this is not a clean result\n"
        "help: --allow-incomplete accepts this; `accept` in dblint.yaml does for one file, with a reason\n"
    )


def test_a_reader_that_goes_away_is_met_in_silence(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    code, _, err = run("shop", "check", str(tmp_path), stdout=writing)
    os.close(writing)
    assert (code, err) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("command", [("check",), ("facts",), ("who", "invoices"), ("rules",)])
def test_a_full_disk_is_not_a_clean_result(command: tuple[str, ...], tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        code, _, err = run("shop", *command, stdout=full, cwd=tmp_path)
    assert (code, err) == (2, "dblint: the report was not written to the standard output: No space left on device\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("option", ["--help", "--version"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_help_that_finds_no_room_is_no_bug_of_ours(option: str, unbuffered: str, tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        code, _, err = run("shop", option, stdout=full, cwd=tmp_path, env=environment(PYTHONUNBUFFERED=unbuffered))
    assert (code, err) == (2, "dblint: not everything was written: No space left on device\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("stream", [">/dev/full 2>/dev/full", ">/dev/full 2>&-"])
def test_a_complaint_that_finds_no_room_ends_as_it_would_have(stream: str, tmp_path: Path) -> None:
    command = f"'{sys.executable}' -m tests.cli.driver shop check '{tmp_path}' {stream}"
    assert subprocess.run(["sh", "-c", command], env=environment(), check=False).returncode == 2


@pytest.mark.skipif(os.name == "nt", reason="POSIX descriptors")
def test_a_closed_standard_output_is_not_a_clean_result(tmp_path: Path) -> None:
    command = f"'{sys.executable}' -m tests.cli.driver shop check '{tmp_path}' >&-"
    done = subprocess.run(["sh", "-c", command], env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "the standard output is closed" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_run_with_its_own_code_and_no_report(number: signal.Signals, code: int, tmp_path: Path) -> None:
    process = start("hang", "check", str(tmp_path), "--output", f"json={tmp_path / 'report.json'}")
    assert process.stderr is not None
    assert process.stderr.readline() == "running\n"
    process.send_signal(number)
    out, err = process.communicate(timeout=2)
    assert process.returncode == code
    assert out == ""
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_our_bug_gives_a_report_that_holds_nothing_of_the_user(tmp_path: Path) -> None:
    code, out, err = run("bug", "check", str(tmp_path), "--select", "DBL1", "--format=json")
    assert (code, out) == (2, "")
    assert "This is a bug in dblint" in err
    assert "command: dblint check … --select … --format\n" in err
    assert err.index("builtins.KeyError") < err.index("builtins.RuntimeError")
    assert "tests/cli/driver.py:" in err
    for private in (*PRIVATE.split(), str(tmp_path), "SELECT", str(ROOT), "raise RuntimeError"):
        assert private not in err


def test_a_broken_pipe_inside_dblint_is_a_bug_and_not_a_reader_that_went_away(tmp_path: Path) -> None:
    code, _, err = run("orphan", "check", str(tmp_path))
    assert code == 2
    assert "This is a bug in dblint" in err


def test_an_ascii_terminal_gets_escapes_and_no_crash(tmp_path: Path) -> None:
    code, out, _ = run("shop", "check", str(tmp_path), env=environment(PYTHONIOENCODING="ascii"))
    assert code == 1
    assert "orders \\u2192 invoices" in out


@pytest.mark.parametrize(
    ("arguments", "variables", "coloured"),
    [
        ((), {}, False),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        (("--color", "never"), {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_is_for_terminals_unless_asked_for(
    arguments: tuple[str, ...], variables: dict[str, str], coloured: bool, tmp_path: Path
) -> None:
    _, out, _ = run("shop", "check", str(tmp_path), *arguments, env=environment(**variables))
    assert ("\x1b[" in out) is coloured


def test_a_table_of_answers_holds_no_control_characters_and_no_formula(tmp_path: Path) -> None:
    question = "SELECT 'end' || char(13) || '::warning::' || char(27) AS name, '=1+1' AS formula, 3 AS number"
    _, out, _ = run("shop", "query", question, str(tmp_path), "--format", "csv")
    assert out == "name,formula,number\nend\\u000d::warning::\\u001b,'=1+1,3\n"
