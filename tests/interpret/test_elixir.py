"""Functions of Elixir that are handed to others, and what they do to the database."""

import textwrap

from tests.frameworks.lines import access_line, run
from tests.interpret.told import ALL

ECTO = next(framework for framework in ALL if framework.name == "ecto")
SCHEMA = """
    defmodule Shop.Order do
      use Ecto.Schema
      schema "orders" do
        field :name, :string
      end
    end
    defmodule Shop.Repo do
      use Ecto.Repo, otp_app: :shop, adapter: Ecto.Adapters.Postgres
    end
"""


def accesses(source: str, path: str) -> set[str]:
    found = run(ECTO, ALL, {"lib/order.ex": textwrap.dedent(SCHEMA), path: textwrap.dedent(source)})
    told = {access_line(access) for statement in found.statements for access in statement.accesses}
    return told | {f"{item.reason}: {item.partial}" for item in found.unresolved}


def test_what_a_captured_function_does_to_known_rows_is_not_unknown_besides() -> None:
    source = """
        alias Shop.Order
        alias Shop.Repo
        orders = [%Order{name: "a"}, %Order{name: "b"}]
        orders |> Enum.map(&Repo.insert!(&1))
        Enum.each(orders, &Repo.insert!/1)
    """
    assert accesses(source, "priv/seeds.exs") == {"WRITE.insert orders[name]"}


def test_what_a_captured_function_does_to_rows_that_nobody_knows_is_told() -> None:
    source = """
        defmodule Shop.Orders do
          alias Shop.Repo
          def save(rows) do
            Enum.each(rows, &Repo.insert!(&1))
          end
        end
    """
    assert accesses(source, "lib/orders.ex") == {"dynamic-table: Repo.insert!(⟨?⟩)"}
