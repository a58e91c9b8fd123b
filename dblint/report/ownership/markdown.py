"""The ownership report as Markdown, for wikis and pull requests."""

from collections.abc import Iterable, Sequence

from dblint.graph import Survey, Tie
from dblint.model.facts import Connection, Table, TableId
from dblint.model.place import Place
from dblint.report.coverage import closing as closing_lines
from dblint.report.coverage import count, not_analysed
from dblint.report.escape import code, markdown, mask
from dblint.report.names import called, database_name, table_name
from dblint.report.ownership.brief import Sentence, brief, plan, spoken
from dblint.report.ownership.content import LETTERS, WORDS, Ownership, letters, modes, share
from dblint.report.ownership.trend import FIGURES, Trend, figure

_WIDEST = 12  # services that fit into the columns of a table
_PLACES = 6


def render(report: Ownership) -> str:
    """The report: figures, services, matrix, and then each list with the places that prove it."""
    survey = report.survey
    parts = [
        "# Who owns which data, and who reaches into it",
        "\n".join(f"- {_said(sentence)}" for sentence in brief(report)),
        _figures(report),
        *([_section("Trend", _trend(report.trend))] if report.trend else []),
        _section("Services", _services(survey)),
        _section("Who uses whose tables", _matrix(survey)),
        _section("Most coupled tables", _blasts(survey)),
        _section("Dependencies between services", _pairs(survey)),
        _section("Joins across owners", _joins(survey)),
        _section("Circles", _cycles(survey)),
        _section("Contested tables", _tables(survey.contested)),
        _section("Tables without an owner", _tables(survey.ownerless)),
        _section("Databases", _databases(report)),
        *([_section("Sharing by a pattern", _agreed(report))] if report.agreed else []),
        *([_section("Topics, buckets and the like", _resources(report))] if report.resources else []),
        _section("Allowances", _allowances(report)),
        _section("Before each service can have its own database", _steps(report)),
        _section("Suggestions", _suggestions(report)),
        _section("What could not be analysed", _gaps(report)),
    ]
    return "\n\n".join([*parts, *map(markdown, closing_lines(report.tree, report.system))]) + "\n"


def _section(title: str, lines: Sequence[str]) -> str:
    return f"## {title}\n\n" + ("\n".join(lines) or "None.")


def _figures(report: Ownership) -> str:
    system = report.survey.system
    rows = [
        ("services", f"{system.services:,}"),
        ("tables", f"{system.tables:,}"),
        ("tables used by others than their owner", f"{system.shared_tables:,}"),
        ("uses of tables in code", f"{system.uses:,}"),
        ("of these, of others' tables", f"{system.foreign_uses:,} ({share(system.foreign_share)})"),
        ("dependencies between services", f"{system.pairs:,} (density {share(system.density)})"),
        ("circles", f"{system.cycles:,}"),
    ]
    return _table(("", ""), rows)


def _services(survey: Survey) -> list[str]:
    figures = {one.service: one for one in survey.services}
    rows = [
        (
            _service(name),
            f"{len(one.owned):,}",
            f"{len(one.foreign_tables):,} of {count(len(one.providers), 'service')}",
            f"{len(one.used_tables):,} by {count(len(one.consumers), 'service')}",
            share(one.foreign_share),
            share(one.autonomy),
        )
        for name in survey.order
        if (one := figures.get(name))
    ]
    head = ("service", "owns", "uses tables of others", "own tables used by others", "foreign share", "autonomy")
    return [_table(head, rows)] if rows else []


def _matrix(survey: Survey) -> list[str]:
    """Tables that others use as rows, services as columns; with many services each row lists them instead."""
    cells: dict[TableId, dict[str, list[Tie]]] = {}
    for tie in survey.ties:
        cells.setdefault(tie.table, {}).setdefault(tie.service, []).append(tie)
    blasts = sorted(survey.blasts, key=lambda blast: (_rank(survey, blast.table.owner), blast.table.id.database or ""))
    columns = [name for name in survey.order if any(name in cells[blast.table.id] for blast in blasts)]
    if not blasts:
        return []
    legend = ", ".join(f"{LETTERS[mode]} {WORDS[mode]}" for mode in LETTERS)
    if len(columns) <= _WIDEST:
        rows = [(*_named(blast.table), *(letters(cells[blast.table.id].get(name, ())) for name in columns)) for blast in blasts]
        return [_table(("owner", "database", "table", *map(_service, columns)), rows), "", legend]
    rows = [
        (*_named(blast.table), ", ".join(f"{_service(name)} {letters(ties)}" for name, ties in cells[blast.table.id].items()))
        for blast in blasts
    ]
    return [_table(("owner", "database", "table", "used by"), rows), "", legend]


