"""Walks over the tokens of one statement."""

from typing import NamedTuple

from dblint.model.schema import TableName
from dblint.sql.names import fold, unquote
from dblint.sql.reading import Context
from dblint.sql.tokens import Token, string_body

_NO_NAME = frozenset({"SELECT", "AS", "VALUES", "SET", "FROM", "WHERE", "ON", "USING", "JOIN", "WITH"})


class Named(NamedTuple):
    """A table name and where its last part stands."""

    table: TableName
    offset: int


class Cursor:
    """A position in the tokens of a statement; every `accept` either takes all its words or nothing."""

    def __init__(self, text: str, tokens: list[Token], context: Context, at: int = 0) -> None:
        self.text = text
        self.tokens = tokens
        self.context = context
        self.at = at

    @property
    def done(self) -> bool:
        """Whether all tokens are taken."""
        return self.at >= len(self.tokens)

    def key(self, ahead: int = 0) -> str:
        """The key of a token ahead, empty past the end."""
        return self.tokens[self.at + ahead].key if 0 <= self.at + ahead < len(self.tokens) else ""

    def kind(self, ahead: int = 0) -> str:
        """The kind of a token ahead, empty past the end."""
        return self.tokens[self.at + ahead].kind if 0 <= self.at + ahead < len(self.tokens) else ""

    def accept(self, *keys: str) -> bool:
        """Whether these words come next; they are taken."""
        if all(self.key(ahead) == key for ahead, key in enumerate(keys)):
            self.at += len(keys)
            return True
        return False

    def accept_any(self, *keys: str) -> str:
        """The next word if it is one of these, taken; else an empty text."""
        key = self.key()
        if key and key in keys:
            self.at += 1
            return key
        return ""

    def find(self, *keys: str) -> bool:
        """Move to the next token outside parentheses with one of these keys; False (and no move) if there is none."""
        at = self.at
        while at < len(self.tokens):
            if self.tokens[at].key in keys:
                self.at = at
                return True
            at = close(self.tokens, at) + 1 if self.tokens[at].key == "(" else at + 1
        return False

    def word(self, ahead: int = 0) -> str:
        """The folded name that a token says."""
        if self.at + ahead >= len(self.tokens):
            return ""
        return folded(self.text, self.tokens[self.at + ahead], self.context)

    def source(self, token: Token) -> str:
        """The token as it is written."""
        return self.text[token.start : token.end]

    def identifier(self) -> str:
        """The next name, taken; empty if there is none."""
        if self.kind() in ("word", "quoted"):
            self.at += 1
            return self.word(-1)
        return ""

    def name(self) -> Named | None:
        """The next, perhaps qualified, table name, taken."""
        parts: list[Token] = []
        while self.kind() in ("word", "quoted") or (self.kind() == "string" and self.context.dialect != "mysql" and not parts):
            if not parts and self.kind() == "word" and self.key() in _NO_NAME:
                return None
            if self.kind() == "string":
                return None
            parts.append(self.tokens[self.at])
            self.at += 1
            if self.key() != ".":
                break
            self.at += 1
            if self.key() == ".":  # db..table of SQL Server
                self.at += 1
        if not parts:
            return None
        return named(self.text, parts, self.context)

    def skip_cluster(self) -> None:
        """Take ClickHouse's `ON CLUSTER c`, which may follow any name."""
        if self.accept("ON", "CLUSTER"):
            self.at += 1

    def group(self) -> list[Token]:
        """The tokens inside the parentheses that come next, taken with them; empty if none come."""
        if self.key() != "(":
            return []
        end = close(self.tokens, self.at)
        inside = self.tokens[self.at + 1 : end]
        self.at = end + 1
        return inside

    def rest(self) -> list[Token]:
        """All tokens from here on."""
        return self.tokens[self.at :]

    def string(self) -> str:
        """The content of the next string, taken; empty if none comes."""
        if self.kind() != "string":
            return ""
        start, end = string_body(self.text, self.tokens[self.at])
        self.at += 1
        return self.text[start:end]

    def sub(self, tokens: list[Token]) -> "Cursor":
        """A cursor over a part of the statement."""
        return Cursor(self.text, tokens, self.context)


def close(tokens: list[Token], at: int) -> int:
    """The index of the parenthesis that closes the one at `at` (or the last token)."""
    depth = 0
    for index in range(at, len(tokens)):
        if tokens[index].key == "(":
            depth += 1
        elif tokens[index].key == ")":
            depth -= 1
            if not depth:
                return index
    return len(tokens) - 1 if tokens[-1].key != "(" else len(tokens)


def commas(tokens: list[Token]) -> list[list[Token]]:
    """The items of a list, cut at commas outside parentheses."""
    items: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.key in ("(", "[")) - (token.key in (")", "]"))
        if token.key == "," and not depth:
            items.append([])
        else:
            items[-1].append(token)
    return [item for item in items if item]


def folded(text: str, token: Token, context: Context) -> str:
    """The name that a word or quoted token says, as the dialect keeps it."""
    return fold(unquote(text[token.start : token.end]), token.kind == "quoted", context.folding)


def named(text: str, parts: list[Token], context: Context) -> Named:
    """The table that the parts of a qualified name mean."""
    names = [folded(text, part, context) for part in parts]
    if len(names) == 1 and parts[0].kind == "quoted" and context.dialect == "bigquery":
        names = names[0].split(".")
    last = parts[-1]
    table = TableName(names[-1], names[-2] if len(names) > 1 else None, ".".join(names[:-2]) or None, last.kind == "quoted")
    return Named(table, last.start)
