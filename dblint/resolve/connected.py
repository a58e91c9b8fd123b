"""Which databases services reach: by their settings alone, and by the connections that code opens with those settings."""

import posixpath
import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from dblint.connections import Identities, Settings, databases
from dblint.connections.application import environment_named, is_environment
from dblint.model.facts import Connection, RawConnection
from dblint.model.tree import Tree
from dblint.resolve.charging import Charges


def connected(settings: Settings, raw: Iterable[RawConnection], charges: Charges, tree: Tree) -> tuple[Connection, ...]:
    """Every connection of every service.

    Code decides where it is understood: what settings of the same environment suggest besides is left out for a service whose
    code opens a database of that kind completely.
    """
    opened = tuple(_opened(settings, raw, charges, tree))
    certain = {(link.service, link.store, link.environment) for link in opened if link.complete}
    suggested = (
        link
        for link in databases(settings, tree)
        if (link.service, link.store, link.environment) not in certain
        or any(link.database == other.database for other in opened if other.service == link.service)
    )
    return tuple(dict.fromkeys((*opened, *suggested)))


def _opened(settings: Settings, raw: Iterable[RawConnection], charges: Charges, tree: Tree) -> Iterator[Connection]:
    """The connections that code opens, in each environment that makes a difference."""
    identities = Identities(settings, tree)
    services = {service.name for service in tree.services if service.kind == "service"}
    for each in raw:
        variant = _variant(each)
        for charge in charges.of(each.place.path, each.scope):
            if charge.service not in services:
                continue
            default: Connection | None = None
            for environment in settings.environments(charge.service) if "$" in each.url else ("",):
                link = identities.reached(charge.service, environment, each.url, each.place, each.how, each.engine)
                if link is None or (default is not None and link.database == default.database):
                    continue
                default = default or link
                named = replace(link, environment=link.environment or variant)
                yield from (replace(named, key=name) for name in each.names or ("",))


def _variant(raw: RawConnection) -> str:
    """The environment that a module of settings is for, by its name; empty for the default."""
    words = re.split(r"[_\-.]", posixpath.basename(raw.place.path).removesuffix(".py")) if raw.alternative else []
    return next((environment_named(word) for word in words if is_environment(word)), "")
