"""Reads a file without ever blocking, following it elsewhere or filling the memory."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from dblint.model.syntax import Comment

CommentReader = Callable[[str], tuple[Comment, ...]]
"""Reads the comments of an SQL text that speak to dblint, without their signs."""
LIMITS = {"sql": 4_000_000}
LIMIT = 1_000_000


def read_bytes(path: Path, language: str) -> tuple[bytes, str]:
    """Return the bytes of a regular file, or the reason why not: unreadable, vanished, not-regular-file, too-large."""
    limit = LIMITS.get(language, LIMIT)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return b"", "vanished"
    except OSError:
        return b"", "unreadable"
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return b"", "not-regular-file"
        if status.st_size > limit:
            return b"", "too-large"
        try:
            return file.read(limit + 1), ""
        except OSError:
            return b"", "unreadable"
