"""Elixir source as common syntax facts."""

import pytest

from dblint.languages import Vocabulary, read
from dblint.model.syntax import (
    Binding,
    Call,
    Choice,
    Each,
    Expression,
    Item,
    Items,
    Lambda,
    Literal,
    Mapping,
    Member,
    Module,
    Name,
    Opaque,
    Operation,
    Parameter,
    Spread,
    Template,
    Text,
)

_CALLS = frozenset(
    {"where", "all", "insert", "delete", "get", "schema", "field", "timestamps", "query", "create", "add", "transaction"}
)
VOCABULARY = Vocabulary(_CALLS, ("",))
SPARSE = Vocabulary(_CALLS, ("Ecto",))


def module(source: str) -> Module:
    return read("lib/a.ex", "elixir", source, VOCABULARY)


def expression(source: str) -> Expression:
    (binding,) = [each for each in module(f"x = {source}\n").bindings if each.target == "x"]
    assert binding.value is not None
    return binding.value


def evaluations(source: str) -> list[Expression]:
    return [each.expression for each in module(source).evaluations]


def _from(*loops: tuple[Expression, Expression], element: Expression, conditions: tuple[Expression, ...] = ()) -> Call:
    return Call(Member(Name("Ecto.Query", 1), "from", 1), (Each(element, loops, conditions, 1),), (), 1)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Repo.all(q)", Call(Member(Name("Repo", 1), "all", 1), (Name("q", 1),), (), 1)),
        ("Repo.all q", Call(Member(Name("Repo", 1), "all", 1), (Name("q", 1),), (), 1)),
        ("q |> Repo.all()", Call(Member(Name("Repo", 1), "all", 1), (Name("q", 1),), (), 1)),
        ("q |> Repo.all", Call(Member(Name("Repo", 1), "all", 1), (Name("q", 1),), (), 1)),
        ("q |> all", Call(Name("all", 1), (Name("q", 1),), (), 1)),
        (
            "q |> f(1) |> g(a: 2)",
            Call(Name("g", 1), (Call(Name("f", 1), (Name("q", 1), Literal(1, 1)), (), 1),), (("a", Literal(2, 1)),), 1),
        ),
        ("f([a: 1])", Call(Name("f", 1), (), (("a", Literal(1, 1)),), 1)),
        ("order.total", Member(Name("order", 1), "total", 1)),
        ("order.user.name", Member(Member(Name("order", 1), "user", 1), "name", 1)),
        ("Shop.total", Call(Member(Name("Shop", 1), "total", 1), (), (), 1)),
        ("Shop.Orders.Order", Name("Shop.Orders.Order", 1)),
        ("fun.(1)", Call(Name("fun", 1), (Literal(1, 1),), (), 1)),
        ("%Order{total: 1}", Call(Name("Order", 1), (), (("total", Literal(1, 1)),), 1)),
        ("%{order | total: 1}", Name("order", 1)),
        ('%{a: 1, "b" => 2}', None),
        ('%{"b" => 2}', Mapping(((Text("b", 1), Literal(2, 1)),), 1)),
        ("[a: 1]", Mapping(((Text("a", 1), Literal(1, 1)),), 1)),
        ("[1, :b]", Items((Literal(1, 1), Text("b", 1)), 1)),
        ("{a, b}", Items((Name("a", 1), Name("b", 1)), 1)),
        ("{:ok, a}", Name("a", 1)),
        ("[h | t]", Items((Items((Spread(Name("h", 1), 1), Name("t", 1)), 1),), 1)),
        (":name", Text("name", 1)),
        (':"a b"', Text("a b", 1)),
        ('"a#{b}c"', Template((Text("a", 1), Name("b", 1), Text("c", 1)), 1)),
        ('"a\\n\\u0041"', Text("a\nA", 1)),
        ("'ab'", Text("ab", 1)),
        ("~s(a b)", Text("a b", 1)),
        ("~S(a\\n)", Text("a\\n", 1)),
        ("~w(a b)", Items((Text("a", 1), Text("b", 1)), 1)),
        ("~r/a/", Opaque(1)),
        ('"a" <> b', Operation("+", Text("a", 1), Name("b", 1), 1)),
        ("a || b", Choice((Name("a", 1), Name("b", 1)), 1)),
        ("a && b", Operation("and", Name("a", 1), Name("b", 1), 1)),
        ("if c, do: a, else: b", Choice((Name("a", 1), Name("b", 1)), 1)),
        ("if c do\n a\nelse\n b\nend", Choice((Name("a", 2), Name("b", 4)), 1)),
        ("case c do\n 1 -> a\n _ -> b\nend", Choice((Name("a", 2), Name("b", 3)), 1)),
        ("c |> case do\n 1 -> a\n _ -> b\nend", Choice((Name("a", 2), Name("b", 3)), 1)),
        ("(a; b)", Name("b", 1)),
        ("map[:a]", Item(Name("map", 1), Text("a", 1), 1)),
        ("@table", Name("@table", 1)),
        ("^a", Name("a", 1)),
        ("not a", Operation("not", Opaque(1), Name("a", 1), 1)),
        ("-1", Literal(-1, 1)),
        ("1_000", Literal(1000, 1)),
        ("1.5", Literal(1.5, 1)),
        ("true", Literal(True, 1)),
        ("nil", Literal(None, 1)),
        ("&Repo.delete/1", Lambda(("&1",), Call(Member(Name("Repo", 1), "delete", 1), (Name("&1", 1),), (), 1), 1)),
        ("&f(&1, 2)", Lambda(("&1",), Call(Name("f", 1), (Name("&1", 1), Literal(2, 1)), (), 1), 1)),
        ("fn o -> o end", Lambda(("o",), Name("o", 1), 1)),
        (
            "for o <- list, do: f(o)",
            Each(Call(Name("f", 1), (Name("o", 1),), (), 1), ((Name("o", 1), Name("list", 1)),), (), 1),
        ),
        (
            "Enum.map(list, fn o -> f(o) end)",
            Each(Call(Name("f", 1), (Name("o", 1),), (), 1), ((Name("o", 1), Name("list", 1)),), (), 1),
        ),
        (
            "list |> Enum.each(&f/1)",
            Each(Call(Name("f", 1), (Name("&1", 1),), (), 1), ((Name("&1", 1), Name("list", 1)),), (), 1),
        ),
    ],
)
def test_an_expression_means(source: str, expected: Expression | None) -> None:
    if expected is None:  # keywords must come last in a map, which the grammar insists on
        assert module(f"x = {source}\n").broken
    else:
        assert expression(source) == expected


