"""The coupling between services and tables, as answers to questions in our words."""

import difflib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TypeVar

from msgspec import structs

from dblint.graph.cycles import Crossing, Cycle, cycles
from dblint.model.base import Fact
from dblint.model.facts import Access, Connection, Reference, Table, TableId, TableJoin
from dblint.model.place import Place
from dblint.model.system import System
from dblint.model.tree import Service

# Tables that no team designed (a migration tool's own bookkeeping) or that lie outside the system: nobody reaches into them.
NEUTRAL = ("framework", "external")
_SHARED = 2
"""How many services make a model one that they share."""

T = TypeVar("T")
K = TypeVar("K")


class Consumer(Fact, frozen=True):
    """A service that uses a table of another, with everything it does to it."""

    service: str
    accesses: tuple[Access, ...]


class Coupling:
    """Questions about one `System`; building it costs one pass over the facts, every answer a dictionary look-up."""

    def __init__(self, system: System, is_sanctioned: Callable[[Crossing], bool] = lambda _: False) -> None:
        self.system = system
        self._tables = {table.id: table for table in system.tables}
        self._services = {service.name: service for service in system.services}
        self._is_sanctioned = is_sanctioned
        self._holders: dict[TableId, tuple[str, ...]] = {}

    def sanctioning(self, is_sanctioned: Callable[[Crossing], bool]) -> "Coupling":
        """The same coupling, except that crossings which the project sanctions close no circle."""
        return Coupling(self.system, is_sanctioned)

    @cached_property
    def _by_table(self) -> dict[TableId, list[Access]]:
        return _grouped(self.system.accesses, lambda access: access.table)

    @cached_property
    def _by_service(self) -> dict[str, list[Access]]:
        return _grouped(self.system.accesses, lambda access: access.service)

    @cached_property
    def _by_statement(self) -> dict[tuple[str, int, TableId], list[Access]]:
        return _grouped(self.system.accesses, lambda access: (access.service, access.statement, access.table))

    @cached_property
    def _by_name(self) -> dict[str, list[TableId]]:
        return _grouped((table.id for table in self.system.tables), lambda table: table.name.casefold())

    # Tables and owners

    def service(self, name: str) -> Service | None:
        """The service of that name."""
        return self._services.get(name)

    def is_schema_only(self, service: str) -> bool:
        """Whether the service is a folder that only defines database objects, and so reaches into nobody's data."""
        found = self._services.get(service)
        return found is not None and found.kind == "schema"

    def table(self, table: TableId) -> Table | None:
        """What is known about a table."""
        return self._tables.get(table)

    def unique_keys(self, table: TableId) -> tuple[tuple[str, ...], ...]:
        """The columns of each unique key that migrations give the table and do not take away again."""
        found: dict[str, tuple[str, ...]] = {}
        for change in self.system.changes:
            event = change.event
            if change.table == table and event.kind in ("unique.add", "pk.add", "index.add", "unique.drop", "index.drop"):
                key = event.object or " ".join(event.names)
                if event.kind.endswith(".drop"):
                    found.pop(key, None)
                elif event.kind != "index.add" or "unique" in event.flags:
                    found[key] = event.names
        return tuple(dict.fromkeys(found.values()))

    def owner_of(self, table: TableId) -> str | None:
        """The service that owns the table; None where nobody does or several claim it."""
        found = self._tables.get(table)
        return found.owner if found else None

    def is_foreign(self, service: str, table: TableId) -> bool:
        """Whether the table belongs to somebody else: it has another owner, or claimants that the service is not among."""
        holders = self.holders(table)
        return bool(holders) and service not in holders and not self.is_schema_only(service) and service not in self._hosts

    @cached_property
    def _hosts(self) -> frozenset[str]:
        """Shared code that creates tables for those who run it (decision 0004), which are no stranger's to it."""
        creating = {service for service, _ in self._creations}
        return frozenset(
            name for name in creating if (found := self._services.get(name)) is not None and found.kind == "library"
        )

    def holders(self, table: TableId) -> tuple[str, ...]:
        """The owner, or else the services that claim the table; none for a table that is no service's own.

        That is one which no team designed, and one that only a folder of definitions creates: data which all may refer to.
        """
        if table not in self._holders:
            self._holders[table] = self._held_by(table)
        return self._holders[table]

    def _held_by(self, table: TableId) -> tuple[str, ...]:
        found = self._tables.get(table)
        if found is None or found.kind in NEUTRAL:
            return ()
        holders = (found.owner,) if found.owner is not None else found.contested
        declared = found.owner is not None and any(proof.kind == "declared" for proof in found.evidence)
        return holders if declared else tuple(name for name in holders if not self.is_schema_only(name))

    def claim(self, service: str, table: TableId) -> Place | None:
        """Where the service creates the table, else declares a model for it, else first writes to it."""
        return self._creations.get((service, table)) or self._models.get((service, table)) or self._writes.get((service, table))

    @cached_property
    def _creations(self) -> dict[tuple[str, TableId], Place]:
        return _first(
            ((change.service, change.table), change.place)
            for change in self.system.changes
            if change.event.kind in ("table.create", "view.create", "matview.create")
        )

    @cached_property
    def _models(self) -> dict[tuple[str, TableId], Place]:
        return _first(((model.service, model.table), model.place) for model in self.system.mappings if model.managed)

    @cached_property
    def _writes(self) -> dict[tuple[str, TableId], Place]:
        return _first(((use.service, use.table), use.place) for use in self.system.accesses if use.mode == "write")

    # Uses

    def accesses_of(self, service: str) -> tuple[Access, ...]:
        """Everything the service does to any table."""
        return tuple(self._by_service.get(service, ()))

    def uses_of(self, service: str, table: TableId) -> tuple[Access, ...]:
        """Everything one service does to one table."""
        return tuple(self._by_use.get((service, table), ()))

    @cached_property
    def _by_use(self) -> dict[tuple[str, TableId], list[Access]]:
        return _grouped(self.system.accesses, lambda access: (access.service, access.table))

    def columns_read(self, service: str, table: TableId) -> tuple[tuple[str, ...], bool]:
        """The columns that one service reads of a table anywhere, and whether it also takes whole rows."""
        return self._columns_read.get((service, table), ((), False))

    @cached_property
    def _columns_read(self) -> dict[tuple[str, TableId], tuple[tuple[str, ...], bool]]:
        found: dict[tuple[str, TableId], tuple[tuple[str, ...], bool]] = {}
        for key, uses in self._by_use.items():
            reads = [use.columns for use in uses if use.mode == "read"]
            named = dict.fromkeys(column for columns in reads for column in sorted(columns or ()) if column != "*")
            found[key] = (tuple(named), any(columns is None or "*" in columns for columns in reads))
        return found

    def accesses_to(self, table: TableId) -> tuple[Access, ...]:
        """Everything any service does to the table."""
        return tuple(self._by_table.get(table, ()))

    def accesses_in(self, service: str, statement: int, table: TableId) -> tuple[Access, ...]:
        """What one statement of the service does to the table."""
        return tuple(self._by_statement.get((service, statement, table), ()))

    def consumers_of(self, table: TableId) -> tuple[Consumer, ...]:
        """The services other than the owner that use the table, in the order of their names."""
        owner = self.owner_of(table)
        uses = _grouped(self._by_table.get(table, ()), lambda access: access.service)
        return tuple(Consumer(service, tuple(found)) for service, found in sorted(uses.items()) if service != owner)

    def foreign_accesses(self) -> tuple[Access, ...]:
        """Every use of a table by a service that it does not belong to.

        A use that looks through a view which the owner publishes is left out: the use of the view itself stands for it.
        """
        return self._foreign

    @cached_property
    def _foreign(self) -> tuple[Access, ...]:
        return tuple(
            access
            for access in self.system.accesses
            if self.is_foreign(access.service, access.table)
            and not (access.via and self.is_published(access.table, access.via))
        )

    def is_published(self, table: TableId, via: tuple[str, ...]) -> bool:
        """Whether the table is reached through a view of its own owner."""
        owner = self.owner_of(table)
        return owner is not None and any(
            view != table and self._tables[view].kind == "view" and self._tables[view].owner == owner
            for name in via
            for view in self._by_name.get(name.rpartition(".")[2].casefold(), ())
        )

    def joins_between(self) -> tuple[TableJoin, ...]:
        """Every join of tables with different owners, made by a service that does not own all of them."""
        return tuple(
            join
            for join in self.system.joins
            if len({self.holders(table) for table in join.tables} - {()}) > 1
            and any(self.is_foreign(join.service, table) for table in join.tables)
        )

    def references_across(self) -> tuple[Reference, ...]:
        """Every enforced foreign key between tables of different owners, charged to the service that answers for it.

        That is the service which states it; for a folder that only defines database objects, the owner of the referring table.
        """
        charged = (
            (self.owner_of(reference.table) if self.is_schema_only(reference.service) else reference.service, reference)
            for reference in self.system.references
            if reference.enforced
        )
        return tuple(
            structs.replace(reference, service=service)
            for service, reference in charged
            if service is not None
            and self.is_foreign(service, reference.target)
            and self.holders(reference.table) != self.holders(reference.target)
        )

    @cached_property
    def connections(self) -> tuple[Connection, ...]:
        """Which service connects to which database in which environment: as settings say, else where it first uses a table.

        What a service uses tells nothing where a setting names its database, even if no server is known there; nor does it of
        code that others take as a whole, since these connect. A model in code that services share makes none of them connect.
        """
        models = Counter(place for place, _ in {(mapping.place, mapping.service) for mapping in self.system.mappings})
        taken = {name for service in self.system.services for name in service.takes}
        found = {
            (link.service, link.store, link.database, link.environment, link.how): link
            for link in reversed(self.system.connections)
        }
        told = {key[:2] for key in found}
        for place, service, table in sorted(self._footprints, key=lambda footprint: footprint[:2]):
            known = self._tables.get(table)
            if (database := table.known_database) and (known is None or known.kind not in ("foreign", "external")):
                link = Connection(service, table.store, database, place, "use", table.schema)
                if (service, table.store) not in told and service not in taken and models[place] < _SHARED:
                    found.setdefault((service, table.store, database, "", "use"), link)
        return tuple(sorted(found.values(), key=lambda link: (link.store, link.database, link.service)))

    def schemas_used(self, service: str, store: str, database: str) -> frozenset[str | None]:
        """The schemas of the database in which the service uses tables; None for tables without a schema."""
        return frozenset(self._schemas.get((service, store, database), ()))

    def tables_used(self, service: str, store: str, database: str) -> frozenset[TableId]:
        """The tables of the database that the service uses."""
        return self._used.get((service, store, database), frozenset())

    def tables_in(self, store: str, database: str) -> frozenset[TableId]:
        """The tables that anybody is known to have in a database."""
        return frozenset(table for table in self._tables if (table.store, table.database) == (store, database))

    @cached_property
    def _used(self) -> dict[tuple[str, str, str | None], frozenset[TableId]]:
        found: dict[tuple[str, str, str | None], set[TableId]] = defaultdict(set)
        for _, service, table in self._footprints:
            found[service, table.store, table.database].add(table)
        return {key: frozenset(tables) for key, tables in found.items()}

    @cached_property
    def _schemas(self) -> dict[tuple[str, str, str | None], set[str | None]]:
        found: dict[tuple[str, str, str | None], set[str | None]] = defaultdict(set)
        for _, service, table in self._footprints:
            known = self._tables.get(table)
            if known is None or known.kind not in NEUTRAL:
                found[service, table.store, table.database].add(table.schema)
        return found

    @cached_property
    def _footprints(self) -> list[tuple[Place, str, TableId]]:
        """Every place where a service touches a table in any way."""
        system = self.system
        return [
            *((access.place, access.service, access.table) for access in system.accesses),
            *((mapping.place, mapping.service, mapping.table) for mapping in system.mappings),
            *((change.place, change.service, change.table) for change in system.changes),
        ]

    # Circles

    def cycles(self) -> tuple[Cycle, ...]:
        """Circles of services that reach into each other's data; every service that is in a circle is in one of these."""
        return cycles(crossing for crossing in self._crossings() if not self._is_sanctioned(crossing))

    def _crossings(self) -> Iterable[Crossing]:
        for access in self.foreign_accesses():
            owner = self.owner_of(access.table)
            if owner is not None and access.mode != "ddl":
                verb = {"read": "reads", "write": "writes", "lock": "locks"}[access.mode]
                yield Crossing(access.service, owner, access.table, verb, access.place, access.confidence)
        for reference in self.references_across():
            owner = self.owner_of(reference.target)
            if owner is not None:
                yield Crossing(reference.service, owner, reference.target, "refers to", reference.place, reference.confidence)

    # Names

    def find(self, name: str) -> tuple[TableId, ...]:
        """The tables a person may mean by `name`: bare or qualified, in any case; else those with the most similar names."""
        if exact := self.named(name):
            return exact
        similar = difflib.get_close_matches(_folded(name).rpartition(".")[2], self._by_name, n=5, cutoff=0.6)
        return tuple(table for match in similar for table in sorted(self._by_name[match], key=_order))

    def named(self, name: str) -> tuple[TableId, ...]:
        """The tables that `name` is the name of: bare or qualified, in any case."""
        wanted = _folded(name)
        known = self._by_name.get(wanted.rpartition(".")[2], ())
        return tuple(sorted((table for table in known if _answers_to(table, wanted)), key=_order))

    def is_named(self, table: TableId, name: str) -> bool:
        """Whether `name` is the table's own name and not only similar to it."""
        return _answers_to(table, _folded(name))


def _folded(name: str) -> str:
    return name.strip().strip('"`[]').casefold()


def _answers_to(table: TableId, wanted: str) -> bool:
    """Whether the table's full name ends, part by part, in `wanted`."""
    full = ".".join(part for part in (table.database, table.schema, table.name) if part).casefold()
    return full == wanted or full.endswith(("." + wanted, "/" + wanted))


def _order(table: TableId) -> tuple[str, str, str, str]:
    """Sorts tables although a part may be unknown."""
    return (table.store, table.database or "", table.schema or "", table.name)


def _grouped(items: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    groups: dict[K, list[T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def _first(pairs: Iterable[tuple[K, Place]]) -> dict[K, Place]:
    """The least place of every key."""
    found: dict[K, Place] = {}
    for key, place in pairs:
        if key not in found or place < found[key]:
            found[key] = place
    return found
