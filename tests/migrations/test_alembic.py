import pytest

from dblint.migrations import ordered, replay
from dblint.model.facts import Change
from dblint.model.schema import TableName
from tests.migrations.reading import changes_of, events_of, said

HEAD = """from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
revision = 'a'
down_revision = None
"""


def upgrade(*lines: str, before: str = "") -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"{HEAD}{before}\ndef upgrade():\n{body}\n\ndef downgrade():\n    op.drop_table('never')\n"


def events(*lines: str, before: str = "") -> list[str]:
    return events_of("m/versions/a.py", upgrade(*lines, before=before))


def changes(*lines: str, before: str = "") -> list[Change]:
    return [change for change in changes_of("m/versions/a.py", upgrade(*lines, before=before)) if change.revision is None]


def test_a_batch_renames_first_and_leaves_downgrade_out() -> None:
    found = changes(
        'with op.batch_alter_table("orders", schema="shop") as b:',
        '    b.alter_column("note", new_column_name="remark", existing_type=sa.Text(), nullable=False)',
        '    b.drop_constraint("uq_orders_ref", type_="unique")',
    )
    assert [said(change.event) for change in found] == [
        "column.rename shop.orders note -> remark",
        "column.nullable shop.orders remark",
        "unique.drop shop.orders uq_orders_ref",
    ]
    assert found[1].event.flags == ("set-not-null",)
    assert [change.place.line for change in found] == [9, 9, 10]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("op.drop_table('t', schema='s')", "table.drop s.t"),
        ("op.rename_table('t', 'u', schema='s')", "table.rename s.t -> s.u"),
        ("op.add_column('t', sa.Column('c', sa.Integer()))", "column.add t c"),
        ("op.add_column('t', sa.Column('c', sa.Integer, sa.ForeignKey('s.u.id')))", "column.add t c c => s.u(id)"),
        ("op.drop_column('t', 'c')", "column.drop t c"),
        ("op.alter_column('t', 'c', type_=sa.Text())", "column.type t c"),
        ("op.alter_column('t', 'c', server_default=None)", "column.default t c"),
        ("op.alter_column(table_name='t', column_name='c', nullable=True)", "column.nullable t c"),
        ("op.create_index('i', 't', ['a', 'b'], unique=True)", "index.add t i a,b"),
        ("op.create_index(op.f('i'), 't', [sa.text('lower(a)')])", "index.add t i lower(a)"),
        ("op.drop_index('i', table_name='t')", "index.drop t i"),
        ("op.drop_index('i')", "index.drop  i".replace("  ", " ")),
        ("op.create_unique_constraint('q', 't', ['a'])", "unique.add t q a"),
        ("op.create_primary_key('p', 't', ['a'])", "pk.add t p a"),
        ("op.create_check_constraint('k', 't', 'a > 0')", "check.add t k"),
        (
            "op.create_foreign_key('f', 't', 'u', ['u_id'], ['id'], source_schema='s', referent_schema='r')",
            "fk.add s.t f u_id u_id => r.u(id)",
        ),
        ("op.drop_constraint('f', 't', type_='foreignkey')", "fk.drop t f"),
        ("op.drop_constraint('f', 't', 'check')", "check.drop t f"),
        ("op.drop_constraint('f', 't')", "constraint.drop t f"),
        ("op.execute('drop view v')", "view.drop v"),
        ("op.execute(sa.text('drop view v'))", "view.drop v"),
        ("op.get_bind().execute(sa.text('drop view v'))", "view.drop v"),
        ("op.bulk_insert(sa.table('t', sa.column('a')), [{'a': 1}])", "data.insert t"),
        ("op.execute(sa.table('t').update().values(a=1))", "data.update t"),
        ("op.execute(sa.delete(sa.table('t')).where(True))", "data.delete t"),
        ("op.create_table_comment('t', 'x')", "table.comment t"),
        ("sa.Table('t', sa.MetaData(), sa.Column('a', sa.Integer)).create(op.get_bind())", "table.create t a"),
        ("sa.Enum('a', 'b', name='mood').create(op.get_bind())", "type.create mood"),
        ("postgresql.ENUM(name='mood').drop(op.get_bind())", "type.drop mood"),
    ],
)
def test_an_operation_is_one_event(line: str, expected: str) -> None:
    assert events(line) == [expected]


