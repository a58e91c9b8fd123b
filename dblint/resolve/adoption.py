"""Which database folders of scripts and services are for, where nothing says so but the tables that both name."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from dblint.model.tree import Service
from dblint.resolve.databases import Databases, Known
from dblint.resolve.evidence import ChargedModel, ChargedStatement, Creation
from dblint.resolve.homes import Histories, name_of
from dblint.resolve.names import is_pattern, leading
from dblint.resolve.realms import Name


def adopted(
    databases: Databases,
    kinds: Mapping[str, str],
    histories: Histories,
    models: Iterable[ChargedModel],
    charged: Iterable[ChargedStatement],
) -> dict[str, Known]:
    """The database of each folder that only defines tables and has no settings of its own.

    It is that of all services which use its tables, where these have one in common; where none of them is known, the only
    relational database of the tree.
    """
    schemas = [service for service, kind in kinds.items() if kind == "schema" and not databases.of(service)]
    if not schemas:
        return {}
    users = _users(kinds, models, charged)
    known = {service: databases.of(service) for service, kind in kinds.items() if kind == "service"}
    known = {service: tuple(each for each in found if ":memory:" not in each.label) for service, found in known.items()}
    everywhere = {each.label: each for found in known.values() for each in found}
    result: dict[str, Known] = {}
    for schema in schemas:
        using = {user for name in histories.creates.get(schema, ()) for user in users.get(name, ())}
        told = [known[user] for user in using if known.get(user)]
        common = (
            {each.label: each for each in told[0] if all(each.label in {one.label for one in found} for found in told)}
            if told
            else everywhere
        )
        if len(common) == 1:
            (only,) = common.values()
            result[schema] = only._replace(schema=None)
    return result


def chosen(
    databases: Databases,
    kinds: Mapping[str, str],
    created: Iterable[Creation],
    models: Iterable[ChargedModel],
    charged: Iterable[ChargedStatement],
) -> dict[str, Known]:
    """The database of each service without settings among those of which scripts only say the names (`USE orders`).

    It is the one that holds most of the tables which the service names.
    """
    known = databases.labels()
    places: dict[Name, set[str]] = defaultdict(set)
    for each in created:
        if each.name.catalog and each.name.catalog.casefold() not in known and not databases.of(each.service, each.connection):
            places[name_of(each.name)].add(each.name.catalog)
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for name, users in _users(kinds, models, charged).items() if places else ():
        for user in users:
            votes[user].update(places.get(name, ()))
    result: dict[str, Known] = {}
    for service, found in votes.items():
        label = leading(found)
        if label and not databases.of(service):
            result[service] = Known(label, "sql", frozenset({label.casefold()}), None, ())
    return result


def linked(databases: Databases, services: Iterable[Service]) -> dict[str, Known]:
    """The database of each service without settings whose code others take as a whole: the only one that all of these have.

    Such code runs inside of those who take it, with what they are told.
    """
    services = tuple(services)
    found: dict[str, Known] = {}
    for service in services:
        if service.kind == "service" and not databases.of(service.name):
            takers = [databases.of(other.name) for other in services if service.name in other.takes]
            told = [known for known in takers if known]
            common = (
                [each for each in told[0] if all(each.label in {one.label for one in known} for known in told)] if told else []
            )
            if len(common) == 1:
                found[service.name] = common[0]._replace(schema=None)
    return found


def _users(
    kinds: Mapping[str, str], models: Iterable[ChargedModel], charged: Iterable[ChargedStatement]
) -> dict[Name, set[str]]:
    """The services that name each relational table."""
    users: dict[Name, set[str]] = defaultdict(set)
    named = [(each.charge.service, each.model.table, each.model.store) for each in models]
    named += [(pay.service, use.table, use.store) for _, pay, made, _ in charged for use in made.accesses]
    for service, table, store in named:
        if store == "sql" and kinds.get(service) == "service" and not is_pattern(table, store):
            users[name_of(table)].add(service)
    return users
