"""PHP source as common syntax facts."""

import re

from tree_sitter import Node

from dblint.languages.driver import Source
from dblint.languages.php.collector import PhpCollector
from dblint.languages.php.expressions import grammar
from dblint.languages.vocabulary import Vocabulary, may_hold_sql
from dblint.model.syntax import Module

__all__ = ["grammar", "literals", "module", "skim", "tolerates"]

_LITERALS = re.compile(
    rb'//[^\n]*|#(?!\[)[^\n]*|/\*.*?\*/|"(?:[^"\\]|\\.)*+"|\'(?:[^\'\\]|\\.)*+\'',
    re.DOTALL,
)
# A class with a base or a mixin, a constant, a property, a heredoc, an included file, or a function that returns text.
_DECLARES = re.compile(
    r"\b(?:extends|const|define|require|require_once|include|include_once|trait|interface)\b|<<<"
    r"|^[ \t]*+use[ \t]+\w+|\breturn[ \t]+[\"']|^\$\w++[ \t]*+=|(?:protected|public|private)[ \t][^(\n]*[=;]",
    re.MULTILINE,
)


def literals() -> re.Pattern[bytes]:
    """Strings and comments."""
    return _LITERALS


def tolerates(_error: Node) -> bool:
    """Nothing: what does not parse may hide something."""
    return False


def skim(path: str, text: str, vocabulary: Vocabulary) -> Module | None:
    """Nothing for a file that holds no marker, no SQL and nothing that others may need; None for any other file."""
    if "dblint:" in text or _DECLARES.search(text) or may_hold_sql(text) or vocabulary.marks(text):
        return None
    return Module(path, "php")


def module(source: Source, vocabulary: Vocabulary) -> Module:
    """The facts of a parsed file."""
    return PhpCollector(source, vocabulary.calls).module("php")
