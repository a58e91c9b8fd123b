import pytest

from dblint.migrations import is_framework_table, is_ledger_table, ordered, replay, sqitch_plan
from dblint.migrations.schema import Schema, TableState
from dblint.model.facts import Change
from dblint.model.schema import TableName
from tests.migrations.reading import changes_of, events_of, said


def schema_of(*files: tuple[str, str]) -> Schema:
    return replay([change for path, text in files for change in changes_of(path, text)])


def table(schema: Schema, name: str, of: str | None = None) -> TableState:
    found = schema.table(TableName(name, of))
    assert found is not None, f"no table {name}"
    return found


def columns(state: TableState) -> list[str]:
    return [column.name for column in state.columns]


def test_changes_carry_their_place() -> None:
    changes = changes_of("db/V1__x.sql", "-- first\n\ncreate table t (a int);\nalter table t add b int;\n")
    assert [(str(change.place), change.event.kind) for change in changes] == [
        ("db/V1__x.sql:3", "table.create"),
        ("db/V1__x.sql:4", "column.add"),
    ]


def test_down_sections_yield_nothing() -> None:
    text = "-- +goose Up\ncreate table t (a int);\n-- +goose Down\ndrop table t;\n"
    assert events_of("m/1.sql", text) == ["table.create t a"]
    assert events_of("m/1.down.sql", "drop table t;") == []


def test_data_changes_of_one_kind_are_said_once() -> None:
    text = "create table t (a int);\n" + "insert into t (a) values (1);\n" * 5
    assert events_of("db/1.sql", text) == ["table.create t a", "data.insert t a"]


def test_placeholders_survive() -> None:
    text = "create table ${schema}.t (a int);\ncreate table u (b int);\n"
    assert "table.create u b" in events_of("db/migration/V1__x.sql", text)


def test_replay_follows_create_add_rename_retype_and_drop() -> None:
    schema = schema_of(
        ("db/migration/V10__last.sql", "alter table clients drop column age; drop table gone;"),
        ("db/migration/V1__a.sql", "create table customers (id int primary key, mail varchar(10) not null, age int);"),
        ("db/migration/V1_1__gone.sql", "create table gone (id int);"),
        ("db/migration/V2__b.sql", "alter table customers add column note text default 'x';"),
        ("db/migration/V3__c.sql", "alter table customers rename column mail to email;"),
        ("db/migration/V4__d.sql", "alter table customers alter column email type text;"),
        ("db/migration/V5__e.sql", "alter table customers alter column email drop not null;"),
        ("db/migration/V6__f.sql", "alter table customers alter column note drop default;"),
        ("db/migration/V7__g.sql", "alter table customers rename to clients;"),
    )
    assert [state.table.name for state in schema.tables] == ["clients"]
    clients = table(schema, "clients")
    assert columns(clients) == ["id", "email", "note"]
    email = clients.column("email")
    note = clients.column("note")
    assert email is not None
    assert (email.type, email.nullable) == ("text", True)
    assert note is not None
    assert note.default is None
    assert [str(each.place) for each in clients.created] == ["db/migration/V1__a.sql:1"]
    assert clients.former == (TableName("customers"),)
    assert [(name.name, str(place)) for name, place in schema.dropped] == [("gone", "db/migration/V10__last.sql:1")]
    assert not clients.partial


def test_foreign_keys_follow_renames_and_end_with_their_column() -> None:
    schema = schema_of(
        ("db/1.sql", "create table a (id int primary key);\ncreate table b (a_id int references a (id), c_id int);"),
        ("db/2.sql", "alter table a rename to aa; alter table aa rename column id to key;"),
        ("db/3.sql", "alter table b add constraint fk_c foreign key (c_id) references c (id);"),
    )
    keys = table(schema, "b").foreign_keys
    assert [(key.columns, key.target.name, key.target_columns, place.path) for key, place in keys] == [
        (("a_id",), "aa", ("key",), "db/1.sql"),
        (("c_id",), "c", ("id",), "db/3.sql"),
    ]
    more = schema_of(
        ("db/1.sql", "create table b (a_id int references a (id), c_id int);"),
        ("db/3.sql", "alter table b add constraint fk_c foreign key (c_id) references c (id);"),
        ("db/4.sql", "alter table b drop constraint fk_c; alter table b drop column a_id;"),
    )
    assert table(more, "b").foreign_keys == ()


def test_a_table_that_nobody_created_is_partial() -> None:
    state = table(schema_of(("db/1.sql", "alter table t add column a int;")), "t")
    assert state.partial
    assert state.created == ()
    assert columns(state) == ["a"]


