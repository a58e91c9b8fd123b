"""The JSON that other programs read: the exact shape of every document; `documents` makes the JSON Schemas of them."""

import json
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from dblint.model.coverage import Coverage
from dblint.model.facts import Confidence
from dblint.model.findings import Severity
from dblint.report.coverage import files_wanted
from dblint.report.escape import whole

AccessMode = Literal["read", "write", "join", "lock", "ddl"]
UseMode = Literal["read", "write", "join", "lock", "ddl", "reference"]
Line = Annotated[int, Meta(ge=1, description="Counted from 1.")]
Path = Annotated[str, Meta(description="Relative to the scanned root, with `/`. A byte that is not UTF-8 stands as `\\xNN`.")]
Store = Annotated[str, Meta(description="`sql`, or the kind of another store such as `mongodb` or `redis`.")]
Database = Annotated[str | None, Meta(description="The physical database without credentials; null where unknown.")]


class Record(Struct, frozen=True, kw_only=True):
    """The base of all records: every key is always written."""


class CoverageRecord(Record, frozen=True):
    """How much was read and understood; files not analysed are `files_seen` less `files_read`."""

    files_seen: Annotated[int, Meta(description="Files to analyse, without tests, vendored and generated code.")]
    files_read: Annotated[int, Meta(description="Files of which every line was read.")]
    statements_found: int
    statements_resolved: int
    dynamic: Annotated[int, Meta(description="Statements whose table name is built at run time.")]
    opaque: Annotated[int, Meta(description="Statements that dblint does not understand.")]


class ServiceRecord(Record, frozen=True):
    """A deployable unit, or a library or schema folder."""

    name: str
    path: Path
    databases: tuple[str, ...]


class ColumnRecord(Record, frozen=True):
    """A column; null where unknown."""

    name: str
    type: str | None
    nullable: bool | None


class OwnershipRecord(Record, frozen=True):
    """Why the owner is believed to be the owner."""

    kind: str
    path: Path
    line: Line


class TableRecord(Record, frozen=True):
    """A physical table and its owner; `contested` are services with evidence as strong as each other's."""

    store: Store
    database: Database
    schema: str | None
    name: str
    owner: str | None
    contested: tuple[str, ...]
    evidence: tuple[OwnershipRecord, ...]
    columns: tuple[ColumnRecord, ...]


class AccessRecord(Record, frozen=True):
    """One service uses one table; every table of a join of several tables is here once more with mode `join`."""

    service: str
    store: Store
    database: Database
    schema: str | None
    table: str
    mode: AccessMode
    columns: Annotated[tuple[str, ...] | None, Meta(description='`["*"]` for all, null where unknown.')]
    shape: str
    path: Path
    line: Line
    how: str
    confidence: Confidence
    via: Annotated[tuple[str, ...], Meta(description="The views, routines or functions looked through.")]


class UnresolvedRecord(Record, frozen=True):
    """A database call whose tables could not be established."""

    service: str
    path: Path
    line: Line
    reason: str
    partial: Annotated[str, Meta(description="What is known of the statement.")]


class ProblemRecord(Record, frozen=True):
    """A file, or a part of it, that was not analysed."""

    path: Path
    reason: str
    line: Line


class Facts(Record, frozen=True):
    """Everything that dblint established about a tree."""

    schema: Literal["dblint-facts/1"]
    services: tuple[ServiceRecord, ...]
    tables: tuple[TableRecord, ...]
    accesses: tuple[AccessRecord, ...]
    unresolved: tuple[UnresolvedRecord, ...]
    problems: tuple[ProblemRecord, ...]
    coverage: CoverageRecord


class EvidenceRecord(Record, frozen=True):
    """One reason for a finding, with its place."""

    path: Path
    line: Line
    message: str


class FindingRecord(Record, frozen=True):
    """One judgement about one service and one table; `table` is `*` where the whole database is meant."""

    rule: str
    id: str
    severity: Literal["error", "warning", "note"]
    service: str
    owner: str | None
    store: Store
    table: str
    database: Database
    path: Path
    line: Line
    message: str
    remedy: str
    fingerprint: Annotated[str, Meta(description="The same as long as the coupling is the same; independent of line numbers.")]
    evidence: tuple[EvidenceRecord, ...]
    suppressed: bool
    baselined: bool


class Findings(Record, frozen=True):
    """The judgement on a tree."""

    schema: Literal["dblint-findings/1"]
    findings: tuple[FindingRecord, ...]
    coverage: CoverageRecord


class FindingPlan(Record, frozen=True):
    """One finding with the plan of its way out, a step in each line."""

    schema: Literal["dblint-plan/1"]
    finding: FindingRecord
    rationale: str
    plan: tuple[str, ...]


class UseRecord(Record, frozen=True):
    """One service reads, writes, joins, locks, changes or references a table at one place."""

    service: str
    mode: UseMode
    path: Path
    line: Line
    how: str
    confidence: Confidence


class DeprecationRecord(Record, frozen=True):
    """A mark that nobody should use a column any more; `since` is a day, empty where the mark names none."""

    path: Path
    line: Line
    since: str
    reason: str


class WhoRecord(Record, frozen=True):
    """A table, or one `column` of it, with everybody who uses it."""

    table: TableRecord
    confidence: Confidence
    uses: tuple[UseRecord, ...]
    column: str = ""
    deprecated: tuple[DeprecationRecord, ...] = ()


class RuleRecord(Record, frozen=True):
    """A rule; an example is a tree of files by path."""

    id: str
    name: str
    severity: Severity
    summary: str
    rationale: str
    remedy: str
    check: str
    bad: tuple[dict[str, str], ...]
    good: tuple[dict[str, str], ...]


class Rules(Record, frozen=True):
    """The answer to `dblint rules`."""

    schema: Literal["dblint-rules/1"]
    rules: tuple[RuleRecord, ...]


def encode(document: Any, indent: int | None = 2) -> str:
    """The document as JSON in ASCII, its text made valid Unicode, equal bytes for equal documents."""
    # json leaves DEL as it is; inside a string is the only place where it can stand.
    return json.dumps(_whole(msgspec.to_builtins(document)), indent=indent).replace("\x7f", "\\u007f") + "\n"


def coverage_record(coverage: Coverage) -> CoverageRecord:
    """The coverage for a document."""
    return CoverageRecord(
        files_seen=files_wanted(coverage),
        files_read=coverage.files_read,
        statements_found=coverage.statements_found,
        statements_resolved=coverage.statements_resolved,
        dynamic=coverage.dynamic,
        opaque=coverage.opaque,
    )


def _whole(value: Any) -> Any:
    match value:
        case str():
            return whole(value)
        case list() | tuple():
            return [_whole(item) for item in value]
        case dict():
            return {key: _whole(item) for key, item in value.items()}
    return value
