"""Which databases services reach: by their settings alone, and by the connections that code opens with those settings."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from dblint.connections.application import environment_named, is_environment
from dblint.connections.identity import Identities, databases
from dblint.connections.model import Settings
from dblint.model.facts import Connection, RawConnection
from dblint.model.tree import Tree
from dblint.resolve.charging import Charges


def connected(settings: Settings, raw: Iterable[RawConnection], charges: Charges, tree: Tree) -> tuple[Connection, ...]:
    """Every connection of every service.

    Code decides where it is understood: what settings of the same environment suggest besides is left out for a service whose
    code opens a database of that kind completely.
    """
    identities = Identities(settings, tree)
    opened = tuple(_in_use(_opened(identities, raw, charges, tree)))
    certain = {(link.service, link.store, link.environment) for link in opened if link.complete}
    suggested = (
        link
        for link in databases(identities, tree)
        if (link.service, link.store, link.environment) not in certain
        or any(link.database == other.database for other in opened if other.service == link.service)
    )
    return tuple(dict.fromkeys((*opened, *suggested)))


def _opened(
    identities: Identities, raw: Iterable[RawConnection], charges: Charges, tree: Tree
) -> Iterator[tuple[RawConnection, Connection]]:
    """The connections that code opens, in each environment that makes a difference."""
    services = {service.name: service.path for service in tree.services if service.kind == "service"}
    for each in raw:
        variant = _variant(each)
        for service in _users(each, charges, services):
            default: Connection | None = None
            for environment in identities.environments(service) if "$" in each.url else ("",):
                link = identities.reached(service, environment, each.url, each.place, each.how, each.engine, each.key)
                if link is None or (default is not None and link.database == default.database):
                    continue
                default = default or link
                yield each, replace(link, environment=link.environment or variant)


def _users(raw: RawConnection, charges: Charges, services: Mapping[str, str]) -> tuple[str, ...]:
    """The services whose code opens a connection; settings that no code imports are those of all services beside them.

    One whose address is passed is opened by those only that run the callers, too.
    """
    running = {charge.service for charge in charges.of(raw.place.path, raw.scope)} & services.keys()
    for file, scope in raw.givers:
        running &= {charge.service for charge in charges.of(file, scope)}
    found = tuple(sorted(running))
    if found or not raw.alternative or not charges.is_shared(raw.place.path):
        return found
    project = posixpath.dirname(posixpath.dirname(raw.place.path))
    return tuple(sorted(name for name, folder in services.items() if not project or folder.startswith(f"{project}/")))


def _in_use(opened: Iterable[tuple[RawConnection, Connection]]) -> Iterator[Connection]:
    """The connections less those that only stand in for another: the SQLite file of a settings class for tests, say."""
    alternatives: dict[tuple[str, str, str], list[Connection]] = defaultdict(list)
    for raw, link in opened:
        alternatives[link.service, link.environment, raw.alternative or str(raw.place)].append(link)
    for links in alternatives.values():
        best = max(map(_use, links))
        yield from (link for link in links if _use(link) == best)


def _use(link: Connection) -> int:
    """How likely one of several alternatives is the one in use: a known server, some server, a file, memory."""
    if ":memory:" in link.database:
        return 0
    return 1 if link.database.startswith(("sqlite", "duckdb")) else 2 + link.complete


def _variant(raw: RawConnection) -> str:
    """The environment that a module of settings is for, by its name; empty for the default."""
    words = re.split(r"[_\-.]", posixpath.basename(raw.place.path).removesuffix(".py")) if raw.alternative else []
    return next((environment_named(word) for word in words if is_environment(word)), "")
