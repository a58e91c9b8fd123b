"""A change and a statement of another service, from the source to the finding."""

from pathlib import Path

import pytest

from tests.change.trees import CONFIG, USERS, analysed, breaking, found, python

INSERT = "INSERT INTO users (id, email) VALUES (1, 'a')"
SWAP = "ALTER TABLE users RENAME TO people; CREATE VIEW users AS SELECT id, email, name, age FROM people;"
REBUILT = """
CREATE TABLE users_new (id bigint PRIMARY KEY, email varchar(100) NOT NULL, name varchar(100), age integer NOT NULL DEFAULT 0);
INSERT INTO users_new SELECT id, email, name, age FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;
"""


@pytest.mark.parametrize(
    ("change", "statement", "severity"),
    [
        ("ALTER TABLE users RENAME COLUMN email TO mail;", "SELECT id, email FROM users", "error"),
        ("ALTER TABLE users RENAME COLUMN email TO mail;", "SELECT id FROM users WHERE email = 'x'", "error"),
        ("ALTER TABLE users DROP COLUMN name;", "SELECT * FROM users", "warning"),
        ("ALTER TABLE users DROP COLUMN name;", "UPDATE users SET name = 'x' WHERE id = 1", "error"),
        ("ALTER TABLE users DROP COLUMN name;", "INSERT INTO users (id, email, name) VALUES (1, 'a', 'b')", "error"),
        ("ALTER TABLE users ADD COLUMN phone text NOT NULL;", INSERT, "error"),
        ("ALTER TABLE users RENAME TO people;", "SELECT id FROM users", "error"),
        ("ALTER TABLE users SET SCHEMA crm;", "SELECT id FROM users", "error"),
        ("DROP TABLE users;", "DELETE FROM users WHERE id = 1", "error"),
        ("ALTER TABLE users ALTER COLUMN id TYPE integer;", "SELECT id FROM users", "warning"),
        ("ALTER TABLE users ALTER COLUMN email TYPE varchar(20);", INSERT, "error"),
        ("ALTER TABLE users ALTER COLUMN email TYPE varchar(200);", "SELECT email FROM users", "note"),
        ("ALTER TABLE users ALTER COLUMN name SET NOT NULL;", INSERT, "error"),
        ("ALTER TABLE users ALTER COLUMN age DROP DEFAULT;", INSERT, "error"),
        ("ALTER TABLE users ALTER COLUMN email DROP NOT NULL;", "SELECT email FROM users", "error"),
        ("ALTER TABLE users ADD CONSTRAINT u UNIQUE (name);", "UPDATE users SET name = 'x'", "warning"),
        (
            "ALTER TABLE users DROP COLUMN name; ALTER TABLE users ADD COLUMN name varchar(100);",
            "SELECT name FROM users",
            "warning",
        ),
        ("REVOKE SELECT ON users FROM orders;", "SELECT id FROM users", "error"),
        ("REVOKE ALL ON users FROM orders;", "SELECT id FROM users", "error"),
        ("REVOKE INSERT ON users FROM orders;", INSERT, "error"),
        ("CREATE TRIGGER tr AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();", INSERT, "error"),
    ],
)
def test_a_change_hits_whoever_uses_what_it_changes(tmp_path: Path, change: str, statement: str, severity: str) -> None:
    findings = found(tmp_path, change, statement)
    assert [(finding.service, finding.severity) for finding in findings] == [("orders", severity)]
    assert findings[0].place.path == "accounts/migrations/0002.sql"
    assert "orders/app.py" in findings[0].evidence[0].place.path


