"""Reads one statement by its first word: queries through sqlglot, everything else by its tokens."""

from dblint.model.sql import Action, Mode, TableUse
from dblint.sql.cursor import Cursor, close, commas
from dblint.sql.holes import BIND, HOLE, replaced, settle
from dblint.sql.names import is_system
from dblint.sql.reading import Context, Reading
from dblint.sql.rows import inserted
from dblint.sql.tokens import Token

MAX_DEPTH = 200
MAX_LENGTH = 1_000_000
_HEAD = 2_000
_LONG = 20_000
_QUERIES = frozenset(
    {
        "SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "VALUES", "TABLE", "FROM", "(", "PERFORM",
    }
)  # fmt: skip


def read_tokens(text: str, tokens: list[Token], context: Context) -> Reading:
    """What one statement says; offsets count in `text`."""
    from dblint.sql import commands, ddl  # noqa: PLC0415 -- they read the statements inside theirs

    if not tokens:
        return Reading(reason="syntax-error")
    if any(token.kind == "broken" for token in tokens):
        return scan(text, tokens, context, "syntax-error")
    if depth(tokens) > MAX_DEPTH:
        return scan(text, tokens, context, "too-deep")
    first = tokens[0].key
    if first in _QUERIES:
        return query(text, tokens, context)
    if first in ddl.READERS:
        return ddl.READERS[first](Cursor(text, tokens, context))
    if first in commands.READERS:
        return commands.READERS[first](Cursor(text, tokens, context))
    if first in commands.SILENT:
        return Reading()
    if any(mark in first for mark in (HOLE, BIND)):
        return scan(text, tokens, context, "dynamic-statement")
    return Reading(reason="syntax-error")


def query(text: str, tokens: list[Token], context: Context) -> Reading:
    """A query or DML statement, read by sqlglot; what it cannot read is searched for tables."""
    start, end = tokens[0].start, tokens[-1].end
    if end - start > MAX_LENGTH:
        return scan(text, tokens[:_HEAD], context, "too-large")
    rows = inserted(text, tokens, context)
    return rows if rows is not None else parsed(text, tokens, context)


def parsed(text: str, tokens: list[Token], context: Context) -> Reading:
    """What sqlglot reads in a query or DML statement."""
    from dblint.sql.parse import parse  # noqa: PLC0415 -- sqlglot is heavy
    from dblint.sql.uses import read_tree  # noqa: PLC0415 -- same

    start, end = tokens[0].start, tokens[-1].end
    edits = [*settle(tokens), *_respelled(tokens, context)]
    if end - start > _LONG and (cut := _further_rows(tokens)):
        edits = [*(edit for edit in edits if edit[1] <= cut[0] or edit[0] >= cut[1]), (*cut, "")]
    piece = _edited(text, edits, start, end)
    tree = parse(piece, context.dialect)
    if tree is None and (mended := [*_repeated(tokens), *_without_values(tokens)]):
        piece = _edited(text, [*edits, *mended], start, end)
        tree = parse(piece, context.dialect)
    if tree is None:
        return scan(text, tokens, context, "dynamic-statement" if HOLE in text[start:end] else "syntax-error")
    reading = read_tree(tree, piece, context).shifted(start)
    if tokens[0].key == "REPLACE" or [token.key for token in tokens[:3]] == ["INSERT", "OR", "REPLACE"]:
        reading = reading.upserted()
    return reading + _remote(text, tokens, context)


_AFTER_VALUES = frozenset({",", ")", ";", "WHERE", "AND", "OR", "ORDER", "LIMIT"})


def _without_values(tokens: list[Token]) -> list[tuple[int, int, str]]:
    """The edits that give a value to what is set to or compared with nothing, because code puts an empty text there."""
    found = []
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.key == "=" and (following is None or following.key in _AFTER_VALUES):
            found.append((token.start, token.end, "=0"))
    return found


_OPENING, _CLOSING = ("(", "[", "CASE"), (")", "]", "END")
_COMBINING = ("UNION", "EXCEPT", "INTERSECT", "MINUS")
# What joins two clauses of a kind.
_CLAUSES = {"WHERE": "AND", "GROUP": ",", "ORDER": ",", "LIMIT": "", "OFFSET": ""}
_REMOTE = frozenset(
    {
        "DBLINK", "DBLINK_EXEC", "DBLINK_SEND_QUERY", "DBLINK_OPEN", "OPENQUERY", "OPENROWSET", "EXTERNAL_QUERY",
        "POSTGRES_QUERY", "MYSQL_QUERY",
    }
)  # fmt: skip


def _remote(text: str, tokens: list[Token], context: Context) -> Reading:
    """What the SQL in the arguments of a database link's functions (and of `cron.schedule`) says."""
    from dblint.sql.bodies import executed  # noqa: PLC0415 -- bodies read statements
    from dblint.sql.gate import is_sql  # noqa: PLC0415 -- only here
    from dblint.sql.templates import template  # noqa: PLC0415 -- only here

    reading = Reading()
    for index, token in enumerate(tokens[:-1]):
        scheduled = token.key in ("SCHEDULE", "SCHEDULE_IN_DATABASE") and index > 1 and tokens[index - 2].key == "CRON"
        if (token.key not in _REMOTE and not scheduled) or tokens[index + 1].key != "(":
            continue
        for item in commas(tokens[index + 2 : close(tokens, index + 1)]):
            made = template(text, item)
            if made and made.literal and is_sql(made.text):
                via = "cron" if scheduled else token.key.lower()
                reading += executed(made, context.within(via, body=False))
    return reading


def _further_rows(tokens: list[Token]) -> tuple[int, int] | None:
    """Where the rows of INSERT … VALUES after the first stand: a dump's rows cost time and say nothing about tables."""
    at = next((index for index, token in enumerate(tokens) if token.key == "VALUES"), len(tokens)) + 1
    if at >= len(tokens) or tokens[0].key not in ("INSERT", "REPLACE") or tokens[at].key != "(":
        return None
    first = last = close(tokens, at)
    while last + 2 < len(tokens) and tokens[last + 1].key == "," and tokens[last + 2].key == "(":
        last = close(tokens, last + 2)
    if last == first or any(token.key == "SELECT" for token in tokens[first : last + 1]):
        return None
    return tokens[first].end, tokens[min(last, len(tokens) - 1)].end


_SPELLINGS = {"REPLACE": "INSERT", "PERFORM": "SELECT"}
_NOISE = frozenset({"LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "QUICK"})


def _edited(text: str, edits: list[tuple[int, int, str]], start: int, end: int) -> str:
    """A statement with edits made to it; those inside of another one are left out."""
    kept: list[tuple[int, int, str]] = []
    for edit in sorted(edits, key=lambda each: (each[0], -each[1])):
        if not kept or edit[0] >= kept[-1][1]:
            kept.append(edit)
    return replaced(text[start:end], [(first - start, last - start, sign) for first, last, sign in kept])


def _repeated(tokens: list[Token]) -> list[tuple[int, int, str]]:
    """The edits that make one of the clauses which both branches of a program have put at the end of a query."""
    edits: list[tuple[int, int, str]] = []
    known: dict[str, int] = {}
    level = 0
    for index, token in enumerate(tokens):
        level += (token.key in _OPENING) - (token.key in _CLOSING)
        if level or token.key in _QUERIES or token.key in _COMBINING:
            known = known if level else {}
        elif token.key in _CLAUSES and token.key in known:
            word = tokens[min(index + 1, len(tokens) - 1)] if token.key in ("GROUP", "ORDER") else token
            limits = token.key in ("LIMIT", "OFFSET")
            edits.append((known[token.key], token.start, "") if limits else (token.start, word.end, _CLAUSES[token.key]))
        elif token.key in _CLAUSES:
            known[token.key] = token.start
    return edits


def _respelled(tokens: list[Token], context: Context) -> list[tuple[int, int, str]]:  # noqa: C901 -- one branch per spelling
    """The edits that say in common words what sqlglot does not read, without a change to tables or columns."""
    verb, end = tokens[0].key, tokens[-1].end
    edits: list[tuple[int, int, str]] = []
    if verb in _SPELLINGS:
        edits.append((tokens[0].start, tokens[0].end, _SPELLINGS[verb]))
    if verb in ("INSERT", "REPLACE") and tokens[-1].key in ("VALUES", "VALUE"):
        edits.append((end, end, " (NULL)"))  # a driver that sends the rows apart from the statement (ClickHouse)
    if context.body and context.dialect != "tsql":
        edits += _variables(tokens)
    for index, token in enumerate(tokens[1:], 1):
        following = tokens[index + 1] if index + 1 < len(tokens) else token
        key, then = token.key, following.key
        if index < 3 and (key in _NOISE or (key == "IGNORE" and verb != "SELECT")):
            edits.append((token.start, token.end, ""))
        elif key == "OVERRIDING" and then in ("SYSTEM", "USER"):
            edits.append((token.start, tokens[min(index + 2, len(tokens) - 1)].end, ""))
        elif key == "CURRENT" and then == "OF":
            edits.append((token.start, tokens[min(index + 2, len(tokens) - 1)].end, "TRUE"))
        elif key == "ONLY" and then == "(":
            edits.append((token.start, token.end, ""))
        elif key == "INTO" and then in ("OUTFILE", "DUMPFILE"):
            stop = next((each.start for each in tokens[index:] if each.key == "FROM"), end)
            return [*edits, (token.start, stop, "")]
        elif verb == "INSERT" and key == "WITH" and then == "(" and index < 8:
            edits.append((token.start, tokens[close(tokens, index + 1)].end, ""))
        elif verb == "INSERT" and (key in ("EXEC", "EXECUTE") or (key == "FORMAT" and context.dialect == "clickhouse")):
            return [*edits, (token.start, end, "DEFAULT VALUES")]
    return edits


def _variables(tokens: list[Token]) -> list[tuple[int, int, str]]:
    """The edits that blank `INTO variable, …` of a query inside a routine."""
    edits: list[tuple[int, int, str]] = []
    index, depth = 0, 0
    while index < len(tokens):
        depth += (tokens[index].key == "(") - (tokens[index].key == ")")
        before = tokens[index - 1].key if index else ""
        if tokens[index].key == "INTO" and not depth and before not in ("INSERT", "MERGE", "REPLACE", "IGNORE", "OVERWRITE"):
            end = index + 1
            end += end < len(tokens) and tokens[end].key == "STRICT"
            while end + 1 < len(tokens) and tokens[end + 1].key in (",", "."):
                end += 2
            last = min(end, len(tokens) - 1)
            edits.append((tokens[index].start, tokens[last].end, ""))
            index = last
        index += 1
    return edits


_LEADS: dict[str, tuple[Mode, Action, str]] = {
    "FROM": ("read", "select", "cols"),
    "JOIN": ("read", "select", "cols"),
    "USING": ("read", "select", "cols"),
    "INTO": ("write", "insert", "insert.nolist"),
    "UPDATE": ("write", "update", "update.cols"),
    "DELETE": ("write", "delete", "delete"),
}


def scan(text: str, tokens: list[Token], context: Context, reason: str) -> Reading:
    """The tables that stand after the words which tables stand after, for a statement that cannot be parsed."""
    uses: list[TableUse] = []
    ctes = {tokens[i].key for i in range(len(tokens) - 2) if tokens[i + 1].key == "AS" and tokens[i + 2].key == "("}
    plain = _from_of_values(tokens)
    cursor = Cursor(text, tokens, context)
    while not cursor.done:
        lead = cursor.key() if cursor.at not in plain else ""
        deleted = lead == "FROM" and cursor.at > 0 and cursor.key(-1) == "DELETE"
        cursor.at += 1
        if lead not in _LEADS or cursor.key() == "(" or (lead == "DELETE" and not deleted):
            continue
        cursor.accept_any("ONLY", "LATERAL")
        at = cursor.at
        found = cursor.name()
        if not found or (cursor.key() == "(" and lead != "INTO") or (cursor.at == at + 1 and cursor.tokens[at].key in ctes):
            cursor.at = max(at, cursor.at if found is None else at)
            continue
        if lead == "UPDATE" and "SET" not in (cursor.key(), cursor.key(1), cursor.key(2)) and HOLE not in cursor.key():
            continue
        if is_system(found.table, context.folding) or found.table.name in context.temporary:
            continue
        mode, action, shape = _LEADS["DELETE"] if deleted else _LEADS[lead]
        uses.append(TableUse(found.table, mode, action, shape, None, found.offset, context.via))
    return Reading(tuple(dict.fromkeys(uses)), reason=reason)


def _from_of_values(tokens: list[Token]) -> set[int]:
    """Where FROM stands before a value: `EXTRACT(epoch FROM created_at)`, `a IS DISTINCT FROM b`."""
    found: set[int] = set()
    around: list[bool] = []
    for index, token in enumerate(tokens):
        before = tokens[index - 1].key if index else ""
        if token.key == "(":
            around.append(before in ("EXTRACT", "SUBSTRING", "TRIM", "OVERLAY"))
        elif token.key == ")" and around:
            around.pop()
        elif token.key == "FROM" and ((around and around[-1]) or before == "DISTINCT"):
            found.add(index)
    return found


def depth(tokens: list[Token]) -> int:
    """How deeply parentheses, CASE and chains of unary operators nest at most."""
    now = deepest = unary = 0
    for token in tokens:
        key = token.key
        if key in _OPENING:
            now += 1
        elif key in _CLOSING:
            now = max(0, now - 1)
        unary = unary + 1 if key in ("NOT", "-", "+", "~") else 0
        deepest = max(deepest, now + unary)
    return deepest
