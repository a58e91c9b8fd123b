"""Where each service looks for its tables."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dblint.migrations import is_framework_table
from dblint.model.facts import Declaration
from dblint.model.schema import TableName
from dblint.model.tree import Service
from dblint.resolve import realms
from dblint.resolve.copies import copies, tables_named
from dblint.resolve.databases import ASSUMED, Databases
from dblint.resolve.evidence import ChargedModel, ChargedStatement, Creation
from dblint.resolve.identity import Home, Tables
from dblint.resolve.names import fold, is_outbox, is_pattern, leading, schema_of
from dblint.resolve.realms import Name, is_copy

_FAR_MORE = 2
_SEPARABLE = frozenset({"service", "schema"})


class Homes:
    """The home of every service for every connection and store."""

    def __init__(self, databases: Databases, enemies: Mapping[str, frozenset[str]]) -> None:
        self._databases = databases
        self._rivals = {service: frozenset(ASSUMED + other for other in others) for service, others in enemies.items()}
        self._preferred: dict[str, str] = {}
        self._outside: set[str] = set()
        self._known: dict[tuple[str, str, str, str], Home] = {}

    def of(self, service: str, connection: str = "", store: str = "sql", table: str = "") -> Home:
        """The home for a use of `table` through `connection`."""
        key = service, connection, store, table
        if key not in self._known:
            self._known[key] = self._made(*key)
        return self._known[key]

    def _made(self, service: str, connection: str, store: str, table: str) -> Home:
        known = self._databases.of(service, connection, store, table)
        if known:
            return Home(service, tuple(each.label for each in known), known[0].schema if len(known) == 1 else None)
        rivals = self._rivals.get(service, frozenset())
        schema = self._databases.schema(service) if store == "sql" else None
        return Home(
            service,
            (ASSUMED + service if rivals else None,),
            schema,
            rivals,
            self._preferred.get(service),
            service in self._outside,
        )

    def labels(self) -> dict[str, str]:
        """The known relational databases by their names, those of which only one is called so."""
        return self._databases.labels()

    def prefer(self, tables: Tables, uses: Mapping[str, set[tuple[str, TableName]]]) -> None:
        """Settle where a service belongs that names tables of several unknown databases: where most of them are."""
        for service, names in uses.items():
            if self.of(service).databases != (None,):
                continue
            votes = Counter(label for store, name in names for label in tables.labels(store, name) if label is not None)
            if label := leading(votes):
                self._preferred[service] = label
        self._known.clear()

    def doubt(self, tables: Tables, uses: Mapping[str, set[tuple[str, TableName]]]) -> None:
        """Note whose database may lie outside: nobody here knows most of the tables that it only uses."""
        for service, names in uses.items():
            makers = [tables.makers(store, name) for store, name in names if store == "sql"]
            strange = sum(not found for found in makers)
            taken = sum(bool(found) and service not in found for found in makers)
            if strange > _FAR_MORE * taken:
                self._outside.add(service)
        self._known.clear()


class Histories:
    """What each service creates by its own migrations, scripts and DDL."""

    def __init__(self, created: Iterable[Creation], kinds: Mapping[str, str]) -> None:
        self.creates: dict[str, set[Name]] = defaultdict(set)
        self._columns: dict[Name, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for each in created:
            name = name_of(each.name)
            self.creates[each.service].add(name)
            if kinds.get(each.service) == "service":
                self._columns[name][each.service].update(column.casefold() for column in each.columns)

    def is_own_model(self, service: str, model: Declaration) -> bool:
        """Whether a model describes a table that its service creates, rather than a table of another service."""
        name = name_of(model.table)
        own = self.creates.get(service, set())
        if not model.managed or name in own:
            return model.managed
        others = [columns for other, columns in self._columns.get(name, {}).items() if other != service]
        if not others or (model.creates and not own):
            return model.creates
        mapped = frozenset(column.name.casefold() for column in model.columns)
        return not any(is_copy(mapped, frozenset(columns), model.creates) for columns in others)


def separations(
    databases: Databases,
    services: Sequence[Service],
    histories: Histories,
    models: Sequence[ChargedModel],
    charged: Sequence[ChargedStatement],
) -> dict[str, frozenset[str]]:
    """The rivals of each service whose database is unknown."""
    kinds = {service.name: str(service.kind) for service in services}
    creates = {service: set(names) for service, names in histories.creates.items()}
    uses: dict[str, set[Name]] = defaultdict(set)
    for service, name in _outboxes(charged):
        creates.setdefault(service, set()).add(name)
    for charge, model, _, _ in models:
        if model.store == "sql" and not is_pattern(model.table, model.store):
            own = not charge.via and histories.is_own_model(charge.service, model)
            target = creates.setdefault(charge.service, set()) if own else uses[charge.service]
            target.add(name_of(model.table))
    for _, charge, statement, _ in charged:
        for access in statement.accesses:
            if access.store == "sql" and not is_pattern(access.table, access.store):
                uses[charge.service].add(name_of(access.table))
    compared = {
        service: {name for name in names if not is_framework_table(name[1])}
        for service, names in creates.items()
        if kinds.get(service) in _SEPARABLE and not databases.of(service)
    }
    apart = realms.rivals(compared, uses, kinds)
    copied = copies(services, tables_named(models, charged))
    return {service: apart.get(service, frozenset()) | copied.get(service, frozenset()) for service in apart | copied}


def _outboxes(charged: Iterable[ChargedStatement]) -> Iterator[tuple[str, Name]]:
    """The outboxes that services put events into: each stands beside the tables whose changes its events tell of."""
    for _, charge, statement, _ in charged:
        for access in statement.accesses:
            if access.store == "sql" and access.action in {"insert", "upsert"} and is_outbox(access.table.name):
                yield charge.service, name_of(access.table)


def name_of(table: TableName) -> Name:
    """Schema and name, folded."""
    schema = schema_of(table)
    return (schema.casefold() if schema else None, fold(table.name))
