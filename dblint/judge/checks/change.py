"""A pending schema change breaks what other services do."""

from collections.abc import Iterator, Sequence

from dblint.compatibility import kind_of
from dblint.graph import Coupling
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft, strongest
from dblint.judge.plans import plan
from dblint.judge.victims import Victim, columns_of, home_of, services_hit, table_of, victims
from dblint.judge.wording import listed, proof, shown
from dblint.model.changes import PendingChange
from dblint.model.facts import Evidence

_OUTCOMES = {
    "E": "fails",
    "S": "gets wrong data without an error",
    "D": "keeps the change from being made",
    "R": "may fail",
}
_HARD = ("table.drop", "table.rename", "column.drop", "column.rename")
_EFFECTS = {
    "E": "it fails",
    "S": "it gets wrong data",
    "D": "the database refuses the change, or drops this with it",
    "R": "it may fail, depending on data and timing",
}
_PARTICULAR = {
    "trigger.add": "starts what it does not know of",
    "index.drop": "may become slow",
    "enum.add_value": "may meet a value that it does not know",
    "column.nullable.drop": "may meet NULL where there was none",
}
_MILDER = {"D": _EFFECTS["D"]}


def change(coupling: Coupling, options: Scope) -> Iterator[Draft]:
    """A draft for every pending change and every other service that it hits; one for own code that is left behind."""
    for pending in coupling.system.pending:
        if pending.event.kind == "migration.edited":
            if options.holds(pending.service, pending.table):
                yield _edited(coupling, pending)
            continue
        found = victims(coupling, pending)
        home = home_of(coupling, pending)
        for service, hit in services_hit(found, home).items():
            # A folder of definitions is changed as a whole: its seeds and reports go with the change.
            if options.holds(service, pending.table) and not coupling.is_schema_only(service):
                yield _draft(coupling, pending, service, hit)
        own = [victim for victim in found if victim.service == home and _is_left_behind(victim)]
        if own and _kind(pending) in _HARD and not _only_moves(pending) and options.holds(home, pending.table):
            yield _own(coupling, pending, home, own)


def _is_left_behind(victim: Victim) -> bool:
    return victim.cell.verdict == "E" and victim.level == 0 and not victim.former and victim.consumer not in ("VW", "PL", "FK")


def _only_moves(pending: PendingChange) -> bool:
    """Whether a table only leaves the usual schema: where its owner looks for it then, a setting or the search path says."""
    new = pending.event.new_name
    moves = _kind(pending) == "table.rename" and new is not None and new.name == pending.event.table.name
    return moves and pending.event.table.schema in (None, "public")


def _draft(coupling: Coupling, pending: PendingChange, service: str, hit: Sequence[Victim]) -> Draft:
    worst = min(hit, key=lambda victim: victim.level)
    gone = all(victim.former for victim in hit)
    certain = worst.level == 0 or (gone and worst.level == 1 and worst.cell.breaks)
    outcome = _PARTICULAR.get(_kind(pending)) or (_OUTCOMES[worst.cell.verdict] if certain else _softened(worst))
    uses = _uses(service, hit)
    where = "" if len(hit) == 1 else f" (in {len(hit)} places)"
    when = f"{service} {outcome} once {_deed(pending)}"
    if gone:
        message = f"{when}: the deployed {service} still {uses}{where}; this branch ends that, so deploy the reader first"
    else:
        message = f"{when}: it {uses}{where}"
    return Draft(
        service=service,
        owner=coupling.owner_of(pending.table),
        table=pending.table,
        place=pending.place,
        mode="ddl",
        message=message,
        evidence=(*(_evidence(pending, victim) for victim in hit), *proof(coupling, pending.table)),
        confidence=strongest(*(victim.confidence for victim in hit)),
        shape=_shape(pending),
        lowered=worst.level,
        remedy=plan(coupling, pending, hit),
    )


def _uses(service: str, hit: Sequence[Victim]) -> str:
    """What a service does with what is changed, each once: `reads orders` goes without saying beside `reads orders.total`."""
    said = list(dict.fromkeys(victim.words.removeprefix(f"{service} ") for victim in hit))
    return listed([each for each in said if not any(other.startswith((f"{each} (", f"{each}.")) for other in said)], limit=3)


def _softened(worst: Victim) -> str:
    return "keeps the change from being made" if worst.cell.verdict == "D" else "may fail or get wrong data"


def _kind(pending: PendingChange) -> str:
    return kind_of(pending.event, pending.before[0] if pending.before else None)