@pytest.mark.parametrize(
    "line",
    [
        "op.alter_column('t', 'c', server_default=False)",
        "op.alter_column('t', 'c', existing_type=sa.Text(), existing_nullable=True)",
        "op.get_context().autocommit_block()",
    ],
)
def test_what_changes_nothing_is_no_event(line: str) -> None:
    assert events(line) == []


def test_a_batch_leaves_the_table_out_of_every_operation() -> None:
    assert events(
        "with op.batch_alter_table('t') as b:",
        "    b.add_column(sa.Column('a', sa.Integer()))",
        "    b.drop_column('c')",
        "    b.create_foreign_key('f', 'u', ['a'], ['id'])",
        "    b.create_index('i', ['a'])",
        "    b.drop_constraint('x', 'foreignkey')",
        "    b.alter_column('d', type_=sa.Text())",
        "with op.batch_alter_table('w') as b:",
        "    b.drop_column('e')",
    ) == [
        "column.add t a",
        "column.drop t c",
        "fk.add t f a a => u(id)",
        "index.add t i a",
        "fk.drop t x",
        "column.type t d",
        "column.drop w e",
    ]


def test_columns_carry_their_flags() -> None:
    (create, unique, index) = changes(
        "op.create_table('t',",
        "    sa.Column('id', sa.Integer(), nullable=False),",
        "    sa.Column('mail', sa.String(length=50), nullable=False, unique=True, server_default='x'),",
        "    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), index=True),",
        "    sa.Column('total', sa.Numeric(10, 2), sa.Computed('a * b')),",
        "    sa.Column('kind', postgresql.ENUM('a', name='kinds')),",
        "    sa.Column('tags', postgresql.ARRAY(sa.Text())),",
        "    sa.Column('org', sa.Integer, sa.ForeignKey('core.orgs.id', name='fk_org')),",
        "    sa.PrimaryKeyConstraint('id', name='pk_t'),",
        "    sa.ForeignKeyConstraint(['mail', 'at'], ['m.mail', 'm.at']),",
        "    schema='s')",
    )
    assert [(c.name, c.type, c.nullable, c.default, c.generated, c.primary_key) for c in create.event.columns] == [
        ("id", "integer", False, None, True, True),
        ("mail", "varchar(50)", False, "'x'", False, False),
        ("at", "timestamp with time zone", True, "now()", False, False),
        ("total", "numeric(10,2)", True, None, True, False),
        ("kind", "kinds", True, None, False, False),
        ("tags", "text[]", True, None, False, False),
        ("org", "integer", True, None, False, False),
    ]
    assert [(str(key.target), key.columns, key.target_columns, key.name) for key in create.event.foreign_keys] == [
        ("core.orgs", ("org",), ("id",), "fk_org"),
        ("m", ("mail", "at"), ("mail", "at"), ""),
    ]
    assert said(unique.event) == "unique.add s.t mail"
    assert said(index.event) == "index.add s.t ix_t_at at"


def test_unknown_columns_leave_the_table_partial() -> None:
    schema = replay(changes("op.create_table('t', sa.Column('a', sa.Integer()), *more())", before="from x import more"))
    assert schema.tables[0].partial


def test_loops_over_literals_are_unrolled() -> None:
    assert events(
        "for t in TABLES:",
        "    op.drop_table(t)",
        "for t, c in [('p', 'q'), ('r', 's')]:",
        "    op.drop_column(t, c)",
        "for t, cs in {'m': ['a', 'b'], 'n': ['c']}.items():",
        "    for c in cs:",
        "        op.drop_column(t, c)",
        before="TABLES = ['x', 'y']",
    ) == [
        "table.drop x",
        "table.drop y",
        "column.drop p q",
        "column.drop r s",
        "column.drop m a",
        "column.drop m b",
        "column.drop n c",
    ]