def _blasts(survey: Survey) -> list[str]:
    rows = [
        (code(table_name(blast.table.id)), _owner(blast.table.owner), " ".join(map(_service, blast.consumers)),
         modes(blast.ties), _places(blast.places))
        for blast in survey.blasts
    ]  # fmt: skip
    return [_table(("table", "owner", "a change touches", "uses", "places"), rows)] if rows else []


def _pairs(survey: Survey) -> list[str]:
    rows = [
        (f"{_service(pair.service)} → {code(pair.owner)}", f"{len(pair.tables):,}", modes(pair.ties),
         " ".join(code(table_name(table)) for table in pair.tables), _places(pair.places))
        for pair in survey.pairs
    ]  # fmt: skip
    return [_table(("service → owner", "tables", "uses", "which", "places"), rows)] if rows else []


def _joins(survey: Survey) -> list[str]:
    owners = {table.id: table.owner for table in survey.tables}
    rows = [
        (_service(join.service), " ".join(f"{code(table_name(t))} ({_owner(owners.get(t))})" for t in join.tables),
         code(str(join.place)))
        for join in survey.joins
    ]  # fmt: skip
    return [_table(("service", "tables (owner)", "place"), rows)] if rows else []


def _cycles(survey: Survey) -> list[str]:
    lines = []
    for cycle in survey.cycles:
        lines.append("- " + " → ".join(map(_service, (*cycle.services, cycle.services[0]))))
        lines += [
            f"  - {_service(step.service)} {step.verb} {code(table_name(step.table))} of {code(step.owner)}:"
            f" {code(str(step.place))}"
            for step in cycle.crossings
        ]
    return lines


def _tables(tables: Iterable[Table]) -> list[str]:
    return [
        f"- {code(table_name(table.id))} in {code(database_name(table.id))}"
        + (f": claimed by {' '.join(map(code, table.contested))}" if table.contested else "")
        + (f" ({_places([proof.place for proof in table.evidence])})" if table.evidence else "")
        for table in tables
    ]


def _databases(report: Ownership) -> list[str]:
    lines = []
    for store, database, links in report.databases:
        lines.append(f"- {code(database)} ({markdown(store)}): {count(len({link.service for link in links}), 'service')}")
        lines += [f"  - {_service(link.service)}: {code(str(link.place))}{_as(link)}" for link in links]
    return lines


def _as(link: Connection) -> str:
    """What a setting says besides the database: the environment it is for, the schema, that it is for reading only."""
    told = [f"in {markdown(link.environment)}"] if link.environment else []
    told += [f"schema {code(link.schema)}"] if link.schema else []
    told += ["read only"] if link.read_only else []
    return f" ({', '.join(told)})" if told else ""


def _allowances(report: Ownership) -> list[str]:
    rows = [
        (code(entry.service), code(entry.table), ", ".join(entry.modes), markdown(entry.reason),
         f"{entry.until or 'no end'}{' (expired)' if report.is_expired(entry) else ''}", code(str(entry.place)))
        for entry in report.allowances
    ]  # fmt: skip
    return [_table(("service", "table", "modes", "reason", "until", "place"), rows)] if rows else []


def _agreed(report: Ownership) -> list[str]:
    rows = [
        (markdown(entry.pattern), " ".join(map(code, entry.tables)), " ".join(map(code, entry.services)),
         code(entry.source) if entry.source else "–", " ".join(map(code, entry.feeder)) or "–",
         markdown(entry.staleness) or "not stated", markdown(entry.reason), str(entry.until or "no end"),
         code(str(entry.place)))
        for entry in report.agreed
    ]  # fmt: skip
    head = ("pattern", "tables", "services", "made from", "written by", "how old it may be", "reason", "until", "place")
    return [_table(head, rows)]


