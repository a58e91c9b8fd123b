"""The checks that rules name: pure functions from the coupling and a rule's options to drafts."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from dblint.graph import Coupling
from dblint.judge.checks import (
    access,
    change,
    connection,
    credentials,
    cycle,
    join,
    link,
    mapping,
    migration,
    ownership,
    query,
    reference,
    routine,
    shape,
    transaction,
    unresolved,
)
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft


class Check(msgspec.Struct, frozen=True):
    """A judgement with the type of its options."""

    drafts: Callable[[Coupling, Any], Iterable[Draft]]
    options: type[Scope]


def _none(_coupling: Coupling, _options: Scope) -> Iterable[Draft]:
    """No draft: what a waiver covers is only known once every other check has spoken, so the judge drafts these itself.

    Likewise the gate knows what of the baseline is needed, and the judge what sharing is declared.
    """
    return ()


CHECKS: dict[str, Check] = {
    "access": Check(access.access, access.Options),
    "agreement": Check(_none, Scope),
    "baseline": Check(_none, Scope),
    "change": Check(change.change, Scope),
    "connection": Check(connection.connection, connection.Options),
    "contested": Check(ownership.contested, Scope),
    "credentials": Check(credentials.credentials, credentials.Options),
    "cycle": Check(cycle.cycle, Scope),
    "join": Check(join.join, Scope),
    "link": Check(link.link, Scope),
    "mapping": Check(mapping.mapping, Scope),
    "migration": Check(migration.migration, Scope),
    "ownerless": Check(ownership.ownerless, Scope),
    "query": Check(query.query, query.Options),
    "reference": Check(reference.reference, Scope),
    "routine": Check(routine.routine, Scope),
    "shape": Check(shape.shape, shape.Options),
    "transaction": Check(transaction.transaction, Scope),
    "unresolved": Check(unresolved.unresolved, Scope),
    "waiver": Check(_none, Scope),
}
