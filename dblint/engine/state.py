"""What the files were that a run judged, told apart by names, sizes and times alone.

It is imported before anything else and by runs that import nothing else, so it does without what takes time to load: pathlib,
dataclasses, msgspec.
"""

import os
import stat
import time
from hashlib import blake2b

from dblint import git

SETTLED = 2_000_000_000  # nanoseconds; of a file written later than this before we looked, another version may look the same
SKIPPED = frozenset({".git", ".hg", ".svn", "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache"})


class UnsureError(Exception):
    """Whether anything changed cannot be told cheaply."""


class State:
    """The files of a tree as they lie there, or as they are `staged`, and other files and folders that count.

    `newest` is when one of them was last written, in nanoseconds of the clock; `looked` is when that was asked.

    Raises:
        UnsureError: if it cannot be told cheaply what the files are.
    """

    __slots__ = ("_hashed", "looked", "newest", "root", "staged")

    def __init__(self, root: str, *, staged: bool) -> None:
        self.root, self.staged = root, staged
        self.looked, self.newest = time.time_ns(), 0
        self._hashed = blake2b(digest_size=20)
        if not hasattr(os, "posix_spawnp"):
            raise UnsureError
        head, names = _from_git(root, staged=staged) if _in_git(root) else (b"", _walked(root))
        self._hashed.update(head)
        if staged:
            if b"\x00160000 " in b"\0" + names:
                raise UnsureError  # a submodule: its files are not in this index
            self._hashed.update(names)
            if index := os.environ.get("GIT_INDEX_FILE"):  # `git commit FILE` makes an index of its own and tells its hooks
                self._hashed.update(_content(index))
        else:
            base = os.fsencode(root)
            for name in names.split(b"\0"):
                self._sign(base, name)

    def add(self, path: bytes) -> None:
        """Add a file, all files of a folder, or that there is nothing under a name."""
        try:
            inside = sorted(os.listdir(path)) if os.path.isdir(path) else None
        except OSError:
            raise UnsureError from None
        if inside is None:
            self._sign(os.path.dirname(path), os.path.basename(path))
        for name in inside or ():
            self.add(path + b"/" + name)

    def digest(self) -> bytes:
        """A word that differs whenever one of the files does."""
        return self._hashed.hexdigest().encode()

    def _sign(self, base: bytes, name: bytes) -> None:
        """Add what the file system says of a file; of a link that and the same of what it means."""
        path = base + b"/" + name
        said = [name]
        try:
            status = os.lstat(path)
            said.append(self._said(status))
            if stat.S_ISLNK(status.st_mode):
                said += [os.path.realpath(path), self._said(os.stat(path))]
            elif stat.S_ISDIR(status.st_mode) and name:
                raise UnsureError  # a repository inside the repository
        except FileNotFoundError:
            said.append(b"nothing")
        except OSError:
            raise UnsureError from None
        self._hashed.update(b"\0".join(said) + b"\n")

    def _said(self, status: os.stat_result) -> bytes:
        self.newest = max(self.newest, status.st_mtime_ns, status.st_ctime_ns)
        times = (status.st_mtime_ns, status.st_ctime_ns)
        return b"%d %d %d %d %d" % (status.st_mode, status.st_size, *times, status.st_ino)


def _in_git(root: str) -> bool:
    folder = os.path.abspath(root)
    while not os.path.lexists(f"{folder}/.git"):
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above
    return True


def _from_git(root: str, *, staged: bool) -> tuple[bytes, bytes]:
    """The commit that is checked out, and what is staged, or the names of the files that git tracks or would track."""
    words = ("-s", "-z") if staged else ("-z", "-c", "-o", "--exclude-standard", "--", ".")
    running = [_started(root, "rev-parse", "--verify", "--quiet", "HEAD"), _started(root, "ls-files", *words)]
    (_, head), (code, listed) = [_ended(*process) for process in running]
    if code or not (listed or staged):
        raise UnsureError
    return head, listed


def _started(root: str, *arguments: str) -> tuple[int, int]:
    """The process of a git command, and the end of the pipe that its output comes from; `subprocess` takes longer to load."""
    here, there = os.pipe()
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_DUP2, there, 1),
    ]
    try:
        process = os.posix_spawnp(git.WORDS[0], [*git.WORDS, "-C", root, *arguments], git.environment(), file_actions=actions)
    except OSError:
        os.close(here)
        raise UnsureError from None
    finally:
        os.close(there)
    return process, here


def _ended(process: int, output: int) -> tuple[int, bytes]:
    """The exit code of a process and all that it printed."""
    with open(output, "rb") as stream:
        printed = stream.read()
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), printed


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        raise UnsureError from None


def _walked(root: str) -> bytes:
    """The names of all files below a folder, more than any listing has."""
    names: list[bytes] = []
    pending = [b""]
    base = os.fsencode(root)
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(base + b"/" + folder) as entries:
                for entry in entries:
                    path = folder + entry.name
                    if entry.is_dir(follow_symlinks=False) and os.fsdecode(entry.name) not in SKIPPED:
                        pending.append(path + b"/")
                    elif not entry.is_dir(follow_symlinks=False):
                        names.append(path)
        except OSError:
            raise UnsureError from None
    return b"\0".join(sorted(names))
