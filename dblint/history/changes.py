"""Commits, where two lines of them part, and what changed in between."""

import difflib
import os
from functools import cache
from pathlib import Path
from typing import Literal

from dblint.history.git import HistoryError, RefusedError, run, shown, text
from dblint.model.base import Fact

Status = Literal["added", "deleted", "changed", "renamed"]
_STATUS: dict[str, Status] = {"A": "added", "D": "deleted", "M": "changed", "T": "changed", "R": "renamed"}


class Changed(Fact, frozen=True):
    """A file that differs; `old` is what a renamed one was called before, else its `path`. Relative to the scanned root."""

    status: Status
    path: str
    old: str


def commit_of(root: Path, ref: str) -> str:
    """The full id of the commit that `ref` names.

    Raises:
        HistoryError: if there is none, saying how to get it.
    """
    try:
        return run(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").decode().strip()
    except RefusedError:
        pass
    if not has_commits(root):
        raise HistoryError("this branch has no commit yet, so there is nothing to compare with", "git commit, then try again")
    remote, slash, branch = ref.partition("/")
    fetch = f"git fetch {remote} {branch}" if slash and remote in _remotes(root) else f"git fetch origin {ref}"
    missing = f"there is no commit '{ref}' in this clone{_similar(ref, _branches(root))}"
    if is_shallow(root):
        raise HistoryError(f"{missing}, which is shallow", f"{fetch} && git fetch --unshallow (in CI: fetch-depth: 0)")
    raise HistoryError(missing, f"`git branch --all` lists what there is; `{fetch}` gets it from the server")


def has_commits(root: Path) -> bool:
    """Whether HEAD is a commit; it is none before the first one.

    Raises:
        HistoryError: if `root` is in no repository.
    """
    try:
        run(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except RefusedError:
        return False
    return True


def is_shallow(root: Path) -> bool:
    """Whether the clone was cut off."""
    try:
        return run(root, "rev-parse", "--is-shallow-repository").strip() == b"true"
    except RefusedError:
        return False


def merge_base(root: Path, ref: str) -> str:
    """The id of the commit at which HEAD and `ref` parted.

    Raises:
        HistoryError: if there is none, or the clone is too shallow to know it.
    """
    other = commit_of(root, ref)
    try:
        return run(root, "merge-base", commit_of(root, "HEAD"), other).decode().split()[0]
    except RefusedError:
        pass
    if is_shallow(root):
        message = f"the clone is too shallow to know where '{ref}' and this branch parted"
        raise HistoryError(message, "git fetch --unshallow (in CI: fetch-depth: 0)")
    raise HistoryError(f"'{ref}' and this branch have no commit in common", "give a commit that this branch grew from")


def changed_files(root: Path, base: str, *, head: str = "") -> tuple[Changed, ...]:
    """What changed below `root` from the commit `base` to the index, or to the commit `head`; renamed files are found.

    Raises:
        HistoryError: if git cannot tell.
    """
    options = ("-r", "-z", "-M", "-l0", "--name-status", "--no-ext-diff", "--no-textconv", "--relative")
    try:
        if head:
            data = run(root, "diff-tree", *options, base, head)
        else:
            data = run(root, "diff-index", "--cached", *options[1:], base, index=index_file(root))
    except RefusedError:
        raise HistoryError(f"git cannot say what changed since {base[:12]}", "git fsck") from None
    words = [shown(text(word)) for word in data.split(b"\0")]
    found: list[Changed] = []
    while len(words) > 1:
        status = _STATUS.get(words.pop(0)[:1], "changed")
        old = words.pop(0)
        found.append(Changed(status, words.pop(0) if status == "renamed" else old, old))
    return tuple(sorted(found, key=lambda one: one.path))


def index_file(root: Path) -> str:
    """The index that a running commit made for itself (`git commit FILE`, `git commit --all`); empty for the usual one.

    Git tells its hooks of it. A file that is not in the git folder of `root` belongs to another repository.
    """
    given = os.environ.get("GIT_INDEX_FILE", "")
    if not given:
        return ""
    given = os.path.realpath(given)
    try:
        folder = _git_folder(root)
    except RefusedError:
        return ""
    return given if given.startswith(folder + os.sep) and os.path.isfile(given) else ""  # noqa: PTH113 - a text, as git wants it


@cache
def _git_folder(root: Path) -> str:
    """Where git keeps the repository of a folder; asked several times in a hook.

    Raises:
        RefusedError: if git does not say.
    """
    return os.path.realpath(text(run(root, "rev-parse", "--absolute-git-dir").rstrip(b"\n")))


def _similar(ref: str, known: list[str]) -> str:
    close = difflib.get_close_matches(ref, known, n=1)
    return f" (did you mean '{close[0]}'?)" if close else ""


def _branches(root: Path) -> list[str]:
    """The names of branches and tags, those of remotes included."""
    try:
        return run(root, "for-each-ref", "--format=%(refname:short)").decode("utf-8", "replace").split()
    except RefusedError:
        return []


def _remotes(root: Path) -> list[str]:
    try:
        return run(root, "remote").decode("utf-8", "replace").split()
    except RefusedError:
        return []
