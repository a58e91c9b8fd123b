"""The names of all tables, entered strongest evidence first: who creates, who declares, who only uses."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from dblint.model.facts import TableId
from dblint.model.schema import TableName
from dblint.model.tree import Service
from dblint.resolve.databases import is_known
from dblint.resolve.evidence import ChargedModel, ChargedStatement, Creation
from dblint.resolve.homes import Histories, Homes
from dblint.resolve.identity import Home, Tables
from dblint.resolve.names import is_pattern, is_wildcard

Use: TypeAlias = tuple[str, str, str, TableName]
"""Service, connection, store and name."""


def define_tables(
    homes: Homes,
    histories: Histories,
    services: Iterable[Service],
    created: Iterable[Creation],
    models: Sequence[ChargedModel],
    charged: Iterable[ChargedStatement],
) -> Tables:
    """All tables that anybody creates, declares or uses."""
    tables = Tables(homes.labels())
    for each in created:
        if not is_pattern(each.name, "sql"):
            home = homes.of(each.service, each.connection, "sql", each.name.name)
            tables.define(home, "sql", each.name, "created", each.connection)
    named = [(each, (each.charge.service, each.model.connection, each.model.store, each.model.table)) for each in models]
    for found, use in named:
        if histories.is_own_model(use[0], found.model) and not is_pattern(use[3], use[2]):
            tables.define(_home(homes, use), use[2], use[3], "created" if found.model.creates else "declared")
    mapped: list[Use] = [(service.name, "", "sql", _named(name)) for service in services for name in service.owns]
    mapped += [use for found, use in named if found.model.managed]
    used = [use for found, use in named if not found.model.managed]
    used += [
        (pay.service, use.connection, use.store, use.table)
        for _, pay, made, _ in charged
        for use in made.accesses
        if use.mode != "read" or not is_wildcard(use.table, use.store)  # a search in `logs-*` makes no index of that name
    ]
    mapped, used = _known_first(mapped, homes), _known_first(used, homes)
    homes.prefer(tables, _names((*mapped, *used)))
    said = {(use[0], use[2], use[3].name) for use in mapped}
    homes.doubt(tables, _names(use for use in used if (use[0], use[2], use[3].name) not in said))
    _define_unknown(tables, homes, mapped, used)
    return tables


def _define_unknown(tables: Tables, homes: Homes, mapped: Iterable[Use], used: Iterable[Use]) -> None:
    """Define what nobody creates: first what somebody declares, then what somebody only uses."""
    for use in mapped:
        if not tables.knows(_home(homes, use), use[2], use[3]):
            tables.define(_home(homes, use), use[2], use[3], "declared")
    for use in used:
        if _is_new(tables, _home(homes, use), use[2], use[3]):
            tables.define(_home(homes, use), use[2], use[3], "used")


def _home(homes: Homes, use: Use) -> Home:
    service, connection, store, name = use
    return homes.of(service, connection, store, name.name)


def _names(uses: Iterable[Use]) -> dict[str, set[tuple[str, TableName]]]:
    """What each service names, by its store."""
    names: dict[str, set[tuple[str, TableName]]] = defaultdict(set)
    for service, _, store, name in uses:
        names[service].add((store, name))
    return names


def _known_first(uses: Iterable[Use], homes: Homes) -> list[Use]:
    """The uses by full names, those of known databases first: the others may turn out to mean the same tables."""

    def order(use: Use) -> tuple[object, ...]:
        service, connection, store, name = use
        known = all(map(is_known, _home(homes, use).databases))
        return (not known, service, connection, store, name.catalog or "", name.schema or "", name.name, name.quoted)

    return sorted({use for use in uses if not is_pattern(use[3], use[2])}, key=order)


def _is_new(tables: Tables, home: Home, store: str, name: TableName) -> bool:
    """Whether the name means a table in the service's own database of which nobody creates or declares one."""
    found = tables.find(home, store, name)
    return found is not None and found.rank == "used" and (found.table.database in (None, home.label))


def _named(pattern: str) -> TableName:
    schema, _, name = pattern.rpartition(".")
    return TableName(name, schema or None)


def table_key(table: TableId) -> tuple[str, str, str, str]:
    """A sort key: unknown parts first."""
    return (table.store, table.database or "", table.schema or "", table.name)