def test_lists_may_be_filled_by_appending() -> None:
    assert events("names = []", "names.append('x')", "names.append('y')", "for n in names:", "    op.drop_table(n)") == [
        "table.drop x",
        "table.drop y",
    ]


def test_functions_of_the_module_are_followed_with_their_arguments() -> None:
    helper = "def drop(table, schema='s'):\n    op.drop_table(table, schema=schema)\n\ndef sql():\n    return 'drop view v'\n"
    assert events("drop('a')", "drop('b', schema='z')", "op.execute(sql())", before=helper) == [
        "table.drop s.a",
        "table.drop z.b",
        "view.drop v",
    ]


def test_functions_that_call_themselves_end() -> None:
    assert events("again()", before="def again():\n    op.drop_table('t')\n    again()\n") == ["table.drop t"]


def test_both_branches_may_run() -> None:
    assert events("if x():", "    op.drop_table('a')", "else:", "    op.drop_table('b')") == ["table.drop a", "table.drop b"]


def test_sql_in_templates_keeps_its_lines() -> None:
    found = changes('op.execute(f"""', "    alter table {T} add a int;", "    drop view {T}_v;", '""")', before="T = 'orders'")
    assert [(said(change.event), change.place.line) for change in found] == [
        ("column.add orders a", 9),
        ("view.drop orders_v", 10),
    ]


def test_unknown_parts_of_a_name_become_a_star() -> None:
    assert events("op.drop_table(f'audit_{suffix}')", before="from x import suffix") == ["table.drop audit_*"]


def test_alembic_utils_entities_are_views_and_routines() -> None:
    view = "v = PGView(schema='pub', signature='vc', definition='select id from crm.customer')"
    found = changes("op.create_entity(v)", "op.drop_entity(v)", before=f"from alembic_utils.pg_view import PGView\n{view}\n")
    assert [said(change.event) for change in found] == ["view.create pub.vc id", "view.drop pub.vc"]
    assert found[0].event.reads == (TableName("customer", "crm"),)


def test_each_engine_has_its_own_connection() -> None:
    text = HEAD + (
        "def upgrade(engine_name):\n    globals()[f'upgrade_{engine_name}']()\n"
        "def upgrade_users():\n    op.drop_table('a')\n"
        "def upgrade_orders():\n    op.drop_table('b')\n"
        "def downgrade_orders():\n    op.drop_table('c')\n"
    )
    found = [change for change in changes_of("m/versions/a.py", text) if change.revision is None]
    assert [(change.connection, change.event.table.name) for change in found] == [("users", "a"), ("orders", "b")]


def revision(name: str, down: str, *lines: str, extra: str = "") -> tuple[Change, ...]:
    body = "\n".join(f"    {line}" for line in lines) or "    pass"
    head = f"from alembic import op\nimport sqlalchemy as sa\nrevision = {name!r}\ndown_revision = {down}\n{extra}\n"
    text = f"{head}def upgrade():\n{body}\n"
    return changes_of(f"m/versions/{name}.py", text)


def test_the_revision_graph_orders_branches_and_merges() -> None:
    found = ordered(
        [
            *revision("a_merge", "('x1', 'y1')", "op.rename_table('t', 'u')"),
            *revision("b_after", "'a_merge'", "op.drop_column('u', 'y')"),
            *revision("x1", "'z_base'", "op.add_column('t', sa.Column('x', sa.Integer()))"),
            *revision("y1", "'z_base'", "op.add_column('t', sa.Column('y', sa.Integer()))"),
            *revision("z_base", "None", "op.create_table('t', sa.Column('id', sa.Integer()))"),
        ]
    )
    assert [said(change.event) for change in found] == [
        "table.create t id",
        "column.add t x",
        "column.add t y",
        "table.rename t -> u",
        "column.drop u y",
    ]
    assert [column.name for column in replay(found).tables[0].columns] == ["id", "x"]


