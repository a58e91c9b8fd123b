"""Whom a pending schema change hits: every use of exactly what changes, with what happens to it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from dblint.compatibility import Cell, Consumer, cell, is_about_the_table, kind_of, kinds_of
from dblint.graph import Coupling
from dblint.judge.wording import shown
from dblint.model.changes import PendingChange
from dblint.model.facts import Access, Confidence, TableId
from dblint.model.place import Place
from dblint.model.routines import RoutineUse

_VERBS: dict[Consumer, str] = {
    "RN": "reads",
    "RO": "reads",
    "RS": "reads every column of",
    "RP": "reads every column, by position, of",
    "IC": "inserts",
    "IO": "inserts rows without",
    "IX": "inserts without naming columns into",
    "UP": "updates",
    "DL": "deletes rows of",
    "UC": "upserts by",
    "VW": "has a view of",
    "PL": "has a routine that uses",
    "FK": "has a foreign key to",
    "CDC": "publishes",
}
_ABOUT_ROWS: tuple[Consumer, ...] = ("RO", "RS", "RP", "IX", "DL", "CDC")
_ROUTINES: dict[str, Consumer] = {"view": "VW", "routine": "PL", "trigger": "PL", "publication": "CDC"}

_TEXTS = ("varchar", "character varying", "text", "char", "string")

NOTE = 2
"""The level of a finding that is only worth knowing; 0 is an error and 1 a warning."""


class Victim(NamedTuple):
    """A use that a change hits; `level` is 0 for an error, 1 for a warning, 2 for a note. `former`: only the base has it."""

    service: str
    consumer: Consumer
    cell: Cell
    place: Place
    words: str
    level: int
    confidence: Confidence
    former: bool = False


def victims(coupling: Coupling, change: PendingChange) -> tuple[Victim, ...]:
    """The uses by all services that the change hits, its own included, in the order of their places."""
    kind = kind_of(change.event, change.before[0] if change.before else None)
    if not kind:
        return ()
    search = _Search(coupling, change, kind)
    found = sorted(
        {*search.uses(), *search.models(), *search.references(), *search.routines(), *search.calls()},
        key=lambda one: (one.place, one.level),
    )
    once: dict[tuple[str, Place], Victim] = {}
    for victim in sorted(found, key=lambda one: one.level):
        once.setdefault((victim.service, victim.place), victim)
    return tuple(sorted(once.values(), key=lambda one: (one.service, one.place)))


def columns_of(change: PendingChange) -> tuple[str, ...]:
    """The columns, under their names before, that a change is about."""
    return change.event.names or tuple(column.name for column in change.event.columns)


class _Search:
    """The uses of what one change is about."""

    def __init__(self, coupling: Coupling, change: PendingChange, kind: str) -> None:
        self.coupling = coupling
        self.change = change
        self.kind = kind
        self.whole = is_about_the_table(kind)
        self.names = frozenset(() if self.whole else (name.casefold() for name in columns_of(change)))
        self.history = frozenset(each.place.path for each in coupling.system.changes if each.tool != "runtime")
        table = coupling.table(change.table)
        self.elsewhere = not change.before and table is not None and bool(table.columns)
        """Whether the table is known, and not to have these columns: names of several tables are those of others."""

    def uses(self) -> Iterator[Victim]:
        """Those that statements make, in this tree or only in the base."""
        system = self.coupling.system
        former = (access for access in system.former if access.table == self.change.table)
        for accesses, gone in ((self.coupling.accesses_to(self.change.table), False), (former, True)):
            for access in accesses:
                if access.place.path not in self.history:
                    yield from self._of_access(access, former=gone)

    def _of_access(self, access: Access, *, former: bool) -> Iterator[Victim]:
        access = replace(access, besides=()) if self.elsewhere else access
        kinds = tuple(kinds_of(access, self.names, known=bool(self.change.before)))
        if self.kind == "unique.drop":
            kinds = (*(pair for pair in kinds if pair[0] != "UC"), *((("UC", True),) if self._is_arbiter(access) else ()))
        for consumer, certain in kinds:
            sure = certain or self.whole
            if self.kind == "fk.add.target" and not certain:
                # Hardly a statement whose columns are not known changes a key.
                continue
            found = self._victim(
                access.service, consumer, access.place, sure=sure, confidence=access.confidence, former=former, via=access.via
            )
            if found:
                yield found

    def _is_arbiter(self, access: Access) -> bool:
        """Whether an upsert goes by these columns; MySQL's goes by every unique key that it fills in."""
        named = {name.casefold() for name in access.columns or ()}
        if access.shape == "conflict":
            return named == self.names
        return self.change.dialect == "mysql" and access.action == "upsert" and bool(self.names) and self.names <= named

    def models(self) -> Iterator[Victim]:
        """Models that map what changes: an ORM names every mapped column whenever it loads or stores."""
        if self.kind.startswith(("column.add", "column.default", "index", "trigger", "fk", "unique", "check", "rls", "revoke")):
            return
        mappings = [model for model in self.coupling.system.mappings if model.table == self.change.table]
        charged = Counter(model.place for model in mappings)
        users = {access.service for access in self.coupling.accesses_to(self.change.table)}
        users |= {access.service for access in self.coupling.system.former if access.table == self.change.table}
        for model in mappings:
            # Who imports a library has all its models, and uses those that it touches.
            if charged[model.place] == 1 or model.service in users:
                mapped = {name.casefold() for name in model.columns}
                if self.whole or mapped & self.names:
                    words = f"maps {self._subject('RN')} in the model {model.name}"
                    found = self._victim(
                        model.service, "RN", model.place, confidence=model.confidence, words=f"{model.service} {words}"
                    )
                    if found:
                        yield found

    def references(self) -> Iterator[Victim]:
        """Foreign keys of other tables that point at what changes."""
        for key in self.coupling.system.references:
            if key.target == self.change.table and key.table != key.target and key.enforced:
                target = {name.casefold() for name in key.target_columns}
                if not target:
                    target = {column.name.casefold() for column in self.change.before if column.primary_key}
                service = self.coupling.owner_of(key.table) or key.service
                if self.whole or target & self.names:
                    found = self._victim(service, "FK", key.place, confidence=key.confidence)
                    if found:
                        yield found

    def routines(self) -> Iterator[Victim]:
        """Views, routines, triggers and publications as they were last defined before the change."""
        pending = {each.place.path for each in self.coupling.system.changes if each.pending}
        last: dict[tuple[str, str], Place] = {}
        known: list[RoutineUse] = []
        for use in self.coupling.system.routines:
            last[use.service, use.object] = max(use.defined, last.get((use.service, use.object), use.defined))
            if use.table == self.change.table and use.place.path not in pending:
                known.append(use)
        for use in known:
            if use.defined != last[use.service, use.object] or self._is_gone(use):
                continue
            # Whoever writes rows misses a column that comes, not one that it names.
            adds = self.kind.startswith(("column.add", "fk.add.target"))
            named = None if use.columns is None or adds else {name.casefold() for name in use.columns}
            if not self.whole and named is not None and not named & {*self.names, "*"}:
                continue
            if adds and use.mode != "write":
                continue
            if self.kind == "fk.add.target" and use.kind != "routine":
                continue
            verb = {"view": "has a view of", "publication": "publishes"}.get(use.kind, f"has a {use.kind} that uses")
            # Which rows a routine deletes is not known.
            sure = self.whole or (named is not None and self.kind != "fk.add.target")
            what = (
                self._subject("VW")
                if sure
                else f"{shown(self.change.table)}, perhaps with {', '.join(columns_of(self.change))},"
            )
            found = self._victim(
                use.service,
                _ROUTINES[use.kind],
                use.place,
                sure=sure,
                words=f"{use.service} {verb} {what} ({use.object})",
            )
            if found:
                yield found

    def calls(self) -> Iterator[Victim]:
        """Those who call the routine, or take numbers from the sequence, that changes."""
        kind = _CALLED.get(self.kind)
        changed = {each.place.path for each in self.coupling.system.changes if each.pending}
        for call in self.coupling.system.calls if kind else ():
            held = call.holder.partition(" ")[0]
            past = call.place.path in (changed if held else self.history)
            if call.kind == kind and not past and _is_meant(call.table, self.change.table):
                verb = "calls" if kind == "routine" else "takes numbers from"
                words = f"{call.service} {verb} {self.change.table.name}" + (f" in the {call.holder}" if held else "")
                through = f" through {', then '.join(call.via)}" if call.via else ""
                # PostgreSQL knows by itself, not by its name, what a view, trigger or default runs.
                is_bound = held in ("view", "default") or (held == "trigger" and self.change.dialect in ("postgres", ""))
                if is_bound and self.change.event.kind.endswith((".rename", ".set_schema")):
                    continue
                consumer: Consumer = "IO" if held == "default" else "VW" if is_bound else "PL"
                found = self._victim(call.service, consumer, call.place, former=call.former, words=words + through)
                if found:
                    yield found

    def _is_gone(self, use: RoutineUse) -> bool:
        if use.kind != "view":
            return False
        name = use.object.rpartition(".")[2].casefold()
        return not any(table.kind == "view" and table.id.name.casefold() == name for table in self.coupling.system.tables)

    def _victim(
        self,
        service: str,
        consumer: Consumer,
        place: Place,
        *,
        sure: bool = True,
        confidence: Confidence = "explicit",
        former: bool = False,
        via: tuple[str, ...] = (),
        words: str = "",
    ) -> Victim | None:
        what = cell(self.kind, consumer, self.change.dialect)
        if not what.matters:
            return None
        if not words:
            verb = _VERBS[consumer] if sure else "may use"
            if consumer == "IO" and (self.whole or not columns_of(self.change)):
                verb = "inserts into"
            through = f" through {', then '.join(via)}" if via else ""
            words = f"{service} {verb} {self._subject(consumer)}{through}"
        if self.kind == "revoke" and not (self._loses_rights(service) and self._needs_rights(consumer)):
            return None
        level = self._level(what, consumer) + (not sure) + (confidence == "guess") + former
        return Victim(service, consumer, what, place, words, min(level, NOTE), confidence, former)

    def _level(self, what: Cell, consumer: Consumer) -> int:
        longer_text = self.kind == "column.type.widen" and all(
            (column.type or "").lower().startswith(_TEXTS) for column in (*self.change.before, *self.change.event.columns)
        )
        mild = self.kind in ("index.drop", "enum.add_value") or (self.kind == "table.to_view" and what.verdict == "R")
        if mild or longer_text:
            return NOTE
        certain = what.breaks or (what.verdict == "D" and "cascade" in self.change.event.flags)
        spared = consumer in ("RS", "RP") or not what.sure or bool({"re-added", "policies"} & {*self.change.event.flags})
        # Which value of an enumeration a statement names is not known.
        spared |= self.kind.startswith("enum.")
        return 0 if certain and not (spared and self.kind not in _FOR_ALL) else 1

    def _needs_rights(self, consumer: Consumer) -> bool:
        """Whether a use needs one of the rights that are taken: who may no longer write may read all the same."""
        taken = {privilege.lower() for privilege in self.change.event.privileges}
        needed = _PRIVILEGES.get(consumer)
        everything = not taken or any(privilege.startswith("all") for privilege in taken)
        return everything or needed is None or bool(taken & needed)

    def _loses_rights(self, service: str) -> bool:
        """Whether a role that loses rights is called as the service is, or is everybody."""
        plain = service.casefold().replace("-", "_")
        roles = [role.casefold() for role in self.change.event.roles]
        return any(role == "public" or plain in role.replace("-", "_") for role in roles)

    def _subject(self, consumer: Consumer) -> str:
        name = shown(self.change.table)
        names = columns_of(self.change)
        if self.whole or not names or consumer in _ABOUT_ROWS:
            return name
        if consumer == "IO":
            return f"{', '.join(names)} into {name}"
        return f"{name}.{names[0]}" if len(names) == 1 else f"{name} ({', '.join(names)})"


