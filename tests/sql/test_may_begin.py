"""Whether a transaction may begin in a text is told before the text is read."""

import pytest

from dblint.sql import may_begin, transactions


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN; DELETE FROM t; COMMIT",
        "start\n transaction; COMMIT",
        "XA START 'a'",
        "PREPARE TRANSACTION 'a'",
        "commit prepared 'a'",
    ],
)
def test_it_may_where_one_does(text: str) -> None:
    assert transactions(text)
    assert may_begin(f"SELECT 1\n{text}\nSELECT 2")


@pytest.mark.parametrize("text", ["SELECT beginning FROM transactions", "SELECT hexa FROM t", ""])
def test_it_may_not_where_a_word_only_holds_one_of_its_words(text: str) -> None:
    assert not may_begin(text)
