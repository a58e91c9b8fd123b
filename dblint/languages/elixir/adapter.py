"""Elixir source as common syntax facts."""

import re

from tree_sitter import Node

from dblint.languages.driver import Source
from dblint.languages.elixir.collector import ElixirCollector
from dblint.languages.elixir.expressions import grammar
from dblint.languages.vocabulary import Vocabulary, may_hold_sql
from dblint.model.syntax import Module

__all__ = ["grammar", "literals", "module", "skim", "tolerates"]

_LITERALS = re.compile(rb'#(?!\{)[^\n]*|"""(?:[^"\\]|\\.|"(?!""))*+"""|"(?:[^"\\]|\\.)*+"|\'(?:[^\'\\]|\\.)*+\'', re.DOTALL)
_WORD = re.compile(r"[a-z_]\w*+[?!]?")
# What a module is made of, a text that it keeps, or a function of one that gives text.
_DECLARES = re.compile(r"^[ \t]*+(?:use[ \t(]|@\w++[ \t]++[\"~:\[{])|\bdo:[ \t]*+[:\"]|\"\"\"|~[sS]|\bschema\b", re.MULTILINE)


def literals() -> re.Pattern[bytes]:
    """Strings and comments."""
    return _LITERALS


def tolerates(_error: Node) -> bool:
    """Nothing: what does not parse may hide something."""
    return False


def skim(path: str, text: str, vocabulary: Vocabulary) -> Module | None:
    """Nothing for a file that holds no name that matters, no SQL and nothing that others may need; None for any other file."""
    if "dblint:" in text or _DECLARES.search(text) or may_hold_sql(text) or vocabulary.marks(text):
        return None
    if not vocabulary.calls.isdisjoint(_WORD.findall(text)):
        return None
    return Module(path, "elixir")


def module(source: Source, vocabulary: Vocabulary) -> Module:
    """The facts of a parsed file."""
    return ElixirCollector(source, vocabulary.calls).module("elixir")
