"""The one door through which text from the scanned tree reaches a reader: escapes for each medium, and secrets hidden."""

import re

# C0, DEL, C1, soft hyphen, bidirectional controls, zero-width characters, separators that end a line, half surrogates, tags.
_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)
_HALF_SURROGATE = re.compile(r"[\ud800-\udfff]")

# Possessive quantifiers: a long line costs no more than its length.
_URL_PASSWORD = re.compile(r"(://[^\s/:@\"']{0,200}+:)[^\s@\"']{1,400}+@")
_NAMED = r"((?:pass(?:word|wd|phrase)?|pwd|secret|token|api_?key|identified\s{1,9}+by)[\w.-]{0,40}+)"
_QUOTED_SECRET = re.compile(
    _NAMED + r"""(["'\])]{0,2}+\s{0,9}+[:=,(]?+\s{0,9}+[brfu]{0,2}+("{3}|'{3}|["']))(?:(?!\3).){1,2000}+""", re.IGNORECASE
)
_BARE_SECRET = re.compile(_NAMED + r"""(\s{0,9}+=|\s)(?![%:?{$*])[^\s"'();,&=]{1,400}+""", re.IGNORECASE)


def show(text: str) -> str:
    """The text for a terminal or a log, with every character that could move, hide or forge something made visible."""
    return _UNSAFE.sub(lambda match: _visible(match[0]), text)


def whole(text: str) -> str:
    r"""The text as valid Unicode: a byte of a file name that is not UTF-8 becomes `\xNN`."""
    return _HALF_SURROGATE.sub(lambda match: _visible(match[0]), text)


def mask(text: str) -> str:
    """The text with what looks like a password, token or key replaced by `***`."""
    text = _URL_PASSWORD.sub(r"\1***@", text)
    text = _QUOTED_SECRET.sub(r"\1\2***", text)
    return _BARE_SECRET.sub(_masked_bare, text)


def _masked_bare(match: re.Match[str]) -> str:
    # `password=x` of a connection string and `IDENTIFIED BY x`; a column that is only called so is followed by neither.
    assigned = match[2].endswith("=") or match[1].lower().endswith("by")
    return f"{match[1]}{match[2]}***" if assigned else match[0]


def _visible(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that os.fsdecode could not decode
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
