"""The report in front of an earlier one: what is new, gone, grown or less."""

from typing import Literal

import msgspec

from dblint.graph import Survey
from dblint.model.base import Fact
from dblint.report.shapes import FiguresRecord, TableKey

# What the figures are called in front of people.
FIGURES = {
    "services": "services",
    "tables": "tables",
    "uses": "uses of tables",
    "foreign_uses": "uses of others' tables",
    "foreign_share": "share of foreign uses",
    "shared_tables": "tables used by others",
    "pairs": "dependencies",
    "density": "coupling density",
    "cycles": "circles",
}

Direction = Literal["new", "grown", "less", "gone"]


class EarlierPair(msgspec.Struct, frozen=True):
    """A dependency of an earlier report."""

    service: str
    owner: str
    tables: tuple[TableKey, ...]
    places: tuple[dict[str, str | int], ...]


class EarlierBlast(msgspec.Struct, frozen=True):
    """A shared table of an earlier report."""

    table: TableKey


class Earlier(msgspec.Struct, frozen=True):
    """What is read of an earlier `dblint-report/1`; whatever else it holds does not matter."""

    schema: Literal["dblint-report/1"]
    figures: FiguresRecord
    pairs: tuple[EarlierPair, ...]
    blasts: tuple[EarlierBlast, ...]


class PairChange(Fact, frozen=True):
    """A dependency then and now, in tables and in places."""

    service: str
    owner: str
    direction: Direction
    tables: tuple[int, int]
    places: tuple[int, int]


class FigureChange(Fact, frozen=True):
    """A figure then and now; for each of them less is better, except for `services` and `tables`, which only are."""

    name: str
    then: float | None
    now: float | None


class Trend(Fact, frozen=True):
    """Everything that changed; `unchanged` counts the dependencies that did not."""

    figures: tuple[FigureChange, ...]
    pairs: tuple[PairChange, ...]
    unchanged: int
    newly_shared: tuple[TableKey, ...]
    no_longer_shared: tuple[TableKey, ...]


def earlier(data: bytes) -> Earlier:
    """The report of an earlier run.

    Raises:
        ValueError: saying in which way it is none.
    """
    try:
        return msgspec.json.decode(data, type=Earlier)
    except msgspec.ValidationError as error:
        raise ValueError(f"it is no dblint-report/1: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ValueError("it is not JSON") from None


def trend(old: Earlier, survey: Survey) -> Trend:
    """The changes from an earlier report to a survey, the largest first."""
    before = {(pair.service, pair.owner): (len(pair.tables), len(pair.places)) for pair in old.pairs}
    after = {(pair.service, pair.owner): (len(pair.tables), len(pair.places)) for pair in survey.pairs}
    changes = [
        PairChange(*names, _direction(then, now), (then[0], now[0]), (then[1], now[1]))
        for names in sorted(before.keys() | after.keys())
        if (then := before.get(names, (0, 0))) != (now := after.get(names, (0, 0)))
    ]
    was = {blast.table for blast in old.blasts}
    has = {
        TableKey(
            store=blast.table.id.store,
            database=blast.table.id.database,
            schema=blast.table.id.schema,
            table=blast.table.id.name,
        )
        for blast in survey.blasts
    }
    return Trend(
        figures=tuple(
            FigureChange(name, getattr(old.figures, name), getattr(survey.system, name))
            for name in FiguresRecord.__struct_fields__
        ),
        pairs=tuple(sorted(changes, key=lambda one: -abs(one.places[1] - one.places[0]))),
        unchanged=len(before.keys() & after.keys()) - sum(one.direction in ("grown", "less") for one in changes),
        newly_shared=tuple(sorted(has - was, key=_order)),
        no_longer_shared=tuple(sorted(was - has, key=_order)),
    )


def _direction(then: tuple[int, int], now: tuple[int, int]) -> Direction:
    if then == (0, 0):
        return "new"
    if now == (0, 0):
        return "gone"
    return "grown" if (now[1], now[0]) > (then[1], then[0]) else "less"


def _order(key: TableKey) -> tuple[str, str, str, str]:
    return key.database or "", key.schema or "", key.table, key.store


def figure(name: str, value: float | None) -> str:
    """A figure as people read it: shares in per cent, a dash where there is none."""
    if value is None:
        return "–"
    return f"{100 * value:.1f} %" if name in ("foreign_share", "density") else f"{value:,.0f}"
