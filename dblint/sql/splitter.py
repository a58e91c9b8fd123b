"""Cuts a script into statements, so that a broken one costs only itself."""

from dblint.sql.tokens import Token

ROUTINES = frozenset({"PROCEDURE", "PROC", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE"})
_OBJECTS = ROUTINES | {
    "TABLE",
    "VIEW",
    "INDEX",
    "TYPE",
    "SCHEMA",
    "SEQUENCE",
    "RULE",
    "POLICY",
    "EXTENSION",
    "DATABASE",
    "ROLE",
    "USER",
}
_TRANSACTION = frozenset(
    {
        ";", "TRAN", "TRANSACTION", "WORK", "ISOLATION", "READ", "DEFERRED", "IMMEDIATE", "EXCLUSIVE", "CONCURRENT", "NOT",
        "DISTRIBUTED",
    }
)  # fmt: skip
_LOOSE_ENDS = frozenset({"IF", "LOOP", "WHILE", "REPEAT", "FOR"})
_BATCH_STARTS = frozenset(
    {
        "SELECT", "INSERT", "UPDATE", "DELETE", "SET", "EXEC", "IF", "WITH", "MERGE", "RETURN", "TRUNCATE", "PRINT",
    }
)  # fmt: skip


def split(tokens: list[Token]) -> list[list[Token]]:
    """The statements of a script, without their closing sign; bodies of routines and blocks stay in one piece."""
    statements: list[list[Token]] = []
    current = _Open()
    for index, token in enumerate(tokens):
        following = tokens[index + 1].key if index + 1 < len(tokens) else ";"
        if token.kind == "end" or (token.key == ";" and not current.inside):
            statements.append(current.tokens)
            current = _Open()
        else:
            current.add(token, following)
    statements.append(current.tokens)
    return [statement for statement in statements if statement]


class _Open:
    """The statement being collected, and whether a `;` still belongs to it."""

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self.kind = ""
        self.depth = 0
        self.waiting = False
        self.batch = False

    @property
    def inside(self) -> bool:
        return self.depth > 0 or self.waiting or self.batch

    def add(self, token: Token, following: str) -> None:
        before = self.tokens[-1].key if self.tokens else ""
        self.tokens.append(token)
        if token.kind != "word":
            return
        first, key, count = self.tokens[0].key, token.key, len(self.tokens)
        if first in ("CREATE", "ALTER") and not self.kind and count < 16 and key in _OBJECTS:
            self.kind = key
        blocks = self.kind in ROUTINES or first in ("BEGIN", "DECLARE", "IF", "WHILE")
        if not blocks:
            return
        if first == "DECLARE" and count <= 6:
            self.waiting = following[:1] != "@" if count == 1 else self.waiting and not (key == "CURSOR" and count > 2)
        if key == "BEGIN" and following not in _TRANSACTION:
            self.depth += 1
            self.waiting = False
        elif key == "CASE" and before != "END":
            self.depth += 1
        elif key == "END" and following not in _LOOSE_ENDS:
            self.depth = max(0, self.depth - 1)
        elif key in ("AS", "IS") and self.kind in ROUTINES and not self.depth:
            self._body_follows(key, following)

    def _body_follows(self, key: str, following: str) -> None:
        if self.kind == "PACKAGE" or following in _BATCH_STARTS or (following == "DECLARE" and key == "AS"):
            self.batch = True
        elif following not in ("", "BEGIN", "EXTERNAL", "TABLE", "ASSIGNMENT", "IMPLICIT", ";") and key == "IS":
            self.waiting = True
