import msgspec
import pytest

from dblint.migrations import ordered, replay
from dblint.model.facts import Change
from dblint.model.schema import TableName
from tests.migrations.reading import changes_of, said


def migration(path: str, *operations: str, after: str = "", more: str = "") -> tuple[Change, ...]:
    text = (
        "from django.conf import settings\nfrom django.db import migrations, models\n"
        f"class Migration(migrations.Migration):\n    dependencies = [{after}]\n{more}\n    operations = [\n"
        + "".join(f"        {operation},\n" for operation in operations)
        + "    ]\n"
    )
    return changes_of(path, text)


def events(*files: tuple[Change, ...], labels: dict[str, str] | None = None) -> list[str]:
    return [said(change.event) for change in ordered([change for file in files for change in file], labels)]


PK = '("id", models.BigAutoField(primary_key=True))'


def model(name: str, *fields: str, options: str = "{}") -> str:
    return f'migrations.CreateModel(name="{name}", fields=[{", ".join((PK, *fields))}], options={options})'


def history(*operations: str) -> list[str]:
    return events(migration("pay/migrations/0001_initial.py", *operations))


def test_the_example_of_an_invoice() -> None:
    first = migration(
        "pay/migrations/0001_initial.py",
        model("Invoice", '("sum", models.DecimalField(max_digits=8, decimal_places=2))'),
        model("Refund"),
    )
    second = migration(
        "pay/migrations/0002_x.py",
        'migrations.AddField("invoice", "currency", models.CharField(max_length=3, default="EUR"))',
        'migrations.RenameField("invoice", "sum", "total")',
        'migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Refund")])',
        'migrations.RunSQL("drop view legacy_invoice", reverse_sql="create view legacy_invoice as select 1")',
        after='("pay", "0001_initial")',
    )
    found = ordered([*second, *first])[2:]
    assert [said(change.event) for change in found] == [
        "column.add pay_invoice currency",
        "column.rename pay_invoice sum -> total",
        "view.drop legacy_invoice",
    ]
    (currency,) = found[0].event.columns
    assert (currency.type, currency.nullable, currency.default) == ("varchar(3)", False, None)
    assert found[0].event.flags == ("default-dropped",)


def test_a_server_default_stays() -> None:
    first = migration("pay/migrations/0001.py", model("A"), 'migrations.AddField("a", "c", models.IntegerField(db_default=3))')
    added = ordered(first)[-1].event
    assert added.columns[0].default == "3"
    assert added.flags == ()


def test_columns_take_their_names_from_fields() -> None:
    found = history(
        model(
            "Order",
            '("a", models.TextField())',
            '("owner", models.ForeignKey("auth.User", models.CASCADE))',
            '("parent", models.ForeignKey("self", models.CASCADE, null=True))',
            '("b", models.TextField(db_column="bb"))',
            '("tags", TaggableManager())',
        )
    )
    assert found[0] == (
        "table.create pay_order id,a,owner_id,parent_id,bb owner_id => auth_user(id) parent_id => pay_order(id)"
    )


def test_a_model_without_a_primary_key_has_an_id() -> None:
    (created,) = history('migrations.CreateModel("A", [("x", models.IntegerField())])')
    assert created == "table.create pay_a id,x"


@pytest.mark.parametrize("options", ['{"managed": False}', '{"proxy": True}'])
def test_unmanaged_and_proxy_models_change_no_database(options: str) -> None:
    assert history(model("A", options=options), 'migrations.AddField("a", "x", models.IntegerField())') == []


def test_many_to_many_fields_have_tables() -> None:
    found = history(
        model("Tag", options='{"db_table": "tags"}'),
        model(
            "Post",
            '("tags", models.ManyToManyField("pay.Tag"))',
            '("friends", models.ManyToManyField("self"))',
            '("named", models.ManyToManyField("Tag", db_table="x"))',
            '("through", models.ManyToManyField("Tag", through="pay.PostTag"))',
            options='{"db_table": "my"}',
        ),
    )
    assert found[2:] == [
        "table.create my_tags id,post_id,tag_id post_id => my(id) tag_id => tags(id)",
        "table.create my_friends id,from_post_id,to_post_id from_post_id => my(id) to_post_id => my(id)",
        "table.create x id,post_id,tag_id post_id => my(id) tag_id => tags(id)",
    ]


def test_a_join_table_may_point_at_a_model_that_comes_later() -> None:
    found = history(model("Post", '("tags", models.ManyToManyField("Tag"))'), model("Tag", options='{"db_table": "tags"}'))
    assert found[1] == "table.create pay_post_tags id,post_id,tag_id post_id => pay_post(id) tag_id => tags(id)"


def test_deleting_a_model_drops_its_join_tables() -> None:
    found = history(model("Tag"), model("Post", '("tags", models.ManyToManyField("Tag"))'), 'migrations.DeleteModel("Post")')
    assert found[-2:] == ["table.drop pay_post_tags", "table.drop pay_post"]


