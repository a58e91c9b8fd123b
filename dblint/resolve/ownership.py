"""Every table with its owner, its kind and its columns."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from dblint.migrations import TableState, is_framework_table
from dblint.model.facts import QUEUE, Access, Evidence, Table, TableId
from dblint.model.place import Place
from dblint.model.schema import Column
from dblint.model.tree import Service
from dblint.resolve.charging import NOBODY
from dblint.resolve.claims import Claimants
from dblint.resolve.definitions import table_key
from dblint.resolve.evidence import ChargedModel, Creation, HeldChange
from dblint.resolve.homes import Histories, Homes
from dblint.resolve.owners import NONE, Claims, Ownership, decide
from dblint.resolve.present import Find, Present, roots


class Grounds(NamedTuple):
    """Everything that speaks for owners: what is created, modelled and used, and the present schema.

    `initial` are the files and folders that containers of databases run.
    """

    services: Sequence[Service]
    held: Sequence[HeldChange]
    created: Sequence[Creation]
    models: Sequence[ChargedModel]
    present: Sequence[Present]
    accesses: Sequence[Access]
    initial: Sequence[str] = ()


def owned_tables(
    grounds: Grounds, homes: Homes, histories: Histories, bases: Mapping[TableId, tuple[TableId, ...]], find: Find
) -> tuple[Table, ...]:
    """All tables that are created, modelled or used, sorted."""
    states = {each.id: each for each in grounds.present}
    made = _made(grounds.created, find)
    modelled = [
        (table, each)
        for each in grounds.models
        if (table := find(each.charge.service, each.model.table, each.model.connection, each.model.store)) is not None
    ]
    places = _first_places(made, modelled, grounds.accesses)
    everything = sorted({*states, *places, *(base for below in bases.values() for base in below)}, key=table_key)
    claimants = _claims(grounds, homes, histories, roots(grounds.present, find), everything, made, modelled, places)
    found = {table: decide(claimants.of(table)) for table in everything}
    columns = _model_columns(modelled, {table: owner.owner for table, owner in found.items()})
    queues = _queues(grounds.accesses)
    return tuple(
        _table(
            table,
            states.get(table),
            claimants.of(table),
            _of_view(found[table], claimants.of(table), [found[base] for base in bases[table]])
            if table in bases
            else found[table],
            columns.get(table, ()),
            table in queues,
        )
        for table in everything
    )


def _claims(
    grounds: Grounds,
    homes: Homes,
    histories: Histories,
    root: Mapping[TableId, TableId],
    everything: Sequence[TableId],
    made: Sequence[tuple[TableId, Creation]],
    modelled: Sequence[tuple[TableId, ChargedModel]],
    places: Mapping[TableId, Place],
) -> Claimants:
    states = {each.id: each.state for each in grounds.present}
    claimants = Claimants(grounds.services, root, grounds.initial)
    claimants.add_declared(everything, homes)
    _add_creations(claimants, states, made, {service.name for service in grounds.services if service.kind == "service"})
    for table, found in modelled:
        claimants.add_model(table, found, histories)
    for table, state in states.items():
        claimants.add_grants(table, state.grants)
    for access in _of_one_service(grounds.accesses):
        claimants.add_access(access)
    for access in grounds.accesses:
        claimants.add_use(access)
    claimants.add_schemas(places, grounds.held)
    return claimants


def _add_creations(
    claimants: Claimants, states: Mapping[TableId, TableState], made: Sequence[tuple[TableId, Creation]], services: set[str]
) -> None:
    """Add what creates the tables of the present schema, and those that are gone."""
    by_place = {each.place: each for _, each in made}
    for table, state in states.items():
        for place in (each.place for each in state.created):
            if state.kind != "foreign" and place in by_place:
                claimants.add_creation(table, by_place[place])
    for table, each in made:
        # A table that is gone still belongs to whoever had created it, unless somebody else has one of this name.
        claims = claimants.of(table)
        if each.tool == "runtime" or not (table in states or claims.hosts or claims.creators()):
            claimants.add_creation(table, each)
    migrated: defaultdict[TableId, dict[str, Creation]] = defaultdict(dict)
    for table, each in made:
        if each.tool != "runtime" and each.service in services and table in states:
            migrated[table].setdefault(each.service, each)
    for table, by in migrated.items():
        # What shared code drops or renames and makes once more is still the table of the service that creates it.
        if len(by) == 1 and not claimants.of(table).creators():
            claimants.add_creation(table, next(iter(by.values())))


def _made(created: Sequence[Creation], find: Find) -> list[tuple[TableId, Creation]]:
    """The tables that are created; what shared code creates for each service that runs it speaks for none of them."""
    running: defaultdict[Place, set[str]] = defaultdict(set)
    for each in created:
        if each.tool == "runtime":
            running[each.place].add(each.service)
    return [
        (table, each._replace(service=NOBODY) if len(running[each.place]) > 1 else each)
        for each in created
        if (table := find(each.service, each.name, each.connection)) is not None
    ]


def _of_one_service(accesses: Sequence[Access]) -> Iterator[Access]:
    """The accesses that one service alone makes: shared code writes for all who reach it and speaks for none of them."""
    users: defaultdict[tuple[int, TableId], set[str]] = defaultdict(set)
    for access in accesses:
        users[access.statement, access.table].add(access.service)
    return (access for access in accesses if len(users[access.statement, access.table]) == 1)


def _table(
    table: TableId,
    present: Present | None,
    claims: Claims,
    owner: Ownership,
    modelled: tuple[Column, ...],
    queue: bool,
) -> Table:
    state = present.state if present else None
    kind: Literal["table", "view", "foreign", "framework", "external", "queue"] = "table"
    if is_framework_table(table.name):
        kind = "framework"
    elif state is not None and state.kind in ("view", "matview"):
        kind = "view"
    elif state is not None and state.kind == "foreign":
        kind = "foreign"
        owner = owner if claims.declared else NONE
    elif queue:
        kind = "queue"
    elif (
        table.store == "sql"
        and table.schema
        and not (claims.creators() or claims.hosts or claims.mapped or claims.declared or claims.authorised)
    ):
        kind, owner = "external", NONE
    columns = state.columns if state is not None and state.columns else modelled
    return Table(table, owner.owner, owner.contested, owner.confidence, owner.evidence, columns, kind, claims.creators())


def _queues(accesses: Iterable[Access]) -> set[TableId]:
    """What is only used to pass messages on."""
    shapes: defaultdict[TableId, set[str]] = defaultdict(set)
    for access in accesses:
        shapes[access.table].add(access.shape)
    return {table for table, found in shapes.items() if found == {QUEUE}}


def _of_view(own: Ownership, claims: Claims, bases: Sequence[Ownership]) -> Ownership:
    """The owner of a view that only a folder of definitions creates: the one owner of everything that the view reads."""
    owners = {base.owner for base in bases}
    if not claims.hosts or claims.migrated or claims.declared or len(owners) != 1:
        return own
    (owner,) = owners
    if owner is None:
        return own
    made = claims.hosts[min(claims.hosts)]
    proof = Evidence("view", made.place, f"it reads only tables of {owner}")
    return Ownership(owner, (), "convention", (proof, made))


def _first_places(
    made: Iterable[tuple[TableId, Creation]], modelled: Iterable[tuple[TableId, ChargedModel]], accesses: Iterable[Access]
) -> dict[TableId, Place]:
    """Where a table is first spoken of: its creation, else its model, else a use."""
    places: dict[TableId, Place] = {}
    for table, created in made:
        places.setdefault(table, created.place)
    for table, found in modelled:
        places.setdefault(table, found.model.place)
    for access in accesses:
        places.setdefault(access.table, access.place)
    return places


def _model_columns(
    modelled: Iterable[tuple[TableId, ChargedModel]], owners: Mapping[TableId, str | None]
) -> dict[TableId, tuple[Column, ...]]:
    """The columns of tables as models declare them: all that the owner's models have, else those of one model.

    A managed model goes before one that only maps.
    """
    columns: dict[TableId, dict[str, Column]] = {}
    owned: set[TableId] = set()
    for table, found in sorted(
        modelled, key=lambda pair: (not pair[1].model.managed, owners.get(pair[0]) != pair[1].charge.service)
    ):
        if not found.model.columns:
            continue
        own = found.model.managed and owners.get(table) == found.charge.service
        if table not in columns or (own and table in owned):
            known = columns.setdefault(table, {})
            for column in found.model.columns:
                known.setdefault(column.name.casefold(), column)
        if own:
            owned.add(table)
    return {table: tuple(known.values()) for table, known in columns.items()}
