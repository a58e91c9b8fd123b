"""What JavaScript's modules, objects and callbacks mean for tables."""

from dblint import frameworks, languages
from dblint.extract.uses import with_uses
from dblint.frameworks import vocabulary
from dblint.interpret import interpret
from dblint.model.facts import Interpretation

ALL = frameworks.load()
WORDS = vocabulary(ALL, "typescript")


def told(files: dict[str, str]) -> Interpretation:
    code = {path: text for path, text in files.items() if path.endswith((".ts", ".tsx", ".js"))}
    modules = [
        with_uses(languages.read(path, "typescript" if path.endswith((".ts", ".tsx")) else "javascript", text, WORDS), text)
        for path, text in code.items()
    ]
    return interpret(modules, ALL, files.get)


def tables(files: dict[str, str]) -> set[str]:
    return {str(access.table) for statement in told(files).statements for access in statement.accesses}


def test_an_import_of_a_package_of_the_tree_leads_to_its_source() -> None:
    found = told(
        {
            "packages/database/package.json": '{"name": "@acme/db", "main": "dist/index.js"}',
            "packages/database/src/index.ts": 'export * from "./texts";\n',
            "packages/database/src/texts.ts": 'export const ALL = "SELECT id FROM users";\n',
            "apps/web/main.ts": 'import { ALL } from "@acme/db";\nexport const load = () => pool.query(ALL);\n',
        }
    )
    assert ("apps/web/main.ts", "packages/database/src/texts.ts", "ALL") in found.imports
    assert ("apps/web/main.ts", "load", "packages/database/src/texts.ts", "ALL") in found.reaches


def test_an_alias_whose_configuration_is_not_in_the_tree_leads_to_a_folder_above_unless_a_package_is_called_so() -> None:
    files = {
        "users/package.json": '{"dependencies": {"@prisma/client": "6"}}',
        "users/tsconfig.json": '{"extends": "@acme/config/tsconfig.json"}',
        "users/src/entities/profile.ts": 'export const TABLE = "profiles";\n',
        "users/prisma/client.ts": 'export const TABLE = "clients";\n',
        "users/src/events/removed.ts": 'import { TABLE } from "@entities/profile";\nimport * as p from "@prisma/client";\n'
        "db.query(`DELETE FROM ${TABLE}`);\ndb.query(`DELETE FROM ${p.TABLE}`);\n",
    }
    assert tables(files) == {"profiles"}


def test_an_alias_of_tsconfig_leads_to_its_folder() -> None:
    files = {
        "tsconfig.json": '{\n  // aliases\n  "compilerOptions": {"baseUrl": ".", "paths": {"@app/shared": '
        '["libs/shared/src"], "@lib/*": ["libs/*"],}}\n}',
        "libs/shared/src/index.ts": 'export const TABLE = "orders";\n',
        "libs/names.ts": 'export const OTHER = "stock";\n',
        "apps/a.ts": 'import { TABLE } from "@app/shared";\nimport { OTHER } from "@lib/names";\n'
        "pool.query(`SELECT id FROM ${TABLE}`);\npool.query(`SELECT id FROM ${OTHER}`);\n",
    }
    assert tables(files) == {"orders", "stock"}


def test_a_re_export_charges_only_what_is_imported_through_it() -> None:
    found = told(
        {
            "lib/index.ts": 'export * from "./a";\nexport * from "./b";\n',
            "lib/a.ts": 'export class A { load() { return pool.query("SELECT id FROM a") } }\n',
            "lib/b.ts": 'export class B { load() { return pool.query("SELECT id FROM b") } }\n',
            "app.ts": 'import { A } from "./lib";\nexport const load = () => new A().load();\n',
        }
    )
    assert {edge for edge in found.imports if edge[0] == "app.ts"} == {("app.ts", "lib/a.ts", "A")}


def test_attributes_of_objects_are_texts_too() -> None:
    files = {
        "q.js": 'const q = { all: "SELECT id FROM a" };\nq.one = "SELECT id FROM b";\nmodule.exports = q;\n',
        "c.js": 'const q = require("./q");\npool.query(q.all);\n',
        "d.js": 'const T = { A: "c" };\nfunction f() { return pool.query("SELECT id FROM " + T.A) }\n',
    }
    assert tables(files) == {"a", "b", "c"}


def test_a_pool_is_known_through_modules_and_callbacks() -> None:
    files = {
        "db.js": 'const { Pool } = require("pg");\nconst db = {};\ndb.pool = new Pool();\nmodule.exports = db;\n',
        "a.js": 'const db = require("./db");\ndb.pool.connect((err, link) => { log(); link.query(text(err)) });\n',
    }
    assert [each.reason for each in told(files).unresolved] == ["dynamic-statement"]