@pytest.mark.parametrize(
    ("change", "statement"),
    [
        ("ALTER TABLE users DROP COLUMN name;", "SELECT email FROM users"),
        ("ALTER TABLE users DROP COLUMN name;", "SELECT id FROM invoices"),
        ("ALTER TABLE users ADD COLUMN phone text;", "INSERT INTO users VALUES (1, 'a', 'b', 3)"),
        ("ALTER TABLE users ADD COLUMN phone text NOT NULL DEFAULT '';", INSERT),
        ("ALTER TABLE users ADD COLUMN phone text; ALTER TABLE users DROP COLUMN phone;", "SELECT * FROM users"),
        ("ALTER TABLE users RENAME COLUMN email TO mail; ALTER TABLE users ADD COLUMN email text;", "SELECT email FROM users"),
        ("ALTER TABLE users RENAME COLUMN email TO e; ALTER TABLE users RENAME COLUMN e TO email;", "SELECT email FROM users"),
        ("CREATE TABLE people (id int); ALTER TABLE people DROP COLUMN id;", "SELECT id FROM people"),
        ("ALTER TABLE users ALTER COLUMN age TYPE int4;", "SELECT age FROM users"),
        ("COMMENT ON TABLE users IS 'people';", "SELECT * FROM users"),
        ("CREATE TABLE IF NOT EXISTS users (id bigint);", "SELECT * FROM users"),
        ("REVOKE SELECT ON users FROM reports;", "SELECT id FROM users"),
        ("REVOKE UPDATE, INSERT ON users FROM orders;", "SELECT id FROM users"),
        ("REVOKE SELECT ON users FROM orders;", INSERT),
        (SWAP, "SELECT id FROM users"),
        (REBUILT, "SELECT age FROM users"),
    ],
)
def test_a_change_that_harms_nobody_is_silent(tmp_path: Path, change: str, statement: str) -> None:
    assert found(tmp_path, change, statement) == []


@pytest.mark.parametrize(("dialect", "findings"), [("postgres", 0), ("mysql", 1), ("sqlite", 1)])
def test_databases_differ_where_the_matrix_says_so(tmp_path: Path, dialect: str, findings: int) -> None:
    insert = "INSERT INTO users VALUES (1, 'a', 'b', 3)"
    assert len(found(tmp_path, "ALTER TABLE users ADD COLUMN phone text;", insert, dialect)) == findings


def test_one_finding_lists_every_place_of_a_service(tmp_path: Path) -> None:
    before = {
        "accounts/migrations/0001.sql": USERS,
        "orders/app.py": python("SELECT email FROM users", "UPDATE users SET email = 'x'"),
        "orders/export.py": python("SELECT email FROM users WHERE id = 1"),
    }
    change = {"accounts/migrations/0002.sql": "ALTER TABLE users RENAME COLUMN email TO mail;"}
    (finding,) = breaking(analysed(tmp_path, before, change))
    places = [str(evidence.place) for evidence in finding.evidence if evidence.kind == "use"]
    assert places == ["orders/app.py:5", "orders/app.py:6", "orders/export.py:5"]
    assert "3 places" in finding.message


def test_a_reader_that_goes_in_the_same_change_has_to_be_deployed_first(tmp_path: Path) -> None:
    before = {"accounts/migrations/0001.sql": USERS, "orders/app.py": python("SELECT id, email FROM users")}
    change = {
        "accounts/migrations/0002.sql": "ALTER TABLE users DROP COLUMN email;",
        "orders/app.py": python("SELECT id FROM users"),
    }
    (finding,) = breaking(analysed(tmp_path, before, change))
    assert finding.severity == "warning"
    assert "deploy the reader first" in finding.message


def test_own_code_that_is_left_behind_is_told(tmp_path: Path) -> None:
    before = {"accounts/migrations/0001.sql": USERS, "accounts/app.py": python("SELECT email FROM users")}
    change = {"accounts/migrations/0002.sql": "ALTER TABLE users DROP COLUMN email;"}
    (finding,) = breaking(analysed(tmp_path, before, change))
    assert (finding.service, finding.severity) == ("accounts", "warning")
    assert "own code" in finding.message


def test_an_edited_migration_is_told_and_not_pending(tmp_path: Path) -> None:
    before = {"accounts/migrations/0001.sql": USERS, "orders/app.py": python("SELECT email FROM users")}
    change = {"accounts/migrations/0001.sql": USERS.replace("email varchar(100) NOT NULL UNIQUE", "mail varchar(100)")}
    (finding,) = breaking(analysed(tmp_path, before, change))
    assert (finding.service, finding.severity) == ("accounts", "warning")
    assert "edits a migration" in finding.message


