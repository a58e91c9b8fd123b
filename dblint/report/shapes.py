"""The shapes of `dblint-graph/1` and `dblint-report/1`."""

from typing import Annotated, Literal

from msgspec import Meta

from dblint.report.contract import (
    CoverageRecord,
    Database,
    FindingRecord,
    Line,
    Path,
    ProblemRecord,
    Record,
    Store,
    TableRecord,
    UnresolvedRecord,
    UseMode,
    WhoRecord,
)


class GraphNode(Record, frozen=True):
    """A service, or a table that a service other than its owner uses."""

    id: str
    kind: Literal["service", "table"]
    name: str
    owner: Annotated[str | None, Meta(description="Of a table; null where nobody owns it.")]
    database: Database
    own_tables: Annotated[int, Meta(description="The tables of a service that no other service uses; they are no nodes.")]


class GraphEdge(Record, frozen=True):
    """A service uses a table, or in a collapsed graph some tables of a service, that is not its own."""

    source: str
    target: str
    modes: tuple[UseMode, ...]
    places: int
    tables: int
    violation: Annotated[bool, Meta(description="Whether a finding about it is open.")]


class Graph(Record, frozen=True):
    """The answer to `dblint graph`."""

    schema: Literal["dblint-graph/1"]
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    coverage: CoverageRecord


Share = Annotated[Annotated[float, Meta(ge=0, le=1)] | None, Meta(description="Null where there is nothing to divide by.")]


class PlaceRecord(Record, frozen=True):
    """A line of a file."""

    path: Path
    line: Line


class TableKey(Record, frozen=True):
    """What identifies a table."""

    store: Store
    database: Database
    schema: str | None
    table: str


class FiguresRecord(Record, frozen=True):
    """The figures of the whole system; docs/reference/metrics.md has the formulas."""

    services: int
    tables: int
    uses: int
    foreign_uses: int
    foreign_share: Share
    shared_tables: int
    pairs: int
    density: Share
    cycles: int


class StepRecord(Record, frozen=True):
    """What must change before a service can have its own database.

    `decide` who of it and `others` owns the tables; `write`, `read`, `join`, `reference`: stop doing so to tables of `others`;
    `release`: `others` stop using its tables; `leave`: move out of `database`, which `others` use too.
    """

    kind: Literal["decide", "write", "read", "join", "reference", "release", "leave"]
    others: tuple[str, ...]
    tables: tuple[TableKey, ...]
    database: Database
    places: tuple[PlaceRecord, ...]


class ServiceFiguresRecord(Record, frozen=True):
    """The figures of one service; `used_tables` are its own that others use."""

    service: str
    owned: tuple[TableKey, ...]
    foreign_tables: tuple[TableKey, ...]
    used_tables: tuple[TableKey, ...]
    providers: tuple[str, ...]
    consumers: tuple[str, ...]
    uses: int
    foreign_uses: int
    foreign_share: Share
    autonomy: Share
    team: Annotated[str | None, Meta(description="Who answers for it, as CODEOWNERS or Backstage's catalogue says.")]
    steps: tuple[StepRecord, ...]


class TieRecord(Record, frozen=True):
    """A service uses a table in one way: one part of a cell of the matrix."""

    service: str
    table: TableKey
    mode: UseMode
    foreign: bool
    places: tuple[PlaceRecord, ...]


class WhoServiceRecord(Record, frozen=True):
    """A service: what it owns, what it uses of others, who uses its tables, and what keeps it from a database of its own."""

    service: str
    path: Path
    team: str | None
    databases: tuple[str, ...]
    owned: tuple[TableKey, ...]
    uses: tuple[TieRecord, ...]
    used_by: tuple[TieRecord, ...]
    steps: tuple[StepRecord, ...]


class TeamRecord(Record, frozen=True):
    """A team with the services it answers for, each where it says so; `services` of the document describes them."""

    team: str
    services: tuple[str, ...]
    places: tuple[PlaceRecord, ...]


class Who(Record, frozen=True):
    """The answer to `dblint who`: the tables, services and teams that are called so."""

    schema: Literal["dblint-who/1"]
    tables: tuple[WhoRecord, ...]
    services: tuple[WhoServiceRecord, ...] = ()
    teams: tuple[TeamRecord, ...] = ()


class BlastRecord(Record, frozen=True):
    """A table that others use, with the services and places that its change touches."""

    table: TableKey
    owner: str | None
    consumers: tuple[str, ...]
    places: tuple[PlaceRecord, ...]


class PairRecord(Record, frozen=True):
    """A service uses tables of an owner."""

    service: str
    owner: str
    tables: tuple[TableKey, ...]
    places: tuple[PlaceRecord, ...]


class JoinRecord(Record, frozen=True):
    """One statement joins tables of several owners."""

    service: str
    tables: tuple[TableKey, ...]
    kind: str
    place: PlaceRecord


