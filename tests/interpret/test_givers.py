"""Code that passes the name of a table has to run for the statement that a helper makes of it."""

import textwrap

import pytest

from dblint import languages
from dblint.frameworks import vocabulary
from dblint.interpret import interpret
from tests.frameworks.lines import run
from tests.interpret.told import ALL, accesses, interpretation

NODE = next(framework for framework in ALL if framework.name == "node-redis")
SQLX = next(framework for framework in ALL if framework.name == "rust-sqlx")


def givers(source: str, files: dict[str, str] | None = None, *, path: str = "app/db.py") -> set[tuple[str, str, str]]:
    """Each table with the code that runs its statement, and who else has to run."""
    found = interpretation(source, files, path=path)
    return {
        (access.table.name, ":".join(each.runner), " ".join(":".join(giver) for giver in each.givers))
        for each in found.statements
        for access in each.accesses
    }


def test_callers_give_the_name_of_a_table() -> None:
    source = """
        def execute(cursor, table):
            cursor.execute("DELETE FROM " + table)
        def orders(cursor):
            execute(cursor, "orders")
        class Users:
            def clear(self, cursor):
                execute(cursor, "users")
    """
    assert givers(source) == {
        ("orders", "app/db.py:execute", "app/db.py:orders"),
        ("users", "app/db.py:execute", "app/db.py:Users.clear"),
    }


HELPERS = {
    "app/own_name.py": """
        def forget(cursor, table):
            cursor.execute(f"DELETE FROM {table}")
        def forget_all(cursor, table):
            forget(cursor, table)
        def clear(cursor):
            forget_all(cursor, "orders")
    """,
    "app/db.php": """<?php
        class Db {
            private \\PDO $pdo;
            function forget($table) { $this->pdo->exec("DELETE FROM " . $table); }
            function clear() { $this->forget("orders"); }
        }
    """,
    "app/Db.kt": """
        import org.springframework.jdbc.core.JdbcTemplate
        class Db(val jdbc: JdbcTemplate) {
            fun forget(table: String) { jdbc.update("DELETE FROM $table") }
            fun clear() { forget("orders") }
        }
    """,
}


@pytest.mark.parametrize("path", HELPERS)
def test_a_helper_may_have_any_name(path: str) -> None:
    language = {".py": "python", ".php": "php", ".kt": "jvm"}[path[path.rindex(".") :]]
    known = next(framework for framework in ALL if framework.language == language)
    found = run(known, ALL, {path: textwrap.dedent(HELPERS[path])})
    assert [str(access.table) for each in found.statements for access in each.accesses] == ["orders"]
    assert not found.unresolved


def test_a_helper_for_rows_of_another_file_is_given_its_table() -> None:
    helper = """
        def put_row(cursor, table, values):
            cursor.execute(f"INSERT INTO {table} (id) VALUES (%s)", values)
    """
    source = """
        import psycopg
        from app.helper import put_row
        def place(cursor):
            put_row(cursor, "orders", (1,))
    """
    assert givers(source, {"app/helper.py": helper}) == {("orders", "app/helper.py:put_row", "app/db.py:place")}


def test_a_name_that_a_function_puts_into_a_text_is_given_by_nobody_else() -> None:
    source = """
        TABLE = "orders"
        def text(table):
            return f"DELETE FROM {table}"
        def clear(cursor):
            cursor.execute(text(TABLE))
    """
    assert givers(source) == {("orders", "app/db.py:clear", "")}


def test_a_text_of_another_file_is_run_where_it_is_handed_over() -> None:
    source = """
        from app import texts
        def clear(cursor):
            cursor.execute(texts.CLEAR)
    """
    assert givers(source, {"app/texts.py": "CLEAR = 'DELETE FROM orders'\n"}) == {("orders", "app/db.py:clear", "")}


def test_the_table_of_a_subclass_is_given_by_the_subclass() -> None:
    base = """
        class Store:
            def clear(self, cursor):
                cursor.execute(f"DELETE FROM {self.table}")
    """
    source = """
        from app.base import Store
        class Orders(Store):
            table = "orders"
    """
    assert givers(source, {"app/base.py": base}) == {("orders", "app/base.py:Store.clear", "app/db.py:Orders")}


def test_an_empty_name_holds_a_place_for_that_of_the_subclass() -> None:
    base = """
        class Store:
            table = ""
            def clear(self, cursor):
                cursor.execute(f"DELETE FROM {self.table}")
    """
    source = """
        from app.base import Store
        class Orders(Store):
            table = "orders"
    """
    assert givers(source, {"app/base.py": base}) == {("orders", "app/base.py:Store.clear", "app/db.py:Orders")}