def _resources(report: Ownership) -> list[str]:
    rows = [
        (code(entry.name), markdown(entry.kind), code(entry.owner), " ".join(map(code, entry.services)) or "–",
         markdown(entry.reason), code(str(entry.place)))
        for entry in report.resources
    ]  # fmt: skip
    note = "Declared in dblint.yaml; dblint looks for them in no code."
    return [note, "", _table(("name", "kind", "owner", "used by", "reason", "place"), rows)]


def _steps(report: Ownership) -> list[str]:
    """Each service that has something to change, with its steps in order."""
    lines = []
    for name, steps in report.steps.items():
        if steps:
            lines.append(f"- {_service(name)}")
            for number, (sentence, places) in enumerate(plan(steps), 1):
                where = f" ({count(places, 'place')})" if places else ""
                lines.append(f"  {number}. {_said(sentence)}{where}")
    return lines


def _suggestions(report: Ownership) -> list[str]:
    found = report.suggestions
    lines = [
        f"- {code(table_name(one.table))} might belong to {_service(one.better)} instead of {_owner(one.owner)}: "
        f"{count(one.better_uses, 'use')} against {one.owner_uses:,}, {one.gain:,} fewer across owners"
        for one in found.owners
    ]
    lines += [
        f"- {', '.join(map(_service, one.services))} work on the same data: within one boundary, "
        f"{count(one.gain, 'use')} across owners would be their own"
        for one in found.boundaries
    ]
    note = "Computed from who uses what, by communities of the graph of services and tables: a reason to look, no verdict."
    return [note, "", *lines] if lines else []


def _trend(found: Trend) -> list[str]:
    """The figures then and now, and the dependencies that changed, each with a bar for its places."""
    figures = [(FIGURES[one.name], figure(one.name, one.then), figure(one.name, one.now)) for one in found.figures]
    lines = [_table(("figure", "then", "now"), figures), ""]
    most = max((number for pair in found.pairs for number in pair.places), default=1)
    rows = [
        (f"{_service(pair.service)} → {code(pair.owner)}", pair.direction, f"{pair.tables[0]:,} → {pair.tables[1]:,}",
         f"{pair.places[0]:,} → {pair.places[1]:,}", f"{_bar(pair.places[0], most, '░')} {_bar(pair.places[1], most, '█')}")
        for pair in found.pairs
    ]  # fmt: skip
    if rows:
        lines += [_table(("service → owner", "", "tables", "places", "places then ░ and now █"), rows), ""]
    lines.append(f"{count(found.unchanged, 'dependency', 'dependencies')} unchanged.")
    for words, keys in (("Newly shared", found.newly_shared), ("No longer shared", found.no_longer_shared)):
        if keys:
            names = (code(table_name(TableId(key.store, key.database, key.schema, key.table))) for key in keys)
            lines += ["", f"{words}: {', '.join(names)}"]
    return lines


def _bar(number: int, most: int, sign: str) -> str:
    return sign * -(-10 * number // most)


def _said(sentence: Sentence) -> str:
    return spoken(sentence, markdown, _service, lambda table: code(table_name(table)))


def _gaps(report: Ownership) -> list[str]:
    lines = [f"- {markdown(line)}" for line in not_analysed(report.problems)]
    return lines + [
        f"- {code(str(call.place))} ({_service(call.service)}): {markdown(call.reason)}"
        + (f" {code(mask(call.partial))}" if call.partial else "")
        for call in report.system.unresolved
    ]


def _named(table: Table) -> tuple[str, str, str]:
    return _owner(table.owner), code(database_name(table.id)), code(table_name(table.id))


def _service(name: str) -> str:
    return code(called(name))


def _owner(owner: str | None) -> str:
    return code(owner) if owner else "nobody"


def _places(places: Sequence[Place]) -> str:
    more = f" and {len(places) - _PLACES:,} more" if len(places) > _PLACES else ""
    return " ".join(code(str(place)) for place in places[:_PLACES]) + more


def _rank(survey: Survey, owner: str | None) -> int:
    return survey.order.index(owner) if owner in survey.order else len(survey.order)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