def test_an_empty_revision_still_joins_its_neighbours() -> None:
    found = ordered(
        [
            *revision("a3", "'b2'", "op.drop_table('t')"),
            *revision("b2", "'c1'"),
            *revision("c1", "None", "op.create_table('t', sa.Column('id', sa.Integer()))"),
        ]
    )
    assert [change.event.kind for change in found] == ["table.create", "table.drop"]


def test_depends_on_and_several_heads_are_respected() -> None:
    found = ordered(
        [
            *revision("a1", "None", "op.drop_column('t', 'c')", extra="depends_on = 'core'"),
            *revision("b1", "None", "op.create_table('t', sa.Column('c', sa.Integer()))", extra="branch_labels = ('core',)"),
        ]
    )
    assert [change.event.kind for change in found] == ["table.create", "column.drop"]


def test_modules_that_revisions_call_upon_come_first() -> None:
    create = "op.create_table('t', sa.Column('c', sa.Integer()))"
    helper = f"from alembic import op\nimport sqlalchemy as sa\ndef upgrade():\n    {create}\n"
    for path in ("m/versions/z_init_ops.py", "m/z_init_ops.py"):
        found = ordered([*revision("a", "None", "op.drop_column('t', 'c')"), *changes_of(path, helper)])
        assert [change.event.kind for change in found] == ["table.create", "column.drop"]


def test_a_table_whose_name_nobody_knows_is_not_in_the_schema() -> None:
    assert replay(changes("op.drop_column(t, 'c')", before="from x import t")).tables == ()


def test_a_circle_of_revisions_is_cut() -> None:
    found = ordered([*revision("a", "'b'", "op.drop_table('x')"), *revision("b", "'a'", "op.drop_table('y')")])
    assert len(found) == 2


def test_names_that_double_without_end_do_not_run_for_ever() -> None:
    chain = "a0 = 'x'\n" + "\n".join(f"a{n + 1} = a{n} + a{n}" for n in range(60))
    assert len(events("op.drop_table(a60)", before=chain)) == 1


def test_the_predecessor_of_alembic_is_read_too() -> None:
    text = """
from sqlalchemy import *
meta = MetaData()
users = Table("users", meta, Column("id", Integer, primary_key=True))
def upgrade(migrate_engine):
    users.create()
    t = Table("orders", meta, autoload=True)
    t.create_column(Column("x", Integer, ForeignKey("users.id"), nullable=False))
    t.c.note.alter(name="remark", nullable=False)
    t.c.old.drop()
    drop_column("y", t)
    Index("ix", t.c.x, unique=True).create(migrate_engine)
    migrate_engine.execute("drop view v")
    t.rename("orders2")
def downgrade(migrate_engine):
    users.drop()
"""
    assert events_of("repo/versions/003_x.py", text) == [
        "table.create users id",
        "column.add orders x x => users(id)",
        "column.rename orders note -> remark",
        "column.nullable orders remark",
        "column.drop orders old",
        "column.drop orders y",
        "index.add orders ix x",
        "view.drop v",
        "table.rename orders -> orders2",
    ]


def test_an_operation_that_a_project_wrapped_is_what_its_name_says() -> None:
    imports = "from shop.db import migration\n"
    found = events(
        "migration.add_column_if_not_exists('t', sa.Column('c', sa.Integer()))",
        "migration.drop_column_if_exists('t', 'd')",
        before=imports,
    )
    assert found == ["column.add t c", "column.drop t d"]


@pytest.mark.parametrize(
    ("line", "imports", "told"),
    [
        ("rename_owner(op)", "from shop.db.steps import rename_owner", ["opaque rename_owner()"]),
        ("steps.drop_old()", "from shop.db import steps", ["opaque drop_old()"]),
        ("create_extension(op)", "from sqlalchemy.ext import create_extension", []),
        ("steps.check_all()", "from shop.db import steps", []),
    ],
)
def test_work_that_is_left_to_another_module_is_told(line: str, imports: str, told: list[str]) -> None:
    found = changes(line, before=imports + "\n")
    assert [f"{change.event.kind} {change.event.object}" for change in found] == told
