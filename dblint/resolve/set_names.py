"""Names that settings give (`${orders.collection}`), as each service has set them; what nothing sets stays unresolved."""

from collections.abc import Iterable

from msgspec.structs import replace

from dblint.connections.model import Environment, Settings, relaxed
from dblint.model.facts import ServiceUnresolved
from dblint.model.schema import SETTING, TableName
from dblint.resolve.evidence import ChargedModel, ChargedStatement

_HELD = {"redis": "key", "mongodb": "collection", "elasticsearch": "index", "influxdb": "bucket"}
"""What stores call the things that they hold."""


class SetNames:
    """Fills in names; `unresolved` are the places whose names nothing sets, `unmatched` the numbers of their statements."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._environments: dict[str, tuple[Environment, ...]] = {}
        self.unresolved: list[ServiceUnresolved] = []
        self.unmatched: set[int] = set()

    def statements(self, charged: Iterable[ChargedStatement]) -> tuple[ChargedStatement, ...]:
        """The statements with their names as the services that pay for them have set these."""
        return tuple(each if not _is_open(each) else self._statement(each) for each in charged)

    def models(self, models: Iterable[ChargedModel]) -> tuple[ChargedModel, ...]:
        """The models whose tables have a name, with that."""
        found = []
        for each in models:
            table = self._name(each.charge.service, each.model.table)
            if table is not None:
                found.append(each._replace(model=replace(each.model, table=table)))
        return tuple(found)

    def _statement(self, each: ChargedStatement) -> ChargedStatement:
        service, statement = each.charge.service, each.statement
        known = {use.table: self._name(service, use.table) for use in statement.accesses}
        accesses = []
        for use in statement.accesses:
            table = known[use.table]
            if table is not None:
                accesses.append(replace(use, table=table))
                continue
            reason = f"dynamic-{_HELD.get(use.store, 'table')}"
            partial = str(use.table).replace("${?}", "⟨?⟩")
            self.unresolved.append(ServiceUnresolved(service, use.place, reason, partial, use.store))
            self.unmatched.add(each.number)
        joins = []
        for names, kind, place in statement.joins:
            joined = tuple(filled for name in names if (filled := known.get(name, name)) is not None)
            if len(joined) > 1:
                joins.append((joined, kind, place))
        return each._replace(statement=replace(statement, accesses=tuple(accesses), joins=tuple(joins)))

    def _name(self, service: str, table: TableName) -> TableName | None:
        """A name with what is set for it, None where nothing is."""
        if SETTING not in table.name:
            return table
        for environment in self._of(service):
            filled = _filled(table.name, environment)
            if filled and "$" not in filled:
                return replace(table, name=filled)
        return None

    def _of(self, service: str) -> tuple[Environment, ...]:
        """The environments of a service, the default one first."""
        if service not in self._environments:
            names = self._settings.environments(service)
            self._environments[service] = tuple(self._settings.of(service, name) for name in names)
        return self._environments[service]


def _is_open(each: ChargedStatement) -> bool:
    return any(SETTING in use.table.name for use in each.statement.accesses)


def _filled(name: str, environment: Environment) -> str:
    """A name as an environment sets it; a field of a class is found by its own name where one section alone has it."""
    filled = environment.resolve(name)
    if SETTING in filled and (start := filled.index(SETTING)) < (end := filled.find("}", start)):
        key = filled[start + len(SETTING) : end]
        _, dot, field = key.rpartition(".")
        ending = f"_{relaxed(field)}"
        values = {each.value for each in environment.settings.values() if f"_{relaxed(each.name)}".endswith(ending)}
        if dot and len(values) == 1:
            return environment.resolve(filled[:start] + values.pop() + filled[end + 1 :])
    return filled
