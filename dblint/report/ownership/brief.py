"""What an architect should know after a minute: a few sentences, the same in every format."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from dblint.graph import Step, Survey
from dblint.model.base import Fact
from dblint.model.facts import TableId
from dblint.report.coverage import count
from dblint.report.ownership.content import Ownership, share

_MANY = 4
_DOUBTFUL = 0.9  # below this share of statements or files, the picture may be far from whole


class Name(Fact, frozen=True):
    """A service in a sentence."""

    service: str


Part = str | Name | TableId
Sentence = tuple[Part, ...]


def spoken(
    sentence: Sentence, text: Callable[[str], str], service: Callable[[str], str], table: Callable[[TableId], str]
) -> str:
    """The sentence in a format's own writing."""
    return "".join(
        service(part.service) if isinstance(part, Name) else table(part) if isinstance(part, TableId) else text(part)
        for part in sentence
    )


def brief(report: Ownership) -> tuple[Sentence, ...]:
    """The sentences, the most telling first."""
    survey = report.survey
    if not survey.blasts:
        ending = (*_changes(report), *_doubts(report))
        if not survey.tables:
            return (("No table was found, so there is nothing that services could share.",), *ending)
        return ((f"No service uses another's table: {_these(len(survey.deployed))} their own.",), *ending)
    return (
        *_extent(report),
        *_hub(survey),
        *_strongest(survey),
        *_circles(survey),
        *_ready(report),
        *_undecided(survey),
        *_changes(report),
        *_doubts(report),
    )


def plan(steps: Sequence[Step]) -> tuple[tuple[Sentence, int], ...]:
    """What a service must do, in order, with the number of places; steps of one kind are one line."""
    kinds: dict[str, list[Step]] = {}
    for step in steps:
        kinds.setdefault(step.kind, []).append(step)
    return tuple(
        (_asked(kind, found), len({place for step in found for place in step.places})) for kind, found in kinds.items()
    )


def _asked(kind: str, steps: Sequence[Step]) -> Sentence:
    """`Stop writing 3 tables of billing: let the owner's API do it`."""
    others = tuple(dict.fromkeys(name for step in steps for name in step.others))
    found = tuple(dict.fromkeys(table for step in steps for table in step.tables))
    tables = _tables(found)
    lost = any(not step.others for step in steps)
    whose: Sentence = (" of ", *_names(others), *((" and of nobody",) if lost else ())) if others else (" that nobody owns",)
    match kind:
        case "decide":
            return ("Decide with ", *_names(others), " who owns ", *tables, ".")
        case "write":
            return ("Stop writing ", *tables, *whose, ": let the owner do it, by its API.")
        case "read":
            return ("Stop reading ", *tables, *whose, ": call the owner's API, or keep a copy fed by its events.")
        case "join":
            return ("Take apart the joins with ", *tables, *whose, ": build a read model.")
        case "reference":
            return ("Drop the foreign keys to ", *tables, *whose, ": keep the identifiers without the constraint.")
        case "release":
            return ("Offer ", *_names(others), " another way to ", *tables, ": an API, or events.")
    databases = sorted({step.database for step in steps})
    where = databases[0] if len(databases) == 1 else f"{len(databases):,} databases"
    return (f"Move out of {where}: ", *_names(others), " would stay." if len(others) > 1 else " would stay there.")


def _these(number: int) -> str:
    return "the only one keeps to" if number == 1 else "both keep to" if number == 2 else f"all {number:,} keep to"


def _names(names: Sequence[str], most: int = _MANY) -> Sentence:
    """`a, b and c`, or `a, b, c and 9 more`; what belongs to no service comes last."""
    names = sorted(names, key=lambda name: not name)
    shown: list[Part] = [Name(name) for name in names[:most]]
    if len(names) > most:
        shown.append(f"{len(names) - most:,} more")
    return _listed(shown)


def _tables(tables: Sequence[TableId]) -> Sentence:
    return _listed(list(tables)) if len(tables) < 4 else (count(len(tables), "table"),)


def _listed(parts: list[Part]) -> Sentence:
    made: list[Part] = []
    for number, part in enumerate(parts):
        if number:
            made.append(" and " if number == len(parts) - 1 else ", ")
        made.append(part)
    return tuple(made)


def _extent(report: Ownership) -> Iterator[Sentence]:
    survey = report.survey
    figures = survey.system
    coupled = [one for one in survey.services if one.service in survey.deployed and (one.providers or one.consumers)]
    if figures.uses and figures.foreign_uses:
        part = f"{share(figures.foreign_share)} of all uses of tables reach into another service's data"
    else:
        part = "Services reach into each other's tables"
    tables = "1 table of" if figures.shared_tables == 1 else f"{figures.shared_tables:,} of"
    yield (f"{part}: {count(len(coupled), 'service')} of {figures.services:,} and {tables} {figures.tables:,} are involved.",)


