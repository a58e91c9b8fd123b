"""The gate in the kinds of clones that people and CI hosts have."""

import json
from pathlib import Path

import pytest

from dblint.cli.running import run
from tests.adoption.shop import FILES, READ, WRITE, shop
from tests.history.repositories import commit, git, repository, write

NEW = {"orders/new.py": "import psycopg\n" + WRITE}


class Gate:
    """`dblint check` in a folder, in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys, self._monkeypatch = capsys, monkeypatch

    def found(self, root: Path, *arguments: str) -> list[tuple[str, str, int]]:
        """The open findings, as rule, path and line."""
        self._monkeypatch.chdir(root)
        self._capsys.readouterr()
        run(["check", "--format", "json", *arguments])
        found = json.loads(self._capsys.readouterr().out)["findings"]
        return [(one["rule"], one["path"], one["line"]) for one in found if not one["baselined"] and not one["suppressed"]]

    def refused(self, root: Path, *arguments: str) -> str:
        """What is said where dblint cannot do its job."""
        self._monkeypatch.chdir(root)
        assert run(["check", *arguments]) == 2
        out, err = self._capsys.readouterr()
        assert out == ""
        return err


@pytest.fixture
def gate(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Gate:
    monkeypatch.setenv("DBLINT_CACHE_DIR", str(tmp_path / "cache"))
    return Gate(capsys, monkeypatch)


def test_a_linked_work_tree_is_judged_by_its_own_index_and_branch(tmp_path: Path, gate: Gate) -> None:
    main = shop(repository(tmp_path / "main"))
    commit(main)
    git(main, "worktree", "add", "-q", "-b", "side", "../side")
    side = tmp_path / "side"
    write(side, NEW)
    git(side, "add", "-A")
    assert gate.found(side, "--staged") == [("cross-service-write", "orders/new.py", 5)]
    assert gate.found(main, "--staged") == []
    commit(side)
    assert gate.found(side, "--base", "main") == [("cross-service-write", "orders/new.py", 5)]


def test_the_files_of_a_submodule_are_judged_with_the_tree_and_alone(tmp_path: Path, gate: Gate) -> None:
    orders = repository(tmp_path / "orders-alone")
    commit(orders, {"app.py": FILES["orders/app.py"], "other.py": FILES["orders/other.py"]})
    whole = repository(tmp_path / "whole")
    write(whole, {path: text for path, text in FILES.items() if not path.startswith("orders/")})
    git(whole, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(orders), "orders")
    commit(whole)
    assert len(gate.found(whole)) == 3
    assert gate.found(whole, "--staged") == []
    inside = whole / "orders"
    commit(inside, {"new.py": "import psycopg\n" + READ.format(number=3)})
    assert len(gate.found(whole)) == 4
    git(whole, "add", "orders")
    assert gate.found(whole, "--staged") == [("cross-service-read", "orders/new.py", 5)]
    write(inside, {"newer.py": "import psycopg\n" + READ.format(number=4)})
    git(inside, "add", "-A")
    assert gate.found(inside, "--staged") == []  # alone it is one service with tables of its own


def test_a_shallow_clone_says_the_command_that_makes_it_whole_and_then_is(tmp_path: Path, gate: Gate) -> None:
    origin = shop(repository(tmp_path / "origin"))
    commit(origin)
    git(origin, "checkout", "-q", "-b", "side")
    commit(origin, NEW)
    commit(origin, {"README": "x"})
    url = origin.absolute().as_uri()
    git(tmp_path, "clone", "-q", "--depth", "1", "--branch", "side", "--no-single-branch", url, "clone")
    clone = tmp_path / "clone"
    said = gate.refused(clone, "--base", "origin/main")
    assert "git fetch --unshallow" in said
    assert gate.found(clone, "--staged") == []
    git(clone, "fetch", "-q", "--unshallow")
    assert gate.found(clone, "--base", "origin/main") == [("cross-service-write", "orders/new.py", 5)]


def test_the_baseline_follows_a_renamed_folder(tmp_path: Path, gate: Gate) -> None:
    root = shop(repository(tmp_path / "shop"))
    assert run(["baseline", "update", str(root)]) == 0
    commit(root)
    gate.found(root)
    (root / "orders/lib").mkdir()
    git(root, "mv", "orders/app.py", "orders/other.py", "orders/lib/")
    assert gate.found(root) == [] == gate.found(root, "--staged") == gate.found(root, "--base", "main")
    write(root, {"orders/lib/app.py": FILES["orders/app.py"] + READ.format(number=3)})
    git(root, "add", "-A")
    assert len(gate.found(root, "--staged")) == 1
    assert len(gate.found(root)) == 1
