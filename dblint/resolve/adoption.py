"""Which database a folder of scripts is for, where nothing says so but those who use its tables."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from dblint.model.tree import Service
from dblint.resolve.databases import Databases, Known
from dblint.resolve.evidence import ChargedModel, ChargedStatement
from dblint.resolve.homes import Histories, name_of
from dblint.resolve.names import is_pattern
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
