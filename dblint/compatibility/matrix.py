"""The matrix as data: which change does what to which kind of use."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import msgspec

from dblint.model.base import Fact

Consumer = Literal["RN", "RO", "RS", "RP", "IC", "IO", "IX", "UP", "DL", "UC", "VW", "PL", "FK", "CDC"]
CONSUMERS: tuple[Consumer, ...] = get_args(Consumer)
DIALECTS = ("postgres", "mysql", "sqlite", "tsql", "oracle")
"""The dialects that the matrix tells apart; the first one is what `cells` hold for."""

_LIKE: Mapping[str, str] = {"redshift": "postgres", "duckdb": "postgres", "mariadb": "mysql"}
_WORST = ("E", "S", "D", "R", "ok", "-")


class ChangeRow(Fact, frozen=True, forbid_unknown_fields=True):
    """What one kind of change does: cells such as `E`, `S/E` or `ok` by consumer, and what differs in other dialects.

    `instead` is the safe way, `sources` are keys of the matrix's sources, `notes` keys of its notes.
    """

    change: str
    title: str
    cells: Mapping[Consumer, str]
    instead: str
    sources: tuple[str, ...]
    mysql: Mapping[Consumer, str] = {}
    sqlite: Mapping[Consumer, str] = {}
    tsql: Mapping[Consumer, str] = {}
    oracle: Mapping[Consumer, str] = {}
    notes: tuple[int, ...] = ()

    def text(self, consumer: Consumer, dialect: str) -> str:
        """The cell as it is written for one of `DIALECTS`."""
        own: Mapping[Consumer, str] = {} if dialect == DIALECTS[0] else getattr(self, dialect)
        return own.get(consumer, self.cells[consumer])


class Matrix(Fact, frozen=True, forbid_unknown_fields=True):
    """All rows, with the words for consumers, the notes and the sources."""

    consumers: Mapping[Consumer, str]
    changes: tuple[ChangeRow, ...]
    notes: Mapping[int, str]
    sources: Mapping[str, str]


class Cell(Fact, frozen=True):
    """What happens: `E`, `S`, `D`, `R`, `ok` or `-`; `sure` is false where it depends on a dialect that is not known."""

    verdict: str
    sure: bool = True

    @property
    def breaks(self) -> bool:
        """Whether the consumer certainly fails or gets wrong data."""
        return self.verdict in ("E", "S")

    @property
    def matters(self) -> bool:
        """Whether anything at all may happen to the consumer."""
        return self.verdict not in ("ok", "-")


@cache
def matrix() -> Matrix:
    """The matrix that comes with dblint."""
    import yaml  # noqa: PLC0415 - only a run with pending changes needs it

    text = Path(__file__).with_name("matrix.yaml").read_text("utf-8")
    return msgspec.convert(yaml.safe_load(text), Matrix, strict=False)


@cache
def _rows() -> dict[str, ChangeRow]:
    return {row.change: row for row in matrix().changes}


def row(change: str) -> ChangeRow:
    """The row of a kind of change.

    Raises:
        KeyError: if the matrix does not have it.
    """
    return _rows()[change]


@cache
def cell(change: str, consumer: Consumer, dialect: str = "") -> Cell:
    """What the change does to the consumer; of an unknown dialect the worst that any database does.

    Raises:
        KeyError: if the matrix does not have the change.
    """
    found = row(change)
    known = _LIKE.get(dialect, dialect)
    if known in DIALECTS:
        return Cell(_first(found.text(consumer, known)))
    verdicts = {_first(found.text(consumer, each)) for each in DIALECTS[:3]} - {"-"} or {"-"}
    return Cell(min(verdicts, key=_WORST.index), len(verdicts) == 1)


def _first(text: str) -> str:
    return text.partition("/")[0]
