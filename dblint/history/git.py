"""Runs git's plumbing so that neither the repository nor its surroundings can make it run a program or reach a network."""

import os
import subprocess
from pathlib import Path

from dblint import git

_TIMEOUT = 300


class HistoryError(Exception):
    """Git cannot give what was asked for; `remedy` is what to do about it, mostly a command."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class RefusedError(Exception):
    """Git ended with an exit code other than 0."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def run(root: Path, *arguments: str, given: bytes = b"", index: str = "") -> bytes:
    """What git prints to its standard output when run in `root`; `index` is an index file other than the usual one.

    Raises:
        HistoryError: if git cannot be run or `root` is in no repository.
        RefusedError: if git refuses.
    """
    environment = git.environment()
    if index:
        environment["GIT_INDEX_FILE"] = index
    command = (*git.WORDS, *arguments)
    if not is_repository(root):
        raise HistoryError(
            f"'{root}' is not in a git repository, so there is nothing to compare with",
            "run dblint in a clone, or `git init` here; `dblint check` without --staged and --base judges any folder",
        )
    try:
        done = subprocess.run(  # noqa: S603 - fixed words; the repository's own programs are switched off
            command, cwd=root, env=environment, input=given, capture_output=True, timeout=_TIMEOUT, check=False
        )
    except FileNotFoundError:
        raise HistoryError("git is not installed, or not on the PATH", "install git") from None
    except (OSError, subprocess.SubprocessError):
        raise HistoryError("git gave no answer", "try `git status` in the same folder") from None
    if done.returncode:
        raise RefusedError(done.returncode)
    return done.stdout


def is_repository(root: Path) -> bool:
    """Whether a folder lies in a git work tree (a clone, a linked work tree or a submodule)."""
    root = root.absolute()
    return any(os.path.lexists(folder / ".git") for folder in (root, *root.parents))


def shown(path: str) -> str:
    r"""A path as facts and findings spell it: certainly UTF-8, any other byte as `\xNN`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def text(data: bytes) -> str:
    r"""A path of git's as text; a byte that is not UTF-8 becomes a surrogate, as the file system has it in Python."""
    return os.fsdecode(data)
