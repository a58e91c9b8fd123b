"""Rust source as common syntax facts."""

import re

from tree_sitter import Node

from dblint.languages.driver import Source
from dblint.languages.rust.collector import RustCollector
from dblint.languages.rust.expressions import grammar
from dblint.languages.rust.imports import skimmed
from dblint.languages.vocabulary import Vocabulary, matching, may_hold_sql
from dblint.model.syntax import Module

__all__ = ["grammar", "literals", "module", "skim", "tolerates"]

_LITERALS = re.compile(
    rb'//[^\n]*|/\*.*?\*/|b?r#+".*?"#+|b?r"[^"]*+"|b?"(?:[^"\\]|\\.)*+"|\'(?:[^\'\\\n]|\\.[^\'\n]*)\'', re.DOTALL
)
# A file without any marker matters to others if it declares a type or names a string, or has functions that return text.
_DECLARES = re.compile(
    r"\n[ \t]*+(?:pub(?:\([^)\n]*\))?[ \t]++)?(?:struct\b|type\b|(?:const|static)[ \t]+\w+[ \t]*:[ \t]*&|impl\b|r?#*\"|format!)"
)
_MACROS = re.compile(r"\b(?:table|query\w*)!\s*[({]")


# A helper of the file that is given SQL or the name of a table: `fn fetch(query: &str, pool: &PgPool)`.
_GIVEN = re.compile(
    rb"\bfn\s+([a-z_]\w*)\s*(?:<[^<>(){}]*>)?\([^(){};]*\b\w*(?:query|sql|stmt|statement|table)\w*\s*:\s*&[^,(){};]*\bstr\b"
)


def literals() -> re.Pattern[bytes]:
    """Strings and comments."""
    return _LITERALS


def tolerates(error: Node) -> bool:
    """Nothing: what the grammar does not know may hide something."""
    _ = error
    return False


def skim(path: str, text: str, vocabulary: Vocabulary) -> Module | None:
    """The imports of a file that holds no marker, no SQL and nothing that others may need; None for any other file."""
    if (
        _DECLARES.search("\n" + text)
        or _MACROS.search(text)
        or "dblint:" in text
        or may_hold_sql(text)
        or vocabulary.marks(text)
    ):
        return None
    return Module(path, "rust", imports=tuple(skimmed(path, text)))


def module(source: Source, vocabulary: Vocabulary) -> Module:
    """The facts of a parsed file."""
    given = _GIVEN.findall(source.data)
    calls = matching(vocabulary.calls.union(name.decode() for name in given)) if given else vocabulary.calls
    collector = RustCollector(source, calls)
    return collector.module("rust", imports=collector.crates_named())
