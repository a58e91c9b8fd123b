import os
from pathlib import Path

import pytest

from dblint.history import (
    Changed,
    HistoryError,
    changed_files,
    commit_of,
    copied,
    entries_staged,
    lies_there,
    merge_base,
    staged,
    tree_at,
)
from tests.history.repositories import commit, git, repository, write


def test_a_commit_is_read_without_touching_the_work_tree(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"a.py": "one\n", "b/c.sql": "select 1\n"})
    first = commit_of(root, "HEAD")
    commit(root, {"a.py": "two\n"})
    write(root, {"a.py": "three\n"})
    assert tree_at(root, first) == {"a.py": b"one\n", "b/c.sql": b"select 1\n"}
    assert tree_at(root, "HEAD", lambda path: path.endswith(".py")) == {"a.py": b"two\n"}
    assert (root / "a.py").read_text() == "three\n"


def test_the_index_is_read_and_not_the_work_tree(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"a.py": "one\n", "gone.py": ""})
    write(root, {"a.py": "two\n", "new.py": "new\n"})
    git(root, "add", "a.py", "new.py")
    git(root, "rm", "-q", "gone.py")
    write(root, {"a.py": "three\n", "untracked.py": ""})
    assert staged(root) == {"a.py": b"two\n", "new.py": b"new\n"}


def test_a_hook_sees_the_index_of_its_own_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path / "r", {"a.py": "one\n"})
    other = repository(tmp_path / "other", {"b.py": "other\n"})
    write(root, {"a.py": "two\n"})
    git(root, "add", "a.py", GIT_INDEX_FILE=str(root / ".git" / "next-index"))
    assert staged(root) == {"a.py": b"one\n"}
    monkeypatch.setenv("GIT_INDEX_FILE", str(root / ".git" / "next-index"))
    assert staged(root) == {"a.py": b"two\n"}
    assert staged(other) == {"b.py": b"other\n"}


def test_paths_are_relative_to_the_scanned_folder(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"top.py": "", "services/a/x.py": "x\n"})
    assert tree_at(root / "services", "HEAD") == {"a/x.py": b"x\n"}
    assert staged(root / "services") == {"a/x.py": b"x\n"}


def test_a_linked_work_tree_has_its_own_index_and_head(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"a.py": "one\n"})
    linked = tmp_path / "linked"
    git(root, "worktree", "add", "-q", "-b", "side", str(linked))
    commit(linked, {"a.py": "two\n"})
    assert tree_at(linked, "HEAD") == {"a.py": b"two\n"} == staged(linked)
    assert staged(root) == {"a.py": b"one\n"}


def test_the_files_of_submodules_belong_to_the_tree(tmp_path: Path) -> None:
    inner = repository(tmp_path / "inner", {"x.py": "inner\n"})
    root = repository(tmp_path / "r", {"a.py": "one\n"})
    git(root, "submodule", "--quiet", "add", str(inner), "lib")
    commit(root)
    files = tree_at(root, "HEAD")
    assert files["lib/x.py"] == b"inner\n" == staged(root)["lib/x.py"]
    assert tree_at(root / "lib", "HEAD") == {"x.py": b"inner\n"}


def test_a_submodule_whose_commit_is_missing_is_told_with_its_command(tmp_path: Path) -> None:
    inner = repository(tmp_path / "inner", {"x.py": "inner\n"})
    root = repository(tmp_path / "r", {"a.py": "one\n"})
    git(root, "submodule", "--quiet", "add", str(inner), "lib")
    git(root, "update-index", "--cacheinfo", f"160000,{'1' * 40},lib")
    with pytest.raises(HistoryError) as raised:
        staged(root)
    assert raised.value.remedy == "git submodule update --init -- lib"


def test_a_materialised_tree_is_what_git_stores(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {".gitignore": "*.sql\n", "a.sql": "select 1\n", "run": "#!/bin/sh\n"})
    (root / "run").chmod(0o755)
    (root / "link").symlink_to("a.sql")
    with (root / "huge.sql").open("wb") as file:
        file.truncate(9_000_000)
    commit(root)
    with copied(root, entries_staged(root)) as copy:
        folder = copy.folder
        assert list(folder.iterdir()) == []
        copy.add()
        copy.add()
        assert sorted(path.name for path in folder.iterdir()) == ["a.sql", "huge.sql", "link", "run"]
        assert (folder / "a.sql").read_bytes() == b"select 1\n" == (folder / "link").read_bytes()
        assert os.access(folder / "run", os.X_OK)
        assert (folder / "huge.sql").stat().st_size == 9_000_000
    assert not folder.exists()


def test_the_base_is_where_the_branches_parted(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"a.py": "one\n"})
    parted = commit_of(root, "HEAD")
    git(root, "checkout", "-q", "-b", "side")
    commit(root, {"b.py": ""})
    git(root, "checkout", "-q", "main")
    commit(root, {"c.py": ""})
    assert merge_base(root, "side") == parted


