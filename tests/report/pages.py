"""Pages of systems of every kind: the ordinary one, the large one, and those that are empty, alone or hostile."""

from collections.abc import Callable

from msgspec.structs import replace

from dblint.model.system import System
from dblint.model.tree import Tree
from dblint.report import REPORT
from tests.report.factory import system, tree
from tests.report.large import large_system, ownership
from tests.report.test_reports import HOSTILE, hostile_report

NAMES = [
    HOSTILE,
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "x" * 10_000,
]


def html(facts: System, of: Tree | None = None) -> str:
    return REPORT["html"](ownership(facts, of))


def named(name: str) -> System:
    """A small system in which a service, a table and a database are called so."""
    facts = large_system(2, 4)
    given = facts.tables[0].id
    evil = replace(given, name=name, database=name)
    accesses = tuple(replace(a, table=evil if a.table == given else a.table, service=name) for a in facts.accesses)
    tables = tuple(replace(t, id=evil if t.id == given else t.id) for t in facts.tables)
    return replace(facts, tables=tables, accesses=accesses)


PAGES: dict[str, Callable[[], str]] = {
    "two services": lambda: html(system(), tree()),
    "nothing": lambda: html(System(), Tree("root", (), (), (), ())),
    "one service": lambda: html(large_system(1, 5)),
    "no coupling": lambda: html(large_system(3, 3)),
    "hostile": lambda: html(hostile_report().system, hostile_report().tree),
    "ten thousand characters": lambda: html(named("x" * 10_000)),
    "markup": lambda: html(named("</script><script>alert(1)</script>")),
    "large": lambda: html(large_system(20, 200)),
}
