"""Migrations that one app of an umbrella keeps for others: it has the repository, they have the schemas.

Source: https://hexdocs.pm/ecto/Ecto.Repo.html (the migrations of a repository stand in `priv/repo` of the app that defines it).
"""

from collections import defaultdict
from collections.abc import Iterable

from dblint.model.tree import Service
from dblint.resolve.charging import NOBODY
from dblint.resolve.evidence import ChargedModel, HeldChange
from dblint.resolve.homes import name_of
from dblint.resolve.realms import Name


def lodged(held: Iterable[HeldChange], services: Iterable[Service], models: Iterable[ChargedModel]) -> tuple[HeldChange, ...]:
    """All changes, those of a table that only another app describes held by that app; by nobody where several do."""
    apps = {service.name for service in services if "apps" in service.path.split("/")[:-1]}
    described: defaultdict[Name, set[str]] = defaultdict(set)
    for found in models:
        if found.charge.service in apps:
            described[name_of(found.model.table)].add(found.charge.service)

    def holder(each: HeldChange) -> str:
        others = described.get(name_of(each.change.event.table), set())
        if each.change.tool != "ecto" or each.service not in apps or not others or each.service in others:
            return each.service
        return next(iter(others)) if len(others) == 1 else NOBODY

    return tuple(each._replace(service=holder(each)) for each in held)
