"""A service's migration changes a table that another owns."""

from collections.abc import Iterator, Sequence

from dblint.graph import Coupling
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft
from dblint.judge.wording import doubts, holder, listed, owned, proof, shown
from dblint.model.changes import SchemaChange
from dblint.model.facts import TableId
from dblint.model.place import Place

# Rows, rights, and objects that other rules judge: not the table's schema.
_ELSEWHERE = (
    "data",
    "grant",
    "revoke",
    "trigger",
    "routine",
    "publication",
    "type",
    "subscription",
    "fdw",
    "extension",
    "schema",
)

_WORDS = {
    "table.create": "creates",
    "table.drop": "drops",
    "table.rename": "renames",
    "table.set_schema": "moves",
    "view.create": "creates the view",
    "view.replace": "replaces the view",
    "view.drop": "drops the view",
    "matview.create": "creates the view",
    "matview.drop": "drops the view",
    "column.add": "adds",
    "column.drop": "drops",
    "column.rename": "renames",
    "column.type": "changes the type of",
    "column.nullable": "changes",
    "column.default": "changes the default of",
    "index.add": "adds an index to",
    "index.drop": "drops an index of",
    "fk.add": "adds a foreign key to",
    "fk.drop": "drops a foreign key of",
}


def migration(coupling: Coupling, options: Scope) -> Iterator[Draft]:
    """A draft for every statement of a service that changes the schema of another's table."""
    groups: dict[tuple[str, TableId, Place], list[SchemaChange]] = {}
    for change in coupling.system.changes:
        if (
            change.event.kind.partition(".")[0] not in _ELSEWHERE
            # Of a migration that cannot be read nobody knows whether it changes the schema; of a statement that alters, we do.
            and (change.event.kind != "opaque" or change.tool == "runtime")
            and "temporary" not in change.event.flags
            and coupling.is_foreign(change.service, change.table)
            and options.holds(change.service, change.table)
        ):
            groups.setdefault((change.service, change.table, change.place), []).append(change)
    for changes in groups.values():
        yield _draft(coupling, changes)


def _draft(coupling: Coupling, changes: Sequence[SchemaChange]) -> Draft:
    first = changes[0]
    known = coupling.table(first.table)
    deeds = listed(dict.fromkeys(_deed(change) for change in changes), limit=3)
    when = " at run time" if first.tool == "runtime" else ""
    other = holder(coupling, first.table)
    return Draft(
        service=first.service,
        owner=coupling.owner_of(first.table),
        table=first.table,
        place=first.place,
        mode="ddl",
        message=(
            f"{first.service} {deeds}{when}, {owned(coupling, first.table)}: "
            f"the database no longer is what {other}'s own migrations say it is"
        ),
        evidence=(*proof(coupling, first.table), *doubts(coupling, first.table, first.place, "explicit", ())),
        confidence=known.confidence if known else "explicit",
        shape=" ".join(sorted({change.event.kind for change in changes})),
    )


def _deed(change: SchemaChange) -> str:
    """`drops invoices.total`, `adds an index to invoices`."""
    event = change.event
    verb = _WORDS.get(event.kind, "changes")
    columns = [column.name for column in event.columns] if event.kind.startswith("column.") else []
    name = shown(change.table)
    return f"{verb} {listed(f'{name}.{column}' for column in columns)}" if columns else f"{verb} {name}"
