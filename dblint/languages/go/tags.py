"""The tags of struct fields, which describe them as annotations do in other languages."""

import re
from collections.abc import Iterator

from dblint.languages.go.strings import decoded
from dblint.model.syntax import Call, Expression, Literal, Name, Text

# https://pkg.go.dev/reflect#StructTag
_TAG = re.compile(r'([^\s":]+):"((?:[^"\\]|\\.)*)"')
# Tags that never bear on a database.
_NEVER = "json xml yaml toml validate binding form uri header example query description"
_OTHER = frozenset(_NEVER.split())
_KEYS = frozenset({"primarykey", "primary_key", "pk"})
# `column:name`, `column(name)`, `column=name`
_OPTION = re.compile(r"([A-Za-z_]\w*)(?:[:=](.*)|\((.*)\))?\Z", re.DOTALL)


def tags(written: str, line: int) -> Iterator[Expression]:
    """The keys of a struct tag as calls: the name that comes first as an argument, the options as keywords.

    Sources: https://gorm.io/docs/models.html#Fields-Tags, https://bun.uptrace.dev/guide/models.html, https://xorm.io/docs,
    https://pkg.go.dev/go.mongodb.org/mongo-driver/bson#hdr-Structs.
    """
    for tag in _TAG.finditer(written):
        key, value = tag.group(1), decoded(tag.group(2))
        if key not in _OTHER:
            yield Call(Name(key, line), *_read(key, value, line), line)


def _read(key: str, value: str, line: int) -> tuple[tuple[Expression, ...], tuple[tuple[str, Expression], ...]]:
    if key == "xorm":  # words between spaces, the name in quotes
        quoted = re.search(r"'([^']*)'", value)
        first = (Text(value if value == "-" else quoted.group(1) if quoted else "", line),)
        return first, tuple(_options(re.sub(r"'[^']*'", " ", value).split(), line))
    if key == "gorm" or (key == "orm" and ";" in value):
        return (Text(value, line),), tuple(_options(value.split(";"), line))
    name, *options = value.split(",")
    if _OPTION.match(name) and (":" in name or "(" in name):  # no name comes first
        return (Text("", line),), tuple(_options([name, *options], line))
    return (Text(name, line),), tuple(_options(options, line))


def _options(parts: list[str], line: int) -> Iterator[tuple[str, Expression]]:
    for part in parts:
        found = _OPTION.match(part.strip())
        if found is None:
            continue
        name = found.group(1).lower()
        colon, brackets = found.groups()[1:]
        value: str | None = colon if colon is not None else brackets
        if name in _KEYS and value in {None, "true"}:
            yield "primary_key", Literal(True, line)
        else:
            yield name, Text(value.strip(), line) if value is not None else Literal(True, line)
