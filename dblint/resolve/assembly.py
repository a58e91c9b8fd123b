"""All facts of all files, made one system."""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, TypeVar

import msgspec

from dblint.config import Configuration
from dblint.connections.model import Settings
from dblint.connections.synchronising import Synchronising
from dblint.migrations import unsound
from dblint.model.base import Fact
from dblint.model.facts import Change, Connection, FileFacts, Interpretation, Problem, ServiceUnresolved, SharedHistory, TableId
from dblint.model.facts import Mapping as ModelMapping
from dblint.model.schema import TableName
from dblint.model.system import System
from dblint.model.tree import Tree
from dblint.resolve import counting, evidence, relations
from dblint.resolve.adoption import adopted, chosen, linked
from dblint.resolve.calling import calls, defaults, departures, with_former
from dblint.resolve.charging import Charges, Holders
from dblint.resolve.connected import connected
from dblint.resolve.databases import Databases
from dblint.resolve.definitions import define_tables
from dblint.resolve.evidence import ChargedModel
from dblint.resolve.followed import followed
from dblint.resolve.homes import Histories, Homes, separations
from dblint.resolve.ownership import Grounds, owned_tables
from dblint.resolve.pending import former, marked, news, pending_changes
from dblint.resolve.places import Lines
from dblint.resolve.present import Find, present_tables, view_bases
from dblint.resolve.schemas import in_named_databases, in_own_schemas, with_schemas
from dblint.resolve.set_names import SetNames
from dblint.resolve.transactions import of_scripts, transactions
from dblint.resolve.umbrella import lodged
from dblint.resolve.uses import resolve_uses, settled, through_views

F = TypeVar("F", bound=Fact)

_OPAQUE = {"opaque": "opaque-sql", "error": "sql-error", "dynamic": "dynamic-table"}


class Resolution(NamedTuple):
    """The system alone, and what makes of it the system in front of a base: changes that the base does not have are pending.

    The base comes with where models are said to change the database. Where nothing is pending, it is the system alone.
    """

    system: System
    against: Callable[[System, Sequence[Synchronising]], System]


def resolve(  # noqa: PLR0913, PLR0917 -- one argument for each kind of fact
    tree: Tree,
    interpretation: Interpretation,
    changes: Sequence[Change],
    scripts: Sequence[FileFacts],
    configuration: Configuration,
    connections: Sequence[Connection] = (),
    labels: Mapping[str, str] | None = None,
    problems: Sequence[Problem] = (),
    settings: Settings = Settings(),  # noqa: B008 - frozen
) -> Resolution:
    """The whole system: physical tables with owners, and everything that services do to them.

    `changes` are those of migrations and scripts, `labels` the Django labels of app folders that nothing in the code says,
    `connections` databases that are known otherwise, `problems` those met while files were read, `settings` what deployment and
    configuration files set.
    """
    holders = Holders(tree)
    charges = Charges(holders, interpretation)
    kinds = {service.name: str(service.kind) for service in tree.services}
    connections = (*connections, *connected(settings, interpretation.connections, charges, tree))
    databases = Databases(configuration, tree.services, connections)
    set_names = SetNames(settings)
    charged = set_names.statements(evidence.statements(interpretation, scripts, charges))
    models = set_names.models(evidence.models(interpretation, charges, holders))
    held = evidence.held(changes, dict(interpretation.labels) | dict(labels or {}), charges, dict(interpretation.routes))
    held = in_named_databases(with_schemas(lodged(held, tree.services, models)), databases)
    created = tuple(evidence.creations(held, charged))
    histories = Histories(created, kinds)
    for service, known in (
        *linked(databases, tree.services).items(),
        *adopted(databases, kinds, histories, models, charged).items(),
        *chosen(databases, kinds, created, models, charged).items(),
    ):
        databases.adopt(service, known)
    homes = Homes(databases, separations(databases, tree.services, histories, models, charged))
    held = in_own_schemas(held, homes)
    tables = define_tables(homes, histories, tree.services, created, models, charged)

    def find(service: str, name: TableName, connection: str = "", store: str = "sql") -> TableId | None:
        found = tables.find(homes.of(service, connection, store, name.name), store, name)
        return found.table if found else None

    present = present_tables(held, homes, find)
    bases = view_bases(present, find)
    uses = resolve_uses(charged, homes, tables)
    grounds = Grounds(tree.services, held, created, models, present, uses.accesses, settings.initial)
    owned = owned_tables(grounds, homes, histories, bases, find)
    owners = {table.id: table.owner for table in owned}

    def answers(service: str, table: TableId) -> str:
        return service if kinds.get(service) == "service" else owners.get(table) or charges.sole_user(service)

    unmatched = uses.unmatched | set_names.unmatched
    found = counting.problems(tree, scripts, (*problems, *unsound(changes, dict(interpretation.labels) | dict(labels or {}))))
    unread = counting.unread(changes, interpretation, scripts)
    lines = Lines(scripts)
    accesses = _sorted(settled((*uses.accesses, *through_views(uses.accesses, bases, owners)), owned))
    changed = _sorted(relations.schema_changes(held, charged, find, owned))
    going = _sorted(departures(held, find))
    called = (*calls(interpretation, scripts, held, charges, find), *defaults(owned, find))
    system = System(
        services=tuple(sorted(tree.services, key=lambda service: service.name)),
        tables=owned,
        accesses=accesses,
        joins=_sorted(uses.joins),
        transactions=_sorted(transactions((*interpretation.transactions, *of_scripts(scripts)), accesses, charges)),
        references=_sorted(relations.answered(relations.foreign_keys(present, models, find, lines), answers)),
        mappings=_sorted(_mappings(models, find)),
        changes=changed,
        routines=_sorted(relations.routines(held, find, answers, lines)),
        calls=_sorted(called),
        departures=going,
        connections=_sorted(connections),
        histories=_sorted(_histories(settings, changes)),
        unresolved=_sorted((*uses.unresolved, *set_names.unresolved, *_unresolved(interpretation, scripts, unread, charges))),
        problems=found,
        coverage=counting.coverage(tree, interpretation, scripts, len(unread), len(unmatched), found),
    )

    def against(base: System, synchronising: Sequence[Synchronising]) -> System:
        new_changes = marked(changed, base)
        modelled = followed(models, owned, find, charges, synchronising)
        new = news((*new_changes, *going), (*base.changes, *base.departures))
        pending = _sorted(pending_changes(held, new_changes, owned, base, homes, find, modelled, new))
        compared = msgspec.structs.replace(
            system,
            changes=new_changes,
            pending=pending,
            former=former(accesses, base, pending),
            calls=_sorted(with_former(called, base.calls)),
        )
        same = all(getattr(compared, name) == getattr(system, name) for name in ("changes", "pending", "former", "calls"))
        return system if same else compared

    return Resolution(system, against)


