"""How far strings are followed: every form that Python code builds SQL in, with the statements it comes to."""

import pytest

from tests.interpret.told import accesses, surely

HEAD = "import sqlite3\nconn = sqlite3.connect('x.db')\n"

LITERALS = {
    "adjacent literals": 'conn.execute("SELECT id " "FROM orders")',
    "a sum": 'conn.execute("SELECT id " + "FROM orders")',
    "a triple-quoted text": 'conn.execute("""\n  SELECT id\n  FROM orders\n""")',
    "a dedented text": 'import textwrap\nconn.execute(textwrap.dedent("""\n  SELECT id FROM orders\n"""))',
    "a cleaned text": 'import inspect\nconn.execute(inspect.cleandoc("""SELECT id FROM orders"""))',
    "a stripped text": 'conn.execute(" SELECT id FROM orders ".strip())',
    "an upper-cased literal": 'conn.execute("select id from orders".upper())',
    "a variable": 'sql = "SELECT id FROM orders"\nconn.execute(sql)',
    "an annotated constant": 'from typing import Final\nSQL: Final = "SELECT id FROM orders"\nconn.execute(SQL)',
    "a constant inside": 'TABLE = "orders"\nconn.execute("SELECT id FROM " + TABLE)',
    "an f-string": 'TABLE = "orders"\nconn.execute(f"SELECT id FROM {TABLE}")',
    "an f-string with a conversion": 'TABLE = "orders"\nconn.execute(f"SELECT id FROM {TABLE!s}")',
    "percent with one value": 'TABLE = "orders"\nconn.execute("SELECT id FROM %s" % TABLE)',
    "percent with a tuple": 'TABLE = "orders"\nconn.execute("SELECT %s FROM %s" % ("id", TABLE))',
    "percent with a dictionary": 'conn.execute("SELECT id FROM %(table)s" % {"table": "orders"})',
    "format by position": 'conn.execute("SELECT {} FROM {}".format("id", "orders"))',
    "format by number": 'conn.execute("SELECT {1} FROM {0}".format("orders", "id"))',
    "format by name": 'conn.execute("SELECT id FROM {table}".format(table="orders"))',
    "format of a dictionary": 'names = {"table": "orders"}\nconn.execute("SELECT id FROM {table}".format(**names))',
    "format_map": 'conn.execute("SELECT id FROM {table}".format_map({"table": "orders"}))',
    "a template": 'from string import Template\nconn.execute(Template("SELECT id FROM $t").substitute(t="orders"))',
    "a join of literals": 'conn.execute(" ".join(["SELECT id", "FROM orders"]))',
    "a join of a variable": 'parts = ["SELECT id", "FROM orders"]\nconn.execute("\\n".join(parts))',
    "a join inside": 'COLS = ["id"]\nconn.execute("SELECT " + ", ".join(COLS) + " FROM orders")',
    "a list that is appended to": 'parts = ["SELECT id"]\nparts.append("FROM orders")\nconn.execute(" ".join(parts))',
    "a conditional": 'conn.execute("SELECT id FROM orders" if x else "SELECT id FROM orders WHERE y = 1")',
    "a default with or": 'conn.execute(given or "SELECT id FROM orders")',
    "a dictionary lookup": 'SQL = {"all": "SELECT id FROM orders", "old": "SELECT id FROM x"}\nconn.execute(SQL["all"])',
    "a dictionary get": 'SQL = {"all": "SELECT id FROM orders"}\nconn.execute(SQL.get("all"))',
    "a list element": 'SQL = ["SELECT id FROM orders", "SELECT id FROM x"]\nconn.execute(SQL[0])',
    "a returned text": 'def sql():\n    return "SELECT id FROM orders"\nconn.execute(sql())',
    "a returned tuple": 'def sql():\n    return "SELECT id FROM orders", (1,)\ntext, args = sql()\nconn.execute(text, args)',
    "an enum member": 'from enum import Enum\nclass Q(Enum):\n    ALL = "SELECT id FROM orders"\nconn.execute(Q.ALL.value)',
    "a class attribute": 'class Q:\n    ALL = "SELECT id FROM orders"\nconn.execute(Q.ALL)',
    "an attribute of self": 'class R:\n    T = "orders"\n    def f(self):\n        conn.execute("SELECT id FROM " + self.T)',
    "an attribute of cls": (
        'class R:\n    T = "orders"\n    @classmethod\n    def f(cls):\n        conn.execute(f"SELECT id FROM {cls.T}")'
    ),
    "an attribute set by the constructor": (
        'class R:\n    def __init__(self):\n        self.t = "orders"\n'
        '    def f(self):\n        conn.execute("SELECT id FROM " + self.t)'
    ),
    "a dataclass default": (
        'from dataclasses import dataclass\n@dataclass\nclass R:\n    t: str = "orders"\n    def f(self):\n'
        '        conn.execute(f"SELECT id FROM {self.t}")'
    ),
    "an inherited attribute": (
        'class B:\n    def f(self):\n        conn.execute("SELECT id FROM " + self.T)\nclass R(B):\n    T = "orders"'
    ),
    "a walrus": 'conn.execute(sql := "SELECT id FROM orders")',
}


