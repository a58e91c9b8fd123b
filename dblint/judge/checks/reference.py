"""A foreign key leads from the tables of one service to those of another."""

from collections.abc import Iterator

from dblint.graph import Coupling
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import CONFIDENCES, Draft, weakest
from dblint.judge.wording import doubts, holder, owned, proof, shown, with_columns
from dblint.model.facts import Evidence, Reference, TableId


def reference(coupling: Coupling, options: Scope) -> Iterator[Draft]:
    """A draft for every foreign key across owners; one that a model and a migration both state is one."""
    groups: dict[tuple[str, TableId, tuple[str, ...], TableId], list[Reference]] = {}
    for found in coupling.references_across():
        if options.holds(found.service, found.target):
            groups.setdefault((found.service, found.table, found.columns, found.target), []).append(found)
    for same in groups.values():
        yield _draft(coupling, sorted(same, key=lambda one: (CONFIDENCES.index(one.confidence), one.place)))


def _draft(coupling: Coupling, same: list[Reference]) -> Draft:
    first, *rest = same
    known = coupling.table(first.target)
    source, target = with_columns(first.table, first.columns), with_columns(first.target, first.target_columns)
    other = holder(coupling, first.target)
    again = (Evidence("reference", one.place, f"{one.place} states the same foreign key") for one in rest)
    return Draft(
        service=first.service,
        owner=coupling.owner_of(first.target),
        table=first.target,
        place=first.place,
        mode="reference",
        message=(
            f"{first.service} ties {source} by a foreign key to {target}, {owned(coupling, first.target)}: "
            f"{other} cannot delete, restore or move these rows without {first.service}"
        ),
        evidence=(
            *proof(coupling, first.target),
            *doubts(coupling, first.target, first.place, first.confidence, ()),
            *dict.fromkeys(again),
        ),
        confidence=weakest(first.confidence, known.confidence if known else "explicit"),
        shape=f"{shown(first.table)}({','.join(first.columns)})",
    )
