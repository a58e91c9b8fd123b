"""How messages show what a user wrote."""

import difflib
from collections.abc import Sequence


def meant(word: str, options: Sequence[str]) -> str:
    """The hint ` (did you mean '…'?)`, or nothing where no option is close."""
    close = difflib.get_close_matches(word, options, n=1, cutoff=0.6)
    return f" (did you mean '{shown(close[0])}'?)" if close else ""


def shown(text: str) -> str:
    """A short text that is safe to print; what may be a connection string is not shown at all."""
    if "://" in text or "password" in text.lower():
        return "…"
    escaped = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)
    return escaped if len(escaped) <= 60 else escaped[:59] + "…"