def test_a_dump_beside_the_migrations_adds_nothing() -> None:
    schema = schema_of(
        ("db/schema.sql", "create table t (id int, email text);"),
        ("db/migration/V1__a.sql", "create table t (id int, mail text, old int);"),
        ("db/migration/V2__b.sql", "alter table t rename column mail to email; alter table t drop column old;"),
    )
    assert sorted(columns(table(schema, "t"))) == ["email", "id"]
    assert len(table(schema, "t").created) == 2


def test_a_view_keeps_what_it_reads() -> None:
    schema = schema_of(
        ("db/1.sql", "create table crm.customer (id int, mail text);"),
        ("db/2.sql", "create view pub.v_cust as select id, mail from crm.customer;\ngrant select on pub.v_cust to billing;"),
        ("db/3.sql", "alter table crm.customer rename to client;"),
    )
    view = table(schema, "v_cust", "pub")
    assert view.kind == "view"
    assert [str(each) for each in view.reads] == ["crm.client"]
    assert [(grant.roles, grant.privileges) for grant in view.grants] == [(("billing",), ("select",))]


def test_partitions_belong_to_their_root_and_dropping_one_deletes_data() -> None:
    first = ("db/1.sql", "create table e (id int, day date) partition by range (day);")
    second = ("db/2.sql", "create table e_1 partition of e for values from ('2024-01-01') to ('2025-01-01');")
    schema = schema_of(first, second)
    assert table(schema, "e_1").base == TableName("e")
    third = ("db/3.sql", "drop table e_1;")
    changes = [change for path, text in (first, second, third) for change in changes_of(path, text)]
    assert [said(change.event) for change in ordered(changes)][-1] == "data.delete e"
    assert table(replay(changes), "e").columns


def test_who_creates_comes_before_who_changes() -> None:
    schema = schema_of(
        ("a/db/1.sql", "alter table t drop column b;"),
        ("z/db/1.sql", "create table t (a int, b int);"),
    )
    assert columns(table(schema, "t")) == ["a"]


def test_two_histories_that_create_a_table_are_both_known() -> None:
    schema = schema_of(("a/db/1.sql", "create table t (a int);"), ("b/db/1.sql", "create table t (a int);"))
    assert [each.history for each in table(schema, "t").created] == ["a/db", "b/db"]


def sqitch(name: str, text: str) -> tuple[Change, ...]:
    return changes_of(f"p/deploy/{name}.sql", f"-- Deploy p:{name} to pg\n{text}")


def test_sqitch_orders_by_requirement_and_plan() -> None:
    changes = [
        *sqitch("a_users", "-- requires: schema\ncreate table s.users (id int);"),
        *sqitch("schema", "create schema s;"),
        *sqitch("b_index", "create table s.b (id int);"),
    ]
    assert [change.event.table.name for change in ordered(changes)] == ["s", "users", "b"]
    plan = sqitch_plan(
        "%project=p\n\nb_index 2024-01-01T00:00:00Z A <a@b> # x\nschema [x] 2024-01-02T00:00:00Z A <a@b>\n@v1 2024-\n"
    )
    assert plan == ("b_index", "schema")
    assert [change.event.table.name for change in ordered(changes, plans={"p": plan})] == ["b", "s", "users"]


def test_later_statements_of_a_file_keep_their_order() -> None:
    changes = changes_of("db/1.sql", "create table t (a int);\ndrop table t;\ncreate table t (b int);\n")
    assert columns(table(replay(changes), "t")) == ["b"]


@pytest.mark.parametrize(
    "name",
    ["alembic_version", "django_migrations", "flyway_schema_history", "__EFMigrationsHistory", "public.schema_migrations"],
)
def test_ledgers_are_framework_tables(name: str) -> None:
    assert is_ledger_table(name)
    assert is_framework_table(name)


@pytest.mark.parametrize(
    "name", ["QRTZ_TRIGGERS", "BATCH_JOB_INSTANCE", "hangfire.job", "AspNetUsers", "auth_user", "solid_queue_jobs"]
)
def test_tables_that_frameworks_bring_along_are_no_ledgers(name: str) -> None:
    assert is_framework_table(name)
    assert not is_ledger_table(name)


@pytest.mark.parametrize("name", ["orders", "batches", "account_migrations_audit", "oauth_scopes_of_partner"])
def test_ordinary_tables_are_no_framework_tables(name: str) -> None:
    assert not is_framework_table(name)


def test_columns_follow_a_type_that_is_renamed() -> None:
    schema = schema_of(
        ("db/1.sql", "create type sort_type_enum as enum ('a'); create table t (a sort_type_enum, b text);"),
        ("db/2.sql", "alter type sort_type_enum rename to post_sort_type_enum;"),
    )
    assert [column.type for column in table(schema, "t").columns] == ["post_sort_type_enum", "text"]
