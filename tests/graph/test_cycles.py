"""Circles of services."""

import time

from dblint.graph import Coupling, Crossing, Cycle
from dblint.model.system import System
from tests.judge.factories import a_place, a_reference, a_system, a_table, an_access


def _system(*edges: tuple[str, str]) -> System:
    """Each edge: a service reads the one table of another."""
    names = sorted({name for edge in edges for name in edge})
    tables = [a_table(f"{name}_data", name) for name in names]
    uses = [an_access(reader, f"{owner}_data", statement=number) for number, (reader, owner) in enumerate(edges)]
    return a_system(*tables, *uses)


def _rings(system: System) -> list[tuple[str, ...]]:
    return [cycle.services for cycle in Coupling(system).cycles()]


def test_two_services_that_read_each_others_tables_are_a_circle_with_its_proof() -> None:
    coupling = Coupling(_system(("a", "b"), ("b", "a")))
    (found,) = coupling.cycles()
    assert found.services == ("a", "b")
    assert [(step.service, step.owner, step.verb, step.table.name) for step in found.crossings] == [
        ("a", "b", "reads", "b_data"),
        ("b", "a", "reads", "a_data"),
    ]


def test_a_chain_is_no_circle() -> None:
    assert _rings(_system(("a", "b"), ("b", "c"))) == []


def test_a_longer_circle_is_told_in_its_order() -> None:
    assert _rings(_system(("b", "c"), ("c", "a"), ("a", "b"))) == [("a", "b", "c")]


def test_every_service_of_a_knot_is_in_a_circle() -> None:
    knot = _system(("a", "b"), ("b", "a"), ("b", "c"), ("c", "d"), ("d", "b"))
    rings = _rings(knot)
    assert rings == [("a", "b"), ("b", "c", "d")]


def test_services_outside_the_knot_are_left_out() -> None:
    assert _rings(_system(("a", "b"), ("b", "a"), ("x", "a"), ("b", "y"))) == [("a", "b")]


def test_a_foreign_key_can_close_a_circle() -> None:
    tables = (a_table("orders", "orders"), a_table())
    system = a_system(*tables, a_reference(), an_access("billing", "orders"))
    (found,) = Coupling(system).cycles()
    assert [step.verb for step in found.crossings] == ["reads", "refers to"]


def test_the_best_founded_access_proves_a_step() -> None:
    tables = (a_table("a_data", "a"), a_table("b_data", "b"))
    guessed = an_access("a", "b_data", place=a_place("a/1.py", 1), confidence="guess")
    written = an_access("a", "b_data", place=a_place("a/2.py", 1), statement=2)
    (found,) = Coupling(a_system(*tables, guessed, written, an_access("b", "a_data", statement=3))).cycles()
    assert found.crossings[0].place == written.place


def test_a_sanctioned_step_closes_no_circle() -> None:
    coupling = Coupling(_system(("a", "b"), ("b", "a")))

    def is_sanctioned(crossing: Crossing) -> bool:
        return crossing.service == "a"

    assert coupling.sanctioning(is_sanctioned).cycles() == ()
    assert len(coupling.cycles()) == 1


def test_many_services_that_all_reach_into_each_other_are_told_in_time() -> None:
    names = [f"s{number:02}" for number in range(60)]
    system = _system(*((one, other) for one in names for other in names if one != other))
    started = time.process_time()
    found: tuple[Cycle, ...] = Coupling(system).cycles()
    assert {name for cycle in found for name in cycle.services} == set(names)
    assert time.process_time() - started < 5
