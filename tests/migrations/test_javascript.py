"""Migrations in JavaScript and TypeScript."""

import pytest

from dblint.migrations import recognise
from dblint.model.schema import Column
from tests.migrations.reading import changes_of, events_of

KNEX = """\
exports.up = (k) => k.schema.alterTable("seat", (t) => {
  t.string("tag", 20).notNullable().alter();
  t.integer("zone").notNullable();
  t.dropUnique(["code"]);
});
exports.down = (k) => k.schema.dropTable("seat");
"""


def test_knex_alters_what_says_so_and_adds_the_rest() -> None:
    changes = changes_of("migrations/20200101_x.js", KNEX)
    assert [(change.event.kind, change.place.line) for change in changes] == [
        ("column.type", 2),
        ("column.nullable", 2),
        ("column.default", 2),
        ("column.add", 3),
        ("unique.drop", 4),
    ]
    assert changes[3].event.columns == (Column("zone", "integer", nullable=False),)


def test_knex_creates_tables_with_all_that_their_builder_says() -> None:
    text = """\
export async function up(knex) {
  await knex.schema.withSchema("shop").createTable("users", (table) => {
    table.increments();
    table.string("email").notNullable().unique();
    table.integer("org_id").unsigned().references("id").inTable("orgs").onDelete("CASCADE");
    table.decimal("price", 10, 2).defaultTo(0);
    table.timestamps(true, true);
    table.foreign("email").references("mails.address");
    table.index(["email", "org_id"], "ix");
  }).dropTableIfExists("old");
  await knex.raw(`ALTER TABLE x ADD y int`);
  if (!(await knex.schema.hasTable("z"))) await knex.schema.renameTable("a", "z");
}
export async function down(knex) {}
"""
    assert events_of("migrations/1_x.js", text) == [
        "table.create shop.users id,email,org_id,price,created_at,updated_at org_id => orgs(id) email => mails(address)",
        "unique.add shop.users email",
        "index.add shop.users ix email,org_id",
        "table.drop shop.old",
        "column.add x y",
        "table.rename a -> z",
    ]
    columns = {each.name: each for each in changes_of("migrations/1_x.js", text)[0].event.columns}
    assert columns["id"] == Column("id", "integer", nullable=False, generated=True, primary_key=True)
    assert columns["email"] == Column("email", "varchar(255)", nullable=False)
    assert columns["price"] == Column("price", "decimal(10,2)", nullable=True, default="0")
    assert columns["created_at"] == Column("created_at", "timestamp", nullable=False, default="now()")


def test_knex_in_typescript_with_names_in_constants_and_loops() -> None:
    text = """\
import { Knex } from "knex";
const TABLE = "users";
export async function up(knex: Knex): Promise<void> {
  await knex.schema.table(TABLE, (t: Knex.AlterTableBuilder) => { t.dropColumns("a", "b"); t.renameColumn("c", "d"); });
  for (const name of ["x", "y"]) {
    await knex.schema.dropTable(name);
  }
}
"""
    assert events_of("src/migrations/1_x.ts", text) == [
        "column.drop users a",
        "column.drop users b",
        "column.rename users c -> d",
        "table.drop x",
        "table.drop y",
    ]


SEQUELIZE = """\
'use strict';
module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.createTable('Users', {
      id: { allowNull: false, autoIncrement: true, primaryKey: true, type: Sequelize.INTEGER },
      email: { type: Sequelize.STRING(30), allowNull: false, unique: true },
      orgId: { type: Sequelize.INTEGER, field: 'org_id', references: { model: 'Orgs', key: 'id' } },
    });
    await queryInterface.sequelize.transaction(async (transaction) => {
      await queryInterface.addColumn({ tableName: 'Users', schema: 'shop' }, 'nick', Sequelize.STRING, { transaction });
      await queryInterface.changeColumn('Users', 'name', { type: Sequelize.TEXT });
    });
    await queryInterface.addIndex('Users', ['email'], { unique: true, name: 'ix' });
    await queryInterface.addConstraint('Users', {
      fields: ['org_id'], type: 'foreign key', name: 'fk', references: { table: 'Orgs', field: 'id' },
    });
    return Promise.all([
      queryInterface.removeColumn('A', 'b'),
      queryInterface.renameColumn('A', 'c', 'd'),
      queryInterface.sequelize.query('DROP VIEW v'),
    ]);
  },
  down: (queryInterface) => queryInterface.dropTable('Users'),
};
"""


def test_sequelize() -> None:
    assert events_of("migrations/2020-x.js", SEQUELIZE) == [
        "table.create Users id,email,org_id org_id => Orgs(id)",
        "unique.add Users email",
        "column.add shop.Users nick",
        "column.type Users name",
        "column.nullable Users name",
        "column.default Users name",
        "index.add Users ix email",
        "fk.add Users fk org_id org_id => Orgs(id)",
        "column.drop A b",
        "column.rename A c -> d",
        "view.drop v",
    ]


def test_a_column_that_sequelize_restates_is_nullable_unless_it_says_otherwise() -> None:
    nullable = next(each for each in changes_of("m/1.js", SEQUELIZE) if each.event.kind == "column.nullable")
    assert nullable.event.flags == ("drop-not-null",)


