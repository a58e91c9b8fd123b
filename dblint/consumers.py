"""Who in another repository uses what changes here: its facts document, read beside this tree's own system."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import cast

import msgspec
from msgspec.structs import replace

from dblint.graph import Coupling
from dblint.judge import judge
from dblint.model.base import Fact
from dblint.model.facts import Access, Confidence, TableId
from dblint.model.findings import Finding
from dblint.model.place import Place
from dblint.model.sql import Action, Mode
from dblint.model.system import System
from dblint.model.tree import Service
from dblint.pipeline import Analysis

_ACTIONS = {"read": "select", "write": "update", "lock": "lock", "ddl": "alter"}
_CHECK = "change"


class ConsumersError(Exception):
    """A facts document that cannot be used; the message says why."""


class _Service(Fact, frozen=True):
    name: str


class _Access(Fact, frozen=True):
    service: str
    store: str
    table: str
    mode: str
    path: str
    line: int
    database: str | None = None
    schema: str | None = None
    columns: tuple[str, ...] | None = None
    shape: str = ""
    how: str = ""
    confidence: str = "explicit"
    via: tuple[str, ...] = ()


class _Facts(Fact, frozen=True):
    """What is needed of a `dblint-facts/1` document."""

    schema: str
    services: tuple[_Service, ...]
    accesses: tuple[_Access, ...]


def with_consumers(analysis: Analysis, paths: Iterable[Path], today: date) -> Analysis:
    """The analysis with the findings on pending changes that hit services of other repositories, told by their facts.

    Raises:
        ConsumersError: for a file that cannot be read, or is no facts document.
    """
    system = analysis.system
    known = {service.name for service in system.services}
    added: list[Access] = []
    foreign: dict[str, Service] = {}
    for path in paths:
        document = _read(path)
        for each in document.services:
            # The same service in both is the one that is here.
            if each.name not in known:
                foreign[each.name] = Service(each.name, f"{path}", ())
        added += _accesses(document, system, path, frozenset(foreign))
    whole = replace(
        system,
        services=(*system.services, *foreign.values()),
        accesses=tuple(sorted((*system.accesses, *added), key=lambda access: (access.service, access.place))),
    )
    rules = tuple(rule for rule in analysis.rules if rule.check == _CHECK)
    found = judge(whole, Coupling(whole), rules, analysis.configuration, (), today)
    hit = tuple(finding for finding in found if finding.service in foreign)
    findings = tuple(sorted((*analysis.findings, *hit), key=_order))
    return replace(analysis, findings=findings)


def _order(finding: Finding) -> tuple[object, ...]:
    return (finding.place.path, finding.place.line, finding.id, finding.rule, str(finding.table), finding.fingerprint)


def _read(path: Path) -> _Facts:
    try:
        document = msgspec.json.decode(path.read_bytes(), type=_Facts)
    except OSError:
        raise ConsumersError(f"{path} cannot be read") from None
    except msgspec.MsgspecError:
        raise ConsumersError(f"{path} is no facts document") from None
    if document.schema != "dblint-facts/1":
        raise ConsumersError(f"{path} is no document of dblint-facts/1")
    return document


def _accesses(document: _Facts, system: System, path: Path, foreign: frozenset[str]) -> Iterator[Access]:
    """The accesses of foreign services to the tables that change here; places name the document they come from."""
    changed = {pending.table for pending in system.pending}
    number = max((access.statement for access in system.accesses), default=0)
    for each in document.accesses:
        # A join's tables stand there a second time, as what the statement reads of each.
        if each.service not in foreign or each.mode not in _ACTIONS:
            continue
        for table in changed:
            if _is_same(each, table):
                number += 1
                yield Access(
                    each.service,
                    table,
                    cast("Mode", each.mode),
                    cast("Action", _action(each)),
                    each.shape,
                    each.columns,
                    Place(f"{path.name}:{each.path}", each.line),
                    each.how,
                    _confidence(each, table),
                    number,
                    each.via,
                )


def _action(access: _Access) -> str:
    """What a write does, as its shape says."""
    if access.mode == "write":
        for word in ("insert", "update", "delete", "truncate", "upsert"):
            if access.shape.startswith(word):
                return word
        if access.shape.startswith("conflict"):
            return "upsert"
    return _ACTIONS[access.mode]


def _is_same(access: _Access, table: TableId) -> bool:
    """Whether it may be the same table: equal names, and nothing that is known of both differs."""
    return (
        access.store == table.store
        and access.table.casefold() == table.name.casefold()
        and (access.schema is None or table.schema is None or access.schema.casefold() == table.schema.casefold())
        and (access.database is None or table.known_database is None or access.database == table.known_database)
    )


def _confidence(access: _Access, table: TableId) -> Confidence:
    """Where a database is not known on one side, the same name is only a likely match."""
    certain = access.database is not None and access.database == table.known_database
    return cast("Confidence", access.confidence) if certain else "guess"
