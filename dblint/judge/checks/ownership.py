"""A table has several owners, or none."""

from collections.abc import Iterator

from dblint.graph import Coupling
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft
from dblint.judge.wording import doubts, listed, shown
from dblint.model.facts import Access, Evidence, Table, TableId


def contested(coupling: Coupling, options: Scope) -> Iterator[Draft]:
    """A draft for every service that claims a table which others claim with evidence as strong."""
    for table in coupling.system.tables:
        names = dict.fromkeys((*((table.owner,) if table.owner else ()), *table.contested))
        rivals = tuple(sorted(name for name in names if not coupling.is_schema_only(name)))
        if table.kind == "table" and table.contested and len(rivals) > 1:
            for service in rivals:
                if options.holds(service, table.id):
                    yield from _contested(coupling, table, service, rivals)


def _contested(coupling: Coupling, table: Table, service: str, rivals: tuple[str, ...]) -> Iterator[Draft]:
    place = coupling.claim(service, table.id) or next((found.place for found in table.evidence), None)
    if place is None:
        return
    creating = sum(name in table.creators for name in rivals) > 1
    what = f"{listed(rivals)} {'both' if len(rivals) == 2 else 'all'}"
    if creating:
        message = f"{what} create {shown(table.id)}: whichever is deployed first decides what the others find there"
    elif any(found.kind in ("model", "lifecycle") for found in table.evidence):
        message = f"{what} declare {shown(table.id)} as theirs: no one can change it without breaking the others"
    else:
        message = f"{what} write to {shown(table.id)} and nothing says whose it is: no one can change it safely"
    others = ((name, coupling.claim(name, table.id)) for name in rivals if name != service)
    yield Draft(
        service=service,
        owner=None,
        table=table.id,
        place=place,
        mode="ddl" if creating else "other",
        message=message,
        evidence=(
            *(Evidence("claim", where, f"{name} claims {shown(table.id)} too: {where}") for name, where in others if where),
            *(doubts(coupling, table.id, place, "explicit", ())),
        ),
        confidence=table.confidence,
        # Two creations are a fact; models and writers only suggest whose the table is.
        lowered=int(not creating),
    )


def ownerless(coupling: Coupling, options: Scope) -> Iterator[Draft]:
    """A draft for every service that uses a table which nobody creates or declares, where it first does so."""
    # A model in code that several services share declares the table, although none of them owns it.
    declared = {mapping.table for mapping in coupling.system.mappings if mapping.managed}
    for table in coupling.system.tables:
        if (
            table.kind == "table"
            and table.id not in declared
            and table.owner is None
            and not table.contested
            and not table.creators
            # The migrations of code that several services share create it: none of them owns it, and yet it is known.
            and not any(each.kind == "migration" for each in table.evidence)
            and "*" not in table.id.name
        ):
            found = _first_uses(coupling, table.id)
            # Nobody creates a collection or a key before it is used: whoever uses it alone has it. And where its server is
            # unknown, each of several services may have a server, and a key of that name, of its own.
            if table.id.store != "sql" and (len(found) < 2 or table.id.known_database is None):
                continue
            for service, use in sorted(found.items()):
                if options.holds(service, table.id):
                    yield Draft(
                        service=service,
                        owner=None,
                        table=table.id,
                        place=use.place,
                        mode=use.mode if use.mode != "ddl" else "other",
                        message=(
                            f"{service} uses {shown(table.id)}, which nobody here creates or declares: "
                            "whom a change to it breaks, and who may make it, is unknown"
                        ),
                        evidence=doubts(coupling, table.id, use.place, use.confidence, use.via, use.how),
                        confidence=use.confidence,
                        lowered=int(use.confidence == "guess"),
                    )


def _first_uses(coupling: Coupling, table: TableId) -> dict[str, Access]:
    """Where each service first uses the table."""
    found: dict[str, Access] = {}
    for use in sorted(coupling.accesses_to(table), key=lambda use: use.place):
        if use.mode != "ddl" and not coupling.is_schema_only(use.service):
            found.setdefault(use.service, use)
    return found
