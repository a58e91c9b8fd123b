"""Answers kept from run to run in the user's cache folder, each with a checksum; a damaged one is as if it were not there.

One file holds what one tree needs. It is replaced as a whole, so that a reader sees the old one or the new one and the last of
several writers wins; what a run does not use is dropped with it. There is no pickle: entries are bytes under a name.
"""

import contextlib
import errno
import os
import time
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import msgspec

from dblint.engine import files

_MAGIC = b"dblint cache 1\n"
_LARGEST = 512 << 20  # bytes of one file
_MOST = 2 << 30  # bytes of all files
_TAG = (
    b"Signature: 8a477f597d28d172789f06886806bc55\n# This folder may be deleted at any time; see https://bford.info/cachedir/\n"
)
_PACK = ".pack"
_FORGOTTEN = 3600  # seconds after which a half-written file is one of a run that was killed

_Entries = dict[str, tuple[bytes, bytes]]


class Pack:
    """The entries of one file of the cache; each is checked when it is asked for."""

    def __init__(self, entries: _Entries) -> None:
        self._entries = entries

    def __bool__(self) -> bool:
        return bool(self._entries)

    def get(self, name: str) -> bytes | None:
        """The bytes under a name, None if there are none or they are damaged."""
        check, value = self._entries.get(name, (b"", b""))
        return value if check and check == _check(name, value) else None


class Cache:
    """A folder of packs, or nothing at all if it is called "".

    The first thing that goes wrong is told to `warn`; after that nothing is read or written any more.
    """

    def __init__(self, folder: str, warn: Callable[[str], None]) -> None:
        self._folder = Path(folder)
        self._warn = warn
        self.usable = bool(folder)

    def read(self, pack: str) -> Pack:
        """The entries of a pack; none if there is no such pack, or it is not as we wrote it."""
        if self.usable:
            try:
                return Pack(_read(str(self._folder / (pack + _PACK))))
            except OSError as error:
                self._give_up(error)
        return Pack({})

    def write(self, pack: str, entries: dict[str, bytes]) -> None:
        """Replace a pack by these entries, and drop the packs that were not used for longest if there are too many."""
        if self.usable:
            try:
                _write(self._folder, pack + _PACK, entries)
            except OSError as error:
                self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        self.usable = False
        reason = os.strerror(error.errno) if error.errno else "unknown error"
        self._warn(f"the cache in '{self._folder}' is not used: {reason}")


def remove(folder: str) -> int:
    """Remove all packs, and the folder if nothing else is in it; the number of packs.

    Raises:
        OSError: if one of them could not be removed.
    """
    try:
        found = list(Path(folder).iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return 0
    packs = [file for file in found if file.suffix in (_PACK, files.HALF)]
    for file in packs:
        file.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        Path(folder, "CACHEDIR.TAG").unlink()
        Path(folder).rmdir()
    return len(packs)


def _check(name: str, value: bytes) -> bytes:
    return blake2b(value, digest_size=16, key=name.encode()[:64]).digest()


def _read(path: str) -> _Entries:
    data = files.read(path, _MAGIC, _LARGEST)
    if not data:
        return {}
    with contextlib.suppress(OSError):
        os.utime(path)  # it was used just now
    try:
        return msgspec.msgpack.decode(data, type=_Entries)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}


def _write(folder: Path, name: str, entries: dict[str, bytes]) -> None:
    data = _MAGIC + msgspec.msgpack.encode({key: (_check(key, value), value) for key, value in entries.items()})
    if len(data) > _LARGEST:
        return
    _private(folder)
    files.write(str(folder / name), data)
    _shrink(folder, name)


def _private(folder: Path) -> None:
    """Make the folder if it is not there.

    Raises:
        OSError: if it cannot be made, or if others may write to it.
    """
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        if not files.ours(folder.stat()):
            raise PermissionError(errno.EPERM, "others may write to it") from None
        return
    (folder / "CACHEDIR.TAG").write_bytes(_TAG)


def _shrink(folder: Path, newest: str) -> None:
    """Drop the packs that were used longest ago until the rest is small enough, and what killed runs left behind."""
    packs: list[tuple[float, int, Path]] = []
    for file in folder.iterdir():
        with contextlib.suppress(OSError):
            status = file.lstat()
            if file.suffix == _PACK and file.name != newest:
                packs.append((status.st_mtime, status.st_size, file))
            elif file.suffix == files.HALF and status.st_mtime < time.time() - _FORGOTTEN:
                file.unlink()
    total = sum(size for _, size, _ in packs)
    for _, size, file in sorted(packs):
        if total <= _MOST:
            break
        with contextlib.suppress(OSError):
            file.unlink()
        total -= size