def test_keys_and_measurements_are_given_by_callers_too() -> None:
    source = """
        import redis
        client = redis.Redis()
        def delete(name):
            client.delete(f"{name}:1")
        def cart():
            delete("cart")
    """
    assert givers(source) == {("cart:1", "app/db.py:delete", "app/db.py:cart")}


def test_a_method_of_a_library_passes_no_name_to_a_method_of_the_tree() -> None:
    source = """
        import { ConfigService } from "@nestjs/config";
        import Redis from "ioredis";
        export class Cache {
          constructor(private readonly redis: Redis) {}
          get(id: string) { return this.redis.get(`group:${id}`); }
        }
        export function start(app: any) {
          const config = app.get(ConfigService);
          return config.get("PORT");
        }
    """
    found = run(NODE, ALL, {"app/cache.ts": textwrap.dedent(source)})
    assert {access.table.name for each in found.statements for access in each.accesses} == {"group:*"}


def test_collections_of_which_callers_pass_several_names_are_used_one_by_one() -> None:
    source = """
        from pymongo import MongoClient
        db = MongoClient().shop
        def insert(name, document):
            db[name].insert_one(document)
        def delete(name):
            held = db.get_collection(name)
            held.delete_many({})
        class Orders:
            def add(self):
                insert("orders", {})
                delete("carts")
        def register():
            insert("users", {})
            delete("sessions")
    """
    orders, register = "app/db.py:Orders.add", "app/db.py:register"
    assert givers(source) == {
        ("orders", "app/db.py:insert", orders),
        ("users", "app/db.py:insert", register),
        ("carts", "app/db.py:delete", orders),
        ("sessions", "app/db.py:delete", register),
    }


def test_a_helper_of_rust_that_is_given_sql_runs_it_for_each_of_its_callers() -> None:
    source = """
        const INSERT: &str = "INSERT INTO orders (id) VALUES ($1)";
        const REMOVE: &str = "DELETE FROM users";
        async fn run(query: &str, pool: &PgPool) -> Result<(), sqlx::Error> {
            sqlx::query(query).execute(pool).await?;
            Ok(())
        }
        pub async fn add(pool: &PgPool) {
            run(INSERT, pool).await?;
            log();
        }
        pub async fn clear(pool: &PgPool) {
            run(REMOVE, pool).await?;
            log();
        }
    """
    found = run(SQLX, ALL, {"src/db.rs": textwrap.dedent(source)})
    assert {(each.accesses[0].table.name, each.runner[1], each.givers[0][1]) for each in found.statements} == {
        ("orders", "run", "add"),
        ("users", "run", "clear"),
    }


ABOVE = {
    "app/store.py": """
        from pymongo import MongoClient
        db = MongoClient("mongodb://db/shop").shop
        class Store:
            def __init__(self, db, name):
                self.rows = db[name]
            def add(self, row):
                self.rows.insert_one(row)
        class Orders(Store):
            def __init__(self):
                super().__init__(db, "orders")
        class Users(Store):
            def __init__(self):
                super().__init__(db, name="users")
        class Other:
            def __init__(self):
                super().__init__(db, "others")
    """,
    "src/store.ts": """
        import { Collection, MongoClient } from "mongodb";
        const db = new MongoClient("mongodb://db/shop").db("shop");
        abstract class Store<T> {
          protected rows: Collection;
          constructor(name: string) { this.rows = db.collection(name); }
          async add(row: T) { await this.rows.insertOne(row); }
        }
        class Orders extends Store<Order> {
          constructor() { super("orders"); }
        }
        class Users extends Store<User> {
          constructor() { super("users"); }
        }
    """,
}


