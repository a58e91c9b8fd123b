"""Several services connect to the same physical database."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dblint.connections.model import CONFIGURED
from dblint.graph import Coupling
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft
from dblint.judge.wording import DEFAULT_SCHEMAS, listed
from dblint.migrations import ledger_of
from dblint.model.facts import Connection, Evidence, SharedHistory, TableId

_CODE = "use"
_HOLDING = frozenset({"mongodb", "couchdb", "elasticsearch", "cassandra", "influxdb", "couchbase", "dynamodb"})
_KEPT = ("${secret/", "${configmap/")


class Options(Scope, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """`except_stores`: kinds of database that services may share."""

    except_stores: tuple[str, ...] = ()


class Shared(NamedTuple):
    """The services that share a database in one environment, each with the setting that says so."""

    environment: str
    sharers: tuple[Connection, ...]


def connection(coupling: Coupling, options: Options) -> Iterator[Draft]:
    """A draft for every service whose known database other services use as well; `table.name` is `*`.

    Environments are looked at one by one. What several of them have in common is told once, at the first. A database that
    holds a single table, which none of its users owns, is told by that table; and so is the ledger of a migration tool that
    several services run on the same folder.
    """
    links = [link for link in coupling.connections if _counts(coupling, link) and link.store not in options.except_stores]
    environments = sorted({link.environment for link in links})
    found: dict[tuple[str, str, tuple[str, ...]], list[Shared]] = defaultdict(list)
    for environment in environments:
        for shared in _shared(_holding(links, environment), environment):
            names = tuple(link.service for link in shared.sharers)
            for link in shared.sharers:
                found[link.service, link.store, names].append(shared)
    apart_in = _apart(links, environments)
    for (service, store, names), cases in found.items():
        database = cases[0].sharers[0].database
        table = _only_table(coupling, names, store, database) or TableId(store, database, None, "*")
        if options.holds(service, table):
            others = [name for name in names if name != service]
            conflict = sorted(set.intersection(*(apart_in[service, store, other] for other in others)))
            yield _draft(coupling, service, cases, table, conflict)
    for draft in _ledgers(coupling, links):
        if options.holds(draft.service, draft.table):
            yield draft


def _only_table(coupling: Coupling, names: Sequence[str], store: str, database: str) -> TableId | None:
    """The single table of a database that none of the sharers owns, where each of them uses it, or takes the code that does."""
    used = [coupling.tables_used(name, store, database) for name in names]
    tables = set().union(*used) if any(used) else coupling.tables_in(store, database)
    if len(tables) != 1:
        return None
    (only,) = tables
    owner = coupling.owner_of(only)
    taking = [service for name in names if (service := coupling.service(name)) is not None and owner in service.takes]
    return only if owner not in names and (all(used) or len(taking) == len(names)) else None


def _ledgers(coupling: Coupling, links: Sequence[Connection]) -> Iterator[Draft]:
    """A draft for every service that runs a folder of migrations on a database where another service runs it too."""
    reached: dict[str, set[str]] = defaultdict(set)
    for link in links:
        if link.store == "sql":
            reached[link.service].add(link.database)
    running: dict[tuple[str, str, str], dict[str, SharedHistory]] = defaultdict(dict)
    for history in coupling.system.histories:
        for database in reached[history.service] if ledger_of(history.tool) else ():
            running[history.folder, history.tool, database].setdefault(history.service, history)
    for (folder, tool, database), histories in running.items():
        for service, history in sorted(histories.items()) if len(histories) > 1 else ():
            others = [other for other in histories.values() if other is not history]
            names = listed(sorted(other.service for other in others))
            yield Draft(
                service=service,
                owner=None,
                table=TableId("sql", database, None, ledger_of(tool)),
                place=history.place,
                mode="other",
                message=(
                    f"{service} runs the migrations of {folder} on {database}, as {names}: they keep one ledger "
                    f"({ledger_of(tool)}), and each of them changes the tables of all when it starts"
                ),
                evidence=tuple(
                    Evidence("migration", other.place, f"{other.service} runs them too: {other.place}") for other in others
                ),
                confidence="configured",
                shape=folder,
            )


def _counts(coupling: Coupling, link: Connection) -> bool:
    service = coupling.service(link.service)
    unknown = "$" in link.database and not any(mark in link.database for mark in _KEPT)
    # A server of these holds many databases, of which code names one: alone it is shared by all and says nothing.
    server = link.store in _HOLDING and "/" not in link.database.partition("://")[2]
    private = ":memory:" in link.database  # each process has its own
    # a setting that belongs to no service names nobody who shares
    return bool(link.service) and not private and (service is None or service.kind == "service") and not unknown and not server


def _holding(links: Sequence[Connection], environment: str) -> list[Connection]:
    """The connections that hold in an environment: a service's own for it, else those that it has by default."""
    own = {(link.service, link.store) for link in links if link.environment == environment}
    return [
        link
        for link in links
        if link.environment == environment or (not link.environment and (link.service, link.store) not in own)
    ]


