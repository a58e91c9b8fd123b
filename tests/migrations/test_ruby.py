"""Migrations of Rails."""

from pathlib import Path

from dblint.migrations import recognise, replay
from dblint.model.schema import Column, TableName
from tests.change.trees import analysed, breaking, python
from tests.migrations.reading import changes_of, events_of


def change(body: str, name: str = "change") -> str:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f"class X < ActiveRecord::Migration[7.1]\n  def {name}\n{lines}\n  end\nend\n"


def rails(body: str) -> list[str]:
    return events_of("db/migrate/20200101000000_x.rb", change(body))


def test_the_example_of_the_specification() -> None:
    body = """\
change_table(:users) { |t| t.remove :nick, type: :string; t.references :org, null: false, foreign_key: true }
safety_assured { rename_table :carts, :baskets }
"""
    assert rails(body) == [
        "column.drop users nick",
        "column.add users org_id org_id => orgs(id)",
        "index.add users org_id",
        "table.rename carts -> baskets",
    ]
    added = changes_of("db/migrate/1_x.rb", change(body))[1].event.columns
    assert added == (Column("org_id", "bigint", nullable=False),)


def test_a_table_with_its_columns() -> None:
    body = """\
create_table :items, id: :uuid do |t|
  t.string :name, :nick, null: false, default: "x", limit: 20
  t.integer "size", limit: 8
  t.decimal :price, precision: 8, scale: 2
  t.datetime :at, default: -> { "now()" }
  t.text :tags, array: true
  t.belongs_to :owner, polymorphic: true
  t.references :shop, type: :integer, foreign_key: { to_table: :stores }, index: false
  t.index [:name, :size], unique: true, name: "ix"
  t.timestamps
end
"""
    assert rails(body) == [
        (
            "table.create items id,name,nick,size,price,at,tags,owner_type,owner_id,shop_id,created_at,updated_at"
            " shop_id => stores(id)"
        ),
        "index.add items owner_id",
        "index.add items ix name,size",
    ]
    columns = {each.name: each for each in changes_of("db/migrate/1_x.rb", change(body))[0].event.columns}
    assert columns["id"] == Column("id", "uuid", nullable=False, generated=True, primary_key=True)
    assert columns["nick"] == Column("nick", "varchar(20)", nullable=False, default="'x'")
    assert columns["size"].type == "bigint"
    assert columns["price"].type == "decimal(8,2)"
    assert columns["at"].default == "now()"
    assert columns["tags"].type == "text[]"
    assert columns["created_at"] == Column("created_at", "timestamp", nullable=False)


def test_statements_that_stand_by_themselves() -> None:
    body = """\
add_column :a, :b, :integer, default: 0, null: false
remove_column :a, :c, :string
remove_columns :a, :d, :e, type: :text
rename_column :a, :f, :g
change_column :a, :h, :bigint, null: false
change_column_null :a, :i, false, 0
change_column_default :a, :j, from: 1, to: nil
add_reference :a, :org, foreign_key: true
remove_reference :a, :team, polymorphic: true
add_index :a, [:b, :g], unique: true, algorithm: :concurrently
remove_index :a, name: "ix"
add_foreign_key :a, :companies, column: :k, name: "fk"
add_foreign_key :a, :people
remove_foreign_key :a, :houses
add_check_constraint :a, "b > 0", name: "ck"
create_join_table :users, :groups
drop_table :z, if_exists: true
"""
    assert rails(body) == [
        "column.add a b",
        "column.drop a c",
        "column.drop a d",
        "column.drop a e",
        "column.rename a f -> g",
        "column.type a h",
        "column.nullable a h",
        "data.update a i",
        "column.nullable a i",
        "column.default a j",
        "column.add a org_id org_id => orgs(id)",
        "index.add a org_id",
        "column.drop a team_id",
        "column.drop a team_type",
        "index.add a b,g",
        "index.drop a ix",
        "fk.add a fk k k => companies(id)",
        "fk.add a person_id person_id => people(id)",
        "fk.drop a house_id",
        "check.add a ck",
        "table.create groups_users user_id,group_id",
        "table.drop z",
    ]


def test_only_the_way_up_counts() -> None:
    body = """\
reversible do |dir|
  dir.up { execute "UPDATE a SET b = 1" }
  dir.down { execute "DROP TABLE a" }
end
"""
    assert rails(body) == ["data.update a b"]
    both = change("drop_table :old", "up") + change("drop_table :new", "down")
    assert events_of("db/migrate/1_x.rb", both) == ["table.drop old"]


def test_loops_and_sql_over_several_lines() -> None:
    body = """\
%w[x y].each { |name| add_column :q, name, :string }
execute <<~SQL
  ALTER TABLE a
  DROP COLUMN z
SQL
"""
    assert rails(body) == ["column.add q x", "column.add q y", "column.drop a z"]