def test_changes_know_renamed_files(tmp_path: Path) -> None:
    body = "".join(f"line {number}\n" for number in range(30))
    root = repository(tmp_path / "r", {"s/old.py": body, "s/gone.py": "x", "s/same.py": "", "top.py": ""})
    base = commit_of(root, "HEAD")
    git(root, "mv", "s/old.py", "s/new.py")
    git(root, "rm", "-q", "s/gone.py")
    write(root, {"s/new.py": body + "more\n", "s/added.py": "y", "top.py": "changed"})
    git(root, "add", "-A")
    expected = (
        Changed("added", "added.py", "added.py"),
        Changed("deleted", "gone.py", "gone.py"),
        Changed("renamed", "new.py", "old.py"),
    )
    assert changed_files(root / "s", base) == expected
    commit(root)
    assert changed_files(root / "s", base, head="HEAD") == expected


def test_a_folder_outside_git_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="not in a git repository"):
        staged(tmp_path)


def test_a_branch_without_a_commit_has_an_index_and_no_base(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    write(root, {"a.py": "one\n"})
    git(root, "add", "a.py")
    assert staged(root) == {"a.py": b"one\n"}
    with pytest.raises(HistoryError, match="no commit yet"):
        merge_base(root, "main")


@pytest.mark.parametrize("ref", ["nowhere", "origin/nowhere", "--all", "-h", "", "a..b", "HEAD:a.py"])
def test_a_missing_commit_is_told_with_the_command_that_gets_it(tmp_path: Path, ref: str) -> None:
    root = repository(tmp_path / "r", {"a.py": ""})
    with pytest.raises(HistoryError) as raised:
        merge_base(root, ref)
    assert "git fetch" in raised.value.remedy


def test_a_shallow_clone_is_told_how_to_become_whole(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"a.py": ""})
    git(root, "checkout", "-q", "-b", "side")
    commit(root, {"b.py": ""})
    git(root, "checkout", "-q", "main")
    commit(root, {"c.py": ""})
    git(tmp_path, "clone", "-q", "--depth", "1", "--no-single-branch", root.as_uri(), "clone")
    with pytest.raises(HistoryError) as raised:
        merge_base(tmp_path / "clone", "origin/side")
    assert "git fetch --unshallow" in raised.value.remedy
    with pytest.raises(HistoryError, match="shallow"):
        commit_of(tmp_path / "clone", "HEAD~1")


def test_no_program_of_the_repository_is_run(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"a.py": "one\n" * 20, ".gitattributes": "*.py filter=evil diff=evil\n"})
    base = commit_of(root, "HEAD")
    mark = tmp_path / "ran"
    for key in (
        "filter.evil.clean",
        "filter.evil.smudge",
        "diff.evil.textconv",
        "diff.external",
        "core.fsmonitor",
        "core.pager",
    ):
        git(root, "config", key, f"touch {mark};cat")
    git(root, "mv", "a.py", "b.py", GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="core.fsmonitor", GIT_CONFIG_VALUE_0="false")
    mark.unlink(missing_ok=True)
    assert staged(root)["b.py"] == tree_at(root, "HEAD")["a.py"]
    assert merge_base(root, "main") == base
    assert changed_files(root, base)
    assert not mark.exists()


def test_a_name_that_is_not_utf_8_is_spelt_as_in_findings(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    (root / os.fsdecode(b"caf\xe9.py")).write_text("x")
    commit(root)
    assert list(tree_at(root, "HEAD")) == ["caf\\xe9.py"]
    with copied(root, entries_staged(root)) as copy:
        copy.add()
        folder = copy.folder
        assert [os.fsencode(path.name) for path in folder.iterdir()] == [b"caf\xe9.py"]


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        ((), True),
        (("update-index", "--assume-unchanged", "a.py"), False),
        (("update-index", "--skip-worktree", "a.py"), False),
        (("rm", "-q", "--cached", "a.py"), True),
    ],
)
def test_a_work_tree_holds_what_is_staged_where_git_looks_at_every_file(
    tmp_path: Path, words: tuple[str, ...], *, holds: bool
) -> None:
    root = repository(tmp_path / "r", {"a.py": "one\n", "b.py": "one\n"})
    if words:
        git(root, *words)
    assert lies_there(root, entries_staged(root)) == holds


@pytest.mark.parametrize("change", ["written", "gone"])
def test_a_work_tree_with_more_than_is_staged_is_another_one(tmp_path: Path, change: str) -> None:
    root = repository(tmp_path / "r", {"a.py": "one\n"})
    if change == "written":
        write(root, {"a.py": "another\n"})
    else:
        (root / "a.py").unlink()
    assert not lies_there(root, entries_staged(root))


def test_a_commit_that_is_not_there_is_told_as_that(tmp_path: Path) -> None:
    root = repository(tmp_path / "shop")
    write(root, {"a.py": ""})
    commit(root)
    with pytest.raises(HistoryError, match="there is no commit 'nowhere'"):
        tree_at(root, "nowhere")
