"""Python source as common syntax facts."""

import re

from tree_sitter import Node

from dblint.languages.driver import Source
from dblint.languages.python.collector import PythonCollector
from dblint.languages.python.expressions import grammar
from dblint.languages.python.imports import skimmed
from dblint.languages.vocabulary import Vocabulary, may_hold_sql
from dblint.model.syntax import Module

__all__ = ["grammar", "literals", "module", "skim", "tolerates"]

_LITERALS = re.compile(
    rb'#[^\n]*|"""(?:[^"\\]|\\.|"(?!""))*+"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*+\'\'\'|"(?:[^"\\\n]|\\.)*+"|\'(?:[^\'\\\n]|\\.)*+\'',
    re.DOTALL,
)

# A file without any marker matters to others if it gives a name to something (a constant, an alias), declares a class with a
# base, or has functions that return text. Patterns that begin with a line end are faster than those with ^.
_DECLARES = re.compile(
    r"\n(?:[A-Za-z]\w*+[ \t]*+(?::[^=\n]+)?=(?!=)(?!\s*(?:logging\.|\w*[Ll]ogger\b|(?:typing\.)?TypeVar\b|\d))"
    r"|[ \t]*+(?:class[ \t]+\w+[ \t]*(?:\[[^\]\n]*\])?\((?!(?:object|\w*Exception|\w*Error|\w*Warning)?\))"
    r"|return[ \t]*+\(?[fFrR]{0,2}[\"']"
    r"|[A-Za-z_]\w*+[ \t]*+(?::[^=\n]+)?=[ \t]*+[fFrR]{0,2}[\"']))"
)


def literals() -> re.Pattern[bytes]:
    """Strings and comments."""
    return _LITERALS


def tolerates(error: Node) -> bool:
    """The defaults of type parameters (PEP 696), which tree-sitter-python 0.25 does not know."""
    around = error.parent
    while around is not None and around.type in {"type", "constrained_type", "union_type", "splat_type"}:
        around = around.parent
    return around is not None and around.type == "type_parameter" and any(child.type == "=" for child in error.children)


def skim(path: str, text: str, vocabulary: Vocabulary) -> Module | None:
    """The imports of a file that holds no marker, no SQL and nothing that others may need; None for any other file."""
    # The cheapest and most frequent first.
    if _DECLARES.search("\n" + text) or "dblint:" in text or may_hold_sql(text) or vocabulary.marks(text):
        return None
    return Module(path, "python", imports=tuple(skimmed(text)))


def module(source: Source, vocabulary: Vocabulary) -> Module:
    """The facts of a parsed file."""
    return PythonCollector(source, vocabulary.calls).module("python")
