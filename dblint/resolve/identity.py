"""Which physical table a name means, for a service that speaks to a certain database (decision 0003)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal, NamedTuple

from dblint.model.facts import Confidence, TableId
from dblint.model.schema import TableName
from dblint.resolve.databases import is_known
from dblint.resolve.names import fold, is_pattern, is_wildcard, schema_of

Rank = Literal["created", "declared", "used"]


class Home(NamedTuple):
    """Where a use looks for its tables.

    `databases` are the labels it may speak to (None: unknown), `rivals` labels of databases it certainly does not speak to,
    `preferred` the label that holds most of the tables that the service uses. `outside`: most tables that it takes from others
    are known to nobody here, so that its database may be one that lies outside of the tree.
    """

    service: str
    databases: tuple[str | None, ...]
    schema: str | None = None
    rivals: frozenset[str] = frozenset()
    preferred: str | None = None
    outside: bool = False

    @property
    def label(self) -> str | None:
        """The database where it is certain."""
        return self.databases[0] if len(self.databases) == 1 else None

    @property
    def among(self) -> frozenset[str]:
        """The databases of which it speaks to an uncertain one, where all are known; else none."""
        found = frozenset(label for label in self.databases if label is not None and is_known(label))
        return found if len(found) == len(self.databases) > 1 else frozenset()

    def excludes(self, among: frozenset[str]) -> bool:
        """Whether a table that lies in one of these databases is certainly out of reach."""
        return bool(among) and all(map(is_known, self.databases)) and among.isdisjoint(self.databases)

    def may_share(self, database: str | None) -> bool:
        """Whether a table of another database may be meant: one side must be unknown, and the other no process' own memory."""
        if database in self.rivals or ":memory:" in (database or ""):
            return False
        return not is_known(database) or not any(map(is_known, self.databases))


class Found(NamedTuple):
    """A physical table, and how sure it is at best that a reference means it; `rank` tells how the table is known."""

    table: TableId
    cap: Confidence
    rank: Rank


@dataclass
class _Definition:
    table: TableId
    rank: Rank
    quoted: bool
    services: set[str] = field(default_factory=set)
    among: frozenset[str] = frozenset()
    """The databases of its first service where one of these is certain, but not which."""
    called: set[str] = field(default_factory=set)
    """The names of databases that scripts turn to (`USE shop`) before they create it, and whose address nobody knows."""

    @property
    def is_nowhere(self) -> bool:
        """Whether at most the name of its database is known."""
        return self.table.schema is None and "/" not in (self.table.database or "")

    def lies_in(self, name: str) -> bool:
        """Whether scripts say that it lies in a database of this name, which MySQL writes like a schema (`shop.orders`)."""
        return self.is_nowhere and (name in self.called or name == (self.table.database or "").casefold())


