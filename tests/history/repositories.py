"""Small git repositories, made by git itself."""

import os
import subprocess
from pathlib import Path

_IDENTITY = ("-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")


def git(folder: Path, *arguments: str, **more: str) -> str:
    """What git prints; the surroundings of the test run have no say."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **more}
    command = ("git", *_IDENTITY, "-c", "protocol.file.allow=always", *arguments)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files below a folder."""
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")


def repository(folder: Path, files: dict[str, str] | None = None) -> Path:
    """A repository with one commit of these files, or an unborn branch without any."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    if files is not None:
        commit(folder, files)
    return folder


def commit(folder: Path, files: dict[str, str] | None = None) -> str:
    """Commit everything, with these files written before; the id of the commit."""
    write(folder, files or {})
    git(folder, "add", "-A", "-f")
    git(folder, "commit", "-q", "--no-verify", "--allow-empty", "-m", "a change")
    return git(folder, "rev-parse", "HEAD")
