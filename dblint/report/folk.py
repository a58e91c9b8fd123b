"""The answer to "what has this service, or this team, to do with tables?"."""

import difflib
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from dblint.graph import Survey, Tie, separation, table_order
from dblint.model.base import Fact
from dblint.model.facts import TableId
from dblint.model.place import Place
from dblint.model.system import System
from dblint.model.tree import Tree
from dblint.report.contract import WhoRecord, encode
from dblint.report.coverage import closing_line, count
from dblint.report.escape import show
from dblint.report.facts import table_record
from dblint.report.links import connected
from dblint.report.names import table_name
from dblint.report.ownership.brief import plan, spoken
from dblint.report.ownership.content import modes
from dblint.report.ownership.json import key, place, steps, tie_record
from dblint.report.paint import paint
from dblint.report.shapes import TeamRecord, Who, WhoServiceRecord
from dblint.report.view import View
from dblint.report.who import blocks, uses


class Folk(Fact, frozen=True):
    """The services of a system, and the `teams` that answer for them: service, team, and where that is said."""

    tree: Tree
    survey: Survey
    teams: tuple[tuple[str, str, Place], ...] = ()

    def services_called(self, name: str) -> tuple[str, ...]:
        """The services of that name, in any case."""
        return tuple(one for one in self.survey.order if one and one.casefold() == name.strip().casefold())

    def teams_called(self, name: str) -> tuple[str, ...]:
        """The teams of that name: `@shop/orders`, `shop/orders` and `orders` mean the same one."""
        wanted = name.strip().casefold()
        found = sorted({team for _, teams, _ in self.teams for team in teams.split()})
        return tuple(team for team in found if wanted in _names(team))

    def similar(self, name: str) -> tuple[str, ...]:
        """Services and teams with names like that."""
        known = {
            one.casefold(): one for one in (*self.survey.order, *(team for _, teams, _ in self.teams for team in teams.split()))
        }
        return tuple(known[match] for match in difflib.get_close_matches(name.casefold(), known, n=3, cutoff=0.6))

    def services_of(self, team: str) -> tuple[tuple[str, Place], ...]:
        """What a team answers for, each with the place that says so."""
        return tuple((service, where) for service, teams, where in self.teams if team in teams.split())

    def team_of(self, service: str) -> tuple[str, Place] | None:
        """Who answers for a service."""
        return next(((team, where) for name, team, where in self.teams if name == service), None)

    def ties_of(self, service: str) -> tuple[tuple[Tie, ...], tuple[Tie, ...]]:
        """Its ties to others' tables, and those of others to its own."""
        owned = {table.id for table in self.survey.tables if table.owner == service}
        foreign = [tie for tie in self.survey.ties if tie.is_foreign]
        return tuple(tie for tie in foreign if tie.service == service), tuple(tie for tie in foreign if tie.table in owned)


def as_text(
    folk: Folk, system: System, tables: Sequence[TableId], services: Sequence[str], teams: Sequence[str], view: View
) -> str:
    """The tables, services and teams that are called so, then the closing line."""
    told = blocks(system, tables, view)
    told += [_team(folk, team, view) for team in teams]
    told += [_service(folk, name, view) for name in _all(folk, services, teams)]
    return "\n\n".join("\n".join(block) for block in [*told, [closing_line(system.coverage)]]) + "\n"


def as_json(
    folk: Folk,
    system: System,
    tables: Sequence[TableId],
    services: Sequence[str],
    teams: Sequence[str],
    view: View,  # noqa: ARG001 - the signature of every format
) -> str:
    """The who document; the services of a team are described in it."""
    known = {table.id: table for table in system.tables}
    work = separation(folk.survey)
    paths = {service.name: service.path for service in folk.tree.services}
    records = []
    for name in _all(folk, services, teams):
        mine, theirs = folk.ties_of(name)
        team = folk.team_of(name)
        records.append(
            WhoServiceRecord(
                service=name,
                path=paths.get(name, ""),
                team=team[0] if team else None,
                databases=_databases(folk, name),
                owned=tuple(key(table.id) for table in folk.survey.tables if table.owner == name),
                uses=tuple(map(tie_record, mine)),
                used_by=tuple(map(tie_record, theirs)),
                steps=steps(work.get(name, ())),
            )
        )
    document = Who(
        schema="dblint-who/1",
        tables=tuple(
            WhoRecord(table=table_record(known[id_]), confidence=known[id_].confidence, uses=uses(system, id_))
            for id_ in tables
            if id_ in known
        ),
        services=tuple(records),
        teams=tuple(
            TeamRecord(
                team=team,
                services=tuple(service for service, _ in folk.services_of(team)),
                places=tuple(place(where) for _, where in folk.services_of(team)),
            )
            for team in teams
        ),
    )
    return encode(document)