def test_renaming_a_model_renames_its_tables_columns_and_references() -> None:
    first = migration(
        "pay/migrations/0001.py",
        model("Tag"),
        model("Post", '("tags", models.ManyToManyField("Tag"))'),
        model(
            "Note", '("post", models.ForeignKey("pay.Post", models.CASCADE))', '("posts", models.ManyToManyField("pay.Post"))'
        ),
        'migrations.RenameModel("Post", "Article")',
        'migrations.AddField("note", "again", models.ForeignKey("pay.Article", models.CASCADE, null=True))',
    )
    found = events(first)
    at = found.index("table.rename pay_post -> pay_article")
    assert found[at:] == [
        "table.rename pay_post -> pay_article",
        "table.rename pay_post_tags -> pay_article_tags",
        "column.rename pay_article_tags post_id -> article_id",
        "column.rename pay_note_posts post_id -> article_id",
        "column.add pay_note again_id again_id => pay_article(id)",
        "index.add pay_note again_id",
    ]
    note = replay(first).table(TableName("pay_note"))
    assert note is not None
    assert {key.target.name for key, _ in note.foreign_keys} == {"pay_article"}


def test_renaming_a_model_with_a_table_of_its_own_does_nothing() -> None:
    found = history(
        model("Tag"),
        model("Post", '("tags", models.ManyToManyField("Tag"))', options='{"db_table": "posts"}'),
        'migrations.RenameModel("Post", "Article")',
        'migrations.RemoveField("article", "id")',
    )
    assert found[-1] == "column.drop posts id"
    assert not any(each.startswith("table.rename") for each in found)


def test_a_new_table_name_moves_join_tables_too() -> None:
    found = history(
        model("Tag"),
        model("Post", '("tags", models.ManyToManyField("Tag"))'),
        'migrations.AlterModelTable("post", "posts")',
        'migrations.RenameModel("Post", "Article")',
        'migrations.AlterModelTable(name="article", table=None)',
    )
    assert found[3:] == [
        "table.rename pay_post -> posts",
        "table.rename pay_post_tags -> posts_tags",
        "table.rename posts -> pay_article",
        "table.rename posts_tags -> pay_article_tags",
    ]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("models.IntegerField()", ["column.rename pay_a old -> new"]),
        ('models.IntegerField(db_column="c")', []),
        ('models.ForeignKey("auth.User", models.CASCADE)', ["column.rename pay_a old_id -> new_id"]),
        ('models.ManyToManyField("auth.User")', ["table.rename pay_a_old -> pay_a_new"]),
    ],
)
def test_renaming_a_field(field: str, expected: list[str]) -> None:
    before = history(model("A", f'("old", {field})'))
    assert history(model("A", f'("old", {field})'), 'migrations.RenameField("a", "old", "new")')[len(before) :] == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("CharField(max_length=3)", "CharField(max_length=9)", ["column.type pay_a f"]),
        ("CharField(max_length=3)", "CharField(max_length=3, choices=[('a', 'b')], default='a')", []),
        ("CharField(max_length=3)", "CharField(max_length=3, null=True)", ["column.nullable pay_a f"]),
        ("CharField(max_length=3)", "CharField(max_length=3, unique=True)", ["unique.add pay_a f"]),
        ("IntegerField(db_index=True)", "IntegerField()", ["index.drop pay_a f"]),
        ("IntegerField()", 'IntegerField(db_column="g")', ["column.rename pay_a f -> g"]),
        ("IntegerField()", "IntegerField(db_default=1)", ["column.default pay_a f"]),
        (
            'ForeignKey("x.B", models.CASCADE)',
            'ForeignKey("x.C", models.CASCADE)',
            ["fk.drop pay_a f_id f_id => x_b(id)", "fk.add pay_a f_id f_id => x_c(id)"],
        ),
        ('ManyToManyField("x.B")', 'ManyToManyField("x.B", db_table="j")', ["table.rename pay_a_f -> j"]),
    ],
)
def test_altering_a_field_yields_its_differences(old: str, new: str, expected: list[str]) -> None:
    create = model("A", f'("f", models.{old})')
    before = history(create)
    assert history(create, f'migrations.AlterField("a", "f", models.{new})')[len(before) :] == expected


def test_indexes_and_constraints_name_columns() -> None:
    found = history(
        model("A", '("o", models.ForeignKey("x.B", models.CASCADE, db_index=False))', '("n", models.IntegerField())'),
        'migrations.AddIndex("a", models.Index(fields=["o", "-n"], name="i"))',
        'migrations.AddConstraint("a", models.UniqueConstraint(fields=["o"], name="u"))',
        'migrations.AddConstraint("a", models.CheckConstraint(check=models.Q(n__gt=0), name="k"))',
        'migrations.RemoveConstraint("a", "k")',
        'migrations.AlterUniqueTogether("a", {("o", "n")})',
        'migrations.AlterUniqueTogether("a", set())',
        'migrations.RemoveIndex("a", "i")',
        'migrations.AlterOrderWithRespectTo("a", "o")',
        'migrations.AlterModelOptions("a", {"ordering": ["n"]})',
    )
    assert found[1:] == [
        "index.add pay_a i o_id,n",
        "unique.add pay_a u o_id",
        "check.add pay_a k",
        "constraint.drop pay_a k",
        "unique.add pay_a o_id,n",
        "unique.drop pay_a o_id,n",
        "index.drop pay_a i",
        "column.add pay_a _order",
    ]


