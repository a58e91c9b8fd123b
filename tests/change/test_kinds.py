"""Kinds of change besides those of columns: keys, views, enumerations, positions and rights."""

from pathlib import Path

import pytest

from tests.change.trees import USERS, analysed, breaking, found, python

INSERT = "INSERT INTO users (id, email) VALUES (1, 'a')"


@pytest.mark.parametrize(
    ("key", "statement", "count"),
    [
        ("REFERENCES users (id)", "DELETE FROM users WHERE id = 1", 1),
        ("REFERENCES users", "UPDATE users SET id = 2 WHERE id = 1", 1),
        ("REFERENCES users (id) ON DELETE RESTRICT", "DELETE FROM users", 1),
        ("REFERENCES users (id) ON DELETE CASCADE", "DELETE FROM users", 0),
        ("REFERENCES users (id) ON DELETE SET NULL", "DELETE FROM users", 0),
        ("REFERENCES users (id)", "SELECT id FROM users", 0),
        ("REFERENCES users (id)", "UPDATE users SET age = 2", 0),
        ("REFERENCES users (id)", INSERT, 0),
    ],
)
def test_who_deletes_rows_that_another_table_refers_to_from_now_on_is_told(
    tmp_path: Path, key: str, statement: str, count: int
) -> None:
    findings = found(tmp_path, f"CREATE TABLE badges (id bigint PRIMARY KEY, holder bigint {key});", statement)
    assert [(finding.service, finding.severity) for finding in findings] == [("orders", "warning")] * count
    assert all("makes badges refer to users.id" in finding.message for finding in findings)


def test_who_adds_a_foreign_key_to_another_service_s_table_stops_its_owner_from_deleting(tmp_path: Path) -> None:
    before = {"accounts/migrations/0001.sql": USERS, "accounts/app.py": python("DELETE FROM users WHERE id = 1")}
    change = {
        "orders/migrations/0001.sql": "CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint REFERENCES users (id));"
    }
    (finding,) = breaking(analysed(tmp_path, before, change))
    assert (finding.service, finding.severity) == ("accounts", "warning")


@pytest.mark.parametrize(("columns", "count"), [("(age)", 1), ("(age, team)", 0)])
def test_a_foreign_key_with_a_column_that_just_came_checks_nothing_yet(tmp_path: Path, columns: str, count: int) -> None:
    targets = "(id)" if columns == "(age)" else "(id, kind)"
    change = f"ALTER TABLE users ADD COLUMN team int; ALTER TABLE users ADD FOREIGN KEY {columns} REFERENCES teams {targets};"
    table = f"{USERS} CREATE TABLE teams (id int, kind int, UNIQUE (id), UNIQUE (id, kind));"
    findings = found(tmp_path, change, "UPDATE users SET age = 3", table=table)
    assert [finding.severity for finding in findings] == ["warning"] * count


PEOPLE = "CREATE VIEW people AS SELECT id, email FROM users;"


@pytest.mark.parametrize(
    ("change", "statement", "severities"),
    [
        ("DROP VIEW people; CREATE VIEW people AS SELECT id FROM users;", "SELECT email FROM people", ["error"]),
        ("CREATE OR REPLACE VIEW people AS SELECT id FROM users;", "SELECT email FROM people", ["error"]),
        ("CREATE OR REPLACE VIEW people AS SELECT id FROM users;", "SELECT id FROM people", []),
        ("CREATE OR REPLACE VIEW people AS SELECT email, id FROM users;", "INSERT INTO old SELECT * FROM people", ["warning"]),
        ("CREATE OR REPLACE VIEW people AS SELECT id, email, age FROM users;", "SELECT email FROM people", []),
        ("CREATE OR REPLACE VIEW people AS SELECT id, name AS email FROM users;", "SELECT email FROM people", []),
    ],
)
def test_a_view_that_is_replaced_breaks_who_names_what_it_loses(
    tmp_path: Path, change: str, statement: str, severities: list[str]
) -> None:
    assert [finding.severity for finding in found(tmp_path, change, statement, table=USERS + PEOPLE)] == severities


def test_a_view_that_flyway_runs_again_is_compared_with_what_it_was(tmp_path: Path) -> None:
    before = {
        "accounts/db/migration/V1__users.sql": USERS,
        "accounts/db/migration/R__people.sql": "CREATE OR REPLACE VIEW people AS SELECT id, email FROM users;",
        "orders/app.py": python("SELECT email FROM people"),
    }
    change = {"accounts/db/migration/R__people.sql": "CREATE OR REPLACE VIEW people AS SELECT id FROM users;"}
    (finding,) = breaking(analysed(tmp_path, before, change))
    assert (finding.service, finding.severity) == ("orders", "error")
    assert "takes people.email out of its view" in finding.message


