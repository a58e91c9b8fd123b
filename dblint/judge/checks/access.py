"""A service reads, writes or locks a table that another owns."""

from collections.abc import Iterator, Sequence
from typing import Literal

from dblint.graph import Coupling
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import CONFIDENCES, Draft, steps_by_hand, strongest, weakest
from dblint.judge.wayout import of_use
from dblint.judge.wording import doubts, holder, listed, owned, proof, shown, with_columns
from dblint.model.facts import QUEUE, Access, TableId

_VERBS = {
    "select": "reads",
    "insert": "inserts into",
    "update": "updates",
    "delete": "deletes from",
    "upsert": "inserts into or updates",
    "truncate": "empties",
    "lock": "locks rows of",
    "refresh": "refreshes",
}


_MESSAGES = (
    "Messages through a queue are a sanctioned way for data to cross a border. Write down who sends, who takes and what a "
    "message looks like, change it only by adding, and let nobody else use the queue's name."
)


class Options(Scope, frozen=True, forbid_unknown_fields=True):
    """`modes`: which uses are meant."""

    modes: tuple[Literal["read", "write", "lock"], ...] = ("read", "write", "lock")


def access(coupling: Coupling, options: Options) -> Iterator[Draft]:
    """A draft for every statement of a service and every table of another that the statement uses in one of the modes."""
    for uses in statements(coupling, options):
        chosen = [use for use in uses if use.mode in options.modes]
        if chosen:
            yield draft(coupling, chosen, _message(coupling, chosen))


def statements(coupling: Coupling, scope: Scope) -> Iterator[list[Access]]:
    """The foreign accesses in scope, those of one statement to one table together."""
    groups: dict[tuple[str, TableId, int], list[Access]] = {}
    for use in coupling.foreign_accesses():
        if use.mode != "ddl" and scope.holds(use.service, use.table):
            groups.setdefault((use.service, use.table, use.statement), []).append(use)
    yield from groups.values()


def draft(coupling: Coupling, uses: Sequence[Access], message: str) -> Draft:
    """The draft about these uses of one table in one statement, at the best-founded of them."""
    best = min(uses, key=lambda use: (CONFIDENCES.index(use.confidence), use.place, use.mode, use.shape))
    found = coupling.table(best.table)
    queue = found is not None and found.kind == QUEUE
    way = of_use(coupling, best.service, best.table, uses)
    confidence = strongest(*(use.confidence for use in uses))
    return Draft(
        service=best.service,
        owner=coupling.owner_of(best.table),
        table=best.table,
        place=best.place,
        mode="read" if best.mode == "ddl" else best.mode,
        message=message,
        evidence=(*proof(coupling, best.table), *doubts(coupling, best.table, best.place, confidence, best.via, best.how)),
        confidence=weakest(confidence, found.confidence if found else "explicit"),
        shape=best.shape,
        statement=best.statement,
        # A view that the owner publishes is an interface of sorts: the owner knows that others read it.
        # So is a queue: what is passed through it is a message, and meant to be read by somebody else.
        lowered=2 * int(queue) + int(found is not None and found.kind == "view") + steps_by_hand(best.place),
        remedy=_MESSAGES if queue else way.summary,
        plan=() if queue else way.plan,
    )


def _message(coupling: Coupling, uses: Sequence[Access]) -> str:
    first = uses[0]
    found = coupling.table(first.table)
    verbs = listed(dict.fromkeys(_verb(use) for use in uses))
    # The columns of a condition are not what is deleted or locked.
    naming = [use for use in uses if use.action not in ("delete", "truncate", "lock")]
    columns = sorted({column for use in naming for column in use.columns or ("*",)})
    known = bool(columns) and "*" not in columns
    if found is not None and found.kind == QUEUE:
        return _of_queue(first, uses, holder(coupling, first.table))
    view = "the view " if found is not None and found.kind == "view" else ""
    what = f"{first.service} {verbs} {view}{with_columns(first.table, columns)}, {owned(coupling, first.table)}"
    other = holder(coupling, first.table)
    if any(use.mode == "write" for use in uses):
        return f"{what}: {other}'s own checks and events never see the change"
    if any(use.mode == "lock" for use in uses):
        return f"{what}: {other} has to wait for {first.service}"
    thing = ("that column" if len(columns) == 1 else "one of these columns") if known else shown(first.table)
    return f"{what}: when {other} changes {thing}, {first.service} breaks"


def _of_queue(first: Access, uses: Sequence[Access], other: str) -> str:
    takes = any(use.action in ("delete", "select") for use in uses)
    verb = "takes messages from" if takes else "puts messages into"
    return (
        f"{first.service} {verb} {shown(first.table)}, a queue, stream or channel of {other}: "
        f"what a message holds is a contract of {first.service} and {other}"
    )


def _verb(use: Access) -> str:
    if use.action == "copy":
        return "loads data into" if use.mode == "write" else "copies data from"
    return _VERBS.get(use.action) or {"read": "reads", "write": "writes to", "lock": "locks rows of"}.get(use.mode, "uses")
