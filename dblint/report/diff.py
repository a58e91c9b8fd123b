"""What differs between two systems: tables, owners, accesses across owners, and coupling between services."""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from dblint.graph import Coupling
from dblint.model.facts import Access, Table, TableId
from dblint.model.findings import Finding
from dblint.model.schema import Column
from dblint.model.system import System
from dblint.report.contract import Record, encode
from dblint.report.coverage import count
from dblint.report.escape import markdown
from dblint.report.names import table_name

Kind = Literal["added", "removed", "changed"]


class TableChange(Record, frozen=True):
    """A table that is new, gone or different; columns are told as `name type`, changed ones as `name: old → new`."""

    table: str
    change: Kind
    owner: str | None
    owner_before: str | None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


class AccessChange(Record, frozen=True):
    """A service begins or ends to read, write or lock a table of another."""

    service: str
    table: str
    owner: str | None
    mode: str
    change: Kind
    path: str
    line: int


class CouplingChange(Record, frozen=True):
    """A service begins or ends to reach into another's tables at all."""

    service: str
    owner: str
    change: Kind


class Breaking(Record, frozen=True):
    """A service that a pending schema change breaks."""

    service: str
    table: str
    severity: str
    path: str
    line: int
    message: str


class Difference(Record, frozen=True):
    """Everything that differs."""

    schema: Literal["dblint-diff/1"]
    tables: tuple[TableChange, ...] = ()
    accesses: tuple[AccessChange, ...] = ()
    coupling: tuple[CouplingChange, ...] = ()
    breaking: tuple[Breaking, ...] = ()


def difference(before: System, after: System, breaking: Iterable[Finding] = ()) -> Difference:
    """What is in one system and not in the other, sorted."""
    old, new = Coupling(before), Coupling(after)
    return Difference(
        schema="dblint-diff/1",
        tables=tuple(_tables(before, after)),
        accesses=tuple(_accesses(old, new)),
        coupling=tuple(_coupling(old, new)),
        breaking=tuple(
            Breaking(one.service, table_name(one.table), one.severity, one.place.path, one.place.line, one.message)
            for one in breaking
        ),
    )


def as_json(found: Difference) -> str:
    """The difference as a JSON document, dblint-diff/1."""
    return encode(found)


def as_markdown(found: Difference) -> str:
    """The difference for a pull request."""
    return "\n".join(_page(found)) + "\n"


DIFF: dict[str, Callable[[Difference], str]] = {"markdown": as_markdown, "json": as_json}


def _tables(before: System, after: System) -> Iterator[TableChange]:
    old = {table.id: table for table in before.tables}
    new = {table.id: table for table in after.tables}
    for id_ in sorted({*old, *new}, key=lambda one: (one.store, one.database or "", one.schema or "", one.name)):
        then, now = old.get(id_), new.get(id_)
        if then is None and now is not None:
            columns = tuple(map(_column, now.columns))
            yield TableChange(table_name(id_), "added", now.owner, None, columns)
        elif now is None and then is not None:
            yield TableChange(table_name(id_), "removed", None, then.owner)
        elif then is not None and now is not None and (change := _changed(then, now)) is not None:
            yield change


def _changed(then: Table, now: Table) -> TableChange | None:
    old = {column.name.casefold(): column for column in then.columns}
    new = {column.name.casefold(): column for column in now.columns}
    added = tuple(_column(column) for name, column in new.items() if name not in old)
    removed = tuple(column.name for name, column in old.items() if name not in new)
    both = [(old[name], column) for name, column in new.items() if name in old]
    changed = tuple(f"{now_.name}: {_said(was)} → {_said(now_)}" for was, now_ in both if _said(was) != _said(now_))
    if not (added or removed or changed) and then.owner == now.owner:
        return None
    return TableChange(table_name(now.id), "changed", now.owner, then.owner, added, removed, changed)


def _column(column: Column) -> str:
    return f"{column.name} {_said(column)}".strip()


def _said(column: Column) -> str:
    filled = {False: "NOT NULL", True: "", None: ""}[column.nullable]
    default = f"DEFAULT {column.default}" if column.default is not None else ""
    return " ".join(filter(None, (column.type or "", filled, default)))


def _accesses(old: Coupling, new: Coupling) -> Iterator[AccessChange]:
    then, now = _reaches(old), _reaches(new)
    for key in sorted({*then, *now} - ({*then} & {*now}), key=lambda key: (key[0], str(key[1]), key[2])):
        change: Kind = "added" if key in now else "removed"
        access = now.get(key) or then[key]
        owner = (new if key in now else old).owner_of(access.table)
        place = access.place
        yield AccessChange(access.service, table_name(access.table), owner, access.mode, change, place.path, place.line)


def _reaches(coupling: Coupling) -> dict[tuple[str, TableId, str], Access]:
    """The first access of each service to each table of another, by mode."""
    found: dict[tuple[str, TableId, str], Access] = {}
    for access in coupling.foreign_accesses():
        found.setdefault((access.service, access.table, access.mode), access)
    return found


def _coupling(old: Coupling, new: Coupling) -> Iterator[CouplingChange]:
    then, now = _pairs(old), _pairs(new)
    for service, owner in sorted(now - then):
        yield CouplingChange(service, owner, "added")
    for service, owner in sorted(then - now):
        yield CouplingChange(service, owner, "removed")


def _pairs(coupling: Coupling) -> set[tuple[str, str]]:
    return {
        (access.service, owner)
        for access in coupling.foreign_accesses()
        if (owner := coupling.owner_of(access.table)) is not None
    }


def _page(found: Difference) -> Iterator[str]:
    yield "## What this branch changes in the databases"
    if not (found.tables or found.accesses or found.coupling or found.breaking):
        yield ""
        yield "Nothing: tables, owners and accesses are as they were."
        return
    if found.breaking:
        yield from ("", f"### Breaks {count(len({one.service for one in found.breaking}), 'service')}", "")
        for one in found.breaking:
            yield f"- **{one.severity}** {markdown(one.message)} ({markdown(f'{one.path}:{one.line}')})"
    if found.coupling:
        yield from ("", "### Coupling between services", "")
        for pair in found.coupling:
            verb = "now reaches" if pair.change == "added" else "no longer reaches"
            yield f"- {markdown(pair.service)} {verb} into the data of {markdown(pair.owner)}"
    if found.tables:
        yield from ("", "### Tables", "", "| table | | owner | columns |", "|---|---|---|---|")
        yield from map(_row, found.tables)
    if found.accesses:
        yield from (
            "",
            "### Accesses to the tables of others",
            "",
            "| | service | mode | table | owner | where |",
            "|---|---|---|---|---|---|",
        )
        for access in found.accesses:
            cells = (access.service, access.mode, access.table, access.owner or "", f"{access.path}:{access.line}")
            yield f"| {access.change} | {' | '.join(map(markdown, cells))} |"


def _row(change: TableChange) -> str:
    owner = change.owner or change.owner_before or "nobody"
    if change.change == "changed" and change.owner != change.owner_before:
        owner = f"{change.owner_before or 'nobody'} → {change.owner or 'nobody'}"
    adds = "" if change.change == "added" else "adds "
    told = [f"{adds}{name}" for name in change.added]
    told += [f"drops {name}" for name in change.removed]
    told += change.changed
    return f"| {markdown(change.table)} | {change.change} | {markdown(owner)} | {markdown(', '.join(told))} |"