SAID_BELOW = {
    "app/store.py": """
        from pymongo import MongoClient
        db = MongoClient("mongodb://db/shop").shop
        class Store:
            @property
            def name(self):
                raise NotImplementedError
            @property
            def rows(self):
                return db[self.name]
            def add(self, row):
                self.rows.insert_one(row)
        class Orders(Store):
            @property
            def name(self):
                return "orders"
        class Users(Store):
            @property
            def name(self):
                return "users"
    """,
    "src/getter.ts": """
        import { Db } from "mongodb";
        abstract class Store {
          constructor(private db: Db) {}
          protected abstract get named(): string;
          async add(row: any) { await this.db.collection(this.named).insertOne(row); }
        }
        class Orders extends Store {
          protected get named() { return "orders"; }
        }
        class Users extends Store {
          protected get named() { return "users"; }
        }
    """,
    "src/field.ts": """
        import { Db } from "mongodb";
        abstract class Store {
          constructor(private readonly db: Db, private readonly name: string) {}
          async add(row: any) { await this.db.collection(this.name).insertOne(row); }
        }
        class Orders extends Store {
          constructor(db: Db) { super(db, "orders"); }
        }
        class Users extends Store {
          constructor(db: Db) { super(db, "users"); }
        }
    """,
}


@pytest.mark.parametrize("path", SAID_BELOW)
def test_the_name_of_a_collection_is_said_by_a_property_or_a_declared_field(path: str) -> None:
    language = {".py": "python", ".ts": "javascript"}[path[path.rindex(".") :]]
    known = next(framework for framework in ALL if framework.language == language)
    found = run(known, ALL, {path: textwrap.dedent(SAID_BELOW[path])})
    assert {str(access.table.name) for each in found.statements for access in each.accesses} == {"orders", "users"}
    assert not found.unresolved


def test_what_is_looked_up_by_an_unknown_name_is_told() -> None:
    source = """
        from pymongo import MongoClient
        db = MongoClient("mongodb://db/shop").shop
        def add(name):
            rows = db[name]
            rows.insert_one({})
    """
    assert accesses(source) == {"UNRESOLVED dynamic-collection: ⟨?⟩"}


@pytest.mark.parametrize("path", ABOVE)
def test_classes_hand_the_name_of_a_collection_to_the_constructor_above(path: str) -> None:
    language = {".py": "python", ".ts": "javascript"}[path[path.rindex(".") :]]
    known = next(framework for framework in ALL if framework.language == language)
    found = run(known, ALL, {path: textwrap.dedent(ABOVE[path])})
    told = {(str(access.table.name), each.givers[0][1]) for each in found.statements for access in each.accesses}
    assert told == {("orders", "Orders"), ("users", "Users")}
    assert not found.unresolved


FILLED = {
    "app/names.py": """
        from app.db import load
        def own_name(cursor):
            load(cursor, "unknown host")
    """
}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE hosts SET seen = 1 WHERE name = '%s'", ("hosts", "")),
        ("UPDATE hosts SET seen = 1 WHERE name = '''' AND host = '%s'", ("hosts", "")),
        ("UPDATE hosts SET seen = 1 WHERE id IN (SELECT host FROM %s)", ("hosts", "app/names.py:own_name")),
    ],
)
def test_whoever_fills_in_a_value_between_quotes_need_not_run(statement: str, expected: tuple[str, str]) -> None:
    source = f"""
        def load(cursor, name):
            cursor.execute("{statement}" % name)
    """
    files = {**FILLED, "app/names.py": FILLED["app/names.py"].replace("unknown host", "names")}
    found = {(table, who) for table, runner, who in givers(source, files) if runner == "app/db.py:load"}
    assert expected in found
    assert {who for _, who in found} == {expected[1]}


CRATES = {
    "store/Cargo.toml": '[package]\nname = "shop-store"\n',
    "store/src/lib.rs": """
        use sqlx::PgPool;
        pub struct Sender { inner: Inner, pool: PgPool }
        impl Sender {
            pub async fn hand_over(&self, text: &str) { sqlx::query(text).execute(&self.pool).await; }
        }
    """,
    "page/src/lib.rs": """
        pub struct Page { store: Store }
        impl Page {
            pub fn show(&self) { self.store.hand_over("DELETE FROM orders"); }
        }
    """,
}


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ('[package]\nname = "page"\n[dependencies]\nshop-store-client = "1"\n', False),
        ('[package]\nname = "page"\n[dependencies]\nshop-store = { path = "../store" }\n', True),
    ],
)
def test_a_method_of_a_crate_is_not_called_from_one_that_is_not_built_with_it(manifest: str, expected: bool) -> None:
    files = {path: textwrap.dedent(text) for path, text in CRATES.items()} | {"page/Cargo.toml": manifest}
    words = vocabulary(ALL, "rust")
    modules = [languages.read(path, "rust", text, words) for path, text in files.items() if path.endswith(".rs")]
    found = interpret(modules, ALL, files.get)
    assert (("store/src/lib.rs", "Sender.hand_over") in {each.runner for each in found.statements}) is expected
