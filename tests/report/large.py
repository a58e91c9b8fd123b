"""A generated system of many services, for sizes and times."""

from datetime import date

from dblint.graph import Coupling, survey
from dblint.model.coverage import Coverage
from dblint.model.facts import Access, Evidence, Table, TableId, TableJoin
from dblint.model.place import Place
from dblint.model.schema import Column
from dblint.model.sql import Action, Mode
from dblint.model.system import System
from dblint.model.tree import Service, Tree
from dblint.report.ownership.content import Ownership


def large_system(services: int, tables: int) -> System:
    """Every service owns its share of tables and uses each in four places; every third table has up to three other users."""
    names = [f"service-{number:03}" for number in range(services)]
    ids = [
        TableId("sql", f"postgresql://db/{number % services % 10}", "public", f"table_{number:04}") for number in range(tables)
    ]
    accesses: list[Access] = []
    joins: list[TableJoin] = []

    def use(service: str, table: TableId, mode: Mode, action: Action, line: int) -> None:
        place = Place(f"services/{service}/{service.replace('-', '_')}/repository_{line % 7}.py", line)
        accesses.append(Access(service, table, mode, action, "cols", None, place, "psycopg", "explicit", len(accesses)))

    for number, table in enumerate(ids):
        for line in range(4):
            use(names[number % services], table, "write" if line % 2 else "read", "select", number + line * 3000)
        if number % 3 == 0:
            for step in range(1, 2 + number % 3 + number % 2):
                user = names[(number * 7 + step * (1 + number % 11)) % services]
                use(user, table, "read", "select", number * 2 + step)
                use(user, table, "write", "update", number * 2 + 9000)
                if number % 9 == 0:
                    own = ids[names.index(user)]
                    place = Place(f"services/{user}/report.py", number + 1)
                    joins.append(TableJoin(user, (own, table), "inner", place, "psycopg", "explicit", number))
    return System(
        services=tuple(Service(name, f"services/{name}", ()) for name in names),
        tables=tuple(
            Table(id_, names[number % services], (), "explicit",
                  (Evidence("migration", Place(f"services/{names[number % services]}/m/{number}.sql", 1)),), (Column("id"),))
            for number, id_ in enumerate(ids)
        ),
        accesses=tuple(accesses),
        joins=tuple(joins),
        coverage=Coverage(files_seen=services * 8, files_read=services * 8, statements_found=9000, statements_resolved=9000),
    )  # fmt: skip


def ownership(system: System, tree: Tree | None = None) -> Ownership:
    """The report on a system."""
    tree = tree or Tree("root", system.services, (), (), ())
    return Ownership(tree, system, survey(Coupling(system), tree.services), (), (), date(2026, 1, 1))
