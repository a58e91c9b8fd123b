"""Ruby source as common syntax facts."""

import re

from tree_sitter import Node

from dblint.languages.driver import Source
from dblint.languages.ruby.collector import RubyCollector
from dblint.languages.ruby.expressions import grammar
from dblint.languages.vocabulary import Vocabulary, may_hold_sql
from dblint.model.syntax import Module

__all__ = ["grammar", "literals", "module", "skim", "tolerates"]

_LITERALS = re.compile(
    rb'#(?!\{)[^\n]*|"(?:[^"\\]|\\.)*+"|\'(?:[^\'\\]|\\.)*+\'|^=begin\b.*?^=end\b',
    re.DOTALL | re.MULTILINE,
)
_WORD = re.compile(r"[A-Za-z_]\w*+[?!]?")
# A class with a base, a module, a mixin, a constant, a heredoc, or text in percent quotes.
_DECLARES = re.compile(
    r"^[ \t]*+(?:class[ \t]+[\w:]+[ \t]*<|class[ \t]+<<|module[ \t]|include[ \t]|[A-Z]\w*+[ \t]*+=(?![=~]))"
    r"|<<[~-]?[\"'`]?[A-Z]|%[qQ]?[(\[{<|]",
    re.MULTILINE,
)


def literals() -> re.Pattern[bytes]:
    """Strings and comments."""
    return _LITERALS


def tolerates(_error: Node) -> bool:
    """Nothing: what does not parse may hide something."""
    return False


def skim(path: str, text: str, vocabulary: Vocabulary) -> Module | None:
    """Nothing for a file that holds no name that matters, no SQL and nothing that others may need; None for any other file."""
    if "dblint:" in text or _DECLARES.search(text) or may_hold_sql(text) or "require" in text:
        return None
    if vocabulary.marks(text) or not vocabulary.calls.isdisjoint(_WORD.findall(text)):
        return None
    return Module(path, "ruby")


def module(source: Source, vocabulary: Vocabulary) -> Module:
    """The facts of a parsed file."""
    return RubyCollector(source, vocabulary.calls).module("ruby")
