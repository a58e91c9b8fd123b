"""Passwords leave the text of a file before anybody reads it, so that no fact and no cache can hold one."""

import re

# What stands between `user:` and `@` in a connection URL; a placeholder is no secret and stays.
_IN_URL = re.compile(r"(?<=://)([\w.%+\-]{0,64}:)(?!%[sv]@)([^\s'\"`@/{}$<>]{1,200})(?=@)")
# `password = "…"`, `password="…"`, `"password": "…"`: one word in quotes, after a name that ends so.
_ASSIGNED = re.compile(
    r"((?:pass(?:word|wd|phrase)?|pwd|(?<![A-Za-z])pw|secret|token|(?:api|access|secret)_?key)(?:\"|')?"
    r"(?:\s{0,9}:\s{0,3}[\w.?| \[\]]{1,40}(?==))?\s{0,9}(?::?=|:)\s{0,9}(?:N(?=')|(?:SecretStr|Field)\((?:default=)?)?)"
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
# `host=db password=… dbname=shop` of libpq, whose pairs no code would write without commas.
_BESIDE = re.compile(r"((?<=[\s\"'`])(?:password|passwd)=)([^\s;&,\"'`${}()%<>]{1,200})(?=\s[a-z_]{1,30}=)", re.IGNORECASE)
_LAST = re.compile(
    r"([a-z_]{1,30}=[^\s,;\"'`]{1,100}\s{1,3}(?:password|passwd)=)([^\s;&,\"'`${}()%<>]{1,200})(?=[\"'`])", re.IGNORECASE
)
# `user:…@tcp(host:3306)/shop` of Go's driver for MySQL.
_GO = re.compile(r"((?<=[\"'`])[\w.\-]{1,60}:)([^\s'\"`@(){}$<>%]{1,200})(?=@(?:tcp6?|unix)\()")
# `fmt.Sprintf("postgres://user:%s@…", "…")` and its like: the argument that stands for the password.
_HOLE = r"(?:%[sv]|\{\w{0,20}\})"
_FORMATTED = re.compile(
    rf"""((?:[\w.\-]:{_HOLE}@[^"'`\n]{{0,300}}["'`]\s{{0,9}}(?:,|%\s?\(?|\.format\()\s{{0,40}}"""
    rf"""|{_HOLE}:{_HOLE}@[^"'`\n]{{0,300}}["'`]\s{{0,9}}(?:,|%\s?\(|\.format\()[^,()\n]{{1,99}},\s{{0,40}}))"""
    r"""(["'`])([^"'`\s{}$%]{1,200})(?=["'`])()()"""
)
# `getenv("DB_PASSWORD", "…")`, `process.env.DB_PASSWORD || "…"`: what holds where the variable is not set.
_DEFAULT = re.compile(
    r"""((?:(?:env|config|fetch|get|setting|lookup|var)\w{0,20}\(\s{0,40}["'`][A-Z0-9_.]{0,60}(?:PASS|PWD|SECRET|TOKEN)[A-Z0-9_]{0,40}"""
    r"""["'`]\s{0,9},\s{0,40}(?:default\s?=\s?)?|(?:PASS|PWD|SECRET|TOKEN)[A-Z0-9_]{0,40}["'`\])]{0,3}\s{0,9}"""
    r"""(?:\|\||\?\?|\?:|or\s|\{)\s{0,40}))(["'`])([^"'`\s{}$%]{1,200})(?=["'`])()()"""
)
# `IDENTIFIED BY '…'` and `PASSWORD '…'` in SQL.
_GRANTED = re.compile(r"(\b(?:identified\s{1,9}by|password)\s{1,9})(')([^'\s{}$%]{1,200})(?=')()()", re.IGNORECASE)


# What has to stand in the text, in lower case, for a pattern to be worth its time: most files hold nothing of the kind.
_MAY_ASSIGN = re.compile(
    r"(?:pass(?:word|wd|phrase)?|pw|pwd|secret|token|key)[\"']?(?:\s{0,9}:\s{0,3}[\w.?| \[\]]{1,40})?"
    r"\s{0,9}[=:]\s{0,9}(?:n|\w{5,9}\()?[\"'d]"
)
_MAY_GRANT = re.compile(r"(?:by|password)\s{1,9}'")
_MAY_FORMAT = ("%s@", "%v@", "}@")


def masked(text: str) -> str:
    """Return the text with every password written as stars of the same length, so that all places stay where they are."""
    lowered = text.lower()
    if "@" in lowered:
        if "://" in lowered:
            text = _IN_URL.sub(_hidden, text)
        if "@tcp" in lowered or "@unix" in lowered:
            text = _GO.sub(_hidden, text)
        if any(mark in lowered for mark in _MAY_FORMAT):
            text = _FORMATTED.sub(_starred, text)
    if "password=" in lowered or "passwd=" in lowered or "pwd=" in lowered:
        for inside in (_INSIDE, _BESIDE, _LAST):
            text = inside.sub(_hidden, text)
    if _MAY_ASSIGN.search(lowered):
        text = _ASSIGNED.sub(_starred, text)
    if any(name in text for name in ("getConnection", "Sequelize", "PDO", "mysqli")):
        text = _THIRD.sub(_starred, text)
    if any(word in text for word in ("PASS", "PWD", "SECRET", "TOKEN")):
        text = _DEFAULT.sub(_starred, text)
    return _GRANTED.sub(_starred, text) if _MAY_GRANT.search(lowered) else text


def _hidden(found: re.Match[str]) -> str:
    return found[1] + "*" * len(found[2])


def _starred(found: re.Match[str]) -> str:
    quote, value = (found[2], found[3]) if found[2] else (found[4], found[5])
    return f"{found[1]}{quote}{'*' * len(value)}"
