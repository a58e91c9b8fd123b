"""Every table is told at the line on which its name stands, however the text around it is built."""

from tests.interpret.told import placed


def test_tables_of_a_text_over_several_lines_keep_their_own() -> None:
    source = '''\
import sqlite3
def run(conn: sqlite3.Connection):
    conn.execute("""
        SELECT o.id
        FROM orders o
        JOIN customers c
          ON c.id = o.customer
    """)
'''
    assert placed(source) == {"orders 5", "customers 6"}


def test_tables_of_adjacent_literals_keep_their_own() -> None:
    source = """\
def run(conn):
    conn.execute(
        "SELECT id "
        "FROM orders "
        "JOIN customers ON true"
    )
"""
    assert placed(source) == {"orders 4", "customers 5"}


def test_tables_of_a_sum_keep_their_own() -> None:
    source = """\
def run(conn):
    sql = ("SELECT id FROM orders "
           + "JOIN customers ON true")
    conn.execute(sql)
"""
    assert placed(source) == {"orders 2", "customers 3"}


def test_tables_of_an_f_string_keep_their_own() -> None:
    source = '''\
def run(conn, x):
    conn.execute(f"""
        SELECT id FROM orders WHERE x = {x}
        UNION
        SELECT id FROM items WHERE y = {x}
    """)
'''
    assert placed(source) == {"orders 3", "items 5"}


def test_a_table_that_a_branch_adds_stands_there() -> None:
    source = """\
def run(conn, deep):
    sql = "SELECT id FROM orders"
    if deep:
        sql += " JOIN items ON true"
    conn.execute(sql)
"""
    assert placed(source) == {"orders 2", "items 4"}


def test_a_table_named_by_a_constant_stands_at_the_constant() -> None:
    source = """\
from app.names import ORDERS
def run(conn):
    conn.execute(f"SELECT id FROM {ORDERS}")
"""
    assert placed(source, {"app/names.py": '\nORDERS = "orders"\n'}) == {"orders app/names.py:2"}


def test_tables_of_a_formatted_text_keep_their_own() -> None:
    source = '''\
def run(conn):
    conn.execute("""
        SELECT {columns}
        FROM orders
        JOIN {other} ON true
    """.format(columns="id", other="items"))
'''
    assert placed(source) == {"orders 4", "items 6"}


def test_tables_of_a_percent_text_keep_their_own() -> None:
    source = '''\
def run(conn):
    conn.execute("""
        SELECT %s
        FROM orders
    """ % "id")
'''
    assert placed(source) == {"orders 4"}


def test_tables_of_a_joined_list_keep_their_own() -> None:
    source = """\
def run(conn):
    parts = [
        "SELECT id",
        "FROM orders",
    ]
    parts.append("JOIN items ON true")
    conn.execute(" ".join(parts))
"""
    assert placed(source) == {"orders 4", "items 6"}


def test_tables_of_a_file_stand_in_the_file() -> None:
    source = 'def run(conn):\n    conn.execute(open("load.sql").read())\n'
    assert placed(source, {"app/load.sql": "SELECT id\nFROM orders\n"}) == {"orders app/load.sql:2"}


def test_tables_of_a_replaced_text_keep_their_own() -> None:
    source = '''\
def run(conn):
    conn.execute("""
        SELECT id
        FROM orders
        JOIN :other ON true
    """.replace(":other", "items"))
'''
    assert placed(source) == {"orders 4", "items 6"}


def test_escapes_do_not_shift_lines() -> None:
    source = '''\
def run(conn):
    conn.execute("SELECT id\\n\\n FROM orders")
    conn.execute("""SELECT id \\
FROM items""")
'''
    assert placed(source) == {"orders 2", "items 4"}