class CrossingRecord(Record, frozen=True):
    """A step of a circle."""

    service: str
    owner: str
    table: TableKey
    verb: str
    place: PlaceRecord


class CircleRecord(Record, frozen=True):
    """Services that reach into each other's data in a circle."""

    services: tuple[str, ...]
    crossings: tuple[CrossingRecord, ...]


class LinkRecord(Record, frozen=True):
    """A service connects to a database."""

    service: str
    schema: str | None
    how: str
    place: PlaceRecord


class DatabaseRecord(Record, frozen=True):
    """A database with all who connect to it."""

    store: Store
    database: str
    services: tuple[LinkRecord, ...]


class AllowanceRecord(Record, frozen=True):
    """Sanctioned sharing, as dblint.yaml declares it."""

    service: str
    table: str
    modes: tuple[str, ...]
    rule: str | None
    reason: str
    until: str | None
    expired: bool
    place: PlaceRecord


class AgreementRecord(Record, frozen=True):
    """Sharing by a pattern, as dblint.yaml declares it; `staleness` is how old a copy may be, in the project's words."""

    pattern: str
    tables: tuple[str, ...]
    services: tuple[str, ...]
    feeder: tuple[str, ...]
    source: str | None
    staleness: str | None
    reason: str
    until: str | None
    place: PlaceRecord


class ResourceRecord(Record, frozen=True):
    """A topic, a bucket's prefix or the like, as dblint.yaml declares it."""

    name: str
    kind: str
    owner: str
    services: tuple[str, ...]
    reason: str | None
    place: PlaceRecord


class OwnerSuggestionRecord(Record, frozen=True):
    """`better` writes the table and uses it `gain` times more than its owner."""

    table: TableKey
    owner: str | None
    better: str
    owner_uses: int
    better_uses: int
    gain: int


class BoundarySuggestionRecord(Record, frozen=True):
    """Services that use the same tables: in one boundary, `gain` foreign uses would be their own."""

    services: tuple[str, ...]
    tables: tuple[TableKey, ...]
    gain: int


class SuggestionsRecord(Record, frozen=True):
    """Computed from the graph alone, by communities: a reason to look, no verdict."""

    owners: tuple[OwnerSuggestionRecord, ...]
    boundaries: tuple[BoundarySuggestionRecord, ...]


class FigureChangeRecord(Record, frozen=True):
    """A figure of the whole system in the earlier report and now."""

    name: str
    then: float | None
    now: float | None


class PairChangeRecord(Record, frozen=True):
    """A dependency that changed: its numbers of tables and of places, each then and now."""

    service: str
    owner: str
    direction: Literal["new", "grown", "less", "gone"]
    tables: tuple[int, int]
    places: tuple[int, int]


class TrendRecord(Record, frozen=True):
    """What changed since the earlier report; `unchanged` counts the dependencies that did not."""

    figures: tuple[FigureChangeRecord, ...]
    pairs: tuple[PairChangeRecord, ...]
    unchanged: int
    newly_shared: tuple[TableKey, ...]
    no_longer_shared: tuple[TableKey, ...]


class OutcomeRecord(Record, frozen=True):
    """What one change of services or owners does to the open findings, and to the figures of the system."""

    title: str
    vanished: tuple[FindingRecord, ...]
    appeared: tuple[FindingRecord, ...]
    stayed: int
    before: FiguresRecord
    after: FiguresRecord


class Simulation(Record, frozen=True):
    """The answer to `dblint simulate`: one outcome, or one for each suggestion."""

    schema: Literal["dblint-simulation/1"]
    outcomes: tuple[OutcomeRecord, ...]
    coverage: CoverageRecord


class OwnershipReport(Record, frozen=True):
    """The answer to `dblint report`; services stand in `order` so that coupled ones are neighbours."""

    schema: Literal["dblint-report/1"]
    figures: FiguresRecord
    trend: Annotated[TrendRecord | None, Meta(description="Null where no earlier report is compared with.")]
    order: tuple[str, ...]
    services: tuple[ServiceFiguresRecord, ...]
    tables: tuple[TableRecord, ...]
    ties: tuple[TieRecord, ...]
    blasts: tuple[BlastRecord, ...]
    pairs: tuple[PairRecord, ...]
    joins: tuple[JoinRecord, ...]
    cycles: tuple[CircleRecord, ...]
    contested: tuple[TableKey, ...]
    ownerless: tuple[TableKey, ...]
    databases: tuple[DatabaseRecord, ...]
    allowances: tuple[AllowanceRecord, ...]
    sharing: tuple[AgreementRecord, ...]
    resources: tuple[ResourceRecord, ...]
    suggestions: SuggestionsRecord
    unresolved: tuple[UnresolvedRecord, ...]
    problems: tuple[ProblemRecord, ...]
    coverage: CoverageRecord