@pytest.mark.parametrize("source", LITERALS.values(), ids=LITERALS.keys())
def test_a_text_that_is_written_down_is_read_whole(source: str) -> None:
    assert "READ orders[id]" in {line.replace("READ ORDERS[ID]", "READ orders[id]") for line in accesses(HEAD + source)}
    assert not [line for line in accesses(HEAD + source) if line.startswith("UNRESOLVED")]


HOLES = {
    "a value": ('conn.execute(f"SELECT id FROM orders WHERE x = {x}")', {"READ orders[id, x]"}),
    "a list of values": ('conn.execute(f"SELECT id FROM orders WHERE x IN ({xs})")', {"READ orders[id, x]"}),
    "a limit": ('conn.execute(f"SELECT id FROM orders LIMIT {limit()}")', {"READ orders[id]"}),
    "inserted values": ('conn.execute(f"INSERT INTO orders (id) VALUES ({v})")', {"WRITE.insert orders[id]"}),
    "the columns": ('conn.execute(f"SELECT {cols} FROM orders")', {"READ orders[?]"}),
    "the order": ('conn.execute(f"SELECT id FROM orders ORDER BY {key}")', {"READ orders[?]"}),
    "a trailing clause": ('conn.execute("SELECT id FROM orders " + where)', {"READ orders[id]"}),
    "the whole table": ('conn.execute(f"SELECT id FROM {table()}")', {"UNRESOLVED dynamic-table: SELECT id FROM ⟨?⟩"}),
    "a part of the table": (
        'conn.execute(f"SELECT id FROM orders_{year()}")',
        {"READ orders_*[id]", "UNRESOLVED dynamic-table: SELECT id FROM orders_⟨?⟩"},
    ),
    "the schema": (
        'conn.execute(f"SELECT id FROM {schema()}.orders")',
        {"READ *.orders[id]"},
    ),
    "the whole statement": ("conn.execute(build())", {"UNRESOLVED dynamic-statement: ⟨?⟩"}),
    "a bind parameter after percent": (
        'conn.execute("DELETE FROM audit_%s WHERE ts < %%s" % month, (cut,))',
        {"WRITE.delete audit_*[ts]", "UNRESOLVED dynamic-table: DELETE FROM audit_⟨?⟩ WHERE ts < ⟨?⟩"},
    ),
}


@pytest.mark.parametrize(("source", "expected"), HOLES.values(), ids=HOLES.keys())
def test_what_a_hole_means_depends_on_where_it_stands(source: str, expected: set[str]) -> None:
    assert accesses(HEAD + source) == expected


def test_both_variants_of_a_text_that_grows_in_a_branch_are_read() -> None:
    source = """
        import sqlite3
        PREFIX = "crm"
        COLS = ["id", "mail"]
        def load(conn: sqlite3.Connection, only_active: bool):
            sql = f"SELECT {', '.join(COLS)} FROM {PREFIX}.customer"
            if only_active:
                sql += " WHERE active"
            return conn.execute(sql + f" LIMIT {limit()}")
    """
    assert accesses(source) == {"READ crm.customer[id, mail]", "READ crm.customer[active, id, mail]"}


def test_a_text_that_grows_after_its_use_is_not_part_of_it() -> None:
    source = """
        def run(conn):
            sql = "SELECT id FROM orders"
            conn.execute(sql)
            sql += " JOIN customers ON true"
    """
    assert accesses(source) == {"READ orders[id]"}


def test_each_branch_of_a_text_that_is_chosen_is_read() -> None:
    source = """
        def run(conn, old):
            if old:
                table = "orders_archive"
            else:
                table = "orders"
            conn.execute("SELECT id FROM " + table)
    """
    assert accesses(source) == {"READ orders[id]", "READ orders_archive[id]"}