def _shared(links: Sequence[Connection], environment: str) -> Iterator[Shared]:
    """The databases with several services, of which at least one has its setting for this environment."""
    same: dict[tuple[str, str], dict[str, Connection]] = defaultdict(dict)
    for link in sorted(
        links, key=lambda link: (link.environment != environment, link.how == _CODE, link.how not in CONFIGURED, link.place)
    ):
        same[link.store, link.database].setdefault(link.service, link)
    for sharers in same.values():
        if len(sharers) > 1 and any(link.environment == environment for link in sharers.values()):
            yield Shared(environment, tuple(sharers[name] for name in sorted(sharers)))


def _apart(links: Sequence[Connection], environments: Sequence[str]) -> dict[tuple[str, str, str], set[str]]:
    """The environments in which two services certainly have different databases of one kind, as a setting of one says."""
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for environment in environments:
        used: dict[tuple[str, str], set[str]] = defaultdict(set)
        own = {(link.store, link.service) for link in links if link.environment == environment}
        for link in _holding(links, environment):
            if link.how != _CODE and link.complete:
                used[link.store, link.service].add(link.database)
        for (store, one), databases in used.items():
            for (kind, other), theirs in used.items():
                stated = (store, one) in own or (store, other) in own
                if kind == store and one != other and stated and not databases & theirs:
                    found[one, store, other].add(environment)
    return found


def _keep_apart(coupling: Coupling, sharers: Sequence[Connection]) -> bool:
    """Whether each service keeps to schemas of its own."""
    schemas = [coupling.schemas_used(link.service, link.store, link.database) or {link.schema} for link in sharers]
    named = all(schema is not None and schema not in DEFAULT_SCHEMAS for used in schemas for schema in used)
    return named and sum(map(len, schemas)) == len(set().union(*schemas))


def _draft(coupling: Coupling, service: str, cases: Sequence[Shared], table: TableId, conflict: Sequence[str]) -> Draft:
    sharers = cases[0].sharers
    link = next(each for each in sharers if each.service == service)
    others = [other for other in sharers if other is not link]
    apart = _keep_apart(coupling, sharers)
    certain = all(each.complete for each in sharers)
    effect = (
        "each keeps to schemas of its own, but load, locks and outages are shared"
        if apart
        else "nothing keeps one from using or changing the other's tables"
    )
    names = listed(other.service for other in others)
    message = f"{service} uses the same database as {names}, {link.database}{_where(cases, conflict)}: {effect}"
    if not certain:
        message += "; no setting names a server for it, so this is told by the database's name alone"
    return Draft(
        service=service,
        owner=None,
        table=table,
        place=link.place,
        mode="other",
        message=message,
        evidence=tuple(Evidence("connection", other.place, f"{other.service} uses it too: {other.place}") for other in others),
        confidence="explicit" if certain else "convention",
        shape="schemas" if apart else "",
        lowered=int(apart or not certain),
    )


def _where(cases: Sequence[Shared], conflict: Sequence[str]) -> str:
    """The environments in which it is so, where that is not everywhere."""
    environments = [case.environment for case in cases if case.environment]
    if all(case.environment for case in cases):
        told = f", in {listed(environments)}"
    else:
        told = f", by default and in {listed(environments)}" if environments else ""
    return told + (f" (in {listed(name or 'the default' for name in conflict)} they are apart)" if conflict else "")
