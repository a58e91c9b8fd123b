"""What a project permits: allowances in its configuration, suppressions in its comments, and those of no more use."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from msgspec import structs

from dblint.config.model import Allowance
from dblint.config.words import meant
from dblint.graph import Crossing
from dblint.judge.checks.scope import matches
from dblint.judge.draft import Draft, Mode
from dblint.judge.rules import Rule, suggestion
from dblint.judge.wording import listed
from dblint.model.facts import Evidence, TableId
from dblint.model.findings import Finding, Suppression
from dblint.model.place import Place
from dblint.model.system import System

# Whoever may read a table may describe it; joining it with other tables ties more than reading it.
_COVERED: dict[str, tuple[Mode, ...]] = {
    "read": ("read", "map"),
    "write": ("write", "lock", "map"),
    "join": ("join",),
}
_VERBS: dict[str, Mode] = {"reads": "read", "writes": "write", "locks": "lock", "refers to": "reference"}


class Allowances:
    """The sanctioned sharing, and which of it was needed; what is `agreed` by a pattern is judged elsewhere."""

    def __init__(self, allow: Sequence[Allowance], today: date, agreed: Sequence[Allowance] = ()) -> None:
        every = (*allow, *agreed)
        self._valid = [entry for entry in every if entry.until is None or today <= entry.until]
        self._expired = [entry for entry in every if entry.until is not None and today > entry.until]
        self._allow = allow
        self._agreed = frozenset(entry.place for entry in agreed)
        self._used: set[Place] = set()

    def permits(self, rule: Rule, draft: Draft) -> bool:
        """Whether the project allows what the draft is about."""
        found = [entry for entry in self._valid if _covers(entry, rule, draft.service, draft.table, draft.owner, draft.mode)]
        if rule.check == "agreement":  # what a pattern lets the others do is no excuse for breaking the pattern
            found = [entry for entry in found if entry.place not in self._agreed]
        self._used.update(entry.place for entry in found)
        return bool(found)

    def sanction(self, crossing: Crossing, rules: Iterable[Rule]) -> bool:
        """Whether a crossing is allowed in itself, so that it closes no circle."""
        mode = _VERBS[crossing.verb]
        return any(
            _covers(entry, rule, crossing.service, crossing.table, crossing.owner, mode)
            for entry in self._valid
            for rule in rules
            if rule.check in ("access", "reference")
        )

    def expired(self, rule: Rule, draft: Draft) -> tuple[Evidence, ...]:
        """The allowances that would still cover the draft if they had not run out."""
        found = [entry for entry in self._expired if _covers(entry, rule, draft.service, draft.table, draft.owner, draft.mode)]
        self._used.update(entry.place for entry in found)
        return tuple(
            Evidence("allowance", entry.place, f"{entry.place} allowed this until {entry.until} ({entry.reason}), not any more")
            for entry in found
        )

    def drafts(self, system: System) -> Iterator[Draft]:
        """A draft for every allowance that matches nothing."""
        services = {service.name for service in system.services}
        for entry in self._allow:
            if entry.place in self._used:
                continue
            why = ""
            if "*" not in entry.service and entry.service not in services:
                why = f" (there is no service {entry.service})"
            elif not any(matches(table.id, entry.table, table.owner) for table in system.tables):
                why = f": there is no such table{meant(entry.table.rpartition('.')[2], _table_names(system))}"
            yield _waiver(
                entry.service,
                entry.place,
                f"the allowance of {entry.table} for {entry.service} allows nothing that happens{why}",
                "Remove the entry from `allow`, or correct its service, table, mode or rule.",
                table=entry.table,
                shape=f"allow {entry.rule} {' '.join(entry.modes)}",
            )


def _covers(entry: Allowance, rule: Rule, service: str, table: TableId, owner: str | None, mode: Mode) -> bool:
    """Whether an allowance is about this use."""
    return (
        fnmatchcase(service, entry.service)
        and matches(table, entry.table, owner)
        # Whoever may use a table still breaks when it changes: only an allowance that names the rule covers that.
        and (entry.rule.casefold() in (rule.name.casefold(), rule.id.casefold()) if entry.rule else rule.check != "change")
        and ("any" in entry.modes or any(mode in _COVERED[use] for use in entry.modes))
    )


def _table_names(system: System) -> list[str]:
    return sorted({table.id.name for table in system.tables})


class Suppressions:
    """The suppressing comments, and which of their rules were needed."""

    def __init__(
        self,
        suppressions: Sequence[Suppression],
        rules: Sequence[Rule],
        active: Sequence[Rule],
        today: date,
        *,
        require_reason: bool,
    ) -> None:
        self._rules = rules
        self._names = {word.casefold(): rule.name for rule in rules for word in (rule.name, rule.id)}
        self._active = {rule.name for rule in active if rule.check != "waiver"}
        self._today = today
        self._require_reason = require_reason
        self._all = suppressions
        self._by_path: dict[str, list[Suppression]] = {}
        self._used: set[tuple[Suppression, str]] = set()
        for one in suppressions:
            if not one.mistake and (one.until is None or today <= one.until):
                self._by_path.setdefault(one.path, []).append(one)

    def applied(self, finding: Finding) -> Finding:
        """The finding, with the reason of the comments that suppress it if there are any."""
        found = [
            one
            for one in self._by_path.get(finding.place.path, ())
            if (one.last == 0 or one.first <= finding.place.line <= one.last)
            and any(self._names.get(name.casefold()) == finding.rule for name in one.rules)
        ]
        self._used.update((one, finding.rule) for one in found)
        reason = next((one.reason for one in found if one.reason), "no reason given")
        return structs.replace(finding, suppressed=reason) if found else finding

    def drafts(self, system: System) -> Iterator[Draft]:
        """A draft for every comment that is wrong, has run out or suppresses nothing."""
        for one in self._all:
            for message, remedy in self._complaints(one):
                yield _waiver(
                    _service_at(system, one.path), Place(one.path, one.line), message, remedy, shape=" ".join(one.rules)
                )
            # What `dblint fix` takes out, as the comment writes it.
            if unused := self._unused(one):
                rules = listed([self._names[name.casefold()] for name in unused])
                where = "this file" if one.last == 0 else "the lines it covers"
                yield _waiver(
                    _service_at(system, one.path),
                    Place(one.path, one.line),
                    f"this comment suppresses {rules}, which does not occur in {where}",
                    "Remove it; `dblint fix` does that.",
                    shape=" ".join(("unused", *unused)),
                )

    def _complaints(self, one: Suppression) -> Iterator[tuple[str, str]]:
        """What is wrong with a comment, each with its remedy."""
        if one.mistake:
            yield _MISTAKES[one.mistake]
            return
        unknown = [name for name in one.rules if name.casefold() not in self._names]
        for name in unknown:
            yield (
                f"this comment suppresses '{name}', and there is no such rule{suggestion(name, self._rules)}",
                "Write a rule's name or id; `dblint rules` lists them.",
            )
        if self._require_reason and not one.reason:
            yield (
                "this comment does not say why it suppresses: the next reader cannot tell whether it still has to",
                "Write the reason behind the brackets: `dblint: ignore[rule] reason`.",
            )
        if one.until is not None and self._today > one.until:
            yield (
                f"this suppression ran out on {one.until}: what it covered is reported again",
                "Solve it, or give it a new date.",
            )

    def _unused(self, one: Suppression) -> list[str]:
        """The rules of a comment, as it writes them, that suppress nothing.

        A rule that is off finds nothing to suppress; the comment may be needed when it is on again.
        """
        if one.mistake or (one.until is not None and self._today > one.until):
            return []
        named = {self._names[name.casefold()]: name for name in reversed(one.rules) if name.casefold() in self._names}
        return [named[rule] for rule in reversed(named) if rule in self._active and (one, rule) not in self._used]


_MISTAKES = {
    "no-rules": (
        "this comment suppresses nothing: it does not say which rules",
        "Name the rules in brackets: `dblint: ignore[cross-service-read] reason`.",
    ),
    "no-date": (
        "this comment suppresses nothing: the date in `until` is not a date",
        "Write the date as `until=YYYY-MM-DD`.",
    ),
    "unknown-word": (
        "this comment suppresses nothing: dblint does not know the instruction",
        "Write `dblint: ignore[rule] reason` or `dblint: file-ignore[rule] reason`.",
    ),
}


def _service_at(system: System, path: str) -> str:
    """The service in whose folder the file lies, the innermost where they are nested; empty where there is none."""
    folders = {folder: service.name for service in system.services for folder in (service.path, *service.paths)}
    above = [path, *(parent.as_posix() for parent in PurePosixPath(path).parents)]
    return next((folders[folder] for folder in above if folder in folders), "")


def _waiver(service: str, place: Place, message: str, remedy: str, *, table: str = "*", shape: str = "") -> Draft:
    return Draft(service, None, TableId("sql", None, None, table), place, "other", message, remedy=remedy, shape=shape)
