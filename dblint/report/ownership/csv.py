"""The ownership report for spreadsheets: one row per relation, of which `kind` says what it is."""

import csv
import io
from collections.abc import Iterable, Iterator

from dblint.graph import Survey
from dblint.model.facts import TableId
from dblint.model.place import Place
from dblint.report.coverage import closing_line
from dblint.report.escape import cell
from dblint.report.ownership.content import WORDS, Ownership

_NOTHING = TableId("", None, None, "")
_HEAD = ("kind", "service", "owner", "store", "database", "schema", "table", "how", "foreign", "number", "places")


def render(report: Ownership) -> str:
    """The rows: uses, tables, databases, circles, allowances, sharing, resources, what was not analysed, then the coverage."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEAD)
    writer.writerows([cell(str(value)) for value in row] for row in _rows(report))
    return out.getvalue()


def _rows(report: Ownership) -> Iterator[tuple[object, ...]]:
    yield from _relations(report.survey)
    for store, database, links in report.databases:
        for link in links:
            yield _row("connection", link.service, "", TableId(store, database, link.schema, ""), link.how, "", [link.place])
    yield from _outlook(report)
    for entry in report.allowances:
        how = f"{', '.join(entry.modes)} until {entry.until or 'ever'}: {entry.reason}"
        yield _row("allowance", entry.service, "", TableId("", None, None, entry.table), how, "", [entry.place])
    for agreed in report.agreed:
        how = f"{agreed.pattern}, as old as {agreed.staleness or 'not stated'}: {agreed.reason}"
        for name in agreed.tables:
            yield _row("sharing", " ".join(agreed.services), "", TableId("", None, None, name), how, "", [agreed.place])
    for resource in report.resources:
        table = TableId(resource.kind, None, None, resource.name)
        yield _row("resource", " ".join(resource.services), resource.owner, table, resource.reason, "", [resource.place])
    for call in report.system.unresolved:
        yield _row("unresolved", call.service, "", _NOTHING, call.reason, "", [call.place])
    for problem in report.problems:
        yield _row("not analysed", "", "", _NOTHING, problem.reason, "", [Place(problem.path, problem.line)])
    yield _row("coverage", "", "", _NOTHING, closing_line(report.system.coverage), "", [])


def _relations(survey: Survey) -> Iterator[tuple[object, ...]]:
    owners = {table.id: table.owner or "" for table in survey.tables}
    for tie in survey.ties:
        yield _row("use", tie.service, owners.get(tie.table, ""), tie.table, WORDS[tie.mode], tie.is_foreign, tie.places)
    for table in survey.tables:
        kind = "contested" if table.contested else "table" if table.owner else "ownerless"
        places = [proof.place for proof in table.evidence]
        yield _row(kind, " ".join(table.contested), table.owner or "", table.id, table.confidence, "", places)
    for join in survey.joins:
        for id_ in join.tables:
            yield _row("join", join.service, owners.get(id_, ""), id_, join.kind, owners.get(id_) != join.service, [join.place])
    for number, cycle in enumerate(survey.cycles, 1):
        for step in cycle.crossings:
            yield _row("circle", step.service, step.owner, step.table, f"{number}: {step.verb}", True, [step.place])


def _outlook(report: Ownership) -> Iterator[tuple[object, ...]]:
    for name, steps in report.steps.items():
        for step in steps:
            for table in step.tables or (TableId("", step.database, None, ""),):
                yield _row("step", name, " ".join(step.others), table, step.kind, "", step.places)
    for one in report.suggestions.owners:
        how = f"{one.gain} fewer foreign uses than with {one.owner}"
        yield _row("suggestion", "", one.better, one.table, how, "", [])
    for group in report.suggestions.boundaries:
        yield _row(
            "suggestion", " ".join(group.services), "", _NOTHING, f"one boundary: {group.gain} foreign uses less", "", []
        )
    for change in report.trend.pairs if report.trend else ():
        how = f"{change.direction}: {change.places[0]} to {change.places[1]} places"
        yield _row("trend", change.service, change.owner, _NOTHING, how, True, [])


def _row(
    kind: str, service: str, owner: str, table: TableId, how: str, foreign: bool | str, places: Iterable[Place]
) -> tuple[object, ...]:
    where = [str(place) for place in places]
    told = str(foreign).lower()
    return (
        kind, service, owner, table.store, table.database or "", table.schema or "", table.name, how, told, len(where),
        " ".join(where),
    )  # fmt: skip
