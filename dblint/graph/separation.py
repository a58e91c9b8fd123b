"""What must change before a service can have a database of its own."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from dblint.graph.survey import Survey
from dblint.graph.ties import Tie, TieMode, table_order
from dblint.model.base import Fact
from dblint.model.facts import TableId
from dblint.model.place import Place

StepKind = Literal["decide", "write", "read", "join", "reference", "release", "leave"]

# The order in which work is best begun: what nobody has decided, then what damages others, then what only depends on them.
_KINDS: dict[TieMode, StepKind] = {
    "write": "write",
    "lock": "write",
    "ddl": "write",
    "read": "read",
    "join": "join",
    "reference": "reference",
}


class Step(Fact, frozen=True):
    """One thing that must change, at these places.

    `decide`: who of these services owns the tables. `write`, `read`, `join`, `reference`: the service stops doing so to the
    tables of `others` (none where nobody owns them). `release`: `others` stop using its tables. `leave`: it moves out of
    `database`, to which `others` connect as well.
    """

    kind: StepKind
    others: tuple[str, ...]
    tables: tuple[TableId, ...] = ()
    places: tuple[Place, ...] = ()
    database: str = ""


def separation(survey: Survey) -> dict[str, tuple[Step, ...]]:
    """The steps of every service, in the order in which to take them; none where nothing stands in its way."""
    owners = {table.id: table.owner for table in survey.tables}
    claims = _undecided(survey)
    out: dict[str, list[Tie]] = defaultdict(list)
    back: dict[str, list[Tie]] = defaultdict(list)
    for tie in survey.ties:
        if tie.is_foreign:
            out[tie.service].append(tie)
            if owner := owners.get(tie.table):
                back[owner].append(tie)
    shared = _shared(survey)
    return {
        name: (
            *claims[name],
            *_grouped(out[name], lambda tie: (_KINDS[tie.mode], owners.get(tie.table) or "")),
            *_grouped(back[name], lambda tie: ("release", tie.service)),
            *shared[name],
        )
        for name in survey.order
    }


def _undecided(survey: Survey) -> dict[str, list[Step]]:
    """For every service the tables that it claims or uses, as others do, and of which nobody knows whose they are."""
    found: dict[str, list[Step]] = defaultdict(list)

    def add(names: set[str], table: TableId, places: Iterable[Place]) -> None:
        proof = tuple(sorted(set(places)))
        for name in sorted(names):
            if others := tuple(sorted(names - {name})):
                found[name].append(Step("decide", others, (table,), proof))

    for table in survey.contested:
        claimants = {*table.contested, *((table.owner,) if table.owner else ())}
        add(claimants, table.id, (proof.place for proof in table.evidence))
    ownerless = {table.id for table in survey.ownerless}
    users: dict[TableId, list[Tie]] = defaultdict(list)
    for tie in survey.ties:
        if tie.table in ownerless and tie.service:
            users[tie.table].append(tie)
    for id_, ties in users.items():
        add({tie.service for tie in ties}, id_, (place for tie in ties for place in tie.places))
    return found


def _grouped(ties: Iterable[Tie], key: Callable[[Tie], tuple[StepKind, str]]) -> Iterator[Step]:
    groups: dict[tuple[StepKind, str], list[Tie]] = defaultdict(list)
    for tie in ties:
        groups[key(tie)].append(tie)
    order = list(dict.fromkeys((*_KINDS.values(), "release")))
    for (kind, other), found in sorted(groups.items(), key=lambda group: (order.index(group[0][0]), group[0][1])):
        tables = tuple(sorted({tie.table for tie in found}, key=table_order))
        yield Step(kind, (other,) if other else (), tables, tuple(sorted({place for tie in found for place in tie.places})))


def _shared(survey: Survey) -> dict[str, list[Step]]:
    """For every service the databases that are not its alone."""
    users: dict[str, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for link in survey.connections:
        users[link.database][link.service].append(link.place)
    found: dict[str, list[Step]] = defaultdict(list)
    for database, services in sorted(users.items()):
        for name, places in services.items():
            if others := tuple(sorted(services.keys() - {name, ""})):
                found[name].append(Step("leave", others, (), tuple(sorted(set(places))), database))
    return found
