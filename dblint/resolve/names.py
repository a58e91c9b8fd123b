"""How names compare, before anything is known about databases."""

import re
from collections import Counter
from fnmatch import fnmatchcase

from dblint.model.facts import Confidence
from dblint.model.schema import TableName

_DEFAULT_SCHEMAS = frozenset({"public", "dbo", "main", "default"})
_ORDER: tuple[Confidence, ...] = ("explicit", "configured", "convention", "guess")
_OUTBOX = re.compile(r"(?i)(?:^|_)outbox(?:es)?(?:_|$|events?|messages?)|outbox(?:es)?$")
_PATTERN_STORES = frozenset({"sql", "mongodb"})


def weakest(*confidences: Confidence) -> Confidence:
    """The confidence of a fact that rests on all of these."""
    return max(confidences, key=_ORDER.index)


def fold(name: str, store: str = "sql") -> str:
    """Equal for names that may be one table: without case, and as long as PostgreSQL keeps them (63 bytes)."""
    return name.encode()[:63].decode(errors="ignore").casefold() if store == "sql" else name


def schema_of(name: TableName, default: str | None = None, database: str | None = None) -> str | None:
    """The schema that counts: none for a default schema and where the schema is the database itself, as MySQL writes it."""
    schema = name.schema or default
    if not schema or schema.casefold() in _DEFAULT_SCHEMAS:
        return None
    if database is not None and database.rpartition("/")[2].casefold() == schema.casefold():
        return None
    return schema


def is_pattern(name: TableName, store: str) -> bool:
    """Whether a part of the name is unknown; in a key-value store `*` is a part of the key's name."""
    return store in _PATTERN_STORES and name.is_pattern


def is_outbox(name: str) -> bool:
    """Whether a table is an outbox by its name: events that are written with the change that they tell of."""
    return _OUTBOX.search(name) is not None


def is_wildcard(name: TableName, store: str) -> bool:
    """Whether a name means all indices that fit it."""
    return store == "elasticsearch" and "*" in name.name


def matches(pattern: str, schema: str | None, name: str) -> bool:
    """Whether a pattern such as `billing_*` or `billing.*` means the table, without regard to case."""
    pattern = pattern.casefold()
    name = name.casefold()
    if "." not in pattern:
        return fnmatchcase(name, pattern)
    return fnmatchcase(f"{(schema or 'public').casefold()}.{name}", pattern)


def leading(votes: Counter[str]) -> str:
    """What has more votes than anything else; empty where nothing has."""
    ranking = votes.most_common(2)
    return ranking[0][0] if ranking and (len(ranking) == 1 or ranking[0][1] > ranking[1][1]) else ""