@pytest.mark.parametrize(
    "change",
    [
        {"accounts/migrations/0001.sql": USERS.replace("\n", "\n\n") + "-- a comment\n"},
        {"accounts/migrations/0001.sql": None, "accounts/db/0001.sql": USERS},
        {"accounts/migrations/0002.down.sql": "ALTER TABLE users DROP COLUMN email;"},
    ],
    ids=["laid out anew", "moved", "down"],
)
def test_what_changes_no_schema_is_not_pending(tmp_path: Path, change: dict[str, str | None]) -> None:
    before = {"accounts/migrations/0001.sql": USERS, "orders/app.py": python("SELECT email FROM users")}
    assert analysed(tmp_path, before, change).system.pending == ()


def test_a_dump_that_is_written_anew_is_compared_with_what_it_was(tmp_path: Path) -> None:
    before = {"accounts/schema.sql": USERS, "orders/app.py": python("SELECT email FROM users")}
    change = {"accounts/schema.sql": USERS.replace("    email varchar(100) NOT NULL UNIQUE,\n", "")}
    (finding,) = breaking(analysed(tmp_path, before, change))
    assert (finding.service, finding.severity) == ("orders", "error")


def test_an_allowance_to_read_does_not_cover_the_change(tmp_path: Path) -> None:
    allow = 'allow:\n  - {{service: orders, table: users, reason: "read model"}}\n'
    before = {"accounts/migrations/0001.sql": USERS, "orders/app.py": python("SELECT email FROM users")}
    change = {"accounts/migrations/0002.sql": "ALTER TABLE users DROP COLUMN email;"}
    assert len(breaking(analysed(tmp_path, before, change, config=CONFIG + allow))) == 1


@pytest.mark.parametrize(("dialect", "count"), [("postgres", 0), ("mysql", 1)])
def test_a_foreign_key_follows_a_wider_number_where_the_database_compares_both(
    tmp_path: Path, dialect: str, count: int
) -> None:
    table = "CREATE TABLE users (id integer PRIMARY KEY);"
    before = {
        "accounts/migrations/0001.sql": table,
        "orders/migrations/0001.sql": "CREATE TABLE orders (id int PRIMARY KEY, user_id integer REFERENCES users (id));",
    }
    ways = {"postgres": "ALTER TABLE users ALTER COLUMN id TYPE bigint;", "mysql": "ALTER TABLE users MODIFY id bigint;"}
    findings = breaking(analysed(tmp_path, before, {"accounts/migrations/0002.sql": ways[dialect]}, dialect))
    assert len(findings) == count


def test_a_foreign_key_keeps_its_target_from_being_dropped(tmp_path: Path) -> None:
    before = {
        "accounts/migrations/0001.sql": USERS,
        "orders/migrations/0001.sql": "CREATE TABLE orders (id int PRIMARY KEY, user_id bigint REFERENCES users (id));",
    }
    change = {"accounts/migrations/0002.sql": "ALTER TABLE users DROP COLUMN id;"}
    (finding,) = breaking(analysed(tmp_path, before, change))
    assert (finding.service, finding.severity) == ("orders", "warning")
    assert "foreign key" in finding.message


ALEMBIC = '''\
"""{title}"""
import sqlalchemy as sa
from alembic import op

revision = "{name}"
down_revision = {before}


def upgrade() -> None:
    {body}
'''


