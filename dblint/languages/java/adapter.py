"""Java source as common syntax facts."""

import re

from tree_sitter import Node

from dblint.languages.driver import Source
from dblint.languages.java.collector import JavaCollector
from dblint.languages.java.expressions import grammar
from dblint.languages.java.imports import skimmed
from dblint.languages.vocabulary import Vocabulary, may_hold_sql
from dblint.model.syntax import Module

__all__ = ["grammar", "literals", "module", "skim", "tolerates"]

_LITERALS = re.compile(
    rb'//[^\n]*|/\*.*?\*/|"""(?:[^"\\]|\\.|"(?!""))*+"""|"(?:[^"\\\n]|\\.)*+"|\'(?:[^\'\\\n]|\\.)*+\'',
    re.DOTALL,
)

# A file without any marker matters to others if it has fields (a row, a service that holds a repository, a constant), derives
# from something, or returns text: everything but bare interfaces, annotations and classes of static helpers.
_DECLARES = re.compile(
    r"\b(?:extends|implements|record)\s|\breturn[ \t]*+\""
    r"|[\n{};][ \t]*+(?:(?:private|protected|public|static|final|volatile|transient)[ \t]++)++[^;(){}=\n]++[;=]"
)


def literals() -> re.Pattern[bytes]:
    """Strings and comments."""
    return _LITERALS


def tolerates(error: Node) -> bool:
    """Nothing: the grammar knows all of Java that our captures look at."""
    _ = error
    return False


def skim(path: str, text: str, vocabulary: Vocabulary) -> Module | None:
    """The imports of a file that holds no marker, no SQL and nothing that others may need; None for any other file."""
    if _DECLARES.search(text) or "dblint:" in text or may_hold_sql(text) or vocabulary.marks(text):
        return None
    return Module(path, "java", imports=tuple(skimmed(text)))


def module(source: Source, vocabulary: Vocabulary) -> Module:
    """The facts of a parsed file."""
    return JavaCollector(source, vocabulary.calls).module("java")
