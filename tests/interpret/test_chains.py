"""A chain of calls is walked along a fixed number of times, however long it is."""

import pytest

from dblint.interpret.evaluation import calls
from dblint.interpret.evaluation.evaluate import Evaluator
from dblint.interpret.evaluation.values import Environment, Value
from dblint.model.syntax import Call
from tests.interpret.told import accesses

MODEL = """
from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base
Base = declarative_base()
class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
def run(session):
    return session.query(Order)"""


def _evaluated(monkeypatch: pytest.MonkeyPatch, length: int) -> int:
    """How many calls are evaluated for a query with so many conditions."""
    seen: list[int] = []
    original = calls.call

    def counted(evaluator: Evaluator, function: Value, node: Call, at: Environment) -> Value:
        seen.append(node.line)
        return original(evaluator, function, node, at)

    monkeypatch.setattr(calls, "call", counted)
    assert any("orders" in line for line in accesses(f"{MODEL}{'.filter(Order.id > 1)' * length}.all()\n"))
    monkeypatch.setattr(calls, "call", original)
    return len(seen)


def test_a_chain_twice_as_long_costs_twice_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _evaluated(monkeypatch, 60) < 2.2 * _evaluated(monkeypatch, 30)
