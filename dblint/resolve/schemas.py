"""Names of tables in a schema that only a setting says, as the changes beside them or the setting itself say it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from dblint.model.facts import Change
from dblint.model.schema import TableName
from dblint.resolve.databases import Databases
from dblint.resolve.evidence import CREATING, HeldChange
from dblint.resolve.homes import Homes
from dblint.resolve.names import fold, leading, schema_of

UNKNOWN = "*"


def with_schemas(held: Sequence[HeldChange]) -> tuple[HeldChange, ...]:
    """The changes with an unknown schema (`{SCHEMA}.orders`) filled in under which the same service knows the table, too.

    What a migration drops under a name that it puts together, and creates again under one that it writes down, is one table.
    """
    known: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for service, name in _names(held):
        if name.schema and name.schema != UNKNOWN:
            known[service, name.name].add(name.schema)

    for service, change in held:  # what a table is renamed to stays in its schema
        new = change.event.new_name
        if new is not None and not new.schema and change.event.table.schema == UNKNOWN:
            known[service, change.event.table.name] |= known.get((service, new.name), set())

    def of(service: str, name: TableName, schema: str | None) -> TableName:
        found = known.get((service, name.name), ()) if schema == UNKNOWN else ()
        return replace(name, schema=next(iter(found))) if len(found) == 1 else name

    settled = []
    for each in held:
        event = each.change.event
        table = of(each.service, event.table, event.table.schema)
        new = of(each.service, event.new_name, event.new_name.schema or event.table.schema) if event.new_name else None
        same = table is event.table and new is event.new_name
        event = event if same else replace(event, table=table, new_name=new)
        settled.append(each if same else each._replace(change=replace(each.change, event=event)))
    return tuple(settled)


def in_named_databases(held: Sequence[HeldChange], databases: Databases) -> tuple[HeldChange, ...]:
    """The changes with their tables in the database that a script turns to (`USE orders`), where only its name tells it apart.

    Two such databases with a table of one name in each are two, though nobody knows the address of either. A script that turns
    to none is for the one that holds most of its tables.
    """
    unknown = [each for each in held if not (each.change.event.table.catalog or each.change.event.table.schema)]
    unknown = [each for each in unknown if not databases.of(each.service, each.change.connection)]
    places: defaultdict[str, set[str]] = defaultdict(set)
    for _, change in unknown:
        if change.connection and change.event.kind in CREATING:
            places[fold(change.event.table.name)].add(change.connection)
    apart = {name for names in places.values() if len({name.casefold() for name in names}) > 1 for name in names}
    if not apart:
        return tuple(held)
    named: defaultdict[str, set[str]] = defaultdict(set)
    for _, change in unknown:
        if not change.connection and change.event.kind in CREATING:
            named[change.place.path].add(fold(change.event.table.name))
    scripts = {path: leading(Counter(name for table in tables for name in places[table])) for path, tables in named.items()}
    settled = []
    for each in held:
        connection = each.change.connection or scripts.get(each.change.place.path, "")
        is_apart = connection in apart and not databases.of(each.service, each.change.connection)
        settled.append(each._replace(change=_placed(each.change, catalog=connection)) if is_apart else each)
    return tuple(settled)


def in_own_schemas(held: Sequence[HeldChange], homes: Homes) -> tuple[HeldChange, ...]:
    """The changes with their tables in the default schema of their service, where services of several share a database.

    A database is replayed as a whole, and `orders` of one schema is not `orders` of another.
    """
    places = []
    found: defaultdict[str | None, set[str | None]] = defaultdict(set)
    for service, change in held:
        home = homes.of(service, change.connection, "sql", change.event.table.name)
        schema = schema_of(TableName(""), home.schema, home.label)
        found[home.label].add(schema)
        places.append((home.label, schema))
    return tuple(
        each._replace(change=_placed(each.change, schema=schema)) if schema and len(found[label]) > 1 else each
        for each, (label, schema) in zip(held, places, strict=True)
    )


def _placed(change: Change, **where: str) -> Change:
    """A change with the names that say no place in this one; what a table is renamed to stays where the table is."""

    def placed(name: TableName) -> TableName:
        return name if name.schema or name.catalog or not name.name else replace(name, **where)

    event = change.event
    keys = tuple(replace(key, target=placed(key.target)) for key in event.foreign_keys)
    base = placed(event.base) if event.base is not None else None
    reads, writes = (tuple(map(placed, names)) for names in (event.reads, event.writes))
    return replace(
        change, event=replace(event, table=placed(event.table), foreign_keys=keys, base=base, reads=reads, writes=writes)
    )


def _names(held: Iterable[HeldChange]) -> Iterable[tuple[str, TableName]]:
    for service, change in held:
        yield service, change.event.table
        if change.event.new_name is not None:
            yield service, change.event.new_name
