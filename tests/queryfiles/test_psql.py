import pytest

from dblint.extract.file import extract
from dblint.languages import Vocabulary
from dblint.model.place import Place


def shown(place: Place) -> str:
    return f"{place.path}:{place.line}:{place.column}"


def uses(text: str) -> list[str]:
    facts = extract("db/a.sql", "sql", text.encode(), Vocabulary(frozenset(), ()), lambda _: ())
    return [
        f"{use.action} {use.table} @{shown(facts.place(use.offset))}" for statement in facts.script for use in statement.uses
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\\set schema 'shop'\nselect 1 from :schema.orders;\n", "select shop.orders @db/a.sql:2:23"),
        ('\\set schema shop\nselect 1 from :"schema".orders;\n', "select shop.orders @db/a.sql:2:25"),
        ("\\set name orders\n\nselect 1 from :name where id = :id;\n", "select orders @db/a.sql:3:15"),
        ("\\set s a\n\\set s b\nselect 1 from :s.orders;\n", "select *.orders @db/a.sql:3:18"),
        ("\\i other.sql\n\\ir more/of.sql\nselect 1::text from orders;\n", "select orders @db/a.sql:3:21"),
        ("select 1 from ${SCHEMA}.orders;\n", "select *.orders @db/a.sql:1:25"),
    ],
)
def test_a_variable_of_a_script_stands_for_what_the_script_sets(text: str, expected: str) -> None:
    assert uses(text) == [expected]


def test_a_migration_knows_the_variables_that_it_sets() -> None:
    text = "\\set schema 'shop'\ncreate table :schema.orders (id int);\ninsert into :schema.orders values (1);\n"
    facts = extract("db/migrations/1.sql", "sql", text.encode(), Vocabulary(frozenset(), ()), lambda _: ())
    assert [(change.event.kind, str(change.event.table), change.place.line) for change in facts.changes] == [
        ("table.create", "shop.orders", 2),
        ("data.insert", "shop.orders", 3),
    ]
