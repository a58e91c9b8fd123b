"""What a baseline holds."""

from typing import NamedTuple

from dblint.config.model import Mistake
from dblint.model.base import Fact
from dblint.model.findings import Finding
from dblint.model.place import Place

FOLDER = ".dblint/baseline"


class Key(NamedTuple):
    """What accepted findings have in common: everything but line, column and wording; `path` is relative to the root."""

    rule: str
    service: str
    table: str
    mode: str
    path: str


class Entry(Fact, frozen=True):
    """So many findings of one key are accepted; `place` is where the baseline says so, `owner` whose file that is."""

    key: Key
    count: int
    owner: str | None
    place: Place


class Baseline(Fact, frozen=True):
    """All accepted findings, and how much of the tree was not understood.

    `unresolved` are services with the number of their database calls without a known table, `unread` files that were not
    analysed with the reason. `files` are the names of the baseline's own files.
    """

    entries: tuple[Entry, ...] = ()
    unresolved: tuple[tuple[str, int], ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()


class BaselineError(Exception):
    """The baseline is damaged; `mistakes` are all that were found."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


def key_of(finding: Finding) -> Key:
    """The key of a finding."""
    table = finding.table
    name = str(table) if table.store == "sql" else f"{table.store}:{table}"
    return Key(finding.rule, finding.service, name, finding.mode, finding.place.path)