def test_alembic_gets_its_plan_in_its_own_form(tmp_path: Path) -> None:
    body = 'op.create_table("users", sa.Column("id", sa.BigInteger(), primary_key=True), sa.Column("email", sa.String(100)))'
    before = {
        "accounts/migrations/versions/a.py": ALEMBIC.format(title="a", name="a", before=None, body=body),
        "orders/app.py": python("SELECT email FROM users"),
    }
    rename = 'op.alter_column("users", "email", new_column_name="mail")'
    change = {"accounts/migrations/versions/b.py": ALEMBIC.format(title="b", name="b", before='"a"', body=rename)}
    (finding,) = breaking(analysed(tmp_path, before, change))
    assert 'op.add_column("users", sa.Column("mail", sa.String(100), nullable=True))' in finding.remedy
    assert 'op.drop_column("users", "email")' in finding.remedy
    assert "orders (orders/app.py:5)" in finding.remedy


def test_a_renamed_column_gets_back_what_the_old_one_had(tmp_path: Path) -> None:
    before = {
        "accounts/migrations/0001.sql": f"{USERS} CREATE TABLE teams (id bigint PRIMARY KEY);"
        "ALTER TABLE users ADD COLUMN team bigint NOT NULL DEFAULT 1 REFERENCES teams (id);",
        "orders/app.py": python("SELECT email, team FROM users"),
    }
    change = {
        "accounts/migrations/0002.sql": "ALTER TABLE users RENAME COLUMN email TO mail;"
        "ALTER TABLE users RENAME COLUMN team TO team_id;"
    }
    mail, team = sorted(
        (finding.remedy for finding in breaking(analysed(tmp_path, before, change))), key=lambda text: "team" in text
    )
    assert "ALTER TABLE users ALTER COLUMN mail SET NOT NULL;" in mail
    assert "CREATE UNIQUE INDEX CONCURRENTLY users_mail_key ON users (mail);" in mail
    assert "ALTER TABLE users ALTER COLUMN team_id SET DEFAULT 1;" in team
    assert "ALTER TABLE users ADD FOREIGN KEY (team_id) REFERENCES teams (id);" in team
    assert "UNIQUE" not in team


def test_a_renamed_column_that_had_nothing_besides_gets_nothing(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, "ALTER TABLE users RENAME COLUMN name TO called;", "SELECT name FROM users")
    assert "besides" not in finding.remedy


DJANGO = """\
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = {dependencies}
    operations = [{operations}]
"""


@pytest.mark.parametrize(
    ("operation", "severity"),
    [
        ('migrations.RemoveField("user", "email")', "error"),
        ('migrations.RenameField("user", "email", "mail")', "error"),
        ('migrations.AddField("user", "phone", models.CharField(max_length=9, default=""))', "error"),
        ('migrations.AlterField("user", "email", models.CharField(max_length=5))', "error"),
        ('migrations.RenameModel("User", "Person")', "error"),
    ],
)
def test_django_operations_hit_whoever_inserts(tmp_path: Path, operation: str, severity: str) -> None:
    fields = '[("id", models.BigAutoField(primary_key=True)), ("email", models.CharField(max_length=99))]'
    create = f'migrations.CreateModel("User", {fields})'
    insert = "INSERT INTO people_user (email) VALUES ('a')"
    before = {
        "accounts/people/migrations/0001_initial.py": DJANGO.format(dependencies=[], operations=create),
        "orders/app.py": python(insert),
    }
    change = {
        "accounts/people/migrations/0002_next.py": DJANGO.format(
            dependencies=[("people", "0001_initial")], operations=operation
        )
    }
    findings = breaking(analysed(tmp_path, before, change))
    assert [(finding.service, finding.severity) for finding in findings] == [("orders", severity)]


def test_django_gets_its_plan_in_its_own_form(tmp_path: Path) -> None:
    fields = '[("id", models.BigAutoField(primary_key=True)), ("email", models.CharField(max_length=99))]'
    before = {
        "accounts/people/migrations/0001_initial.py": DJANGO.format(
            dependencies=[], operations=f'migrations.CreateModel("User", {fields})'
        ),
        "orders/app.py": python("SELECT email FROM people_user"),
    }
    change = {
        "accounts/people/migrations/0002_next.py": DJANGO.format(
            dependencies=[("people", "0001_initial")], operations='migrations.RenameField("user", "email", "mail")'
        )
    }
    (finding,) = breaking(analysed(tmp_path, before, change))
    assert 'migrations.AddField("user", "mail", models.CharField(max_length=99, null=True))' in finding.remedy
    assert 'migrations.RunSQL("UPDATE people_user SET mail = email WHERE mail IS NULL")' in finding.remedy
    assert 'migrations.RemoveField("user", "email")' in finding.remedy
    assert "orders (orders/app.py:5)" in finding.remedy