def test_a_query_in_keywords_is_a_comprehension_over_its_tables() -> None:
    source = 'from(o in Order, join: c in "customers", on: c.id == o.customer_id, where: o.total > ^n, select: c.name)'
    assert expression(source) == _from(
        (Name("o", 1), Name("Order", 1)),
        (Name("c", 1), Call(Member(Name("Ecto.Query", 1), "from", 1), (Text("customers", 1),), (), 1)),
        element=Member(Name("c", 1), "name", 1),
        conditions=(
            Operation("==", Member(Name("c", 1), "id", 1), Member(Name("o", 1), "customer_id", 1), 1),
            Operation(">", Member(Name("o", 1), "total", 1), Name("n", 1), 1),
        ),
    )


def test_an_association_and_the_name_of_a_binding_stand_in_the_loop() -> None:
    assert expression("from o in Order, as: :order, join: u in assoc(o, :user)") == _from(
        (Name("order:o", 1), Name("Order", 1)),
        (Name("u", 1), Call(Member(Name("Ecto.Query", 1), "assoc", 1), (Name("o", 1), Text("user", 1)), (), 1)),
        element=Opaque(1),
    )


def test_a_list_of_names_before_an_expression_makes_it_a_function_of_rows() -> None:
    condition = Operation("==", Member(Name("o", 1), "id", 1), Name("id", 1), 1)
    expected = Call(Member(Name("Ecto.Query", 1), "where", 1), (Name("Order", 1), Lambda(("o",), condition, 1)), (), 1)
    assert expression("Order |> where([o], o.id == ^id)") == expected
    assert expression("where(Order, [o], o.id == ^id)") == expected


def test_a_join_in_a_pipe_names_its_own_table() -> None:
    joined = Each(
        Opaque(1),
        ((Name("c", 1), Name("Customer", 1)),),
        (Operation("==", Member(Name("c", 1), "id", 1), Member(Name("o", 1), "c_id", 1), 1),),
        1,
    )
    assert expression("q |> join(:left, [o], c in Customer, on: c.id == o.c_id)") == Call(
        Member(Name("Ecto.Query", 1), "join", 1), (Name("q", 1), Lambda(("o",), joined, 1)), (), 1
    )


def test_modules_are_classes_by_their_full_names_and_aliases_are_written_out() -> None:
    found = module(
        """defmodule Shop.Orders do
  alias Shop.{Repo, Item}
  alias Crm.Customer, as: Buyer
  import Ecto.Query
  defmodule Line do
    def all, do: Repo.all(__MODULE__)
  end
  def list, do: Repo.all(Buyer)
  def lines, do: Line.all()
end
Repo.all(Item)
"""
    )
    assert [each.qualified for each in found.classes] == ["Shop.Orders", "Shop.Orders.Line"]
    assert [(each.qualified, each.returns) for each in found.functions] == [
        ("Shop.Orders.Line.all", (Call(Member(Name("Shop.Repo", 6), "all", 6), (Name("Shop.Orders.Line", 6),), (), 6),)),
        ("Shop.Orders.list", (Call(Member(Name("Shop.Repo", 8), "all", 8), (Name("Crm.Customer", 8),), (), 8),)),
        ("Shop.Orders.lines", (Call(Member(Name("Shop.Orders.Line", 9), "all", 9), (), (), 9),)),
    ]
    assert [(each.name, each.module, each.member) for each in found.imports] == [
        ("Repo", "Shop", "Repo"),
        ("Item", "Shop", "Item"),
        ("Buyer", "Crm", "Customer"),
        ("*", "Ecto.Query", "*"),
    ]
    (outside,) = found.evaluations
    assert outside.expression == Call(Member(Name("Repo", 11), "all", 11), (Name("Item", 11),), (), 11)


