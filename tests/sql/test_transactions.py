"""Transactions in the text of a script."""

import pytest

from dblint.sql.transactions import transactions


@pytest.mark.parametrize("text", ["-- BEGIN", "/* XA START */", "BEGIN", "COMMIT PREPARED", "BEGIN;\x00", "'BEGIN"])
def test_a_text_of_hardly_anything_is_read(text: str) -> None:
    assert all(0 <= each.first <= each.last <= len(text) for each in transactions(text))


def test_a_comment_begins_nothing() -> None:
    assert transactions("-- BEGIN\n/* START TRANSACTION */ # XA START\n", "mysql") == ()