def test_an_index_that_goes_with_its_column_is_not_told_besides(tmp_path: Path) -> None:
    change = "DROP INDEX users_name_idx; ALTER TABLE users DROP COLUMN name;"
    table = f"{USERS} CREATE INDEX users_name_idx ON users (name);"
    (finding,) = found(tmp_path, change, "SELECT name FROM users", table=table)
    assert "drops users.name" in finding.message


@pytest.mark.parametrize(("left", "count"), [("(name, age)", 0), ("(age, name)", 1), ("(age)", 1)])
def test_an_index_is_missed_unless_another_begins_with_its_columns(tmp_path: Path, left: str, count: int) -> None:
    table = f"{USERS}CREATE INDEX by_name ON users (name);\nCREATE INDEX other ON users {left};\n"
    findings = found(tmp_path, "DROP INDEX by_name;", "SELECT id FROM users WHERE name = 'x'", table=table)
    assert [(finding.service, finding.severity) for finding in findings] == [("orders", "note")] * count
    assert all("may become slow" in finding.message for finding in findings)
    assert all(any("it may become slow" in str(proof) for proof in finding.evidence) for finding in findings)


def test_a_use_is_said_once_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    table = f"{USERS}CREATE INDEX both ON users (name, age);\n"
    readers = python("SELECT id FROM users", "SELECT id FROM users WHERE name = 'x' AND age = 1")
    before = {"accounts/migrations/0001.sql": table, "orders/app.py": readers}
    (finding,) = breaking(analysed(tmp_path, before, {"accounts/migrations/0002.sql": "DROP INDEX both;"}))
    assert finding.message.endswith("it reads users (name, age) (in 2 places)")


LIQUIBASE = """\
--liquibase formatted sql

--changeset ann:1
CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100) NOT NULL);
--rollback DROP TABLE users;
"""


def test_a_changeset_is_pending_by_itself(tmp_path: Path) -> None:
    more = "\n--changeset ann:2\nALTER TABLE users DROP COLUMN email;\n--rollback ALTER TABLE users ADD COLUMN email text;\n"
    before = {"accounts/changelog.sql": LIQUIBASE, "orders/app.py": python("SELECT email FROM users")}
    (finding,) = breaking(analysed(tmp_path, before, {"accounts/changelog.sql": LIQUIBASE + more}))
    assert (finding.service, finding.severity, finding.place.line) == ("orders", "error", 8)


def test_an_edited_changeset_is_told_as_such(tmp_path: Path) -> None:
    before = {"accounts/changelog.sql": LIQUIBASE, "orders/app.py": python("SELECT email FROM users")}
    edited = LIQUIBASE.replace("email varchar(100)", "mail varchar(100)")
    (finding,) = breaking(analysed(tmp_path, before, {"accounts/changelog.sql": edited}))
    assert "edits a migration" in finding.message


def test_a_dump_beside_the_migrations_says_nothing_twice(tmp_path: Path) -> None:
    before = {
        "accounts/migrations/0001.sql": USERS,
        "accounts/db/schema.sql": USERS,
        "orders/app.py": python("SELECT email FROM users"),
    }
    steps = "ALTER TABLE users ADD COLUMN phone text;\nALTER TABLE users RENAME COLUMN email TO mail;\n"
    dump = USERS.replace("email", "mail").replace("name varchar(100),", "name varchar(100), phone text,")
    change = {"accounts/migrations/0002.sql": steps, "accounts/db/schema.sql": dump}
    (finding,) = breaking(analysed(tmp_path, before, change))
    assert finding.place.path == "accounts/migrations/0002.sql"
    assert "renames users.email to mail" in finding.message
