"""Rows of literals are read without a parser, and say exactly what the parser says."""

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dblint.model.sql import Dialect
from dblint.sql.parse import deep_stack
from dblint.sql.reading import Context
from dblint.sql.rows import inserted
from dblint.sql.statement import parsed
from dblint.sql.tokens import lex

_WORDS = (
    "orders Users id Name t1 _x value key user type status date order group desc level role text number data year rank position"
    " first inserted sys user_tables"
)
_NAMES = st.one_of(
    st.sampled_from(_WORDS.split()),
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True),
    st.sampled_from(["`orders`", '"Users"', "[Order Lines]", "`my-table`"]),
)
_VALUES = st.sampled_from(
    [
        "1",
        "-2",
        "3.5",
        "NULL",
        "true",
        "'x'",
        "''",
        "'it''s'",
        "'a, (b); c'",
        "'{\"a\": 1}'",
        "'\n'",
        "now()",
        "sysdate()",
        "getdate ( )",
        "current_timestamp",
        "?",
    ]
)
_ROWS = st.lists(st.lists(_VALUES, min_size=1, max_size=4), min_size=1, max_size=3)


def _written(parts: list[str], columns: list[str], rows: list[list[str]], after: str) -> str:
    listed = f" ({', '.join(columns)})" if columns else ""
    given_rows = ", ".join(f"({', '.join(row)})" for row in rows)
    return f"insert into {'.'.join(parts)}{listed} values {given_rows}{after}"  # noqa: S608 -- read, never run


@settings(deadline=None, max_examples=300)
@given(
    st.lists(_NAMES, min_size=1, max_size=3),
    st.lists(_NAMES, max_size=4),
    _ROWS,
    st.sampled_from(["", "", "", " returning id", " on conflict do nothing"]),
    st.sampled_from(get_args(Dialect)),
    st.sampled_from([frozenset[str](), frozenset({"orders"})]),
)
def test_what_is_read_without_a_parser_is_what_the_parser_says(
    parts: list[str], columns: list[str], rows: list[list[str]], after: str, dialect: Dialect, temporary: frozenset[str]
) -> None:
    text = _written(parts, columns, rows, after)
    context = Context(dialect, dialect, temporary=temporary)
    tokens = lex(text, dialect)
    with deep_stack():
        found = inserted(text, tokens, context)
        assert found is None or found == parsed(text, tokens, context), text


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("insert into orders (id, name) values (1, 'a'), (-2, NULL)", ("id", "name")),
        ("INSERT INTO shop.orders VALUES (1, '{\"a\": [1]}')", None),
        ('insert into "Orders" ("Id") values (TRUE)', ("Id",)),
    ],
)
def test_rows_of_literals_need_no_parser(text: str, columns: tuple[str, ...] | None) -> None:
    found = inserted(text, lex(text), Context())
    assert found is not None
    assert [use.columns for use in found.uses] == [columns]


@pytest.mark.parametrize(
    "text",
    [
        "insert into orders (id) select 1",
        "insert into orders (id) values (1) returning id",
        "insert into orders (id) values (1) on conflict do nothing",
        "insert into orders (id) values (nextval('s'))",
        "insert into orders (id,) values (1)",
        "insert into orders (id) values (1,)",
        "insert into orders (id) values (1) (2)",
        "insert into orders (id) values",
        "insert into orders (select) values (1)",
        "insert into orders (id) values (1), (select 2)",
        "insert into orders (id) values ('a\\'b')",
        "replace into orders (id) values (1)",
    ],
)
def test_anything_else_is_for_the_parser(text: str) -> None:
    assert inserted(text, lex(text), Context()) is None
