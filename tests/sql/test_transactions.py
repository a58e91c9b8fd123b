"""Transactions in the text of a script."""

import pytest

from dblint.model.sql import Transaction
from dblint.sql.transactions import transactions


@pytest.mark.parametrize("text", ["-- BEGIN", "/* XA START */", "BEGIN", "COMMIT PREPARED", "BEGIN;\x00", "'BEGIN"])
def test_a_text_of_hardly_anything_is_read(text: str) -> None:
    assert all(0 <= each.first <= each.last <= len(text) for each in transactions(text))


def test_a_comment_begins_nothing() -> None:
    assert transactions("-- BEGIN\n/* START TRANSACTION */ # XA START\n", "mysql") == ()


@pytest.mark.parametrize(
    "text",
    [
        "failed to prepare transaction: %w",
        "prepare transaction: %w",
        "prepare transaction failed",
        "begin transaction: %w",
        "could not commit prepared statement",
        "start transaction: %v",
        "cannot prepare transaction 'a'",
    ],
)
def test_a_sentence_about_a_transaction_is_none(text: str) -> None:
    assert transactions(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "PREPARE TRANSACTION 'a'",
        "prepare transaction \ue000",
        "XA START ?",
        "XA PREPARE 'a', 'b'",
        "UPDATE t SET a = 1; COMMIT PREPARED 'a'",
        "BEGIN DISTRIBUTED TRAN",
    ],
)
def test_the_steps_of_a_commit_in_two_phases_are_told(text: str) -> None:
    assert [each.in_two_phases for each in transactions(text)][:1] == [True]


@pytest.mark.parametrize("text", ["BEGIN", "BEGIN;", "begin transaction isolation level serializable; x", "BEGIN TRAN moving"])
def test_a_transaction_begins(text: str) -> None:
    assert transactions(text) == (Transaction(0, len(text)),)
