"""The one door through which text from the scanned tree reaches a reader: escapes for each medium, and secrets hidden."""

import re
from urllib.parse import quote

# C0, DEL, C1, soft hyphen, bidirectional controls, zero-width characters, separators that end a line, half surrogates, tags.
_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)
_NO_XML = re.compile(r"[\ufdd0-\ufdef\ufffe\uffff]")
_MARKUP = re.compile(r"[\\`*_{}\[\]|~!$]|(?<![^\s])[-+=](?=\s)")
_LINKED = re.compile(r"[@#](?=\w)|www(?=\.)|:(?=//)")
_HALF_SURROGATE = re.compile(r"[\ud800-\udfff]")

# Possessive quantifiers: a long line costs no more than its length.
_URL_PASSWORD = re.compile(r"(://[^\s/:@\"']{0,200}+:)[^\s@\"']{1,400}+@")
_NAMED = (
    r"((?:pass(?:word|wd|phrase)?|pwd|(?<![A-Za-z])pw(?![A-Za-z])|secret|token|api_?key|identified\s{1,9}+by)[\w.-]{0,40}+)"
)
_QUOTED_SECRET = re.compile(
    _NAMED + r"""(["'\])]{0,2}+\s{0,9}+(?::\s?[\w.?|\[\]]{1,40}\s?(?==))?[:=,(|?]{0,2}+\s{0,9}+[brfun]{0,2}+"""
    r"""("{3}|'{3}|["']))(?:(?!\3).){1,2000}+""",
    re.IGNORECASE,
)
# JDBC's `getConnection(url, user, "…")`, Sequelize's constructor, PDO's and mysqli's.
_THIRD_ARGUMENT = re.compile(
    r"(\b(?:getConnection|Sequelize|PDO|mysqli|mysqli_connect)\s{0,9}\([^,()]{1,300},[^,()]{1,120},\s{0,9})([\"'])[^\"']{1,200}"
)
# `user:…@tcp(host)` of Go's driver for MySQL; the argument of a format that stands for a password.
_GO_PASSWORD = re.compile(r"([\"'`][\w.\-]{0,60}+:)[^\s@\"'`]{1,400}+(?=@(?:tcp6?|unix)\()")
_FORMATTED = re.compile(
    r"""((?:[\w.\-]:|%[sv]:)%[sv]@[^"'`\n]{0,300}["'`]\s{0,9},(?:[^,()"'`\n]{1,99},|\s{0,9}["'`][^"'`\n]{0,99}["'`]\s{0,9},)?"""
    r"""\s{0,40}["'`])[^"'`\s]{1,200}"""
)
_BARE_SECRET = re.compile(_NAMED + r"""(\s{0,9}+=|\s)(?![%:?{$*])[^\s"'();,&=]{1,400}+""", re.IGNORECASE)


def show(text: str) -> str:
    """The text for a terminal or a log, with every character that could move, hide or forge something made visible."""
    return _UNSAFE.sub(lambda match: _visible(match[0]), text)


def steps(text: str) -> list[str]:
    """The lines of a text that may have several; none of them is a command to a CI host that reads the log."""
    return [re.sub(r"^\s*(::|##)", "· ", show(line)) for line in text.splitlines()]


def whole(text: str) -> str:
    r"""The text as valid Unicode: a byte of a file name that is not UTF-8 becomes `\xNN`."""
    return _HALF_SURROGATE.sub(lambda match: _visible(match[0]), text)


def uri(path: str) -> str:
    """The path as a relative URI reference, percent-encoded byte by byte, so that a name that is not UTF-8 survives."""
    try:
        return quote(path.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:  # a half surrogate that stands for no byte
        return quote(whole(path))


def xml(text: str) -> str:
    """The text with every character that XML 1.0 cannot hold, or that could mislead, made visible; markup is the writer's."""
    return _NO_XML.sub(lambda match: _visible(match[0]), show(text))


def workflow_data(text: str) -> str:
    """The text as the message of a GitHub workflow command; line breaks are kept."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def workflow_property(text: str) -> str:
    """The text as the value of a property of a GitHub workflow command."""
    return workflow_data(text).replace(":", "%3A").replace(",", "%2C")


def pipelines_data(text: str) -> str:
    """The text as the message of an Azure Pipelines logging command; line breaks are kept."""
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def pipelines_property(text: str) -> str:
    """The text as the value of a property of an Azure Pipelines logging command."""
    return pipelines_data(text).replace(";", "%3B").replace("]", "%5D")


def markdown(text: str) -> str:
    """The text for Markdown, in a table too: no markup, no HTML, no link, and nobody and nothing is mentioned by it."""
    safe = _MARKUP.sub(r"\\\g<0>", show(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # An empty comment inside a word stops mentions (@team), references (#12) and links that hosts make of plain text.
    return _LINKED.sub(lambda match: f"{match[0]}<!-- -->", safe)


def code(text: str) -> str:
    """The text as a code span of Markdown, in a table too."""
    safe = show(text) or " "
    fence = "`" * (max(map(len, re.findall("`+", safe)), default=0) + 1)
    pad = " " if safe[0] in "` " or safe[-1] in "` " else ""
    return f"{fence}{pad}{safe}{pad}{fence}".replace("|", "\\|")


def cell(text: str) -> str:
    """The text as a cell of a CSV file that no spreadsheet takes for a formula."""
    safe = show(text)
    return f"'{safe}" if safe.lstrip()[:1] in ("=", "+", "-", "@") else safe


def mermaid(text: str) -> str:
    """The text inside the quotes of a Mermaid label: whatever could be markup stands as an entity code."""
    return re.sub(r"[^\w .,:;/()→×+-]|;", lambda match: f"#{ord(match[0])};", show(text))


def dot(text: str) -> str:
    """The text inside the quotes of a Graphviz label."""
    return show(text).replace("\\", "\\\\").replace('"', '\\"')


def d2(text: str) -> str:
    """The text inside the single quotes of a D2 label, in which nothing but the quote means anything."""
    return show(text).replace("'", "''")


def mask(text: str) -> str:
    """The text with what looks like a password, token or key replaced by `***`."""
    text = _QUOTED_SECRET.sub(r"\1\2***", text)
    text = _GO_PASSWORD.sub(r"\1***", text)
    text = _URL_PASSWORD.sub(r"\1***@", _FORMATTED.sub(r"\1***", text))
    text = _THIRD_ARGUMENT.sub(r"\1\2***", text)
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
