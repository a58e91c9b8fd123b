"""Who is no victim although the table is theirs too, and who is one by a detour: triggers, libraries, views, types."""

from pathlib import Path

import pytest

from tests.change.trees import CONFIG, USERS, analysed, breaking, found, python

INSERT = "INSERT INTO users (id, email) VALUES (1, 'a')"
TRIGGER = """
CREATE FUNCTION fill() RETURNS trigger AS $$ BEGIN IF NEW.phone IS NULL THEN NEW.phone := '0'; END IF; RETURN NEW; END; $$
LANGUAGE plpgsql;
CREATE TRIGGER tr BEFORE {event} ON users FOR EACH ROW EXECUTE FUNCTION fill();
"""
MYSQL_TRIGGER = "CREATE TRIGGER tr BEFORE {event} ON users FOR EACH ROW SET NEW.phone = COALESCE(NEW.phone, '0');\n"


@pytest.mark.parametrize(("event", "count"), [("INSERT OR UPDATE", 0), ("UPDATE", 1)])
def test_a_new_column_that_a_trigger_fills_needs_no_value(tmp_path: Path, event: str, count: int) -> None:
    change = "ALTER TABLE users ADD COLUMN phone text NOT NULL DEFAULT ''; ALTER TABLE users ALTER COLUMN phone DROP DEFAULT;"
    findings = found(tmp_path, change, INSERT, table=USERS + TRIGGER.format(event=event))
    assert [finding.severity for finding in findings] == ["error"] * count


@pytest.mark.parametrize(("event", "count"), [("INSERT", 0), ("UPDATE", 1)])
def test_so_it_does_where_the_trigger_has_a_body_of_its_own(tmp_path: Path, event: str, count: int) -> None:
    change = "ALTER TABLE users ADD COLUMN phone varchar(9) NOT NULL;"
    findings = found(tmp_path, change, INSERT, "mysql", USERS + MYSQL_TRIGGER.format(event=event))
    assert len(findings) == count


SHARED_MODELS = """\
from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    email = Column(String)


class Kind(Base):
    __tablename__ = "kinds"
    id = Column(Integer, primary_key=True)
"""


def test_who_only_imports_a_library_of_models_is_no_victim(tmp_path: Path) -> None:
    before = {
        "accounts/migrations/0001.sql": USERS,
        "common/__init__.py": "",
        "common/models.py": SHARED_MODELS,
        "orders/app.py": "from common.models import User\n\n\ndef run(session):\n    return session.query(User).all()\n",
        "accounts/app.py": "from common.models import Kind\n",
        "mail/app.py": "from common.models import *\n\n\ndef run(session):\n    return session.query(Kind).all()\n",
    }
    mail = CONFIG.replace("databases:\n", "  - {{name: mail, path: mail, databases: [shop]}}\ndatabases:\n", 1)
    drop = {"accounts/migrations/0002.sql": "ALTER TABLE users DROP COLUMN email;"}
    assert {each.service for each in breaking(analysed(tmp_path, before, drop, config=mail))} == {"orders"}


def test_in_mysql_an_index_of_the_beginning_of_a_text_is_replaced_like_any_other(tmp_path: Path) -> None:
    table = USERS.replace("\n);", ",\n    KEY by_name (name(20))\n);")
    change = "ALTER TABLE users ADD UNIQUE INDEX other (name(50), age), DROP INDEX by_name;"
    findings = found(tmp_path, change, "SELECT id FROM users WHERE name = 'x'", "mysql", table)
    assert [finding.severity for finding in findings] == []


def test_migrations_that_no_service_holds_are_their_owners_affair(tmp_path: Path) -> None:
    before = {
        "scripts/sql/delta/0001.sql": USERS,
        "accounts/app.py": python("INSERT INTO users (id, email) VALUES (1, 'x')", "SELECT name FROM users"),
        "orders/app.py": python("SELECT name FROM users"),
    }
    change = {"scripts/sql/delta/0002.sql": "ALTER TABLE users DROP COLUMN name;"}
    own, other = breaking(analysed(tmp_path, before, change))
    assert (own.service, own.severity, other.service, other.severity) == ("accounts", "warning", "orders", "error")
    assert "accounts's own code" in own.message
    assert other.message.startswith("orders fails once this migration drops users.name")


PEOPLE = "CREATE VIEW people AS SELECT {columns} FROM users;"


@pytest.mark.parametrize(("columns", "count"), [("id, name", 0), ("id, email", 1), ("*", 1)])
def test_a_view_is_hit_by_the_columns_that_it_names(tmp_path: Path, columns: str, count: int) -> None:
    before = {
        "accounts/migrations/0001.sql": USERS,
        "orders/migrations/0001.sql": PEOPLE.format(columns=columns),
    }
    change = {"accounts/migrations/0002.sql": "ALTER TABLE users DROP COLUMN email;"}
    findings = breaking(analysed(tmp_path, before, change))
    assert len(findings) == count
    assert all("has a view of users.email (people)" in finding.message for finding in findings)


ENUM = """
CREATE TYPE kind AS ENUM ('person', 'robot');
CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100), kind kind);
"""
FEWER = """
ALTER TYPE kind RENAME TO old_kind;
CREATE TYPE kind AS ENUM ('person'{more});
ALTER TABLE users ALTER COLUMN kind TYPE kind USING kind::text::kind;
DROP TYPE old_kind;
"""


@pytest.mark.parametrize(
    ("more", "reader", "count"),
    [
        ("", "SELECT id FROM users WHERE kind = 'robot'", 1),
        ("", "SELECT email FROM users", 0),
        (", 'robot', 'ghost'", "SELECT id FROM users WHERE kind = 'robot'", 0),
    ],
)
def test_a_value_that_an_enumeration_loses_hits_whoever_uses_its_column(
    tmp_path: Path, more: str, reader: str, count: int
) -> None:
    findings = found(tmp_path, FEWER.format(more=more), reader, table=ENUM)
    assert [finding.severity for finding in findings] == ["warning"] * count
    assert all("drops the value robot of users.kind" in finding.message for finding in findings)


def test_a_migration_that_sets_the_search_path_changes_the_tables_of_that_schema(tmp_path: Path) -> None:
    before = {
        "accounts/migrations/0001.sql": f"CREATE SCHEMA crm; SET search_path TO crm; {USERS}",
        "orders/app.py": python("SELECT email FROM crm.users"),
    }
    change = {"accounts/migrations/0002.sql": "SET search_path TO crm; ALTER TABLE users RENAME COLUMN email TO mail;"}
    (finding,) = breaking(analysed(tmp_path, before, change))
    assert (finding.service, finding.severity, finding.table.schema) == ("orders", "error", "crm")
