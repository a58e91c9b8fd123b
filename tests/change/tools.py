"""Migration tools of SQL and Python: for each what is there before, and what then drops the column."""

Files = dict[str, str]
CREATE = "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(100) NOT NULL);\n"
DROP = "ALTER TABLE users DROP COLUMN email;\n"
LIQUIBASE_XML = """\
<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">
  <changeSet id="1" author="ann">
    <createTable tableName="users">
      <column name="id" type="bigint"><constraints primaryKey="true"/></column>
      <column name="email" type="varchar(100)"/>
    </createTable>
  </changeSet>
{more}</databaseChangeLog>
"""
XML_DROP = """\
  <changeSet id="2" author="ann">
    <dropColumn tableName="users" columnName="email"/>
  </changeSet>
"""
LIQUIBASE_YAML = """\
databaseChangeLog:
  - changeSet:
      id: 1
      author: ann
      changes:
        - createTable:
            tableName: users
            columns:
              - column: {name: id, type: bigint, constraints: {primaryKey: true}}
              - column: {name: email, type: varchar(100)}
"""
YAML_DROP = """\
  - changeSet: {id: 2, author: ann, changes: [{dropColumn: {tableName: users, columnName: email}}]}
"""
LIQUIBASE_JSON = """\
{{"databaseChangeLog": [
  {{"changeSet": {{"id": "1", "author": "ann", "changes": [{{"createTable": {{"tableName": "users", "columns": [
    {{"column": {{"name": "id", "type": "bigint"}}}}, {{"column": {{"name": "email", "type": "varchar(100)"}}}}]}}}}]}}}}{more}
]}}
"""
JSON_DROP = """\
,
  {"changeSet": {"id": "2", "author": "ann", "changes": [{"dropColumn": {"tableName": "users", "columnName": "email"}}]}}"""
LIQUIBASE_SQL = "--liquibase formatted sql\n\n--changeset ann:1\n" + CREATE
ALEMBIC = """\
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {before}


def upgrade():
    {body}


def downgrade():
    op.drop_table("users")
"""
ALEMBIC_CREATE = ALEMBIC.format(
    revision="a",
    before=None,
    body='op.create_table("users", sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("email", sa.String(100)))',
)
DJANGO = """\
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = {dependencies}
    operations = [{operations}]
"""
DJANGO_CREATE = DJANGO.format(
    dependencies="[]",
    operations='migrations.CreateModel("User", [("id", models.BigAutoField(primary_key=True)), '
    '("email", models.CharField(max_length=9))], {"db_table": "users"})',
)
DJANGO_NEXT = '[("people", "0001_initial")]'
SEPARATE = """migrations.SeparateDatabaseAndState(
        database_operations=[migrations.RemoveField("user", "email")],
        state_operations=[migrations.AlterModelOptions("user", {})],
    )"""
AERICH = """\
from tortoise import BaseDBAsyncClient


async def upgrade(db: BaseDBAsyncClient) -> str:
    return \"\"\"
        {statement}\"\"\"


async def downgrade(db: BaseDBAsyncClient) -> str:
    return "DROP TABLE users;"
"""
PICCOLO = """\
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar

ID = "{identity}"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="people", description="")
{body}
    return manager
"""
PICCOLO_CREATE = """\
    manager.add_table("Users", tablename="users")
    manager.add_column(
        table_class_name="Users", tablename="users", column_name="email", column_class_name="Varchar",
        column_class=Varchar, params={"length": 100, "null": False},
    )"""