def test_a_loop_over_what_its_own_variable_holds_ends() -> None:
    source = """
        import { Pool } from "pg";
        const pool = new Pool();
        export function walk() {
          for (const node of node.children) {
            pool.query(node.text.sql);
          }
        }
    """
    assert [each.reason for each in told({"src/walk.ts": source}).unresolved] == ["dynamic-statement"]


_KYSELY = {
    "src/schema.ts": 'import type { Kysely } from "kysely";\nexport type Schema = Kysely<{ actor: object }>;\n',
    "src/db.ts": """
import { Kysely } from "kysely";
import type { Schema } from "./schema.js";
export class Database {
  db: Schema
  constructor(options: Options, given?: { db: Schema }) {
    if (given) this.db = given.db;
    else this.db = new Kysely({ dialect });
  }
}
""",
    "src/index.ts": 'export * from "./db.js";\n',
}


def test_another_name_of_a_type_and_the_type_of_a_field_say_what_a_constructor_does_not() -> None:
    reader = """
import { Database } from "./index.js";
export const actors = async (db: Database) => db.db.selectFrom("actor").selectAll().execute();
"""
    assert tables({**_KYSELY, "src/actors.ts": reader}) == {"actor"}


def test_a_value_is_meant_where_a_type_has_its_name() -> None:
    source = """
import { Schema, model, InferSchemaType } from "mongoose";
const schema = new Schema({ name: String });
export type User = InferSchemaType<typeof schema>;
export const User = model("User", schema);
export const all = () => User.find({});
"""
    assert tables({"src/user.ts": source}) == {"users"}


def test_a_text_that_a_view_only_shows_is_no_access() -> None:
    shown = (
        "const table = (kind) => kind ? 'logs' : 'traces';\nexport const example = (kind) => `SELECT a FROM ${table(kind)}`;\n"
    )
    assert tables({"web/editor.ts": shown}) == {"logs", "traces"}
    assert tables({"web/Editor.tsx": shown}) == set()
    assert tables({"web/page.tsx": 'import { sql } from "@vercel/postgres";\n' + shown}) == {"logs", "traces"}
    assert tables({"web/page.tsx": 'export const load = () => pool.query("SELECT a FROM logs");\n'}) == {"logs"}


def test_what_a_getter_gives_and_another_name_of_a_class_of_the_tree_are_followed() -> None:
    service = """
import { Kysely } from "kysely";
export class Service {
  constructor(private readonly held: Kysely<Schema>) {}
  get client() { return this.held; }
}
export type Accounts = Service;
"""
    reader = """
import type { Accounts } from "./service.js";
export const actors = (accounts: Accounts) => accounts.client.selectFrom("actor").selectAll().execute();
"""
    assert tables({"src/service.ts": service, "src/actors.ts": reader}) == {"actor"}


def test_a_setting_that_is_made_a_number_is_still_that_setting() -> None:
    code = """
        import { Client } from "pg";
        const host = process.env.DB_HOST || "localhost";
        const port = Number(process.env.DB_PORT || 5432);
        export const client = new Client({ host, port, user: String(process.env.DB_USER), database: "shop" });
    """
    assert [each.url for each in told({"src/db.ts": code}).connections] == [
        "postgresql://${DB_USER}@${DB_HOST-localhost}:${DB_PORT-5432}/shop"
    ]


def test_relations_that_an_object_of_another_file_loads_stand_at_the_query() -> None:
    schema = """
import { relations } from "drizzle-orm";
import { pgTable, serial, integer } from "drizzle-orm/pg-core";
export const orders = pgTable("orders", { id: serial("id").primaryKey() });
export const items = pgTable("items", { id: serial("id").primaryKey(), orderId: integer("order_id") });
export const ordersRelations = relations(orders, ({ many }) => ({ items: many(items) }));
"""
    shared = "\n" * 40 + "export const withItems = {\n  items: true,\n} as const;\n"
    query = """
import { withItems } from "./shared";
export const load = (ctx) =>
  ctx.client.query.orders.findMany({
    with: { ...withItems },
  });
"""
    found = told({"src/schema.ts": schema, "src/shared.ts": shared, "src/load.ts": query})
    places = {(str(access.table), str(access.place)) for statement in found.statements for access in statement.accesses}
    assert places == {("orders", "src/load.ts:4"), ("items", "src/load.ts:4")}