@pytest.mark.parametrize(
    ("change", "severities"),
    [
        ("ALTER TABLE users MODIFY name varchar(100) AFTER id;", ["error"]),
        ("ALTER TABLE users MODIFY name varchar(100) FIRST;", ["error"]),
        ("ALTER TABLE users MODIFY name varchar(100) AFTER email;", []),
    ],
)
def test_a_column_that_moves_hits_who_inserts_by_position(tmp_path: Path, change: str, severities: list[str]) -> None:
    findings = found(tmp_path, change, "INSERT INTO users VALUES (1, 'a', 'b', 3)", "mysql")
    assert [finding.severity for finding in findings] == severities


@pytest.mark.parametrize(("policy", "severity"), [("", "error"), ("CREATE POLICY p ON users USING (true);", "warning")])
def test_row_level_security_with_a_policy_is_only_a_risk(tmp_path: Path, policy: str, severity: str) -> None:
    change = f"ALTER TABLE users ENABLE ROW LEVEL SECURITY; {policy}"
    assert [finding.severity for finding in found(tmp_path, change, "SELECT id FROM users")] == [severity]


@pytest.mark.parametrize(
    ("dialect", "change", "end", "count"),
    [
        ("postgres", "ALTER TABLE users DROP CONSTRAINT users_email_key;", "ON CONFLICT (email) DO NOTHING", 1),
        ("postgres", "ALTER TABLE users DROP CONSTRAINT users_email_key;", "ON CONFLICT (id) DO NOTHING", 0),
        ("mysql", "ALTER TABLE users DROP INDEX email;", "ON DUPLICATE KEY UPDATE age = 1", 1),
    ],
)
def test_an_upsert_needs_the_key_that_it_goes_by(tmp_path: Path, dialect: str, change: str, end: str, count: int) -> None:
    findings = found(tmp_path, change, f"{INSERT} {end}", dialect)
    assert [finding.severity for finding in findings] == ["error"] * count


MOOD = "CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TABLE days (id bigint PRIMARY KEY, mood mood NOT NULL);"


@pytest.mark.parametrize(
    ("change", "statement", "severities"),
    [
        ("ALTER TYPE mood ADD VALUE 'grumpy';", "SELECT mood FROM days", ["note"]),
        ("ALTER TYPE mood ADD VALUE 'grumpy';", "SELECT id FROM days", []),
        ("ALTER TYPE mood ADD VALUE 'grumpy';", "INSERT INTO days (id, mood) VALUES (1, 'good')", []),
        ("ALTER TYPE mood RENAME VALUE 'bad' TO 'grumpy';", "SELECT mood FROM days", ["warning"]),
    ],
)
def test_values_of_an_enumeration_concern_who_reads_its_columns(
    tmp_path: Path, change: str, statement: str, severities: list[str]
) -> None:
    assert [finding.severity for finding in found(tmp_path, change, statement, table=MOOD)] == severities


@pytest.mark.parametrize(
    ("values", "severities"), [("'good', 'bad', 'grumpy'", ["note"]), ("'good'", ["warning"]), ("'good', 'bad'", [])]
)
def test_an_enumeration_of_mysql_is_written_anew_with_its_column(tmp_path: Path, values: str, severities: list[str]) -> None:
    table = "CREATE TABLE days (id bigint PRIMARY KEY, mood enum('good', 'bad') NOT NULL);"
    change = f"ALTER TABLE days MODIFY mood enum({values}) NOT NULL;"
    findings = found(tmp_path, change, "SELECT mood FROM days", "mysql", table)
    assert [finding.severity for finding in findings] == severities


def test_a_squash_that_says_a_foreign_key_again_which_a_dump_beside_it_has_makes_none(tmp_path: Path) -> None:
    tables = USERS + "CREATE TABLE invoices (id bigint PRIMARY KEY, user_id bigint);\n"
    referring = "ALTER TABLE invoices ADD CONSTRAINT f FOREIGN KEY (user_id) REFERENCES users (id);\n"
    # What the old migrations did inside a routine nobody could read; the dump shows what it came to.
    before = {
        "accounts/migrations/0001.sql": tables + "SELECT refer('invoices', 'users');\n",
        "accounts/schema.sql": tables + referring,
        "orders/app.py": python("INSERT INTO invoices (id, user_id) VALUES (1, 2)"),
    }
    squashed = {"accounts/migrations/0001.sql": None, "accounts/migrations/0002_all.sql": tables + referring}
    assert breaking(analysed(tmp_path, before, squashed)) == []
    added = {"accounts/migrations/0002.sql": referring}
    del before["accounts/schema.sql"]
    assert [one.service for one in breaking(analysed(tmp_path / "other", before, added))] == ["orders"]
