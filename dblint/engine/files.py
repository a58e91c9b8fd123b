"""Files of the cache: each replaced as a whole, and believed only where nobody else can have written it."""

import contextlib
import os
import stat

HALF = ".tmp"
"""How the name of a file ends that is not whole yet."""
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


def ours(status: os.stat_result) -> bool:
    """Whether nobody else can have written this."""
    return not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & 0o022)


def read(path: str, magic: bytes, largest: int) -> bytes:
    """What stands in a file after its `magic`; nothing if there is no such file, or it is not as we wrote it.

    Raises:
        OSError: if it cannot be read.
    """
    try:
        descriptor = os.open(path, _READ)
    except FileNotFoundError:
        return b""
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or not ours(status) or status.st_size > largest:
            return b""
        if file.read(len(magic)) != magic:
            return b""
        return file.read()


def write(path: str, data: bytes) -> None:
    """Replace a file.

    Raises:
        OSError: if it could not be written; it is then as it was before.
    """
    temporary = f"{path}.{os.getpid()}{HALF}"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(temporary)
    try:
        with os.fdopen(os.open(temporary, _NEW, 0o600), "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
