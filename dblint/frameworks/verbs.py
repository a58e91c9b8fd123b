"""What a framework's calls do to tables, by the names of the calls."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Literal

import msgspec

from dblint.model.base import Fact

Does = Literal["read", "insert", "update", "delete", "upsert", "truncate", "lock", "create", "drop", "join", "nothing"]


class Verb(Fact, frozen=True, forbid_unknown_fields=True):
    """What a call does to the tables at hand.

    `target` says whose table: the receiver, one argument, or all arguments that are models. `columns`: `keywords` when keyword
    names are columns written, `mapping` when the keys of a dictionary argument are, `names` for strings, `first` for the first
    of them. `lookups`: keyword names are relation paths; `paths`: string arguments are; `follows`: relations named in arguments
    are joined. `separate`: related tables are read by their own statement. `also_read`: a write that reads the row first.
    `onward`: lambdas are about the rows that the relation before led to (`ThenInclude`).
    `tables`: a keyword whose strings are further tables. `stages`: an argument is an aggregation whose stages name further
    collections. `fresh`: what it does to a row that has just been made, `makes`: it gives such a
    row. `nested`: names of relations may stand in hashes and
    lists, as keys and as values. `fragment`: a string argument may be a piece of SQL, or `alias.relation`.
    `of_class`: only a class among the arguments counts, never a row.
    `collection`: positions of arguments one of which may be a string that names the collection instead of the class.
    `narrows`: its strings are all columns of its own table that the query takes, besides those of conditions.
    `receivers`: a verb whose name says little is meant only on something that comes from the framework, or whose name ends so.
    `schema`: its argument is the schema of the query's table. `objects`: the keys of objects of options are columns and
    relations; those under `data` are written, and `columns: data` takes the columns from there.
    `runs`: it runs the query, so that what is done with its result is no part of it.
    `begins`: it starts a query that does nothing by itself yet. `leads`: its string names a relation, whose rows the next verb
    is about. `after`: what it does where one of these names stands in the chain that it is called on.
    """

    does: Does = "read"
    target: Literal["receiver", "arguments"] | int = "receiver"
    columns: Literal["", "keywords", "mapping", "names", "first", "data"] = ""
    lookups: bool = False
    paths: bool = False
    follows: bool = False
    separate: bool = False
    onward: bool = False
    also_read: bool = False
    tables: str = ""
    begins: bool = False
    runs: bool = False
    fragment: Literal["", "join", "from", "where", "select", "relation"] = ""
    schema: bool = False
    leads: bool = False
    after: dict[str, Does] = msgspec.field(default_factory=dict)
    stages: bool = False
    fresh: Does | None = None
    makes: bool = False
    nested: bool = False
    of_class: bool = False
    receivers: tuple[str, ...] = ()
    objects: bool = False
    narrows: bool = False
    collection: tuple[int, ...] = ()


class Verbs(Fact, frozen=True, forbid_unknown_fields=True, rename={"model": "class", "anywhere": "with"}):
    """Verbs by what they are called on: a model class, a query, a row, a relation, or anything with a model argument.

    A name with `*` stands for many (`findBy*`, `get*By*`).
    """

    model: dict[str, Verb] = msgspec.field(default_factory=dict)
    query: dict[str, Verb] = msgspec.field(default_factory=dict)
    instance: dict[str, Verb] = msgspec.field(default_factory=dict)
    relation: dict[str, Verb] = msgspec.field(default_factory=dict)
    anywhere: dict[str, Verb] = msgspec.field(default_factory=dict)


def verb_of(table: Mapping[str, Verb], name: str) -> Verb | None:
    """Return the verb of a name; of several patterns the longest."""
    found = table.get(name)
    if found is None:
        patterns = [key for key in table if "*" in key and fnmatchcase(name, key)]
        found = table[max(patterns, key=len)] if patterns else None
    return found
