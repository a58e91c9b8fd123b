"""Rules, findings and suppressions."""

from datetime import date
from typing import Literal

from dblint.model.base import Fact
from dblint.model.facts import Confidence, Evidence, TableId
from dblint.model.place import Place

Severity = Literal["error", "warning", "note", "off"]


class Finding(Fact, frozen=True):
    """One judgement about one service and one table.

    `message` is the consequence, `evidence` says how we know (the second place proves ownership), `remedy` is the way out.
    `fingerprint` does not depend on line numbers. `table.name` is `*` where a whole database is meant. `mode` is how the
    service touches the table (read, write, lock, join, ddl, map, reference, other), `shape` what else tells two findings apart.
    `plan` are the steps of the remedy, in lines.
    """

    rule: str
    id: str
    severity: Severity
    service: str
    owner: str | None
    table: TableId
    place: Place
    message: str
    remedy: str
    evidence: tuple[Evidence, ...]
    confidence: Confidence
    fingerprint: str
    suppressed: str = ""
    baselined: bool = False
    mode: str = "other"
    shape: str = ""
    plan: tuple[str, ...] = ()


class Suppression(Fact, frozen=True):
    """`dblint: ignore[rule, …] reason` in a comment; covers `first` to `last` line of its file (0, 0 for the whole file).

    `until` is the last day on which it holds. `mistake` says why it suppresses nothing: `no-rules`, `no-date`, `unknown-word`.
    """

    path: str
    line: int
    rules: tuple[str, ...]
    reason: str
    first: int
    last: int
    until: date | None = None
    mistake: str = ""
