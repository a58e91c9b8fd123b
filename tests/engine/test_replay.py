"""The outcome of a run is told again exactly when nothing that it depended on has changed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dblint.cli.running import run as run_dblint
from dblint.engine import replay
from dblint.engine.replay import Outcome, keep, remembered
from dblint.engine.state import State, UnsureError

OUTCOME = Outcome("1 finding: ä \ud800\n\n", "help: read it\n", 1)
IDENTITY = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def git(root: Path, *arguments: str) -> None:
    author = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always")
    subprocess.run(["git", *author, *arguments], cwd=root, check=True, capture_output=True, env=os.environ | IDENTITY)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a file, a link and a baseline, where files count as settled as soon as they are written."""
    root = tmp_path / "shop"
    (root / ".dblint").mkdir(parents=True)
    (root / ".dblint" / "orders.yaml").write_text("entries: []\n")
    (root / "orders.py").write_text("SQL = 'SELECT 1'\n")
    (root / "link.py").symlink_to("orders.py")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o700)
    monkeypatch.setenv("DBLINT_CACHE_DIR", str(cache))
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(replay, "SETTLED", 0)
    return root


def run(root: Path, *, staged: bool = False) -> list[str]:
    """The arguments of a run whose outcome was kept."""
    arguments = ["check", str(root), *(["--staged"] if staged else [])]
    witnesses = [str(root / "dblint.yaml"), str(root.parent / "dblint.yaml"), str(root / ".dblint")]
    keep(arguments, State(str(root), staged=staged), witnesses, OUTCOME)
    return arguments


def told(outcome: Outcome | None) -> tuple[str, str, int] | None:
    return None if outcome is None else (outcome.out, outcome.err, outcome.code)


@pytest.mark.parametrize("staged", [False, True])
def test_an_outcome_is_told_again_to_the_last_character(shop: Path, *, staged: bool) -> None:
    arguments = run(shop, staged=staged)
    assert told(remembered(arguments)) == told(OUTCOME)