def test_a_text_made_of_itself_is_read() -> None:
    source = """
        def run(conn, n):
            sql = "SELECT id FROM orders"
            sql = sql + " WHERE total > 1"
            sql = f"{sql} LIMIT {n}"
            conn.execute(sql)
    """
    assert "READ orders[id, total]" in accesses(source)
    assert not [line for line in accesses(source) if "UNRESOLVED" in line]


@pytest.mark.parametrize(
    "loop",
    [
        'for t in ["a", "b"]:\n    conn.execute(f"DELETE FROM {t}")',
        'TABLES = ("a", "b")\nfor t in TABLES:\n    conn.execute(f"DELETE FROM {t}")',
        'for t, key in [("a", 1), ("b", 2)]:\n    conn.execute(f"DELETE FROM {t}")',
        'for t, key in {"a": 1, "b": 2}.items():\n    conn.execute(f"DELETE FROM {t}")',
        '[conn.execute(f"DELETE FROM {t}") for t in ("a", "b")]',
        'for t in sorted({"a", "b"}):\n    conn.execute(f"DELETE FROM {t}")',
        'for i, t in enumerate(["a", "b"]):\n    conn.execute(f"DELETE FROM {t}")',
    ],
    ids=["literal", "constant", "pairs", "items", "comprehension", "sorted", "enumerate"],
)
def test_a_loop_over_literals_names_every_table(loop: str) -> None:
    assert accesses(HEAD + loop) == {"WRITE.delete a[]", "WRITE.delete b[]"}


def test_a_parameter_is_what_its_calls_pass() -> None:
    source = """
        def count(conn, table, schema="core"):
            conn.execute(f"SELECT id FROM {schema}.{table}")
        def run(conn):
            count(conn, "orders")
            count(conn, table="items", schema="shop")
    """
    found = accesses(source)
    assert {"READ core.orders[id]", "READ shop.items[id]"} <= found
    assert not [line for line in found if "UNRESOLVED" in line]


def test_a_parameter_of_a_method_is_what_its_calls_pass() -> None:
    source = """
        class Store:
            def count(self, conn, table):
                conn.execute("SELECT id FROM " + table)
            def run(self, conn):
                self.count(conn, "orders")
    """
    assert accesses(source) == {"READ orders[id]"}


def test_a_default_lowers_the_confidence() -> None:
    source = """
        import os
        T = os.environ.get("T", "orders")
        def load(conn, table="customers"):
            conn.execute("SELECT id FROM " + T)
            conn.execute("SELECT id FROM " + table)
            conn.execute("SELECT id FROM items")
    """
    assert surely(source) == {"orders": "guess", "customers": "guess", "items": "explicit"}


IMPORTED = {
    "a constant": ("from app.names import ORDERS", {"app/names.py": 'ORDERS = "orders"'}),
    "an alias": ("from app.names import O as ORDERS", {"app/names.py": 'O = "orders"'}),
    "relatively": ("from .names import ORDERS", {"app/names.py": 'ORDERS = "orders"'}),
    "a star": ("from app.names import *", {"app/names.py": 'ORDERS = "orders"'}),
    "a re-export": (
        "from app import ORDERS",
        {"app/__init__.py": "from app.names import ORDERS", "app/names.py": 'ORDERS = "orders"'},
    ),
    "a star re-export": (
        "from app import ORDERS",
        {"app/__init__.py": "from .names import *", "app/names.py": 'ORDERS = "orders"'},
    ),
    "one level of alias": ("from app.names import ORDERS", {"app/names.py": 'BASE = "orders"\nORDERS = BASE'}),
    "an alias of an import": ("from app import names\nORDERS = names.O", {"app/names.py": 'O = "orders"'}),
    "made in its module": ("from app.names import ORDERS", {"app/names.py": 'P = "or"\nORDERS = f"{P}ders"'}),
    "of a dictionary": ("from app.names import T\nORDERS = T['o']", {"app/names.py": 'T = {"o": "orders"}'}),
    "of a class": ("from app.names import T\nORDERS = T.O", {"app/names.py": 'class T:\n    O = "orders"'}),
}


@pytest.mark.parametrize(("line", "files"), IMPORTED.values(), ids=IMPORTED.keys())
def test_a_constant_of_another_module_is_followed(line: str, files: dict[str, str]) -> None:
    source = line + '\ndef run(conn):\n    conn.execute(f"SELECT id FROM {ORDERS}")\n'  # noqa: S608 -- the code that is read
    assert accesses(source, files) == {"READ orders[id]"}


