import pytest

from dblint.migrations import MigrationFile, effective, recognise
from dblint.migrations.file import sort_key
from tests.migrations.reading import events_of

CREATE = "create table t (a int);\n"


def recognised(path: str, text: str = CREATE) -> MigrationFile:
    file = recognise(path, text)
    assert file is not None
    return file


@pytest.mark.parametrize(
    ("path", "text", "tool", "history", "direction"),
    [
        ("a/db/migration/V1__x.sql", CREATE, "flyway", "a/db/migration", "up"),
        ("a/db/migration/release/V1__x.sql", CREATE, "flyway", "a/db/migration", "up"),
        ("a/db/migration/mysql/V1__x.sql", CREATE, "flyway", "a/db/migration/mysql", "up"),
        ("a/db/migration/U1__x.sql", CREATE, "flyway", "a/db/migration", "down"),
        ("a/db/migration/V1__x_rollback.sql", "drop table t;\n", "flyway", "a/db/migration", "down"),
        ("a/db/migration/V2__add_rollback.sql", CREATE, "flyway", "a/db/migration", "up"),
        ("a/db/migration/R__views.sql", CREATE, "flyway", "a/db/migration", "repeatable"),
        ("a/db/migration/B3__base.sql", CREATE, "flyway", "a/db/migration", "baseline"),
        ("a/db/migration/afterMigrate.sql", CREATE, "flyway", "a/db/migration", "callback"),
        ("m/0001_init.up.sql", CREATE, "golang-migrate", "m", "up"),
        ("m/0001_init.down.sql", CREATE, "golang-migrate", "m", "down"),
        ("m/1_x.sql", "-- +goose Up\n" + CREATE, "goose", "m", "up"),
        ("m/1_x.sql", "-- +migrate Up\n" + CREATE, "sql-migrate", "m", "up"),
        ("m/1_x.sql", "-- migrate:up\n" + CREATE, "dbmate", "m", "up"),
        ("m/1_x.sql", CREATE + "---- create above / drop below ----\n", "tern", "m", "up"),
        ("p/deploy/t.sql", "-- Deploy shop:t to pg\n" + CREATE, "sqitch", "p", "up"),
        ("p/deploy/t@v1.sql", "-- Deploy shop:t to pg\n" + CREATE, "sqitch", "p", "superseded"),
        ("p/revert/t.sql", "-- Revert shop:t from pg\n" + CREATE, "sqitch", "p", "down"),
        ("p/verify/t.sql", "-- Verify shop:t on pg\n" + CREATE, "sqitch", "p", "verify"),
        ("m/0002.sql", "-- depends: 0001\n" + CREATE, "yoyo", "m", "up"),
        ("m/0002.rollback.sql", CREATE, "yoyo", "m", "down"),
        ("db/schema.sql", CREATE, "sql", "db", "up"),
        ("db/003.sql", CREATE, "sql", "db", "up"),
        ("db/003_rollback.sql", CREATE, "sql", "db", "down"),
        ("db/drop.sql", "drop table t;", "sql", "db", "down"),
        ("db/004_drop_t.sql", "drop table t;", "sql", "db", "up"),
        ("m/2024_x/up.sql", CREATE, "sql", "m", "up"),
        ("m/2024_x/down.sql", CREATE, "sql", "m", "down"),
        ("a/versions/x.py", "revision = 'a'\ndown_revision = None\n", "alembic", "a/versions", "up"),
        ("a/versions/2024/x.py", "revision: str = 'a'\ndown_revision: str | None = None\n", "alembic", "a/versions", "up"),
        ("r/versions/007_x.py", "def upgrade(migrate_engine):\n    pass\n", "sqlalchemy-migrate", "r/versions", "up"),
        (
            "pay/migrations/0001_initial.py",
            "from django.db import migrations\nclass Migration(migrations.Migration):\n    pass\n",
            "django",
            "pay/migrations",
            "up",
        ),
        ("m/0001.py", "from yoyo import step\n", "yoyo", "m", "up"),
        ("migrations/models/1_2_x.py", "async def upgrade(db):\n    return ''\n", "aerich", "migrations/models", "up"),
        (
            "piccolo_migrations/x.py",
            "async def forwards():\n    manager = MigrationManager()\n",
            "piccolo",
            "piccolo_migrations",
            "up",
        ),
    ],
)
def test_path_and_markers_tell_the_tool(path: str, text: str, tool: str, history: str, direction: str) -> None:
    file = recognised(path, text)
    assert (file.tool, file.history, file.direction) == (tool, history, direction)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("queries/orders.sql", "select * from orders;\n"),
        ("queries/report.sql", "create temporary table x as select 1;\n"),
        ("app/models.py", "class Migration:\n    pass\n"),
        ("app/main.py", "print('upgrade')\n"),
        ("pay/migrations/__init__.py", ""),
        ("README.md", CREATE),
    ],
)
def test_other_files_are_no_migrations(path: str, text: str) -> None:
    assert recognise(path, text) is None


