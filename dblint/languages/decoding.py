"""Bytes of a source file as text."""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLANK_OR_COMMENT = re.compile(rb"^[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|$)")
# https://peps.python.org/pep-0263/#defining-the-encoding
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
# Their decoders take quadratic time, and no source file is written in them.
_REFUSED = frozenset({"punycode", "idna", "undefined"})


def decode(data: bytes, language: str) -> tuple[str, str]:
    """The text of `data`, and a reason if it is not (certainly) right: `""`, `undecodable` or `binary`.

    A reason with an empty text means that there is nothing to read. A reason with a text means a best effort: all of ASCII is
    right, but other characters may not be (bytes that are not UTF-8 are read as Latin-1; a UTF-16 file is text to us, but no
    Python runs it).
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _decoded(data, encoding)
            if text is None:
                return "", "undecodable"
            return text.removeprefix("\ufeff"), "undecodable" if language == "python" and encoding != "utf-8" else ""
    if b"\0" in data[:8192]:
        return "", "binary"
    cookie = _cookie(data) if language == "python" else ""
    text = _decoded(data, cookie or "utf-8")
    if text is not None:
        return text, ""
    if cookie:
        return "", "undecodable"
    return ("", "binary") if _is_binary(data[:8192]) else (data.decode("latin-1"), "undecodable")


def _decoded(data: bytes, encoding: str) -> str | None:
    if encoding.replace("_", "-").lower() in _REFUSED:
        return None
    try:
        # Codecs that do not give text (rot13, zlib) raise LookupError here, as unknown names do.
        return data.decode(encoding)
    except (LookupError, ValueError):
        return None


def _cookie(data: bytes) -> str:
    """The encoding that a comment in the first two lines names, or `""`."""
    rest = data
    for _ in range(2):
        first = _BLANK_OR_COMMENT.match(rest)
        if first is None:
            return ""
        cookie = _COOKIE.match(first.group())
        if cookie is not None:
            return cookie.group(1).decode("ascii", "replace")
        rest = rest[first.end() :]
    return ""


def _is_binary(start: bytes) -> bool:
    """Whether control characters that no text editor writes are common."""
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in start)
    return controls * 50 > len(start)