class Tables:
    """All tables known so far, by name; fill it strongest evidence first.

    `labels` are the known databases by their names, where only one is called so.
    """

    def __init__(self, labels: Mapping[str, str] | None = None) -> None:
        self._labels = labels or {}
        self._named: dict[tuple[str, str], list[_Definition]] = defaultdict(list)
        self._cache: dict[tuple[Home, str, TableName], Found | None] = {}

    def define(self, home: Home, store: str, name: TableName, rank: Rank, called: str = "") -> TableId:
        """The identity of a table that a service creates, declares or uses in its own database.

        `called` is the name of the database that the script had turned to.
        """
        database = self._catalog(home, name)
        schema = schema_of(name, home.schema, database)
        names = {called.casefold()} if called and database is None and schema is None else set[str]()
        same = self._named[store, fold(name.name, store)]
        for known in same:
            one = known.table.database == database and _fold(known.table.schema) == _fold(schema)
            if not (one or _is_one(known, database, schema, names)) or home.excludes(known.among):
                continue
            if known.table.name == name.name or not (known.quoted or name.quoted):
                known.services.add(home.service)
                known.called.update(names)
                return known.table
        self._cache.clear()
        among = home.among if database is None else frozenset[str]()
        table = TableId(store, database, schema, name.name)
        same.append(_Definition(table, rank, name.quoted and name.name != name.name.casefold(), {home.service}, among, names))
        return table

    def find(self, home: Home, store: str, name: TableName) -> Found | None:
        """The table that a service means by a name; None for a pattern that does not fit exactly one known table.

        A table of an unknown schema that nobody creates or declares is one of that name.
        """
        query = (home, store, name)
        if query not in self._cache:
            if is_wildcard(name, store):
                self._cache[query] = self._wildcard(home, store, name)
            else:
                self._cache[query] = (
                    self._pattern(home, store, name) if is_pattern(name, store) else self._plain(home, store, name)
                )
        return self._cache[query]

    def knows(self, home: Home, store: str, name: TableName) -> bool:
        """Whether somebody creates or declares a table that the service may mean by the name."""
        found = self.find(home, store, name)
        return found is not None and found.rank != "used"

    def labels(self, store: str, name: TableName) -> set[str | None]:
        """The databases in which somebody creates or declares a table of this name."""
        return {known.table.database for known in self._named.get((store, fold(name.name, store)), ()) if known.rank != "used"}

    def makers(self, store: str, name: TableName) -> set[str]:
        """The services that create or declare a table of this name."""
        known = (each for each in self._named.get((store, fold(name.name, store)), ()) if each.rank != "used")
        return {service for each in known for service in each.services}

    def _plain(self, home: Home, store: str, name: TableName) -> Found:
        database = self._catalog(home, name)
        wanted = _fold(schema_of(name, home.schema, database))
        named = self._named.get((store, fold(name.name, store)), ())
        unclear = False
        for strong in (True, False):
            for own in (True, False):
                near = [
                    known for known in named if (known.rank != "used") is strong and self._holds(home, database, known, own)
                ]
                chosen, cap = _choose(near, wanted, name, home)
                if chosen is not None:
                    if not own or (not is_known(chosen.table.database) and home.service not in chosen.services):
                        cap = "guess" if cap == "guess" or home.outside else "configured"
                    return Found(chosen.table, "guess" if unclear else cap, chosen.rank)
                unclear = unclear or cap == "guess"
        table = TableId(store, database, schema_of(name, home.schema, database), name.name)
        return Found(table, "guess" if unclear else "explicit", "used")

    @staticmethod
    def _holds(home: Home, database: str | None, known: _Definition, own: bool) -> bool:
        """Whether a table's database is the one meant (`own`), or another that may turn out to be the same."""
        if home.excludes(known.among):
            return False
        candidate = known.table.database
        is_own = candidate in home.databases if database == home.label else candidate == database
        return (
            is_own if own else not is_own and home.may_share(candidate) and (database == home.label or not is_known(candidate))
        )

    def _pattern(self, home: Home, store: str, name: TableName) -> Found | None:
        schema = name.schema if name.schema is None or "*" in name.schema else schema_of(name)
        if "*" not in name.name:
            candidates: Iterable[_Definition] = self._named.get((store, fold(name.name, store)), ())
        elif name.name.strip("*_.") == "":
            return None
        else:
            pattern = fold(name.name, store)
            candidates = [
                known
                for (kind, word), each in self._named.items()
                if kind == store and fnmatchcase(word, pattern)
                for known in each
            ]
        found = [
            known
            for known in candidates
            if known.rank != "used"
            and not home.excludes(known.among)
            and (known.table.database in home.databases or home.may_share(known.table.database))
            and (schema is None or fnmatchcase(known.table.schema or "public", schema))
        ]
        own = [known for known in found if known.table.database in home.databases]
        chosen = own or found
        if not any(known.rank != "used" for known in candidates) and "*" not in name.name:
            return self._plain(home, store, TableName(name.name, quoted=name.quoted))._replace(cap="guess")
        return Found(chosen[0].table, "guess", chosen[0].rank) if len(chosen) == 1 else None

    def _wildcard(self, home: Home, store: str, name: TableName) -> Found | None:
        """The indices that somebody writes under this very pattern, else the only index that fits it: a guess."""
        if self._named.get((store, name.name)):
            return self._plain(home, store, name)
        fitting = [
            word for (kind, word), known in self._named.items() if kind == store and known and fnmatchcase(word, name.name)
        ]
        if len(fitting) != 1:
            return None
        found = self._plain(home, store, TableName(fitting[0], name.schema, name.catalog, quoted=True))
        return Found(found.table, "guess", found.rank)

    def _catalog(self, home: Home, name: TableName) -> str | None:
        """The database of a name: the one it states, on the server of the service where that is known."""
        own = home.label
        if not name.catalog or (own is not None and own.rpartition("/")[2].casefold() == name.catalog.casefold()):
            return own
        stated = [each for each in home.databases if each and each.rpartition("/")[2].casefold() == name.catalog.casefold()]
        if stated:
            return stated[0]
        if own is not None and is_known(own) and own.count("/") == 2:
            return f"{own}/{name.catalog}"  # a server, of which the code names the database
        if own is None and name.catalog.casefold() in self._labels:
            return self._labels[name.catalog.casefold()]
        server, slash, _ = own.rpartition("/") if own is not None and is_known(own) else ("", "", "")
        return f"{server}{slash}{name.catalog}"


def _fold(schema: str | None) -> str | None:
    return schema.casefold() if schema else None


def _is_one(known: _Definition, database: str | None, schema: str | None, called: set[str]) -> bool:
    """Whether a table is the one that a script creates in a database of which it only says the name."""
    if schema is not None:
        return False
    if database is not None:
        return "/" not in database and known.lies_in(database.casefold())
    return any(known.lies_in(name) for name in called)


def _choose(near: list[_Definition], wanted: str | None, name: TableName, home: Home) -> tuple[_Definition | None, Confidence]:
    """The definition that a name means, with the best confidence; none and `guess` where several are as good."""
    cap: Confidence = "explicit"
    chosen = [known for known in near if _fold(known.table.schema) == wanted]
    if not chosen and wanted is not None:
        chosen = [known for known in near if known.lies_in(wanted)]
    if not chosen and wanted is None:
        chosen = near
        cap = "configured" if len(near) == 1 and home.service in near[0].services else "guess"
    spelled = [known for known in chosen if known.table.name == name.name]
    if not spelled and any(known.quoted or name.quoted for known in chosen):
        cap = "guess"
    chosen = spelled or chosen
    if len(chosen) > 1:
        chosen = [known for known in chosen if known.table.database == home.preferred] if home.preferred is not None else []
    if len(chosen) == 1:
        return chosen[0], cap
    return None, "guess" if near and (
        wanted is None or any(_fold(known.table.schema) == wanted for known in near)
    ) else "explicit"