# The rights that a use needs; the others need whatever there is.
_PRIVILEGES: dict[Consumer, frozenset[str]] = {
    "RN": frozenset({"select"}),
    "RO": frozenset({"select"}),
    "RS": frozenset({"select"}),
    "RP": frozenset({"select"}),
    "IC": frozenset({"insert"}),
    "IO": frozenset({"insert"}),
    "IX": frozenset({"insert"}),
    "UP": frozenset({"update"}),
    "DL": frozenset({"delete", "truncate"}),
    "UC": frozenset({"insert", "update"}),
    "FK": frozenset({"references"}),
}

# Here `SELECT *` fails as surely as any other statement.
_FOR_ALL = ("table.drop", "table.rename", "view.drop", "revoke")


# What is called where a kind of change is about that.
_CALLED = {"routine.drop": "routine", "sequence.change": "sequence"}


def _is_meant(called: TableId, changed: TableId) -> bool:
    """Whether a name of a routine or sequence means the one that changes."""
    if called.name.casefold() != changed.name.casefold():
        return False
    schemas = {(each.schema or "public").casefold() for each in (called, changed)}
    return len(schemas) == 1 and (called.database == changed.database or None in (called.database, changed.database))


def services_hit(found: Iterable[Victim], home: str) -> dict[str, list[Victim]]:
    """The victims of each service other than the one that makes the change."""
    groups: dict[str, list[Victim]] = {}
    for victim in found:
        if victim.service != home:
            groups.setdefault(victim.service, []).append(victim)
    return groups


def home_of(coupling: Coupling, change: PendingChange) -> str:
    """The service whose own affair a change is: who makes it, for definitions that no service holds the owner of the table."""
    apart = not change.service or coupling.is_schema_only(change.service)
    return (coupling.owner_of(change.table) or change.service) if apart else change.service


def table_of(change: PendingChange) -> TableId:
    """The table as it is called after the change."""
    new = change.event.new_name
    if new is None or change.event.kind not in ("table.rename", "table.set_schema"):
        return change.table
    return TableId(change.table.store, change.table.database, new.schema or change.table.schema, new.name)
