"""Migrations of Ecto."""

from dblint.migrations import recognise
from dblint.model.schema import Column
from tests.migrations.reading import changes_of, events_of

PATH = "priv/repo/migrations/20200101000000_x.exs"


def change(body: str, name: str = "change") -> str:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f"defmodule Shop.Repo.Migrations.X do\n  use Ecto.Migration\n  def {name} do\n{lines}\n  end\nend\n"


def ecto(body: str) -> list[str]:
    return events_of(PATH, change(body))


def test_the_example_of_the_specification() -> None:
    body = "alter table(:orders) do\n  modify :note, :text, from: :string\n  remove :legacy\nend"
    assert ecto(body) == ["column.type orders note", "column.drop orders legacy"]
    assert changes_of(PATH, change(body))[0].event.columns == (Column("note", "text"),)


def test_a_table_with_its_columns_keys_and_indexes() -> None:
    body = """\
create table(:items, prefix: "shop") do
  add :name, :string, null: false, default: "x", size: 20
  add :price, :decimal, precision: 8, scale: 2
  add :tags, {:array, :string}
  add :meta, :map, default: fragment("'{}'::jsonb")
  add :owner_id, references(:users, type: :binary_id, on_delete: :delete_all), null: false
  timestamps(type: :utc_datetime, updated_at: false)
end
create unique_index(:items, [:name], name: :ix)
create constraint(:items, "positive", check: "price > 0")
"""
    assert ecto(body) == [
        "table.create shop.items id,name,price,tags,meta,owner_id,inserted_at owner_id => shop.users(id)",
        "index.add items ix name",
        "check.add items positive",
    ]
    found = changes_of(PATH, change(body))
    columns = {each.name: each for each in found[0].event.columns}
    assert columns["id"] == Column("id", "bigint", nullable=False, generated=True, primary_key=True)
    assert columns["name"] == Column("name", "varchar(20)", nullable=False, default="'x'")
    assert columns["price"].type == "decimal(8,2)"
    assert (columns["tags"].type, columns["meta"].default) == ("varchar(255)[]", "'{}'::jsonb")
    assert (columns["owner_id"].type, columns["owner_id"].nullable) == ("uuid", False)
    assert found[1].event.flags == ("unique",)


def test_keys_of_other_names_or_none() -> None:
    assert ecto("create table(:a, primary_key: false) do\n  add :uuid, :uuid, primary_key: true\nend") == [
        "table.create a uuid"
    ]
    assert ecto("create table(:a, primary_key: [name: :uuid, type: :uuid])") == ["table.create a uuid"]
    assert ecto("create_if_not_exists table(:a)") == ["table.create a id"]


def test_renames_and_drops() -> None:
    body = """\
rename table(:carts), to: table(:baskets)
rename table(:baskets), :old, to: :new
drop_if_exists table(:gone)
drop index(:baskets, [:new])
execute "CREATE TABLE audit (id int)", "DROP TABLE audit"
"""
    assert ecto(body) == [
        "table.rename carts -> baskets",
        "column.rename baskets old -> new",
        "table.drop gone",
        "index.drop baskets new",
        "table.create audit id",
    ]


def test_loops_helpers_and_constants_are_followed() -> None:
    source = """defmodule M do
  use Ecto.Migration
  @tables [:a, :b]
  def up do
    for name <- @tables do
      create table(name) do
        common(:x)
      end
    end
  end
  def down, do: drop(table(:a))
  defp common(column) do
    add column, :integer
  end
end
"""
    assert events_of(PATH, source) == ["table.create a id,x", "table.create b id,x"]


def test_only_migrations_are_recognised() -> None:
    assert recognise("lib/shop/order.ex", "defmodule Shop.Order do\n  use Ecto.Schema\nend\n") is None
    assert recognise(PATH, "defmodule M do\n  use Ecto.Migration\nend\n") is not None