@pytest.mark.parametrize(
    "read",
    [
        'open("sql/load.sql").read()',
        'open("app/sql/load.sql").read()',
        'Path("sql/load.sql").read_text()',
        '(Path(__file__).parent / "sql" / "load.sql").read_text()',
        'Path(__file__).parent.joinpath("sql", "load.sql").read_text()',
        'open(os.path.join(os.path.dirname(__file__), "sql", "load.sql")).read()',
        'resources.files("app").joinpath("sql/load.sql").read_text()',
        'resources.read_text("app.sql", "load.sql")',
        'pkgutil.get_data("app", "sql/load.sql").decode()',
    ],
)
def test_a_file_that_is_read_stands_for_its_text(read: str) -> None:
    imports = "import os, pkgutil\nfrom importlib import resources\nfrom pathlib import Path\n"
    source = f"{imports}def run(conn):\n    conn.execute({read})\n"
    assert accesses(source, {"app/sql/load.sql": "SELECT id FROM orders"}) == {"READ orders[id]"}


def test_a_file_that_is_read_in_a_with_block_stands_for_its_text() -> None:
    source = """
        def run(conn):
            with open("sql/load.sql") as file:
                conn.execute(file.read())
    """
    assert accesses(source, {"app/sql/load.sql": "SELECT id FROM orders"}) == {"READ orders[id]"}


COMPOSED = {
    "identifiers": (
        'sql.SQL("select {} from {}").format(sql.Identifier("id"), sql.Identifier("shop", "orders"))',
        "READ shop.orders[id]",
    ),
    "a join of identifiers": (
        'sql.SQL("select {} from orders").format(sql.SQL(", ").join([sql.Identifier("a"), sql.Identifier("b")]))',
        "READ orders[a, b]",
    ),
    "a sum": ('sql.SQL("select a from ") + sql.Identifier("orders")', "READ orders[a]"),
    "a list": ('sql.Composed([sql.SQL("select a from "), sql.Identifier("orders")])', "READ orders[a]"),
    "a literal": ('sql.SQL("select a from orders where b = {}").format(sql.Literal(1))', "READ orders[a, b]"),
    "a placeholder": ('sql.SQL("update orders set a = {}").format(sql.Placeholder("x"))', "WRITE.update orders[a]"),
    "named": ('sql.SQL("delete from {t}").format(t=sql.Identifier("orders"))', "WRITE.delete orders[]"),
}


@pytest.mark.parametrize(("written", "expected"), COMPOSED.values(), ids=COMPOSED.keys())
def test_composed_sql_is_put_together(written: str, expected: str) -> None:
    assert accesses(f"from psycopg import sql\ndef run(cur):\n    cur.execute({written})\n") == {expected}


PROSE = [
    '"""Select a file from the list of files."""',
    'log.info("Update the settings of the user")',
    'raise ValueError("delete from the list what is not wanted")',
    'help = "Insert into the form what you know"',
    'parser.add_argument("--x", help="select one from many")',
    'TITLE = "Create table tennis team"',
    'print("with love from me")',
]


@pytest.mark.parametrize("source", PROSE)
def test_prose_is_no_sql(source: str) -> None:
    assert accesses(source) == set()


def test_text_that_no_call_consumes_is_a_weak_hint_at_best() -> None:
    assert set(surely('QUERY = "SELECT id, total FROM orders WHERE total > 10 ORDER BY id"').values()) == {"convention"}
    assert set(surely('QUERY = "SELECT id FROM orders"').values()) == {"guess"}


def test_at_most_32_variants_are_followed() -> None:
    choice = " if x else ".join(f'"t{number}"' for number in range(100))
    source = 'conn.execute("SELECT id FROM " + (' + choice + "))"  # noqa: S608 -- the code that is read
    assert len(accesses(HEAD + source)) == 32


def test_a_text_that_grows_without_end_ends() -> None:
    source = """
        def run(conn, n):
            sql = "SELECT id FROM orders"
            while n:
                sql = sql + sql
            conn.execute(sql)
            a = b
            b = a
            conn.execute(a)
    """
    assert "READ orders[id]" in accesses(source)


def test_a_call_of_a_common_name_on_something_unknown_is_that_of_a_class_only_by_its_name() -> None:
    source = """
    class RowStore:
        def get(self, table):
            return self.cursor.execute("select id from " + table)
    def routes(router, store):
        router.get("pages")
        store.get("orders")
    """
    assert accesses(source) == {"READ orders[id]"}
