"""Routines and sequences that go, and who calls them."""

from pathlib import Path

import pytest

from tests.change.trees import analysed, breaking, python

ROUTINES = """
CREATE TABLE users (id bigint PRIMARY KEY, email text);
CREATE SEQUENCE ticket_seq;
CREATE FUNCTION full_name(a bigint) RETURNS text LANGUAGE sql AS $$ SELECT email FROM users $$;
CREATE PROCEDURE close_all() LANGUAGE sql AS $$ DELETE FROM users $$;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
"""
TICKETS = "CREATE TABLE tickets (id bigint DEFAULT nextval('ticket_seq'), name text);"
VIEW = "CREATE VIEW v AS SELECT full_name(id) FROM tickets;"
TRIGGER = "CREATE TRIGGER t BEFORE INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION stamp();"
CALLPROC = """
import psycopg2


def run(cursor: psycopg2.extensions.cursor) -> None:
    cursor.callproc("close_all")
"""
JAVA = """
import java.sql.Connection;

class Closing {
    void run(Connection connection) throws Exception {
        connection.prepareCall("{call close_all()}");
    }
}
"""


@pytest.mark.parametrize(
    ("change", "files", "severity", "words"),
    [
        ("DROP FUNCTION full_name(bigint);", {"app.py": python("SELECT full_name(3)")}, "error", "calls full_name"),
        ("DROP FUNCTION full_name;", {"app.py": python("SELECT id FROM users WHERE full_name(id) = ''")}, "error", "calls"),
        ("ALTER FUNCTION full_name(bigint) RENAME TO f;", {"app.py": python("SELECT full_name(3)")}, "error", "calls"),
        ("DROP PROCEDURE close_all;", {"app.py": python("CALL close_all()")}, "error", "calls close_all"),
        ("DROP PROCEDURE close_all;", {"Closing.java": JAVA}, "error", "calls close_all"),
        ("DROP PROCEDURE close_all;", {"app.py": CALLPROC}, "error", "calls close_all"),
        (
            "DROP SEQUENCE ticket_seq;",
            {"app.py": python("SELECT nextval('ticket_seq')")},
            "error",
            "takes numbers from ticket_seq",
        ),
        ("DROP SEQUENCE ticket_seq;", {"app.py": python("SELECT last_value FROM ticket_seq")}, "error", "takes numbers"),
        ("DROP SEQUENCE ticket_seq;", {"migrations/0001.sql": TICKETS}, "error", "in the default of tickets.id"),
        (
            "DROP FUNCTION full_name;",
            {"migrations/0001.sql": TICKETS + VIEW},
            "warning",
            "in the view v",
        ),
        (
            "DROP FUNCTION stamp;",
            {"migrations/0001.sql": TICKETS + TRIGGER},
            "warning",
            "in the trigger t",
        ),
    ],
)
def test_who_calls_what_goes_is_told(tmp_path: Path, change: str, files: dict[str, str], severity: str, words: str) -> None:
    before = {"accounts/migrations/0001.sql": ROUTINES, **{f"orders/{path}": text for path, text in files.items()}}
    (finding,) = breaking(analysed(tmp_path, before, {"accounts/migrations/0002.sql": change}))
    assert (finding.service, finding.severity) == ("orders", severity)
    assert words in finding.message


@pytest.mark.parametrize(
    ("change", "files"),
    [
        ("DROP FUNCTION full_name;", {"app.py": python("SELECT other_name(3)")}),
        ("DROP FUNCTION full_name;", {"migrations/0001.sql": TICKETS + "SELECT full_name(3);"}),
        ("DROP SEQUENCE ticket_seq;", {"app.py": python("SELECT full_name(3)")}),
        (
            "DROP FUNCTION full_name; CREATE FUNCTION full_name(a bigint) RETURNS text LANGUAGE sql AS $$ SELECT '' $$;",
            {"app.py": python("SELECT full_name(3)")},
        ),
        ("ALTER SEQUENCE ticket_seq RENAME TO numbers;", {"migrations/0001.sql": TICKETS}),
    ],
)
def test_what_is_made_anew_or_called_by_nobody_goes_in_silence(tmp_path: Path, change: str, files: dict[str, str]) -> None:
    before = {"accounts/migrations/0001.sql": ROUTINES, **{f"orders/{path}": text for path, text in files.items()}}
    assert breaking(analysed(tmp_path, before, {"accounts/migrations/0002.sql": change})) == []


def test_a_caller_that_this_branch_removes_is_deployed_still(tmp_path: Path) -> None:
    before = {"accounts/migrations/0001.sql": ROUTINES, "orders/app.py": python("SELECT full_name(3)")}
    after = {"accounts/migrations/0002.sql": "DROP FUNCTION full_name;", "orders/app.py": python("SELECT 1")}
    (finding,) = breaking(analysed(tmp_path, before, after))
    assert finding.severity == "warning"
    assert "deploy the reader first" in finding.message
