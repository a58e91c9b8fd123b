"""The tables that follow the models of their owner: no migration says what becomes of them, so that a changed model does."""

from collections.abc import Iterable, Mapping

from dblint.connections.synchronising import Synchronising
from dblint.model.facts import Table, TableId
from dblint.model.place import Place
from dblint.resolve.charging import Charges
from dblint.resolve.evidence import ChargedModel
from dblint.resolve.present import Find

# Their schema is declared and nothing else: what has no migrations is pushed (`prisma db push`, `drizzle-kit push`), or
# `makemigrations` writes them where it is deployed.
_DECLARED = frozenset({"prisma", "drizzle", "django"})
# Frameworks whose models are those of another.
_SAME = {"panache": "jpa", "micronaut-data": "jpa"}


def followed(
    models: Iterable[ChargedModel],
    tables: Iterable[Table],
    find: Find,
    charges: Charges,
    synchronising: Iterable[Synchronising],
) -> Mapping[TableId, Place]:
    """Each such table with the place of its model; whether a migration creates it is not asked here."""
    synchronised = {
        (service, each.framework)
        for each in synchronising
        for service in ([each.service] if each.service else (charge.service for charge in charges.of(each.place.path)))
    }
    owned = {table.id: table for table in tables}
    made = {table.id for table in tables if any(proof.kind == "runtime" for proof in table.evidence)}
    found: dict[TableId, Place] = {}
    for charge, model, _, _ in models:
        if not model.managed or model.store != "sql":
            continue
        table = find(charge.service, model.table, model.connection, model.store)
        if table is None or table not in owned or owned[table].owner != charge.service:
            continue
        how = _SAME.get(model.how, model.how)
        if model.creates or how in _DECLARED or (charge.service, how) in synchronised or table in made:
            found.setdefault(table, model.place)
    return found
