"""Columns that a statement names without saying of which table, or only on the way to a write."""

from pathlib import Path

import pytest

from dblint.graph import Coupling
from dblint.report.column import named, uses
from tests.change.trees import USERS, analysed, breaking, found, python

TABLES = USERS + "CREATE TABLE invoices (id bigint PRIMARY KEY, user_id bigint, total integer);\n"
DROP = "ALTER TABLE users DROP COLUMN name;"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT name, total FROM users u JOIN invoices i ON i.user_id = u.id",
        "SELECT u.id FROM users u, invoices i WHERE name = 'x'",
        "SELECT count(*) FROM users u, invoices i WHERE name = 'x'",
        "SELECT u.id FROM users u JOIN invoices i ON i.user_id = u.id ORDER BY name",
        "SELECT max(name) OVER (PARTITION BY total) FROM users JOIN invoices ON user_id = users.id",
        "WITH paid AS (SELECT name FROM users JOIN invoices ON user_id = users.id) SELECT name FROM paid",
        "SELECT 1 FROM invoices WHERE EXISTS (SELECT 1 FROM users u JOIN logins l ON l.uid = u.id WHERE name = 'x')",
        "UPDATE invoices SET total = length(name) FROM users u WHERE u.id = user_id",
        "UPDATE users SET age = 1 WHERE name = 'x'",
        "UPDATE users SET age = 1 WHERE id = 1 RETURNING name",
        "DELETE FROM users USING invoices i WHERE i.user_id = users.id AND name = 'x'",
        "INSERT INTO users (id, email) VALUES (1, 'a') RETURNING name",
        "INSERT INTO users (id, email) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET name = 'x'",
        "INSERT INTO users AS u (id, email) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET age = 1 WHERE u.name = 'x'",
    ],
)
def test_a_column_named_without_its_table_is_a_use_of_it(tmp_path: Path, statement: str) -> None:
    before = {"accounts/migrations/0001.sql": TABLES, "orders/app.py": python(statement)}
    (finding,) = breaking(analysed(tmp_path, before, {"accounts/migrations/0002.sql": DROP}))
    assert (finding.service, finding.severity) == ("orders", "error")
    assert "reads users.name" in finding.message


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT email, total FROM users u JOIN invoices i ON i.user_id = u.id",
        "SELECT email AS name FROM users JOIN invoices ON user_id = users.id ORDER BY name",
        "SELECT count(u) FROM users u",
        "UPDATE users SET age = 1 WHERE email = 'x'",
    ],
)
def test_other_columns_of_a_join_or_condition_are_none(tmp_path: Path, statement: str) -> None:
    before = {"accounts/migrations/0001.sql": TABLES, "orders/app.py": python(statement)}
    assert breaking(analysed(tmp_path, before, {"accounts/migrations/0002.sql": DROP})) == []


def test_a_row_that_a_function_takes_whole_has_every_column(tmp_path: Path) -> None:
    assert [one.severity for one in found(tmp_path, DROP, "SELECT to_json(u) FROM users u")] == ["warning"]


def test_a_view_of_two_tables_is_a_victim_of_the_one_that_it_names_first(tmp_path: Path) -> None:
    view = "CREATE VIEW paid AS SELECT name, total FROM users JOIN invoices ON user_id = users.id;"
    before = {"accounts/migrations/0001.sql": TABLES, "orders/views.sql": view}
    (finding,) = breaking(analysed(tmp_path, before, {"accounts/migrations/0002.sql": DROP}))
    assert finding.service == "orders"
    assert "has a view of users.name (paid)" in finding.message


def test_a_view_that_is_made_anew_without_the_column_is_none(tmp_path: Path) -> None:
    views = """
CREATE VIEW paid AS SELECT name, total FROM users JOIN invoices ON user_id = users.id;
CREATE OR REPLACE VIEW paid AS SELECT email, total FROM users JOIN invoices ON user_id = users.id;
"""
    before = {"accounts/migrations/0001.sql": TABLES, "orders/views.sql": views}
    assert breaking(analysed(tmp_path, before, {"accounts/migrations/0002.sql": DROP})) == []


def test_the_join_of_a_deployed_reader_that_this_branch_changes_is_told_as_such(tmp_path: Path) -> None:
    reader = "SELECT {} total FROM users u JOIN invoices i ON i.user_id = u.id"
    before = {"accounts/migrations/0001.sql": TABLES, "orders/app.py": python(reader.format("name,"))}
    after = {"accounts/migrations/0002.sql": DROP, "orders/app.py": python(reader.format(""))}
    (finding,) = breaking(analysed(tmp_path, before, after))
    assert "deploy the reader first" in finding.message


def test_whoever_asks_for_a_column_hears_of_joins_that_name_it(tmp_path: Path) -> None:
    statement = "SELECT name, total FROM users u JOIN invoices i ON i.user_id = u.id"
    before = {"accounts/migrations/0001.sql": TABLES, "orders/app.py": python(statement)}
    coupling = Coupling(analysed(tmp_path, before, {}).system)
    assert [[use.words for use in uses(coupling, column)] for column in named(coupling, "invoices.total")] == [
        ["orders reads invoices.total"]
    ]
    assert named(coupling, "users.total") == ()
