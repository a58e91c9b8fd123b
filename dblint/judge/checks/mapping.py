"""A service declares a model for a table that another owns."""

from collections.abc import Iterator

from dblint.graph import Coupling
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft, weakest
from dblint.judge.wording import doubts, holder, owned, proof, shown


def mapping(coupling: Coupling, options: Scope) -> Iterator[Draft]:
    """A draft for every model of a table of another service."""
    for model in coupling.system.mappings:
        if coupling.is_foreign(model.service, model.table) and options.holds(model.service, model.table):
            known = coupling.table(model.table)
            name = f"the model {model.name}" if model.name else "a model"
            yield Draft(
                service=model.service,
                owner=coupling.owner_of(model.table),
                table=model.table,
                place=model.place,
                mode="map",
                message=(
                    f"{model.service} declares {name} for {shown(model.table)}, {owned(coupling, model.table)}: "
                    f"when {holder(coupling, model.table)} changes the table, this copy of its description is wrong"
                ),
                evidence=(
                    *proof(coupling, model.table),
                    *doubts(coupling, model.table, model.place, model.confidence, ()),
                ),
                confidence=weakest(model.confidence, known.confidence if known else "explicit"),
                shape=model.name,
                lowered=int(known is not None and known.kind == "view"),
            )