def _hub(survey: Survey) -> Iterator[Sentence]:
    blast = survey.blasts[0]
    owner: Sentence = (" of ", Name(blast.table.owner)) if blast.table.owner else ("",)
    notice = f" notice{'s' if len(blast.consumers) == 1 else ''} it, at {count(len(blast.places), 'place')}."
    yield ("A change of ", blast.table.id, *owner, " touches most: ", *_names(blast.consumers), notice)


def _strongest(survey: Survey) -> Iterator[Sentence]:
    pair = survey.pairs[0]
    writes = sum(len(tie.places) for tie in pair.ties if tie.mode in ("write", "lock"))
    told = f", {writes:,} of which write" if writes else ", none of which writes"
    yield (
        Name(pair.service), " depends most on ", Name(pair.owner),
        f": {count(len(pair.tables), 'table')} at {count(len(pair.places), 'place')}{told}.",
    )  # fmt: skip


def _circles(survey: Survey) -> Iterator[Sentence]:
    if survey.cycles:
        ring = survey.cycles[0].services
        told = "each other's data: neither" if len(ring) == 2 else "each other's data in a circle: none"
        more = f" There are {len(survey.cycles):,} such circles." if len(survey.cycles) > 1 else ""
        yield (*_names(ring), f" reach into {told} can move alone.{more}")


def _ready(report: Ownership) -> Iterator[Sentence]:
    """Who shares no table, and who is nearest to that or furthest from it."""
    figures = {one.service: one for one in report.survey.services if one.service in report.survey.deployed}
    work = {
        name: sum(len(step.places) for step in steps if step.kind != "leave")
        for name, steps in report.steps.items()
        if name in figures and figures[name].owned
    }
    free = [name for name, places in work.items() if not places]
    if free:
        verb, whose = ("shares", "its") if len(free) == 1 else ("share", "their")
        yield (*_names(free, 6), f" {verb} no table as far as was understood, and could have a database of {whose} own.")
    busy = {name: places for name, places in work.items() if places}
    if busy and not free:
        least = min(busy, key=lambda name: (busy[name], name))
        yield (Name(least), f" is nearest to a database of its own: {_in_the_way(busy[least])}.")
    elif busy:
        most = max(busy, key=lambda name: (busy[name], name))
        yield (Name(most), f" is furthest from that: {_in_the_way(busy[most])}.")


def _in_the_way(places: int) -> str:
    return f"{count(places, 'place')} stand{'s' if places == 1 else ''} in the way"


def _undecided(survey: Survey) -> Iterator[Sentence]:
    contested, ownerless = len(survey.contested), len(survey.ownerless)
    said = []
    if contested:
        said.append(f"{count(contested, 'table')} {'is' if contested == 1 else 'are'} claimed by several services")
    if ownerless:
        said.append(f"{count(ownerless, 'table')} {'has' if ownerless == 1 else 'have'} no owner")
    if said:
        yield (f"{' and '.join(said)}: decide that first.",)


def _changes(report: Ownership) -> Iterator[Sentence]:
    """Whether it is getting better."""
    if report.trend is None:
        return
    counted = Counter(one.direction for one in report.trend.pairs)
    words = [f"{counted[way]:,} {way}" for way in ("new", "grown", "less", "gone") if counted[way]]
    then, now = next((one.then, one.now) for one in report.trend.figures if one.name == "foreign_share")
    if words:
        shares = f"foreign uses went from {share(then)} to {share(now)}"
        yield (f"Since the earlier report, dependencies are {', '.join(words)}; {shares}.",)
    else:
        yield ("Since the earlier report, no dependency between services has changed.",)


def _doubts(report: Ownership) -> Iterator[Sentence]:
    coverage = report.system.coverage
    if coverage.statements_found and coverage.statements_resolved < _DOUBTFUL * coverage.statements_found:
        known = coverage.statements_resolved / coverage.statements_found
        yield (f"Only {share(known)} of the SQL statements could be resolved: there may be more than is seen here.",)
    unread = sum(number for _, number in report.tree.unsupported)
    if unread > (1 - _DOUBTFUL) * coverage.files_read:
        were = "was" if unread == 1 else "were"
        yield (f"{count(unread, 'file')} of languages that dblint cannot read {were} left out: what they do is not in here.",)
