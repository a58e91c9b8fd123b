"""The outcome of a whole run, told again when nothing that it depended on has changed.

Together with `dblint.engine.state` this is all that such a run imports. What is kept is a text with a checksum; like the
rest of the cache it is believed only where nobody else can have written it.
"""

import os
import time
from hashlib import blake2b

from dblint.engine import files
from dblint.engine.folder import cache_folder
from dblint.engine.installation import identity
from dblint.engine.state import SETTLED, State, UnsureError

_MAGIC = b"dblint run 1\n"
_LARGEST = 64 << 20  # bytes of one file
_CHECK = 16  # bytes of a checksum
_SPEAKING = ("DBLINT_", "GIT_", "LC_", "PYTHON")
"""How the names of variables begin that may change what is said; those below may as well."""
_WORDS = (
    "CI",
    "COLUMNS",
    "FORCE_COLOR",
    "HOME",
    "LANG",
    "LANGUAGE",
    "LINES",
    "NO_COLOR",
    "PATH",
    "TERM",
    "TZ",
    "XDG_CACHE_HOME",
)


class Outcome:
    """What a run wrote to its two streams, and its exit code."""

    __slots__ = ("code", "err", "out")

    def __init__(self, out: str, err: str, code: int) -> None:
        self.out, self.err, self.code = out, err, code


def remembered(arguments: list[str]) -> Outcome | None:
    """The outcome of an earlier run on these arguments, if it would be the same now; None if that is not certain."""
    if arguments[:1] != ["check"]:
        return None
    name = _file(arguments)
    head, _, body = _read(name).partition(b"\n\n") if name else (b"", b"", b"")
    if not head:
        return None
    kind, code, size, digest, root, *witnesses = head.split(b"\n")
    try:
        state = State(os.fsdecode(root), staged=kind == b"staged")
        for witness in witnesses:
            state.add(witness)
    except UnsureError:
        return None
    if state.digest() != digest:
        return None
    out, err = body[: int(size)], body[int(size) :]
    return Outcome(out.decode("utf-8", "surrogatepass"), err.decode("utf-8", "surrogatepass"), int(code))


def keep(arguments: list[str], state: State, witnesses: list[str], outcome: Outcome) -> None:
    """Keep an outcome, with the state before the run and the other files and folders that the run read, or found missing."""
    name = _file(arguments)
    seen = [os.fsencode(witness) for witness in sorted(set(witnesses))]
    places = (os.fsencode(state.root), *seen)
    if not name or any(b"\n" in place for place in places):
        return
    try:
        if state.staged and State(state.root, staged=True).digest() != state.digest():
            return  # something was staged while the run went on
        for witness in seen:
            state.add(witness)
    except UnsureError:
        return
    if state.newest > state.looked - SETTLED:
        return
    out = outcome.out.encode("utf-8", "surrogatepass")
    kind = b"staged" if state.staged else b"tree"
    data = b"\n".join((kind, b"%d" % outcome.code, b"%d" % len(out), state.digest(), *places)) + b"\n\n" + out
    data += outcome.err.encode("utf-8", "surrogatepass")
    try:
        files.write(name, _MAGIC + _check(name, data) + data)  # what is too large to be read is as if it were not there
    except OSError:
        return  # the cache has told of it


def _file(arguments: list[str]) -> str:
    """Where the outcome of a run on these arguments is kept; empty where nothing is."""
    folder = cache_folder(os.environ)
    try:
        terminals = [str(os.get_terminal_size(number)) if os.isatty(number) else "" for number in (1, 2)]
        here = os.getcwd()
    except OSError:
        return ""
    spoken = (name for name in sorted(os.environ) if name in _WORDS or name.startswith(_SPEAKING))
    parts = [identity(), here, *arguments, "", *terminals, time.strftime("%Y-%m-%d", time.gmtime())]
    parts += [f"{name}={os.environ[name]}" for name in spoken]
    hashed = blake2b("\0".join(parts).encode("utf-8", "surrogateescape"), digest_size=20)
    return f"{folder}/run-{hashed.hexdigest()}.pack" if folder else ""


def _check(name: str, data: bytes) -> bytes:
    return blake2b(data, digest_size=_CHECK, key=name[-45:].encode()[:64]).digest()


def _read(name: str) -> bytes:
    """What is kept in a file; nothing if it is damaged or not certainly ours."""
    try:
        data = files.read(name, _MAGIC, _LARGEST)
    except OSError:
        return b""
    check, body = data[:_CHECK], data[_CHECK:]
    return body if check == _check(name, body) else b""
