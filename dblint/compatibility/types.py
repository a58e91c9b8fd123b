"""Whether one SQL type holds all values of another, without a database at hand."""

import re
from typing import Literal

Relation = Literal["same", "widen", "narrow", "meaning", "unknown"]

_ALIASES = {
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
    "smallserial": "smallint",
    "mediumint": "integer",
    "tinyint(1)": "boolean",
    "bool": "boolean",
    "character varying": "varchar",
    "nvarchar": "varchar",
    "varchar2": "varchar",
    "string": "varchar",
    "character": "char",
    "bpchar": "char",
    "nchar": "char",
    "tinytext": "text",
    "clob": "text",
    "decimal": "numeric",
    "dec": "numeric",
    "float4": "real",
    "float8": "double precision",
    "double": "double precision",
    "float": "double precision",
    "timestamptz": "timestamp with time zone",
    "timestamp without time zone": "timestamp",
    "datetime": "timestamp",
    "datetime2": "timestamp",
    "time without time zone": "time",
    "blob": "bytea",
    "varbinary": "bytea",
}
_INTEGERS = ("tinyint", "smallint", "integer", "bigint")
_FLOATS = ("real", "double precision")
_TEXTS = ("char", "varchar", "text", "mediumtext", "longtext")
_OTHER_MEANING = (
    frozenset({"timestamp", "timestamp with time zone"}),
    frozenset({"time", "time with time zone"}),
    frozenset({"json", "jsonb"}),
)
_TYPE = re.compile(r"(?P<name>[a-z_][\w ]*?)\s*(?:\((?P<sizes>[\d\s,]+)\)\s*(?P<rest>[a-z ]*?))?\s*(?P<array>(?:\[\d*\])*)")


def relation(before: str | None, after: str | None) -> Relation:
    """How the second type stands to the first: does it hold all its values, fewer, or do they mean something else?"""
    if before is None or after is None:
        return "unknown"
    old, new = _read(before), _read(after)
    if old is None or new is None:
        return "same" if before.strip().lower() == after.strip().lower() else "unknown"
    if old == new:
        return "same"
    return _relation(old, new)


_ENUMERATION = re.compile(r"enum\s*\((.*)\)", re.IGNORECASE | re.DOTALL)
_VALUE = re.compile(r"'(?:[^']|'')*'")


def change_of_values(before: str | None, after: str | None) -> str:
    """The row of the matrix for a column of MySQL whose enumeration is written anew; empty for any other pair of types."""
    old, new = _ENUMERATION.match(before or ""), _ENUMERATION.match(after or "")
    if old is None or new is None:
        return ""
    gone = set(_VALUE.findall(old[1])) - set(_VALUE.findall(new[1]))
    return "enum.drop_value" if gone else "enum.add_value"


_Type = tuple[str, tuple[int, ...], str]


def _read(text: str) -> _Type | None:
    lowered = text.lower().replace("unsigned", "").strip()
    lowered = re.split(r"\s+(?:collate|character set|charset)\b", lowered)[0].strip()
    if lowered in _ALIASES:
        return (_ALIASES[lowered], (), "")
    match = _TYPE.fullmatch(lowered)
    if match is None:
        return None
    name = " ".join(filter(None, (match["name"], match["rest"])))
    sizes = tuple(int(each) for each in re.findall(r"\d+", match["sizes"] or ""))
    name = _ALIASES.get(name, name)
    if name in _INTEGERS or name == "boolean":
        # The number after an integer type in MySQL is a display width.
        sizes = ()
    return (name, sizes, match["array"])


def _relation(old: _Type, new: _Type) -> Relation:
    (before, sizes, array), (after, wider, other_array) = old, new
    if array != other_array:
        return "narrow"
    names = {before, after}
    if before in _TEXTS and after in _TEXTS:
        return _texts(before, sizes, after, wider)
    for family in (_INTEGERS, _FLOATS):
        if before in family and after in family:
            return "widen" if family.index(before) < family.index(after) else "narrow"
    if before == after == "numeric":
        return _numerics(sizes, wider)
    if before in _INTEGERS and after == "numeric":
        return "widen" if not wider or wider[0] - (wider[1] if len(wider) > 1 else 0) >= 19 else "narrow"
    if len(names) == 2 and any(names <= pair for pair in _OTHER_MEANING):
        return "meaning"
    if names & set(_FLOATS) and "numeric" in names:
        return "meaning"
    if before == after:
        return "widen" if not wider or (sizes and sizes <= wider) else "narrow"
    return "narrow"


def _texts(before: str, sizes: tuple[int, ...], after: str, wider: tuple[int, ...]) -> Relation:
    if before == after == "char":
        return "meaning"
    if after == "char":
        return "narrow"
    old = sizes[0] if sizes else (1 if before == "char" else None)
    new = wider[0] if wider else None
    if new is None:
        longer = before == after or _TEXTS.index(after) >= _TEXTS.index(before) or after == "varchar"
        return "widen" if longer and not (after == "text" and before in ("mediumtext", "longtext")) else "narrow"
    return "widen" if old is not None and old <= new else "narrow"


def _numerics(old: tuple[int, ...], new: tuple[int, ...]) -> Relation:
    if not new:
        return "widen"
    if not old:
        return "narrow"
    scale, wider = (old[1] if len(old) > 1 else 0), (new[1] if len(new) > 1 else 0)
    return "widen" if wider >= scale and new[0] - wider >= old[0] - scale else "narrow"
