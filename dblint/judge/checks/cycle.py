"""Services reach into each other's data in a circle."""

from collections.abc import Iterator

from dblint.graph import Coupling
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft, weakest
from dblint.judge.wording import listed, shown
from dblint.model.facts import Evidence


def cycle(coupling: Coupling, options: Scope) -> Iterator[Draft]:
    """A draft for every service in a circle, once, where it reaches into the data of the next."""
    told: set[str] = set()
    for circle in coupling.cycles():
        for crossing in circle.crossings:
            if crossing.service in told or not options.holds(crossing.service, crossing.table):
                continue
            told.add(crossing.service)
            steps = (
                Evidence("cycle", step.place, f"{step.service} {step.verb} {shown(step.table)} of {step.owner}: {step.place}")
                for step in circle.crossings
            )
            yield Draft(
                service=crossing.service,
                owner=crossing.owner,
                table=crossing.table,
                place=crossing.place,
                mode="other",
                message=(
                    f"{listed(circle.services)} reach into each other's data in a circle: "
                    "none of them can be changed, deployed or moved without the others"
                ),
                evidence=tuple(steps),
                confidence=weakest(*(step.confidence for step in circle.crossings)),
                shape=" ".join(circle.services),
            )
