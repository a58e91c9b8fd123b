import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dblint.migrations import effective, from_source, ordered, recognise, replay
from dblint.migrations.graph import components, topological

PIECES = st.sampled_from(
    [
        "revision",
        "down_revision",
        "=",
        "'a'",
        "None",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ".",
        ":",
        "op",
        "sa",
        "b",
        "with",
        "as",
        "for",
        "in",
        "if",
        "def",
        "upgrade",
        "class",
        "Migration",
        "operations",
        "create_table",
        "batch_alter_table",
        "alter_column",
        "Column",
        "Table",
        "execute",
        "RunSQL",
        "CreateModel",
        "AddField",
        "\n",
        "\n    ",
        "+",
        "%",
        "*",
        "**",
        "lambda",
        "return",
        "async",
    ]
)
ALEMBIC = "revision = 'a'\ndown_revision = None\ndef upgrade():\n    "
DJANGO = "from django.db import migrations\nclass Migration(migrations.Migration):\n    operations = "


@settings(max_examples=150, deadline=None)
@given(
    st.lists(PIECES, max_size=60).map(" ".join),
    st.sampled_from([("m/versions/a.py", ALEMBIC), ("a/migrations/0001.py", DJANGO)]),
)
def test_no_python_file_raises(body: str, kind: tuple[str, str]) -> None:
    path, head = kind
    file = recognise(path, head + body)
    assert file is not None
    replay(from_source(file, head + body))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_what_counts_is_as_long_as_the_text(text: str) -> None:
    for path in ("m/1.up.sql", "m/1.down.sql", "db/schema.sql", "db/migration/V1__x.sql"):
        file = recognise(path, text)
        if file is not None:
            assert len(effective(file, text)) == len(text)


def test_very_deep_calls_do_not_raise() -> None:
    text = f"{ALEMBIC}op.execute({'f(' * 3000}{')' * 3000})\n"
    file = recognise("m/versions/a.py", text)
    assert file is not None
    ordered(from_source(file, text))


@pytest.mark.parametrize(
    ("requires", "order"),
    [
        ({}, "abc"),
        ({"a": ["c"]}, "cab"),
        ({"a": ["b"], "b": ["c"]}, "cba"),
        ({"a": ["unknown"]}, "abc"),
        ({"a": ["b"], "b": ["a"]}, "bac"),
        ({"a": ["a"]}, "abc"),
    ],
)
def test_requirements_come_first_and_circles_are_cut(requires: dict[str, list[str]], order: str) -> None:
    assert "".join(topological("abc", requires)) == order


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20))
def test_every_node_is_in_one_component(links: list[tuple[int, int]]) -> None:
    groups = components(range(10), links)
    assert sorted(node for group in groups for node in group) == list(range(10))
    assert all(any(left in group and right in group for group in groups) for left, right in links)


@given(st.dictionaries(st.integers(0, 12), st.lists(st.integers(0, 12)), max_size=13))
def test_topological_order_respects_every_link_of_an_acyclic_graph(links: dict[int, list[int]]) -> None:
    acyclic = {node: [each for each in required if each < node] for node, required in links.items()}
    position = {node: index for index, node in enumerate(topological(range(12, -1, -1), acyclic))}
    assert all(position[each] < position[node] for node, required in acyclic.items() for each in required)
