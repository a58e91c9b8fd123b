"""A statement whose rows a driver sends apart from it."""

import pytest

from dblint.sql import read_script


@pytest.mark.parametrize(
    ("text", "shape", "columns"),
    [
        ("INSERT INTO flips (domain, url) VALUES", "insert.cols", ("domain", "url")),
        ("insert into flips (domain) values;", "insert.cols", ("domain",)),
        ("INSERT INTO flips VALUES", "insert.nolist", None),
    ],
)
def test_an_insert_without_rows_names_its_columns(text: str, shape: str, columns: tuple[str, ...] | None) -> None:
    (statement,) = read_script(text, "clickhouse")
    assert statement.status == "understood"
    assert [(use.shape, use.columns) for use in statement.uses] == [(shape, columns)]


@pytest.mark.parametrize("dialect", ["generic", "oracle", "postgres"])
def test_a_substitution_variable_of_a_client_is_a_value(dialect: str) -> None:
    (statement,) = read_script("DELETE FROM a WHERE b IN (SELECT id FROM c WHERE n IN (&numbers))", dialect)  # type: ignore[arg-type]  # one of Dialect
    assert statement.status == "understood"
    assert [use.table.name.lower() for use in statement.uses] == ["a", "c"]
