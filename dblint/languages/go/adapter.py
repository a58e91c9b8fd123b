"""Go source as common syntax facts."""

import re

from tree_sitter import Node

from dblint.languages.driver import Source
from dblint.languages.go.collector import GoCollector
from dblint.languages.go.expressions import grammar
from dblint.languages.go.imports import skimmed
from dblint.languages.vocabulary import Vocabulary, may_hold_sql
from dblint.model.syntax import Module

__all__ = ["grammar", "literals", "module", "skim", "tolerates"]

_LITERALS = re.compile(rb"//[^\n]*|/\*.*?\*/|`[^`]*+`|\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'", re.DOTALL)
# A file without any marker matters to others if it declares a type or a name for a string, or has functions that return text.
_DECLARES = re.compile(r"\n(?:type\b|(?:var|const)?[ \t(]*+\w++[^\n=]*=\s*[\"`]|[ \t]++return[ \t]++(?:[\"`]|fmt\.Sprint))")


def literals() -> re.Pattern[bytes]:
    """Strings and comments."""
    return _LITERALS


def tolerates(error: Node) -> bool:
    """Nothing: the grammar knows the whole language."""
    _ = error
    return False


def skim(path: str, text: str, vocabulary: Vocabulary) -> Module | None:
    """The imports of a file that holds no marker, no SQL and nothing that others may need; None for any other file."""
    if _DECLARES.search(text) or "dblint:" in text or "go:embed" in text or may_hold_sql(text) or vocabulary.marks(text):
        return None
    return Module(path, "go", imports=tuple(skimmed(text)))


def module(source: Source, vocabulary: Vocabulary) -> Module:
    """The facts of a parsed file."""
    return GoCollector(source, vocabulary.calls).module("go")