PICCOLO_DROP = '    manager.drop_column(table_class_name="Users", tablename="users", column_name="email")'
YOYO = 'from yoyo import step\n\n__depends__ = {{{depends}}}\n\nsteps = [step("{apply}", "DROP TABLE users")]\n'
SQITCH = "-- {kind} shop:{name} {to} pg\n{requires}\nBEGIN;\n\n{statement}\nCOMMIT;\n"
SQITCH_DROP = SQITCH.format(kind="Deploy", name="drop_email", to="to", requires="-- requires: users\n", statement=DROP)
TOOLS: dict[str, tuple[Files, Files]] = {
    "plain SQL": ({"accounts/migrations/0001.sql": CREATE}, {"accounts/migrations/0002.sql": DROP}),
    "Flyway": (
        {"accounts/db/migration/V1__users.sql": CREATE},
        {"accounts/db/migration/V1.1__drop.sql": DROP, "accounts/db/migration/U1.1__drop.sql": CREATE},
    ),
    "golang-migrate": (
        {"accounts/migrations/000001_users.up.sql": CREATE, "accounts/migrations/000001_users.down.sql": "DROP TABLE users;"},
        {
            "accounts/migrations/000002_drop.up.sql": DROP,
            "accounts/migrations/000002_drop.down.sql": "ALTER TABLE users ADD COLUMN email text;",
        },
    ),
    "goose": (
        {"accounts/migrations/00001_users.sql": f"-- +goose Up\n{CREATE}\n-- +goose Down\nDROP TABLE users;\n"},
        {"accounts/migrations/00002_drop.sql": f"-- +goose Up\n{DROP}\n-- +goose Down\nALTER TABLE users ADD email text;\n"},
    ),
    "dbmate": (
        {"accounts/db/migrations/20200101_users.sql": f"-- migrate:up\n{CREATE}\n-- migrate:down\nDROP TABLE users;\n"},
        {"accounts/db/migrations/20210101_drop.sql": f"-- migrate:up\n{DROP}\n-- migrate:down\nDROP TABLE users;\n"},
    ),
    "sqitch": (
        {
            "accounts/deploy/users.sql": SQITCH.format(kind="Deploy", name="users", to="to", requires="", statement=CREATE),
            "accounts/revert/users.sql": SQITCH.format(
                kind="Revert", name="users", to="from", requires="", statement="DROP TABLE users;\n"
            ),
        },
        {"accounts/deploy/drop_email.sql": SQITCH_DROP},
    ),
    "yoyo": (
        {"accounts/migrations/0001.py": YOYO.format(depends="", apply=CREATE.strip())},
        {"accounts/migrations/0002.py": YOYO.format(depends='"0001"', apply=DROP.strip())},
    ),
    "Liquibase in XML": (
        {"accounts/changelog.xml": LIQUIBASE_XML.format(more="")},
        {"accounts/changelog.xml": LIQUIBASE_XML.format(more=XML_DROP)},
    ),
    "Liquibase in YAML": (
        {"accounts/changelog.yaml": LIQUIBASE_YAML},
        {"accounts/changelog.yaml": LIQUIBASE_YAML + YAML_DROP},
    ),
    "Liquibase in JSON": (
        {"accounts/changelog.json": LIQUIBASE_JSON.format(more="")},
        {"accounts/changelog.json": LIQUIBASE_JSON.format(more=JSON_DROP)},
    ),
    "Liquibase in SQL": (
        {"accounts/changelog.sql": LIQUIBASE_SQL},
        {"accounts/changelog.sql": f"{LIQUIBASE_SQL}\n--changeset ann:2\n{DROP}--rollback DROP TABLE users;\n"},
    ),
    "Alembic": (
        {"accounts/versions/a.py": ALEMBIC_CREATE},
        {"accounts/versions/b.py": ALEMBIC.format(revision="b", before='"a"', body='op.drop_column("users", "email")')},
    ),
    "Alembic in a batch": (
        {"accounts/versions/a.py": ALEMBIC_CREATE},
        {
            "accounts/versions/b.py": ALEMBIC.format(
                revision="b",
                before='"a"',
                body='with op.batch_alter_table("users") as batch:\n        batch.drop_column("email")',
            )
        },
    ),
    "Alembic in SQL": (
        {"accounts/versions/a.py": ALEMBIC_CREATE},
        {"accounts/versions/b.py": ALEMBIC.format(revision="b", before='"a"', body=f'op.execute("{DROP.strip()}")')},
    ),
    "Alembic after a merge": (
        {
            "accounts/versions/a.py": ALEMBIC_CREATE,
            "accounts/versions/b.py": ALEMBIC.format(revision="b", before='"a"', body="pass"),
            "accounts/versions/c.py": ALEMBIC.format(revision="c", before='"a"', body="pass"),
        },
        {
            "accounts/versions/m.py": ALEMBIC.format(revision="m", before='("b", "c")', body="pass"),
            "accounts/versions/d.py": ALEMBIC.format(revision="d", before='"m"', body='op.drop_column("users", "email")'),
        },
    ),
    "Django": (
        {"accounts/people/migrations/0001_initial.py": DJANGO_CREATE},
        {
            "accounts/people/migrations/0002_drop.py": DJANGO.format(
                dependencies=DJANGO_NEXT, operations='migrations.RemoveField("user", "email")'
            )
        },
    ),
    "Django apart from the state": (
        {"accounts/people/migrations/0001_initial.py": DJANGO_CREATE},
        {"accounts/people/migrations/0002_drop.py": DJANGO.format(dependencies=DJANGO_NEXT, operations=SEPARATE)},
    ),
    "Django in SQL": (
        {"accounts/people/migrations/0001_initial.py": DJANGO_CREATE},
        {
            "accounts/people/migrations/0002_drop.py": DJANGO.format(
                dependencies=DJANGO_NEXT, operations=f'migrations.RunSQL("{DROP.strip()}", migrations.RunSQL.noop)'
            )
        },
    ),
    "Prisma": (
        {"accounts/prisma/migrations/20200101000000_users/migration.sql": CREATE},
        {"accounts/prisma/migrations/20210101000000_drop/migration.sql": DROP},
    ),
    "Drizzle": (
        {"accounts/drizzle/0000_users.sql": CREATE + "--> statement-breakpoint\n"},
        {"accounts/drizzle/0001_drop.sql": 'ALTER TABLE "users" DROP COLUMN "email";--> statement-breakpoint\n'},
    ),
    "aerich": (
        {"accounts/migrations/models/0_2020_init.py": AERICH.format(statement=CREATE.strip())},
        {"accounts/migrations/models/1_2021_drop.py": AERICH.format(statement=DROP.strip())},
    ),
    "Piccolo": (
        {"accounts/piccolo_migrations/people_1.py": PICCOLO.format(identity="2020-01-01T00:00:00", body=PICCOLO_CREATE)},
        {"accounts/piccolo_migrations/people_2.py": PICCOLO.format(identity="2021-01-01T00:00:00", body=PICCOLO_DROP)},
    ),
}
