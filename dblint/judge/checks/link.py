"""A service reaches into another database from inside its own: foreign tables, linked servers, dblink."""

from collections.abc import Iterator

from dblint.graph import Coupling
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft
from dblint.judge.wording import owned, proof, shown
from dblint.model.changes import SchemaChange
from dblint.model.facts import Access, Evidence, TableId

_TABLES = frozenset({"fdw.create_foreign_table", "fdw.import"})
_SERVER = "fdw.server"
_CALLS = ("dblink", "openquery", "openrowset", "opendatasource")


def link(coupling: Coupling, options: Scope) -> Iterator[Draft]:
    """A draft for every foreign table, every server that no foreign table uses, every statement that goes through a link."""
    changes = [change for change in coupling.system.changes if change.event.kind in {*_TABLES, _SERVER}]
    used = {(change.service, change.event.object) for change in changes if change.event.kind in _TABLES}
    for change in changes:
        named = (change.service, change.event.table.name)
        if change.event.kind in _TABLES or named not in used:
            draft = _declared(change)
            if options.holds(draft.service, draft.table):
                yield draft
    told = set()
    for access in coupling.system.accesses:
        way = next((word for word in access.via if _is_link(word)), "")
        mark = (access.service, access.table, access.place)
        if way and mark not in told and coupling.owner_of(access.table) != access.service and options.holds(*mark[:2]):
            told.add(mark)
            yield _used(coupling, access, way, changes)


def _is_link(word: str) -> bool:
    return word.casefold().startswith(_CALLS) or word.startswith(("link ", "database "))


def _declared(change: SchemaChange) -> Draft:
    event = change.event
    server = f" of the server {event.object}" if event.object else ""
    if event.kind == _SERVER:
        table = TableId(change.table.store, change.table.database, None, "*")
        what = f"links its database to the server {event.table.name}"
    elif event.kind == "fdw.import":
        table = change.table
        remote = f"{event.base.schema}.{event.base.name}" if event.base else "tables"
        what = f"imports {remote}{server} as foreign tables"
    else:
        table = change.table
        remote = f" for {', '.join(map(str, event.reads))}" if event.reads else ""
        what = f"makes the foreign table {event.table}{remote}{server}"
    return Draft(
        service=change.service,
        owner=None,
        table=table,
        place=change.place,
        mode="ddl",
        message=(
            f"{change.service} {what}: it depends on tables in another database, whose owner cannot see it, "
            "and fails with that database"
        ),
        shape=f"{event.kind} {event.object or event.table}",
    )


def _used(coupling: Coupling, access: Access, way: str, changes: list[SchemaChange]) -> Draft:
    if way.startswith("database "):
        through = f"by the name of the database {way.partition(' ')[2]}"
    else:
        through = f"through {'the ' + way if way.startswith('link ') else way}"
    name = way.partition(" ")[2].casefold()
    made = [each for each in changes if each.event.kind == _SERVER and each.event.table.name.casefold() == name]
    owner = f", {owned(coupling, access.table)}" if coupling.owner_of(access.table) else ""
    return Draft(
        service=access.service,
        owner=coupling.owner_of(access.table),
        table=access.table,
        place=access.place,
        mode="write" if access.mode == "write" else "read",
        message=(
            f"{access.service} {'writes to' if access.mode == 'write' else 'reads'} {shown(access.table)}{owner}, in another "
            f"database {through}: neither its owner nor its schema's tools can see this use, and a change there breaks it here"
        ),
        evidence=(
            *(proof(coupling, access.table) if owner else ()),
            *(Evidence("link", each.place, f"the link is made here: {each.place}") for each in made[:1]),
        ),
        confidence=access.confidence,
        shape=way,
        statement=access.statement,
    )
