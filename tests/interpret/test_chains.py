"""A chain of calls is walked along a fixed number of times, however long it is."""

import pytest

from dblint.interpret.evaluation import calls
from dblint.interpret.evaluation.evaluate import Evaluator
from dblint.interpret.evaluation.values import Environment, Value
from dblint.model.syntax import Call
from tests.frameworks.lines import lines, run
from tests.interpret.told import ALL, accesses

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


ECTO = next(framework for framework in ALL if framework.name == "ecto")
PIPE = """
defmodule Shop.Orders do
  alias Ecto.Multi
  alias Shop.{Order, Repo}
  def run(changeset, other) do
    Multi.new()
    |> Multi.insert(:order, Order.changeset(%Order{}, changeset)){steps}
    |> Repo.transaction()
  end
  def logged(multi, step), do: Log.step(multi, step)
end
defmodule Shop.Order do
  use Ecto.Schema
  schema "orders" do
    field :name, :string
  end
end
"""


@pytest.mark.parametrize("step", ["logged(other)", "Multi.run(:step, fn _, _ -> other end)", "Multi.merge(&logged/1)"])
def test_a_pipe_twice_as_long_costs_no_more_than_its_square(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Each step is an argument of the next, so that asking for one twice would take 2^n looks at n steps."""
    seen: list[int] = []
    original = calls.call

    def counted(evaluator: Evaluator, function: Value, node: Call, at: Environment) -> Value:
        seen.append(node.line)
        return original(evaluator, function, node, at)

    monkeypatch.setattr(calls, "call", counted)
    counts = []
    for length in (6, 12):
        seen.clear()
        source = PIPE.replace("{steps}", f"\n    |> {step}" * length)
        assert "WRITE.insert orders" in " ".join(lines(run(ECTO, ALL, {"lib/orders.ex": source})))
        counts.append(len(seen))
    assert counts[1] < 4.4 * counts[0]


def test_a_function_that_calls_another_twice_is_followed_once_for_the_same_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def evaluated(depth: int) -> int:
        seen: list[int] = []
        original = calls.call

        def counted(evaluator: Evaluator, function: Value, node: Call, at: Environment) -> Value:
            seen.append(node.line)
            return original(evaluator, function, node, at)

        with monkeypatch.context() as patched:
            patched.setattr(calls, "call", counted)
            steps = [f"def f{n}(model):\n    return both(f{n - 1}(model), f{n - 1}(model))\n" for n in range(1, depth)]
            source = MODEL.replace("session.query(Order)", "both(session.query(Order), f0(Order))")
            accesses(
                source
                + "\ndef f0(model):\n    return select(model)\n"
                + "".join(steps)
                + f"def go():\n    return f{depth - 1}(Order)\n"
            )
        return len(seen)

    assert evaluated(12) - evaluated(8) < 2 * evaluated(8)
