"""Sharing that a project declares as a pattern: what it permits, and where the code does something else.

Source: the patterns that database per service leaves for data that crosses a border: event-carried copies, CQRS read models,
replicas, reference data, the transactional outbox, a shared kernel (Evans, "Domain-Driven Design").
"""

from collections.abc import Iterator, Sequence
from datetime import date
from fnmatch import fnmatchcase

from dblint.config.model import Agreement, Allowance, Use
from dblint.config.words import meant
from dblint.graph import Coupling
from dblint.judge.checks.scope import matches
from dblint.judge.draft import Draft
from dblint.judge.wording import listed, shown
from dblint.model.facts import Access, Evidence, TableId

# What each pattern lets the services do that share; the feeder of a copy owns it, so that nothing has to be permitted.
_PERMITS: dict[str, tuple[Use, ...]] = {
    "event-fed-copy": (),
    "read-model": ("read", "join"),
    "replica": ("read", "join"),
    "reference-data": ("read", "join"),
    "outbox": ("read", "write"),
    "shared-kernel": ("any",),
}


def allowances(sharing: Sequence[Agreement]) -> tuple[Allowance, ...]:
    """What the declared sharing permits, one entry for each service and table pattern."""
    return tuple(
        Allowance(service, table, f"{entry.pattern}: {entry.reason}", entry.place, _PERMITS[entry.pattern], until=entry.until)
        for entry in sharing
        if _PERMITS[entry.pattern]
        for service in entry.services
        for table in entry.tables
    )


def broken(coupling: Coupling, sharing: Sequence[Agreement], today: date) -> Iterator[Draft]:
    """A draft for every declaration that the code contradicts, that is about no table, or that has run out."""
    for entry in sharing:
        tables = [table.id for table in coupling.system.tables if _is_meant(coupling, entry, table.id)]
        if not tables:
            names = listed(entry.tables, "or")
            known = sorted({table.id.name for table in coupling.system.tables})
            hint = meant(entry.tables[0].rpartition(".")[2], known)
            message = f"the declared {entry.pattern} is about {names}, and there is no such table{hint}"
            yield _about(entry, message, "Correct the name.")
        elif entry.until is not None and today > entry.until:
            yield _about(entry, f"the declared {entry.pattern} ran out on {entry.until}", "Solve it, or give it a new date.")
        for table in tables:
            for use in coupling.accesses_to(table):
                why = _contradicts(coupling, entry, use)
                if why:
                    yield _contradiction(coupling, entry, use, why)


def _is_meant(coupling: Coupling, entry: Agreement, table: TableId) -> bool:
    return any(matches(table, pattern, coupling.owner_of(table)) for pattern in entry.tables)


def _contradicts(coupling: Coupling, entry: Agreement, use: Access) -> str:
    """Why a use is not what was agreed, or an empty text."""
    if use.mode != "write":
        return ""
    if entry.feeder:
        fed = any(fnmatchcase(use.place.path, pattern) for pattern in entry.feeder)
        return "" if fed else f"only {listed(entry.feeder, 'or')} may fill it"
    if entry.pattern == "outbox" and use.action == "insert" and use.service not in coupling.holders(use.table):
        return "only its owner writes events into it; a relay reads them and marks them as sent"
    foreign = use.service not in coupling.holders(use.table)
    if entry.pattern in ("replica", "reference-data", "read-model") and foreign:
        return "it is shared for reading only"
    return ""


def _contradiction(coupling: Coupling, entry: Agreement, use: Access, why: str) -> Draft:
    return Draft(
        service=use.service,
        owner=coupling.owner_of(use.table),
        table=use.table,
        place=use.place,
        mode="write",
        message=f"{use.service} writes {shown(use.table)}, which is declared as {entry.pattern}: {why}",
        evidence=(Evidence("agreement", entry.place, f"declared at {entry.place}: {entry.reason}"),),
        confidence=use.confidence,
        shape=f"{entry.pattern} {use.action}",
        statement=use.statement,
        remedy=_REMEDIES[entry.pattern],
    )


_FED = "Let the handler of the owner's events write it, and nothing else; a change of the data is a command to its owner."
_REMEDIES: dict[str, str] = {
    "event-fed-copy": _FED,
    "read-model": _FED,
    "replica": "Write to the owner's table through its API: a replica is overwritten, or goes its own way unseen.",
    "reference-data": "Let its owner change it; others only read it.",
    "outbox": "Let the owner insert the event in the transaction of the change that it tells of.",
    "shared-kernel": "",
}


def _about(entry: Agreement, message: str, remedy: str) -> Draft:
    table = TableId("sql", None, None, entry.tables[0])
    service = entry.services[0] if len(entry.services) == 1 else "*"
    return Draft(service, None, table, entry.place, "other", message, shape=f"agreement {entry.pattern}", remedy=remedy)