def test_moving_a_model_between_apps_changes_no_table() -> None:
    pay = migration("pay/migrations/0001.py", model("Coin"))
    out = migration(
        "pay/migrations/0002.py",
        'migrations.SeparateDatabaseAndState(database_operations=[migrations.AlterModelTable("coin", "cash_coin")],'
        ' state_operations=[migrations.DeleteModel("Coin")])',
        after='("pay", "0001")',
    )
    cash = migration(
        "cash/migrations/0001.py",
        f"migrations.SeparateDatabaseAndState([], [{model('Coin')}])",
        'migrations.AddField("coin", "x", models.IntegerField())',
        after='("pay", "0002")',
    )
    assert events(pay, out, cash) == [
        "table.create pay_coin id",
        "table.rename pay_coin -> cash_coin",
        "column.add cash_coin x",
    ]


def test_run_sql_takes_texts_lists_and_pairs_and_run_python_nothing() -> None:
    assert history(
        'migrations.RunSQL(["drop view a", ("drop view b", None)], migrations.RunSQL.noop)',
        "migrations.RunPython(forwards, migrations.RunPython.noop)",
    ) == ["view.drop a", "view.drop b"]


def test_what_a_function_does_to_the_schema_by_hand_counts() -> None:
    text = """
from django.db import migrations
def move(apps, schema_editor):
    schema_editor.alter_db_table(apps.get_model("pay", "A"), "pay_a", "cash_a")
    schema_editor.execute("drop view v")
def back(apps, schema_editor):
    schema_editor.execute("drop view never")
class Migration(migrations.Migration):
    operations = [migrations.RunPython(move, back)]
"""
    assert events(changes_of("pay/migrations/0002.py", text)) == ["table.rename pay_a -> cash_a", "view.drop v"]


def test_dependencies_order_apps_and_labels_name_them() -> None:
    first = migration("svc/billing/migrations/0001.py", model("A"), after='("zed", "0001")')
    second = migration("svc/z/migrations/0001.py", model("B"))
    assert events(first, second, labels={"svc/z": "zed"}) == ["table.create zed_b id", "table.create billing_a id"]


def test_the_user_model_is_what_the_setting_says() -> None:
    user = migration("acc/migrations/0001.py", model("Person"))
    order = migration(
        "pay/migrations/0001.py",
        model("Order", '("who", models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE))'),
        after='("acc", "0001")',
    )
    assert "who_id => auth_user(id)" in events(user, order)[1]
    assert "who_id => acc_person(id)" in events(user, order, labels={"settings.AUTH_USER_MODEL": "acc.Person"})[1]


def test_a_user_model_is_told_by_its_inherited_fields() -> None:
    user = migration(
        "acc/migrations/0001.py", model("Person", '("password", models.TextField())', '("last_login", models.DateField())')
    )
    order = migration(
        "pay/migrations/0001.py",
        model("Order", '("who", models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE))'),
        after="migrations.swappable_dependency(settings.AUTH_USER_MODEL)",
    )
    assert any("who_id => acc_person(id)" in event for event in events(user, order))


def test_a_squash_counts_once() -> None:
    one = migration("pay/migrations/0001_a.py", model("A"))
    two = migration("pay/migrations/0002_b.py", model("B"), after='("pay", "0001_a")')
    squashed = migration(
        "pay/migrations/0001_squashed.py", model("A"), model("B"), more='    replaces = [("pay", "0001_a"), ("pay", "0002_b")]'
    )
    three = migration("pay/migrations/0003_c.py", 'migrations.DeleteModel("B")', after='("pay", "0001_squashed")')
    expected = ["table.create pay_a id", "table.create pay_b id", "table.drop pay_b"]
    assert events(squashed, one, two, three) == expected
    assert events(squashed, one, three) == expected
    assert events(squashed, three) == expected


def test_two_projects_with_equal_labels_stay_apart() -> None:
    first = migration("one/users/migrations/0001.py", model("A", options='{"db_table": "one_a"}'))
    second = migration("two/users/migrations/0001.py", model("A", options='{"db_table": "two_a"}'))
    link = migration(
        "two/pay/migrations/0001.py",
        model("P", '("a", models.ForeignKey("users.A", models.CASCADE))'),
        after='("users", "0001")',
    )
    assert any("a_id => two_a(id)" in event for event in events(first, second, link))


def test_what_leaves_one_file_can_be_written_and_read_back() -> None:
    changes = migration("pay/migrations/0001.py", model("Post", '("tags", models.ManyToManyField("Tag", null=True))'))
    assert msgspec.json.decode(msgspec.json.encode(changes), type=tuple[Change, ...]) == changes
