"""A service declares a model for a table that another owns."""

from collections import defaultdict
from collections.abc import Iterator

from dblint.graph import Coupling
from dblint.judge.checks.scope import Scope
from dblint.judge.draft import Draft, weakest
from dblint.judge.wording import doubts, holder, owned, proof, shown
from dblint.model.facts import Mapping, TableId
from dblint.model.place import Place

_OWN = "its own"


def _is_shared(coupling: Coupling, model: Mapping, held: set[str | Place]) -> bool:
    """Whether the owner uses this very declaration: it stands at the same place, or in a library where the owner has none."""
    service = coupling.service(model.service)
    return model.place in held or (service is not None and service.kind == "library" and _OWN not in held)


def mapping(coupling: Coupling, options: Scope) -> Iterator[Draft]:
    """A draft for every model of a table of another service; one that the owner has from the same place is no second one."""
    held: dict[TableId, set[str | Place]] = defaultdict(set)
    for model in coupling.system.mappings:
        if model.service in coupling.holders(model.table):
            held[model.table] |= {model.place, _OWN}
    for model in coupling.system.mappings:
        if _is_shared(coupling, model, held[model.table]):
            continue
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
