"""What never enters a data structure: passwords, tokens and keys, under whatever name and inside whatever text they stand."""

import re

_SECRET = re.compile(
    r"""(?: pass(?!ive|enger|port|through|age|ing|es\b) | pwd | secret | token | credential | private.?key | api.?key
      | access.?key | (?:\A|[_.\-\[\]:])(?:pw|cred|creds|auth|key|salt|signature)\Z | (?<=[a-z])(?-i:Key|Auth|Pw)\Z )""",
    re.VERBOSE | re.IGNORECASE,
)
_WORD = (
    r"[\w.\-]{0,60}?(?:pass(?:word|wd|phrase|code|wort)?|pwd|secret|token|(?:api|access|private|account|shared)[ _.\-]?key)"
    r"\w{0,20}"
)
_NAME = rf"(?P<name>(?<![\w.\-]){_WORD})[\"']?\s{{0,9}}(?:=(?!=)|%3[Dd])\s{{0,9}}"
# The value of a pair ends at `;` in ADO.NET's form, where it may hold blanks; elsewhere at the next blank or parameter.
_PAIR = re.compile(_NAME + r"""(?:"[^"]*"|'[^']*'|\$\{[^}]*\}|[^\s;&,"'}]*)[;&]?""", re.IGNORECASE)
_ADO_PAIR = re.compile(_NAME + r"""(?:"[^"]*"|'[^']*'|[^;]*);?""", re.IGNORECASE)
_URL = re.compile(r"""([A-Za-z][\w+.\-]*://)((?:(?![\s"'`<>]|[,\s][A-Za-z][\w+.\-]{0,30}://).)*)""")
_BARE = re.compile(
    r"""(?<![\w:/.])(?>(?P<head>(?:jdbc:)?(?:oracle:)?(?:thin|oci8?):)?)(?P<user>[\w.\-${}]{0,120})[:/][^\s"']*@
        (?=(?:tcp6?|unix)\(|//|\(DESC|[\w.\-]+[:/])""",
    re.VERBOSE | re.IGNORECASE,
)
_DEFAULT = re.compile(r"\$\{([\w.]{1,60}):-")
_USER = re.compile(r"(?:\$\{[\w.]{1,60}:-[\w.%\-+]{0,60}\}|[\w.${}%\-+]){1,120}")
MAX_LENGTH = 4_000


def is_secret(name: str) -> bool:
    """Whether the value of this name is a secret by the name's words."""
    return bool(_SECRET.search(name))


def cleaned(text: str) -> str:
    """`text` without the credentials that connection strings in it carry; user names stay."""
    text = text[:MAX_LENGTH]
    if "=" in text or "%3" in text:
        text = (_ADO_PAIR if ";" in text and "://" not in text else _PAIR).sub("", text)
    if "@" not in text:
        return text
    if "://" in text:
        return _URL.sub(lambda found: found[1] + _address(found[2]), text)
    return _BARE.sub(lambda found: (found["head"] or "") + found["user"] + "@", text)


def user_of(credentials: str) -> str:
    """The user of `user:password`, empty where it could be anything else."""
    found = _USER.match(credentials)
    if not found or credentials[found.end() :][:1] not in ("", ":") or any(map(is_secret, _DEFAULT.findall(found[0]))):
        return ""
    return found[0]


def _address(rest: str) -> str:
    """What follows `://`, with the user alone: only what follows the last `@` is certainly no secret."""
    credentials, sign, location = rest.rpartition("@")
    return user_of(credentials) + sign + location
