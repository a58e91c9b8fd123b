"""Migrations of tables in a schema that only the environment says."""

from pathlib import Path

import pytest

from tests.change.trees import USERS, analysed, breaking, found, python

SETTING = 'import os\nSCHEMA = os.getenv("SHOP_SCHEMA", "crm")\n'
FIRST = """
from alembic import op
import sqlalchemy as sa
from accounts.settings import SCHEMA
revision = "a1"
down_revision = None
def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer()), sa.Column("email", sa.Text()), schema="crm")
    op.create_table("users_new", sa.Column("id", sa.Integer()), sa.Column("email", sa.Text()), schema=SCHEMA)
"""
SECOND = """
from alembic import op
import sqlalchemy as sa
from accounts.settings import SCHEMA
revision = "b2"
down_revision = "a1"
def upgrade():
"""
SWAP = '''
    op.execute(f"""
        DO $$
        BEGIN
            ALTER TABLE {SCHEMA}.users RENAME TO users_old;
            ALTER TABLE {SCHEMA}.users_new RENAME TO users;
        END;
        $$;
    """)
'''
AGAIN = """
    op.execute(f"DROP TABLE {SCHEMA}.users")
    op.create_table("users", sa.Column("id", sa.Integer()), sa.Column("email", sa.Text()), schema="crm")
"""
GONE = '    op.execute(f"DROP TABLE {SCHEMA}.users")\n'
RENAMED = '    op.execute(f"ALTER TABLE {SCHEMA}.users RENAME TO people")\n'


@pytest.mark.parametrize(("change", "count"), [(SWAP, 0), (AGAIN, 0), (GONE, 1), (RENAMED, 1)])
def test_what_goes_in_an_unknown_schema_may_come_again_in_one_that_is_written_down(
    tmp_path: Path, change: str, count: int
) -> None:
    before = {
        "accounts/settings.py": SETTING,
        "accounts/alembic.ini": "[alembic]\nscript_location = migrations\n",
        "accounts/migrations/versions/a1.py": FIRST,
        "orders/app.py": python("SELECT id, email FROM crm.users"),
    }
    analysis = analysed(tmp_path, before, {"accounts/migrations/versions/b2.py": SECOND + change})
    assert [(finding.service, finding.severity) for finding in breaking(analysis)] == [("orders", "error")] * count


def test_the_owner_may_find_a_moved_table_by_its_search_path_and_others_are_told(tmp_path: Path) -> None:
    own = {"accounts/app.py": python("SELECT id FROM users"), "orders/app.py": python("SELECT id FROM users")}
    before = {"accounts/migrations/0001.sql": USERS, **own}
    analysis = analysed(tmp_path, before, {"accounts/migrations/0002.sql": "ALTER TABLE users SET SCHEMA crm;"})
    assert [finding.service for finding in breaking(analysis)] == ["orders"]


def test_the_owner_is_told_of_a_table_that_gets_another_name(tmp_path: Path) -> None:
    before = {"accounts/migrations/0001.sql": USERS, "accounts/app.py": python("SELECT id FROM users")}
    analysis = analysed(tmp_path, before, {"accounts/migrations/0002.sql": "ALTER TABLE users RENAME TO people;"})
    assert [finding.service for finding in breaking(analysis)] == ["accounts"]
    assert found(tmp_path / "others", "ALTER TABLE users RENAME TO people;", "SELECT id FROM users")
