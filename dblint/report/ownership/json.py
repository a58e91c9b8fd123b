"""`dblint-report/1`: the ownership report for programs."""

from collections.abc import Iterable

from dblint.graph import Blast, Cycle, Pair, ServiceFigures, Step, Suggestions, SystemFigures, Tie
from dblint.model.facts import TableId, TableJoin
from dblint.model.place import Place
from dblint.report.contract import ProblemRecord, UnresolvedRecord, coverage_record, encode
from dblint.report.escape import mask
from dblint.report.facts import table_record
from dblint.report.ownership.content import Ownership
from dblint.report.ownership.trend import Trend
from dblint.report.shapes import (
    AgreementRecord,
    AllowanceRecord,
    BlastRecord,
    BoundarySuggestionRecord,
    CircleRecord,
    CrossingRecord,
    DatabaseRecord,
    FigureChangeRecord,
    FiguresRecord,
    JoinRecord,
    LinkRecord,
    OwnershipReport,
    OwnerSuggestionRecord,
    PairChangeRecord,
    PairRecord,
    PlaceRecord,
    ResourceRecord,
    ServiceFiguresRecord,
    StepRecord,
    SuggestionsRecord,
    TableKey,
    TieRecord,
    TrendRecord,
)


def render(report: Ownership) -> str:
    """The report document."""
    survey = report.survey
    document = OwnershipReport(
        schema="dblint-report/1",
        figures=figures(survey.system),
        trend=_trend(report.trend) if report.trend else None,
        order=survey.order,
        services=tuple(_service(one, report) for one in survey.services),
        tables=tuple(map(table_record, survey.tables)),
        ties=tuple(map(tie_record, survey.ties)),
        blasts=tuple(map(_blast, survey.blasts)),
        pairs=tuple(map(_pair, survey.pairs)),
        joins=tuple(map(_join, survey.joins)),
        cycles=tuple(map(_circle, survey.cycles)),
        contested=tuple(key(table.id) for table in survey.contested),
        ownerless=tuple(key(table.id) for table in survey.ownerless),
        databases=tuple(
            DatabaseRecord(
                store=store,
                database=database,
                services=tuple(
                    LinkRecord(service=link.service, schema=link.schema, how=link.how, place=place(link.place))
                    for link in links
                ),
            )
            for store, database, links in report.databases
        ),
        allowances=tuple(
            AllowanceRecord(
                service=entry.service,
                table=entry.table,
                modes=entry.modes,
                rule=entry.rule or None,
                reason=entry.reason,
                until=entry.until.isoformat() if entry.until else None,
                expired=report.is_expired(entry),
                place=place(entry.place),
            )
            for entry in report.allowances
        ),
        sharing=tuple(
            AgreementRecord(
                pattern=entry.pattern,
                tables=entry.tables,
                services=entry.services,
                feeder=entry.feeder,
                source=entry.source or None,
                staleness=entry.staleness or None,
                reason=entry.reason,
                until=entry.until.isoformat() if entry.until else None,
                place=place(entry.place),
            )
            for entry in report.agreed
        ),
        resources=tuple(
            ResourceRecord(
                name=entry.name,
                kind=entry.kind,
                owner=entry.owner,
                services=entry.services,
                reason=entry.reason or None,
                place=place(entry.place),
            )
            for entry in report.resources
        ),
        suggestions=_suggestions(report.suggestions),
        unresolved=tuple(
            UnresolvedRecord(service=u.service, path=u.place.path, line=u.place.line, reason=u.reason, partial=mask(u.partial))
            for u in report.system.unresolved
        ),
        problems=tuple(ProblemRecord(path=p.path, reason=p.reason, line=p.line) for p in report.problems),
        coverage=coverage_record(report.system.coverage),
    )
    return encode(document)


def figures(system: SystemFigures) -> FiguresRecord:
    """The figures for a document."""
    return FiguresRecord(
        services=system.services,
        tables=system.tables,
        uses=system.uses,
        foreign_uses=system.foreign_uses,
        foreign_share=system.foreign_share,
        shared_tables=system.shared_tables,
        pairs=system.pairs,
        density=system.density,
        cycles=system.cycles,
    )


def place(found: Place) -> PlaceRecord:
    """The place for a document."""
    return PlaceRecord(path=found.path, line=found.line)


def key(table: TableId) -> TableKey:
    """The table's identity for a document."""
    return TableKey(store=table.store, database=table.database, schema=table.schema, table=table.name)


def _places(found: Iterable[Place]) -> tuple[PlaceRecord, ...]:
    return tuple(map(place, found))


def _service(one: ServiceFigures, report: Ownership) -> ServiceFiguresRecord:
    return ServiceFiguresRecord(
        service=one.service,
        owned=tuple(map(key, one.owned)),
        foreign_tables=tuple(map(key, one.foreign_tables)),
        used_tables=tuple(map(key, one.used_tables)),
        providers=one.providers,
        consumers=one.consumers,
        uses=one.uses,
        foreign_uses=one.foreign_uses,
        foreign_share=one.foreign_share,
        autonomy=one.autonomy,
        team=dict(report.teams).get(one.service),
        steps=steps(report.steps[one.service]),
    )


def steps(found: Iterable[Step]) -> tuple[StepRecord, ...]:
    """What must change, for a document."""
    return tuple(
        StepRecord(
            kind=step.kind,
            others=step.others,
            tables=tuple(map(key, step.tables)),
            database=step.database or None,
            places=_places(step.places),
        )
        for step in found
    )


def _suggestions(found: Suggestions) -> SuggestionsRecord:
    return SuggestionsRecord(
        owners=tuple(
            OwnerSuggestionRecord(
                table=key(one.table),
                owner=one.owner,
                better=one.better,
                owner_uses=one.owner_uses,
                better_uses=one.better_uses,
                gain=one.gain,
            )
            for one in found.owners
        ),
        boundaries=tuple(
            BoundarySuggestionRecord(services=one.services, tables=tuple(map(key, one.tables)), gain=one.gain)
            for one in found.boundaries
        ),
    )


def _trend(found: Trend) -> TrendRecord:
    return TrendRecord(
        figures=tuple(FigureChangeRecord(name=one.name, then=one.then, now=one.now) for one in found.figures),
        pairs=tuple(
            PairChangeRecord(
                service=one.service, owner=one.owner, direction=one.direction, tables=one.tables, places=one.places
            )
            for one in found.pairs
        ),
        unchanged=found.unchanged,
        newly_shared=found.newly_shared,
        no_longer_shared=found.no_longer_shared,
    )


def tie_record(tie: Tie) -> TieRecord:
    """The tie for a document."""
    return TieRecord(
        service=tie.service, table=key(tie.table), mode=tie.mode, foreign=tie.is_foreign, places=_places(tie.places)
    )


def _blast(blast: Blast) -> BlastRecord:
    table = blast.table
    return BlastRecord(table=key(table.id), owner=table.owner, consumers=blast.consumers, places=_places(blast.places))


def _pair(pair: Pair) -> PairRecord:
    return PairRecord(service=pair.service, owner=pair.owner, tables=tuple(map(key, pair.tables)), places=_places(pair.places))


def _join(join: TableJoin) -> JoinRecord:
    return JoinRecord(service=join.service, tables=tuple(map(key, join.tables)), kind=join.kind, place=place(join.place))


def _circle(cycle: Cycle) -> CircleRecord:
    steps = tuple(
        CrossingRecord(service=s.service, owner=s.owner, table=key(s.table), verb=s.verb, place=place(s.place))
        for s in cycle.crossings
    )
    return CircleRecord(services=cycle.services, crossings=steps)
