"""What must change before a service can have its own database."""

from msgspec.structs import replace

from dblint.graph import Coupling, Step, separation, survey
from dblint.model.facts import Connection, Table, TableId
from dblint.model.place import Place
from dblint.model.system import System
from tests.report.factory import DATABASE, INVOICES, READ, system, tree


def steps(facts: System) -> dict[str, tuple[Step, ...]]:
    return separation(survey(Coupling(facts), tree().services))


def test_a_service_decides_then_stops_writing_then_reading_then_joining_and_last_moves_out() -> None:
    links = tuple(Connection(name, "sql", DATABASE, Place("compose.yaml", 6), "compose") for name in ("billing", "orders"))
    found = steps(system(connections=links))["orders"]
    assert [(step.kind, step.others) for step in found] == [
        (kind, ("billing",)) for kind in ("decide", "write", "read", "join", "reference", "leave")
    ]
    assert [str(place) for place in found[1].places] == ["orders/app.py:14"]
    assert found[-1].database == DATABASE


def test_the_owner_offers_others_another_way() -> None:
    (decide, release) = (step for step in steps(system())["billing"] if step.kind in ("decide", "release"))
    assert decide.others == ("orders",)
    assert (release.others, release.tables) == (("orders",), (INVOICES,))


def test_whose_a_table_is_that_several_use_and_nobody_owns_must_be_decided() -> None:
    lost = TableId("sql", DATABASE, None, "lost")
    uses = tuple(replace(READ, service=name, table=lost, place=Place(f"{name}/app.py", 1)) for name in ("billing", "orders"))
    facts = system(tables=(Table(lost, None, (), "guess", ()),), accesses=uses, joins=(), references=(), connections=())
    assert steps(facts)["orders"][0] == Step("decide", ("billing",), (lost,), (uses[0].place, uses[1].place))
    alone = replace(facts, accesses=uses[:1])
    assert steps(alone)["billing"] == ()


def test_nothing_stands_in_the_way_of_a_service_that_shares_nothing() -> None:
    facts = system(tables=system().tables[:2], accesses=system().accesses[3:], joins=(), references=(), connections=())
    assert steps(facts) == {"billing": (), "orders": ()}
