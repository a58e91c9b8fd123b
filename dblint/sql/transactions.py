"""Where the text of a script begins and ends transactions, and whether it commits in two phases."""

import re

from dblint.model.sql import Dialect, Transaction
from dblint.sql.holes import BIND, HOLE
from dblint.sql.splitter import ROUTINES, split
from dblint.sql.tokens import Token, lex

# https://www.postgresql.org/docs/current/sql-begin.html, https://dev.mysql.com/doc/refman/en/commit.html,
# https://learn.microsoft.com/sql/t-sql/language-elements/begin-transaction-transact-sql, https://www.sqlite.org/lang_transaction.html
_AFTER_BEGIN = frozenset(
    {
        ";", "", "TRAN", "TRANSACTION", "WORK", "ISOLATION", "READ", "DEFERRED", "IMMEDIATE", "EXCLUSIVE", "CONCURRENT",
        "DISTRIBUTED",
    }
)  # fmt: skip
_AFTER_END = frozenset({";", "", "TRANSACTION", "WORK"})
# https://www.postgresql.org/docs/current/sql-prepare-transaction.html, https://dev.mysql.com/doc/refman/en/xa-statements.html
_PHASES = frozenset(
    {
        ("XA", "START"), ("XA", "BEGIN"), ("XA", "END"), ("XA", "PREPARE"), ("XA", "COMMIT"), ("PREPARE", "TRANSACTION"),
        ("COMMIT", "PREPARED"), ("BEGIN", "DISTRIBUTED"),
    }
)  # fmt: skip
_GOES_ON = frozenset({";", ",", "?", "$", "TRAN", "TRANSACTION"})
_BEGINNINGS = ("begin", "transaction", "prepared", "xa")
_WORDS = re.compile(r"\b(?:BEGIN|START\s+TRANSACTION|XA|PREPARE\s+TRANSACTION|COMMIT\s+PREPARED)\b", re.IGNORECASE)


def may_begin(text: str) -> bool:
    """Whether a transaction may begin in a text, or in one of many that are joined to one."""
    folded = text.casefold()
    return any(word in folded for word in _BEGINNINGS) and _WORDS.search(text) is not None


def transactions(text: str, dialect: Dialect = "generic") -> tuple[Transaction, ...]:
    """The transactions of a script in order; one that nothing ends goes on to the end. Never raises.

    Those of procedures that it defines are left out: what a routine does is told of the routine.
    """
    return tuple(_transactions(lex(text, dialect), len(text))) if _WORDS.search(text) else ()


def _transactions(tokens: list[Token], length: int) -> list[Transaction]:
    found: list[Transaction] = []
    routines = _Routines(tokens)
    opened = -1
    in_phases = False
    before = ";"
    for index, token in enumerate(tokens):
        key, preceding, before = token.key, before, token.key
        following = tokens[index + 1].key if index + 1 < len(tokens) else ""
        after = tokens[index + 2] if index + 2 < len(tokens) else None
        first = preceding in {";", ""}
        if first and (key, following) in _PHASES and not in_phases and _goes_on(after, ("string", "quoted", "number")):
            in_phases = True
            found.append(Transaction(token.start, token.end, in_two_phases=True))
        begins = (key == "BEGIN" and following in _AFTER_BEGIN) or (key == "START" and following == "TRANSACTION")
        if begins and (following in (";", "") or _goes_on(after, ("word", "quoted", "string"))):
            opened = token.start if opened < 0 and not routines.holds(token.start) else opened
        elif opened >= 0 and _ends(key, preceding, following):
            found.append(Transaction(opened, token.end))
            opened = -1
    return [*found, Transaction(opened, length)] if opened >= 0 else found


def _goes_on(token: Token | None, kinds: tuple[str, ...]) -> bool:
    """Whether a statement goes on as SQL does, and not as a sentence about transactions (`prepare transaction: %w`)."""
    return token is None or token.kind in kinds or token.key in _GOES_ON or bool({HOLE, BIND} & set(token.key))


class _Routines:
    """Where a script defines procedures and functions: nothing in them runs when the script does."""

    def __init__(self, tokens: list[Token]) -> None:
        self._ranges = [
            (statement[0].start, statement[-1].end)
            for statement in split(tokens)
            if statement[0].key in {"CREATE", "ALTER"} and any(token.key in ROUTINES for token in statement[1:6])
        ]

    def holds(self, offset: int) -> bool:
        """Whether an offset lies in one of them."""
        return any(start <= offset < end for start, end in self._ranges)


def _ends(key: str, preceding: str, following: str) -> bool:
    """Whether a word ends the transaction: not `ON COMMIT`, and `ROLLBACK TO` goes back to a savepoint of it."""
    first = preceding in {";", ""}
    if key == "END":
        return first and following in _AFTER_END
    return (key == "COMMIT" and preceding != "ON") or (key == "ROLLBACK" and first and following != "TO")
