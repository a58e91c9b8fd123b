"""The way out of one crossing: which pattern fits how the data is used, with tables, columns and events by name.

A few single rows are asked of the owner; many places, or rows that are combined with others, need a copy or a read model; a
change is the owner's to make. Source: the patterns of database per service (API composition, event-carried state transfer,
CQRS, saga, transactional outbox).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

import inflection

from dblint.graph import Coupling
from dblint.judge.wording import holder, listed, shown
from dblint.model.base import Fact
from dblint.model.facts import Access, TableId

Pattern = Literal["api", "command", "event-fed-copy", "read-model", "saga"]

FEW = 2
"""Places up to which a service can ask for rows one by one without its code being turned over."""
_TITLES: dict[Pattern, str] = {
    "api": "call the owner's API",
    "command": "send the owner a command",
    "event-fed-copy": "keep an event-fed copy",
    "read-model": "build a read model (CQRS)",
    "saga": "a saga, with an outbox in each service",
}
_COSTS: dict[Pattern, str] = {
    "api": "One call per row: too slow for thousands of records, and the caller fails with the owner unless it can wait.",
    "command": "The change happens later, or is refused: the caller needs an answer to both.",
    "event-fed-copy": "The copy is as old as the last event: fine for what is shown, wrong for what must be exact now.",
    "read-model": "One more table to fill and rebuild, as old as the last event; in return every list is one local query.",
    "saga": "No isolation: others see the state between two steps, and each step needs one that undoes it.",
}


class WayOut(Fact, frozen=True):
    """A pattern with its steps for this crossing; `summary` is what a finding says, the first of the steps in one line."""

    pattern: Pattern
    summary: str
    steps: tuple[str, ...]

    @property
    def plan(self) -> tuple[str, ...]:
        """The whole plan in lines: what to do, step by step, and what it costs."""
        numbered = (f"{number}. {step}" for number, step in enumerate(self.steps, start=1))
        return (f"Pattern: {_TITLES[self.pattern]}.", *numbered, f"What it costs: {_COSTS[self.pattern]}")


def of_use(coupling: Coupling, service: str, table: TableId, uses: Sequence[Access]) -> WayOut:
    """The way out of reading, writing or locking a table of another; `uses` are those of the finding."""
    if any(use.mode in ("write", "lock") for use in uses):
        return _command(coupling, service, table, uses)
    places = {use.place for use in coupling.uses_of(service, table) if use.mode == "read"}
    return _api(coupling, service, table) if len(places) <= FEW else _copy(coupling, service, table)


def of_join(coupling: Coupling, service: str, tables: Iterable[TableId]) -> WayOut:
    """The way out of a statement that combines tables of several owners."""
    joined = list(dict.fromkeys(tables))
    model = f"{'_'.join(_entity(table.name, camel=False) for table in joined[:2])}_view"
    columns = {table: _columns(coupling, service, table) for table in joined}
    fields = listed((f"{_entity(t.name, camel=False)}: {_fields(columns[t])}" for t in joined), limit=4)
    events = listed((_event(coupling, service, table) for table in joined), limit=4)
    return WayOut(
        "read-model",
        f"Build a read model (CQRS): a table {model} of {service}'s own ({fields}), filled by the events {events}, and query "
        "that. For a few rows, ask each owner's API and put the answers together in code.",
        (
            f"Let the owners publish {events}, each from an outbox row written in the same transaction as the change.",
            f"Create {model} in {service}'s own database with {fields}.",
            f"Let a projector of {service} upsert it from the events, and fill it once from the owners' APIs.",
            f"Query {model} instead of the join, then take away {service}'s rights on the others' tables.",
        ),
    )


def of_transaction(coupling: Coupling, service: str, tables: Iterable[TableId]) -> WayOut:
    """The way out of one transaction that writes tables of several owners."""
    written = list(dict.fromkeys(tables))
    own = [table for table in written if service in coupling.holders(table)]
    others = [table for table in written if table not in own]
    first = listed((shown(table) for table in own), limit=4) if own else "the first owner's rows"
    asked = listed((f"{holder(coupling, table)}: {shown(table)}" for table in others), limit=4)
    event = f"{_entity((own or others)[0].name)}Changed"
    return WayOut(
        "saga",
        f"Write {first} and an outbox row ({event}) in one local transaction; let the owners change theirs when it arrives "
        f"({asked}), and undo {first} by a compensating step if one refuses (saga with outbox).",
        (
            f"Give {service} an outbox table; write {first}, as pending, and {event} to it in one transaction.",
            f"Relay the outbox to a broker; each owner handles {event} once, in a transaction of its own ({asked}).",
            f"Each owner answers with done or refused; {service} confirms {first}, or undoes it by a compensating step.",
        ),
    )


def _api(coupling: Coupling, service: str, table: TableId) -> WayOut:
    owner, columns = holder(coupling, table), _columns(coupling, service, table)
    path = f"GET /{_path(table.name)}/{{{_key(coupling, table)}}}"
    return WayOut(
        "api",
        f"Ask {owner}'s API for the row ({path} → {_fields(columns)}). Where that is too slow or the volume too large, keep "
        f"an event-fed copy of these columns ({_event(coupling, service, table)}); for lists and reports build a read model "
        "(CQRS).",
        (
            f"Offer {path} in {owner}, answering {_fields(columns)} and nothing more: that is the contract.",
            f"Call it from {service} with a time-out, and say what {service} does when {owner} does not answer.",
            f"Take away {service}'s right to read {shown(table)}.",
        ),
    )


def _copy(coupling: Coupling, service: str, table: TableId) -> WayOut:
    owner, columns = holder(coupling, table), _columns(coupling, service, table)
    event = _event(coupling, service, table)
    copy = f"{_entity(table.name, camel=False)}_copy"
    return WayOut(
        "event-fed-copy",
        f"Keep {service}'s own copy {copy} ({_fields(columns)}), fed by {owner}'s event {event}. Ask {owner}'s API instead "
        "where the value must be exact at this moment; for lists and reports build a read model (CQRS).",
        (
            f"Publish {event} from {owner}, through an outbox row written in the same transaction as the change.",
            f"Create {copy} in {service}'s own database; only the handler of that event writes it.",
            f"Fill it once from {owner}'s API, then let {service} read {copy} instead of {shown(table)}.",
            f"Take away {service}'s right to read {shown(table)}.",
        ),
    )


def _command(coupling: Coupling, service: str, table: TableId, uses: Sequence[Access]) -> WayOut:
    owner = holder(coupling, table)
    actions = {use.action for use in uses if use.mode in ("write", "lock")}
    verb = next((word for action, word in _COMMANDS.items() if action in actions), "Change")
    named = [column for use in uses if use.mode == "write" for column in use.columns or () if column != "*"]
    columns = dict.fromkeys([_key(coupling, table), *named])
    command = f"{verb}{_entity(table.name)} {{{_short(list(columns))}}}"
    return WayOut(
        "command",
        f"Send {owner} the command {command} through its API or a queue, and let it write {shown(table)} under its own rules. "
        "Where several services must change together, use a saga with an outbox in each of them.",
        (
            f"Accept {command} in {owner}, checked by the rules that guard {shown(table)} there, and safe to repeat.",
            f"Send it from {service}; from an outbox row where {service} changes rows of its own as well.",
            f"Let {owner} publish {_event(coupling, service, table)} for everybody who has to know.",
            f"Take away {service}'s right to write {shown(table)}.",
        ),
    )


_COMMANDS = {
    "insert": "Create",
    "upsert": "Save",
    "update": "Change",
    "delete": "Delete",
    "truncate": "Clear",
    "lock": "Reserve",
}


@lru_cache(maxsize=10_000)
def _entity(name: str, *, camel: bool = True) -> str:
    """What one row of a table is called: `Invoice` of `billing_invoices` stays `BillingInvoice`."""
    word = inflection.underscore(inflection.singularize(name.replace("-", "_").replace(".", "_").strip("*:/ ") or "row"))
    return inflection.camelize(word) if camel else word


def _path(name: str) -> str:
    return name.strip("*:/ ").replace("_", "-").lower() or "rows"


def _key(coupling: Coupling, table: TableId) -> str:
    """The primary key where one column is known to be it, else `id`."""
    found = coupling.table(table)
    keys = [column.name for column in found.columns if column.primary_key] if found else []
    return keys[0] if len(keys) == 1 else "id"


def _columns(coupling: Coupling, service: str, table: TableId) -> list[str]:
    """The columns that a service reads of a table anywhere, key first; empty where it takes whole rows of unknown columns."""
    named, whole = coupling.columns_read(service, table)
    found = dict.fromkeys((_key(coupling, table), *named))
    return [] if whole and len(found) == 1 else list(found)


def _fields(columns: Sequence[str]) -> str:
    return _short(columns) if columns else "the columns that are really needed"


def _event(coupling: Coupling, service: str, table: TableId) -> str:
    columns = _columns(coupling, service, table) or [_key(coupling, table), "…"]
    return f"{_entity(table.name)}Changed {{{_short(columns)}}}"


def _short(columns: Sequence[str], limit: int = 8) -> str:
    return ", ".join(columns if len(columns) <= limit else [*columns[: limit - 1], "…"])
