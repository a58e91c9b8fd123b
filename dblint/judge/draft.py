"""What a check says before the judge adds severity, allowances, suppressions and a fingerprint."""

import re
from typing import Literal

from dblint.model.base import Fact
from dblint.model.facts import Confidence, Evidence, TableId
from dblint.model.place import Place

# How the service touches the table; `map` is a model for it, `reference` a foreign key to it, `other` none of these.
Mode = Literal["read", "write", "lock", "join", "ddl", "map", "reference", "other"]

# From the best-founded to the least.
CONFIDENCES: tuple[Confidence, ...] = ("explicit", "configured", "convention", "guess")


class Draft(Fact, frozen=True):
    """A finding without its verdict.

    `shape` and `mode` go into the fingerprint. `statement` is the statement it is about, where there is one. `lowered`
    counts the steps by which its severity lies below the rule's. `remedy` replaces the rule's where something fits better,
    `plan` are its steps.
    """

    service: str
    owner: str | None
    table: TableId
    place: Place
    mode: Mode
    message: str
    evidence: tuple[Evidence, ...] = ()
    confidence: Confidence = "explicit"
    shape: str = ""
    statement: int | None = None
    lowered: int = 0
    remedy: str = ""
    plan: tuple[str, ...] = ()


# Scripts that people run by hand: what they reach is a habit of operators, and no part of the running service.
_BY_HAND = re.compile(r"(?:\A|/)(?:tools?|scripts?|hack|contrib|ops)/(?:[^/]+/)*[^/]+\.(?:sql|sh|bash)\Z")


def steps_by_hand(place: Place) -> int:
    """The steps by which a finding in an operator's script lies below the rule: it is worth a note."""
    return 2 if _BY_HAND.search(place.path) else 0


def weakest(*confidences: Confidence) -> Confidence:
    """A chain is as good as its weakest link."""
    return max(confidences, key=CONFIDENCES.index)


def strongest(*confidences: Confidence) -> Confidence:
    """Several proofs of one thing are as good as the best of them."""
    return min(confidences, key=CONFIDENCES.index)