def _write(name: str) -> Callable[[Path], object]:
    return lambda root: (root / name).write_text("changed = 1\n")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file is written": _write("orders.py"),
    "a file comes": _write("new.py"),
    "a file goes": lambda root: (root / "orders.py").unlink(),
    "a file is moved": lambda root: (root / "orders.py").rename(root / "carts.py"),
    "a file may be run": lambda root: (root / "orders.py").chmod(0o755),
    "a file is ignored": lambda root: (root / ".gitignore").write_text("orders.py\n"),
    "a configuration comes": _write("dblint.yaml"),
    "a configuration comes above": _write("../dblint.yaml"),
    "the baseline is written": _write(".dblint/orders.yaml"),
    "a commit is made": lambda root: git(root, "commit", "-q", "--allow-empty", "-m", "second"),
}
OF_THE_INDEX: dict[str, Callable[[Path], object]] = {
    "a file is staged": lambda root: git(root, "rm", "-q", "--cached", "orders.py"),
    "a configuration comes above": _write("../dblint.yaml"),
    "a commit is made": lambda root: git(root, "commit", "-q", "--allow-empty", "-m", "second"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_told_again_once(shop: Path, change: str) -> None:
    arguments = run(shop)
    CHANGES[change](shop)
    assert remembered(arguments) is None


@pytest.mark.parametrize("change", OF_THE_INDEX)
def test_of_what_is_staged_nothing_is_told_again_once(shop: Path, change: str) -> None:
    arguments = run(shop, staged=True)
    OF_THE_INDEX[change](shop)
    assert remembered(arguments) is None


def test_what_is_not_staged_does_not_matter_to_what_is(shop: Path) -> None:
    arguments = run(shop, staged=True)
    _write("orders.py")(shop)
    assert told(remembered(arguments)) == told(OUTCOME)


def test_what_was_staged_while_a_run_went_on_spoils_its_outcome(shop: Path) -> None:
    arguments = ["check", str(shop), "--staged"]
    before = State(str(shop), staged=True)
    git(shop, "rm", "-q", "--cached", "orders.py")
    keep(arguments, before, [], OUTCOME)
    git(shop, "add", "orders.py")
    assert State(str(shop), staged=True).digest() == before.digest()
    assert remembered(arguments) is None


def test_an_index_that_a_commit_makes_for_itself_is_another_one(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    index.write_bytes(b"one")
    monkeypatch.setenv("GIT_INDEX_FILE", str(index))
    arguments = run(shop, staged=True)
    assert remembered(arguments) is not None
    index.write_bytes(b"two")
    assert remembered(arguments) is None


@pytest.mark.parametrize("name", ["NO_COLOR", "DBLINT_FAIL_LEVEL", "COLUMNS", "CI"])
def test_another_environment_is_another_run(shop: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = run(shop)
    monkeypatch.setenv(name, "1")
    assert remembered(arguments) is None


def test_another_folder_and_other_arguments_are_other_runs(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = run(shop)
    assert remembered([*arguments, "--quiet"]) is None
    assert remembered([*arguments, "--no-cache"]) is None
    assert remembered(["facts", *arguments[1:]]) is None
    monkeypatch.chdir(shop)
    assert remembered(arguments) is None


def test_a_file_written_just_now_may_change_unseen(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "SETTLED", 3_600_000_000_000)
    assert remembered(run(shop)) is None


@pytest.mark.parametrize("spoil", [lambda data: data[:-1] + b"?", lambda data: data[:40], lambda _: b"", lambda data: data * 2])
def test_a_damaged_outcome_is_not_there(shop: Path, spoil: Callable[[bytes], bytes]) -> None:
    arguments = run(shop)
    (kept,) = (shop.parent / "cache").glob("run-*.pack")
    kept.write_bytes(spoil(kept.read_bytes()))
    assert remembered(arguments) is None


def test_an_outcome_that_others_could_have_written_is_not_believed(shop: Path) -> None:
    arguments = run(shop)
    (kept,) = (shop.parent / "cache").glob("run-*.pack")
    kept.chmod(0o666)
    assert remembered(arguments) is None


def test_an_outcome_of_another_run_under_this_name_is_not_believed(shop: Path) -> None:
    run(shop)
    (kept,) = (shop.parent / "cache").glob("run-*.pack")
    data = kept.read_bytes()
    kept.unlink()
    arguments = run(shop, staged=True)
    (other,) = (shop.parent / "cache").glob("run-*.pack")
    other.write_bytes(data)
    assert remembered(arguments) is None


def test_a_repository_inside_the_repository_is_not_looked_into(shop: Path) -> None:
    (shop / "inner").mkdir()
    git(shop / "inner", "init", "-q")
    git(shop / "inner", "commit", "-q", "--allow-empty", "-m", "first")
    with pytest.raises(UnsureError):
        State(str(shop), staged=False)


def test_a_submodule_is_not_in_the_index(shop: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", str(shop), "inner")
    git(shop, "submodule", "add", "-q", str(tmp_path / "inner"), "inner")
    with pytest.raises(UnsureError):
        State(str(shop), staged=True)


def test_without_git_every_file_below_counts(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "orders.py").write_text("one")
    before = State(str(tmp_path), staged=False).digest()
    assert State(str(tmp_path), staged=False).digest() == before
    (tmp_path / "deep" / "orders.py").write_text("two!")
    assert State(str(tmp_path), staged=False).digest() != before


def test_a_remembered_outcome_needs_next_to_nothing_of_dblint(shop: Path) -> None:
    program = (
        "import sys; sys.argv[0] = 'dblint'\nfrom dblint.cli import main\ncode = main()\n"
        "heavy = {'click', 'msgspec', 'pathlib', 'yaml', 'typing', 're'} & set(sys.modules)\n"
        "print(code, sorted(heavy), file=sys.stderr)"
    )
    command = [sys.executable, "-I", "-S", "-c", program, "check", str(shop), "--exit-zero"]
    # Without `site` nothing else has loaded those modules; the path to dblint is all that it would have set.
    command[4] = f"import sys; sys.path[:0] = {[path for path in sys.path if path]!r}\n{program}"
    environment = {"DBLINT_CACHE_DIR": os.environ["DBLINT_CACHE_DIR"], "PATH": os.environ["PATH"]}
    time.sleep(2.1)  # the files settle
    runs = [subprocess.run(command, cwd=shop, env=environment, capture_output=True, text=True, check=True) for _ in range(2)]
    assert runs[1].stderr == "0 []\n"
    assert runs[1].stdout == runs[0].stdout != ""


@pytest.mark.parametrize("named", [".dblint/orders.yaml", "dblint.yaml", "../dblint.yaml", "../CODEOWNERS"])
def test_a_run_of_a_folder_depends_on_what_lies_above_and_beside_it(
    shop: Path, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shop / "services"
    (folder / "orders").mkdir(parents=True)
    (folder / "orders" / "Dockerfile").write_text("FROM scratch\n")
    (folder / "orders" / "db.py").write_text("import psycopg\npsycopg.connect('').execute('SELECT id FROM orders')\n")
    (folder / "dblint.yaml").write_text("version: 1\n")
    arguments = ["check", str(folder), "--exit-zero"]
    monkeypatch.chdir(shop)
    assert run_dblint(arguments) == 0
    assert remembered(arguments) is not None
    file = folder / named
    file.parent.mkdir(exist_ok=True)
    file.write_text("changed: 1\n")
    assert remembered(arguments) is None
