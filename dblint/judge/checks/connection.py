"""Several services connect to the same physical database."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from dblint.graph import Coupling
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft
from dblint.judge.wording import DEFAULT_SCHEMAS, listed
from dblint.model.facts import Connection, Evidence, TableId


class Options(Scope, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """`except_stores`: kinds of database that services may share."""

    except_stores: tuple[str, ...] = ()


def connection(coupling: Coupling, options: Options) -> Iterator[Draft]:
    """A draft for every service whose known database other services use as well; `table.name` is `*`."""
    links = [link for link in coupling.connections if _counts(coupling, link) and link.store not in options.except_stores]
    for (store, database), same in groupby(links, key=lambda link: (link.store, link.database)):
        sharers = list(same)
        if len(sharers) > 1:
            table = TableId(store, database, None, "*")
            apart = _keep_apart(coupling, sharers)
            for link in sharers:
                if options.holds(link.service, table):
                    yield _draft(link, sharers, table, apart)


def _counts(coupling: Coupling, link: Connection) -> bool:
    service = coupling.service(link.service)
    return service is None or service.kind == "service"


def _keep_apart(coupling: Coupling, sharers: Sequence[Connection]) -> bool:
    """Whether each service keeps to schemas of its own."""
    schemas = [coupling.schemas_used(link.service, link.store, link.database) or {link.schema} for link in sharers]
    named = all(schema is not None and schema not in DEFAULT_SCHEMAS for used in schemas for schema in used)
    return named and sum(map(len, schemas)) == len(set().union(*schemas))


def _draft(link: Connection, sharers: Sequence[Connection], table: TableId, apart: bool) -> Draft:
    others = [other for other in sharers if other is not link]
    names = listed(other.service for other in others)
    effect = (
        "each keeps to schemas of its own, but load, locks and outages are shared"
        if apart
        else "nothing keeps one from using or changing the other's tables"
    )
    return Draft(
        service=link.service,
        owner=None,
        table=table,
        place=link.place,
        mode="other",
        message=f"{link.service} uses the same database as {names}, {link.database}: {effect}",
        evidence=tuple(Evidence("connection", other.place, f"{other.service} uses it too: {other.place}") for other in others),
        shape="schemas" if apart else "",
        lowered=int(apart),
    )
