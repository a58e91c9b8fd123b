"""Several services log in to one database as the same user."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from dblint.connections.model import CONFIGURED
from dblint.graph import Coupling
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft
from dblint.judge.wording import listed
from dblint.model.facts import Connection, Evidence, TableId


class Options(Scope, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """`except_stores`: kinds of database that services may use as the same user."""

    except_stores: tuple[str, ...] = ()


def credentials(coupling: Coupling, options: Options) -> Iterator[Draft]:
    """A draft for every service whose database user another service of the same environment uses too; told once."""
    links = [
        link for link in coupling.system.connections if _counts(coupling, link) and link.store not in options.except_stores
    ]
    told: set[tuple[str, str, str]] = set()
    for environment in sorted({link.environment for link in links}):
        for sharers in _shared(links, environment):
            for link in sharers:
                mark = (link.service, link.database, link.user)
                table = TableId(link.store, link.database, None, "*")
                if mark not in told and options.holds(link.service, table):
                    told.add(mark)
                    yield _draft(link, [other for other in sharers if other.service != link.service], table)


def _counts(coupling: Coupling, link: Connection) -> bool:
    """Whether a connection says who logs in to which server; a file or a database in memory knows no users."""
    service = coupling.service(link.service)
    named = bool(link.user) and "$" not in link.user and "$" not in link.database
    return named and "://" in link.database and ":///" not in link.database and (service is None or service.kind == "service")


def _shared(links: Iterable[Connection], environment: str) -> Iterator[Sequence[Connection]]:
    """The connections of several services as one user, in an environment; its own settings come before those by default."""
    found: dict[tuple[str, str, str], dict[str, Connection]] = defaultdict(dict)
    own = {(link.service, link.store) for link in links if link.environment == environment}
    for link in sorted(links, key=lambda link: (link.environment != environment, link.how not in CONFIGURED, link.place)):
        if link.environment == environment or (not link.environment and (link.service, link.store) not in own):
            found[link.store, link.database, link.user].setdefault(link.service, link)
    for same in found.values():
        if len(same) > 1 and any(link.environment == environment for link in same.values()):
            yield [same[name] for name in sorted(same)]


def _draft(link: Connection, others: Sequence[Connection], table: TableId) -> Draft:
    names = listed(other.service for other in others)
    certain = link.complete and all(other.complete for other in others)
    where = f", in {link.environment}" if link.environment else ""
    return Draft(
        service=link.service,
        owner=None,
        table=table,
        place=link.place,
        mode="other",
        message=(
            f"{link.service} logs in to {link.database} as {link.user}, like {names}{where}: no grant can tell them apart, "
            f"and whoever gets into one has the data of {'both' if len(others) == 1 else 'all'}"
        ),
        evidence=tuple(
            Evidence("connection", other.place, f"{other.service} is {other.user} too: {other.place}") for other in others
        ),
        confidence="explicit" if certain else "convention",
        shape=link.user,
        lowered=int(not certain),
    )