def test_node_pg_migrate() -> None:
    text = """\
exports.up = (pgm) => {
  pgm.createTable('users', {
    id: 'id',
    name: { type: 'varchar(1000)', notNull: true },
    orgId: { type: 'integer', references: '"orgs"(id)', onDelete: 'cascade' },
    at: { type: 'timestamp', default: pgm.func('current_timestamp') },
  });
  pgm.addColumns('posts', { lead: { type: 'text', notNull: true } });
  pgm.dropColumns('posts', ['a', 'b']);
  pgm.alterColumn('posts', 'x', { notNull: true });
  pgm.sql('DROP TABLE z');
  pgm.addConstraint('a', 'uq', { unique: ['b', 'c'] });
};
exports.down = (pgm) => { pgm.dropTable('users'); };
"""
    assert events_of("migrations/1_x.js", text) == [
        "table.create users id,name,orgId,at orgId => orgs(id)",
        "column.add posts lead",
        "column.drop posts a",
        "column.drop posts b",
        "column.nullable posts x",
        "table.drop z",
        "unique.add a uq b,c",
    ]


def test_db_migrate() -> None:
    text = """\
exports.up = function(db) {
  return db.createTable('pets', { id: { type: 'int', primaryKey: true, autoIncrement: true }, name: { type: 'string' } })
    .then(() => db.addColumn('owners', 'x', 'int'))
    .then(function () { return db.runSql('ALTER TABLE q DROP COLUMN z'); });
};
exports.down = function(db) { return db.dropTable('pets'); };
"""
    assert events_of("migrations/1-x.js", text) == ["table.create pets id,name", "column.add owners x", "column.drop q z"]


TYPEORM = """\
import { MigrationInterface, QueryRunner, Table, TableColumn } from "typeorm";
export class AddX1600000000000 implements MigrationInterface {
  name = "AddX1600000000000";
  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "user" DROP COLUMN "name"`);
    await queryRunner.createTable(new Table({
      name: "shop.q",
      columns: [{ name: "id", type: "int", isPrimary: true, isGenerated: true }, { name: "n", type: "varchar", length: "20" }],
      foreignKeys: [{ columnNames: ["n"], referencedTableName: "r", referencedColumnNames: ["id"] }],
    }), true);
    await queryRunner.addColumn("q", new TableColumn({ name: "z", type: "int", isNullable: true }));
    await queryRunner.changeColumn("q", "z", new TableColumn({ name: "y", type: "bigint" }));
    await queryRunner.dropColumns("q", ["a", "b"]);
  }
  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "user" ADD "name" text`);
  }
}
"""


def test_typeorm() -> None:
    assert events_of("src/migration/x.ts", TYPEORM) == [
        "column.drop user name",
        "table.create shop.q id,n n => r(id)",
        "column.add q z",
        "column.rename q z -> y",
        "column.type q y",
        "column.nullable q y",
        "column.default q y",
        "column.drop q a",
        "column.drop q b",
    ]


def test_typeorm_orders_by_the_time_in_the_name_of_the_class() -> None:
    file = recognise("src/migration/b.ts", TYPEORM)
    assert file is not None
    assert (file.tool, file.order[0]) == ("typeorm", 1600000000000)


def test_a_column_of_typeorm_is_required_unless_it_says_otherwise() -> None:
    created = next(each for each in changes_of("m/1.ts", TYPEORM) if each.event.kind == "table.create")
    assert created.event.columns == (
        Column("id", "int", nullable=False, generated=True, primary_key=True),
        Column("n", "varchar(20)", nullable=False),
    )


def test_kysely() -> None:
    text = """\
import { Kysely, sql } from 'kysely'
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema.createTable('person')
    .addColumn('id', 'integer', (col) => col.primaryKey().autoIncrement())
    .addColumn('created_at', 'timestamp', (col) => col.defaultTo(sql`now()`).notNull())
    .addColumn('owner', 'integer', (col) => col.references('org.id').onDelete('cascade'))
    .execute()
  await db.schema.alterTable('pet').dropColumn('x').addColumn('y', 'text').alterColumn('z', (c) => c.setNotNull()).execute()
  await db.schema.createIndex('ix').unique().on('pet').column('owner_id').execute()
  await sql`DROP TABLE zed`.execute(db)
}
export async function down(db: Kysely<any>): Promise<void> { await db.schema.dropTable('pet').execute() }
"""
    assert events_of("migrations/1.ts", text) == [
        "table.create person id,created_at,owner owner => org(id)",
        "column.drop pet x",
        "column.add pet y",
        "column.nullable pet z",
        "index.add pet ix owner_id",
        "table.drop zed",
    ]
    created = changes_of("migrations/1.ts", text)[0].event.columns
    assert created[1] == Column("created_at", "timestamp", nullable=False, default="now()")


def test_mikro_orm() -> None:
    text = """\
import { Migration } from '@mikro-orm/migrations';
export class Migration2020 extends Migration {
  override async up(): Promise<void> {
    this.addSql(`create table "a" ("id" int);`);
    this.addSql('alter table "b" drop column "c";');
  }
  override async down(): Promise<void> { this.addSql('drop table "a";'); }
}
"""
    assert events_of("migrations/Migration2020.ts", text) == ["table.create a id", "column.drop b c"]


@pytest.mark.parametrize(
    "text",
    [
        "export function setup(knex) { return knex.schema.createTable('a', (t) => t.increments()); }",
        "module.exports = { up: (x) => console.log(x) }",
        "export class UpService { up() { return this.knexless.raw('x'); } }",
    ],
)
def test_other_modules_are_no_migrations(text: str) -> None:
    assert recognise("src/app.js", text) is None


def test_sql_that_is_not_known_is_opaque() -> None:
    text = "exports.up = (knex) => knex.raw(require('fs').readFileSync('x.sql').toString());\nexports.down = () => {};\n"
    assert events_of("migrations/1.js", text) == ["opaque unknown-sql"]
