"""Migration tools of Ruby, JavaScript, PHP, C# and Go: for each what is there before, and what then drops the column."""

from tests.change.tools import CREATE, DROP, Files

RAILS_CREATE = """\
class CreateUsers < ActiveRecord::Migration[7.1]
  def change
    create_table :users do |t|
      t.string :email, null: false
    end
  end
end
"""
RAILS_UP = """\
class DropEmail < ActiveRecord::Migration[7.1]
  def up
    remove_column :users, :email
  end

  def down
    add_column :users, :email, :string
  end
end
"""
RAILS_CHANGE = """\
class DropEmail < ActiveRecord::Migration[7.1]
  def change
    remove_column :users, :email, :string
  end
end
"""
RAILS_SCHEMA = """\
ActiveRecord::Schema[7.1].define(version: 2024_01_01_000000) do
  create_table "users", force: :cascade do |t|
{email}    t.string "name"
  end
end
"""
KNEX_CREATE = """\
exports.up = (knex) => knex.schema.createTable("users", (t) => { t.bigIncrements("id"); t.string("email"); });
exports.down = (knex) => knex.schema.dropTable("users");
"""
KNEX_DROP = """\
exports.up = (knex) => knex.schema.alterTable("users", (t) => { t.dropColumn("email"); });
exports.down = (knex) => knex.schema.alterTable("users", (t) => { t.string("email"); });
"""
TYPEORM_CREATE = """\
import { MigrationInterface, QueryRunner } from "typeorm";
export class CreateUsers1600000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE "users" ("id" bigint NOT NULL, "email" varchar(100) NOT NULL)`);
  }
  async down(queryRunner: QueryRunner): Promise<void> { await queryRunner.query(`DROP TABLE "users"`); }
}
"""
TYPEORM_DROP = """\
import { MigrationInterface, QueryRunner } from "typeorm";
export class DropEmail1700000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropColumn("users", "email");
  }
  async down(queryRunner: QueryRunner): Promise<void> {}
}
"""
SEQUELIZE_CREATE = """\
module.exports = {
  up: async (queryInterface, Sequelize) => {
    await queryInterface.createTable("users", { id: { type: Sequelize.BIGINT, primaryKey: true }, email: Sequelize.STRING });
  },
  down: async (queryInterface) => { await queryInterface.dropTable("users"); },
};
"""
SEQUELIZE_DROP = """\
module.exports = {
  up: async (queryInterface, Sequelize) => {
    await queryInterface.removeColumn("users", "email");
  },
  down: async (queryInterface, Sequelize) => { await queryInterface.addColumn("users", "email", Sequelize.STRING); },
};
"""
MIKRO_ORM = """\
import {{ Migration }} from '@mikro-orm/migrations';
export class Migration{number} extends Migration {{
  async up(): Promise<void> {{
    this.addSql('{statement}');
  }}
  async down(): Promise<void> {{ this.addSql('drop table "users"'); }}
}}
"""
EF_CREATE = """\
public partial class CreateUsers : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(name: "users", columns: table => new
        {
            id = table.Column<long>(nullable: false),
            email = table.Column<string>(maxLength: 100, nullable: false)
        }, constraints: table => { table.PrimaryKey("PK_users", x => x.id); });
    }
}
"""
EF_DROP = """\
public partial class DropEmail : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropColumn(name: "email", table: "users");
    }
    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>(name: "email", table: "users");
    }
}
"""
LARAVEL = """\
<?php
use Illuminate\\Database\\Migrations\\Migration;
use Illuminate\\Database\\Schema\\Blueprint;
use Illuminate\\Support\\Facades\\Schema;
return new class extends Migration {{
    public function up(): void
    {{
        {body}
    }}
    public function down(): void
    {{
        Schema::dropIfExists('users');
    }}
}};
"""
DOCTRINE = """\
<?php
use Doctrine\\DBAL\\Schema\\Schema;
use Doctrine\\Migrations\\AbstractMigration;
final class Version{number} extends AbstractMigration
{{
    public function up(Schema $schema): void
    {{
        {body}
    }}
    public function down(Schema $schema): void
    {{
        $this->addSql('DROP TABLE users');
    }}
}}
"""
PHINX = """\
<?php
use Phinx\\Migration\\AbstractMigration;
final class {name} extends AbstractMigration
{{
    public function change(): void
    {{
        {body}
    }}
}}
"""
SEQUEL_CREATE = """\
Sequel.migration do
  change do
    create_table(:users) do
      primary_key :id
      String :email, null: false
    end
  end
end
"""
SEQUEL_DROP = """\
Sequel.migration do
  up do
    alter_table(:users) do
      drop_column :email
    end
  end

  down do
    add_column :users, :email, String
  end
end
"""
GORMIGRATE = """\
package db

import (
	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

func Migrate(db *gorm.DB) error {{
	return gormigrate.New(db, gormigrate.DefaultOptions, []*gormigrate.Migration{{
		{{
			ID: "201608301400",
			Migrate: func(tx *gorm.DB) error {{
				return tx.Exec("CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100) NOT NULL)").Error
			}},
			Rollback: func(tx *gorm.DB) error {{
				return tx.Migrator().DropTable("users")
			}},
		}},
{more}	}}).Migrate()
}}
"""
GORMIGRATE_DROP = """\
		{
			ID: "201608301430",
			Migrate: func(tx *gorm.DB) error {
				return tx.Migrator().DropColumn("users", "email")
			},
			Rollback: func(tx *gorm.DB) error {
				return tx.Exec("ALTER TABLE users ADD COLUMN email varchar(100)").Error
			},
		},
"""
GOOSE_GO = """\
package migrations

import (
	"context"
	"database/sql"

	"github.com/pressly/goose/v3"
)

func init() {{
	goose.AddMigrationContext(up{number}, down{number})
}}

func up{number}(ctx context.Context, tx *sql.Tx) error {{
	_, err := tx.ExecContext(ctx, "{statement}")
	return err
}}

func down{number}(ctx context.Context, tx *sql.Tx) error {{
	_, err := tx.ExecContext(ctx, "DROP TABLE users")
	return err
}}
"""
NODE_PG_CREATE = 'exports.up = (pgm) => { pgm.createTable("users", { id: "id", email: { type: "varchar(100)" } }); };\n'
NODE_PG_DROP = 'exports.up = (pgm) => {\n  pgm.dropColumn("users", "email");\n};\n'
STRUCTURE = "CREATE TABLE public.users (\n    id bigint NOT NULL,\n{email}    name character varying\n);\n"
ECTO = """\
defmodule Accounts.Repo.Migrations.{name} do
  use Ecto.Migration

  def change do
    {body}
  end
end
"""
ECTO_CREATE = ECTO.format(name="CreateUsers", body="create table(:users) do\n      add :email, :string\n    end")
ECTO_DROP = ECTO.format(name="DropEmail", body="alter table(:users) do\n      remove :email, :string\n    end")
IN_CODE: dict[str, tuple[Files, Files]] = {
    "goose in Go": (
        {
            "accounts/go.mod": "module accounts\n",
            "accounts/migrations/00001_users.go": GOOSE_GO.format(number=1, statement=CREATE.strip()),
        },
        {"accounts/migrations/00002_drop.go": GOOSE_GO.format(number=2, statement=DROP.strip())},
    ),
    "Rails, up and down": (
        {"accounts/db/migrate/20200101000000_create_users.rb": RAILS_CREATE},
        {"accounts/db/migrate/20210101000000_drop_email.rb": RAILS_UP},
    ),
    "Rails, change": (
        {"accounts/db/migrate/20200101000000_create_users.rb": RAILS_CREATE},
        {"accounts/db/migrate/20210101000000_drop_email.rb": RAILS_CHANGE},
    ),
    "the schema.rb of Rails": (
        {"accounts/db/schema.rb": RAILS_SCHEMA.format(email='    t.string "email"\n')},
        {"accounts/db/schema.rb": RAILS_SCHEMA.format(email="")},
    ),
    "the structure.sql of Rails": (
        {"accounts/db/structure.sql": STRUCTURE.format(email="    email character varying,\n")},
        {"accounts/db/structure.sql": STRUCTURE.format(email="")},
    ),
    "Knex": (
        {"accounts/migrations/20200101_users.js": KNEX_CREATE},
        {"accounts/migrations/20210101_drop.js": KNEX_DROP},
    ),
    "TypeORM": (
        {"accounts/src/migrations/1600000000000-users.ts": TYPEORM_CREATE},
        {"accounts/src/migrations/1700000000000-drop.ts": TYPEORM_DROP},
    ),
    "Sequelize": (
        {"accounts/migrations/20200101-users.js": SEQUELIZE_CREATE},
        {"accounts/migrations/20210101-drop.js": SEQUELIZE_DROP},
    ),
    "MikroORM": (
        {"accounts/migrations/Migration1.ts": MIKRO_ORM.format(number=1, statement=CREATE.strip())},
        {"accounts/migrations/Migration2.ts": MIKRO_ORM.format(number=2, statement=DROP.strip())},
    ),
    "node-pg-migrate": (
        {"accounts/migrations/1_users.js": NODE_PG_CREATE},
        {"accounts/migrations/2_drop.js": NODE_PG_DROP},
    ),
    "EF Core": (
        {"accounts/Migrations/20200101000000_CreateUsers.cs": EF_CREATE},
        {"accounts/Migrations/20210101000000_DropEmail.cs": EF_DROP},
    ),
    "Laravel": (
        {
            "accounts/database/migrations/2020_01_01_000000_users.php": LARAVEL.format(
                body="Schema::create('users', function (Blueprint $table) { $table->id(); $table->string('email'); });"
            )
        },
        {
            "accounts/database/migrations/2021_01_01_000000_drop.php": LARAVEL.format(
                body="Schema::table('users', function (Blueprint $table) { $table->dropColumn('email'); });"
            )
        },
    ),
    "Doctrine, in SQL": (
        {"accounts/migrations/Version1.php": DOCTRINE.format(number=1, body=f"$this->addSql('{CREATE.strip()}');")},
        {"accounts/migrations/Version2.php": DOCTRINE.format(number=2, body=f"$this->addSql('{DROP.strip()}');")},
    ),
    "Doctrine, with its schema": (
        {
            "accounts/migrations/Version1.php": DOCTRINE.format(
                number=1,
                body="$table = $schema->createTable('users');\n        $table->addColumn('id', 'bigint');\n"
                "        $table->addColumn('email', 'string', ['length' => 100]);",
            )
        },
        {
            "accounts/migrations/Version2.php": DOCTRINE.format(
                number=2, body="$schema->getTable('users')->dropColumn('email');"
            )
        },
    ),
    "Phinx": (
        {
            "accounts/db/migrations/20200101000000_users.php": PHINX.format(
                name="Users", body="$this->table('users')->addColumn('email', 'string', ['limit' => 100])->create();"
            )
        },
        {
            "accounts/db/migrations/20210101000000_drop.php": PHINX.format(
                name="DropEmail", body="$this->table('users')->removeColumn('email')->save();"
            )
        },
    ),
    "Sequel": (
        {"accounts/db/migrations/001_users.rb": SEQUEL_CREATE},
        {"accounts/db/migrations/002_drop.rb": SEQUEL_DROP},
    ),
    "Ecto": (
        {"accounts/priv/repo/migrations/20200101000000_create_users.exs": ECTO_CREATE},
        {"accounts/priv/repo/migrations/20210101000000_drop_email.exs": ECTO_DROP},
    ),
    "gormigrate": (
        {"accounts/go.mod": "module accounts\n", "accounts/db/migrate.go": GORMIGRATE.format(more="")},
        {"accounts/db/migrate.go": GORMIGRATE.format(more=GORMIGRATE_DROP)},
    ),
}
