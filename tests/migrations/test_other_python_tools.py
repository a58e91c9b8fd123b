from dblint.migrations import ordered
from tests.migrations.reading import changes_of, events_of


def test_only_the_first_argument_of_a_yoyo_step_counts() -> None:
    text = """
from yoyo import step, group
steps = [
    step("alter table item add column w int", "alter table item drop column w"),
    group([step("create table g (a int)", "drop table g")]),
    step(apply, undo),
]
def apply(conn):
    conn.cursor().execute("drop view v")
def undo(conn):
    conn.cursor().execute("create view v as select 1")
"""
    assert events_of("migrations/0001.py", text) == ["column.add item w", "table.create g a", "view.drop v"]


def test_yoyo_orders_by_dependency() -> None:
    first = changes_of("m/b.py", "from yoyo import step\nsteps = [step('create table t (a int)')]\n")
    second = changes_of("m/a.sql", "-- depends: b\nalter table t add b int;\n")
    assert [change.event.kind for change in ordered([*second, *first])] == ["table.create", "column.add"]


def test_aerich_returns_its_sql() -> None:
    text = '''
from tortoise import BaseDBAsyncClient
async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE "gift" ("id" INT PRIMARY KEY);
        ALTER TABLE "box" DROP COLUMN "lid";"""
async def downgrade(db: BaseDBAsyncClient) -> str:
    return "DROP TABLE gift"
'''
    changes = changes_of("migrations/models/1_2_x.py", text)
    assert [(change.event.kind, change.event.table.name, change.place.line) for change in changes] == [
        ("table.create", "gift", 5),
        ("column.drop", "box", 6),
    ]


def test_piccolo_fills_a_manager() -> None:
    text = """
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="m", description="")
    manager.add_table("Venue", tablename="venue_v2", schema="gigs", columns=None)
    manager.add_column(table_class_name="Venue", tablename="venue_v2", column_name="name", db_column_name="title",
        column_class_name="Varchar", params={"length": 50, "default": "", "null": False, "unique": True}, schema="gigs")
    manager.rename_column(table_class_name="Venue", tablename="venue_v2", old_column_name="a", new_column_name="b",
        old_db_column_name="a", new_db_column_name="b", schema="gigs")
    manager.alter_column(table_class_name="Venue", tablename="venue_v2", column_name="b", db_column_name="b",
        params={"null": True}, old_params={"null": False}, column_class=Text, old_column_class=Text, schema="gigs")
    manager.drop_column(table_class_name="Venue", tablename="venue_v2", column_name="c", db_column_name="c", schema="gigs")
    manager.drop_table(class_name="Old", tablename="old")
    manager.rename_table(old_class_name="A", old_tablename="a", new_class_name="B", new_tablename="b")
    async def run():
        await RawTable.raw("drop view v")
    async def run_backwards():
        await RawTable.raw("drop view never")
    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
"""
    assert events_of("piccolo_migrations/x.py", text) == [
        "table.create gigs.venue_v2 id",
        "column.add gigs.venue_v2 title",
        "unique.add gigs.venue_v2 title",
        "column.rename gigs.venue_v2 a -> b",
        "column.nullable gigs.venue_v2 b",
        "column.drop gigs.venue_v2 c",
        "table.drop old",
        "table.rename a -> b",
        "view.drop v",
    ]
