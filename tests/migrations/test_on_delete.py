"""What becomes of the rows of a row that goes, as each tool says it."""

import pytest

from dblint.discover.kinds import language
from dblint.extract.file import extract
from dblint.languages import Vocabulary

RAILS = """
class AddOrders < ActiveRecord::Migration[7.1]
  def change
    add_foreign_key :orders, :users{more}
  end
end
"""
REFERENCES = """
class AddOrders < ActiveRecord::Migration[7.1]
  def change
    add_reference :orders, :user, foreign_key: {more}
  end
end
"""
LARAVEL = """<?php
return new class extends Migration {
    public function up(): void {
        Schema::table('orders', function (Blueprint $table) {
            $table->foreignId('user_id')->constrained('users'){more};
        });
    }
};
"""
KNEX = """
exports.up = (knex) => knex.schema.alterTable("orders", (t) => {
  t.foreign("user_id").references("id").inTable("users"){more};
});
"""
SEQUELIZE = """
module.exports = {
  up: (queryInterface, Sequelize) => queryInterface.addColumn("orders", "user_id", {
    type: Sequelize.INTEGER, references: { model: "users", key: "id" }{more}
  })
};
"""
TYPEORM = """
import { MigrationInterface, QueryRunner, TableForeignKey } from "typeorm";

export class AddOrders1700000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner) {
    await queryRunner.createForeignKey("orders", new TableForeignKey({
      columnNames: ["user_id"], referencedTableName: "users", referencedColumnNames: ["id"]{more}
    }));
  }
}
"""
EF = """
using Microsoft.EntityFrameworkCore.Migrations;

public partial class AddOrders : Migration {
  protected override void Up(MigrationBuilder migrationBuilder) {
    migrationBuilder.AddForeignKey(name: "f", table: "orders", column: "user_id", principalTable: "users",
      principalColumn: "id"{more});
  }
}
"""
ECTO = """
defmodule Shop.Repo.Migrations.AddOrders do
  use Ecto.Migration

  def change do
    alter table(:orders) do
      add :user_id, references(:users{more})
    end
  end
end
"""
LIQUIBASE = """
databaseChangeLog:
  - changeSet:
      id: 1
      author: ann
      changes:
        - addForeignKeyConstraint:
            baseTableName: orders
            baseColumnNames: user_id
            referencedTableName: users
            referencedColumnNames: id
            constraintName: f
{more}
"""


@pytest.mark.parametrize(
    ("path", "text", "more", "expected"),
    [
        ("db/migrate/20240101000000_add_orders.rb", RAILS, "", ""),
        ("db/migrate/20240101000000_add_orders.rb", RAILS, ", on_delete: :cascade", "cascade"),
        ("db/migrate/20240101000000_add_orders.rb", RAILS, ", on_delete: :nullify", "set null"),
        ("db/migrate/20240101000000_add_orders.rb", RAILS, ", on_delete: what", None),
        ("db/migrate/20240101000000_add_orders.rb", REFERENCES, "true", ""),
        ("db/migrate/20240101000000_add_orders.rb", REFERENCES, "{ on_delete: :cascade }", "cascade"),
        ("database/migrations/2024_01_01_000000_add_orders.php", LARAVEL, "", ""),
        ("database/migrations/2024_01_01_000000_add_orders.php", LARAVEL, "->onDelete('set null')", "set null"),
        ("database/migrations/2024_01_01_000000_add_orders.php", LARAVEL, "->cascadeOnDelete()", "cascade"),
        ("database/migrations/2024_01_01_000000_add_orders.php", LARAVEL, "->restrictOnDelete()", ""),
        ("migrations/20240101000000_add.js", KNEX, "", ""),
        ("migrations/20240101000000_add.js", KNEX, '.onDelete("CASCADE")', "cascade"),
        ("migrations/20240101000000-add.js", SEQUELIZE, "", ""),
        ("migrations/20240101000000-add.js", SEQUELIZE, ', onDelete: "SET NULL"', "set null"),
        ("src/migrations/1700000000000-AddOrders.ts", TYPEORM, "", ""),
        ("src/migrations/1700000000000-AddOrders.ts", TYPEORM, ', onDelete: "CASCADE"', "cascade"),
        ("Migrations/20240101000000_AddOrders.cs", EF, "", ""),
        ("Migrations/20240101000000_AddOrders.cs", EF, ", onDelete: ReferentialAction.Cascade", "cascade"),
        ("Migrations/20240101000000_AddOrders.cs", EF, ", onDelete: ReferentialAction.Restrict", ""),
        ("priv/repo/migrations/20240101000000_add_orders.exs", ECTO, "", ""),
        ("priv/repo/migrations/20240101000000_add_orders.exs", ECTO, ", on_delete: :delete_all", "cascade"),
        ("priv/repo/migrations/20240101000000_add_orders.exs", ECTO, ", on_delete: :nilify_all", "set null"),
        ("db/changelog.yaml", LIQUIBASE, "", ""),
        ("db/changelog.yaml", LIQUIBASE, "            onDelete: CASCADE", "cascade"),
    ],
)
def test_what_a_foreign_key_does_on_deletion_is_read(path: str, text: str, more: str, expected: str | None) -> None:
    data = text.replace("{more}", more).encode()
    changes = extract(path, language(path) or "liquibase", data, Vocabulary(frozenset()), lambda _: ()).changes
    found = [key for change in changes for key in change.event.foreign_keys]
    assert [(key.target.name, key.on_delete) for key in found] == [("users", expected)]
