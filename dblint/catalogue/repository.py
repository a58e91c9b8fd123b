"""Where the scanned tree can be looked at: the address of its files on GitHub or GitLab."""

import os
import re
from pathlib import Path
from urllib.parse import quote

from dblint.history import git

# https://user:token@host/path.git, ssh://git@host:22/path.git, git@host:path.git
_ADDRESS = re.compile(
    r"(?:https?://|ssh://|git://)?(?:[^@/]+@)?(?P<host>[\w.-]+)(?::\d+(?=/))?[:/](?P<path>[\w./~-]+?)(?:\.git)?/?"
)


def source(root: Path) -> str:
    """The address to which a path and `#L` with a line can be appended; empty where the host is not known."""
    remote, commit, prefix = (
        _git(root, *question)
        for question in (("remote", "get-url", "origin"), ("rev-parse", "HEAD"), ("rev-parse", "--show-prefix"))
    )
    return address(remote, commit, prefix) if remote and commit else ""


def address(remote: str, commit: str, prefix: str = "") -> str:
    """The same from the remote's address, which may hold credentials; they are left out."""
    found = _ADDRESS.fullmatch(remote)
    labels = found["host"].lower().split(".") if found else []
    middle = "/blob" if "github" in labels else "/-/blob" if "gitlab" in labels else ""
    return (
        f"https://{found['host']}/{quote(found['path'])}{middle}/{quote(commit)}/{quote(os.fsencode(prefix))}"
        if found and middle
        else ""
    )


def _git(root: Path, *question: str) -> str:
    try:
        return git.text(git.run(root, *question)).strip()
    except (git.HistoryError, git.RefusedError):
        return ""
