"""The files of a commit or of the index, read from git's own store."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from dblint.history.changes import commit_of, index_file
from dblint.history.git import HistoryError, RefusedError, is_repository, run, shown, text
from dblint.model.base import Fact

_LINK, _REPOSITORY, _EXECUTABLE = "120000", "160000", "100755"
# No stage reads more of a file; a larger one stands in a materialised tree with its size and without its content.
_LIMIT = 8_000_000
_BATCH = 50_000_000

Wanted = Callable[[str], bool]


class Entry(Fact, frozen=True):
    """A file as git stores it: its path relative to the scanned root, git's mode and the id of its content.

    Bytes of the path that are not UTF-8 are surrogates. `folder` is the submodule that has the content.
    """

    path: str
    mode: str
    id: str
    folder: str = ""


def tree_at(root: Path, ref: str, wanted: Wanted | None = None) -> dict[str, bytes]:
    """The files below `root` in a commit, by their paths relative to `root`; only those that are `wanted`.

    Raises:
        HistoryError: if the commit or its content is not there.
    """
    return _named(root, entries_at(root, ref), wanted)


def staged(root: Path, wanted: Wanted | None = None) -> dict[str, bytes]:
    """The files below `root` as the next commit would hold them; only those that are `wanted`.

    Raises:
        HistoryError: if there is no index, or conflicts in it are not resolved.
    """
    return _named(root, entries_staged(root), wanted)


def entries_at(root: Path, ref: str) -> tuple[Entry, ...]:
    """The files below `root` in a commit, those of submodules that are checked out included.

    Raises:
        HistoryError: if there is no such commit.
    """
    try:
        listed = run(root, "ls-tree", "-r", "-z", "--end-of-options", f"{ref}^{{commit}}")
    except RefusedError:
        commit_of(root, ref)  # says what is wrong with the name, if that is what is wrong
        raise HistoryError(f"git cannot list the files of {ref}", "git fsck") from None
    found: list[Entry] = []
    for line in _lines(listed):
        mode, _, id_ = line[0].split()
        found += _entry(root, line[1], mode, id_)
    return tuple(found)


def entries_staged(root: Path) -> tuple[Entry, ...]:
    """The files below `root` as the next commit would hold them.

    Raises:
        HistoryError: if `root` is in no repository, or conflicts are not resolved.
    """
    try:
        listed = _lines(run(root, "ls-files", "-s", "-z", index=index_file(root)))
    except RefusedError:
        raise HistoryError("git cannot read its index", "git status") from None
    if any(words.split()[2] != "0" for words, _ in listed):
        raise HistoryError("the index holds conflicts that are not resolved", "resolve them and `git add` the files")
    found: list[Entry] = []
    for words, path in listed:
        mode, id_, _ = words.split()
        found += _entry(root, path, mode, id_)
    return tuple(found)


def identity(entries: Iterable[Entry]) -> str:
    """A text that differs whenever a file, its mode or its content does."""
    listed = (f"{entry.mode} {entry.id} {entry.path}\0".encode("utf-8", "surrogateescape") for entry in entries)
    digest = hashlib.blake2b(digest_size=20)
    for line in listed:
        digest.update(line)
    return digest.hexdigest()


class Copied:
    """Files that git stores, in a temporary `folder` that holds nothing else; at first it is empty.

    `.gitignore` files are left out: what git stores is not ignored.
    """

    def __init__(self, root: Path, entries: Iterable[Entry], folder: Path) -> None:
        self.folder = folder
        self._root = root
        self._missing = {entry.path: entry for entry in entries if not entry.path.endswith(".gitignore")}

    def add(self) -> None:
        """Add all files, if they are not there.

        Raises:
            HistoryError: if git no longer has the content of a file.
        """
        here, self._missing = self._missing, {}
        sized = list(_sized(self._root, here.values()))
        for path, data in _contents(self._root, [(entry, size) for entry, size in sized if size <= _LIMIT]):
            _write(self.folder / path, data, here[path].mode)
        for entry, size in sized:
            if size > _LIMIT:
                _write(self.folder / entry.path, b"", entry.mode)
                os.truncate(self.folder / entry.path, size)


@contextmanager
def copied(root: Path, entries: Iterable[Entry]) -> Iterator[Copied]:
    """An empty copy of these files of `root`, to be filled as need be; it is gone afterwards.

    It is called as `root` is: a tree that is one service has its name from there.
    """
    import tempfile  # noqa: PLC0415 - a hook that finds everything in the work tree copies nothing

    with tempfile.TemporaryDirectory(prefix="dblint-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve() / (root.resolve().name or "root")
        folder.mkdir()
        yield Copied(root, entries, folder)


def lies_there(root: Path, entries: Iterable[Entry]) -> bool:
    """Whether the work tree certainly holds each of these staged files as it is staged."""
    try:
        flags = run(root, "ls-files", "-v", "-z")
        run(root, "diff-files", "--quiet", "--", ".")
    except RefusedError:
        return False
    # Any other letter stands for a file whose copy in the work tree git does not look at.
    looked_at = all(line.startswith(b"H ") for line in flags.split(b"\0") if line)
    return looked_at and not any(entry.folder for entry in entries)


def _named(root: Path, entries: Iterable[Entry], wanted: Wanted | None) -> dict[str, bytes]:
    chosen = (entry for entry in entries if wanted is None or wanted(shown(entry.path)))
    return {shown(path): data for path, data in _contents(root, _sized(root, chosen))}


def _write(file: Path, data: bytes, mode: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    if mode == _LINK:
        file.symlink_to(os.fsdecode(data))
        return
    file.write_bytes(data)
    if mode == _EXECUTABLE:
        file.chmod(0o755)


def _lines(listed: bytes) -> list[tuple[str, str]]:
    """The words before the tab and the path after it, of each entry of `-z` output."""
    pairs = (line.partition(b"\t") for line in listed.split(b"\0") if line)
    return [(words.decode("ascii"), text(path)) for words, _, path in pairs]


def _entry(root: Path, path: str, mode: str, id_: str) -> Iterator[Entry]:
    """The file, or the files of a submodule that is checked out; nothing for a path that no honest tree holds."""
    if any(part in ("", ".", "..") or part.casefold() == ".git" for part in path.split("/")):
        return
    if mode != _REPOSITORY:
        yield Entry(path, mode, id_)
        return
    if not os.path.lexists(root / path / ".git") or not is_repository(root / path):
        return  # not checked out: a scan of the work tree does not see it either
    try:
        inner = entries_at(root / path, id_)
    except HistoryError:
        message = f"the commit {id_[:12]} of the submodule '{path}' is not there"
        raise HistoryError(message, f"git submodule update --init -- {path}") from None
    for entry in inner:
        below = f"{path}/{entry.folder}" if entry.folder else path
        yield Entry(f"{path}/{entry.path}", entry.mode, entry.id, below)


def _sized(root: Path, entries: Iterable[Entry]) -> Iterator[tuple[Entry, int]]:
    """Each file with the size of its content, 0 for what git does not have, those of a submodule together."""
    folders: dict[str, list[Entry]] = {}
    for entry in entries:
        folders.setdefault(entry.folder, []).append(entry)
    for folder, inside in folders.items():
        sizes = _sizes(root / folder, [entry.id for entry in inside])
        yield from ((entry, int(sizes.get(entry.id, "0"))) for entry in inside)


def _sizes(root: Path, ids: Iterable[str]) -> dict[str, str]:
    """The size of each content that git has."""
    given = "\n".join(dict.fromkeys(ids)).encode() + b"\n"
    try:
        answer = run(root, "cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)", given=given)
    except RefusedError:
        raise HistoryError("git cannot read its objects", "git fsck") from None
    rows = (line.split() for line in answer.decode("ascii", "replace").splitlines())
    return {row[0]: row[2] for row in rows if len(row) == 3 and row[1] == "blob"}


def _contents(root: Path, entries: Iterable[tuple[Entry, int]]) -> Iterator[tuple[str, bytes]]:
    """Each file with its content, read in bundles so that few processes are started and memory stays bounded."""
    for folder, inside in groupby(entries, key=lambda each: each[0].folder):
        bundle: list[Entry] = []
        weight = 0
        for entry, size in inside:
            bundle.append(entry)
            weight += size
            if weight > _BATCH:
                yield from _bundle(root / folder, bundle)
                bundle, weight = [], 0
        yield from _bundle(root / folder, bundle)


def _bundle(root: Path, entries: list[Entry]) -> Iterator[tuple[str, bytes]]:
    if not entries:
        return
    try:
        data = run(root, "cat-file", "--batch", given="".join(f"{entry.id}\n" for entry in entries).encode())
    except RefusedError:
        raise HistoryError("git cannot read its objects", "git fsck") from None
    position = 0
    for entry in entries:
        end = data.find(b"\n", position)
        header = data[position:end].split()
        if len(header) != 3:
            message = f"git does not have the content of '{entry.path}' here: the clone is a partial one, or damaged"
            raise HistoryError(message, "git fetch --refetch (in CI: no `filter`)")
        start = end + 1
        stop = start + int(header[2])
        yield entry.path, data[start:stop]
        position = stop + 1