def test_a_download_table_is_not_a_down_migration() -> None:
    assert recognised("db/002_download_history.sql").direction == "up"


@pytest.mark.parametrize(
    "names",
    [
        ["V1__a.sql", "V1_1__b.sql", "V2__c.sql", "V10__d.sql", "R__a.sql", "R__b.sql"],
        ["V1__a.sql", "B1.0__base.sql", "V1.1__b.sql"],
        ["beforeMigrate.sql", "V1__a.sql", "R__a.sql", "afterMigrate.sql"],
        ["1_a.up.sql", "2_b.up.sql", "10_c.up.sql"],
        ["1.sql", "2.sql", "10.sql", "init.sql"],
    ],
)
def test_files_sort_by_the_rule_of_their_tool(names: list[str]) -> None:
    folder = "db/migration"
    assert sorted(names, key=lambda name: sort_key(recognised(f"{folder}/{name}").order)) == names


def test_trailing_zeros_do_not_tell_flyway_versions_apart() -> None:
    assert recognised("db/migration/V1__a.sql").order == recognised("db/migration/V1.0__a.sql").order


@pytest.mark.parametrize(
    "text",
    [
        "-- +goose Up\nA;\n-- +goose Down\nB;\n",
        "-- +migrate Up\nA;\n-- +migrate Down\nB;\n",
        "A;\n---- create above / drop below ----\nB;\n",
        "-- migrate:up\nA;\n-- migrate:down\nB;\n-- migrate:up\nA;\n-- migrate:down transaction:false\nB;\n",
    ],
)
def test_down_sections_turn_into_spaces(text: str) -> None:
    left = effective(recognised("m/1.sql", text), text)
    assert "A;" in left
    assert "B;" not in left
    assert len(left) == len(text)
    assert [at for at, sign in enumerate(left) if sign == "\n"] == [at for at, sign in enumerate(text) if sign == "\n"]


def test_a_file_that_never_counts_is_all_spaces() -> None:
    file = recognised("m/1_x.down.sql")
    assert effective(file, CREATE).strip() == ""
    assert len(effective(file, CREATE)) == len(CREATE)


def test_rows_of_a_copy_and_meta_commands_are_not_sql() -> None:
    text = "\\restrict abc\ncreate table t (a int);\nCOPY t (a) FROM stdin;\n1\ndrop table t;\n\\.\ncreate table u (a int);\n"
    left = effective(recognised("db/dump.sql", text), text)
    assert "drop table" not in left
    assert "restrict" not in left
    assert "create table u" in left
    assert "COPY t (a) FROM stdin;" in left


def test_connect_and_use_change_the_logical_database() -> None:
    text = "create table a (x int);\n\\connect shop\ncreate table b (x int);\nUSE `bill`;\ncreate table c (x int);\n"
    file = recognised("db/init.sql", text)
    assert [file.connection_at(text.index(f"table {name}")) for name in "abc"] == ["", "shop", "bill"]


UP_AND_DOWN = [
    ("migrations/1_x.sql", "-- Up Migration\ncreate table a (b int);\n-- Down Migration\ndrop table a;\n"),
    ("conf/evolutions/default/1.sql", "# --- !Ups\ncreate table a (b int);\n\n# --- !Downs\ndrop table a;\n"),
    ("conf/evolutions/default/1.sql", "-- !Ups\ncreate table a (b int);\n\n-- !Downs\ndrop table a;\n"),
    ("scripts/2009_x.sql", "-- // First\ncreate table a (b int);\n\n-- //@UNDO\ndrop table a;\n"),
    ("m/1.sql", "-- rambler up\ncreate table a (b int);\n-- rambler down\ndrop table a;\n"),
]


@pytest.mark.parametrize(("path", "text"), UP_AND_DOWN)
def test_only_the_way_up_counts_where_a_file_holds_both(path: str, text: str) -> None:
    assert events_of(path, text) == ["table.create a b"]


@pytest.mark.parametrize("path", ["db/X.SQL", "db/x.ddl", "db/x.pgsql", "db/x.sql.j2"])
def test_sql_has_many_endings(path: str) -> None:
    assert events_of(path, "create table a (b int);") == ["table.create a b"]


def test_a_folder_of_steps_back_never_counts() -> None:
    assert events_of("db/down/0001_x.sql", "drop table a;") == []
