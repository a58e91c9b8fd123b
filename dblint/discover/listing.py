"""The files below a folder: what git would track, or what a walk finds when there is no git.

Nothing outside the folder is reached, nothing blocks, and no program that the scanned repository configures is run.
"""

import hashlib
import os
import re
import stat
import subprocess
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dblint import git
from dblint.discover.kinds import known
from dblint.engine.state import SKIPPED
from dblint.model.facts import Problem

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_LARGE = 1_000_000
_CLOSED = re.compile(r"could not open directory '([^'\n]*?)/?'")


class Question(NamedTuple):
    """What is asked of the first `limit` bytes of a file; an answer that most edits leave alone is worth a `name`."""

    name: str
    limit: int
    answer: Callable[[str], str]


class DiscoveryError(Exception):
    """The folder cannot be scanned; the message says why."""


@dataclass(frozen=True)
class Listing:
    r"""The regular files below `root` with their sizes, sorted by path, and what could not be listed.

    Paths are relative with `/`; bytes that are not UTF-8 stand as `\xNN`. `executable` are the files with that permission.
    `repositories` are the folders below the root that are git repositories of their own. `signature` differs whenever a
    file was written, moved or made; `newest` is when that last happened, in nanoseconds of the clock. `answering` gives
    answers in place of the files.
    """

    root: Path
    sizes: dict[str, int]
    problems: tuple[Problem, ...] = ()
    executable: frozenset[str] = frozenset()
    repositories: tuple[str, ...] = ()
    signature: str = ""
    newest: int = 0
    answering: Callable[[str, Question], str] | None = None

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """All files, sorted."""
        return tuple(sorted(self.sizes))

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        """The files of each name."""
        found: dict[str, list[str]] = {}
        for path in self.paths:
            found.setdefault(path.rpartition("/")[2], []).append(path)
        return found

    def below(self, folder: str) -> tuple[str, ...]:
        """The files in `folder` and in the folders below it."""
        if folder == ".":
            return self.paths
        first, last = bisect_left(self.paths, folder + "/"), bisect_left(self.paths, folder + "0")
        return self.paths[first:last]

    def is_large(self, path: str) -> bool:
        """Whether a file is too large for a description of what is deployed."""
        return self.sizes[path] >= _LARGE

    def text(self, path: str, limit: int = 1_000_000) -> str:
        """The first `limit` bytes of a file as text, undecodable bytes replaced; empty if it cannot be read."""
        return self.says(path, Question("", limit, str))

    def says(self, path: str, question: Question) -> str:
        """What a file answers to a question."""
        if self.answering is not None:
            return self.answering(path, question)
        return question.answer(self._read(path, question.limit))

    def _read(self, path: str, limit: int) -> str:
        try:
            descriptor = os.open(location(self.root, path), os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
            with os.fdopen(descriptor, "rb") as stream:
                return stream.read(limit).decode("utf-8-sig", "replace")
        except OSError:
            return ""


def location(root: Path, path: str) -> Path:
    r"""Where the file that is called `path` really is: the reverse of the `\xNN` escapes."""
    if "\\x" in path and not os.path.lexists(root / path):
        return root / os.fsdecode(re.sub(rb"\\x([0-9a-f]{2})", lambda found: bytes.fromhex(found[1].decode()), path.encode()))
    return root / path


def listed(root: Path) -> Listing:
    """The files below `root`.

    Raises:
        DiscoveryError: if `root` does not exist or is not a folder.
    """
    if not root.exists():
        raise DiscoveryError(f"{root} does not exist")
    if not root.is_dir():
        raise DiscoveryError(f"{root} is not a folder")
    problems: list[Problem] = []
    return _checked(root, _names(root, problems), problems)


def list_only(root: Path, names: Iterable[str]) -> Listing:
    """The listing of these files of a folder, as if there were no others."""
    return _checked(root, names, [])


def _names(folder: Path, problems: list[Problem], prefix: str = "") -> list[str]:
    """The files below a folder, by git where it knows any of them; `prefix` stands before the paths of problems."""
    found, closed = _by_git(folder)
    if not found:
        found, closed = _by_walk(folder)
    problems += [Problem(prefix + _shown(path) if path else prefix.rstrip("/") or ".", "unreadable") for path in closed]
    return found


def _checked(root: Path, names: Iterable[str], problems: list[Problem]) -> Listing:
    """The listing of the regular files among `names`."""
    real_root = os.path.realpath(root)
    sizes: dict[str, int] = {}
    executable: set[str] = set()
    signed: list[str] = []
    newest = 0
    pending = list(names)
    while pending:
        name = pending.pop()
        path = _shown(name.rstrip("/"))
        status = _status(f"{root}{os.sep}{name}", path, real_root, problems)
        if status is None:
            continue
        newest = max(newest, status.st_mtime_ns, status.st_ctime_ns)
        signed.append(f"{path}\0{status.st_mode} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}")
        if stat.S_ISDIR(status.st_mode):
            # Git lists a repository inside the repository, a submodule or a clone, as one name.
            pending += [f"{name.rstrip('/')}/{inner}" for inner in _names(root / name, problems, f"{path}/")]
        elif stat.S_ISREG(status.st_mode):
            sizes[path] = status.st_size
            if status.st_mode & 0o111:
                executable.add(path)
        elif known(path):
            problems.append(Problem(path, "not-regular-file"))
    repositories = _repositories(root, sizes)
    signed += [f"{problem.path}\0{problem.reason}" for problem in problems]
    signature = hashlib.blake2b("\n".join((*sorted(signed), *repositories)).encode()).hexdigest()
    return Listing(root, dict(sorted(sizes.items())), tuple(problems), frozenset(executable), repositories, signature, newest)


def _status(name: str, path: str, real_root: str, problems: list[Problem]) -> os.stat_result | None:
    """What stands under a name, or under the file that a link means; None (and mostly a problem) for what must not be read."""
    try:
        status = os.lstat(name)
        if not stat.S_ISLNK(status.st_mode):
            return status
        target = os.path.realpath(name)
        status = os.stat(name)  # noqa: PTH116 - a Path for each of many thousand files takes longer than all the rest
    except (FileNotFoundError, NotADirectoryError):
        return None  # deleted but still in git's index, or a dangling link
    except OSError:
        problems.append(Problem(path, "unreadable"))
        return None
    folder = stat.S_ISDIR(status.st_mode)
    if not target.startswith(real_root.rstrip(os.sep) + os.sep):
        if known(path) or folder:
            problems.append(Problem(path, "outside-root"))
        return None
    return None if folder else status


def _repositories(root: Path, paths: Iterable[str]) -> tuple[str, ...]:
    """The folders at most two levels below the root that hold a `.git`."""
    folders = {"/".join(path.split("/")[:depth]) for path in paths for depth in (1, 2) if path.count("/") >= depth}
    return tuple(sorted(folder for folder in folders if os.path.lexists(root / folder / ".git")))


def _shown(name: str) -> str:
    """A file name that is certainly UTF-8."""
    return os.fsencode(name).decode("utf-8", "backslashreplace").replace(os.sep, "/")


def _by_git(root: Path) -> tuple[list[str], list[str]]:
    """The files that git tracks or would track, and the folders that it could not open; no files where git cannot say."""
    if not any((folder / ".git").exists() for folder in (root, *root.absolute().parents)):
        return [], []
    command = [*git.WORDS, "ls-files", "-z", "-c", "-o", "--exclude-standard", "--", "."]
    try:
        result = subprocess.run(command, cwd=root, env=git.environment(), capture_output=True, timeout=120, check=False)  # noqa: S603 - fixed words, and the repository's own programs are switched off
    except (OSError, subprocess.SubprocessError):
        return [], []
    if result.returncode:
        return [], []
    names = dict.fromkeys(os.fsdecode(result.stdout).split("\0"))
    return [name for name in names if name], _CLOSED.findall(os.fsdecode(result.stderr))


def _by_walk(root: Path) -> tuple[list[str], list[str]]:
    """The files that a walk finds, less what the `.gitignore` files on the way exclude, and the folders it could not open."""
    names: list[str] = []
    closed: list[str] = []
    pending: list[tuple[str, tuple[tuple[str, GitIgnoreSpec], ...]]] = [("", ())]
    while pending:
        folder, ignores = pending.pop()
        try:
            with os.scandir(root / folder) as entries:
                found = list(entries)
        except OSError:
            closed.append(folder.rstrip("/"))
            continue
        if any(entry.name == ".gitignore" and entry.is_file() for entry in found):
            ignores = (*ignores, (folder, _ignore_file(root / folder / ".gitignore")))
        for entry in found:
            path = folder + entry.name
            directory = entry.is_dir(follow_symlinks=False)
            if entry.name in SKIPPED or _ignored(path + "/" * directory, ignores):
                continue
            if directory:
                pending.append((path + "/", ignores))
            else:
                names.append(path)
    return names, closed


def _ignore_file(path: Path) -> "GitIgnoreSpec":
    """The patterns of one `.gitignore`; none of those that git would not understand either."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - only a walk needs it

    try:
        lines = path.read_text("utf-8", "replace").splitlines() if path.stat().st_size < 1_000_000 else []
    except OSError:
        lines = []
    patterns: list[Any] = []
    for line in lines:
        try:
            patterns += GitIgnoreSpec.from_lines([line]).patterns
        except ValueError:
            continue
    return GitIgnoreSpec(patterns)


def _ignored(path: str, ignores: tuple[tuple[str, "GitIgnoreSpec"], ...]) -> bool:
    """Whether the nearest `.gitignore` that says anything about `path` excludes it."""
    for folder, spec in reversed(ignores):
        include = spec.check_file(path[len(folder) :]).include
        if include is not None:
            return include
    return False


def parent(path: str) -> str:
    """The folder that a path is in; `.` at the top."""
    return path.rpartition("/")[0] or "."


def above(path: str) -> Iterator[str]:
    """The folders around a path, the innermost first and `.` last."""
    while path != ".":
        path = parent(path)
        yield path
