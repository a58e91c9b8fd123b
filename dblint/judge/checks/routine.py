"""A view, routine, trigger or publication inside the database touches the table of another owner."""

from collections.abc import Iterator

from dblint.graph import Coupling
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft
from dblint.judge.wording import doubts, holder, owned, proof, shown
from dblint.model.facts import TableId
from dblint.model.routines import RoutineUse


def routine(coupling: Coupling, options: Scope) -> Iterator[Draft]:
    """A draft for every table of another owner that an object in the database touches."""
    for use in coupling.system.routines:
        service = _holder(coupling, use)
        if service is not None and coupling.is_foreign(service, use.table) and options.holds(service, use.table):
            yield _draft(coupling, use, service)


def _holder(coupling: Coupling, use: RoutineUse) -> str | None:
    """Whose the object is: its creator's; in a folder that only defines database objects, that of the view's owner."""
    if not coupling.is_schema_only(use.service):
        return use.service
    views = coupling.named(use.object)
    return next((owner for view in views if _same_database(view, use.table) and (owner := coupling.owner_of(view))), None)


def _same_database(one: TableId, other: TableId) -> bool:
    return (one.store, one.database) == (other.store, other.database)


def _draft(coupling: Coupling, use: RoutineUse, service: str) -> Draft:
    known = coupling.table(use.table)
    other = holder(coupling, use.table)
    usual = "writes to" if use.mode == "write" else "reads"
    verb = {"trigger": "acts on", "publication": "publishes"}.get(use.kind, usual)
    return Draft(
        service=service,
        owner=coupling.owner_of(use.table),
        table=use.table,
        place=use.place,
        mode="write" if use.mode == "write" else "read",
        message=(
            f"the {use.kind} {use.object} of {service} {verb} {shown(use.table)}, {owned(coupling, use.table)}: "
            f"{other} cannot see this use in any program, and a change to the table breaks it inside the database"
        ),
        evidence=(*proof(coupling, use.table), *doubts(coupling, use.table, use.place, "explicit", ())),
        confidence=known.confidence if known else "explicit",
        shape=f"{use.kind} {use.object}",
    )