SCHEMA = """\
ActiveRecord::Schema[7.0].define(version: 2023_01_01_000000) do
  enable_extension "plpgsql"
  create_table "users", force: :cascade do |t|
    t.string "name", null: false
    t.bigint "org_id"
    t.index ["name"], name: "ix", unique: true
  end
  create_table "logs", id: false do |t|
    t.text "line"
  end
  add_foreign_key "users", "orgs"
end
"""


def test_the_schema_that_rails_dumps() -> None:
    assert events_of("db/schema.rb", SCHEMA) == [
        "extension.create plpgsql",
        "table.create users id,name,org_id",
        "index.add users ix name",
        "table.create logs line",
        "fk.add users org_id org_id => orgs(id)",
    ]


def test_migrations_replay_on_top_of_the_schema() -> None:
    dropping = changes_of("db/migrate/20240101000000_x.rb", change("remove_column :users, :org_id"))
    state = replay((*dropping, *changes_of("db/schema.rb", SCHEMA))).table(TableName("users"))
    assert state is not None
    assert [column.name for column in state.columns] == ["id", "name"]


def test_a_pending_migration_of_rails_names_its_victims_once_beside_the_dump(tmp_path: Path) -> None:
    without = SCHEMA.replace('    t.bigint "org_id"\n', "").replace('  add_foreign_key "users", "orgs"\n', "")
    before = {"accounts/db/schema.rb": SCHEMA, "orders/app.py": python("SELECT org_id FROM users")}
    after = {"accounts/db/schema.rb": without, "accounts/db/migrate/20240101_x.rb": change("remove_column :users, :org_id")}
    found = breaking(analysed(tmp_path, before, after))
    assert [str(each.place) for each in found] == ["accounts/db/migrate/20240101_x.rb:3"]


def test_a_changed_dump_alone_says_what_changes(tmp_path: Path) -> None:
    without = SCHEMA.replace('    t.string "name", null: false\n', "").replace(
        '    t.index ["name"], name: "ix", unique: true\n', ""
    )
    before = {"accounts/db/schema.rb": SCHEMA, "orders/app.py": python("SELECT name FROM users")}
    found = breaking(analysed(tmp_path, before, {"accounts/db/schema.rb": without}))
    assert [each.table.name for each in found] == ["users"]


def test_other_ruby_is_no_migration() -> None:
    assert recognise("app/models/user.rb", "class User < ApplicationRecord\nend\n") is None


SEQUEL = """\
Sequel.migration do
  up do
    create_table(:users) do
      primary_key :id
      String :email, null: false, size: 50
      foreign_key :org_id, :orgs, key: :number, null: false
      column :tags, 'text[]', default: 'x'
      Bignum :big, unique: true
      BigDecimal :price, size: [10, 2]
      constraint(:positive) { price > 0 }
      index [:email, :org_id], unique: true
    end
    create_table?(:pairs) { primary_key [:a, :b] }
    alter_table(:seats) do
      add_column :zone, Integer, null: false
      drop_column :code
      rename_column :nr, :number
      set_column_type :tag, String, text: true
      set_column_not_null :tag
      drop_foreign_key :user_id
      add_index :number
    end
    add_column :seats, :plain, String
    rename_table :a, :b
    run "ALTER TABLE x ADD y int"
    from(:seats).update(zone: 1)
  end

  down do
    drop_table :users
  end
end
"""


def test_sequel() -> None:
    assert events_of("db/migrations/001_users.rb", SEQUEL) == [
        "table.create users id,email,org_id,tags,big,price org_id => orgs(number)",
        "unique.add users big",
        "index.add users email,org_id",
        "table.create pairs",
        "column.add seats zone",
        "column.drop seats code",
        "column.rename seats nr -> number",
        "column.type seats tag",
        "column.nullable seats tag",
        "fk.drop seats user_id",
        "column.drop seats user_id",
        "index.add seats number",
        "column.add seats plain",
        "table.rename a -> b",
        "column.add x y",
    ]
    changes = changes_of("db/migrations/001_users.rb", SEQUEL)
    columns = {each.name: each for each in changes[0].event.columns}
    assert columns["id"] == Column("id", "integer", nullable=False, generated=True, primary_key=True)
    assert columns["email"] == Column("email", "varchar(50)", nullable=False)
    assert columns["price"] == Column("price", "numeric(10,2)", nullable=True)
    assert columns["tags"] == Column("tags", "text[]", nullable=True, default="'x'")
    assert [(change.event.kind, change.place.line) for change in changes[4:6]] == [("column.add", 15), ("column.drop", 16)]
