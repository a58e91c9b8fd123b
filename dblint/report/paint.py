"""Colour on a terminal: a few named styles as escape sequences of our own making."""

_STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "path": "1",
    "rule": "35",
    "frame": "34",
    "help": "1;32",
    "dim": "2",
}


def paint(text: str, style: str, colour: bool) -> str:
    """The text in the named style, or unchanged where colour is off."""
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if colour and text else text
