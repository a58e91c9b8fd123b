"""Passwords leave the text of a file before anybody reads it, so that no fact and no cache can hold one."""

import re

# What stands between `user:` and `@` in a connection URL; a placeholder is no secret and stays.
_IN_URL = re.compile(r"(?<=://)([\w.%+\-]{0,64}:)([^\s'\"`@/{}$<>]{1,200})(?=@)")
# `password = "…"`, `password="…"`, `"password": "…"`: one word in quotes, after a name that ends so.
_ASSIGNED = re.compile(
    r"((?:pass(?:word|wd|phrase)?|pwd|(?<![A-Za-z])pw|secret|token|(?:api|access|secret)_?key)(?:\"|')?\s{0,9}[=:]\s{0,9})"
    r"(?:(\")([^\"\s{}$%]{1,200})(?=\")|(')([^'\s{}$%]{1,200})(?='))",
    re.IGNORECASE,
)
# `getConnection(url, "user", "…")` of JDBC, `new Sequelize("shop", "user", "…")`, `new PDO($dsn, "user", "…")`.
_THIRD = re.compile(
    r"(\b(?:getConnection|Sequelize|PDO|mysqli|mysqli_connect)\s{0,9}\([^,()]{1,300},[^,()]{1,120},\s{0,9})"
    r"(?:(\")([^\"\s{}$%]{1,200})(?=\")|(')([^'\s{}$%]{1,200})(?='))"
)
# `;password=…` and `&password=…` inside a connection string.
_INSIDE = re.compile(r"((?<=[;&?])(?:password|passwd|pwd)=)([^\s;&\"'`${}()%<>]{1,200})(?=[\"'`;&])", re.IGNORECASE)
# `IDENTIFIED BY '…'` and `PASSWORD '…'` in SQL.
_GRANTED = re.compile(r"(\b(?:identified\s{1,9}by|password)\s{1,9})(')([^'\s{}$%]{1,200})(?=')()()", re.IGNORECASE)


# What has to stand in the text, in lower case, for a pattern to be worth its time: most files hold nothing of the kind.
_MAY_ASSIGN = re.compile(r"(?:pass(?:word|wd|phrase)?|pw|pwd|secret|token|key)[\"']?\s{0,9}[=:]\s{0,9}[\"']")
_MAY_GRANT = re.compile(r"(?:by|password)\s{1,9}'")


def masked(text: str) -> str:
    """Return the text with every password written as stars of the same length, so that all places stay where they are."""
    lowered = text.lower()
    if "://" in lowered and "@" in lowered:
        text = _IN_URL.sub(_hidden, text)
    if "password=" in lowered or "passwd=" in lowered or "pwd=" in lowered:
        text = _INSIDE.sub(_hidden, text)
    if _MAY_ASSIGN.search(lowered):
        text = _ASSIGNED.sub(_starred, text)
    if any(name in text for name in ("getConnection", "Sequelize", "PDO", "mysqli")):
        text = _THIRD.sub(_starred, text)
    return _GRANTED.sub(_starred, text) if _MAY_GRANT.search(lowered) else text


def _hidden(found: re.Match[str]) -> str:
    return found[1] + "*" * len(found[2])


def _starred(found: re.Match[str]) -> str:
    quote, value = (found[2], found[3]) if found[2] else (found[4], found[5])
    return f"{found[1]}{quote}{'*' * len(value)}"
