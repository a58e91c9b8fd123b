"""Calls that hand SQL text or a table's name to the database."""

from collections import defaultdict
from typing import TYPE_CHECKING, Generic, TypeVar

from dblint.frameworks.schema import Framework, TableRule
from dblint.frameworks.series import SeriesRule
from dblint.frameworks.sql import SqlRule
from dblint.interpret.evaluation.arguments import argument, called
from dblint.interpret.evaluation.values import CallResult, Environment, External, Object, Unknown, Value
from dblint.interpret.tree.packages import packages_around
from dblint.interpret.tree.units import Unit
from dblint.languages.traits import TRAITS
from dblint.model.syntax import Call, Expression, Item, Mapping, Member, Name

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator

_RECEIVERS = """
cur curs cursor c conn connection con db database session engine pool tx transaction trans client executor sess dbsession
db_session cnx cnxn dbh conn_pool
"""
RECEIVERS = frozenset(_RECEIVERS.split())
_OF_DATABASES = (
    "conn",
    "session",
    "client",
    "context",
    "database",
    "db",
    "sql",
    "jdbc",
    "template",
    "query",
    "command",
    "pool",
    "statement",
    "tx",
    "transaction",
    "cursor",
    "driver",
    "engine",
    "any",
    "dynamic",
    "unknown",
)
"""Parts of the names of types that may be connections, or say nothing."""


_Row = TypeVar("_Row")


class _ByName(Generic[_Row]):
    """Rows by the name of what is called; one in other letters than the row's finds it where no row has it as it stands.

    Only languages in which case does not tell methods apart ask so. Source: https://www.php.net/manual/en/functions.user-defined.php
    ("Function names are case-insensitive for the ASCII characters A to Z").
    """

    def __init__(self, *, caseless: bool) -> None:
        self._caseless = caseless
        self._rows: defaultdict[str, list[_Row]] = defaultdict(list)
        self._spellings: dict[str, str] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._rows or (self._caseless and name.lower() in self._spellings)

    def add(self, name: str, row: _Row) -> None:
        """Add a row for a name."""
        self._rows[name].append(row)
        self._spellings.setdefault(name.lower(), name)

    def of(self, name: str) -> list[_Row]:
        """Return the rows for a name, none where nothing is called so."""
        if name not in self._rows and self._caseless:
            name = self._spellings.get(name.lower(), "")
        return self._rows.get(name, [])


class Sinks:
    """Which calls take SQL or table names, indexed by the called name."""

    def __init__(self, frameworks: tuple[Framework, ...]) -> None:
        caseless = any(TRAITS[framework.language].caseless for framework in frameworks if framework.language in TRAITS)
        self.sql = _ByName[tuple[Framework, SqlRule, str]](caseless=caseless)
        self.tables = _ByName[tuple[Framework, TableRule]](caseless=caseless)
        self.referring: defaultdict[str, list[tuple[Framework, TableRule]]] = defaultdict(list)
        self.series: defaultdict[str, list[tuple[Framework, SeriesRule]]] = defaultdict(list)
        self.cte: defaultdict[str, list[Framework]] = defaultdict(list)
        self.of_entities = any(rule.entities for framework in frameworks for rule in framework.sql)
        self._packages = frozenset(name for framework in frameworks if framework.sql for name in framework.packages)
        for framework in frameworks:
            for name in framework.cte:
                self.cte[name].append(framework)
            for written in framework.series:
                for name in written.calls:
                    self.series[name].append((framework, written))
            for rule in framework.sql:
                for name in rule.calls:
                    self.sql.add(name.rpartition(".")[2], (framework, rule, name))
            for table in framework.tables:
                if table.does == "refer" and framework.store != "sql":
                    self.referring[table.call.rpartition(".")[2]].append((framework, table))
                if table.does not in ("declare", "refer") and not table.begins:
                    self.tables.add(table.call.rpartition(".")[2], (framework, table))

    def sql_rules(self, call: Call, receiver: Value, packages: frozenset[str]) -> list[tuple[Framework, SqlRule]]:
        """Return the rules for a call, best first: by the receiver's package, by what the file imports, by name alone."""
        ranked = []
        for framework, rule, written in self.sql.of(called(call)):
            owned = isinstance(receiver, External) and receiver.is_of(framework)
            imported = not packages.isdisjoint(framework.packages)
            foreign = isinstance(receiver, External) and not owned and not (framework.extends and imported)
            named = "." in written or rule.entities  # JPQL is no other library's
            if foreign and isinstance(receiver, External) and (named or self._knows(receiver)):
                continue
            meant = owned or imported
            if "." in written and not meant:
                continue
            # Of the drivers that a file imports the most particular one, without an import the most general, which speaks SQL.
            size = -len(framework.packages) if meant else len(framework.packages)
            ranked.append(((owned, imported, meant or framework.store == "sql", size), framework, rule))
        ranked.sort(key=lambda item: item[0], reverse=True)
        return [(framework, rule) for _, framework, rule in ranked]

    def run_by(self, packages: frozenset[str]) -> bool:
        """Return whether one of the packages takes SQL."""
        return not self._packages.isdisjoint(packages)

    def _knows(self, value: External) -> bool:
        """Return whether a value comes from a library that takes SQL."""
        return self.run_by(value.packages)


def sql_argument(call: Call, rule: SqlRule) -> Expression | None:
    """Return the argument of a call that holds SQL."""
    found = argument(call, (rule.argument, *rule.keyword))
    # an object of options holds the text where keywords do elsewhere: `query({text: "…"})`
    return argument(call, rule.keyword) if found is None or isinstance(found, Mapping) else found


def receiver_of(evaluator: "Evaluator", call: Call, at: Environment) -> Value:
    """Return what a method is called on, or what a function is."""
    target = call.function.value if isinstance(call.function, Member) else call.function
    return evaluator.value(target, at)


def looks_like_connection(call: Call, receiver: Value, frameworks: tuple[Framework, ...], at: Environment) -> bool:
    """Return whether a receiver is a database connection by its type, or by its name where the type is unknown."""
    if isinstance(receiver, External):
        return any(receiver.is_of(framework) for framework in frameworks if framework.sql or framework.store == "sql")
    if not isinstance(receiver, Unknown | CallResult | Object):
        return False
    node = call.function.value if isinstance(call.function, Member) else None
    while isinstance(node, Call):
        node = node.function
    name = node.name if isinstance(node, Name | Member) else ""
    return name.lower().strip("_") in RECEIVERS and not (isinstance(node, Name) and _is_of_another_type(node, at))


def _is_of_another_type(name: Name, at: Environment) -> bool:
    """Return whether a variable is declared with a type that is called after nothing of databases (`ObjectMethodExecutor`)."""
    function = at.unit.function_at(at.scope, name.line) if at.unit.traits.typed else None
    parameters = function.parameters if function is not None else ()
    written = next((item.annotation for item in parameters if item.name == name.name), None)
    kind = getattr(written.value if isinstance(written, Item) else written, "name", "").lower()
    return bool(kind) and not any(word in kind for word in _OF_DATABASES)


def packages_of(unit: Unit) -> frozenset[str]:
    """Return the packages that a file imports, and those around them."""
    return frozenset[str]().union(*(packages_around(item.module) for item in unit.module.imports if item.module[:1] != "."))
