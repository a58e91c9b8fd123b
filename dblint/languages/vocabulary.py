"""The words that make a part of a source file worth keeping."""

import re
from functools import cached_property, lru_cache

from dblint.model.base import Fact

# Verbs that begin a statement. A cheap first test only: whether a text is SQL or prose is for `dblint.sql` to say.
_VERBS = (
    "(?:select|insert|update|delete|merge|with|replace|upsert|create|alter|drop|truncate|rename|copy|lock|call|exec|execute"
    "|grant|revoke|refresh|explain)"
)
_BEFORE = r"(?:\s|\(|--[^\n]*+\n|/\*[^*]*+\*++(?:[^/*][^*]*+\*++)*+/)*+"
_SQL = re.compile(rf"{_BEFORE}{_VERBS}\s", re.IGNORECASE)
# In source, line ends may be escapes, and quotes may be any language's.
_IN_SOURCE = rf"[\"'`](?:\\[nrt]|\\\n|\s|\(|--[^\n\"'`]*+\n|/\*[^*]*+\*++(?:[^/*][^*]*+\*++)*+/)*+{_VERBS}(?:\s|\\)"
_SQL_IN_SOURCE = re.compile(_IN_SOURCE, re.IGNORECASE)
_SQL_IN_BYTES = re.compile(_IN_SOURCE.encode(), re.IGNORECASE)

# How functions are called that open a transaction around what they are given (`execTx`, `runInTransaction`, `uow`).
_OPENER = re.compile(r"(?:\b|_|[a-z])(?:[Tt]xn?\b|[Tt]x_|[Tt]ransaction|[Aa]tomic)|\b[Uu](?:ow|nit_?[Oo]f_?[Ww]ork)\b")

# What tells of a function that is given the name of a table: a parameter or an argument that is called so, a text that is given
# to a function whose own name tells of rows, or to the constructor of the class above; and of one that opens a transaction
# around what it is given. The words are looked for before the patterns are: in a large tree that takes a tenth of the time.
_TELLING = (
    (("table", "collection"), re.compile(r"(?:_?[nN]ame)?\b(?![ \t]*[(\"'`])")),
    (("insert", "Insert", "upsert", "Upsert", "_row", "Row"), re.compile(r"\w*+[ \t]*\([^()\"'`]{0,80}[\"'`]\w+[\"'`]")),
    (("super().__init__",), re.compile(r"\([^()\"']{0,80}[\"']\w+[\"']")),
    (  # `in_tx`, `run_transaction`, `with_transaction` and their like, not whatever an application calls a transaction
        ("n_tx", "h_tx", "nTx", "hTx", "n_transaction", "h_transaction", "nTransaction", "hTransaction"),
        re.compile(r"\w*+\([ \t\n]*+[^) \t\n]"),
    ),
)
_TAKING = re.compile(r"([A-Za-z_]\w*+)[ \t]*\([^()\"'`]*(?<!\w)\Z")
_NAMED = re.compile(r"([A-Za-z_]\w*)[ \t]*\Z")
_REACH = 160


def _telling_calls(text: str) -> frozenset[str]:
    """The names of functions that may make a statement of the name of a table, or a transaction around what they are given."""
    names = set[str]()
    for words, pattern in _TELLING:
        for word in words:
            at = text.find(word)
            while at >= 0:
                end = at + len(word)
                if (found := pattern.match(text, end)) is not None:
                    called = "(" in found[0]
                    before = text[max(0, at - _REACH) : end + found[0].find("(") if called else at]
                    if (name := (_NAMED if called else _TAKING).search(before)) is not None:
                        names.add(name[1])
                at = text.find(word, end)
    return frozenset(names)


def may_open_transaction(name: str) -> bool:
    """Whether a function is called like one that opens a transaction around the callback that it gets."""
    return _OPENER.search(name) is not None


def looks_like_sql(text: str) -> bool:
    """Whether `text` begins as a SQL statement does: a verb and more, after space, comments or parentheses."""
    return _SQL.match(text) is not None


def may_hold_sql(source: str) -> bool:
    """Whether a string literal in `source` may look like SQL."""
    return _SQL_IN_SOURCE.search(source) is not None


def part_may_hold_sql(source: bytes, start: int, end: int) -> bool:
    """Whether a string literal between two offsets of `source` may look like SQL."""
    return _SQL_IN_BYTES.search(source, start, end) is not None


class Names(frozenset[str]):
    """Names of calls that matter; one with `*` stands for all that match it (`find*`)."""

    @cached_property
    def patterns(self) -> re.Pattern[str] | None:
        """What the names with `*` match."""
        patterns = [re.escape(name).replace(r"\*", ".*") for name in sorted(self) if "*" in name]
        return re.compile("|".join(patterns)) if patterns else None

    @cached_property
    def in_source(self) -> "Answers":
        """Whether words of a source file are among them."""
        return Answers(self)

    @cached_property
    def _asked(self) -> dict[object, bool]:
        """The answers so far: a file asks for the same few words again and again."""
        return {}

    def __contains__(self, name: object) -> bool:
        known = self._asked.get(name)
        if known is None:
            matched = self.patterns is not None and isinstance(name, str) and self.patterns.fullmatch(name) is not None
            known = self._asked[name] = super().__contains__(name) or matched
        return known


class Caseless(Names):
    """Names of calls in a language in which case does not tell them apart."""

    @cached_property
    def _lower(self) -> frozenset[str]:
        return frozenset(name.lower() for name in self)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (isinstance(name, str) and name.lower() in self._lower)


class Answers(dict[bytes, bool]):
    """Whether a word is one of the names, by its UTF-8 bytes; every word is looked for once."""

    def __init__(self, names: Names) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, word: bytes) -> bool:
        found = self[word] = word.decode("utf-8", "replace") in self._names
        return found


@lru_cache(maxsize=64)
def matching(calls: frozenset[str]) -> frozenset[str]:
    """The names of calls so that `in` heeds those with `*`; the same object for the same names."""
    return Names(calls) if any("*" in name for name in calls) else calls


class Vocabulary(Fact, frozen=True):
    """What the frameworks of one language care about.

    `calls` are the last names of called functions and methods that matter (`execute`, `find*`, `ForeignKey` …). `markers` are
    substrings; a file with none of them is only skimmed, unless it declares what other files may need. `guarded` are calls with
    names too common (`get`, `find`) to matter in a file in which none of the words before them stands.
    """

    calls: frozenset[str]
    markers: tuple[str, ...] = ()
    guarded: tuple[tuple[tuple[str, ...], frozenset[str]], ...] = ()

    def of(self, text: str) -> "Vocabulary":
        """The vocabulary for one file: with the calls whose guards stand in it, and what the file tells of its own."""
        holds = text.__contains__
        further = [calls for guards, calls in self.guarded if any(map(holds, guards))]
        if "*" not in self.calls and (telling := _telling_calls(text) - self.calls):
            further.append(telling)
        return Vocabulary(_joined(self.calls, *further), self.markers) if further else self

    def marks(self, text: str) -> bool:
        """Whether `text` holds a marker."""
        return any(map(text.__contains__, self.markers))  # much faster than a pattern of as many alternatives


@lru_cache(maxsize=64)
def caseless(calls: frozenset[str]) -> frozenset[str]:
    """The names of calls so that `in` heeds no case; the same object for the same names."""
    return Caseless(calls)


@lru_cache(maxsize=64)
def _joined(*calls: frozenset[str]) -> frozenset[str]:
    """All of several sets of names, the same object for the same sets."""
    return frozenset[str]().union(*calls)