def _evidence(pending: PendingChange, victim: Victim) -> Evidence:
    tense = " (at the base; no longer in this tree)" if victim.former else ""
    effect = (
        _EFFECTS[victim.cell.verdict] if victim.level == int(victim.former) else _MILDER.get(victim.cell.verdict, _EFFECTS["R"])
    )
    particular = _PARTICULAR.get(_kind(pending), "")
    if particular and victim.cell.verdict in "RS":
        effect = f"it {particular.partition(' where ')[0]}"
    return Evidence("use", victim.place, f"{victim.words}{tense}: {effect}: {victim.place}")


def _own(coupling: Coupling, pending: PendingChange, home: str, own: Sequence[Victim]) -> Draft:
    uses = _uses(home, own)
    return Draft(
        service=home,
        owner=coupling.owner_of(pending.table),
        table=pending.table,
        place=pending.place,
        mode="ddl",
        message=f"{home}'s own code is left behind when {_deed(pending)}: it still {uses}",
        evidence=tuple(_evidence(pending, victim) for victim in own),
        confidence=strongest(*(victim.confidence for victim in own)),
        shape=f"own {_shape(pending)}",
        lowered=1,
        remedy=f"Change {home}'s own code first and deploy it; then make this change.",
    )


def _edited(coupling: Coupling, pending: PendingChange) -> Draft:
    return Draft(
        service=pending.service,
        owner=coupling.owner_of(pending.table),
        table=pending.table,
        place=pending.place,
        mode="ddl",
        message=(
            f"{pending.service or 'this change'} edits a migration that exists at the base: databases that have run it keep "
            "what it said before, and tools that keep checksums refuse to go on"
        ),
        evidence=proof(coupling, pending.table),
        shape="edited",
        lowered=1,
        remedy="Take the edit back, and say what differs in a new migration.",
    )


def _shape(pending: PendingChange) -> str:
    event = pending.event
    return " ".join((event.kind, *columns_of(pending), *((event.object,) if event.object else ())))


def _deed(pending: PendingChange) -> str:
    """`billing renames invoices.total to amount`."""
    event, name = pending.event, shown(pending.table)
    columns = columns_of(pending)
    what = f"{name}.{columns[0]}" if len(columns) == 1 else f"{name} ({', '.join(columns)})" if columns else name
    new = event.new_name.name if event.new_name else ""
    kind = _kind(pending)
    deeds = {
        "table.drop": f"drops {name}",
        "table.rename": f"renames {name} to {shown(table_of(pending))}",
        "table.to_view": f"puts a view in the place of {name}",
        "column.drop": f"drops {what}" + (" and adds it again, empty" if "re-added" in event.flags else ""),
        "column.rename": f"renames {what} to {new}",
        "column.add": f"adds {what}",
        "column.add.required": f"adds {what}, NOT NULL without a default",
        "column.nullable.set": f"makes {what} NOT NULL",
        "column.nullable.set.defaulted": f"makes {what} NOT NULL",
        "column.nullable.drop": f"lets {what} be NULL",
        "column.default.drop": f"drops the default of {what}",
        "column.default.drop.required": f"drops the default of {what}, which is NOT NULL",
        "column.default.change": f"changes the default of {what}",
        "column.move": f"moves {what} to another place among the columns",
        "unique.add": f"makes {what} unique",
        "unique.drop": f"no longer keeps {what} unique",
        "check.add": f"checks the values of {what}",
        "fk.add": f"makes {what} a foreign key",
        "fk.add.target": f"makes {event.object} refer to {what}",
        "fk.drop": f"drops the foreign key of {what}",
        "index.drop": f"drops an index of {what}",
        "view.drop": f"drops or renames the view {name}",
        "routine.drop": f"drops or renames the routine {name}",
        "sequence.change": f"drops or renames the sequence {name}",
        "view.replace.removed": f"takes {what} out of its view, or moves it there",
        "view.replace.added": f"adds {what} to its view",
        "trigger.add": f"creates a trigger on {name}",
        "revoke": f"revokes rights on {name}",
        "rls.enable": f"enables row-level security on {name}",
        "enum.rename_value": f"renames the value {event.object} of {what}",
        "enum.drop_value": f"drops the value {event.object} of {what}",
        "enum.add_value": f"adds the value {event.object} to {what}",
    }
    who = pending.service or "this migration"
    if event.kind == "column.type":
        return f"{who} changes the type of {what}{_types(pending)}"
    return f"{who} {deeds.get(kind, f'changes {what}')}"


def _types(pending: PendingChange) -> str:
    old = pending.before[0].type if pending.before else None
    new = pending.event.columns[0].type if pending.event.columns else None
    return f" from {old} to {new}" if old and new else f" to {new}" if new else ""