def _sorted(facts: Iterable[F]) -> tuple[F, ...]:
    """The facts once each, by service and place; what two facts of one place differ in settles the rest."""
    encode = msgspec.json.Encoder().encode

    def key(fact: F) -> tuple[object, ...]:
        return fact.service, fact.place  # type: ignore[attr-defined]  # all facts of a system have both

    found: list[F] = []
    for _, alike in groupby(sorted(dict.fromkeys(facts), key=key), key=key):
        found += sorted(alike, key=encode)
    return tuple(found)


def _histories(settings: Settings, changes: Iterable[Change]) -> Iterator[SharedHistory]:
    """Who runs a folder of migrations that belongs to no service."""
    tools = {posixpath.dirname(change.place.path): change.tool for change in changes}
    for service, folder, place in settings.mentions:
        if folder in tools:
            yield SharedHistory(service, folder, place, tools[folder])


def _mappings(models: Iterable[ChargedModel], find: Find) -> Iterator[ModelMapping]:
    for charge, model, _, _ in models:
        table = find(charge.service, model.table, model.connection, model.store)
        if table is not None:
            columns = tuple(column.name for column in model.columns)
            yield ModelMapping(
                charge.service, table, model.name, model.place, model.how, model.confidence, model.managed, columns
            )


def _unresolved(
    interpretation: Interpretation, scripts: Iterable[FileFacts], unread: Iterable[Change], charges: Charges
) -> Iterator[ServiceUnresolved]:
    for change in unread:
        # What a migration does that cannot be read is told where it stands: whom it breaks nobody knows.
        what = change.event.object if change.event.kind == "opaque" else f"{change.event.kind} of a table that is not named"
        for charge in charges.of(change.place.path):
            yield ServiceUnresolved(charge.service, change.place, "opaque-migration", what)
    for call in interpretation.unresolved:
        for charge in charges.of(call.place.path, call.scope):
            yield ServiceUnresolved(charge.service, call.place, call.reason, call.partial, call.store)
    for facts in scripts:
        for statement, place in evidence.places(facts):
            if statement.status != "understood":
                for charge in charges.of(place.path):
                    reason = statement.reason or _OPAQUE[statement.status]
                    yield ServiceUnresolved(charge.service, place, reason, statement.partial)