def test_a_schema_is_said_of_its_module() -> None:
    found = module(
        """defmodule Shop.Order do
  use Ecto.Schema
  @schema_prefix "shop"
  schema "orders" do
    field :total, :decimal
    timestamps()
  end
end
"""
    )
    (order,) = found.classes
    assert order.bases == (Name("Ecto.Schema", 2),)
    assert [(each.target, each.value) for each in found.bindings] == [
        ("@schema_prefix", Text("shop", 3)),
        ("schema", Text("orders", 4)),
        ("total", Call(Name("field", 5), (Text("total", 5), Text("decimal", 5)), (), 5)),
        ("timestamps", Call(Name("timestamps", 6), (), (), 6)),
    ]


def test_what_using_a_module_uses_makes_the_module_that_too() -> None:
    found = module(
        """defmodule Shop.Schema do
  defmacro __using__(_) do
    quote do
      use Ecto.Schema
    end
  end
end
"""
    )
    assert found.classes[0].bases == (Name("Ecto.Schema", 4),)


def test_clauses_of_one_function_are_one_function() -> None:
    found = module(
        """defmodule A do
  def get(nil), do: nil
  def get(%Order{} = order) when order.id > 0 do
    Repo.get(Order, order.id)
  end
  def other(x, y \\\\ [])
  def other(x, y), do: Repo.get(x, y)
end
"""
    )
    get, other = found.functions
    assert get.parameters == (Parameter("cls"), Parameter("order", Name("Order", 3)))
    assert get.returns == (
        Literal(None, 2),
        Call(Member(Name("Repo", 4), "get", 4), (Name("Order", 4), Member(Name("order", 4), "id", 4)), (), 4),
    )
    assert (get.line, get.end) == (2, 5)
    assert other.parameters == (Parameter("cls"), Parameter("x"), Parameter("y", None, Items((), 6)))
    assert len(other.returns) == 1


def test_a_delegated_function_gives_what_the_other_gives() -> None:
    (found,) = module("defmodule A do\n  defdelegate list(x), to: B, as: :all\nend\n").functions
    assert found.returns == (Call(Member(Name("B", 2), "all", 2), (Name("x", 2),), (), 2),)


def test_patterns_bind_what_they_match_and_nothing_runs_twice() -> None:
    found = module(
        """defmodule A do
  def f(id) do
    case Repo.get(Order, id) do
      nil -> :none
      %Order{} = order -> Repo.delete(order)
    end
    with {:ok, row} <- Repo.insert(id), do: Repo.delete(row)
    :done
  end
end
"""
    )
    assert [each for each in found.bindings if each.target == "order"] == [
        Binding(
            "order",
            "A.f",
            "block",
            Call(Member(Name("Repo", 3), "get", 3), (Name("Order", 3), Name("id", 3)), (), 3),
            5,
            Name("Order", 5),
        )
    ]
    assert [each.target for each in found.bindings if each.operator == "="] == ["row"]
    assert [each.line for each in found.evaluations] == [3, 5, 7]


def test_the_statements_of_a_longer_function_without_a_name_stand_around_it() -> None:
    found = module(
        """defmodule A do
  def f(list) do
    Enum.each(list, fn order ->
      Repo.delete(order)
      :ok
    end)
  end
end
"""
    )
    assert [each.expression for each in found.evaluations] == [
        Call(Member(Name("Repo", 4), "delete", 4), (Name("order", 4),), (), 4)
    ]
    assert [(each.target, each.operator, each.value) for each in found.bindings] == [("order", "each", Name("list", 3))]


def test_a_transaction_governs_the_lines_of_its_function() -> None:
    (block,) = module(
        "defmodule A do\n  def f do\n    Repo.transaction(fn ->\n      Repo.insert(x)\n    end)\n  end\nend\n"
    ).blocks
    assert (block.call, block.line, block.end) == (Member(Name("Repo", 3), "transaction", 3), 3, 5)


def test_the_lines_of_a_text_keep_their_numbers() -> None:
    (found,) = evaluations('Repo.query("""\nSELECT *\nFROM a\n""")\n')
    assert isinstance(found, Call)
    assert found.arguments == (Text("\nSELECT *\nFROM a\n", 1, (1, 10, 17)),)


def test_what_did_not_parse_is_told() -> None:
    assert module("defmodule A do\n  def f(, do: 1\nend\n").broken


def test_a_file_that_cannot_matter_is_only_skimmed() -> None:
    assert read("lib/a.ex", "elixir", "defmodule A do\n  def f(x), do: x + 1\nend\n", SPARSE) == Module("lib/a.ex", "elixir")
    assert read("lib/a.ex", "elixir", "defmodule A do\n  def f(x), do: Repo.all(x)\nend\n", SPARSE).functions