WHO_FOLK: dict[str, Callable[[Folk, System, Sequence[TableId], Sequence[str], Sequence[str], View], str]] = {
    "text": as_text,
    "json": as_json,
}


def _all(folk: Folk, services: Iterable[str], teams: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*services, *(name for team in teams for name, _ in folk.services_of(team)))))


def _names(team: str) -> set[str]:
    folded = team.casefold()
    return {folded, folded.removeprefix("@"), folded.rpartition("/")[2]}


def _databases(folk: Folk, service: str) -> tuple[str, ...]:
    return tuple(sorted({link.database for link in folk.survey.connections if link.service == service}))


def _team(folk: Folk, team: str, view: View) -> list[str]:
    """The team, its services, and the teams that it has to talk to."""
    own = folk.services_of(team)
    lines = [f"{paint(show(team), 'path', view.colour)} answers for {count(len(own), 'service')}"]
    lines += [f"  {show(service)}  ({show(str(where))})" for service, where in own]
    names = {service for service, _ in own}
    owners = {table.id: table.owner for table in folk.survey.tables}
    foreign = [tie for tie in folk.survey.ties if tie.is_foreign]
    for words, ties, other in (
        ("uses data of", [tie for tie in foreign if tie.service in names], lambda tie: owners.get(tie.table)),
        ("its data is used by", [tie for tie in foreign if owners.get(tie.table) in names], lambda tie: tie.service),
    ):
        others: dict[str, set[TableId]] = {}
        for tie in ties:
            service = other(tie)
            if service and service not in names:
                found = folk.team_of(service)
                others.setdefault(found[0] if found else f"whoever answers for {service}", set()).add(tie.table)
        lines += [f"  {words} {show(who)}: {count(len(tables), 'table')}" for who, tables in sorted(others.items())]
    return lines


def _service(folk: Folk, name: str, view: View) -> list[str]:
    """What it owns, uses and is used for, and what must change before it can have its own database."""
    survey = folk.survey
    path = next((service.path for service in folk.tree.services if service.name == name), "")
    team = folk.team_of(name)
    mine, theirs = folk.ties_of(name)
    owned = [table.id for table in survey.tables if table.owner == name]
    lines = [paint(show(name), "path", view.colour) + (f" ({show(path)})" if path else "")]
    lines += [f"  {show(team[0])} answers for it ({show(str(team[1]))})"] if team else []
    lines += [f"  {line}" for line in connected(link for link in survey.connections if link.service == name)]
    lines.append(f"  owns {count(len(owned), 'table')}")
    for table in owned:
        others = sorted({tie.service for tie in theirs if tie.table == table})
        lines.append(f"    {table_name(table)}" + (f"  used by {show(', '.join(others))}" if others else ""))
    owners = {table.id: table.owner for table in survey.tables}
    lines.append(f"  uses {count(len({tie.table for tie in mine}), 'table')} of others")
    for table, ties in groupby(mine, key=lambda tie: tie.table):
        found = tuple(ties)
        lines.append(f"    {table_name(table)} ({show(owners.get(table) or 'no one owner')}): {modes(found)}")
        lines += [f"      {show(str(where))}" for where in sorted({where for tie in found for where in tie.places})]
    lines.append(f"  is used by {count(len({tie.service for tie in theirs}), 'service')}")
    by_user = sorted(theirs, key=lambda tie: (tie.service, table_order(tie.table)))
    for (service, table), ties in groupby(by_user, key=lambda tie: (tie.service, tie.table)):
        lines.append(f"    {show(service)} uses {table_name(table)}: {modes(ties)}")
    work = plan(separation(survey).get(name, ()))
    lines.append("  before it can have its own database" if work else "  nothing keeps it from a database of its own")
    for number, (sentence, places) in enumerate(work, 1):
        where = f" ({count(places, 'place')})" if places else ""
        lines.append(f"    {number}. {spoken(sentence, show, show, table_name)}{where}")
    return lines
