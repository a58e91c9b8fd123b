"""Kotlin source as common syntax facts."""

import re

from tree_sitter import Node

from dblint.languages.driver import Source
from dblint.languages.kotlin.collector import KotlinCollector
from dblint.languages.kotlin.expressions import grammar
from dblint.languages.kotlin.imports import skimmed
from dblint.languages.kotlin.newer import readable
from dblint.languages.vocabulary import Vocabulary, may_hold_sql
from dblint.model.syntax import Module

__all__ = ["grammar", "literals", "module", "prepared", "skim", "tolerates"]

_LITERALS = re.compile(
    rb'//[^\n]*|/\*.*?\*/|"""(?:[^"]|"(?!""))*+"""|"(?:[^"\\\n]|\\.)*+"|\'(?:[^\'\\\n]|\\.)*+\'',
    re.DOTALL,
)

# A file without any marker matters to others if it has properties, derives from something, or gives text.
_DECLARES = re.compile(r"\b(?:val|var)\s|\b(?:class|interface|object)\b[^{\n]*:|\breturn[ \t]*+\"|=[ \t]*+\"|\btypealias\s")


def prepared(data: bytes) -> bytes:
    """The source as the grammar can read it, every place unchanged."""
    return readable(data)


def literals() -> re.Pattern[bytes]:
    """Strings and comments."""
    return _LITERALS


def tolerates(error: Node) -> bool:
    """Errors that hide nothing: a missing line end or semicolon."""
    return error.is_missing and error.type in {";", "_automatic_semicolon"}


def skim(path: str, text: str, vocabulary: Vocabulary) -> Module | None:
    """The imports of a file that holds no marker, no SQL and nothing that others may need; None for any other file."""
    if _DECLARES.search(text) or "dblint:" in text or may_hold_sql(text) or vocabulary.marks(text):
        return None
    return Module(path, "kotlin", imports=tuple(skimmed(text)))


def module(source: Source, vocabulary: Vocabulary) -> Module:
    """The facts of a parsed file."""
    return KotlinCollector(source, vocabulary.calls).module("kotlin")
